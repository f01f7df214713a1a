"""What a backup vouches for and a restore compares: how many rows each table has, where each chain ends."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

import headquarters
from headquarters import sealing, signing
from headquarters.ratings import partitions

Heads = list[list[Any]]
_HEADS = """
    SELECT h.tablet_id, h.install_id, h.n, h.top, e.hash
    FROM (
        SELECT tablet_id, install_id, count(*) AS n, max(seq) AS top FROM ratings_event
        GROUP BY tablet_id, install_id
    ) h JOIN ratings_event e ON e.tablet_id = h.tablet_id AND e.install_id = h.install_id AND e.seq = h.top
    ORDER BY 1, 2, 5
"""


def tables(db: BaseDatabaseWrapper) -> list[str]:
    """The tables there are; of a partitioned one the whole, not its months."""
    if db.vendor == "sqlite":
        sql = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%%' ORDER BY 1"
    else:
        sql = (
            "SELECT c.relname FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace"
            " AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY 1"
        )
    return [name for (name,) in rows(db, sql)]


def counts(db: BaseDatabaseWrapper, names: Sequence[str]) -> dict[str, int]:
    """Table → how many rows."""
    quoted = {name: db.ops.quote_name(name) for name in names}
    return {name: int(rows(db, f"SELECT count(*) FROM {quoted[name]}")[0][0]) for name in names}  # noqa: S608


def heads(db: BaseDatabaseWrapper) -> Heads:
    """[tablet, install, events, last place, hash there], read from the events themselves."""
    return [
        [str(t), str(i), int(n), int(top), bytes(hash_).hex()] for t, i, n, top, hash_ in rows(db, _HEADS)
    ]


def manifest(db: BaseDatabaseWrapper, names: Sequence[str], made_at: dt.datetime) -> dict[str, Any]:
    """Everything but the files' sums, which the archive knows."""
    return {
        "made_at": made_at.isoformat(),
        "program": headquarters.__version__,
        "vendor": db.vendor,
        "migrations": migrations(db),
        "tables": counts(db, names),
        "chains": heads(db),
        "months": partitions.months() if db.vendor == "postgresql" else [],
        "keys": keys(),
    }


def migrations(db: BaseDatabaseWrapper) -> list[list[str]]:
    """[app, name] of every migration the database has had."""
    return [list(row) for row in rows(db, "SELECT DISTINCT app, name FROM django_migrations ORDER BY 1, 2")]


def keys() -> dict[str, Any]:
    """Which keys belong to the data, by their public ids: without them sealed contacts stay sealed.
    ``sealing_old``: older ones that still open."""
    own, *old = sealing.opening_key_ids()
    return {"sealing": own, "sealing_old": old, "configuration": signing.signer().key_id}


def lacking(wanted: dict[str, Any]) -> list[str]:
    """Which of a backup's keys this folder has not got. A sealing key that was rotated since is there as an
    old one; a backup of an older program names no old ones."""
    own = keys()
    sealed_to = [wanted["sealing"], *wanted.get("sealing_old", [])]
    missing = [f"sealing {one}" for one in sealed_to if one not in (own["sealing"], *own["sealing_old"])]
    if own["configuration"] != wanted["configuration"]:
        missing.append(f"configuration {wanted['configuration']}")
    return missing


def rows(db: BaseDatabaseWrapper, sql: str) -> list[tuple[Any, ...]]:
    """All rows of a query."""
    with db.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())
