"""What every part of the store has: the open database, its transaction, and errors named by remedy."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kiosk.clock import Clock
from kiosk.store.database import FILE_NAME, lock, open_database, set_aside
from kiosk.store.errors import storage_error


class OpenStore:
    """The open database of ``directory``; nobody else writes it."""

    def __init__(self, directory: Path, clock: Clock, new_id: Callable[[], str]) -> None:
        self.directory, self._clock, self.new_id = directory, clock, new_id
        self._lock = lock(directory)
        try:
            self._db = open_database(directory, lambda: self.new_id()[:8])
        except BaseException:
            self._lock.close()  # the error may be kept for long, and with it all that it passed through
            raise

    def close(self) -> None:
        """Close the file; the write-ahead log is folded in by SQLite."""
        self._db.close()
        self._lock.close()

    def set_aside(self) -> None:
        """Close a damaged file and move it out of the way for salvage."""
        self.close()
        set_aside(self.directory / FILE_NAME, self.new_id()[:8])

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
