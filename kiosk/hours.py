"""Opening hours (giờ làm việc): one line of config.yaml → frozen spans, and whether the office is open.

    T2-T6 07:30-11:30, 13:30-17:00; T7 07:30-11:30

No clock inside: the local time and the holidays (ngày nghỉ lễ, Tết) are arguments. Days not named are
closed. Times of a span include its beginning and exclude its end.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

DAYS = ("T2", "T3", "T4", "T5", "T6", "T7", "CN")
"""Thứ Hai … Chủ Nhật, in the order of ``date.weekday()``."""

SEARCHED_DAYS = 60
"""How far ahead the next opening is looked for: further than any Tết reaches."""


class HoursError(ValueError):
    """A line of hours that cannot be used: Vietnamese with English after it, as all of config.yaml."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Minutes after midnight; ``closes`` may be 1440."""

    opens: int
    closes: int


@dataclass(frozen=True, slots=True)
class Hours:
    """The spans of each weekday, Monday first, in order and apart from each other."""

    week: tuple[tuple[Span, ...], ...]


@dataclass(frozen=True, slots=True)
class Open:
    """The office is open until ``closes`` (local, as the time asked about)."""

    closes: datetime


@dataclass(frozen=True, slots=True)
class Closed:
    """``opens``: the next opening, None if there is none within SEARCHED_DAYS."""

    opens: datetime | None


def parse(text: str) -> Hours:
    """The week of ``text``; raises HoursError naming the part that is wrong and what was expected."""
    week: dict[int, tuple[Span, ...]] = {}
    for part in filter(str.strip, text.split(";")):
        days, spans = _split(part)
        for day in _days(days):
            if day in week:
                raise _error(part, f"mỗi ngày một lần ({DAYS[day]})", f"{DAYS[day]} only once", _EXAMPLE)
            week[day] = parse_day(spans)
    if not any(week.values()):
        raise _error(text, "ít nhất một ngày có giờ", "at least one day with times", _EXAMPLE)
    return Hours(tuple(week.get(day, ()) for day in range(7)))


def parse_day(text: str) -> tuple[Span, ...]:
    """ "07:30-11:30, 13:30-17:00" (also 7h30, 7g30); "nghỉ" or nothing: closed all day."""
    if text.strip().lower() in ("", "nghỉ", "nghi", "closed"):
        return ()
    spans: list[Span] = []
    for part in text.split(","):
        span = _span(part)
        if spans and span.opens <= spans[-1].closes:
            raise _error(part, "khoảng giờ sau khoảng trước", "a span later than the one before", _EXAMPLE)
        spans.append(span)
    return tuple(spans)


def state(hours: Hours, now: datetime, holidays: Collection[date] = ()) -> Open | Closed:
    """Open or closed at the local time ``now``; what is answered has the time zone of ``now``."""
    for opens, closes in _openings(hours, now, holidays):
        if opens <= now < closes:
            return Open(closes)
        if now < opens:
            return Closed(opens)
    return Closed(None)


def _openings(hours: Hours, now: datetime, holidays: Collection[date]) -> Iterator[tuple[datetime, datetime]]:
    """Every span from the day of ``now`` on, in order."""
    midnight = datetime.combine(now.date(), time(), now.tzinfo)
    for _ in range(SEARCHED_DAYS + 1):
        if midnight.date() not in holidays:
            for span in hours.week[midnight.weekday()]:
                yield midnight + timedelta(minutes=span.opens), midnight + timedelta(minutes=span.closes)
        midnight += timedelta(days=1)


_EXAMPLE = "T2-T6 07:30-11:30, 13:30-17:00; T7 07:30-11:30"
_DAY_PATTERN = r"(?:T[2-7]|CN)"
_DAYS_PATTERN = re.compile(rf"({_DAY_PATTERN})(?:\s*[-–]\s*({_DAY_PATTERN}))?", re.IGNORECASE)
_PART_PATTERN = re.compile(
    rf"\s*({_DAYS_PATTERN.pattern}(?:\s*,\s*{_DAYS_PATTERN.pattern})*)\s*(?::|(?![\w-]))(.*)",
    re.IGNORECASE | re.DOTALL,
)
_TIME = r"(\d{1,2})\s*[:hg]\s*(\d\d)"
_SPAN_PATTERN = re.compile(rf"{_TIME}\s*[-–]\s*{_TIME}", re.IGNORECASE | re.ASCII)


def _split(part: str) -> tuple[str, str]:
    """ "T2-T6 07:30-11:30" → its days and its times; a colon between them is welcome, not needed."""
    found = _PART_PATTERN.fullmatch(part)
    if found is None:
        raise _error(
            part, "ngày từ T2 đến CN, rồi giờ", "days from T2 (Monday) to CN (Sunday), then times", _EXAMPLE
        )
    return found[1], found[found.re.groups]


def _days(text: str) -> Iterator[int]:
    """Weekdays named by "T2-T6, CN"."""
    for first, last in _DAYS_PATTERN.findall(text.upper()):
        begin, end = DAYS.index(first), DAYS.index(last or first)
        if begin > end:
            raise _error(text, "ngày trước trước, ngày sau sau", "the earlier day first", "T2-T6")
        yield from range(begin, end + 1)


def _span(text: str) -> Span:
    found = _SPAN_PATTERN.fullmatch(text.strip())
    if found is None:
        raise _error(text, "giờ mở-giờ đóng", "opening-closing", "07:30-11:30")
    opens, closes = _minutes(found[1], found[2], text), _minutes(found[3], found[4], text)
    if opens >= closes:
        raise _error(text, "giờ đóng sau giờ mở", "a closing time after the opening time", "07:30-11:30")
    return Span(opens, closes)


def _minutes(hour: str, minute: str, where: str) -> int:
    minutes = int(hour) * 60 + int(minute)
    if int(minute) > 59 or minutes > 24 * 60:
        raise _error(where, "giờ từ 00:00 đến 24:00", "times from 00:00 to 24:00", "07:30-11:30")
    return minutes


def _error(found: str, vi: str, en: str, example: str) -> HoursError:
    found = found.strip()
    return HoursError(f"'{found}': cần {vi}, như '{example}' / expected {en}, such as '{example}'")
