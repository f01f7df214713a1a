"""From single cases, ratings and totals to the counts that the formulas take. Pure."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from headquarters.indicators.criteria import Criteria
from headquarters.indicators.formulas import Dossiers, Inputs, Matters

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−"), "-")


@dataclass(frozen=True, slots=True)
class Matter:
    """A case of a kind that counts. ``on`` is the day by which it is counted, ``received`` its receipt.

    ``pending``: being handled, and its day has not come.
    """

    office: int
    on: dt.date
    received: dt.date
    pending: bool
    late: bool
    dissatisfied: bool
    dossier: str = ""


@dataclass(frozen=True, slots=True)
class Named:
    """So many ratings of a month that named a dossier; ``day`` lies in it. ``dossier`` is which, where they
    were dissatisfied."""

    office: int
    day: dt.date
    dossier: str
    n: int


@dataclass(frozen=True, slots=True)
class Total:
    """An office's month, which begins on ``month``; ``codes`` of the late ones, as far as they are known."""

    office: int
    month: dt.date
    handled: int
    late: int
    codes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Material:
    """Everything of a period, unsorted. ``expected``: offices that are to have totals."""

    matters: tuple[Matter, ...] = ()
    named: tuple[Named, ...] = ()
    totals: tuple[Total, ...] = ()
    expected: frozenset[int] = frozenset()


@dataclass(slots=True)
class _Office:
    """What one office's R3 is made of."""

    totals: list[Total] = field(default_factory=list)
    named: int = 0
    spoiled: set[str] = field(default_factory=set)

    def dossiers(self, least_named: int) -> Dossiers:
        if not self.totals:
            return Dossiers(without_totals=1)
        if self.named < least_named:
            return Dossiers(without_names=1)
        handled = sum(total.handled for total in self.totals)
        known = {code for total in self.totals for code in total.codes}
        both = self.spoiled | known
        # Late ones without a code may be among those that were complained of, or none of them may be.
        unknown = sum(max(0, total.late - len(total.codes)) for total in self.totals)
        most = len(both) + unknown
        least = len(both) + max(0, unknown - len(self.spoiled - known))
        return Dossiers(
            handled, min(handled, least), min(handled, most), self.named, len(self.totals), offices=1
        )


def count(
    material: Material,
    first: dt.date,
    last: dt.date,
    criteria: Criteria,
    group: Mapping[int, int] | None = None,
) -> dict[int, Inputs]:
    """Office → its inputs, of what falls between two days. ``group``: an office → the one it counts for.

    A dossier counts in the months whose totals hold the office's dossiers: a rating by its day, a case by the
    day of its receipt. Every dossier counts once, however often it was complained of.
    """
    of = (group or {}).get
    matters: dict[int, Matters] = defaultdict(Matters)
    for one in material.matters:
        if first <= one.on <= last and (criteria.with_not_due or not one.pending):
            matters[of(one.office, one.office)] += _matter(one)
    offices = _offices(material, first, last)
    found: dict[int, Inputs] = {key: Inputs(matters=one) for key, one in matters.items()}
    for office, parts in offices.items():
        key = of(office, office)
        found[key] = found.get(key, Inputs()) + Inputs(dossiers=parts.dossiers(criteria.least_named))
    return found


def _matter(one: Matter) -> Matters:
    good = not one.pending and not one.late
    return Matters(1, int(good), int(one.late or one.dissatisfied))


def _offices(material: Material, first: dt.date, last: dt.date) -> dict[int, _Office]:
    months = whole_months(first, last)
    found = {office: _Office() for office in material.expected}
    counted: set[tuple[int, dt.date]] = set()
    for total in material.totals:
        if total.month in months:
            found.setdefault(total.office, _Office()).totals.append(total)
            counted.add((total.office, total.month))
    # Days are compared first: a year is counted month by month, and most of it is another month's each time.
    for named in material.named:
        if first <= named.day <= last and (named.office, named.day.replace(day=1)) in counted:
            found[named.office].named += named.n
            if named.dossier:
                found[named.office].spoiled.add(named.dossier)
    for one in material.matters:
        if one.dossier and (one.office, one.received.replace(day=1)) in counted:
            found[one.office].spoiled.add(one.dossier)
    return found


def total(found: Iterable[Inputs]) -> Inputs:
    """All offices together."""
    return sum(found, Inputs())


def whole_months(first: dt.date, last: dt.date) -> list[dt.date]:
    """First days of the months that lie between two days with all their days."""
    month = first if first.day == 1 else next_month(first)
    found = []
    while (after := next_month(month)) <= last + dt.timedelta(days=1):
        found.append(month)
        month = after
    return found


def next_month(day: dt.date) -> dt.date:
    """The first day of the month behind this one's."""
    return (day.replace(day=28) + dt.timedelta(days=4)).replace(day=1)


def plain_code(text: str) -> str:
    """A dossier code in one way of writing: capitals, one kind of dash, no blanks."""
    text = unicodedata.normalize("NFKC", text).translate(_DASHES).upper()
    return "".join(text.split())
