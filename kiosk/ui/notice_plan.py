"""Where what an office publishes goes: cards in columns, on as many leaves as it takes; nothing scrolls.

Pure: words are measured through a ``Ruler``. All lengths are design px.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from kiosk.office import Row
from kiosk.ui.board_plan import Ruler
from kiosk.ui.theme import TYPE

PAD_X, PAD_Y, CARD_GAP, COLUMN_GAP = 28, 22, 16, 20
ROW_GAP, HEAD_GAP, LABEL_GAP = 10, 10, 24
ICON, ICON_GAP = 52, 16
TITLE, NOTE, LABEL, VALUE, LOUD, PLAIN = "step", "small", "body", "key_word", "page", "body"
LABEL_SHARE = 0.45
LEAST_COLUMN = 480  # the inner breadth a column needs, times the text size
GROWTH, MOST_STEP = (1.4, 1.3, 1.2, 1.1, 1.0), 1.65  # how far words grow into room that is left
GROUPS = re.compile(r"(?<=\d) (?=\d|giờ\b)|(?<=\bgiờ) (?=\d)")
CONTINUED = "continued"  # as long as the word is in any language
SLACK = 4  # what rounding to whole pixels may add to a card
MOST_AIR = 32  # how much higher rows grow where a leaf has room left


@dataclass(frozen=True, slots=True)
class Block:
    """One thing published. ``note`` stands small under the title, ``glyph`` is an icon or "", ``style``
    the type style of what its rows say."""

    title: str
    note: str
    rows: tuple[Row, ...]
    glyph: str = ""
    style: str = VALUE


@dataclass(frozen=True, slots=True)
class Card:
    """A block, or the part of it that had room. ``label``: breadth of the labels' column, 0 where labels
    stand above what they name. ``noted_beside``: the note has room in the title's line."""

    block: Block
    rows: tuple[Row, ...]
    label: float
    height: float
    noted_beside: bool
    continued: bool = False


Leaf = tuple[tuple[Card, ...], ...]
"""Columns of cards."""


@dataclass(frozen=True, slots=True)
class Plan:
    """``leaves`` set at the text size ``step``; every row stands in ``air`` more than its words take."""

    leaves: tuple[Leaf, ...]
    step: float
    air: float


@dataclass(frozen=True, slots=True)
class Room:
    """The field the leaves are for; ``step`` is the text size."""

    width: float
    height: float
    step: float
    ruler: Ruler

    def inner(self, columns: int) -> float:
        """What a card in one of so many columns has for words."""
        return (self.width - COLUMN_GAP * (columns - 1)) / columns - 2 * PAD_X

    def line(self, kind: str) -> float:
        return TYPE[kind].line * self.step

    def lines(self, text: str, kind: str, width: float) -> float:
        """The height of a wrapped text."""
        return len(self.ruler.wrap(text, kind, self.step, width)) * self.line(kind) if text else 0

    def longest(self, text: str, kind: str) -> float:
        """The breadth of the widest word."""
        return max((self.ruler.width(word, kind, self.step) for word in text.split(" ")), default=0)


def value_kind(block: Block, row: Row) -> str:
    """The type style of what a row says; a sentence of its own is no value."""
    return PLAIN if not row.label and block.style == VALUE else block.style


def unbroken(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """Numbers written in groups stay on one line: phone numbers, and times such as "07 giờ 30"."""
    return tuple(replace(row, text=GROUPS.sub("\u00a0", row.text)) for row in rows)


def roomiest(blocks: tuple[Block, ...], room: Room) -> Plan:
    """The leaves at the citizen's text size, or as much larger as takes no leaf more; and what height is
    still left, shared among the rows."""
    least = leaves_of(blocks, room)
    for growth in GROWTH:
        step = room.step * growth
        if step <= MOST_STEP:
            leaves = leaves_of(blocks, replace(room, step=step))
            if len(leaves) <= len(least):
                return Plan(leaves, step, air_of(leaves, room.height))
    return Plan(least, room.step, air_of(least, room.height))


def air_of(leaves: tuple[Leaf, ...], height: float) -> float:
    """What every row can have beside its words: the same on all leaves, so that rows keep their rhythm."""

    def spare(column: tuple[Card, ...]) -> float:
        taken = sum(card.height for card in column) + CARD_GAP * (len(column) - 1)
        return (height - taken) / sum(len(card.rows) for card in column)

    columns = [column for leaf in leaves for column in leaf if column]
    return max(0, min([MOST_AIR, *map(spare, columns)]))


def leaves_of(blocks: tuple[Block, ...], room: Room) -> tuple[Leaf, ...]:
    """Reading order goes down a column, then to the next column, then to the next leaf."""
    columns = 2 if len(blocks) > 1 and room.inner(2) >= LEAST_COLUMN * room.step else 1
    frame = Frame.of(blocks, room, room.inner(columns))
    waiting = [frame.card(block, block.rows) for block in blocks]
    leaves: list[Leaf] = []
    while waiting:
        taken, waiting = _fill(waiting, columns, frame)
        leaves.append(_levelled(taken, columns))
    return tuple(leaves)


@dataclass(frozen=True, slots=True)
class Frame:
    """What all cards of a plan share, so that the eye finds its way down: ``inner``, their breadth for words,
    ``label``, that of labels, and ``beside``, whether notes stand in the titles' lines."""

    room: Room
    inner: float
    label: float
    beside: bool

    @classmethod
    def of(cls, blocks: tuple[Block, ...], room: Room, inner: float) -> Frame:
        def head(block: Block) -> float:
            title = room.ruler.width(block.title, TITLE, room.step)
            return title + LABEL_GAP + room.ruler.width(block.note, NOTE, room.step)

        beside = all(head(block) <= _head_breadth(block, inner) for block in blocks)
        return cls(room, inner, _label_breadth(blocks, room, inner), beside)

    def card(self, block: Block, rows: tuple[Row, ...], *, continued: bool = False) -> Card:
        """The card of these rows, measured."""
        title = named(block, CONTINUED if continued else "")
        height = 2 * PAD_Y + self._head(title, block) + HEAD_GAP + SLACK
        height += sum(self._row(block, row) for row in rows) + ROW_GAP * (len(rows) - 1)
        return Card(block, rows, self.label, height, self.beside, continued)

    def _head(self, title: str, block: Block) -> float:
        """Title and note, beside the icon where there is one."""
        width = _head_breadth(block, self.inner)
        note = self.room.lines(block.note, NOTE, width)
        # A title that goes on is longer than it was when the note had room beside it.
        room_left = width - LABEL_GAP - self.room.ruler.width(block.note, NOTE, self.room.step)
        title_tall = self.room.lines(title, TITLE, room_left if self.beside else width)
        return max(title_tall if self.beside else title_tall + note, ICON if block.glyph else 0)

    def _row(self, block: Block, row: Row) -> float:
        lines, kind = self.room.lines, value_kind(block, row)
        if not row.label:
            return lines(row.text, kind, self.inner)
        if not self.label:
            return lines(row.label, LABEL, self.inner) + lines(row.text, kind, self.inner)
        beside = lines(row.text, kind, self.inner - self.label - LABEL_GAP)
        return max(beside, lines(row.label, LABEL, self.label))


def _head_breadth(block: Block, inner: float) -> float:
    return inner - (ICON + ICON_GAP if block.glyph else 0)


def _label_breadth(blocks: tuple[Block, ...], room: Room, inner: float) -> float:
    """As broad as the longest label, within its share; 0 when something named would not fit beside it."""
    rows = [(block, row) for block in blocks for row in block.rows if row.label]
    widest = max((room.ruler.width(row.label, LABEL, room.step) for _, row in rows), default=0)
    label = min(inner * LABEL_SHARE, widest + 2)
    beside = inner - label - LABEL_GAP
    broken = any(
        room.longest(row.label, LABEL) > label or room.longest(row.text, value_kind(block, row)) > beside
        for block, row in rows
    )
    return 0 if broken or inner < 380 * room.step else label


def _fill(waiting: list[Card], columns: int, frame: Frame) -> tuple[list[list[Card]], list[Card]]:
    """One leaf's columns, and the cards that had no room on it."""
    rest = list(waiting)
    taken: list[list[Card]] = []
    for _ in range(columns):
        column, left = list[Card](), frame.room.height
        while rest and rest[0].height <= left:
            left -= rest[0].height + CARD_GAP
            column.append(rest.pop(0))
        if rest and not column:
            first, after = _split(rest.pop(0), frame)
            column.append(first)
            rest[:0] = after
        taken.append(column)
    return taken, rest


def _split(card: Card, frame: Frame) -> tuple[Card, list[Card]]:
    """A card higher than a column: what fits of it, at least one row, and the rest."""
    first, count = card, len(card.rows)
    while count > 1 and first.height > frame.room.height:
        count -= 1
        first = frame.card(card.block, card.rows[:count], continued=card.continued)
    rest = card.rows[count:]
    return first, [frame.card(card.block, rest, continued=True)] if rest else []


def _levelled(taken: list[list[Card]], columns: int) -> Leaf:
    """The same cards in the same order, the columns as even as they go."""
    cards = [card for column in taken for card in column]
    if columns < 2 or len(cards) < 2:
        return tuple(tuple(column) for column in taken)

    def height(part: list[Card]) -> float:
        return sum(card.height + CARD_GAP for card in part)

    cut = min(range(1, len(cards)), key=lambda i: (max(height(cards[:i]), height(cards[i:])), -i))
    return tuple(cards[:cut]), tuple(cards[cut:])


def leaf_of(leaves: tuple[Leaf, ...], block: Block) -> int:
    """The first leaf on which ``block`` stands; 0 when it stands on none."""
    for number, leaf in enumerate(leaves):
        if any(card.block == block for column in leaf for card in column):
            return number
    return 0


def named(block: Block, continued: str) -> str:
    """The title of a block, or of a part of it that goes on from the leaf before."""
    return f"{block.title} ({continued})" if continued else block.title
