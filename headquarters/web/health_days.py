"""A tablet's days in numbers. Screen and CSV are made from the same days, so that they cannot differ."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.utils import timezone
from django.utils.translation import gettext as _

from headquarters import formats
from headquarters.spreadsheets import safe
from headquarters.tablets.models import HealthHour

_Number = TypeVar("_Number", int, float)


@dataclass(frozen=True, slots=True)
class Day:
    """The worst of what waited, the least of what was left, what was said last; None where nothing was said.

    ``oldest_s``: seconds; ``off_s``: seconds the clock was off at most, either way.
    """

    day: dt.date
    hours: int
    pending: int
    oldest_s: int
    free_mb: int | None
    battery: int | None
    off_s: float | None
    boots: int | None
    crashes: int | None
    version: str

    @property
    def words(self) -> list[str]:
        """Behind the day, in the order of ``screen_heads``."""
        return [
            formats.count(self.hours),
            formats.count(self.pending),
            waited(self.oldest_s),
            formats.megabytes(self.free_mb),
            "–" if self.battery is None else f"{self.battery}%",
            off(self.off_s),
            f"{_said(self.boots)} / {_said(self.crashes)}",
            self.version or "–",
        ]


def waited(seconds: float) -> str:
    """Where nothing waits there is no time to tell."""
    return formats.duration(seconds) if seconds else "–"


def off(seconds: float | None) -> str:
    """How far a clock was off, whichever way; under five seconds nobody minds."""
    if seconds is None:
        return "–"
    return formats.drift(0) if seconds < 5 else formats.duration(seconds)


def off_s(hour: HealthHour) -> float | None:
    return None if hour.drift_ms is None else abs(hour.drift_ms) / 1000


def of(hours: Sequence[HealthHour]) -> list[Day]:
    """The newest first."""
    by_day: dict[dt.date, list[HealthHour]] = {}
    for hour in hours:
        by_day.setdefault(timezone.localdate(hour.hour), []).append(hour)
    return [_day(day, part) for day, part in sorted(by_day.items(), reverse=True)]


def _day(day: dt.date, part: list[HealthHour]) -> Day:
    last = part[-1]
    return Day(
        day,
        hours=len(part),
        pending=max(hour.pending for hour in part),
        oldest_s=max(hour.oldest_s for hour in part),
        free_mb=_if_any(min, (hour.free_mb for hour in part)),
        battery=_if_any(min, (hour.battery_percent for hour in part)),
        off_s=_if_any(max, (off_s(hour) for hour in part)),
        boots=last.boots,
        crashes=last.crashes,
        version=last.app_version,
    )


def _if_any(of: Callable[[list[_Number]], _Number], values: Iterable[_Number | None]) -> _Number | None:
    said = [value for value in values if value is not None]
    return of(said) if said else None


def screen_heads() -> list[str]:
    return [
        _("Hours heard"),
        _("Most waiting"),
        _("Oldest waits"),
        _("Least free"),
        _("Least battery"),
        _("Clock off by"),
        _("Starts and crashes"),
        _("Version"),
    ]


def csv(days: Iterable[Day]) -> list[list[str]]:
    """Plain numbers in one unit a column, for spreadsheets; empty where the tablet said nothing."""
    heads = [
        _("Day"),
        _("Hours heard"),
        _("Most waiting"),
        _("Oldest waits, seconds"),
        _("Least free, MB"),
        _("Least battery, %"),
        _("Clock off by, seconds"),
        _("Starts"),
        _("Crashes"),
        _("Version"),
    ]
    return [heads, *(_line(day) for day in days)]


def _line(day: Day) -> list[str]:
    numbers = (
        day.hours,
        day.pending,
        day.oldest_s,
        day.free_mb,
        day.battery,
        None if day.off_s is None else round(day.off_s),
        day.boots,
        day.crashes,
    )
    return [
        formats.day(day.day),
        *("" if number is None else str(number) for number in numbers),
        safe(day.version),
    ]


def _said(number: int | None) -> str:
    return "–" if number is None else formats.count(number)
