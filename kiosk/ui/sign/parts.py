"""What a signboard shows, before and after it is set. Pure."""

from __future__ import annotations

from dataclasses import dataclass

LOTUS = "spa"
DETAIL = 0.62  # an explanation's size, in the promise's size


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to read: a promise, a motto, or the office's name. ``icon`` may be empty."""

    key: str
    icon: str
    text: str
    detail: str


@dataclass(frozen=True, slots=True)
class Block:
    """A group before it is set. ``number`` 0: ``icon`` stands in its place. ``clock``: the time is its title.
    ``centred``: mottos, set in the middle without a heading."""

    key: str
    number: int
    title: str
    entries: tuple[Entry, ...]
    icon: str = LOTUS
    clock: bool = False
    centred: bool = False


@dataclass(frozen=True, slots=True)
class SignRow:
    """An entry in its place; ``x`` and ``top`` in px from the page's top left."""

    entry: Entry
    x: float
    top: float
    width: float
    height: float
    lines: tuple[str, ...]
    detail: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SignHead:
    """ "5 BIẾT": sizes in px; ``title`` in lines. ``stacked``: the number above the word, else before it."""

    number: int
    icon: str
    title: tuple[str, ...]
    clock: bool
    x: float
    top: float
    width: float
    height: float
    number_size: int
    title_size: int
    stacked: bool
    centred: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """A thin line between heading and rows."""

    x: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class SignPage:
    """One page; ``size``: type of its promises in px; ``shares``: of its time, one for each row."""

    key: str
    size: int
    centred: bool
    head: SignHead
    rule: Rule | None
    rows: tuple[SignRow, ...]
    seconds: float

    @property
    def shares(self) -> tuple[float, ...]:
        words = [words_of(row.entry) + 2 for row in self.rows]
        return tuple(count / sum(words) for count in words)


@dataclass(frozen=True, slots=True)
class Area:
    """What a window leaves to the pages, in px; ``low``: an LED board without a header."""

    width: int
    height: int
    low: bool

    @property
    def margin(self) -> float:
        return min(self.width * 0.04, self.height * 0.07)


def is_low(width: int, height: int) -> bool:
    """Too low for a header: every row of lamps goes to the words."""
    return width >= 3 * height


def reading_s(words: int) -> float:
    """How long a page of so many words stands: about two words a second, after a moment to look up."""
    return min(60.0, max(6.0, 4.0 + 0.5 * words))


def words_of(entry: Entry) -> int:
    return len(entry.text.split()) + len(entry.detail.split())


def text_indent(icon: bool) -> float:
    """Where a row's words begin, in its type size."""
    return 2.2 if icon else 0.5


def detail_size(size: int) -> int:
    return max(1, round(size * DETAIL))


def line_height(size: int) -> int:
    return -(-size * 13 // 10)


def words_height(lines: int, details: int, size: int) -> int:
    return lines * line_height(size) + details * line_height(detail_size(size))
