"""Where the chips of the page "more" go. Pure: words are measured through a function argument.

Sections (the office's promises by group, then the usual reasons) are set side by side in bands, bands below
each other, and what does not fit goes to further pages: nothing here scrolls by drag. Many arrangements are
tried and the one with the fewest pages, then the fewest broken words, wins. All lengths are design px.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import product
from math import ceil

from kiosk.ui.board_plan import Ruler

SECTION_GAP, COLUMN_GAP, ROW_GAP, BAND_GAP, NOTE_GAP = 24, 12, 10, 20, 24
HEAD_STEP = 1.3  # a heading's number grows no further
CHIP_TALL, MOST_COLUMNS, MOST_LINES = 68, 3, 3
BEFORE, AFTER = 58, 48  # what a chip needs beside its words: edge and icon, check mark and edge
EASE = 40  # columns become equal only where the longest words keep this much air
MORE_PAGES = 900  # how dear things are: a page more,
MORE_PAGES_SMALL = 2500  # the same where the text is not even large,
BROKEN = (0, 0, 100, 500)  # words in so many lines,
NO_NOTE = 150  # no room for the explanation
TIGHT = 7  # how much less of each where room is scarce


@dataclass(frozen=True, slots=True)
class Choice:
    """One promise or reason in the language shown."""

    key: str
    text: str
    icon: str


@dataclass(frozen=True, slots=True)
class Section:
    """Such as "5 biết"; ``number`` 0 for none."""

    number: int
    title: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Box:
    """A place, from the field's top left corner."""

    x: float
    top: float
    width: float
    height: float

    @property
    def bottom(self) -> float:
        return self.top + self.height


@dataclass(frozen=True, slots=True)
class Chip:
    """One choice, placed, its words already broken into lines."""

    choice: Choice
    lines: tuple[str, ...]
    box: Box


@dataclass(frozen=True, slots=True)
class Head:
    """A section's heading."""

    number: int
    title: str
    box: Box


@dataclass(slots=True)
class Leaf:
    """One page of chips; ``note``: where the explanation goes, if there is room."""

    heads: list[Head] = field(default_factory=list)
    chips: list[Chip] = field(default_factory=list)
    note: Box | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """``tight``: chips with narrower edges."""

    leaves: tuple[Leaf, ...]
    tight: bool


@dataclass(frozen=True, slots=True)
class Field:
    """What is to be set and where. ``alone``: the last section (reasons) stands below, not beside.

    ``note``: height the explanation needs at a width; ``step``: the citizen's text size.
    """

    sections: tuple[Section, ...]
    width: float
    height: float
    step: float
    alone: bool
    ruler: Ruler
    note: Callable[[float], float]

    @property
    def line(self) -> float:
        return 28 * self.step

    @property
    def head(self) -> float:
        return 46 * min(self.step, HEAD_STEP)


Part = tuple[int, int]  # a section's index and its number of columns
Band = tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class _Set:
    """A band that was set, from its own top left corner."""

    heads: tuple[Head, ...]
    chips: tuple[Chip, ...]
    height: float
    parts: tuple[Box, ...]  # the room each section took
    columns: int
    ugly: float  # broken words, and room no chip uses: under short sections, in rows that are not full


def best_plan(field: Field) -> Plan:
    """The best arrangement; a last resort of one column a page when even that does not fit."""
    best, least = None, float("inf")
    for tight in (False, True):
        setter = _Setter(field, tight)
        for bands in arrangements([len(section.choices) for section in field.sections], field.alone):
            placed = setter.bands(bands)
            cost = _cost(field, placed, tight) if placed else least
            if cost < least:  # so far without the explanation, for which pages must be set: that takes long
                plan = Plan(_leaves(field, placed), tight)
                cost += 0 if any(leaf.note for leaf in plan.leaves) else NO_NOTE
                best, least = (plan, cost) if cost < least else (best, least)
    return best or _row_by_row(field) or _last_resort(field)


def _row_by_row(field: Field) -> Plan | None:
    """For a field too low for a whole section: sections cut into single rows, two beside each other where
    no word breaks more than once. None where not even that fits."""
    for most in range(MOST_COLUMNS, 0, -1):
        cut = replace(field, sections=_cut_sections(field.sections, most))
        setter = _Setter(cut, tight=True)
        rows: list[Part] = [(i, len(section.choices)) for i, section in enumerate(cut.sections)]
        placed: list[_Set] = []
        while rows:
            pair = setter.bands((tuple(rows[:2]),)) if len(rows) > 1 else []
            if pair and all(len(chip.lines) <= 2 for chip in pair[0].chips):
                placed, rows = placed + pair, rows[2:]
                continue
            alone = setter.bands(((rows[0],),))
            if not alone:
                break
            placed, rows = placed + alone, rows[1:]
        if not rows:
            return Plan(_leaves(cut, placed), tight=True)
    return None


def _cut_sections(sections: tuple[Section, ...], most: int) -> tuple[Section, ...]:
    """Into pieces of at most so many choices, each under the heading of the whole, as even as can be."""
    pieces = []
    for section in sections:
        size = ceil(len(section.choices) / ceil(len(section.choices) / most))
        for first in range(0, len(section.choices), size):
            pieces.append(replace(section, choices=section.choices[first : first + size]))
    return tuple(pieces)


def arrangements(sizes: list[int], alone: bool) -> Iterator[tuple[Band, ...]]:
    """Every way to cut the sections into bands and to give each one to three columns."""
    for cuts in product((False, True), repeat=len(sizes) - 1):
        if alone and cuts and not cuts[-1]:
            continue
        for counts in product(*(range(1, min(MOST_COLUMNS, size) + 1) for size in sizes)):
            parts = list(enumerate(counts))
            bands: list[list[Part]] = [[parts[0]]]
            for cut, part in zip(cuts, parts[1:], strict=True):
                if cut:
                    bands.append([part])
                else:
                    bands[-1].append(part)
            yield tuple(tuple(band) for band in bands)


def _cost(field: Field, placed: list[_Set], tight: bool) -> float:
    columns = [band.columns for band in placed]
    return (
        (MORE_PAGES if field.step >= HEAD_STEP else MORE_PAGES_SMALL) * (len(_tops(field, placed)) - 1)
        + sum(band.ugly for band in placed)
        + (60 if tight else 0)
        + 40 * (max(columns) - min(columns))
        + 10 * len(placed)
    )


def _tops(field: Field, bands: list[_Set]) -> list[list[float]]:
    """Per page, where each of its bands begins."""
    pages: list[list[float]] = []
    bottom = field.height + 1
    for band in bands:
        top = bottom + BAND_GAP
        if top + band.height > field.height:
            pages.append([])
            top = 0.0
        pages[-1].append(top)
        bottom = top + band.height
    return pages


class _Setter:
    """Sets bands at one tightness; measures every word once."""

    def __init__(self, field: Field, tight: bool) -> None:
        self.field = field
        self.beside = BEFORE + AFTER - (2 * TIGHT if tight else 0)
        self.gap = 16 if tight else SECTION_GAP
        self._bands: dict[Band, _Set | None] = {}
        self.needs = [max(self._natural(choice) for choice in section.choices) for section in field.sections]

    def bands(self, bands: tuple[Band, ...]) -> list[_Set]:
        """All of them, set; empty when one cannot be."""
        placed = []
        for band in bands:
            if band not in self._bands:
                self._bands[band] = self._band(band)
            made = self._bands[band]
            if made is None or made.height > self.field.height:
                return []
            placed.append(made)
        return placed

    def _band(self, band: Band) -> _Set | None:
        """None when a word or a heading would stand out of its column."""
        heads: list[Head] = []
        chips: list[Chip] = []
        parts: list[Box] = []
        x = 0.0
        for (index, count), width in zip(band, self._widths(band), strict=True):
            section = self.field.sections[index]
            wide = width * count + COLUMN_GAP * (count - 1)
            placed = self._section(section, count, x, width)
            if placed is None or self._head_width(section) > wide:
                return None
            heads.append(Head(section.number, section.title, Box(x, 0, wide, self.field.head)))
            chips += placed
            parts.append(Box(x, 0, wide, max(chip.box.bottom for chip in placed)))
            x += wide + self.gap
        height = max(part.height for part in parts)
        empty = sum(height * part.width for part in parts) - sum(c.box.width * c.box.height for c in chips)
        ugly = empty / 3000 + sum(BROKEN[len(chip.lines)] for chip in chips)
        return _Set(tuple(heads), tuple(chips), height, tuple(parts), sum(n for _, n in band), ugly)

    def _widths(self, band: Band) -> list[float]:
        """Column width per section: equal where the words allow; where they are too long, they break."""
        counts = [count for _, count in band]
        inner = sum(count - 1 for count in counts) * COLUMN_GAP + self.gap * (len(band) - 1)
        room = self.field.width - inner
        needs = [self.needs[index] for index, _ in band]
        total = sum(need * count for need, count in zip(needs, counts, strict=True))
        if total > room:
            level = _cut(needs, counts, room)
            return [min(need, level) for need in needs]
        even = room / sum(counts)
        if even >= max(needs) + EASE:
            return [even] * len(needs)
        return [need + (room - total) / sum(counts) for need in needs]

    def _natural(self, choice: Choice) -> float:
        return self.field.ruler.width(choice.text, "promise_lit", self.field.step) + self.beside + 1

    def _head_width(self, section: Section) -> float:
        ruler, step = self.field.ruler, self.field.step
        number = ruler.width(str(section.number), "page", min(step, HEAD_STEP)) + 10 if section.number else 0
        title = section.title.upper()
        return number + ruler.width(title, "chip", step) + 1.5 * len(title)

    def _section(self, section: Section, count: int, x: float, width: float) -> list[Chip] | None:
        """Row by row from the left, every row as high as its highest chip."""
        placed: list[Chip] = []
        top = self.field.head
        for first in range(0, len(section.choices), count):
            row = [
                self._chip(choice, x + i * (width + COLUMN_GAP), top, width)
                for i, choice in enumerate(section.choices[first : first + count])
            ]
            whole = [chip for chip in row if chip is not None]
            if len(whole) < len(row):
                return None
            height = max(chip.box.height for chip in whole)
            placed += [replace(chip, box=replace(chip.box, height=height)) for chip in whole]
            top += height + ROW_GAP
        return placed

    def _chip(self, choice: Choice, x: float, top: float, width: float) -> Chip | None:
        ruler, step, room = self.field.ruler, self.field.step, width - self.beside
        lines = tuple(ruler.wrap(choice.text, "promise_lit", step, room))
        if len(lines) > MOST_LINES or max(ruler.width(line, "promise_lit", step) for line in lines) > room:
            return None
        height = max(CHIP_TALL, ceil(self.field.line * len(lines) + 12))
        return Chip(choice, lines, Box(x, top, width, height))


def _cut(needs: list[float], counts: list[int], room: float) -> float:
    """The width to which wide columns are cut, so that all together fill ``room``."""
    low, high = 0.0, max(room, 1.0)
    for _ in range(40):
        middle = (low + high) / 2
        used = sum(min(need, middle) * count for need, count in zip(needs, counts, strict=True))
        low, high = (middle, high) if used <= room else (low, middle)
    return low


def _leaves(field: Field, bands: list[_Set]) -> tuple[Leaf, ...]:
    """Bands below each other, a new page when one is full."""
    leaves, rest = [], iter(bands)
    for tops in _tops(field, bands):
        leaf = Leaf()
        for top, band in zip(tops, rest, strict=False):
            leaf.heads += [replace(head, box=_down(head.box, top)) for head in band.heads]
            leaf.chips += [replace(chip, box=_down(chip.box, top)) for chip in band.chips]
            leaf.note = _note(field, band, top + band.height)
        leaves.append(leaf)
    return tuple(leaves)


def _down(box: Box, by: float) -> Box:
    return replace(box, top=box.top + by)


def _note(field: Field, band: _Set, bottom: float) -> Box | None:
    """Room for the explanation: below everything, or in the corner that shorter sections leave free.

    There it ends where the longest section ends; only if that is too little it goes on below.
    """
    places = []
    for i, part in enumerate(band.parts):
        top = bottom - band.height + max(each.height for each in band.parts[i:]) + NOTE_GAP
        width = field.width - part.x
        needed = field.note(width)
        height = max(bottom - top, min(needed, field.height - top))
        if height >= needed:
            places.append(Box(part.x, top, width, min(height, needed + 60)))
    return max(places, key=lambda box: box.width * box.height, default=None)


def _last_resort(field: Field) -> Plan:
    """One column, broken into pages where it must be: words may be cut, choices are never lost."""
    tall = CHIP_TALL * field.step
    rows = max(1, int((field.height - field.head + ROW_GAP) // (tall + ROW_GAP)))
    leaves = []
    for section in field.sections:
        for first in range(0, len(section.choices), rows):
            leaf = Leaf([Head(section.number, section.title, Box(0, 0, field.width, field.head))])
            for i, choice in enumerate(section.choices[first : first + rows]):
                box = Box(0, field.head + i * (tall + ROW_GAP), field.width, tall)
                leaf.chips.append(Chip(choice, (choice.text,), box))
            leaves.append(leaf)
    return Plan(tuple(leaves), tight=False)
