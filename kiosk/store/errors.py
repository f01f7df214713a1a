"""What can go wrong with storage, named by what the screen must say."""

from __future__ import annotations

import errno
import shutil
import sqlite3
from pathlib import Path

NO_ROOM = 256 * 1024
"""Bytes. With less free than this an error of the disk is the full disk's."""

_REASONS = {
    "SQLITE_FULL": "full",
    "SQLITE_READONLY": "read_only",
    "SQLITE_BUSY": "locked",
    "SQLITE_LOCKED": "locked",
    "SQLITE_CORRUPT": "damaged",
    "SQLITE_NOTADB": "damaged",
    "SQLITE_CANTOPEN": "failed",
    "SQLITE_IOERR": "failed",
}


_SPOILT = ("already exists", "no such table", "no such column", "has no column named")
"""What SQLite says of a file whose list of tables, or ours of migrations, is no longer what was written."""
_ERRORS = {
    errno.ENOSPC: "full",
    errno.EDQUOT: "full",
    errno.EROFS: "read_only",
    errno.EACCES: "read_only",
    errno.EPERM: "read_only",
}


class StorageError(Exception):
    """An event could not be made durable.

    ``reason`` is full, read_only, locked, damaged, closed, too_new or failed.
    """

    def __init__(self, reason: str, message: str = "") -> None:
        super().__init__(message or reason)
        self.reason = reason


def storage_error(error: sqlite3.Error | UnicodeDecodeError, folder: Path | None = None) -> StorageError:
    """The remedy's name for an SQLite error; extended codes (SQLITE_IOERR_FSYNC) fold to their base.

    An error whose own words cannot be read quotes a damaged file. Where SQLite has no room for the index of
    its log it calls that an error of the disk: in a ``folder`` without room it is called full.
    """
    if isinstance(error, UnicodeDecodeError):
        return StorageError("damaged", str(error))
    if any(words in str(error) for words in _SPOILT):
        return StorageError("damaged", str(error))
    found = _named(error)
    if found.reason == "failed" and folder is not None and _is_full(folder):
        return StorageError("full", str(error))
    return found


def _is_full(folder: Path) -> bool:
    try:
        return shutil.disk_usage(folder).free < NO_ROOM
    except OSError:
        return False


def _named(error: sqlite3.Error) -> StorageError:
    name = getattr(error, "sqlite_errorname", None) or ""
    for base, reason in _REASONS.items():
        if name == base or name.startswith(f"{base}_"):
            return StorageError(reason, str(error))
    return StorageError("closed" if isinstance(error, sqlite3.ProgrammingError) else "failed", str(error))


def system_error(error: OSError) -> StorageError:
    """The same for an error of the system's own, on a file beside the database."""
    return StorageError(_ERRORS.get(error.errno or 0, "failed"), str(error))
