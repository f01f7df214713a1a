"""The tablet's tables. A migration is never edited after a release; a new one is added."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from sqlite_utils.migrations import Migrations

from kiosk.store.errors import StorageError

if TYPE_CHECKING:
    from sqlite_utils import Database

migrations = Migrations("kiosk")
NAMES = ("m001_events", "m002_rollups", "m003_choices")
"""Every migration this program knows; a database with another one is newer than the program."""

_FIRST = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

-- One row per fact, exactly as it happened. What `stored` says of visit, day, kind and level is repeated
-- for counting.
CREATE TABLE events (
    seq INTEGER PRIMARY KEY,
    event_id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    visit_id TEXT NOT NULL,
    wall_ms INTEGER NOT NULL,
    local_day TEXT NOT NULL,
    level INTEGER,
    stored TEXT NOT NULL,
    prev_hash BLOB NOT NULL,
    hash BLOB NOT NULL
) STRICT;
CREATE INDEX events_by_day ON events (local_day, kind, level);
CREATE INDEX events_corrections ON events (visit_id) WHERE kind = 'correction';

-- What became of an event at headquarters. An event without a row here waits; a tap writes one table only.
CREATE TABLE delivery (
    seq INTEGER PRIMARY KEY REFERENCES events (seq) ON DELETE CASCADE,
    state TEXT NOT NULL CHECK (state IN ('confirmed', 'quarantined')),
    code TEXT NOT NULL DEFAULT '',
    changed_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX delivery_quarantined ON delivery (seq) WHERE state = 'quarantined';

CREATE TRIGGER events_are_final BEFORE UPDATE ON events
BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;

CREATE TRIGGER events_stay_until_confirmed BEFORE DELETE ON events
WHEN (SELECT state FROM delivery WHERE seq = OLD.seq) IS NOT 'confirmed'
BEGIN SELECT RAISE(ABORT, 'an unconfirmed event cannot be deleted'); END;

CREATE TRIGGER confirmed_is_final BEFORE UPDATE OF state ON delivery WHEN OLD.state = 'confirmed'
BEGIN SELECT RAISE(ABORT, 'a confirmed event stays confirmed'); END;

CREATE TRIGGER confirmed_stays BEFORE DELETE ON delivery
WHEN OLD.state = 'confirmed' AND EXISTS (SELECT 1 FROM events WHERE seq = OLD.seq)
BEGIN SELECT RAISE(ABORT, 'a confirmed event stays confirmed'); END;
"""

_ROLLUPS = """
-- One row per rating as it is meant now, those that are counted together side by side; see
-- kiosk/store/rollup.py. No reference to events: these rows stay when their events are purged.
CREATE TABLE visits (
    day TEXT NOT NULL,
    hour INTEGER NOT NULL,
    desk TEXT NOT NULL DEFAULT '',
    level INTEGER NOT NULL,
    flags TEXT NOT NULL DEFAULT '',
    seq INTEGER NOT NULL,
    visit_id TEXT NOT NULL,
    minute INTEGER NOT NULL,
    chosen TEXT NOT NULL DEFAULT '[]',
    good INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (day, hour, desk, level, flags, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE tallies (
    day TEXT NOT NULL,
    hour INTEGER NOT NULL,
    desk TEXT NOT NULL,
    level INTEGER NOT NULL,
    flagged INTEGER NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (day, hour, desk, level, flagged)
) STRICT, WITHOUT ROWID;

CREATE TABLE choices (
    day TEXT NOT NULL,
    key TEXT NOT NULL,
    good INTEGER NOT NULL,
    flagged INTEGER NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (day, key, good, flagged)
) STRICT, WITHOUT ROWID;

-- Days are counted by the tables above; a tap need not keep indexes for it.
DROP INDEX events_by_day;
DROP INDEX events_corrections;
CREATE INDEX events_noted ON events (local_day, kind) WHERE kind IN ('comment', 'misuse_counter');

CREATE TRIGGER newest_event_stays BEFORE DELETE ON events
WHEN (SELECT state FROM delivery WHERE seq = OLD.seq) IS 'confirmed'
AND OLD.seq = (SELECT max(seq) FROM events)
BEGIN SELECT RAISE(ABORT, 'the chain goes on from the newest event'); END;

-- What was stored before there were rollups.
CREATE INDEX events_of_visits ON events (visit_id, kind, seq);
-- An event whose text a worn cell has spoilt says nothing, and stops nothing.
CREATE TEMP VIEW sound AS SELECT *, CASE WHEN json_valid(stored) THEN stored END AS sound FROM events;
INSERT INTO visits (day, hour, seq, visit_id, minute, level, flags, desk, chosen, good)
SELECT e.local_day, e.minute / 60, e.seq, e.visit_id, e.minute,
    coalesce((SELECT c.level FROM events c WHERE c.visit_id = e.visit_id AND c.kind = 'correction'
              AND c.seq > e.seq ORDER BY c.seq DESC LIMIT 1), e.level),
    coalesce((SELECT group_concat(value) FROM json_each(e.sound, '$.body.flags')), ''),
    coalesce((SELECT json_extract(s.sound, '$.body.desk') FROM sound s WHERE s.visit_id = e.visit_id
              AND s.kind = 'subject' AND s.seq > e.seq ORDER BY s.seq DESC LIMIT 1), ''),
    coalesce((SELECT json_extract(r.sound, '$.body.chosen') FROM sound r WHERE r.visit_id = e.visit_id
              AND r.kind = 'reasons' AND r.seq > e.seq AND json_type(r.sound, '$.body.chosen') = 'array'
              ORDER BY r.seq DESC LIMIT 1), '[]'),
    coalesce((SELECT CAST(json_extract(r.sound, '$.body.good') AS INTEGER) FROM sound r
              WHERE r.visit_id = e.visit_id AND r.kind = 'reasons' AND r.seq > e.seq
              ORDER BY r.seq DESC LIMIT 1), 0)
FROM (SELECT *, (wall_ms / 60000 + coalesce(json_extract(sound, '$.utc_offset_min'), 0)) % 1440 AS minute
      FROM sound WHERE kind = 'rating' AND level IS NOT NULL ORDER BY seq) e;
DROP VIEW sound;
DROP INDEX events_of_visits;
INSERT INTO tallies (day, hour, desk, level, flagged, n)
SELECT day, hour, desk, level, flags != '' AS flagged, count(*) FROM visits
GROUP BY day, hour, desk, level, flagged;
-- Filled by the migration behind this one. What stood here grouped by a choice's place in its list: where two
-- visits of a day had made the same choice in different places, it could not be applied at all.
"""
_CHOICES = """
DELETE FROM choices;
INSERT INTO choices (day, key, good, flagged, n)
SELECT v.day, c.value, v.good, v.flags != '' AS flagged, count(*) FROM visits v, json_each(v.chosen) c
WHERE v.good = (v.level > 1) AND c.type = 'text' GROUP BY v.day, c.value, v.good, flagged;
"""


@migrations()
def m001_events(db: Database) -> None:
    """The event log and its delivery state."""
    for statement in _statements(_FIRST):
        db.execute(statement)


@migrations()
def m002_rollups(db: Database) -> None:
    """What staff count by, filled from the events there are."""
    for statement in _statements(_ROLLUPS):
        db.execute(statement)


@migrations()
def m003_choices(db: Database) -> None:
    """What was chosen is counted anew: it had been counted by its place in the list."""
    for statement in _statements(_CHOICES):
        db.execute(statement)


def upgrade(db: Database) -> None:
    """Bring ``db`` to this program's schema; refuse, untouched, one that a newer program wrote. A newer one
    knows all that this one does: a list that names others in their stead is worn."""
    try:
        applied = [migration.name for migration in migrations.applied(db)]
    except KeyError as error:  # a column of the list has another name
        raise StorageError("damaged", f"the list of migrations is spoilt ({error})") from error
    unknown = [name for name in applied if name not in NAMES]
    if unknown and not set(NAMES) <= set(applied):
        raise StorageError("damaged", f"the list of migrations is spoilt ({', '.join(unknown)})")
    if unknown:
        raise StorageError("too_new", f"the database was written by a newer program ({', '.join(unknown)})")
    migrations.apply(db)


def _statements(script: str) -> list[str]:
    """Single statements: executescript would commit the migration's transaction."""
    found, current = [], ""
    for line in script.splitlines(keepends=True):
        current += line
        if sqlite3.complete_statement(current):
            found.append(current.strip())
            current = ""
    return found
