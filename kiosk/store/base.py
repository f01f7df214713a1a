"""What every part of the store has: the open database, its transaction, and errors named by remedy."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from kiosk.clock import Clock
from kiosk.store import pairing
from kiosk.store.database import FILE_NAME, lock, open_database, set_aside
from kiosk.store.errors import StorageError, storage_error

log = logging.getLogger(__name__)


class OpenStore:
    """The open database of ``directory``; nobody else writes it."""

    def __init__(self, directory: Path, clock: Clock, new_id: Callable[[], str]) -> None:
        self.directory, self._clock, self.new_id = directory, clock, new_id
        self._lock = lock(directory)
        try:
            self._begin()
        except BaseException:
            self._lock.close()  # the error may be kept for long, and with it all that it passed through
            raise

    def _begin(self) -> None:
        self._db = open_database(self.directory, lambda: self.new_id()[:8])
        pairing.log_begins(self.directory / FILE_NAME)
        self._log, self._log_known = self._log_now(), False

    def close(self) -> None:
        """Close the file; the write-ahead log is folded in by SQLite."""
        pairing.log_ends(self.directory / FILE_NAME)
        self._db.close()
        self._lock.close()

    def set_aside(self) -> None:
        """Close a damaged file and move it out of the way for salvage."""
        self.close()
        set_aside(self.directory / FILE_NAME, self.new_id()[:8])

    def _log_now(self) -> int:
        try:
            return pairing.log_of(self.directory / FILE_NAME).stat().st_ino
        except FileNotFoundError:
            return 0

    def _keep_log(self) -> None:
        """Somebody has deleted the log under us: what is written to it now dies with this program. SQLite
        still has it open, so all of it is folded in first."""
        if self._log_now() == self._log:
            return
        log.error("the write-ahead log was deleted in use: it is folded in and begun anew")
        self._query("PRAGMA wal_checkpoint(TRUNCATE)")
        set_aside(
            self.directory / FILE_NAME, self.new_id()[:8], ("-wal",)
        )  # somebody else's, if one is there
        self._db.close()
        self._begin()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """One commit. Raises StorageError, and then nothing of it is stored."""
        self._keep_log()
        self._end_what_is_open()
        try:
            with self._db.atomic():
                yield self._db.conn
        except BaseException as error:
            with suppress(StorageError, MemoryError):
                self._end_what_is_open()  # or whoever reads next sees what was not stored
            if isinstance(error, sqlite3.Error | UnicodeDecodeError):
                raise storage_error(error, self.directory) from error
            raise
        self._log_known = self._log_known or pairing.remember(self.directory / FILE_NAME)

    def _end_what_is_open(self) -> None:
        """For want of memory even a rollback may fail. ``atomic`` would take a transaction that is still open
        for one around it, and its commit would be none: what was thanked for would go when the file is
        closed."""
        if self._db.conn.in_transaction:
            log.error("a transaction was left open: it is rolled back")
            try:
                self._db.conn.execute("ROLLBACK")
            except sqlite3.Error as error:
                raise storage_error(error, self.directory) from error

    def _query(self, sql: str, parameters: tuple[Any, ...] | dict[str, Any] = ()) -> list[Any]:
        try:
            return self._db.execute(sql, parameters).fetchall()
        except (sqlite3.Error, UnicodeDecodeError) as error:
            raise storage_error(error, self.directory) from error
