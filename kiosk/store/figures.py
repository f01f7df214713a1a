"""What staff read: counts of ratings, by level and with flagged ones apart. Values only, no SQL."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

LEVELS = (3, 2, 1)


@dataclass(frozen=True, slots=True)
class Counts:
    """Numbers of ratings of levels 3, 2 and 1."""

    very: int = 0
    satisfied: int = 0
    unsatisfied: int = 0

    @staticmethod
    def of_level(level: int, n: int) -> Counts:
        """``n`` ratings of one level."""
        return Counts(*(n if level == each else 0 for each in LEVELS))

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.very + other.very, self.satisfied + other.satisfied, self.unsatisfied + other.unsatisfied
        )

    @property
    def total(self) -> int:
        """N."""
        return self.very + self.satisfied + self.unsatisfied

    @property
    def happy(self) -> float:
        """Share of levels 3 and 2, as the plans count "tỷ lệ hài lòng"; 0 when N is 0."""
        return (self.very + self.satisfied) / self.total if self.total else 0.0

    def of(self, level: int) -> int:
        """How many of a level."""
        return (self.very, self.satisfied, self.unsatisfied)[LEVELS.index(level)]

    def share(self, level: int) -> float:
        """Share of a level, 0 to 1; 0 when N is 0."""
        return self.of(level) / self.total if self.total else 0.0


@dataclass(frozen=True, slots=True)
class Apart:
    """Counts without flagged ratings, and of those alone."""

    plain: Counts = Counts()
    flagged: Counts = Counts()

    def __add__(self, other: Apart) -> Apart:
        return Apart(self.plain + other.plain, self.flagged + other.flagged)

    def counts(self, flagged: bool) -> Counts:
        """With flagged ratings, or without."""
        return self.plain + self.flagged if flagged else self.plain


@dataclass(frozen=True, slots=True)
class Cell:
    """``n`` ratings of one day, hour, desk (empty: the tablet's own), level; flagged or not."""

    day: date
    hour: int
    desk: str
    level: int
    flagged: bool
    n: int

    @property
    def apart(self) -> Apart:
        """The same as counts."""
        counts = Counts.of_level(self.level, self.n)
        return Apart(flagged=counts) if self.flagged else Apart(counts)


@dataclass(frozen=True, slots=True)
class Choice:
    """How often a promise or reason was chosen as good, or as missed."""

    key: str
    good: bool
    flagged: bool
    n: int


@dataclass(frozen=True, slots=True)
class FlaggedTap:
    """One flagged rating; ``minute`` after midnight, ``flags`` as kiosk.misuse names them."""

    minute: int
    level: int
    flags: tuple[str, ...]
    desk: str


@dataclass(frozen=True, slots=True)
class Said:
    """A comment as it was stored: personal numbers covered. ``minute`` after midnight."""

    minute: int
    topic: str
    text: str


@dataclass(frozen=True, slots=True)
class DayFigures:
    """All the staff page shows of ``day``. ``days``: this day and those before it that have ratings;
    ``choices``: how many days up to this one → what was chosen in them."""

    day: date
    today: date
    cells: tuple[Cell, ...] = ()
    flagged: tuple[FlaggedTap, ...] = ()
    comments: tuple[Said, ...] = ()
    days: Mapping[date, Apart] = field(default_factory=dict)
    choices: Mapping[int, tuple[Choice, ...]] = field(default_factory=dict)
    swallowed: int = 0

    @property
    def whole(self) -> Apart:
        """The day's counts."""
        return total(cell.apart for cell in self.cells)

    def by_hour(self, flagged: bool) -> dict[int, Counts]:
        """Hours that have any, in order."""
        hours: dict[int, Apart] = {}
        for cell in self.cells:
            hours[cell.hour] = hours.get(cell.hour, Apart()) + cell.apart
        return {hour: hours[hour].counts(flagged) for hour in sorted(hours)}

    def by_desk(self, flagged: bool) -> dict[str, Counts]:
        """Desks that have any, by key."""
        desks: dict[str, Apart] = {}
        for cell in self.cells:
            desks[cell.desk] = desks.get(cell.desk, Apart()) + cell.apart
        return {desk: apart.counts(flagged) for desk, apart in desks.items()}

    def span(self, length: int, before: int = 0) -> list[tuple[date, Apart]]:
        """The ``length`` days that end ``before`` days before this one, oldest first."""
        last = self.day - timedelta(days=before)
        span = [last - timedelta(days=back) for back in reversed(range(length))]
        return [(day, self.days.get(day, Apart())) for day in span]


def total(parts: Iterable[Apart]) -> Apart:
    """All of them together."""
    whole = Apart()
    for part in parts:
        whole += part
    return whole
