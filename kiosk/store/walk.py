"""Whether somebody changed the tablet's rows behind its back: the chain, what was delivered, the counts.

The triggers refuse changes; who opens the file with a program of their own may drop them. Read only, in one
snapshot. What is found goes with the heartbeat to headquarters, and stands in the diagnostics.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from typing import Any

Row = tuple[int, str, str, int | None, str, bytes, bytes]
_EVENTS = "SELECT seq, event_id, kind, level, stored, prev_hash, hash FROM events ORDER BY seq"
_STRAY = "SELECT 1 FROM delivery WHERE seq NOT IN (SELECT seq FROM events) LIMIT 1"
_PASSED_OVER = """
SELECT 1 FROM events WHERE seq <= (SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'settled_upto')
AND seq NOT IN (SELECT seq FROM delivery) LIMIT 1
"""
_CUT_OFF = "SELECT 1 FROM visits WHERE seq > (SELECT coalesce(max(seq), 0) FROM events) LIMIT 1"
# Only where nothing is missing behind a rating: its correction may have been let go.
_VISITS = """
WITH last AS (SELECT visit_id, level, max(seq) FROM events WHERE kind = 'correction' GROUP BY visit_id)
SELECT 1 FROM events e LEFT JOIN last c ON c.visit_id = e.visit_id LEFT JOIN visits v ON v.seq = e.seq
WHERE e.kind = 'rating' AND e.seq >= :whole AND v.level IS NOT coalesce(c.level, e.level) LIMIT 1
"""
_KEPT_DAYS = "SELECT day, hour, desk, level, flagged, n FROM tallies WHERE n > 0"
_COUNTED_DAYS = """
SELECT day, hour, desk, level, flags != '', count(*) FROM visits GROUP BY 1, 2, 3, 4, 5
"""
_KEPT_CHOICES = "SELECT day, key, good, flagged, n FROM choices WHERE n > 0"
_COUNTED_CHOICES = """
SELECT v.day, c.value, v.good, v.flags != '', count(*) FROM visits v, json_each(v.chosen) c
WHERE v.chosen != '[]' AND v.good = (v.level > 1) GROUP BY 1, 2, 3, 4
"""
_LOOKS = (
    ("the newest events are gone", _CUT_OFF),
    ("a delivery of no event", _STRAY),
    ("an event is passed over by the queue", _PASSED_OVER),
    ("a visit differs from its events", _VISITS),
    ("a day's count differs", f"{_KEPT_DAYS} EXCEPT {_COUNTED_DAYS}"),
    ("a day's count differs", f"{_COUNTED_DAYS} EXCEPT {_KEPT_DAYS}"),
    ("a count of reasons differs", f"{_KEPT_CHOICES} EXCEPT {_COUNTED_CHOICES}"),
    ("a count of reasons differs", f"{_COUNTED_CHOICES} EXCEPT {_KEPT_CHOICES}"),
)
"""What is wrong, and what finds a row when it is."""


def wrong(db: sqlite3.Connection) -> str:
    """The first thing that is wrong and its place, nothing of what a citizen said; empty when all fits."""
    db.execute("BEGIN")  # a tap may come meanwhile: all looks see the same moment
    try:
        found, whole = _chain(db)
        return found or next(
            (what for what, sql in _LOOKS if db.execute(sql, _for(sql, whole)).fetchone()), ""
        )
    finally:
        db.execute("ROLLBACK")


def _for(sql: str, whole: int) -> dict[str, int]:
    return {"whole": whole} if ":whole" in sql else {}


def _chain(db: sqlite3.Connection) -> tuple[str, int]:
    """What is wrong with it, and from which place on nothing is missing."""
    whole, before = 0, (0, b"")
    for row in db.execute(_EVENTS):
        seq, prev_hash, own = row[0], bytes(row[5]), bytes(row[6])
        if before[0] != seq - 1 or not before[1]:
            whole = seq  # what stood before was let go a month after its confirmation
        elif prev_hash != before[1]:
            return f"the chain is broken before event {seq}", whole
        if why := _differs(row):
            return f"event {seq} was changed: {why}", whole
        before = seq, own
    return "", whole


def _differs(row: Row) -> str:
    """What of an event does not fit; empty when all does."""
    seq, event_id, kind, level, stored, prev_hash, own = row
    if hashlib.sha256(bytes(prev_hash) + stored.encode("utf-8", "replace")).digest() != bytes(own):
        return "its text"
    try:
        said: dict[str, Any] = json.loads(stored)
        wanted = said["body"]["level"] if kind in ("rating", "correction") else None
        fits = (said["seq"], said["event_id"], said["kind"], wanted) == (seq, event_id, kind, level)
    except (ValueError, KeyError, TypeError):
        return "its text"
    return "" if fits else "its columns"
