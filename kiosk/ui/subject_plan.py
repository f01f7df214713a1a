"""Where desks, fields of work and officials go on the page "about what, with whom". Pure, like chip_plan.

Each section is a grid of its own; sections stand below each other, or in two halves side by side where that
saves pages. What does not fit goes to further pages: nothing scrolls by drag. Where there is room to spare,
photos and cells grow. All lengths are design px.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import product
from pathlib import Path

from kiosk.ui.board_plan import Ruler
from kiosk.ui.chip_plan import AFTER, BEFORE, CHIP_TALL, HEAD_STEP, NOTE_GAP, Box

HALF_GAP, COLUMN_GAP, ROW_GAP, SECTION_GAP = 28, 12, 10, 18
MOST_COLUMNS, MOST_LINES, DETAIL_LINES = 4, 3, 3
PHOTOS = (80, 104, 132)  # how large photos may be; they grow a little with the text as well
CARD_EDGE, PHOTO_GAP, CARD_AIR = 14, 16, 24
SHARES = (0.36, 0.42, 0.5)  # how much of the width the first half may get
# How dear things are: a page more, words in a line more, halves side by side, a page left bare, rows that
# leave the right side bare.
MORE_PAGES, BROKEN, BESIDE, BARE, RAGGED = 1000, 40, 30, 400, 200
STRETCH, STRETCH_MOST = 1.5, 44  # rows of a page with room to spare grow by so much at most
NOTE_SPARE = 50
SLACK = 3  # px that rounding to the window may take


@dataclass(frozen=True, slots=True)
class Cell:
    """One thing to choose. ``detail`` and ``photo`` are an official's, ``icon`` everything else's."""

    group: str
    key: str
    text: str
    icon: str = ""
    detail: str = ""
    photo: Path | None = None

    @property
    def is_card(self) -> bool:
        return not self.icon


@dataclass(frozen=True, slots=True)
class Section:
    """Such as "Lĩnh vực"; all its cells are of one kind."""

    title: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Placed:
    """A cell with its words broken into lines; ``photo``: how wide an official's photo is."""

    cell: Cell
    lines: tuple[str, ...]
    details: tuple[str, ...]
    photo: float
    box: Box


@dataclass(frozen=True, slots=True)
class Head:
    """A section's heading; it stands again on every page the section goes on."""

    title: str
    box: Box


@dataclass(slots=True)
class Leaf:
    """One page; ``note``: where the explanation goes, if there is room."""

    heads: list[Head] = field(default_factory=list)
    cells: list[Placed] = field(default_factory=list)
    note: Box | None = None


@dataclass(frozen=True, slots=True)
class Room:
    """What the plan has to go by. ``beside``: two halves may stand side by side; ``note``: height the
    explanation needs at a width."""

    width: float
    height: float
    step: float
    beside: bool
    ruler: Ruler
    note: Callable[[float], float]

    @property
    def head(self) -> float:
        return 40 * min(self.step, HEAD_STEP)


Row = tuple[Placed, ...]


@dataclass(frozen=True, slots=True)
class _Grid:
    """A section set into columns, from its own left edge: its rows, each from its own top."""

    title: str
    rows: tuple[Row, ...]
    height: float  # without the heading
    area: float
    ugly: float


def best_plan(sections: tuple[Section, ...], room: Room) -> tuple[Leaf, ...]:
    """The pages of the arrangement with the fewest of them, then the fewest broken words, then the least
    bare paper."""
    planner = _Planner(room)
    # First which sections stand beside which, as closely set as they can be; then how large it all may be.
    # Trying everything with everything would keep a finger waiting.
    smallest, *larger = [size * min(room.step, HEAD_STEP) for size in PHOTOS]
    halves = min(_halves(sections, room), key=lambda each: planner.cost(each, MOST_COLUMNS, smallest))
    pictured = any(cell.is_card for section in sections for cell in section.cells)
    tried = product([halves], range(MOST_COLUMNS, 0, -1), [smallest, *larger] if pictured else [smallest])
    leaves = planner.pages(*min(tried, key=lambda each: planner.cost(*each)))
    return (_stretched(leaves[0], room),) if len(leaves) == 1 else leaves


Half = tuple[tuple[Section, ...], float, float]  # its sections, its left edge and its width
Halves = tuple[Half, ...]


def _halves(sections: tuple[Section, ...], room: Room) -> Iterator[Halves]:
    """Everything below each other; then every cut into a left and a right half."""
    yield ((sections, 0, room.width),)
    if room.beside:
        for cut, share in product(range(1, len(sections)), SHARES):
            left = room.width * share - HALF_GAP / 2
            right = left + HALF_GAP
            yield (sections[:cut], 0, left), (sections[cut:], right, room.width - right)


class _Planner:
    """Sets sections into columns; every one at every width once."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._grids: dict[tuple[Section, float, int, float], _Grid] = {}

    def pages(self, halves: Halves, most: int, photo: float) -> tuple[Leaf, ...]:
        """In at most so many columns, with photos of that size."""
        return _side_by_side(
            [_flow(grids, self._room, x, w) for grids, x, w in self._set(halves, most, photo)]
        )

    def cost(self, halves: Halves, most: int, photo: float) -> float:
        """How dear these pages would be."""
        room, columns = self._room, self._set(halves, most, photo)
        pages = max(len(_flow(grids, room, x, width)) for grids, x, width in columns)
        placed = [grid for grids, _, _ in columns for grid in grids]
        bare = 1 - sum(grid.area for grid in placed) / (room.width * room.height * pages)
        return MORE_PAGES * pages + BESIDE * len(halves) + BARE * bare + sum(grid.ugly for grid in placed)

    def _set(self, halves: Halves, most: int, photo: float) -> list[tuple[list[_Grid], float, float]]:
        return [
            ([self._grid(each, width, most, photo) for each in part], x, width) for part, x, width in halves
        ]

    def _grid(self, section: Section, width: float, most: int, photo: float) -> _Grid:
        """In as many columns as make it low without breaking words, but not more than ``most``."""
        key = (section, width, most, photo)
        if key not in self._grids:
            columns = self._columns(section, width, most, photo)
            fewer = self._grid(section, width, most - 1, photo) if most > 1 else None
            grids = [grid for grid in (columns, fewer) if grid] or [self._forced(section, width)]
            self._grids[key] = min(grids, key=lambda grid: grid.height + grid.ugly)
        return self._grids[key]

    def _columns(self, section: Section, width: float, count: int, photo: float) -> _Grid | None:
        """None when a word would stand out of its cell."""
        if count > len(section.cells):
            return None
        wide = (width - COLUMN_GAP * (count - 1)) / count
        if self._room.beside:  # in portrait one column fills the page
            wide = min(wide, (self._room.width - COLUMN_GAP) / 2)
        placed = []
        for i, cell in enumerate(section.cells):
            made = self._cell(cell, i % count * (wide + COLUMN_GAP), wide, photo)
            if made is None:
                return None
            placed.append(made)
        return _grid(section.title, placed, count, width)

    def _forced(self, section: Section, width: float) -> _Grid:
        """Words longer than any line there is: cut off rather than lost."""
        placed = []
        for cell in section.cells:
            photo = PHOTOS[0]
            details = (cell.detail,) if cell.detail else ()
            placed.append(Placed(cell, (cell.text,), details, photo, Box(0, 0, width, _low(cell, photo))))
        return _grid(section.title, placed, 1, width)

    def _cell(self, cell: Cell, x: float, width: float, photo: float) -> Placed | None:
        step, inner = self._room.step, width - beside_words(cell, photo) - SLACK
        lines = self._broken(cell.text, "promise_lit", inner, MOST_LINES)
        details = self._broken(cell.detail, "small", inner, DETAIL_LINES) if cell.detail else ()
        if lines is None or details is None:
            return None
        words = 28 * step * len(lines) + 24 * step * len(details) + (CARD_AIR if cell.is_card else 12)
        return Placed(cell, lines, details, photo, Box(x, 0, width, max(_low(cell, photo), words)))

    def _broken(self, text: str, kind: str, width: float, most: int) -> tuple[str, ...] | None:
        if width <= 0:
            return None
        ruler, step = self._room.ruler, self._room.step
        if ruler.width(text, kind, step) <= width:
            return (text,)
        lines = tuple(ruler.wrap(text, kind, step, width))
        if len(lines) > most or max(ruler.width(line, kind, step) for line in lines) > width:
            return None
        return lines


def _grid(title: str, placed: list[Placed], count: int, width: float) -> _Grid:
    """Row by row from the left, every row as high as its highest cell; ``width``: all there is."""
    rows = []
    for first in range(0, len(placed), count):
        row = placed[first : first + count]
        tall = max(one.box.height for one in row)
        rows.append(tuple(replace(one, box=replace(one.box, height=tall)) for one in row))
    ugly = sum(BROKEN * (len(one.lines) - 1) + BROKEN / 4 * max(0, len(one.details) - 1) for one in placed)
    ugly += RAGGED * (1 - (placed[count - 1].box.x + placed[0].box.width) / width)
    lonely = BROKEN if len(rows) > 1 and len(rows[-1]) == 1 and count > 1 else 0
    height = sum(_tall(row) + ROW_GAP for row in rows)
    area = sum(_tall(row) * one.box.width for row in rows for one in row)
    return _Grid(title, tuple(rows), height, area, ugly + lonely)


def _tall(row: Row) -> float:
    return row[0].box.height


def beside_words(cell: Cell, photo: float) -> float:
    """What of a cell's width its words cannot have; ``photo``: a picture's width."""
    return CARD_EDGE + photo + PHOTO_GAP + AFTER if cell.is_card else BEFORE + AFTER


def _low(cell: Cell, photo: float) -> float:
    return photo + 2 * CARD_EDGE if cell.is_card else CHIP_TALL


# -- pages -------------------------------------------------------------------------------------------------


def _flow(column: list[_Grid], room: Room, x: float, width: float) -> list[Leaf]:
    """Below each other, a new page when one is full; a heading never stands alone at the foot."""
    leaves, top = [Leaf()], 0.0
    for grid in column:
        fresh = True  # the heading is still to come, on this page
        for row in grid.rows:
            needed = (room.head if fresh else 0) + _tall(row)
            if top + needed > room.height and top > 0:
                leaves.append(Leaf())
                top, fresh = 0.0, True
            if fresh:
                leaves[-1].heads.append(Head(grid.title, Box(x, top, width, room.head)))
                top, fresh = top + room.head, False
            leaves[-1].cells += [replace(one, box=replace(one.box, x=x + one.box.x, top=top)) for one in row]
            top += _tall(row) + ROW_GAP
        top += SECTION_GAP - ROW_GAP
    return leaves


def _side_by_side(columns: list[list[Leaf]]) -> tuple[Leaf, ...]:
    """The first pages of all columns make the first page, and so on."""
    leaves = [Leaf() for _ in range(max(map(len, columns)))]
    for column in columns:
        for leaf, part in zip(leaves, column, strict=False):
            leaf.heads += part.heads
            leaf.cells += part.cells
    return tuple(leaves)


def _stretched(leaf: Leaf, room: Room) -> Leaf:
    """A page with room to spare: the explanation at its foot, and higher cells further apart, so that no half
    of it lies bare."""
    bottom = max((placed.box.bottom for placed in leaf.cells), default=1.0)
    needed = room.note(room.width)
    noted = bottom + NOTE_GAP + needed <= room.height
    grow = min(STRETCH, (room.height - (NOTE_GAP + needed if noted else 0)) / bottom)

    def grown(box: Box) -> Box:
        return replace(box, top=box.top * grow, height=min(box.height * grow, box.height + STRETCH_MOST))

    cells = [replace(placed, box=grown(placed.box)) for placed in leaf.cells]
    heads = [replace(head, box=replace(head.box, top=head.box.top * grow)) for head in leaf.heads]
    top = max((placed.box.bottom for placed in cells), default=0.0) + NOTE_GAP
    note = Box(0, top, room.width, min(room.height - top, needed + NOTE_SPARE)) if noted else None
    return Leaf(heads, cells, note)
