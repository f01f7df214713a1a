"""Reports that are due: which, when, and their drafts made in good time."""

from __future__ import annotations

import calendar
import datetime as dt
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language

from headquarters.reports import jobs, keeping
from headquarters.reports.models import Deadline, Report
from headquarters.reports.periods import Kind, Period, containing

PRESETS = Path(__file__).with_name("deadlines.toml")
LATE_FOR = dt.timedelta(days=60)
"""So long a report that was not issued is asked for; then nobody waits for it any more."""
AHEAD = dt.timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Due:
    """One report that a deadline asks for. ``report`` None: not drafted yet."""

    deadline: Deadline
    period: Period
    day: dt.date
    report: Report | None
    issued: bool

    @property
    def late(self) -> bool:
        return not self.issued and self.day < timezone.localdate()


def due_day(deadline: Deadline, period: Period) -> dt.date:
    """When that period's report is due; the last day of months that have no such day."""
    month = period.last.year * 12 + period.last.month - 1 + deadline.months_after
    year, number = divmod(month, 12)
    return dt.date(year, number + 1, min(deadline.day, calendar.monthrange(year, number + 1)[1]))


def periods_due(deadline: Deadline, first: dt.date, last: dt.date) -> Iterator[tuple[Period, dt.date]]:
    """Periods whose reports are due from ``first`` to ``last``, both included."""
    period = containing(Kind(deadline.kind), last + dt.timedelta(days=62))
    while period.last >= first - dt.timedelta(days=62):
        if first <= (day := due_day(deadline, period)) <= last:
            yield period, day
        period = period.before


def waiting(deadlines: Iterator[Deadline] | list[Deadline], today: dt.date) -> list[Due]:
    """What is late or comes within a month and has not been issued, the earliest first."""
    found = [
        due
        for deadline in deadlines
        for period, day in periods_due(deadline, today - LATE_FOR, today + AHEAD)
        if day >= deadline.since and not (due := _due(deadline, period, day)).issued
    ]
    return sorted(found, key=lambda due: (due.day, due.deadline.office.name))


def _due(deadline: Deadline, period: Period, day: dt.date) -> Due:
    report = Report.objects.filter(office_id=deadline.office_id, kind=period.kind, first=period.first).first()
    issued = report is not None and report.versions.exclude(issued_at=None).exists()
    return Due(deadline, period, day, report, issued)


def draft(now: dt.datetime) -> int:
    """Make the drafts whose time has come; how many."""
    today, made = timezone.localdate(now), 0
    for deadline in Deadline.objects.filter(enabled=True).select_related("office"):
        if not deadline.office.exists_on(today):
            continue
        for period, day in periods_due(deadline, today - LATE_FOR, today + AHEAD):
            ripe = day >= deadline.since and day - dt.timedelta(days=deadline.days_before) <= today
            if ripe and period.first <= today:
                made += _make(deadline, period, day)
    return made


def _make(deadline: Deadline, period: Period, day: dt.date) -> bool:
    """Its figures and files, too: whoever opens it finds it ready."""
    known = Report.objects.filter(office_id=deadline.office_id, kind=period.kind, first=period.first)
    if known.exists():
        known.filter(due_on=None).update(deadline=deadline, due_on=day)
        return False
    report = keeping.make(deadline.office, period, None, deadline)
    Report.objects.filter(pk=report.pk).update(due_on=day)
    version = report.latest
    if version is not None:
        jobs.ask_here(version)
    return True


def presets() -> list[dict[str, Any]]:
    """Deadlines that the plans name, to begin with; the plans themselves are named as they are."""
    with PRESETS.open("rb") as file:
        found: list[dict[str, Any]] = tomllib.load(file)["deadlines"]
    english = (get_language() or "").startswith("en")
    return [one | {"name": one["name_en"] if english else one["name"]} for one in found]
