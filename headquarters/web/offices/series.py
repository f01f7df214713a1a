"""An office's months before and after a merger: as the offices were, and as the office is now."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import NamedTuple

from headquarters.offices import lineage
from headquarters.offices.models import Office
from headquarters.ratings import slices
from headquarters.ratings.figures import Tally

MONTHS = 12


class Month(NamedTuple):
    """``then``: what this office itself took; ``now``: with the offices that it follows."""

    first: dt.date
    then: Tally
    now: Tally


def months(office: Office, today: dt.date) -> list[Month]:
    """The last twelve months; nothing for an office that follows nobody."""
    if not lineage.predecessors(office.pk, today):
        return []
    first = _month_before(today, MONTHS - 1)
    then, now = (
        _by_month(slices.Query(first, today, frozenset([office.pk]), lineage=which))
        for which in ("then", "now")
    )
    found = (_month_before(today, back) for back in range(MONTHS))
    return [Month(month, then.get(month, Tally()), now.get(month, Tally())) for month in found]


def together(offices: list[Office], day: dt.date, days: int = 30) -> list[tuple[str, Tally]]:
    """What each office took in the days before ``day``, and all of them together as the last line."""
    first, last = day - dt.timedelta(days=days), day - dt.timedelta(days=1)
    found = [
        (office.name, slices.total(slices.Query(first, last, frozenset([office.pk])))) for office in offices
    ]
    return [*found, ("", slices.sum_of(tally for _, tally in found))]


def _by_month(query: slices.Query) -> dict[dt.date, Tally]:
    parts: dict[dt.date, list[Tally]] = defaultdict(list)
    for day, tally in slices.by_day(query).items():
        parts[day.replace(day=1)].append(tally)
    return {month: slices.sum_of(tallies) for month, tallies in parts.items()}


def _month_before(day: dt.date, count: int) -> dt.date:
    """The first day of the month ``count`` months before that of ``day``."""
    years, month = divmod(day.month - 1 - count, 12)
    return dt.date(day.year + years, month + 1, 1)
