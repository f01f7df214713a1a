"""Sheets for emulation (thi đua): offices and desks in sums, never one rating; who was rated low again and
again is named for a person to review, with what the desk says to it beside. Nothing follows by itself.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections import Counter
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

from django.conf import settings

from headquarters.config import ConfigError
from headquarters.offices import tree
from headquarters.offices.models import Desk, Office
from headquarters.ratings import settling, slices
from headquarters.ratings.figures import MINIMUM_N, Tally
from headquarters.ratings.slices import Query
from headquarters.reports.models import Review
from headquarters.reports.periods import Kind, Period, containing

NAME = "emulation.toml"
KINDS = (Kind.QUARTER, Kind.SIX_MONTHS, Kind.NINE_MONTHS, Kind.YEAR)
"""Long enough for something to happen again."""


@dataclass(frozen=True, slots=True)
class Class:
    """From this percentage on, up to the next class's."""

    since: Fraction
    name: str


@dataclass(frozen=True, slots=True)
class Rules:
    """As emulation.toml says."""

    minimum_n: int
    low_months: int
    source: str
    classes: tuple[Class, ...] = ()
    classes_source: str = ""

    def class_of(self, tally: Tally) -> str:
        """By the exact share, before it is rounded; "" under the least number, or where no class is set."""
        if tally.n < self.minimum_n or not self.classes:
            return ""
        share = Fraction((tally.n2 + tally.n3) * 100, tally.n)
        return next(one.name for one in self.classes if share >= one.since)


@dataclass(frozen=True, slots=True)
class Standing:
    """An office's or desk's line. ``low`` of ``months`` with enough ratings were clearly worse than the
    whole; ``named``: often enough to be looked at. ``review``: what people said to that."""

    pk: int
    name: str
    note: str
    tally: Tally
    klass: str
    months: int = 0
    low: int = 0
    named: bool = False
    review: Review | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One office with all below it."""

    office: Office
    period: Period
    until: dt.date
    rules: Rules
    whole: Tally
    offices: tuple[Standing, ...]
    desks: tuple[Standing, ...]

    @property
    def named(self) -> tuple[Standing, ...]:
        return tuple(desk for desk in self.desks if desk.named)


def load() -> Rules:
    """Raises ConfigError for a file that cannot be used."""
    own = Path(settings.DATA) / NAME
    path = own if own.is_file() else Path(__file__).with_name(NAME)
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
        return _rules(found)
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise ConfigError(f"{path}: {error}") from error


def _rules(found: dict[str, Any]) -> Rules:
    classes = tuple(Class(Fraction(one["from"]), str(one["name"])) for one in found["classes"])
    if classes and (classes[-1].since != 0 or not all(a.since > b.since for a, b in pairwise(classes))):
        raise ValueError("classes: the highest first, the last one from 0")
    if classes and not found.get("classes_source"):
        raise ValueError("classes_source: which document says so?")
    if int(found["low_months"]) < 2:
        raise ValueError("low_months: one month is not again and again; at least 2")
    least = max(MINIMUM_N, int(found["minimum_n"]))
    return Rules(
        least, int(found["low_months"]), str(found["source"]), classes, str(found.get("classes_source", ""))
    )


def sheet(office: Office, period: Period, today: dt.date) -> Sheet:
    """Of the office with all below it, without flagged taps, up to ``today``."""
    rules = load()
    settling.settle()
    until = min(period.last, today)
    query = Query(period.first, until, tree.under(office.pk))
    months, low = _months(query, rules)
    reviews = {
        review.desk_id: review for review in Review.objects.filter(kind=period.kind, first=period.first)
    }
    desks = tuple(
        Standing(
            desk.pk, desk.name, desk.office.name, tally, rules.class_of(tally), months[desk.pk], low[desk.pk],
            low[desk.pk] >= rules.low_months, reviews.get(desk.pk),
        )
        for desk, tally in _desks(query)
    )  # fmt: skip
    return Sheet(office, period, until, rules, slices.total(query), _offices(query, rules), desks)


def _offices(query: Query, rules: Rules) -> tuple[Standing, ...]:
    found = {key: tally for key, tally in slices.by_office(query).items() if key}
    known = Office.objects.filter(pk__in=found).order_by("name")
    return tuple(
        Standing(one.pk, one.name, "", found[one.pk], rules.class_of(found[one.pk])) for one in known
    )


def _desks(query: Query) -> list[tuple[Desk, Tally]]:
    found = {key: tally for key, tally in slices.by_desk(query).items() if key}
    known = Desk.objects.filter(pk__in=found).select_related("office").order_by("office__name", "name")
    return [(desk, found[desk.pk]) for desk in known]


def _months(query: Query, rules: Rules) -> tuple[Counter[int], Counter[int]]:
    """Desk → months with enough ratings, and those of them that were clearly worse than the whole."""
    months: Counter[int] = Counter()
    low: Counter[int] = Counter()
    month = containing(Kind.MONTH, query.first)
    while month.first <= query.last:
        part = replace(query, first=month.first, last=min(month.last, query.last))
        whole = slices.total(part).unhappy_share
        for key, tally in slices.by_desk(part).items():
            interval = tally.unhappy_interval
            if key and tally.n >= rules.minimum_n and interval is not None and whole is not None:
                months[key] += 1
                low[key] += interval.low > whole
        month = containing(Kind.MONTH, month.last + dt.timedelta(days=1))
    return months, low
