"""Working days (ngày làm việc): Monday to Friday, less public holidays, plus Saturdays worked instead.

The holidays are data: ``holidays.toml`` of the data folder, else the one beside this.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from headquarters import own_file
from headquarters.config import ConfigError

NAME = "holidays.toml"
_DAY = dt.timedelta(days=1)
_OF_A_YEAR = ("holidays", "off", "working")
_MONTH_DAY = re.compile(r"(\d\d)-(\d\d)")
_MOST = 20_000
"""No term reaches further: a calendar on which nothing is a working day must not be walked for ever."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """``off``: days that are not worked besides weekends, as they fall after moving on. ``working``: weekend
    days that are worked. ``years``: those of which the moving holidays (Tết, Giỗ Tổ) are known."""

    off: frozenset[dt.date] = frozenset()
    working: frozenset[dt.date] = frozenset()
    years: frozenset[int] = frozenset()

    def is_working(self, day: dt.date) -> bool:
        """Whether offices work on this day."""
        return day in self.working or (day.weekday() < 5 and day not in self.off)

    def add(self, day: dt.date, n: int) -> dt.date:
        """The ``n``-th working day after ``day``, which itself is not counted; ``n`` 0 is ``day`` itself."""
        if n < 0:
            raise ValueError(f"no negative term: {n}")
        for _ in range(_MOST):
            if n == 0:
                return day
            day += _DAY
            n -= self.is_working(day)
        raise ValueError("too few working days in the calendar")

    def between(self, first: dt.date, last: dt.date) -> int:
        """Working days after ``first`` up to and with ``last``; negative when ``last`` is before ``first``:
        those after ``last`` up to and with ``first``."""
        if last < first:
            return -self.between(last, first)
        days = (first + _DAY * k for k in range(1, (last - first).days + 1))
        return sum(self.is_working(day) for day in days)

    def without(self, days: Iterable[dt.date]) -> Calendar:
        """The same, with more days off."""
        return replace(self, off=self.off | frozenset(days))


def add(day: dt.date, n: int) -> dt.date:
    """As Calendar.add, by the calendar in force."""
    return calendar().add(day, n)


def between(first: dt.date, last: dt.date) -> int:
    """As Calendar.between, by the calendar in force."""
    return calendar().between(first, last)


def is_working(day: dt.date) -> bool:
    """As Calendar.is_working, by the calendar in force."""
    return calendar().is_working(day)


def calendar() -> Calendar:
    """The calendar in force; a changed file is read anew. ConfigError names the file and the key."""
    path = own_file.place(NAME, __file__)
    return _kept(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=4)
def _kept(path: Path, _changed: int) -> Calendar:
    return load(path)


def load(path: Path) -> Calendar:
    """The calendar of a file. ConfigError names the file and the key."""
    found = own_file.read(path)
    if set(found) - {"every_year", "year"}:
        raise ConfigError(f"{path}: only [every_year] and [year.2027] and the like may stand here")
    fixed = _fixed(path, found.get("every_year"))
    years = {_year(path, name): part for name, part in found.get("year", {}).items()}
    holidays: set[dt.date] = set()
    off: set[dt.date] = set()
    working: set[dt.date] = set()
    for year, part in years.items():
        of_year = _checked(path, year, part)
        holidays |= of_year["holidays"]
        off |= of_year["off"]
        working |= of_year["working"]
    holidays |= {dt.date(y, month, day) for y in _around(years) for month, day in fixed}
    return Calendar(_moved_on(holidays, off, working), frozenset(working), frozenset(years))


def _around(years: Iterable[int]) -> range:
    """Fixed holidays are known of every year: far enough both ways for any term."""
    known = list(years) or [2025]
    return range(min(known) - 5, max(known) + 11)


def _moved_on(holidays: set[dt.date], off: set[dt.date], working: set[dt.date]) -> frozenset[dt.date]:
    """Holidays on a weekend give the next working day off."""
    taken = holidays | off
    for day in sorted(holidays):
        if day.weekday() < 5:
            continue
        while day in taken or day.weekday() >= 5 or day in working:
            day += _DAY
        taken.add(day)
    return frozenset(taken)


def _fixed(path: Path, part: Any) -> list[tuple[int, int]]:
    if not isinstance(part, dict) or set(part) != {"days", "source"} or not isinstance(part["source"], str):
        raise ConfigError(f"{path}: [every_year] must have exactly days, source")
    if not isinstance(part["days"], list):
        raise ConfigError(f'{path}: every_year.days: expected days such as ["09-02"]')
    return [_month_day(path, text) for text in part["days"]]


def _month_day(path: Path, text: Any) -> tuple[int, int]:
    match = _MONTH_DAY.fullmatch(text) if isinstance(text, str) else None
    try:
        if match is None:
            raise ValueError(text)
        # Not a leap year: 29 February is no holiday of every year.
        day = dt.date(2025, int(match[1]), int(match[2]))
    except ValueError as error:
        raise ConfigError(
            f'{path}: every_year.days: expected month-day such as "09-02", found {text!r}'
        ) from error
    return day.month, day.day


def _year(path: Path, name: str) -> int:
    if not (name.isascii() and name.isdigit() and 2000 <= int(name) <= 2200):
        raise ConfigError(f"{path}: year.{name}: expected a year such as [year.2027]")
    return int(name)


def _checked(path: Path, year: int, part: Any) -> dict[str, set[dt.date]]:
    """The days of a year by their key; every key, no other, and no day of another year."""
    if not isinstance(part, dict) or set(part) != {*_OF_A_YEAR, "source"}:
        raise ConfigError(f"{path}: [year.{year}] must have exactly {', '.join(_OF_A_YEAR)}, source")
    if not isinstance(part["source"], str):
        raise ConfigError(f"{path}: year.{year}.source: expected a text")
    return {name: _days(path, year, name, part[name]) for name in _OF_A_YEAR}


def _days(path: Path, year: int, name: str, days: Any) -> set[dt.date]:
    if not isinstance(days, list):
        raise ConfigError(f"{path}: year.{year}.{name}: expected a list of days such as [{year}-02-17]")
    for day in days:
        # A datetime is a date, too.
        if type(day) is not dt.date or day.year != year:
            raise ConfigError(
                f"{path}: year.{year}.{name}: expected days such as {year}-02-17 (without quotation marks), "
                f"found {day!s}"
            )
        if name == "working" and day.weekday() < 5:
            raise ConfigError(f"{path}: year.{year}.working: {day} is no Saturday or Sunday")
    return set(days)
