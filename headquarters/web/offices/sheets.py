"""Tables that people send: XLSX, or CSV in UTF-8 or UTF-16. Read carefully: a file of theirs can be anything.

Everything is text afterwards. What cannot be read at all raises Unreadable; what is wrong in a cell is a
Fault, so that all of them can be told at once.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, Protocol, TypeVar

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from headquarters.spreadsheets import like_a_formula

MOST_BYTES = 5 * 1024 * 1024
MOST_UNPACKED = 60 * 1024 * 1024
MOST_ROWS = 20_000
MOST_CELL = 1_000
_BROKEN = (
    # What zipfile says of an archive …
    zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError,
    # … and openpyxl of XML that is no sheet: it takes a file at its word.
    InvalidFileException, ArithmeticError, AttributeError, LookupError, SyntaxError, TypeError, ValueError,
)  # fmt: skip
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class Unreadable(Exception):
    """No table can be made of this file; the text says why and what helps."""


class Fault(NamedTuple):
    """What is wrong in one cell; ``column`` counts from 0, -1 is the whole row."""

    row: int
    column: int
    words: str

    @property
    def where(self) -> str:
        """As a spreadsheet names the place."""
        if self.column < 0:
            return _("row %(row)s") % {"row": self.row}
        return _("row %(row)s, column %(column)s") % {"row": self.row, "column": _LETTERS[self.column]}


@dataclass(frozen=True, slots=True)
class Line:
    """A row with its number in the file; ``numbers`` are the columns whose cells were numbers, not text."""

    row: int
    cells: tuple[str, ...]
    numbers: frozenset[int] = frozenset()


@dataclass(slots=True)
class Sheet:
    """The rows below the heading, and what is wrong with them so far."""

    lines: list[Line] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def read(body: bytes, heads: Sequence[Sequence[str]], needed: int | None = None) -> Sheet:
    """The table of a file. ``heads``: for each column the names its heading may have. Of those behind the
    first ``needed`` (all) a file may leave the last ones out. Raises Unreadable."""
    if not body:
        raise Unreadable(_("The file is empty."))
    if len(body) > MOST_BYTES:
        raise Unreadable(_("The file is larger than 5 MB. Please divide it."))
    rows = _xlsx(body) if body.startswith(b"PK\x03\x04") else _csv(body)
    return _sheet(rows, heads, len(heads) if needed is None else needed)


def _sheet(rows: Iterable[Sequence[Any]], heads: Sequence[Sequence[str]], needed: int) -> Sheet:
    sheet, width, seen_head = Sheet(), len(heads), False
    for number, row in enumerate(rows, 1):
        if number > MOST_ROWS:
            raise Unreadable(_("The table has more than 20,000 rows. Please divide it."))
        cells = list(row)
        while cells and cells[-1] in (None, ""):
            cells.pop()
        if not cells:
            continue
        if not seen_head:
            width = min(len(heads), max(needed, len(cells)))
            _check_head(cells, heads[:width], number)
            seen_head = True
            continue
        _take(sheet, number, cells, width)
        _pad(sheet.lines, len(heads))
    if not seen_head:
        raise Unreadable(_("The file is empty."))
    return sheet


def _pad(lines: list[Line], width: int) -> None:
    """The last line gets empty cells for the columns that its file leaves out."""
    missing = width - len(lines[-1].cells)
    if missing > 0:
        lines[-1] = replace(lines[-1], cells=(*lines[-1].cells, *[""] * missing))


def _check_head(cells: Sequence[Any], heads: Sequence[Sequence[str]], number: int) -> None:
    found = [str(cell or "").strip().casefold() for cell in cells]
    for column, names in enumerate(heads):
        known = {name.casefold() for name in names}
        if (found[column] if column < len(found) else "") not in known:
            place = Fault(number, column, "").where
            words = _(
                "%(place)s: the heading should be “%(name)s”. Please keep the headings that this page shows."
            )
            raise Unreadable(words % {"place": place, "name": names[0]})


def _take(sheet: Sheet, number: int, cells: Sequence[Any], width: int) -> None:
    if len(cells) > width:
        sheet.faults.append(Fault(number, min(width, 25), _("there is something beyond the last column")))
    texts: list[str] = []
    numbers: set[int] = set()
    for column, cell in enumerate([*cells[:width], *[None] * (width - len(cells))]):
        text, is_number = _text(cell)
        if like_a_formula(text.lstrip("'")):
            sheet.faults.append(
                Fault(number, column, _("a formula, or text that begins like one, is not taken"))
            )
            text = ""
        elif len(text) > MOST_CELL or not text.isprintable():
            sheet.faults.append(Fault(number, column, _("the text is too long or has odd characters")))
            text = ""
        if is_number:
            numbers.add(column)
        texts.append(text)
    sheet.lines.append(Line(number, tuple(texts), frozenset(numbers)))


def _text(cell: Any) -> tuple[str, bool]:
    """A cell as text, and whether it was a number: 4 may have been 00004."""
    if cell is None:
        return "", False
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat(), False
    if isinstance(cell, dt.date):
        return cell.isoformat(), False
    if isinstance(cell, bool):
        return str(cell), False
    if isinstance(cell, int | float):
        return (str(int(cell)) if cell == cell // 1 else str(cell)), True
    return " ".join(str(cell).split()), False


def _xlsx(body: bytes) -> Iterator[Sequence[Any]]:
    """Rows of the first sheet. Formulas come as their own text, which begins with "="."""
    broken = _("This is no XLSX file, or it is damaged. Please save it again.")
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            if sum(info.file_size for info in packed.infolist()) > MOST_UNPACKED:
                raise Unreadable(_("The file unpacks to far more than a list of offices can be."))
        # XML is read with defusedxml, which openpyxl takes when it is there: no entity may expand.
        book = load_workbook(io.BytesIO(body), read_only=True, data_only=False, keep_links=False)
        page = book.worksheets[0]
        page.reset_dimensions()  # what a file says of its own size is not believed
        yield from page.iter_rows(max_col=40, values_only=True)
    except _BROKEN as error:
        raise Unreadable(broken) from error


def _csv(body: bytes) -> Iterator[Sequence[str]]:
    text = _decoded(body)
    first = text.split("\n", 1)[0]
    delimiter = max(";,\t", key=first.count)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    except csv.Error as error:
        raise Unreadable(_("The CSV is damaged: a quotation mark is not closed.")) from error


def _decoded(body: bytes) -> str:
    encoding = "utf-16" if body[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError as error:
        raise Unreadable(
            _("The file is neither XLSX nor CSV in UTF-8 or UTF-16. In Excel choose “CSV UTF-8” when saving.")
        ) from error
    if "\x00" in text:
        raise Unreadable(
            _("The file is neither XLSX nor CSV in UTF-8 or UTF-16. In Excel choose “CSV UTF-8” when saving.")
        )
    return text


class Found(Protocol):
    """What was made of a sheet."""

    faults: list[Fault]


_F = TypeVar("_F", bound=Found)


def judged(sheet: Sheet, found: _F) -> _F:
    """``found`` with its faults in the order of their places; a list without a row is one."""
    if not sheet.lines and not found.faults:
        found.faults.append(Fault(1, -1, _("there is no row below the heading")))
    found.faults.sort()
    return found


def day(text: str) -> dt.date | None:
    """A day as 2026-07-01 or 01/07/2026; None for nothing. Raises ValueError."""
    if not text:
        return None
    if "/" in text:
        return dt.datetime.strptime(text, "%d/%m/%Y").date()  # noqa: DTZ007 - a day has no zone
    return dt.date.fromisoformat(text)
