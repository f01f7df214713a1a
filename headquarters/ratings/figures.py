"""Figures over the rollup: counts of the three levels, their shares and how sure the shares are.

Everything is counted by the database in OfficeCell; Python only sees groups. For the figures of dashboards
see headquarters.ratings.slices.
"""

import datetime as dt
import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

from django.db import connection

from headquarters.offices.models import Desk, Office
from headquarters.ratings import settling
from headquarters.ratings.models import Aspect, OfficeCell
from headquarters.tablets.models import Tablet

CONFIDENCE = 0.95
# Under this many ratings an office is shown but not ranked.
MINIMUM_N = 30


@dataclass(frozen=True, slots=True)
class Interval:
    """Two shares, 0..1 (or differences of shares, −1..1)."""

    low: float
    high: float


def wilson(successes: int, n: int, z: float | None = None) -> Interval:
    """The score interval of a share, 95 % unless a z is given.

    E. B. Wilson, "Probable inference, the law of succession, and statistical inference",
    JASA 22 (1927), 209–212: (p + z²/2n ± z·√(p(1−p)/n + z²/4n²)) / (1 + z²/n).
    Raises ValueError for n = 0, which has no share.
    """
    if not 0 <= successes <= n or n == 0:
        raise ValueError(f"{successes} of {n} is not a share")
    z = _z(1) if z is None else z
    p, zz = successes / n, z * z
    centre = p + zz / (2 * n)
    half = z * math.sqrt(p * (1 - p) / n + zz / (4 * n * n))
    # At 0 and n of n the bound is exact; the formula misses it by a rounding error.
    low = 0.0 if successes == 0 else (centre - half) / (1 + zz / n)
    high = 1.0 if successes == n else (centre + half) / (1 + zz / n)
    return Interval(low, high)


def difference_interval(x1: int, n1: int, x2: int, n2: int, *, comparisons: int = 1) -> Interval:
    """The interval of x1/n1 − x2/n2, from the two Wilson intervals.

    R. G. Newcombe, "Interval estimation for the difference between independent proportions",
    Statistics in Medicine 17 (1998), 873–890, method 10. ``comparisons`` > 1 widens it after
    Bonferroni, for a difference that was picked out of several by looking.
    """
    z = _z(comparisons)
    p1, p2, first, second = x1 / n1, x2 / n2, wilson(x1, n1, z), wilson(x2, n2, z)
    return Interval(
        p1 - p2 - math.hypot(p1 - first.low, second.high - p2),
        p1 - p2 + math.hypot(first.high - p1, p2 - second.low),
    )


def _z(comparisons: int) -> float:
    return NormalDist().inv_cdf(1 - (1 - CONFIDENCE) / (2 * comparisons))


@dataclass(frozen=True, slots=True)
class Tally:
    """Ratings by level: n1 not satisfied yet, n2 satisfied, n3 very satisfied. Three, never five."""

    n1: int = 0
    n2: int = 0
    n3: int = 0

    @property
    def n(self) -> int:
        return self.n1 + self.n2 + self.n3

    def of(self, level: int) -> int:
        return {1: self.n1, 2: self.n2, 3: self.n3}[level]

    def share(self, level: int) -> float | None:
        return self.of(level) / self.n if self.n else None

    @property
    def unhappy_share(self) -> float | None:
        return self.share(1)

    @property
    def satisfied_share(self) -> float | None:
        """Tỷ lệ hài lòng = (n₃ + n₂) / N."""
        return (self.n3 + self.n2) / self.n if self.n else None

    @property
    def unhappy_interval(self) -> Interval | None:
        return wilson(self.n1, self.n) if self.n else None

    @property
    def satisfied_interval(self) -> Interval | None:
        return wilson(self.n3 + self.n2, self.n) if self.n else None


@dataclass(frozen=True, slots=True)
class OfficeFigures:
    """One office with at least one tablet; ``office_id`` is None for tablets that stand nowhere yet."""

    office_id: int | None
    name: str
    parent: str
    tally: Tally

    @property
    def ranked(self) -> bool:
        return self.tally.n >= MINIMUM_N


@dataclass(frozen=True, slots=True)
class DayFigures:
    day: dt.date
    tally: Tally


def total(parts: Iterable[OfficeFigures | DayFigures]) -> Tally:
    tallies = [part.tally for part in parts]
    return Tally(
        n1=sum(tally.n1 for tally in tallies),
        n2=sum(tally.n2 for tally in tallies),
        n3=sum(tally.n3 for tally in tallies),
    )


def period_figures(first_day: dt.date, last_day: dt.date, office_ids: Collection[int] | None = None) -> Tally:
    """All ratings from first_day to last_day, both included, of the offices given (None: every office)."""
    source, values = _counted(first_day, last_day, office_ids)
    ((n1, n2, n3),) = _rows(f"SELECT {_SUMS} {source}", values)
    return Tally(n1, n2, n3)


def by_office(
    first_day: dt.date, last_day: dt.date, office_ids: Collection[int] | None = None
) -> list[OfficeFigures]:
    """Ranked offices first, the highest "not satisfied yet" rate on top; then the others by name."""
    source, values = _counted(first_day, last_day, office_ids)
    tablet, desk, office = (model._meta.db_table for model in (Tablet, Desk, Office))
    # Tablets count, too, so that an office whose tablet took no rating is seen as nought and not missed; a
    # revoked tablet counts only for what it took.
    rows = _rows(
        f"SELECT o.id, o.name, p.name, {_SUMS} FROM (SELECT office_id, n1, n2, n3 {source} UNION ALL"
        f" SELECT coalesce(d.office_id, 0), 0, 0, 0 FROM {tablet} t LEFT JOIN {desk} d ON d.id = t.desk_id"
        f" WHERE t.revoked_at IS NULL{_chosen('d.office_id', office_ids)}) r"
        f" LEFT JOIN {office} o ON o.id = r.office_id LEFT JOIN {office} p ON p.id = o.parent_id"
        " GROUP BY o.id, o.name, p.name",
        [*values, *(office_ids or ())],
    )
    found = [
        OfficeFigures(key, name or "", parent or "", Tally(*tally)) for key, name, parent, *tally in rows
    ]
    return sorted(found, key=_rank)


def _rank(row: OfficeFigures) -> tuple[bool, float, int, str]:
    rate = (row.tally.unhappy_share or 0.0) if row.ranked else 0.0
    return (not row.ranked, -rate, -row.tally.n if row.ranked else 0, row.name)


def by_day(
    first_day: dt.date, last_day: dt.date, office_ids: Collection[int] | None = None
) -> list[DayFigures]:
    """One entry for every day of the period, also for days without a rating."""
    source, values = _counted(first_day, last_day, office_ids)
    rows = _rows(f"SELECT day, {_SUMS} {source} GROUP BY day", values)
    tallies = {_as_day(day): Tally(*tally) for day, *tally in rows}
    days = (first_day + dt.timedelta(days=k) for k in range((last_day - first_day).days + 1))
    return [DayFigures(day, tallies.get(day, Tally())) for day in days]


def _as_day(value: dt.date | str) -> dt.date:
    """SQLite keeps a date as ISO text and a bare cursor gives it back so."""
    return dt.date.fromisoformat(value) if isinstance(value, str) else value


def _rows(sql: str, values: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def _counted(
    first_day: dt.date, last_day: dt.date, office_ids: Collection[int] | None
) -> tuple[str, list[Any]]:
    """FROM and WHERE: a rating counts for the office where its tablet stood when it was given."""
    settling.settle()
    table = OfficeCell._meta.db_table
    source = f"FROM {table} WHERE aspect = %s AND day BETWEEN %s AND %s{_chosen('office_id', office_ids)}"
    values = [int(Aspect.WHOLE), first_day.isoformat(), last_day.isoformat(), *(office_ids or ())]
    return source, values


def _chosen(column: str, office_ids: Collection[int] | None) -> str:
    """An empty choice means nobody's ratings, never everybody's."""
    if office_ids is None:
        return ""
    return f" AND {column} IN ({', '.join(['%s'] * len(office_ids)) or 'NULL'})"


_SUMS = ", ".join(f"coalesce(sum({n}), 0)" for n in ("n1", "n2", "n3"))
