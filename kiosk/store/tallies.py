"""What staff ask of the store. Reads the rollups; of the events themselves only the day's comments."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from kiosk.store.figures import Apart, Cell, Choice, DayFigures, FlaggedTap, Said

Query = Callable[[str, tuple[Any, ...]], list[Any]]
SPANS = (1, 7, 30)
"""Days that are looked back over; for each, as many before it are there to compare with."""
MOST_LISTED = 200
"""Comments, and flagged taps, of a day: the newest of them."""


def day_figures(query: Query, day: date, today: date) -> DayFigures:
    """All of a day; what an earlier day's page shows does not depend on the days after it."""
    iso = day.isoformat()
    return DayFigures(
        day=day,
        today=today,
        cells=tuple(cells(query, day, day)),
        flagged=tuple(_flagged(query, iso)),
        comments=tuple(Said(*row) for row in query(_COMMENTS, (iso, MOST_LISTED))),
        days=days(query, day - timedelta(days=2 * max(SPANS) - 1), day),
        choices={span: _choices(query, day - timedelta(days=span - 1), day) for span in SPANS},
        swallowed=swallowed(query, day),
    )


def days(query: Query, first: date, last: date) -> dict[date, Apart]:
    """Every day from ``first`` to ``last`` that has ratings."""
    found: dict[date, Apart] = {}
    for day, level, flagged, n in query(_DAYS, (first.isoformat(), last.isoformat())):
        when = date.fromisoformat(day)
        found[when] = found.get(when, Apart()) + Cell(when, 0, "", level, bool(flagged), n).apart
    return found


def cells(query: Query, first: date, last: date) -> list[Cell]:
    """The finest counts there are, in order."""
    rows = query(_CELLS, (first.isoformat(), last.isoformat()))
    return [
        Cell(date.fromisoformat(day), hour, desk, level, bool(flagged), n)
        for day, hour, desk, level, flagged, n in rows
    ]


def swallowed(query: Query, day: date) -> int:
    """Taps that the cool-down took; told only while the day's events are here."""
    return int(query(_SWALLOWED, (day.isoformat(),))[0][0])


def _flagged(query: Query, iso: str) -> list[FlaggedTap]:
    rows = query(_FLAGGED, (iso, MOST_LISTED))
    taps = [FlaggedTap(minute, level, tuple(flags.split(",")), desk) for minute, level, flags, desk in rows]
    return taps[::-1]


def _choices(query: Query, first: date, last: date) -> tuple[Choice, ...]:
    rows = query(_CHOICES, (first.isoformat(), last.isoformat()))
    return tuple(Choice(key, bool(good), bool(flagged), n) for key, good, flagged, n in rows)


_CELLS = """
SELECT day, hour, desk, level, flagged, n FROM tallies WHERE day BETWEEN ? AND ? AND n > 0
ORDER BY day, hour, desk, level, flagged
"""
_DAYS = """
SELECT day, level, flagged, sum(n) FROM tallies WHERE day BETWEEN ? AND ? AND n > 0
GROUP BY day, level, flagged
"""
_CHOICES = """
SELECT key, good, flagged, sum(n) FROM choices WHERE day BETWEEN ? AND ? GROUP BY key, good, flagged
"""
_FLAGGED = """
SELECT minute, level, flags, desk FROM visits WHERE day = ? AND flags != '' ORDER BY seq DESC LIMIT ?
"""
# The first condition is the index's own; without it the index is not used. A text that a worn cell has spoilt
# is passed over.
_COMMENTS = """
SELECT (wall_ms / 60000 + json_extract(stored, '$.utc_offset_min')) % 1440,
       json_extract(stored, '$.body.topic'), json_extract(stored, '$.body.text')
FROM events WHERE kind IN ('comment', 'misuse_counter') AND local_day = ? AND kind = 'comment'
AND json_valid(stored)
ORDER BY seq DESC LIMIT ?
"""
_SWALLOWED = """
SELECT coalesce(sum(json_extract(stored, '$.body.cool_down')), 0) FROM events
WHERE kind IN ('comment', 'misuse_counter') AND local_day = ? AND kind = 'misuse_counter'
AND json_valid(stored)
"""
