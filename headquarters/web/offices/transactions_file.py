"""How many dossiers or visits an office had on a day, from a table: for tỷ lệ tham gia."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from headquarters.offices.models import Office
from headquarters.web.offices import sheets
from headquarters.web.offices.sheets import Fault, Line

HEADS = (("Mã đơn vị", "Code"), ("Ngày", "Day"), ("Số giao dịch", "Transactions"))
CODE, DAY, COUNT = range(3)
LARGEST = 1_000_000
EARLIEST = dt.date(2015, 1, 1)


@dataclass(slots=True)
class Counts:
    """(office id, day, count) of every row, and what is wrong."""

    rows: list[tuple[int, dt.date, int]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    @property
    def offices(self) -> int:
        return len({office for office, _day, _n in self.rows})

    @property
    def total(self) -> int:
        return sum(n for _office, _day, n in self.rows)

    @property
    def first(self) -> dt.date:
        return min(day for _office, day, _n in self.rows)

    @property
    def last(self) -> dt.date:
        return max(day for _office, day, _n in self.rows)


def read(body: bytes, seen: QuerySet[Office]) -> Counts:
    """Look at a file. Raises sheets.Unreadable."""
    sheet = sheets.read(body, HEADS)
    found = Counts(faults=sheet.faults)
    codes = dict(seen.values_list("code", "pk"))
    places: dict[tuple[int, dt.date], int] = {}
    for line in sheet.lines:
        office, day, n = _office(line, codes, found), _day(line, found), _count(line, found)
        if office is None or day is None or n is None:
            continue
        if (twice := places.setdefault((office, day), line.row)) != line.row:
            words = _("this office and day stand in row %(row)s already") % {"row": twice}
            found.faults.append(Fault(line.row, DAY, words))
        found.rows.append((office, day, n))
    if not sheet.lines and not found.faults:
        found.faults.append(Fault(1, -1, _("there is no row below the heading")))
    found.faults.sort()
    return found


def _office(line: Line, codes: dict[str, int], found: Counts) -> int | None:
    office = codes.get(line.cells[CODE])
    if office is None:
        words = _("no office of yours has the code %(code)s") % {"code": line.cells[CODE] or "–"}
        if CODE in line.numbers:
            words = _("the code is a number, so zeros at its front may be lost: format the column as text")
        found.faults.append(Fault(line.row, CODE, words))
    return office


def _day(line: Line, found: Counts) -> dt.date | None:
    try:
        day = sheets.day(line.cells[DAY])
    except ValueError:
        day = None
    if day is None:
        found.faults.append(Fault(line.row, DAY, _("a day should be written as 2026-07-01 or 01/07/2026")))
    elif not EARLIEST <= day <= timezone.localdate():
        found.faults.append(Fault(line.row, DAY, _("this day is too far away, or not here yet")))
        return None
    return day


def _count(line: Line, found: Counts) -> int | None:
    text = line.cells[COUNT]
    if not text.isascii() or not text.isdigit() or len(text) > 7 or int(text) > LARGEST:
        found.faults.append(Fault(line.row, COUNT, _("a whole number from 0 to 1,000,000 is expected")))
        return None
    return int(text)
