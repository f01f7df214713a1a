BEGIN TRANSACTION;
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
INSERT INTO "_sqlite_migrations" VALUES(1,'kiosk','m001_events','2026-01-15 08:00:00.000000+00:00');
CREATE TABLE delivery (
    seq INTEGER PRIMARY KEY REFERENCES events (seq) ON DELETE CASCADE,
    state TEXT NOT NULL CHECK (state IN ('confirmed', 'quarantined')),
    code TEXT NOT NULL DEFAULT '',
    changed_ms INTEGER NOT NULL
) STRICT;
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
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
INSERT INTO "meta" VALUES('install_id','9a1d6f10-0000-4000-8000-00000000aaaa');
INSERT INTO "meta" VALUES('settled_upto','0');
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
CREATE INDEX events_by_day ON events (local_day, kind, level);
CREATE INDEX events_corrections ON events (visit_id) WHERE kind = 'correction';
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
COMMIT;
