"""Staff-blind mode (không xem trong giờ): what staff may see of a day, and when. Pure: time is an argument.

An office may wish that nobody looks at the figures while citizens are being served, and that no figure is so
small that a person could be recognised in it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from kiosk.hours import Hours
from kiosk.store.figures import Apart, DayFigures, total

LEAST = 5
"""The smallest N that is shown in this mode."""


@dataclass(frozen=True, slots=True)
class Held:
    """Nothing of the day is shown. ``until``: when it will be (local); None: too few ratings."""

    until: datetime | None


@dataclass(frozen=True, slots=True)
class Blind:
    """``on``: the mode is set. Without ``hours`` a day ends at midnight."""

    on: bool = False
    hours: Hours | None = None

    @property
    def least(self) -> int:
        """The smallest N shown now."""
        return LEAST if self.on else 0

    def held(self, figures: DayFigures, now: datetime) -> Held | None:
        """Why nothing of the figures' own day may be shown; None when it may."""
        if not self.on:
            return None
        ends = self._ends(figures.day, now)
        if now < ends:
            return Held(ends)
        few = self._few(total(cell.apart for cell in figures.cells))
        return Held(None) if few else None

    def cover(self, figures: DayFigures, now: datetime) -> DayFigures:
        """The figures without the days that are not over yet or have too few ratings."""
        return replace(figures, days=self.cover_days(dict(figures.days), now)) if self.on else figures

    def cover_days(self, days: dict[date, Apart], now: datetime) -> dict[date, Apart]:
        """The days that may be shown."""
        if not self.on:
            return days
        return {day: apart for day, apart in days.items() if self.is_over(day, now) and not self._few(apart)}

    def is_over(self, day: date, now: datetime) -> bool:
        """Whether the day's work is done."""
        return now >= self._ends(day, now)

    def _few(self, apart: Apart) -> bool:
        return apart.counts(flagged=True).total < LEAST

    def _ends(self, day: date, now: datetime) -> datetime:
        """When the day's work is over: at the last closing time; at once on a day the office is closed."""
        midnight = datetime.combine(day, time(), now.tzinfo)
        if self.hours is None:
            return midnight + timedelta(days=1)
        spans = self.hours.week[day.weekday()]
        return midnight + timedelta(minutes=spans[-1].closes) if spans else midnight
