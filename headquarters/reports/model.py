"""A report: every number that it says, and the words people add.

Documents and spreadsheets are made from this alone, so that they cannot differ; it is kept as JSON with its
version, so that an issued one never moves.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import msgspec

from headquarters.ratings.figures import MINIMUM_N, Interval, Tally, difference_interval
from headquarters.reports.periods import Period


@dataclass(frozen=True, slots=True)
class Place:
    """The office that a report is about, as it was called when the figures were taken. ``full``: as a
    sentence calls it, "Ủy ban nhân dân xã A"."""

    pk: int
    code: str
    name: str
    kind: str
    full: str


@dataclass(frozen=True, slots=True)
class Row:
    """Ratings of an office or a desk; ``note`` is the desk's office. ``everything``: with flagged taps."""

    name: str
    note: str
    tally: Tally
    before: Tally
    everything: Tally

    @property
    def ranked(self) -> bool:
        return self.tally.n >= MINIMUM_N

    @property
    def difference(self) -> float | None:
        """Of the "chưa hài lòng" share, where both periods have enough ratings to speak of one."""
        return None if self.before.n < MINIMUM_N or not self.ranked else change(self.tally, self.before)


@dataclass(frozen=True, slots=True)
class Day:
    """Ratings of a day."""

    day: dt.date
    tally: Tally


@dataclass(frozen=True, slots=True)
class Kept:
    """How often a promise was chosen as kept and as missed, or a reason as good and as bad."""

    key: str
    name: str
    kept: int
    missed: int

    @property
    def n(self) -> int:
        return self.kept + self.missed

    @property
    def share(self) -> float | None:
        """Of those that were missed."""
        return self.missed / self.n if self.n else None


@dataclass(frozen=True, slots=True)
class Part:
    """Ratings against transactions, of the office-days of which both are known."""

    rated: int
    transactions: int

    @property
    def share(self) -> float:
        return self.rated / self.transactions


@dataclass(frozen=True, slots=True)
class Named:
    """A count with its name."""

    name: str
    n: int


@dataclass(frozen=True, slots=True)
class Cases:
    """Cases received in the period, as they stood when the figures were taken. ``late``: answered after
    their day; ``overdue``: not answered, and their day is over. ``answers``: what citizens thought of it."""

    received: int
    kinds: tuple[Named, ...]
    answered: int
    late: int
    open: int
    overdue: int
    referred: int
    answers: Tally


@dataclass(frozen=True, slots=True)
class Indicator:
    """R1 to R3 with what it is made of and where its formula stands; ``value`` is a percentage, 0..100."""

    key: str
    name: str
    numerator: int
    denominator: int
    value: float
    source: str


@dataclass(frozen=True, slots=True)
class Improved:
    """An item of "Bạn góp ý – Chúng tôi đã sửa"."""

    said: str
    done: str
    day: dt.date


@dataclass(frozen=True, slots=True)
class Figures:
    """Every number. ``until`` is the last day that was counted: before the period's end where the report was
    made while it ran, and then the period before is cut alike (``before_until``).

    Tallies are without flagged taps, but for ``everything``; ``flagged`` are those alone. ``indicators``
    has only those whose inputs are there; ``cases`` is None where there were none at all.
    """

    place: Place
    period: Period
    until: dt.date
    before_until: dt.date
    made_on: dt.date
    tally: Tally
    before: Tally
    flagged: Tally
    everything: Tally
    part: Part | None
    part_before: Part | None
    phone: int
    offices: tuple[Row, ...]
    desks: tuple[Row, ...]
    days: tuple[Day, ...]
    promises: tuple[Kept, ...]
    reasons: tuple[Kept, ...]
    cases: Cases | None
    indicators: tuple[Indicator, ...]
    improved: tuple[Improved, ...]

    @property
    def whole(self) -> bool:
        """Whether the period was over when its figures were taken."""
        return self.until == self.period.last

    @property
    def comparable(self) -> bool:
        """Whether both periods have enough ratings to be held against each other."""
        return self.tally.n >= MINIMUM_N and self.before.n >= MINIMUM_N


@dataclass(frozen=True, slots=True)
class Texts:
    """What people write into a report; ``receivers``: a line each, for "Nơi nhận"."""

    difficulties: str = ""
    causes: str = ""
    proposals: str = ""
    receivers: str = ""


def change(now: Tally, before: Tally, level: int = 1) -> float | None:
    """Of the share of a level; None where one of the periods is empty."""
    here, there = now.share(level), before.share(level)
    return None if here is None or there is None else here - there


def satisfied_change(now: Tally, before: Tally) -> float | None:
    """Of tỷ lệ hài lòng."""
    here, there = now.satisfied_share, before.satisfied_share
    return None if here is None or there is None else here - there


def change_interval(now: Tally, before: Tally) -> Interval:
    """Of the "chưa hài lòng" share's change; both must have ratings."""
    return difference_interval(now.n1, now.n, before.n1, before.n)


def in_order(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """Those with enough ratings first, the highest "chưa hài lòng" share on top; the others by their names,
    for nothing is ranked under the least number."""
    return tuple(sorted(rows, key=_rank))


def _rank(row: Row) -> tuple[bool, float, str, str]:
    share = (row.tally.unhappy_share or 0.0) if row.ranked else 0.0
    return (not row.ranked, -share, row.note if not row.ranked else "", row.name)


def packed(figures: Figures) -> str:
    """As JSON, the same for the same figures."""
    return msgspec.json.encode(figures).decode()


def unpacked(text: str) -> Figures:
    """What ``packed`` wrote."""
    return _decoder.decode(text)


_decoder = msgspec.json.Decoder(Figures)
