"""The indicators of some offices and days: all together, by office, by month."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.utils import timezone

from headquarters.indicators import counting, criteria, formulas, material
from headquarters.indicators.criteria import Criteria
from headquarters.indicators.formulas import Inputs, Result

Results = tuple[Result, Result, Result]


@dataclass(frozen=True, slots=True)
class Query:
    """``offices``: those that are counted, as they were then; None is every office. ``group``: an office →
    the one it counts for by office (itself where it is not there). ``flagged``: with flagged ratings.
    ``since``: from when on there are figures by month, where that is before ``first``."""

    first: dt.date
    last: dt.date
    offices: frozenset[int] | None = None
    group: Mapping[int, int] | None = None
    flagged: bool = False
    since: dt.date = dt.date.max


@dataclass(frozen=True, slots=True)
class Figures:
    """All of a period. ``inputs`` is what ``results`` are made of."""

    criteria: Criteria
    inputs: Inputs
    results: Results
    offices: dict[int, Results]
    by_month: dict[dt.date, Results]
    whole_months: tuple[dt.date, ...]


def results(
    offices: Collection[int] | None, first: dt.date, last: dt.date, today: dt.date | None = None
) -> Results:
    """R1, R2, R3 of these offices (None: all), as they were then, from ``first`` to ``last``. Raises
    ConfigError as ``figures``."""
    rules = criteria.load()
    found = material.read(first, last, offices, rules, today or timezone.localdate())
    inputs = counting.total(counting.count(found, first, last, rules).values())
    return formulas.all_of(inputs, rules, len(counting.whole_months(first, last)))


def figures(query: Query, today: dt.date | None = None) -> Figures:
    """Raises ConfigError for an indicators.toml that cannot be used."""
    rules = criteria.load()
    since = min(query.first, query.since)
    found = material.read(
        since, query.last, query.offices, rules, today or timezone.localdate(), flagged=query.flagged
    )
    of_offices = counting.count(found, query.first, query.last, rules, query.group)
    whole = counting.whole_months(query.first, query.last)
    inputs = counting.total(of_offices.values())
    return Figures(
        rules, inputs, formulas.all_of(inputs, rules, len(whole)),
        {office: formulas.all_of(one, rules, len(whole)) for office, one in of_offices.items()},
        {month: _month(found, max(month, since), query.last, rules) for month in months(since, query.last)},
        tuple(whole),
    )  # fmt: skip


def _month(found: counting.Material, first: dt.date, last: dt.date, rules: Criteria) -> Results:
    last = min(counting.next_month(first) - dt.timedelta(days=1), last)
    inputs = counting.total(counting.count(found, first, last, rules).values())
    return formulas.all_of(inputs, rules, len(counting.whole_months(first, last)))


def months(first: dt.date, last: dt.date) -> list[dt.date]:
    """First days of the months that lie between two days, with some of their days at least."""
    month, found = first.replace(day=1), []
    while month <= last:
        found.append(month)
        month = counting.next_month(month)
    return found
