"""Opening the tablet's database: checked settings, one process, damaged files set aside, never deleted."""

from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import IO

from sqlite_utils import Database

from kiosk.private_file import sync_folder
from kiosk.store import file_lock
from kiosk.store.errors import StorageError, storage_error, system_error
from kiosk.store.schema import upgrade

log = logging.getLogger(__name__)
FILE_NAME = "kiosk.sqlite3"
BUSY_TIMEOUT_MS = 2000
LOOKS = 2
WAL_PAGES = 250
"""The write-ahead log is folded in and begun afresh after 1 MB: syncing a file that grows takes a fifth
longer than one that is written over, because its length must be made durable too."""


def lock(directory: Path) -> IO[bytes]:
    """An exclusive lock on the data folder for this process's life; a second program is refused."""
    try:
        if not directory.exists():
            directory.mkdir(parents=True, mode=0o700)
            sync_folder(directory.parent)  # what is synced in a folder that is lost is lost
        handle = (directory / "lock").open("ab+")
    except OSError as error:
        raise system_error(error) from error
    try:
        file_lock.take(handle)
    except OSError as error:
        handle.close()
        raise StorageError("locked", f"another kiosk program is using {directory}") from error
    return handle


def open_database(directory: Path, stamp: Callable[[], str]) -> Database:
    """The database of ``directory``, upgraded. A damaged file is set aside and a fresh one begun; one that
    reads well at the second look was not damaged: a disk that stammers looks the same to SQLite."""
    path = directory / FILE_NAME
    for _ in range(LOOKS):
        try:
            return _open(path)
        except StorageError as error:
            if error.reason != "damaged":
                raise
    set_aside(path, stamp())
    return _open(path)


def set_aside(path: Path, stamp: str) -> None:
    """Move a damaged file and its -wal and -shm out of the way, for salvage; nothing is deleted."""
    log.error("database %s is damaged: set aside as damaged-%s", path.name, stamp)
    for suffix in ("", "-wal", "-shm"):
        source = path.with_name(path.name + suffix)
        if source.exists():
            os.replace(source, path.with_name(f"damaged-{stamp}-{path.name}{suffix}"))
    sync_folder(path.parent)


def _open(path: Path) -> Database:
    connection = None
    try:
        connection = sqlite3.connect(path, timeout=BUSY_TIMEOUT_MS / 1000, check_same_thread=True)
        connection.text_factory = _text
        db = Database(connection, execute_plugins=False)
        _configure(db)
        upgrade(db)
        db.execute("SELECT * FROM meta").fetchall()  # nothing can be done without it
    except sqlite3.Error as error:
        if connection is not None:
            connection.close()
        raise storage_error(error) from error
    except StorageError:
        if connection is not None:
            connection.close()
        raise
    return db


def _text(raw: bytes) -> str:
    """A text of the file. One that a worn cell has spoilt is read with marks in it: it no longer fits its
    hash, so headquarters sets it aside, and nothing behind it waits."""
    return raw.decode("utf-8", "replace")


def _configure(db: Database) -> None:
    """WAL with an fsync at every commit; read back, because a pragma that fails says nothing."""
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    for name, value in wanted.items():
        db.execute(f"PRAGMA {name} = {value}")
        found = db.execute(f"PRAGMA {name}").fetchone()[0]
        if found != value:
            raise StorageError("failed", f"PRAGMA {name} is {found}, must be {value}")
    db.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    db.execute(f"PRAGMA wal_autocheckpoint = {WAL_PAGES}")
