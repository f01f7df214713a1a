"""``headquarters backup``: one consistent moment of the database in one archive. Ratings go on meanwhile."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from django.db import connection, transaction
from django.utils import timezone

from headquarters.operations import archive, attached, copies, witness

SQLITE_MEMBER = "database.sqlite3.gz"


def make(target: Path) -> dict[str, Any]:
    """Write the backup to ``target``; its manifest."""
    return (_of_sqlite if connection.vendor == "sqlite" else _of_postgresql)(target)


def _of_sqlite(target: Path) -> dict[str, Any]:
    """By SQLite's backup API, which waits for nobody; the manifest is that of the copy."""
    with archive.write(target) as out, copies.scratch(target.parent) as copy:
        made_at = timezone.now()
        with copies.sqlite(copy) as db:
            connection.ensure_connection()
            connection.connection.backup(db.connection)
            found = witness.manifest(db, witness.tables(db), made_at)
            copies.check(db)
        out.add(SQLITE_MEMBER, _file(copy))
        attached.add(out)
        out.close(found)
    return found


def _file(path: Path) -> Callable[[IO[bytes]], None]:
    def fill(stream: IO[bytes]) -> None:
        with path.open("rb") as source:
            shutil.copyfileobj(source, stream, 1024 * 1024)

    return fill


def _of_postgresql(target: Path) -> dict[str, Any]:
    """By COPY of every table in one snapshot: it needs no pg_dump, whose version must fit the server's."""
    with archive.write(target) as out, transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        names = witness.tables(connection)
        found = witness.manifest(connection, names, timezone.now())
        for name in names:
            out.add(member(name), _table(name))
        attached.add(out)
        out.close(found)
    return found


def member(table: str) -> str:
    """Where a table's rows are in the archive of PostgreSQL."""
    return f"tables/{table}.copy.gz"


def _table(name: str) -> Callable[[IO[bytes]], None]:
    """The rows with their columns' names in the first line: their order may differ where they go."""

    def fill(stream: IO[bytes]) -> None:
        columns = copies.columns(name)
        stream.write(("\t".join(columns) + "\n").encode())
        sql = f"COPY (SELECT {copies.listed(columns)} FROM {copies.quoted(name)}) TO STDOUT"  # noqa: S608
        with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(sql) as copy:
            for piece in copy:
                stream.write(piece)

    return fill
