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
from kiosk.store import file_lock, pairing
from kiosk.store.errors import StorageError, storage_error, system_error
from kiosk.store.schema import upgrade

log = logging.getLogger(__name__)
FILE_NAME = "kiosk.sqlite3"
BUSY_TIMEOUT_MS = 2000
LOOKS = 2
_VERSIONS = ((1, 2), (1, 2), (0, 4), (0, 1))
"""Of the header: for writing and reading (2: with a write-ahead log), of the schema, of the text encoding
(https://www.sqlite.org/fileformat2.html#the_database_header)."""
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
    pairing.notice_missing(path, stamp())
    if pairing.is_foreign(path):
        set_aside(path, stamp(), ("-wal", "-shm"))
    if not _has_our_header(path):
        set_aside(path, stamp())
    for _ in range(LOOKS):
        try:
            return _open(path)
        except StorageError as error:
            if error.reason != "damaged":
                raise
    set_aside(path, stamp())
    return _open(path)


def _has_our_header(path: Path) -> bool:
    """Whether the first bytes say what they say in every file of ours, as far as there is a file. For some
    others SQLite has names that sound like a passing trouble or a disk that can only be read."""
    try:
        with path.open("rb") as file:
            head = file.read(100)
    except OSError:
        return True  # opening it will tell
    if len(head) < 100 or path.with_name(f"{path.name}-journal").exists():
        return True  # SQLite has only begun to make it
    fixed = head[:16] == b"SQLite format 3\0" and head[21:24] == bytes((64, 32, 32))
    versions = (*head[18:20], head[47], head[59])
    return fixed and all(low <= found <= high for found, (low, high) in zip(versions, _VERSIONS, strict=True))


def set_aside(path: Path, stamp: str, parts: tuple[str, ...] = ("", "-wal", "-shm")) -> None:
    """Move a damaged file and its -wal and -shm out of the way, for salvage; nothing is deleted."""
    for suffix in parts:
        source = path.with_name(path.name + suffix)
        if source.exists():
            log.error("%s is damaged: set aside as damaged-%s", source.name, stamp)
            os.replace(source, path.with_name(f"damaged-{stamp}-{path.name}{suffix}"))
    path.with_name(pairing.MARK).unlink(missing_ok=True)
    sync_folder(path.parent)


def _open(path: Path) -> Database:
    connection = None
    try:
        connection = sqlite3.connect(path, timeout=BUSY_TIMEOUT_MS / 1000, check_same_thread=True)
        connection.text_factory = _text
        db = Database(connection, execute_plugins=False)
        _configure(db)
        upgrade(db)
        _need_meta(db)
    except (sqlite3.Error, UnicodeDecodeError) as error:
        if connection is not None:
            connection.close()
        raise storage_error(error, path.parent) from error
    except StorageError:
        if connection is not None:
            connection.close()
        raise
    return db


def _need_meta(db: Database) -> None:
    """Whoever has noted anything has an install id: nothing can be done without."""
    named = db.execute("SELECT value FROM meta WHERE key = 'install_id'").fetchone()
    if named is None and db.execute("SELECT 1 FROM meta").fetchone():
        raise StorageError("damaged", "the install id is gone")


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
