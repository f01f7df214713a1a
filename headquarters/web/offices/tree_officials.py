"""Rows of officials (cán bộ) in the list of offices: office, key, name, position, days, desk.

A row is the person whom this office has with this key from this first day on, or who is alone with the key.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Container
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from headquarters.offices.models import OFFICIAL_CODE, Desk, Office, Official
from headquarters.web.offices.sheets import Line
from headquarters.web.offices.tree_cells import Cells
from headquarters.web.offices.tree_format import (
    CODE,
    DESK,
    FIRST,
    IDENT,
    KIND,
    LAST,
    NAME,
    OFFICIAL,
    OFFICIAL_KEY,
    PARENT,
    POSITION,
    UNIT,
)

Key = tuple[str, str]
"""(code of the office, key in its book)"""


@dataclass(slots=True)
class WantedOfficial:
    """An official as a row wants them."""

    row: int
    code: str
    key: str
    person: str
    position: str
    first: dt.date | None
    last: dt.date | None
    desk: str
    known: Official | None = None
    changes: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """What the dry run calls it."""
        return f"{self.person} ({self.key})"

    @property
    def begins(self) -> dt.date:
        if self.first is not None:
            return self.first
        return self.known.valid_from if self.known else timezone.localdate()

    def store(self) -> None:
        """As the row says. Its office and desk are stored."""
        office = Office.objects.get(code=self.code)
        one = self.known or Official(office=office, code=self.key)
        one.name, one.position, one.valid_from, one.valid_to = (
            self.person, self.position, self.begins, self.last,
        )  # fmt: skip
        one.desk = Desk.objects.get(office=office, name=self.desk) if self.desk else None
        one.save()


class OfficialRows:
    """Reads and judges them; ``same`` are those that stay as they are."""

    def __init__(self, cells: Cells) -> None:
        self.cells = cells
        self.rows: list[WantedOfficial] = []
        self.same = 0

    def take(self, line: Line) -> None:
        """A row that has a key, a name or a position of an official."""
        cells, words = self.cells, _("the row of an official leaves this column empty")
        cells.empty(line, (IDENT, NAME, KIND, PARENT, UNIT), words)
        key = line.cells[OFFICIAL_KEY]
        try:
            OFFICIAL_CODE(key)
            long = len(key) > 40
        except ValidationError:
            long = True
        if long and not cells.has_fault(line.row, OFFICIAL_KEY):
            cells.fault(
                line.row, OFFICIAL_KEY,
                _("a key of an office book is expected, such as cb-01: small letters, digits, hyphens"),
            )  # fmt: skip
        last = cells.day(line, LAST)
        # The name of somebody who has left may be taken away, and is exported so.
        person = cells.name(line, OFFICIAL, 80, needed=last is None)
        position = cells.name(line, POSITION, 120, needed=False)
        self.rows.append(
            WantedOfficial(
                line.row,
                line.cells[CODE],
                key,
                person,
                position,
                cells.day(line, FIRST),
                last,
                line.cells[DESK],
            )
        )

    def judged(self, offices: Container[str], desks: Container[Key]) -> list[WantedOfficial]:
        """Those that are new or change. ``desks``: (code of the office, name), of file and headquarters."""
        there: dict[Key, list[Official]] = defaultdict(list)
        for one in Official.objects.filter(office__code__in={row.code for row in self.rows}).select_related(
            "office", "desk"
        ):
            there[one.office.code, one.code].append(one)
        wanted: dict[Key, list[WantedOfficial]] = defaultdict(list)
        for row in self.rows:
            self._place(row, offices, desks)
            wanted[row.code, row.key].append(row)
        for key, rows in wanted.items():
            self._recognise(rows, there[key])
            self._clash(rows, there[key])
        found = [row for row in self.rows if row.known is None or row.changes]
        self.same = len(self.rows) - len(found)
        return found

    def _place(self, row: WantedOfficial, offices: Container[str], desks: Container[Key]) -> None:
        if row.code not in offices:
            self.cells.fault(row.row, CODE, _("no office has the code %(code)s") % {"code": row.code or "–"})
        elif row.desk and (row.code, row.desk) not in desks:
            self.cells.fault(row.row, DESK, _("the office has no desk of this name"))

    def _recognise(self, rows: list[WantedOfficial], known: list[Official]) -> None:
        left = {one.valid_from: one for one in known}
        for row in rows:
            row.known = left.get(row.first) if row.first else None
            if row.known is None and len(rows) == len(known) == 1:
                row.known = known[0]
            if row.known is not None:
                row.changes = _changes(row, row.known)
            if row.last is not None and row.last < row.begins:
                self.cells.fault(row.row, LAST, _("The last day must not be before the first."))

    def _clash(self, rows: list[WantedOfficial], known: list[Official]) -> None:
        named = {row.known.pk for row in rows if row.known}
        others = [
            (one.valid_from, one.valid_to, one.desk.name if one.desk else "", 0)
            for one in known
            if one.pk not in named
        ]
        for row in rows:
            mine = (row.begins, row.last, row.desk, row.row)
            if any(_same_time(mine, other) and _same_place(mine, other) for other in others):
                self.cells.fault(
                    row.row,
                    OFFICIAL_KEY,
                    _("somebody else of this office has this key on some of these days"),
                )
            others.append(mine)


_Stay = tuple[dt.date, dt.date | None, str, int]


def _same_time(one: _Stay, other: _Stay) -> bool:
    return (one[1] is None or other[0] <= one[1]) and (other[1] is None or one[0] <= other[1])


def _same_place(one: _Stay, other: _Stay) -> bool:
    return not one[2] or not other[2] or one[2] == other[2]


def _changes(row: WantedOfficial, known: Official) -> list[str]:
    pairs: tuple[tuple[str, object, object], ...] = (
        (_("name"), known.name, row.person), (_("position"), known.position, row.position),
        (_("first day"), known.valid_from, row.begins), (_("last day"), known.valid_to, row.last),
        (_("desk"), known.desk.name if known.desk else "", row.desk),
    )  # fmt: skip
    return [name for name, before, after in pairs if before != after]
