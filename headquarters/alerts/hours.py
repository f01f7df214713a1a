"""Opening hours as one line of text ("T2-T6 07:30-11:30, 13:30-17:00; T7 07:30-11:30"), and time in them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from django.utils import timezone

from sync.wishes import BadWish, read_wishes

Span = tuple[dt.time, dt.time]
_DAYS = ("T2", "T3", "T4", "T5", "T6", "T7", "CN")
_PART = re.compile(r"\s*(T[2-7]|CN)(?:\s*-\s*(T[2-7]|CN))?\s+(\S.*)")
MOST_DAYS = 31
"""Nobody counts further back: by then every threshold is long past."""


def check(text: str) -> str:
    """The text itself, the same that tablets' wishes take. Raises BadWish."""
    return read_wishes({"hours": text}).hours or "" if text.strip() else ""


def within(text: str, since: dt.datetime, until: dt.datetime) -> dt.timedelta:
    """How much of the time between two moments lies within the hours; all of it where there are none."""
    try:
        week = _week(check(text))
    except BadWish:
        week = {}
    if not week:
        return max(until - since, dt.timedelta())
    start, end = timezone.localtime(since), timezone.localtime(until)
    start = max(start, end - dt.timedelta(days=MOST_DAYS))
    return sum((_shared(start, end, *span) for span in _spans(week, start, end)), dt.timedelta())


def _shared(start: dt.datetime, end: dt.datetime, opens: dt.datetime, closes: dt.datetime) -> dt.timedelta:
    return max(min(end, closes) - max(start, opens), dt.timedelta())


def _spans(
    week: dict[int, list[Span]], start: dt.datetime, end: dt.datetime
) -> Iterator[tuple[dt.datetime, dt.datetime]]:
    day = start.date()
    while day <= end.date():
        for opens, closes in week.get(day.weekday(), ()):
            yield (
                dt.datetime.combine(day, opens, tzinfo=start.tzinfo),
                dt.datetime.combine(day, closes, tzinfo=start.tzinfo),
            )
        day += dt.timedelta(days=1)


def _week(text: str) -> dict[int, list[Span]]:
    found: dict[int, list[Span]] = {}
    for part in text.split(";") if text else ():
        match = _PART.fullmatch(part)
        if match is None:
            continue
        first, last = _DAYS.index(match[1]), _DAYS.index(match[2] or match[1])
        spans = [_span(span) for span in match[3].split(",")]
        found.update(dict.fromkeys(range(first, last + 1), spans))
    return found


def _span(text: str) -> Span:
    opens, closes = (part.strip() for part in text.split("-"))
    return dt.time.fromisoformat(opens), dt.time.max if closes == "24:00" else dt.time.fromisoformat(closes)
