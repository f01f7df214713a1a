"""Sets one page of the signboard in one way, at any size. Pure: words are measured through a function.

Words are measured in em, so that a size can be searched without drawing.
"""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.ui.sign.lines import Care, Measure, Ruler, fill, units, well_broken, width_px
from kiosk.ui.sign.parts import (
    Area,
    Block,
    Entry,
    Rule,
    SignHead,
    SignPage,
    SignRow,
    detail_size,
    reading_s,
    text_indent,
    words_height,
    words_of,
)

TRACK = 0.04  # between capitals of a heading, in their size
ROUNDED = 0.02
AIR = 1.5  # the most that is added between rows, in the type's size
Broken = tuple[tuple[str, ...], tuple[str, ...]]
"""Lines of a promise, and of its explanation."""
Box = tuple[float, float, float, float]
"""x, top, width, height."""


@dataclass(slots=True)
class Setter:
    """Sets ``entries`` of ``block``: with the heading at the ``side`` or above, in ``columns``."""

    block: Block
    entries: tuple[Entry, ...]
    area: Area
    ruler: Ruler
    side: bool
    columns: int
    care: Care

    # -- what stays the same at every size ----------------------------------------------------------------

    @property
    def _inner(self) -> tuple[float, float]:
        return self.area.width - 2 * self.area.margin, self.area.height - 2 * self.area.margin

    def _title_em(self, lines: tuple[str, ...]) -> float:
        """Letter by letter, as it is drawn: tracked capitals know no kerning, and each is rounded up."""
        widths = (sum(self.ruler(letter, 800) + TRACK + ROUNDED for letter in line) for line in lines)
        return max(widths, default=0)

    def _number_em(self) -> float:
        return self.ruler(str(self.block.number), 800) if self.block.number else 1.0

    # -- at one size --------------------------------------------------------------------------------------

    def fits(self, size: int) -> bool:
        """Nothing is cut off at ``size``."""
        head, (_, _, width, height) = self._head(size)
        if head.title_size < 0.4 * size or width < 4 * size:
            return False
        room = self._room(size, width)
        rows = [self._filled(entry, size, room) for entry in self.entries]
        if any(self._stands_out(row, size, room) for row in rows):
            return False
        return sum(self._bands(rows, size)) <= height

    def page(self, size: int) -> SignPage:
        head, (x, top, width, height) = self._head(size)
        room = self._room(size, width)
        broken = [self._broken(entry, size, room) for entry in self.entries]
        bands = self._bands(broken, size)
        spare = max(0.0, height - sum(bands))
        air = min(AIR * size, spare / len(bands))
        start = top + (spare - air * len(bands)) / 2
        rows = tuple(self._row(i, broken[i], x, width, start, bands, air) for i in range(len(self.entries)))
        rule = self._rule(head, x, size)
        words = len(self.block.title.split()) + sum(map(words_of, self.entries))
        return SignPage(self.block.key, size, self.block.centred, head, rule, rows, reading_s(words))

    def _row(
        self,
        index: int,
        broken: Broken,
        x: float,
        width: float,
        start: float,
        bands: list[float],
        air: float,
    ) -> SignRow:
        column, band = divmod(index, len(bands))
        wide = width / self.columns
        top = start + sum(bands[:band]) + air * (band + 0.5)
        return SignRow(self.entries[index], x + column * wide, top, wide, bands[band], *broken)

    def _room(self, size: int, width: float) -> float:
        """For the words of a row: beside its icon, inside its pill."""
        if self.block.centred:
            return width
        icon = any(entry.icon for entry in self.entries)
        return width / self.columns - size * (text_indent(icon) + 0.5)

    def _filled(self, entry: Entry, size: int, room: float) -> Broken:
        """As many lines as it takes, however uneven: enough to know whether it fits."""
        promise, detail = self._measures(size)
        lines = fill(units(entry.text, self.care), room, promise)
        return tuple(lines), tuple(fill(entry.detail.split(), room, detail))

    def _broken(self, entry: Entry, size: int, room: float) -> Broken:
        promise, detail = self._measures(size)
        lines = well_broken(entry.text, room, promise, self.care)
        return lines, well_broken(entry.detail, room, detail, Care.NONE)

    def _measures(self, size: int) -> tuple[Measure, Measure]:
        def promise(text: str) -> float:
            return width_px(text, 700, size, self.ruler)

        def detail(text: str) -> float:
            return width_px(text, 400, detail_size(size), self.ruler)

        return promise, detail

    def _stands_out(self, row: Broken, size: int, room: float) -> bool:
        return any(
            measure(line) > room
            for lines, measure in zip(row, self._measures(size), strict=True)
            for line in lines
        )

    def _bands(self, rows: list[Broken], size: int) -> list[float]:
        """Heights of the rows that stand side by side; one entry each in a single column."""
        deep = -(-len(rows) // self.columns)
        pad = (0.3 if self.area.low else 0.9 if self.block.centred else 0.46) * size
        heights = [words_height(len(lines), len(detail), size) + pad for lines, detail in rows]
        return [max(heights[band::deep]) for band in range(deep)]

    # -- the heading --------------------------------------------------------------------------------------

    def _head(self, size: int) -> tuple[SignHead, Box]:
        """The heading, and the box it leaves to the rows: x, top, width, height."""
        if self.block.centred and not self.area.low:
            return self._lotus_above(size)
        if not self.side:
            return self._head_above(size)
        return self._head_before() if self.area.low else self._head_beside()

    def _lotus_above(self, size: int) -> tuple[SignHead, Box]:
        margin, (width, height) = self.area.margin, self._inner
        extent = min(0.2 * height, 1.6 * size)
        inset = 0.04 * width
        head = SignHead(
            0,
            self.block.icon,
            (),
            False,
            margin,
            margin,
            width,
            extent,
            round(extent),
            size,
            True,
            centred=True,
        )
        box = (margin + inset, margin + extent, width - 2 * inset, height - extent)
        return head, box

    def _head_above(self, size: int) -> tuple[SignHead, Box]:
        margin, (width, height) = self.area.margin, self._inner
        number, gap = 2.1 * size, 0.45 * size
        room = width - self._number_em() * number - gap
        title = (self.block.title,)
        title_size = min(1.15 * size, room / max(0.1, self._title_em(title)))
        tall = 1.05 * number
        head = self._made(title, margin, margin, width, tall, number, title_size, stacked=False)
        taken = tall + 0.5 * size
        return head, (margin, margin + taken, width, height - taken)

    def _head_beside(self) -> tuple[SignHead, Box]:
        """A poster's heading: the number large, the word below it, one line for each of its words."""
        margin, (width, height) = self.area.margin, self._inner
        column = 0.25 * width
        ways = (self.block.title.split() or [""], [self.block.title])
        title, em = min(((tuple(way), self._title_em(tuple(way))) for way in ways), key=lambda way: way[1])
        title_size = min(0.135 * height, column / max(0.1, em))
        number = min(0.46 * height, 0.95 * column / self._number_em())
        number = number if self.block.number else 0.6 * number
        tall = number * 1.05 + title_size * 1.2 * len(title)
        top = margin + (height - tall) / 2
        head = self._made(title, margin, top, column, tall, number, title_size, stacked=True)
        gap = 0.055 * width
        return head, (margin + column + gap, margin, width - column - gap, height)

    def _head_before(self) -> tuple[SignHead, Box]:
        """On a low board: number and word on one line, as high as the board."""
        margin, (width, height) = self.area.margin, self._inner
        title = self._two_lines()
        number = 0.0 if self.block.clock else height * (0.95 if self.block.number else 0.7)
        number_width = self._number_em() * number
        gap = (0.16 if self.block.number else 0.2) * height if number else 0.0
        em = self._title_em(title)
        most = 0.38 * height if len(title) > 1 else 0.5 * height  # marks reach above their line
        title_size = min(most, (0.3 * width - number_width - gap) / em) if em else most
        column = number_width + (gap + em * title_size if em else 0)
        head = self._made(title, margin, margin, column, height, number, title_size, stacked=False)
        space = column + 0.4 * height
        return head, (margin + space, margin, width - space, height)

    def _two_lines(self) -> tuple[str, ...]:
        """The title, broken in the middle when it has several words."""
        words = self.block.title.split()
        ways = [(" ".join(words[:i]), " ".join(words[i:])) for i in range(1, len(words))]
        return min(ways, key=self._title_em) if ways else tuple(words)

    def _made(
        self,
        title: tuple[str, ...],
        x: float,
        top: float,
        width: float,
        height: float,
        number: float,
        title_size: float,
        stacked: bool,
    ) -> SignHead:
        sizes = max(0, int(number)), max(1, int(title_size))
        block, box = self.block, (x, top, width, height)
        return SignHead(block.number, block.icon, title, block.clock, *box, *sizes, stacked)

    def _rule(self, head: SignHead, x: float, size: int) -> Rule | None:
        if self.block.centred and not self.area.low:
            return None
        margin, (width, height) = self.area.margin, self._inner
        if self.side:
            middle = (head.x + head.width + x) / 2
            return Rule(middle, margin, 0, height)
        return Rule(margin, head.top + head.height + 0.2 * size, width, 0)
