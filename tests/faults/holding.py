"""Holds headquarters in mid-transaction with what its database has: locks, slow triggers, a -wal to watch.

Each holder is a context that lets go at its end, and yields a question: has headquarters come there?
"""

from __future__ import annotations

import sqlite3
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg

from scripts.stage import query

There = Callable[[], object]


def received(where: str) -> set[str]:
    """Ids of the ratings that are at headquarters, committed."""
    sql = "SELECT event_id FROM ratings_event WHERE kind = 'rating'"
    if not where.startswith("postgres"):
        return {str(uuid.UUID(found)) for found in query(Path(where), sql)}
    with psycopg.connect(where) as db:
        return {str(found) for (found,) in db.execute(sql)}


class OnPostgreSQL:
    """Before the first row of the next batch, behind its last, in its COMMIT."""

    def __init__(self, url: str) -> None:
        self._url = url

    @contextmanager
    def before(self) -> Iterator[There]:
        """It waits for the table, held by somebody else."""
        with psycopg.connect(self._url) as holder:
            holder.execute("LOCK TABLE ratings_event IN EXCLUSIVE MODE")
            yield lambda: self._waits("Lock")

    @contextmanager
    def inside(self) -> Iterator[There]:
        """Its rows are written, a slow trigger of the statement has begun."""
        with self._slow("TRIGGER held AFTER INSERT ON ratings_event FOR EACH STATEMENT"):
            yield lambda: self._waits("PgSleep")

    @contextmanager
    def committing(self) -> Iterator[There]:
        """COMMIT was received, a deferred trigger of one of its rows has begun."""
        when = "AFTER INSERT ON ratings_event DEFERRABLE INITIALLY DEFERRED FOR EACH ROW"
        with self._slow(f"CONSTRAINT TRIGGER held {when} WHEN (NEW.seq % 20 = 1)"):
            yield lambda: self._waits("PgSleep")

    @contextmanager
    def _slow(self, trigger: str) -> Iterator[None]:
        with psycopg.connect(self._url, autocommit=True) as db:
            db.execute(
                "CREATE OR REPLACE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS"
                " 'BEGIN PERFORM pg_sleep(1); RETURN NULL; END'"
            )
            db.execute(f"CREATE {trigger} EXECUTE FUNCTION hold()")  # type: ignore[call-overload, arg-type]
            yield
            db.execute("DROP TRIGGER held ON ratings_event")  # which waits for who still sleeps

    def _waits(self, what: str) -> bool:
        sql = (
            "SELECT 1 FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid != pg_backend_pid() AND %s IN (wait_event, wait_event_type)"
        )
        with psycopg.connect(self._url) as db:
            return bool(db.execute(sql, [what]).fetchall())


class OnSQLite:
    """The same: the write lock, a trigger that reckons long, the first bytes of the commit in the -wal."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @contextmanager
    def before(self) -> Iterator[There]:
        """It waits for the write lock: for half a second at least."""
        with closing(sqlite3.connect(self._path, isolation_level=None, timeout=30)) as holder:
            holder.execute("BEGIN IMMEDIATE")
            begun = time.monotonic()
            yield lambda: time.monotonic() - begun > 0.5

    @contextmanager
    def inside(self) -> Iterator[There]:
        """Its first row is written, and a thousand million more would be counted."""
        with closing(sqlite3.connect(self._path, isolation_level=None, timeout=30)) as db:
            db.execute("CREATE TABLE slow (n)")
            db.executemany("INSERT INTO slow VALUES (?)", [(n,) for n in range(1000)])
            db.execute(
                "CREATE TRIGGER held AFTER INSERT ON ratings_event BEGIN"
                " SELECT count(*) FROM slow a, slow b, slow c WHERE a.n + b.n + c.n < 0; END"
            )
            yield self._is_locked
            db.execute("DROP TRIGGER held")
            db.execute("DROP TABLE slow")

    @contextmanager
    def committing(self) -> Iterator[There]:
        """The -wal is written only by a commit, of frames that are then synced."""
        wal = self._path.with_name(self._path.name + "-wal")
        before = wal.stat().st_mtime_ns if wal.exists() else 0
        yield lambda: wal.exists() and wal.stat().st_mtime_ns != before

    def _is_locked(self) -> bool:
        """For a while: not by one of the small writers."""
        until = time.monotonic() + 0.3
        while time.monotonic() < until:
            try:
                with closing(sqlite3.connect(self._path, isolation_level=None, timeout=0)) as db:
                    db.execute("BEGIN IMMEDIATE")
                    return False
            except sqlite3.OperationalError:
                time.sleep(0.02)
        return True
