"""The append-only event log and the day's counts. All SQL of the tablet lives in this folder.

One ``Store`` belongs to one thread. What ``append`` returned is on stable storage.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from kiosk.clock import Clock
from kiosk.store import tallies
from kiosk.store.errors import StorageError
from kiosk.store.figures import LEVELS, Apart, Cell, DayFigures
from kiosk.store.rollup import Rollup
from kiosk.store.types import Tally
from kiosk.store.upkeep import Upkeep
from kiosk.survey import LABELS_VERSION
from sync import chain, contract
from sync.contract import Event


class Store(Upkeep):
    """The open database. Raises StorageError, named by remedy, from every method."""

    def __init__(
        self,
        directory: Path,
        tablet_id: str,
        clock: Clock,
        new_id: Callable[[], str],
        labels: str = LABELS_VERSION,
        config_version: int = 0,
    ) -> None:
        super().__init__(directory, clock, new_id)
        self.tablet_id, self._labels, self._config_version = tablet_id, labels, config_version
        self._rollup = Rollup()
        self._head: tuple[int, bytes] | None = None
        """seq and hash of the newest event, kept between taps: nobody else writes this file."""
        try:
            self.install_id = self._find_install_id()
        except BaseException:
            self.close()  # as in OpenStore: an error that is kept must not keep the folder's lock
            raise

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
                config_version=self._config_version,
                body=body,
            )
            waiting = self._waiting
            self._head = self._waiting = None  # unknown until the commit has succeeded
            head = (event.seq, self._insert(db, event, now.local_day, prev_hash))
            self._rollup.follow(db, event, now)
        self._head = head
        self._waiting = None if waiting is None else waiting + 1
        return event

    def tally(self, day: str) -> Tally:
        """Counts of an ISO local day, flagged ratings and all."""
        when = date.fromisoformat(day)
        counts = tallies.days(self._query, when, when).get(when, Apart()).counts(flagged=True)
        by_level = {level: counts.of(level) for level in sorted(LEVELS)}
        return Tally(when, by_level, tallies.swallowed(self._query, when))

    def tally_today(self) -> Tally:
        """Counts of the tablet's own today."""
        return self.tally(self._clock().local_day)

    def staff_day(self, day: date | None = None) -> DayFigures:
        """All the staff page shows of ``day``, else of the tablet's own today."""
        today = date.fromisoformat(self._clock().local_day)
        return tallies.day_figures(self._query, day or today, today)

    def staff_days(self, first: date, last: date) -> dict[date, Apart]:
        """The counts of each day that has any."""
        return tallies.days(self._query, first, last)

    def staff_cells(self, first: date, last: date) -> list[Cell]:
        """The finest counts there are, for an export."""
        return tallies.cells(self._query, first, last)

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
        if row is None:
            return 0, chain.GENESIS
        seq, own_hash = row
        if not isinstance(own_hash, bytes):  # the type of a column is a bit of the file, too
            raise StorageError("damaged", f"the hash of event {seq} is {own_hash!r}")
        return seq, own_hash

    @staticmethod
    def _insert(db: sqlite3.Connection, event: Event, local_day: str, prev_hash: bytes) -> bytes:
        """Write the event; its hash."""
        stored = contract.encode_event(event)
        own_hash = chain.link(prev_hash, stored)
        level = event.body["level"] if event.kind in (contract.RATING, contract.CORRECTION) else None
        row = (
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
        )
        try:
            db.execute(
                "INSERT INTO events"
                " (seq, event_id, kind, visit_id, wall_ms, local_day, level, stored, prev_hash, hash)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                row,
            )
        except sqlite3.IntegrityError as error:  # the place behind the newest is always free in a sound file
            raise StorageError("damaged", str(error)) from error
        return own_hash
