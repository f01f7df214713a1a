"""All SQL of ingest, for both databases. Callers hold the tablet's lock inside one transaction.

SQLite keeps UUIDs as 32 hex digits, as Django's own columns do; PostgreSQL has a type for them.
Ids and hashes go in and come out as the texts of the wire.
"""

from __future__ import annotations

import datetime as dt
import itertools
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

import msgspec
from django.db import connection

from headquarters.ratings.intake import Row

Statement = tuple[str, list[Any]]
Found = TypeVar("Found")

COLUMNS = (
    "tablet_id", "install_id", "batch_id", "received_at", "event_day", "event_id", "seq", "kind", "visit_id",
    "level", "wall_ms", "utc_offset_min", "labels_version", "config_version", "stored", "hash", "prev_hash",
    "time_quality",
)  # fmt: skip
_INSERT = f"INSERT INTO ratings_event ({', '.join(COLUMNS)}) VALUES ({', '.join(['%s'] * len(COLUMNS))})"
_INSERT_ID = "INSERT INTO ratings_received (tablet_id, event_id, hash) VALUES (%s, %s, %s)"
COMMENT = {
    "event_id": "uuid", "visit_id": "text", "day": "date", "wall_ms": "bigint", "office_id": "bigint",
    "desk_id": "bigint", "topic": "text", "review": "boolean", "text": "text", "folded": "text",
}  # fmt: skip
"""Columns of models.Comment that an event fills, with their types."""
_VISIT_EVENTS = 1000
"""A visit never has more events than this."""


@dataclass(frozen=True, slots=True)
class Source:
    """What all rows of a batch share."""

    tablet_id: uuid.UUID
    install_id: uuid.UUID
    batch_id: uuid.UUID
    received_at: dt.datetime


@dataclass(slots=True)
class Mark:
    """How far one install's chain has come: tablets.models.Install, without the ORM's price."""

    contiguous_seq: int = 0
    max_seq: int = 0
    head_hash: bytes | None = None
    chain_broken: bool = False


class Opened(NamedTuple):
    """The tablet's row, locked, how far its chain has come, and its newest configuration."""

    key_id: str
    revoked: bool
    mark: Mark
    config_version: int


class Stored(NamedTuple):
    """An event at its place in a chain; hashes in hexadecimal."""

    seq: int
    hash: str
    prev_hash: str


def is_postgresql() -> bool:
    """Which of the two databases this is."""
    return connection.vendor == "postgresql"


def key(value: uuid.UUID) -> Any:
    """A UUID as this database keeps it."""
    return value if is_postgresql() else value.hex


def sender(key_id: str) -> tuple[uuid.UUID, bytes] | None:
    """(tablet, its public key) behind a key id, without the ORM's price."""
    for tablet_id, public_key in fetch(
        "SELECT id, public_key FROM tablets_tablet WHERE key_id = %s", [key_id]
    ):
        return as_uuid(tablet_id), bytes(public_key)
    return None


def append(source: Source, rows: Sequence[Row]) -> None:
    """Store rows whose ids are not there yet, on SQLite; IntegrityError for an id that is. What serves both
    databases is ``streaming.append``."""
    with connection.cursor() as cursor:
        values = _values(source, rows)
        cursor.executemany(_INSERT_ID, [_received(row) for row in values])
        cursor.executemany(_INSERT, values)


def insert(source: Source, rows: Sequence[Row]) -> list[Statement]:
    """Rows whose ids are not there yet, as statements that go along with others: for a few rows on PostgreSQL
    cheaper than COPY, which needs four round trips of its own."""
    if not rows:
        return []
    values = _values(source, rows)
    ids = [value for row in values for value in _received(row)]
    more = len(rows) - 1
    return [
        (_INSERT_ID + ", (%s, %s, %s)" * more, ids),
        (
            _INSERT + f", ({', '.join(['%s'] * len(COLUMNS))})" * more,
            list(itertools.chain.from_iterable(values)),
        ),
    ]


def _values(source: Source, rows: Sequence[Row]) -> list[tuple[Any, ...]]:
    """Rows as this database keeps them, in the order of COLUMNS."""
    native = is_postgresql()
    same = (key(source.tablet_id), key(source.install_id), key(source.batch_id), _moment(source))
    return [
        (
            *same, row.event_day if native else row.event_day.isoformat(),
            row.event_id if native else row.event_id.replace("-", ""), row.seq, row.kind, row.visit_id,
            row.level, row.wall_ms, row.utc_offset_min, row.labels_version, row.config_version, row.stored,
            bytes.fromhex(row.hash), bytes.fromhex(row.prev_hash), row.time_quality,
        )
        for row in rows
    ]  # fmt: skip


def _received(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """(tablet, event, hash) of one of ``_values``."""
    return row[0], row[5], row[-3]


def open_batch(source: Source) -> Opened | None:
    """Lock the tablet and look around; None when there is no such tablet.

    One tablet's batches queue here (on SQLite at BEGIN IMMEDIATE), so that two of them cannot both find
    an event missing. Two statements in one round trip, not one join: a joined row would be as old as
    the moment at which the wait for the lock began.
    """
    return opened(*run(*opening(source)))


def opening(source: Source) -> tuple[Statement, Statement]:
    """What ``open_batch`` asks; ``opened`` makes of the answers what it gives."""
    tablet_id, install_id = key(source.tablet_id), key(source.install_id)
    lock = "SELECT key_id, revoked_at IS NOT NULL, config_issued FROM tablets_tablet WHERE id = %s"
    mark = (
        "SELECT contiguous_seq, max_seq, head_hash, chain_broken FROM tablets_install"
        " WHERE tablet_id = %s AND install_id = %s"
    )
    own = (f"{lock} FOR UPDATE" if is_postgresql() else lock, [tablet_id])
    return own, (mark, [tablet_id, install_id])


def opened(tablets: Sequence[tuple[Any, ...]], marks: Sequence[tuple[Any, ...]]) -> Opened | None:
    """The rows of the tablet and of its install; see ``opening``."""
    if not tablets:
        return None
    key_id, revoked, config_version = tablets[0]
    return Opened(key_id, bool(revoked), Mark(*marks[0]) if marks else Mark(), config_version)


def held(source: Source, event_ids: Sequence[str]) -> dict[str, str]:
    """Event id → hash of those that were received before. Asked behind ``open_batch``, under its lock."""
    rows = fetch(*_held(key(source.tablet_id), event_ids))
    return {str(as_uuid(event_id)): bytes(hash_).hex() for event_id, hash_ in rows}


def _held(tablet_id: Any, event_ids: Sequence[str]) -> Statement:
    """Which ids were received before, on whatever day."""
    if is_postgresql():
        # One text instead of a list: the driver would look at each id again.
        sql = (
            "SELECT event_id, hash FROM ratings_received WHERE tablet_id = %s AND event_id = ANY(%s::uuid[])"
        )
        return sql, [tablet_id, f"{{{','.join(event_ids)}}}"]
    marks = ", ".join(["%s"] * len(event_ids)) or "NULL"
    sql = f"SELECT event_id, hash FROM ratings_received WHERE tablet_id = %s AND event_id IN ({marks})"
    return sql, [tablet_id, *(event_id.replace("-", "") for event_id in event_ids)]


def closing(
    source: Source, mark: Mark | None, due: Sequence[Statement], words: dict[str, Any] | None
) -> list[Statement]:
    """What notes what is to be counted (headquarters.ratings.settling), moves the install's mark if it moved,
    notes the heartbeat's words (columns of tablets.models.Tablet) if it was the tablet that spoke."""
    statements = list(due)
    if mark is not None:
        statements.append(_note_mark(source, mark))
    if words is not None:
        names = ", ".join(f"{name} = %s" for name in ("last_seen", *words))
        values = [_moment(source), *words.values(), key(source.tablet_id)]
        statements.append((f"UPDATE tablets_tablet SET {names} WHERE id = %s", values))
    return statements


def _note_mark(source: Source, mark: Mark) -> Statement:
    sql = """
        INSERT INTO tablets_install (tablet_id, install_id, contiguous_seq, max_seq, head_hash, chain_broken)
        VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (tablet_id, install_id) DO UPDATE
        SET contiguous_seq = excluded.contiguous_seq, max_seq = excluded.max_seq,
            head_hash = excluded.head_hash, chain_broken = excluded.chain_broken
    """
    own = [mark.contiguous_seq, mark.max_seq, mark.head_hash, mark.chain_broken]
    return sql, [key(source.tablet_id), key(source.install_id), *own]


def note_visits(
    tablet_id: uuid.UUID, columns: Mapping[str, str], rows: Mapping[str, Any], latest: str
) -> list[Statement]:
    """What adds to ratings_visit; on SQLite they are added at once. ``rows``: visit → its columns.
    ``latest``: what becomes of a row that is there."""
    if not rows:
        return []
    conflict = f"ON CONFLICT (tablet_id, visit_id) DO UPDATE SET {latest}"
    if is_postgresql():
        listed = [{"visit_id": visit, **row} for visit, row in rows.items()]
        return [_of_json("ratings_visit", tablet_id, {"visit_id": "text", **columns}, listed, conflict)]
    marks = ", ".join(["%s"] * (2 + len(columns)))
    insert = f"INSERT INTO ratings_visit (tablet_id, visit_id, {', '.join(columns)}) VALUES ({marks})"
    with connection.cursor() as cursor:
        values = [(key(tablet_id), visit, *row.values()) for visit, row in rows.items()]
        cursor.executemany(f"{insert} {conflict}", values)
    return []


def note_comments(tablet_id: uuid.UUID, rows: Sequence[Mapping[str, Any]]) -> list[Statement]:
    """What adds to ratings_comment those that are not there; ``rows`` have COMMENT's columns."""
    if not rows:
        return []
    told = [{**row, "office_id": 0, "desk_id": 0} for row in rows]
    if is_postgresql():
        return [_of_json("ratings_comment", tablet_id, COMMENT, told, "ON CONFLICT DO NOTHING")]
    marks = f"(%s, {', '.join(['%s'] * len(COMMENT))})"
    insert = f"INSERT INTO ratings_comment (tablet_id, {', '.join(COMMENT)}) VALUES"
    values = [value for row in told for value in (key(tablet_id), *_native(row))]
    return [(f"{insert} {', '.join([marks] * len(told))} ON CONFLICT DO NOTHING", values)]


def _native(row: Mapping[str, Any]) -> Iterator[Any]:
    """A comment's values as SQLite keeps them."""
    for name in COMMENT:
        value = row[name]
        yield value.hex if name == "event_id" else value.isoformat() if name == "day" else value


def _of_json(
    table: str, tablet_id: uuid.UUID, shape: Mapping[str, str], rows: Sequence[Any], conflict: str
) -> Statement:
    """Rows as one text: the driver would look at each value. ``shape``: columns and their types."""
    names, types = ", ".join(shape), ", ".join(f"{name} {kind}" for name, kind in shape.items())
    told = f"SELECT %s::uuid, {names} FROM json_to_recordset(%s::json) AS x ({types})"
    insert = f"INSERT INTO {table} (tablet_id, {names}) {told} {conflict}"
    return insert, [tablet_id, msgspec.json.encode(rows).decode()]


def days_of_visits(source: Source, visits: set[str], first: int, last: int) -> set[dt.date]:
    """The days of these visits' ratings, of which something was said at the places ``first`` to ``last``.
    A rating was given a few events before what is said of it."""
    sql = """
        SELECT DISTINCT visit_id, event_day FROM ratings_event
        WHERE tablet_id = %s AND install_id = %s AND seq BETWEEN %s AND %s AND kind = 'rating'
    """
    where = [key(source.tablet_id), key(source.install_id), first - _VISIT_EVENTS, last]
    return {as_day(day) for visit_id, day in fetch(sql, where) if visit_id in visits}


def as_day(value: dt.date | str) -> dt.date:
    """SQLite keeps a date as ISO text and a bare cursor gives it back so."""
    return dt.date.fromisoformat(value) if isinstance(value, str) else value


def at_places(tablet_id: uuid.UUID, install_id: uuid.UUID, seqs: Iterable[int]) -> list[Stored]:
    """What is stored at these places of a chain; more than one at a place means a clone."""
    sql = "SELECT seq, hash, prev_hash FROM ratings_event WHERE tablet_id = %s AND install_id = %s AND seq IN"
    rows = _in(sql, [key(tablet_id), key(install_id)], sorted(seqs))
    return [Stored(seq, bytes(own).hex(), bytes(prev).hex()) for seq, own, prev in rows]


def reach(tablet_id: uuid.UUID, install_id: uuid.UUID, seq: int) -> int:
    """The last place behind ``seq`` up to which every place is filled, by quarantined events too."""
    # In a row of places without a gap, the distance between a place and its rank stays the same.
    sql = """
        SELECT coalesce(max(seq), %s) FROM (
            SELECT seq, seq - row_number() OVER (ORDER BY seq) AS shift FROM (
                SELECT seq FROM ratings_event WHERE tablet_id = %s AND install_id = %s AND seq > %s
                UNION SELECT seq FROM ratings_quarantine WHERE tablet_id = %s AND install_id = %s AND seq > %s
            ) places
        ) ranked WHERE shift = %s
    """
    where = [key(tablet_id), key(install_id), seq]
    return int(fetch(sql, [seq, *where, *where, seq])[0][0])


def _in(sql: str, values: list[Any], items: Sequence[Any]) -> list[tuple[Any, ...]]:
    """``sql`` ends in IN; at most a few batches' worth of items."""
    if not items:
        return []
    return fetch(f"{sql} ({', '.join(['%s'] * len(items))})", [*values, *items])


def fetch(sql: str, values: list[Any]) -> list[tuple[Any, ...]]:
    """The rows of one statement."""
    return run((sql, values))[0]


def run(*statements: Statement) -> list[list[tuple[Any, ...]]]:
    """The rows of each statement. On PostgreSQL all go in one round trip."""
    if not statements:
        return []
    if not is_postgresql():
        return [_fetched(sql, values) for sql, values in statements]
    with connection.cursor() as cursor:
        cursor.execute(
            "; ".join(sql for sql, _ in statements), [x for _, values in statements for x in values]
        )
        found = [cursor.fetchall() if cursor.description else []]
        while cursor.nextset():
            found.append(cursor.fetchall() if cursor.description else [])
        return found


def commit(statements: Sequence[Statement]) -> None:
    """The last of a transaction; on PostgreSQL in one round trip with COMMIT, so that Django's own finds
    nothing left to do. Within another transaction, COMMIT is left to that."""
    outermost = is_postgresql() and not connection.savepoint_ids
    run(*statements, *([("COMMIT", [])] if outermost else []))


def _fetched(sql: str, values: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def _moment(source: Source) -> Any:
    """The time of receipt as this database keeps it."""
    return source.received_at if is_postgresql() else source.received_at.replace(tzinfo=None).isoformat(" ")


def as_uuid(value: Any) -> uuid.UUID:
    """An id as this database gave it."""
    return value if isinstance(value, uuid.UUID) else uuid.UUID(value)
