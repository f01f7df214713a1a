"""The write-ahead log beside the database: that it is there, and that it is this database's.

SQLite asks neither. A log that was deleted is to it an empty one; another database's is folded into the file
and destroys it. Both happen where people copy, restore and tidy files by hand.

- ``log-there`` lies in the folder while the database is open, and after a power cut: a log must be there. It
  holds the log's first salt, which SQLite chooses by chance for each new log and counts up each time that it
  begins the log afresh (https://www.sqlite.org/fileformat2.html#walformat).
- The newest event of the file itself, read without the log, must be there with the log, too.
"""

from __future__ import annotations

import hashlib
import logging
import os
import sqlite3
from contextlib import closing
from pathlib import Path

from kiosk.private_file import sync_folder

log = logging.getLogger(__name__)
MARK, MISSED = "log-there", "log-missing-"
_SALT = slice(16, 20)
_ROUNDS = 1 << 20
"""More often than this no log is begun afresh between two starts."""
_NEWEST = "SELECT seq, prev_hash, stored, hash FROM events ORDER BY seq DESC LIMIT 1"


def log_of(path: Path) -> Path:
    """The write-ahead log of the database ``path``."""
    return path.with_name(f"{path.name}-wal")


def notice_missing(path: Path, stamp: str) -> None:
    """Before opening. What was only in the log is lost; a file that says so stays, for a person to see."""
    mark = path.with_name(MARK)
    if mark.exists() and path.exists() and not log_of(path).exists():
        log.error("the write-ahead log %s-wal was deleted: its newest events are lost", path.name)
        os.replace(mark, path.with_name(f"{MISSED}{stamp}"))
        sync_folder(path.parent)


def log_begins(path: Path) -> None:
    """The database is open: from now on a log is there. On a full disk it goes without saying."""
    try:
        sync_folder(path.parent)  # the log's own name first
        path.with_name(MARK).touch(mode=0o600)
        sync_folder(path.parent)
    except OSError as error:
        log.warning("%s was not made: %s", MARK, error)


def remember(path: Path) -> bool:
    """After a commit: keep the log's salt; whether that is done. Costs a sync, once for a start."""
    try:
        with log_of(path).open("rb") as file:
            salt = file.read(32)[_SALT]
        with path.with_name(MARK).open("w", encoding="ascii") as mark:
            mark.write(salt.hex())
            mark.flush()
            os.fsync(mark.fileno())
    except OSError as error:
        log.warning("%s was not written: %s", MARK, error)
        return False
    return True


def log_ends(path: Path) -> None:
    """The database is about to be closed, and SQLite to remove the log."""
    try:
        path.with_name(MARK).unlink(missing_ok=True)
        sync_folder(path.parent)
    except OSError as error:
        log.warning("%s was not removed: %s", MARK, error)


def is_foreign(path: Path) -> bool:
    """Whether the log beside ``path`` is another database's, or an older one's. Only what is certain counts:
    where the file itself cannot be read without its log, the log may be what mends it."""
    try:
        if not log_of(path).stat().st_size:
            return False
    except FileNotFoundError:
        return False
    if not path.exists() or not path.stat().st_size or _has_other_salt(path):
        return True
    newest = _newest(path)
    return newest is not None and not _goes_on_from(path, *newest)


def _has_other_salt(path: Path) -> bool:
    """Whether the log is known, and this is not it."""
    try:
        known = bytes.fromhex(path.with_name(MARK).read_text(encoding="ascii"))
        with log_of(path).open("rb") as file:
            found = file.read(32)[_SALT]
    except (OSError, ValueError):
        return False
    if len(known) != len(found) or len(found) != _SALT.stop - _SALT.start:
        return False
    return (int.from_bytes(found) - int.from_bytes(known)) % (1 << 32) > _ROUNDS


def _newest(path: Path) -> tuple[int, bytes] | None:
    """Place and hash of the newest event in the file alone, if that can be believed."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?immutable=1", uri=True)) as db:
            row = db.execute(_NEWEST).fetchone()
            if row is None:
                return None
            seq, prev_hash, stored, own = row
            sound = hashlib.sha256(bytes(prev_hash) + str(stored).encode()).digest() == own
            return (seq, own) if sound else None
    except (sqlite3.Error, TypeError, UnicodeError):
        return None


def _goes_on_from(path: Path, seq: int, own: bytes) -> bool:
    """Whether file and log together hold that event, or have purged it behind newer ones."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=2)) as db:
            row = db.execute("SELECT hash FROM events WHERE seq = ?", (seq,)).fetchone()
            if row is not None:
                return bool(row[0] == own)
            highest = db.execute("SELECT max(seq) FROM events").fetchone()[0]
            return highest is not None and highest > seq
    except sqlite3.OperationalError as error:
        # Busy or unreadable is no evidence; a file that has lost its tables is.
        return "no such" not in str(error)
    except sqlite3.DatabaseError:
        return not _is_sound(path)


def _is_sound(path: Path) -> bool:
    """The file alone, every page of it."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?immutable=1", uri=True)) as db:
            return bool(db.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok")
    except sqlite3.Error:
        return False
