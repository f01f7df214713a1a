"""The append-only event log, the delivery queue beside it, and the day's counts: all SQL of the tablet.

One ``Store`` belongs to one thread. What ``append`` returned is on stable storage.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from kiosk.clock import Clock
from kiosk.store.database import FILE_NAME, lock, open_database, set_aside
from kiosk.store.errors import storage_error
from kiosk.store.types import QueueState, Tally
from kiosk.survey import LABELS_VERSION
from sync import chain, contract
from sync.contract import Event, Verdict, WireEvent

CONFIRMING = (Verdict.ACCEPTED, Verdict.DUPLICATE, Verdict.TOMBSTONED)
"""Verdicts after which headquarters holds the event, or refuses it for good knowingly (erased there)."""


class Store:
    """The open database. Raises StorageError, named by remedy, from every method."""

    def __init__(
        self,
        directory: Path,
        tablet_id: str,
        clock: Clock,
        new_id: Callable[[], str],
        labels: str = LABELS_VERSION,
    ) -> None:
        self.directory, self.tablet_id, self._labels = directory, tablet_id, labels
        self._clock, self.new_id = clock, new_id
        self._lock = lock(directory)
        self._db = open_database(directory, lambda: self.new_id()[:8])
        self._head: tuple[int, bytes] | None = None
        """seq and hash of the newest event, kept between taps: nobody else writes this file."""
        self._waiting: int | None = None
        """How many events wait, kept likewise: counting a long queue takes longer than reading a batch."""
        self.install_id = self._find_install_id()

    def close(self) -> None:
        """Close the file; the write-ahead log is folded in by SQLite."""
        self._db.close()
        self._lock.close()

    def set_aside(self) -> None:
        """Close a damaged file and move it out of the way for salvage."""
        self.close()
        set_aside(self.directory / FILE_NAME, self.new_id()[:8])

    def append(self, kind: str, visit_id: str, body: dict[str, Any]) -> Event:
        """Store one fact with its place in the chain; durable when this returns."""
        now, event_id = self._clock(), self.new_id()
        with self._transaction() as db:
            seq, prev_hash = self._head or self._read_head(db)
            event = Event(
                event_id=event_id,
                tablet_id=self.tablet_id,
                install_id=self.install_id,
                seq=seq + 1,
                kind=kind,
                visit_id=visit_id,
                boot_id=now.boot_id,
                mono_ms=now.mono_ms,
                wall_ms=now.wall_ms,
                utc_offset_min=now.utc_offset_min,
                labels_version=self._labels,
                config_version=0,
                body=body,
            )
            waiting = self._waiting
            self._head = self._waiting = None  # unknown until the commit has succeeded
            head = (event.seq, self._insert(db, event, now.local_day, prev_hash))
        self._head = head
        self._waiting = None if waiting is None else waiting + 1
        return event

    def pending(self, limit: int = contract.MAX_EVENTS, after_seq: int = 0) -> list[WireEvent]:
        """The oldest unconfirmed events behind ``after_seq``, up to ``limit`` and MAX_STORED_BYTES."""
        rows = self._query(_PENDING, (max(after_seq, self._settled_upto()), limit))
        found: list[WireEvent] = []
        room = contract.MAX_STORED_BYTES
        for seq, event_id, stored, prev_hash, hash_ in rows:
            room -= len(stored.encode())
            if room < 0 and found:
                break
            found.append(
                WireEvent(
                    event_id=event_id, seq=seq, stored=stored, prev_hash=prev_hash.hex(), hash=hash_.hex()
                )
            )
        return found

    def settle(self, sent: Sequence[WireEvent], results: Sequence[contract.Result]) -> tuple[int, int]:
        """Apply headquarters' verdicts to the events of one batch: (confirmed, quarantined).

        Only events that were in the batch and are named in the reply change; a missing id waits on.
        """
        seqs = {event.event_id: event.seq for event in sent}
        confirmed = [seqs[r.event_id] for r in results if r.verdict in CONFIRMING and r.event_id in seqs]
        refused = [(r.code, seqs[r.event_id]) for r in results if _is_refusal(r) and r.event_id in seqs]
        now_ms = self._clock().wall_ms
        settled = [(seq, "confirmed", "", now_ms) for seq in confirmed]
        self._settle(settled + [(seq, "quarantined", code, now_ms) for code, seq in refused])
        return len(confirmed), len(refused)

    def quarantine(self, event: WireEvent, code: str) -> None:
        """Set one event aside that headquarters cannot even receive; it is kept and shown."""
        self._settle([(event.seq, "quarantined", code, self._clock().wall_ms)])

    def _settle(self, rows: list[tuple[int, str, str, int]]) -> None:
        waiting, self._waiting = self._waiting, None  # unknown until the commit has succeeded
        with self._transaction() as db:
            settled = db.executemany(_SETTLE, rows).rowcount if rows else 0
            db.execute(_ADVANCE)
        if waiting is not None:
            self._waiting = waiting - settled

    def queue_state(self) -> QueueState:
        """What waits, what was set aside, how far the log reaches."""
        upto = self._settled_upto()
        if self._waiting is None:
            (self._waiting,) = self._query(_WAITING, {"upto": upto})[0]
        quarantined, max_seq, oldest_ms = self._query(_QUEUE_STATE, {"upto": upto})[0]
        return QueueState(self._waiting, quarantined, max_seq, oldest_ms)

    def tally(self, day: str) -> Tally:
        """Counts of an ISO local day, from the raw events."""
        by_level = dict.fromkeys(contract.LEVELS, 0)
        by_level.update(dict(self._query(_TALLY, (day, contract.RATING))))
        (swallowed,) = self._query(_SWALLOWED, (day, contract.MISUSE_COUNTER))[0]
        return Tally(date.fromisoformat(day), by_level, swallowed)

    def tally_today(self) -> Tally:
        """Counts of the tablet's own today."""
        return self.tally(self._clock().local_day)

    def _settled_upto(self) -> int:
        """Every event up to this seq has its row in delivery; only those behind it are looked through."""
        return int(self._query("SELECT value FROM meta WHERE key = 'settled_upto'")[0][0])

    def _find_install_id(self) -> str:
        rows = self._query("SELECT value FROM meta WHERE key = 'install_id'")
        if rows:
            return str(rows[0][0])
        install_id = self.new_id()
        with self._transaction() as db:
            db.execute("INSERT INTO meta (key, value) VALUES ('install_id', ?)", (install_id,))
            db.execute("INSERT INTO meta (key, value) VALUES ('settled_upto', '0')")
        return install_id

    @staticmethod
    def _read_head(db: sqlite3.Connection) -> tuple[int, bytes]:
        row = db.execute("SELECT seq, hash FROM events ORDER BY seq DESC LIMIT 1").fetchone()
        return (0, chain.GENESIS) if row is None else (row[0], row[1])

    @staticmethod
    def _insert(db: sqlite3.Connection, event: Event, local_day: str, prev_hash: bytes) -> bytes:
        """Write the event; its hash."""
        stored = contract.encode_event(event)
        own_hash = chain.link(prev_hash, stored)
        level = event.body["level"] if event.kind in (contract.RATING, contract.CORRECTION) else None
        db.execute(
            "INSERT INTO events"
            " (seq, event_id, kind, visit_id, wall_ms, local_day, level, stored, prev_hash, hash)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                event.seq,
                event.event_id,
                event.kind,
                event.visit_id,
                event.wall_ms,
                local_day,
                level,
                stored,
                prev_hash,
                own_hash,
            ),
        )
        return own_hash

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        try:
            with self._db.atomic():
                yield self._db.conn
        except sqlite3.Error as error:
            raise storage_error(error) from error

    def _query(self, sql: str, parameters: tuple[Any, ...] | dict[str, Any] = ()) -> list[Any]:
        try:
            return self._db.execute(sql, parameters).fetchall()
        except sqlite3.Error as error:
            raise storage_error(error) from error


def _is_refusal(result: contract.Result) -> bool:
    return result.verdict is Verdict.QUARANTINED


_PENDING = """
SELECT e.seq, e.event_id, e.stored, e.prev_hash, e.hash
FROM events e LEFT JOIN delivery d ON d.seq = e.seq
WHERE e.seq > ? AND d.seq IS NULL ORDER BY e.seq LIMIT ?
"""
_SETTLE = "INSERT INTO delivery (seq, state, code, changed_ms) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"
_ADVANCE = """
UPDATE meta SET value = coalesce(
    (SELECT e.seq - 1 FROM events e LEFT JOIN delivery d ON d.seq = e.seq
     WHERE e.seq > CAST(meta.value AS INTEGER) AND d.seq IS NULL ORDER BY e.seq LIMIT 1),
    (SELECT max(seq) FROM events), meta.value)
WHERE key = 'settled_upto'
"""
_WAITING = """
SELECT (SELECT count(*) FROM events WHERE seq > :upto) - (SELECT count(*) FROM delivery WHERE seq > :upto)
"""
_QUEUE_STATE = """
SELECT (SELECT count(*) FROM delivery WHERE state = 'quarantined'),
       (SELECT coalesce(max(seq), 0) FROM events),
       (SELECT e.wall_ms FROM events e LEFT JOIN delivery d ON d.seq = e.seq
        WHERE e.seq > :upto AND d.seq IS NULL ORDER BY e.seq LIMIT 1)
"""
# A slip that was corrected counts as it was meant; the day is that of the first tap.
_TALLY = """
SELECT coalesce((SELECT c.level FROM events c WHERE c.kind = 'correction' AND c.visit_id = e.visit_id
                 ORDER BY c.seq DESC LIMIT 1), e.level) AS meant, count(*)
FROM events e WHERE e.local_day = ? AND e.kind = ? GROUP BY meant
"""
_SWALLOWED = """
SELECT coalesce(sum(json_extract(stored, '$.body.cool_down')), 0) FROM events WHERE local_day = ? AND kind = ?
"""
