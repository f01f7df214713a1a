"""How many dossiers or visits an office had on a day, from a table: for tỷ lệ tham gia."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from headquarters.offices.models import Office
from headquarters.web.offices import columns, sheets
from headquarters.web.offices.sheets import Fault

HEADS = (("Mã đơn vị", "Code"), ("Ngày", "Day"), ("Số giao dịch", "Transactions"))
SAMPLES = ("26740", "2026-07-01, 01/07/2026", "128")
"""What may stand in each column; a day is understood either way."""
CODE, DAY, COUNT = range(3)


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
        office = columns.office(line, CODE, codes, found.faults)
        day, n = columns.day(line, DAY, found.faults), columns.count(line, COUNT, found.faults)
        if office is None or day is None or n is None:
            continue
        if (twice := places.setdefault((office, day), line.row)) != line.row:
            words = _("this office and day stand in row %(row)s already") % {"row": twice}
            found.faults.append(Fault(line.row, DAY, words))
        found.rows.append((office, day, n))
    return sheets.judged(sheet, found)
