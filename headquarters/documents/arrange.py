"""What both printers say in the same words and lines: head, receivers, annexes, long charts in parts.

A document is Vietnamese whatever the language of the page on which it was asked for.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from django.conf import settings
from django.utils import timezone
from PIL import ImageFont

from headquarters.documents import measures as m
from headquarters.documents.blocks import Annex, Bar, Bars, Block, Cell, Document, Paragraph, Table

FONTS: Final = settings.ROOT / "assets" / "fonts" / "liberation-serif"
BLANK: Final = "\u00a0"
NUMBER_BLANK: Final = BLANK * 10
DAY_BLANK: Final = BLANK * 5
RECEIVERS: Final = "Nơi nhận:"
NOTHING: Final = "Không có số liệu"
BARS_IN_ONE: Final = 22
"""A chart of more bars would not fit on a page: it goes on in a second picture."""
_STYLES: Final = {(False, False): "Regular", (True, False): "Bold", (False, True): "Italic"}
_MM_PER_POINT: Final = 25.4 / 72


@functools.cache
def _font(style: str) -> ImageFont.FreeTypeFont:
    # A thousand pixels an em: the design's own units nearly, so that widths are not those of a screen's grid.
    return ImageFont.truetype(
        FONTS / f"LiberationSerif-{style}.ttf", 1000, layout_engine=ImageFont.Layout.BASIC
    )


def width(text: str, size: float, *, bold: bool = False, italic: bool = False) -> float:
    """Millimetres of one line of text at ``size`` points."""
    return _font(_STYLES[bold, italic]).getlength(text) * size / 1000 * _MM_PER_POINT


_GLUE: Final = "\ue000"
"""Between words that stay on one line; it is printed as a blank."""
_COMMITTEE: Final = re.compile(r"ủy ban nhân dân", re.IGNORECASE)
_TOGETHER: Final = re.compile(
    r"\b(tổ|người|hài|cơ|hành|nhà|thủ|một|mức|phục|kết|phản|kiến|môi|nông|giáo|đào|khoa|công|báo)"
    r" (chức|dân|lòng|quan|chính|nước|tục|cửa|độ|vụ|quả|ánh|nghị|trường|nghiệp|dục|tạo|học|nghệ|cáo)\b",
    re.IGNORECASE,
)
"""Words of two syllables in names and titles: "tổ" at a line's end and "chức" on the next read badly."""


def broken(text: str, size: float, room: float, *, bold: bool = False) -> tuple[str, ...]:
    """The text in as few lines as fit into ``room`` millimetres, all of about one length.

    Newlines in the text are kept. Names and titles stand centred: a last line of one word would look wrong.
    """
    # A dash closes its line, it does not begin the next.
    text = _COMMITTEE.sub(lambda found: found[0].replace(" ", _GLUE), text)
    glued = re.sub(r" ([–-]) ", f"{_GLUE}\\1 ", _TOGETHER.sub(f"\\1{_GLUE}\\2", text))
    lines = (line for part in glued.split("\n") for line in _broken(_WORDS.findall(part), size, room, bold))
    return tuple(line.replace(_GLUE, " ") for line in lines)


_WORDS: Final = re.compile(r"[^ ]+")
"""A blank of its own kind (BLANK) does not part words, as ``str.split`` believes."""


def _broken(words: list[str], size: float, room: float, bold: bool) -> list[str]:
    lines = _filled(words, size, room, bold)
    wanted = len(lines)
    low, high = 0.0, room
    for _ in range(12):
        middle = (low + high) / 2
        tried = _filled(words, size, middle, bold)
        if len(tried) == wanted and all(_room(line, size, bold) <= room for line in tried):
            lines, high = tried, middle
        else:
            low = middle
    return lines


def _filled(words: list[str], size: float, room: float, bold: bool) -> list[str]:
    lines: list[str] = []
    for word in words:
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and _room(longer, size, bold) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _room(line: str, size: float, bold: bool) -> float:
    return width(line.replace(_GLUE, " "), size, bold=bold)


def short_rule(lines: Iterable[str], size: float, *, bold: bool = True) -> float:
    """Millimetres of the rule under centred lines: a share of the last, under which it stands."""
    return width(list(lines)[-1], size, bold=bold) * m.SHORT_RULE


def motto_rule() -> float:
    """Millimetres: as long as the motto itself (NĐ 30/2020, Phụ lục I, mục II, khoản 1)."""
    return width(m.MOTTO, m.MOTTO_SIZE, bold=True)


@dataclass(frozen=True, slots=True)
class Head:
    """The head's lines, already broken; rules in millimetres."""

    superior: tuple[str, ...]
    name: tuple[str, ...]
    name_rule: float
    motto_rule: float
    number: str
    place: tuple[str, ...]
    kind: str
    title: tuple[str, ...]
    title_rule: float


def head(document: Document) -> Head:
    """The head of a document."""
    letterhead = document.letterhead
    room = m.HEAD_LEFT - 2
    name = broken(letterhead.name.upper(), m.OFFICE_SIZE, room, bold=True)
    title = broken(tidy(document.title), m.TITLE_SIZE, m.TITLE_WIDTH, bold=True)
    kind = document.kind.upper()
    return Head(
        superior=broken(letterhead.superior.upper(), m.OFFICE_SIZE, room),
        name=name,
        name_rule=short_rule(name, m.OFFICE_SIZE),
        motto_rule=motto_rule(),
        number=number(document),
        place=broken(place(document), m.PLACE_SIZE, m.HEAD_RIGHT),
        kind=kind,
        title=title,
        title_rule=short_rule(title or (kind,), m.TITLE_SIZE),
    )


def number(document: Document) -> str:
    """ "Số:        /BC-UBND": the registry (văn thư) writes the number in."""
    symbol = "-".join(part for part in (document.symbol, document.letterhead.symbol) if part)
    return f"Số:{NUMBER_BLANK}/{symbol}" if symbol else f"Số:{NUMBER_BLANK}"


def place(document: Document) -> str:
    """ "Thủ Dầu Một, ngày 05 tháng 11 năm 2025"; an undated one leaves day and month blank."""
    year = document.year or timezone.localdate().year
    words = date_words(document.day) if document.day else f"ngày{DAY_BLANK}tháng{DAY_BLANK}năm {year}"
    return f"{document.letterhead.place}, {words}" if document.letterhead.place else words


def date_words(day: dt.date) -> str:
    """Days under 10 and the months 1 and 2 have a nought before them (mục II, khoản 4)."""
    month = f"{day.month:02}" if day.month <= 2 else str(day.month)
    return f"ngày {day.day:02} tháng {month} năm {day.year}"


_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def clean(text: str) -> str:
    """Without what no file of XML can hold, which somebody may have pasted."""
    return _UNPRINTABLE.sub("", text)


_GLUED = re.compile(r"\b(N|n) ([=<>≥≤]) (?=\d)")
_QUOTED = re.compile(r'"([^"\n]*)"')


def tidy(text: str) -> str:
    """Vietnamese quotation marks for typewriter's; "N = 357" is not torn at a line's end."""
    return _QUOTED.sub("“\\1”", _GLUED.sub(f"\\1{BLANK}\\2{BLANK}", clean(text)))


def receivers(document: Document) -> tuple[str, ...]:
    """The list under "Nơi nhận": each with its dash and semicolon, the last with a full stop."""
    bare = [line.strip().removeprefix("-").strip().rstrip(";.") for line in document.receivers]
    kept = [line for line in bare if line]
    return tuple(f"- {line}{';' if i < len(kept) else '.'}" for i, line in enumerate(kept, 1))


@dataclass(frozen=True, slots=True)
class Part:
    """An annex: ``label`` is "Phụ lục", or "Phụ lục I" where there are several."""

    label: str
    title: tuple[str, ...]
    blocks: tuple[Block, ...]


def parts(document: Document) -> tuple[tuple[Block, ...], tuple[Part, ...]]:
    """The body, which the signature closes, and the annexes behind it."""
    body: list[Block] = []
    found: list[tuple[Annex, list[Block]]] = []
    for block in _told_apart(document.blocks):
        if isinstance(block, Annex):
            found.append((block, []))
        elif found:
            found[-1][1].append(block)
        else:
            body.append(block)
    annexes = tuple(
        Part(
            f"Phụ lục {roman(i)}" if len(found) > 1 else "Phụ lục",
            broken(tidy(annex.title).upper(), m.ANNEX_SIZE, m.TITLE_WIDTH, bold=True) if annex.title else (),
            tuple(blocks),
        )
        for i, (annex, blocks) in enumerate(found, 1)
    )
    return tuple(body), annexes


def held(body: tuple[Block, ...]) -> int:
    """How many of the last blocks stay with the signature, so that two lines at least are above it."""
    if len(body) > 1 and isinstance(body[-1], Paragraph) and _one_line(body[-1]):
        return 2
    return min(1, len(body))


def _one_line(paragraph: Paragraph) -> bool:
    said = sum(width(run.text, m.BODY_SIZE, bold=run.bold) for run in paragraph.runs)
    return said <= m.TEXT_WIDTH - (m.INDENT if paragraph.indent else 0)


def _told_apart(blocks: Iterable[Block]) -> Iterator[Block]:
    """Long charts in parts, and a table without rows that says so."""
    for block in blocks:
        if isinstance(block, Bars):
            yield from _pieces(block)
        elif isinstance(block, Table) and not block.rows:
            yield replace(block, rows=((Cell(NOTHING, columns=len(block.widths)),),))
        else:
            yield block


def _pieces(bars: Bars) -> Iterator[Bars]:
    pieces = -(-len(bars.bars) // BARS_IN_ONE) or 1
    each = -(-len(bars.bars) // pieces) or 1
    for i in range(pieces):
        caption = bars.caption if i == 0 or not bars.caption else f"{bars.caption} (tiếp theo)"
        yield Bars(caption, bars.names, bars.bars[i * each : (i + 1) * each])


def roman(number: int) -> str:
    """Annexes are numbered I, II … (mục III, khoản 1)."""
    text = ""
    for value, letters in ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")):
        text += letters * (number // value)
        number %= value
    return text


def share(value: float) -> str:
    """64.1 → "64,1"."""
    return f"{value:.1f}".replace(".", ",")


def described(bars: Bars) -> str:
    """A chart in words, for whoever does not see it."""
    return clean(". ".join([bars.caption, *(_described(bar, bars.names) for bar in bars.bars)]))


def _described(bar: Bar, names: tuple[str, ...]) -> str:
    if not any(bar.shares):
        return f"{bar.label}: {NOTHING.lower()}"
    shares = (f"{name.lower()} {share(value)}%" for name, value in zip(names, bar.shares, strict=True))
    return f"{bar.label}: {', '.join(shares)}"
