"""``headquarters restore``: a backup into an empty database, compared row count by row count and chain by
chain before it may be used; else the database stays empty."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from typing import Any

from django.db import connection, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from headquarters.commands import CommandError
from headquarters.migrating import WholeExecutor
from headquarters.operations import attached, copies, witness
from headquarters.operations.archive import Archive, read
from headquarters.operations.backup import SQLITE_MEMBER, member
from headquarters.ratings import partitions


def put_back(source: Path) -> dict[str, Any]:
    """Fill the empty database from ``source``; the backup's manifest. CommandError says why not."""
    with read(source) as found:
        manifest = found.manifest
        _fits(manifest)
        if connection.vendor == "sqlite":
            _into_sqlite(found)
        else:
            _into_postgresql(found)
        attached.put_back(found)
    return manifest


def _fits(manifest: dict[str, Any]) -> None:
    """Only an empty database of the same make, and a program that knows the backup's schema."""
    if manifest["vendor"] != connection.vendor:
        raise CommandError(f"the backup is of {manifest['vendor']}; this database is {connection.vendor}")
    there = MigrationLoader(None).disk_migrations
    unknown = sorted(f"{app}.{name}" for app, name in manifest["migrations"] if (app, name) not in there)
    if unknown:
        raise CommandError(f"the backup was made by a newer program ({', '.join(unknown[:5])})")
    found = witness.tables(connection)
    if found:
        raise CommandError(
            f"the database is not empty ({len(found)} tables): a restore replaces nothing; give it a new one"
        )


# -- SQLite ------------------------------------------------------------------------------------------------


def _into_sqlite(found: Archive) -> None:
    """Beside its place, compared there, and moved in whole."""
    place = Path(connection.settings_dict["NAME"])
    with copies.scratch(place.parent) as fresh:
        fresh.unlink()
        found.copy(SQLITE_MEMBER, fresh)
        with copies.sqlite(fresh) as db:
            copies.check(db)
            compare(db, found.manifest)
            _mark(db, found.manifest)
        connections["default"].close()
        for end in ("-wal", "-shm"):
            place.with_name(place.name + end).unlink(missing_ok=True)
        os.replace(fresh, place)


# -- PostgreSQL --------------------------------------------------------------------------------------------


def _into_postgresql(found: Archive) -> None:
    """The schema of the backup's day, its months, its rows: one transaction."""
    with transaction.atomic():
        WholeExecutor(connection).migrate(_newest(found.manifest["migrations"]))
        partitions.forget()
        partitions.create(_first_day(name) for name in found.manifest["months"])
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        _empty()
        for table in found.manifest["tables"]:
            _fill(found, table)
        _set_counters(found.manifest["tables"])
        compare(connection, found.manifest)
        _mark(connection, found.manifest)


def _newest(migrations: list[list[str]]) -> list[tuple[str, str]]:
    """The last migration of every app that the backup had."""
    had = {(app, name) for app, name in migrations}
    graph = MigrationLoader(None).graph
    return sorted(
        key
        for key in had
        if not any(c.key in had and c.key[0] == key[0] for c in graph.node_map[key].children)
    )


def _first_day(partition: str) -> dt.date:
    return dt.datetime.strptime(partition, "ratings_event_y%Ym%m").date()  # noqa: DTZ007 - a month's name


def _empty() -> None:
    """Migrations write rows too; the backup has them as they were. No TRUNCATE: with CASCADE it would reach
    for the audit log, which lets nobody empty it."""
    for table, count in witness.counts(connection, witness.tables(connection)).items():
        if count:
            with connection.cursor() as cursor:
                cursor.execute(f"DELETE FROM {copies.quoted(table)}")  # noqa: S608


def _fill(found: Archive, table: str) -> None:
    with found.member(member(table)) as rows:
        columns = rows.readline().decode().rstrip("\n").split("\t")
        known = set(copies.columns(table))
        if not set(columns) <= known:
            raise CommandError(f"the backup's {table} has columns that this program does not know")
        sql = f"COPY {copies.quoted(table)} ({copies.listed(columns)}) FROM STDIN"
        with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(sql) as copy:
            while piece := rows.read(256 * 1024):
                copy.write(piece)


def _set_counters(tables: dict[str, int]) -> None:
    """The next id of every table goes on behind the last."""
    sql = (
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"
        " AND pg_get_serial_sequence(%s, attname) IS NOT NULL"
    )
    with connection.cursor() as cursor:
        for table in tables:
            quoted = copies.quoted(table)
            cursor.execute(sql, [quoted, quoted])
            for (column,) in cursor.fetchall():
                cursor.execute(
                    f"SELECT setval(pg_get_serial_sequence(%s, %s), max({copies.quoted(column)}))"  # noqa: S608
                    f" FROM {quoted} HAVING max({copies.quoted(column)}) IS NOT NULL",
                    [quoted, column],
                )


# -- both --------------------------------------------------------------------------------------------------


def compare(db: BaseDatabaseWrapper, manifest: dict[str, Any]) -> None:
    """Every table's rows and every chain's head against the manifest, counted afresh."""
    counted = witness.counts(db, sorted(manifest["tables"]))
    wrong = [
        f"{name}: {counted[name]} rows, not {n}"
        for name, n in manifest["tables"].items()
        if counted[name] != n
    ]
    if witness.heads(db) != manifest["chains"]:
        wrong.append("the ends of the tablets' chains differ")
    if witness.migrations(db) != manifest["migrations"]:
        wrong.append("the schema is another")
    if wrong:
        raise CommandError(f"what came out of the backup is not what went in ({'; '.join(wrong[:5])})")


def _mark(db: BaseDatabaseWrapper, manifest: dict[str, Any]) -> None:
    """Nothing is served before the purge has run (models.Restoration)."""
    now = timezone.now()
    moments = [dt.datetime.fromisoformat(manifest["made_at"]), now]
    adapted = [db.ops.adapt_datetimefield_value(moment) for moment in moments]
    with db.cursor() as cursor:
        cursor.execute(
            "INSERT INTO operations_restoration (made_at, restored_at, purged_at) VALUES (%s, %s, NULL)",
            adapted,
        )
