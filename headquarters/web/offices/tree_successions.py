"""Rows that say which office goes on as which (sáp nhập, chia tách), and from which day.

Several offices into one is a merger, one into several a split. Such a row moves no desk, tablet or person: it
is for offices whose change is past, so that their figures are read together. See offices.lineage.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from headquarters import formats
from headquarters.offices.models import Office, Succession
from headquarters.web.offices.sheets import Line
from headquarters.web.offices.tree_cells import Cells
from headquarters.web.offices.tree_format import CODE, FIRST, HEADS, INTO

Life = tuple[dt.date, dt.date | None]
"""First and last day of an office."""


@dataclass(slots=True)
class WantedSuccession:
    """The office ``code`` goes on as ``into`` from ``day`` on."""

    row: int
    code: str
    into: str
    day: dt.date | None
    known: Succession | None = None
    changes: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """What the dry run calls it."""
        return f"→ {self.into}"

    def store(self) -> None:
        """As the row says. Both offices are stored, and the day is known: the plan has no faults."""
        assert self.day is not None  # noqa: S101 - for the type checker
        Succession.objects.update_or_create(
            predecessor=Office.objects.get(code=self.code), successor=Office.objects.get(code=self.into),
            defaults={"day": self.day},
        )  # fmt: skip


class SuccessionRows:
    """Reads and judges them; ``same`` are those that stay as they are."""

    def __init__(self, cells: Cells) -> None:
        self.cells = cells
        self.rows: list[WantedSuccession] = []
        self.same = 0

    def take(self, line: Line) -> None:
        """A row whose column "Nhập vào mã" is filled."""
        others = [column for column in range(len(HEADS)) if column not in (CODE, FIRST, INTO)]
        self.cells.empty(line, others, _("the row of a succession leaves this column empty"))
        day = self.cells.day(line, FIRST)
        if day is None and not self.cells.has_fault(line.row, FIRST):
            self.cells.fault(line.row, FIRST, _("say from which day on"))
        self.rows.append(WantedSuccession(line.row, line.cells[CODE], line.cells[INTO], day))

    def judged(self, lives: Mapping[str, Life]) -> list[WantedSuccession]:
        """Those that are new or change. ``lives``: of the offices that this person may change."""
        stored = Succession.objects.select_related("predecessor", "successor")
        known = {(one.predecessor.code, one.successor.code): one for one in stored}
        follows: dict[str, set[str]] = defaultdict(set)
        for code, into in known:
            follows[code].add(into)
        seen: dict[tuple[str, str], int] = {}
        for row in self.rows:
            row.known = known.get((row.code, row.into))
            row.changes = [_("first day")] if row.known and row.known.day != row.day else []
            if first := seen.setdefault((row.code, row.into), row.row) - row.row:
                words = _("this succession stands in row %(row)s already") % {"row": row.row + first}
                self.cells.fault(row.row, INTO, words)
            elif self._offices(row, lives):
                self._days(row, lives[row.code], lives[row.into])
                self._circle(row, follows)
        found = [row for row in self.rows if row.known is None or row.changes]
        self.same = len(self.rows) - len(found)
        return found

    def _offices(self, row: WantedSuccession, lives: Mapping[str, Life]) -> bool:
        words = _("no office has the code %(code)s")
        for column, code in ((CODE, row.code), (INTO, row.into)):
            if code not in lives:
                self.cells.fault(row.row, column, words % {"code": code or "–"})
        if row.code == row.into:
            self.cells.fault(row.row, INTO, _("an office does not follow itself"))
        return row.code in lives and row.into in lives and row.code != row.into

    def _days(self, row: WantedSuccession, before: Life, after: Life) -> None:
        if row.day is None:
            return
        if before[0] >= row.day:
            words = _("%(code)s does not exist before this day") % {"code": row.code}
            self.cells.fault(row.row, FIRST, words)
        elif before[1] is not None and before[1] >= row.day:
            words = _("%(code)s still exists on this day: its last one is %(day)s")
            told = {"code": row.code, "day": formats.day(before[1])}
            self.cells.fault(row.row, FIRST, words % told)
        if after[0] > row.day or (after[1] is not None and after[1] < row.day):
            words = _("%(code)s does not exist on this day") % {"code": row.into}
            self.cells.fault(row.row, INTO, words)

    def _circle(self, row: WantedSuccession, follows: dict[str, set[str]]) -> None:
        waiting, seen = [row.into], set[str]()
        while waiting:
            code = waiting.pop()
            if code == row.code:
                self.cells.fault(row.row, INTO, _("the offices that follow this one go round in a circle"))
                return
            waiting += follows[code] - seen
            seen.add(code)
        follows[row.code].add(row.into)
