"""What backup and restore share about the two databases."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import ConnectionHandler

from headquarters.commands import CommandError
from headquarters.operations import witness


@contextmanager
def scratch(folder: Path) -> Iterator[Path]:
    """A file of its owner's only that is gone afterwards, unless it was moved to its place."""
    path = folder / f".headquarters-{secrets.token_hex(6)}.sqlite3"
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        yield path
    finally:
        for end in ("", "-wal", "-shm", "-journal"):
            with suppress(FileNotFoundError):
                path.with_name(path.name + end).unlink()


@contextmanager
def sqlite(path: Path) -> Iterator[BaseDatabaseWrapper]:
    """A SQLite file beside the one that is served; without a WAL, so that it is one file when closed."""
    db = ConnectionHandler({"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": path}})["default"]
    try:
        db.ensure_connection()
        yield db
    finally:
        db.close()


def check(db: BaseDatabaseWrapper) -> None:
    """SQLite's own look at every page of a file."""
    said = [word for (word,) in witness.rows(db, "PRAGMA integrity_check")]
    if said != ["ok"]:
        raise CommandError(f"the database is damaged: {said[0]}")


def columns(table: str) -> list[str]:
    """PostgreSQL: the columns that can be written, in their order."""
    sql = (
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
        " AND NOT attisdropped AND attgenerated = '' ORDER BY attnum"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [quoted(table)])
        return [name for (name,) in cursor.fetchall()]


def listed(names: Sequence[str]) -> str:
    """Quoted, with commas."""
    return ", ".join(map(quoted, names))


def quoted(name: str) -> str:
    """A name as SQL takes it, whatever is in it: it may come from an archive."""
    return '"' + name.replace('"', '""') + '"'
