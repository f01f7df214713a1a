"""The tablet's tables. A migration is never edited after a release; a new one is added."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from sqlite_utils.migrations import Migrations

from kiosk.store.errors import StorageError

if TYPE_CHECKING:
    from sqlite_utils import Database

migrations = Migrations("kiosk")
NAMES = ("m001_events",)
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


@migrations()
def m001_events(db: Database) -> None:
    """The event log and its delivery state."""
    for statement in _statements(_FIRST):
        db.execute(statement)


def upgrade(db: Database) -> None:
    """Bring ``db`` to this program's schema; refuse, untouched, one that a newer program wrote."""
    unknown = [migration.name for migration in migrations.applied(db) if migration.name not in NAMES]
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
