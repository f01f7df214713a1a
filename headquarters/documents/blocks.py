"""What an official document consists of, whoever prints it: documents.docx and documents.pdf read this alike.

Measures are the printers' own (NĐ 30/2020/NĐ-CP); here is only what is said, in its order.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class Letterhead:
    """The left half of the head (tên cơ quan ban hành). ``superior``: the office above (cơ quan chủ quản),
    "" where there is none to name; ``name`` may be of two lines, parted by a newline. ``symbol``: what stands
    behind the number's slash after the kind of document, such as "UBND". ``place``: where it is signed."""

    superior: str
    name: str
    symbol: str
    place: str


@dataclass(frozen=True, slots=True)
class Signature:
    """Authority and office of who signs: ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"). Name and seal stay blank."""

    lines: tuple[str, ...]
    name: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text of one look."""

    text: str
    bold: bool = False
    italic: bool = False


Align = Literal["left", "center", "right", "justify"]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Body text; ``indent``: its first line is drawn in."""

    runs: tuple[Run, ...]
    align: Align = "justify"
    indent: bool = True
    keep_with_next: bool = False


@dataclass(frozen=True, slots=True)
class Heading:
    """``level`` 1 is "I. …", 2 is "1. …", 3 is "a) …"; numbered by the text itself. Never last on a page."""

    text: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell; those that it covers by its spans are left out of their rows."""

    text: str
    align: Align = "center"
    bold: bool = False
    columns: int = 1
    rows: int = 1


@dataclass(frozen=True, slots=True)
class Table:
    """``widths`` are shares of the text's width. The head is repeated on every page."""

    caption: str
    head: tuple[tuple[Cell, ...], ...]
    rows: tuple[tuple[Cell, ...], ...]
    widths: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a chart: the shares of a whole, in per cent, in the order of ``Bars.names``."""

    label: str
    shares: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Bars:
    """Horizontal stacked bars, told apart in black and white: the same picture in every output."""

    caption: str
    names: tuple[str, ...]
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Annex:
    """Begins a new page: "PHỤ LỤC"."""

    title: str


Block = Paragraph | Heading | Table | Bars | Annex


@dataclass(frozen=True, slots=True)
class Document:
    """``kind``: "BÁO CÁO", "THƯ XIN LỖI" …; ``symbol``: the abbreviation of the kind ("BC") for the number.
    ``day`` None leaves day and month blank, as the number, signature and seal always are; ``year`` is then
    the year that is printed (None: this one). ``receivers``: the list under "Nơi nhận", without dashes and
    semicolons. What stands behind an ``Annex`` comes after the signature."""

    letterhead: Letterhead
    kind: str
    symbol: str
    title: str
    day: dt.date | None
    blocks: tuple[Block, ...]
    signature: Signature
    receivers: tuple[str, ...] = field(default=())
    year: int | None = None


def text(words: str, *, bold: bool = False, italic: bool = False) -> Paragraph:
    """A paragraph of one look."""
    return Paragraph((Run(words, bold, italic),))
