"""Sheets for emulation (thi đua): offices and desks in sums, never one rating; who was rated low again and
again is named for a person to review, with what the desk says to it beside. Nothing follows by itself.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

from headquarters import own_file
from headquarters.config import ConfigError
from headquarters.folding import fold
from headquarters.offices import tree
from headquarters.offices.models import Desk, Office, Official
from headquarters.ratings import officials as persons
from headquarters.ratings import settling, slices
from headquarters.ratings.figures import MINIMUM_N, Tally
from headquarters.ratings.slices import Query
from headquarters.reports.models import Review
from headquarters.reports.periods import Kind, Period, containing

NAME = "emulation.toml"
KINDS = (Kind.QUARTER, Kind.SIX_MONTHS, Kind.NINE_MONTHS, Kind.YEAR)
"""Long enough for something to happen again."""
Cut = Callable[[Query], Mapping[Any, Tally]]


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
    """An office's, desk's or official's line. ``low`` of ``months`` with enough ratings were clearly worse
    than the whole; ``named``: often enough to be looked at. ``review``: what people said to that."""

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
class Officials:
    """``few``: how many had too few ratings for a line. ``first`` to ``last``: the months counted."""

    lines: tuple[Standing, ...]
    few: int
    first: dt.date
    last: dt.date

    @property
    def named(self) -> tuple[Standing, ...]:
        return tuple(one for one in self.lines if one.named)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One office with all below it. ``officials``: of a single office, for who may see them."""

    office: Office
    period: Period
    until: dt.date
    rules: Rules
    whole: Tally
    offices: tuple[Standing, ...]
    desks: tuple[Standing, ...]
    officials: Officials | None = None

    @property
    def named(self) -> tuple[Standing, ...]:
        return tuple(desk for desk in self.desks if desk.named)


def load() -> Rules:
    """Raises ConfigError for a file that cannot be used."""
    path = own_file.place(NAME, __file__)
    found = own_file.read(path, Decimal)
    try:
        return _rules(found)
    except (KeyError, TypeError, ValueError) as error:
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


def sheet(office: Office, period: Period, today: dt.date, officials: bool = False) -> Sheet:
    """Of the office with all below it, without flagged taps, up to ``today``; with ``officials`` also of the
    persons of an office that is alone on its sheet."""
    rules = load()
    settling.settle()
    until = min(period.last, today)
    query = Query(period.first, until, tree.under(office.pk))
    months, low = _months(query, rules, slices.by_desk)
    kept = Review.objects.filter(kind=period.kind, first=period.first)
    reviews = {review.desk_id: review for review in kept.exclude(desk=None)}
    desks = tuple(
        Standing(
            desk.pk, desk.name, desk.office.name, tally, rules.class_of(tally), months[desk.pk], low[desk.pk],
            low[desk.pk] >= rules.low_months, reviews.get(desk.pk),
        )
        for desk, tally in _desks(query)
    )  # fmt: skip
    whole, offices = slices.total(query), _offices(query, rules)
    people = None
    if officials and len(offices) <= 1:
        people = _officials(persons.plain(query, today), period, rules)
    return Sheet(office, period, until, rules, whole, offices, desks, people)


def _officials(query: Query, period: Period, rules: Rules) -> Officials | None:
    """None where no whole month of the period is over, or nobody is in the register."""
    if query.first < period.first:
        return None

    def cut(part: Query) -> Mapping[int, Tally]:
        return persons.by_official(part).tallies

    found = cut(query)
    months, low = _months(query, rules, cut)
    kept = Review.objects.filter(kind=period.kind, first=period.first, official__in=found)
    reviews = {review.official_id: review for review in kept}
    known = sorted(Official.objects.filter(pk__in=found), key=lambda one: (fold(str(one)), one.code))
    lines = [
        Standing(
            one.pk, str(one), one.position, found[one.pk], rules.class_of(found[one.pk]), months[one.pk],
            low[one.pk], low[one.pk] >= rules.low_months, reviews.get(one.pk),
        )
        for one in known
        if found[one.pk].n >= rules.minimum_n
    ]  # fmt: skip
    return Officials(tuple(lines), len(found) - len(lines), query.first, query.last) if found else None


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


def _months(query: Query, rules: Rules, cut: Cut) -> tuple[Counter[int], Counter[int]]:
    """Desk, or whatever ``cut`` cuts by → months with enough ratings, and those of them that were clearly
    worse than the whole."""
    months: Counter[int] = Counter()
    low: Counter[int] = Counter()
    month = containing(Kind.MONTH, query.first)
    while month.first <= query.last:
        part = replace(query, first=month.first, last=min(month.last, query.last))
        whole = slices.total(part).unhappy_share
        for key, tally in cut(part).items():
            interval = tally.unhappy_interval
            if key and tally.n >= rules.minimum_n and interval is not None and whole is not None:
                months[key] += 1
                low[key] += interval.low > whole
        month = containing(Kind.MONTH, month.last + dt.timedelta(days=1))
    return months, low
