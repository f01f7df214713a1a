"""Dossiers of offices by month, and the codes of the late ones, from tables: for R3."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from headquarters.indicators import totals
from headquarters.indicators.counting import plain_code
from headquarters.indicators.totals import Change, Late, Row
from headquarters.offices.models import Office
from headquarters.web.offices import columns, sheets
from headquarters.web.offices.sheets import Fault

HEADS = (
    ("Mã đơn vị", "Code"),
    ("Tên đơn vị", "Name"),  # for whoever fills it in; not looked at
    ("Tháng", "Month"),
    ("Số hồ sơ đã giải quyết", "Dossiers handled"),
    ("Số hồ sơ chậm", "Dossiers late"),
)
SAMPLES = ("26740", "UBND phường\u00a0…", "2026-07, 07/2026", "1280", "14")
"""What may stand in each column; a month is understood either way."""
CODE, NAME, MONTH, HANDLED, LATE = range(5)
LATE_HEADS = (("Mã đơn vị", "Code"), ("Tháng", "Month"), ("Mã hồ sơ", "Dossier code"))
LATE_SAMPLES = ("26740", "2026-07, 07/2026", "H12.34.5-260702-0001")
LATE_MONTH, LATE_CODE = 1, 2
LONGEST = 64


_R = TypeVar("_R", Row, Late)


@dataclass(slots=True)
class Months(Generic[_R]):
    """Rows about months of offices, and what is wrong."""

    rows: list[_R] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    @property
    def places(self) -> set[tuple[int, dt.date]]:
        return {(row.office, row.month) for row in self.rows}

    @property
    def offices(self) -> int:
        return len({office for office, _month in self.places})

    @property
    def first(self) -> dt.date:
        return min(month for _office, month in self.places)

    @property
    def last(self) -> dt.date:
        return max(month for _office, month in self.places)


@dataclass(slots=True)
class Totals(Months[Row]):
    """With what they would change."""

    change: Change = field(default_factory=Change)

    @property
    def handled(self) -> int:
        return sum(row.handled for row in self.rows)

    @property
    def late(self) -> int:
        return sum(row.late for row in self.rows)


def read(body: bytes, seen: QuerySet[Office]) -> Totals:
    """Look at a list of totals. Raises sheets.Unreadable."""
    sheet = sheets.read(body, HEADS)
    found = Totals(faults=sheet.faults)
    codes = dict(seen.values_list("code", "pk"))
    places: dict[tuple[int, dt.date], int] = {}
    for line in sheet.lines:
        office = columns.office(line, CODE, codes, found.faults)
        month = columns.month(line, MONTH, found.faults)
        handled = columns.count(line, HANDLED, found.faults)
        late = columns.count(line, LATE, found.faults)
        if office is None or month is None or handled is None or late is None:
            continue
        if late > handled:
            words = _("more late dossiers than were handled (%(n)s)") % {"n": handled}
            found.faults.append(Fault(line.row, LATE, words))
        if (twice := places.setdefault((office, month), line.row)) != line.row:
            words = _("this office and month stand in row %(row)s already") % {"row": twice}
            found.faults.append(Fault(line.row, MONTH, words))
        found.rows.append(Row(office, month, handled, late))
    if not found.faults:
        found.change = totals.compare(found.rows)
    return sheets.judged(sheet, found)


def read_late(body: bytes, seen: QuerySet[Office]) -> Months[Late]:
    """Look at a list of codes. Raises sheets.Unreadable."""
    sheet = sheets.read(body, LATE_HEADS)
    found = Months[Late](faults=sheet.faults)
    codes = dict(seen.values_list("code", "pk"))
    rows: dict[Late, int] = {}
    for line in sheet.lines:
        office = columns.office(line, CODE, codes, found.faults)
        month = columns.month(line, LATE_MONTH, found.faults)
        code = plain_code(line.cells[LATE_CODE])
        if not code or len(code) > LONGEST:
            words = _("a dossier’s code of at most %(n)s characters is expected") % {"n": LONGEST}
            found.faults.append(Fault(line.row, LATE_CODE, words))
        elif office is not None and month is not None:
            late = Late(office, month, code)
            if (twice := rows.setdefault(late, line.row)) != line.row:
                words = _("this dossier stands in row %(row)s already") % {"row": twice}
                found.faults.append(Fault(line.row, LATE_CODE, words))
    found.rows = list(rows)
    _hold_against_totals(found, rows)
    return sheets.judged(sheet, found)


def _hold_against_totals(found: Months[Late], rows: dict[Late, int]) -> None:
    """Each month's list must be the whole list: only then can nothing be counted twice."""
    known = totals.known(found.rows)
    places: dict[tuple[int, dt.date], list[int]] = defaultdict(list)
    for late, row in rows.items():
        places[late.office, late.month].append(row)
    for place, at in places.items():
        if place not in known:
            words = _("the totals of this office and month must be imported first")
        elif known[place][1] != len(at):
            words = _("the totals say %(late)s late dossiers in this month, this list has %(n)s") % {
                "late": known[place][1], "n": len(at)
            }  # fmt: skip
        else:
            continue
        found.faults.append(Fault(min(at), LATE_MONTH, words))


def template(seen: QuerySet[Office]) -> list[Sequence[str]]:
    """An empty list of totals for the last month that is over: offices that receive people."""
    last = timezone.localdate().replace(day=1) - dt.timedelta(days=1)
    receiving = seen.valid_on(last).filter(desks__isnull=False).distinct().order_by("code")  # type: ignore[attr-defined]
    rows = [(code, name, f"{last:%Y-%m}", "", "") for code, name in receiving.values_list("code", "name")]
    return [[names[0] for names in HEADS], *rows]


def late_template() -> list[Sequence[str]]:
    """An empty list of codes."""
    return [[names[0] for names in LATE_HEADS]]
