"""What staff count by, kept in the same commit as the event it follows from.

``visits`` has one row for each rating, as it is meant now: the level of its visit's last correction, the desk
of its last subject (empty: the tablet's own), its last choice of promises and reasons; day, hour and minute
are those of the first tap. ``tallies`` (day, hour, desk, level, flagged) and ``choices`` (day, key, good,
flagged) are counts of those rows.

Totals are recomputed, never nudged: whatever an event changes, the cell, the hour or the day's choices it
lies in is counted anew from ``visits``, where rows that are counted together lie side by side. ``visits`` is
never purged, so a count made anew cannot lose what is gone from ``events``, not even on a tablet whose clock
stands months behind, where the hour being counted is older than anything a purge would keep.

A choice made for a level that was taken back (what was *missed*, and then "rất hài lòng") counts no more.
"""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from kiosk.clock import Moment
from sync import kinds
from sync.contract import Event

REMEMBERED = 16
"""Visits of which the hour is known by heart: what comes after a rating comes within minutes. An index for
it would cost every tap a page; without one, a visit from before a restart is looked for in all there are."""


class Rollup:
    """One for an open database. ``follow`` is called inside the transaction that writes the event."""

    def __init__(self) -> None:
        self._hours: dict[str, tuple[str, int]] = {}

    def follow(self, db: sqlite3.Connection, event: Event, now: Moment) -> None:
        """Bring the rollups up to ``event``, which was just written at ``now``."""
        if event.kind == kinds.RATING:
            self._begin(db, event, now)
        elif event.kind in _CHANGES:
            sql, values = _CHANGES[event.kind], _values(event)
            for day, hour in self._places(db, event.visit_id):
                db.execute(sql, (*values, day, hour, event.visit_id))
                _recount(db, day, hour)

    def _begin(self, db: sqlite3.Connection, event: Event, now: Moment) -> None:
        day, minute = now.local_day, (now.wall_ms // 60_000 + now.utc_offset_min) % 1440
        level, flags = event.body["level"], ",".join(event.body.get("flags", ()))
        db.execute(_BEGIN, (day, minute // 60, level, flags, event.seq, event.visit_id, minute))
        cell = {"day": day, "hour": minute // 60, "level": level, "flagged": int(bool(flags))}
        db.execute(_RECOUNT_CELL, cell)
        self._remember(event.visit_id, (day, minute // 60))

    def _remember(self, visit_id: str, hour: tuple[str, int]) -> None:
        while len(self._hours) >= REMEMBERED:
            del self._hours[next(iter(self._hours))]
        self._hours[visit_id] = hour

    def _places(self, db: sqlite3.Connection, visit_id: str) -> list[tuple[str, int]]:
        """Day and hour of the visit's rating; nowhere when there is none."""
        if visit_id in self._hours:
            return [self._hours[visit_id]]
        return db.execute(_PLACES, (visit_id,)).fetchall()


def _values(event: Event) -> tuple[Any, ...]:
    """What the event changes in its visit's row."""
    body = event.body
    if event.kind == kinds.CORRECTION:
        return (body["level"],)
    if event.kind == kinds.SUBJECT:
        return (body.get("desk", ""),)  # it says the whole each time: without a desk, the tablet's own
    return json.dumps(body["chosen"], separators=(",", ":"), ensure_ascii=False), int(body["good"])


def _recount(db: sqlite3.Connection, day: str, hour: int) -> None:
    db.execute("DELETE FROM tallies WHERE day = ? AND hour = ?", (day, hour))
    db.execute(_RECOUNT_HOUR, (day, hour))
    db.execute("DELETE FROM choices WHERE day = ?", (day,))
    db.execute(_RECOUNT_CHOICES, (day,))


_CHANGES = {
    kinds.CORRECTION: "UPDATE visits SET level = ? WHERE day = ? AND hour = ? AND visit_id = ?",
    kinds.SUBJECT: "UPDATE visits SET desk = ? WHERE day = ? AND hour = ? AND visit_id = ?",
    kinds.REASONS: "UPDATE visits SET chosen = ?, good = ? WHERE day = ? AND hour = ? AND visit_id = ?",
}
_PLACES = "SELECT DISTINCT day, hour FROM visits WHERE visit_id = ?"
_BEGIN = """
INSERT INTO visits (day, hour, level, flags, seq, visit_id, minute) VALUES (?, ?, ?, ?, ?, ?, ?)
"""
# A rating begins at the tablet's own desk.
_RECOUNT_CELL = """
INSERT OR REPLACE INTO tallies (day, hour, desk, level, flagged, n)
SELECT :day, :hour, '', :level, :flagged, count(*) FROM visits
WHERE day = :day AND hour = :hour AND desk = '' AND level = :level AND (flags != '') = :flagged
"""
_RECOUNT_HOUR = """
INSERT INTO tallies (day, hour, desk, level, flagged, n)
SELECT day, hour, desk, level, flags != '' AS flagged, count(*) FROM visits
WHERE day = ? AND hour = ? GROUP BY desk, level, flagged
"""
# By the value: ``key`` is a column of json_each too, a choice's place in its list.
_RECOUNT_CHOICES = """
INSERT INTO choices (day, key, good, flagged, n)
SELECT v.day, c.value, v.good, v.flags != '' AS flagged, count(*) FROM visits v, json_each(v.chosen) c
WHERE v.day = ? AND v.chosen != '[]' AND v.good = (v.level > 1) GROUP BY c.value, v.good, flagged
"""
