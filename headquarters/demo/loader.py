"""Puts made-up events where ingest puts real ones: event table, ids received, how far each chain has come."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from django.db import connection, transaction

from headquarters.demo.year import OFFSET_MIN, Chain, Row
from headquarters.ratings import sql
from headquarters.tablets.models import Install, Tablet

PIECE = 5_000
_NULL = "\\N"


def load(tablet: Tablet, chains: Sequence[Chain], rows: Iterable[Row]) -> int:
    """All events of one tablet, in one transaction; how many there were."""
    with transaction.atomic():
        count = sum(_store(tablet.pk, chains, piece) for piece in _pieces(rows))
        _received(tablet.pk)
        for chain in chains:
            if chain.seq:
                Install.objects.create(
                    tablet=tablet, install_id=chain.install_id, contiguous_seq=chain.seq, max_seq=chain.seq,
                    head_hash=chain.head,
                )  # fmt: skip
        Tablet.objects.filter(pk=tablet.pk).update(max_seq=chains[0].seq)
    return count


def _pieces(rows: Iterable[Row]) -> Iterator[list[Row]]:
    left = iter(rows)
    while piece := list(islice(left, PIECE)):
        yield piece


def _store(tablet_id: uuid.UUID, chains: Sequence[Chain], rows: list[Row]) -> int:
    batches = {chain.number: uuid.uuid5(chain.install_id, f"batch {rows[0].event_id}") for chain in chains}
    installs = {chain.number: chain.install_id for chain in chains}
    if sql.is_postgresql():
        text = "".join(_copy_line(tablet_id, installs[row.chain], batches[row.chain], row) for row in rows)
        with (
            connection.cursor() as cursor,
            cursor.copy(f"COPY ratings_event ({', '.join(sql.COLUMNS)}) FROM STDIN") as copy,
        ):
            copy.write(text)
    else:
        marks = ", ".join(["%s"] * len(sql.COLUMNS))
        with connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO ratings_event ({', '.join(sql.COLUMNS)}) VALUES ({marks})",
                [_values(tablet_id, installs[row.chain], batches[row.chain], row) for row in rows],
            )
    return len(rows)


def _moment(ms: int) -> str:
    return dt.datetime.fromtimestamp(ms / 1000, dt.UTC).replace(tzinfo=None).isoformat(" ")


def _copy_line(tablet_id: uuid.UUID, install_id: uuid.UUID, batch_id: uuid.UUID, row: Row) -> str:
    """Only ``stored`` can hold a backslash (an escape of JSON); nothing holds a tab or a line's end."""
    level = _NULL if row.level is None else row.level
    return (
        f"{tablet_id}\t{install_id}\t{batch_id}\t{_moment(row.received_ms)}+00\t{row.day}\t{row.event_id}"
        f"\t{row.seq}\t{row.kind}\t{row.visit_id}\t{level}\t{row.wall_ms}\t{OFFSET_MIN}"
        f"\t{row.labels}\t0\t{row.stored.replace(chr(92), chr(92) * 2)}"
        f"\t\\\\x{row.hash.hex()}\t\\\\x{row.prev_hash.hex()}\t0\n"
    )


def _values(tablet_id: uuid.UUID, install_id: uuid.UUID, batch_id: uuid.UUID, row: Row) -> tuple[Any, ...]:
    return (
        tablet_id.hex, install_id.hex, batch_id.hex, _moment(row.received_ms), row.day.isoformat(),
        row.event_id.replace("-", ""), row.seq, row.kind, row.visit_id, row.level, row.wall_ms, OFFSET_MIN,
        row.labels, 0, row.stored, row.hash, row.prev_hash, 0,
    )  # fmt: skip


def _received(tablet_id: uuid.UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ratings_received (tablet_id, event_id, hash)"
            " SELECT tablet_id, event_id, hash FROM ratings_event WHERE tablet_id = %s",
            [sql.key(tablet_id)],
        )


def forget(tablet_ids: Iterable[uuid.UUID]) -> None:
    """Take the events of these tablets away again: nothing else may ever delete one."""
    with connection.cursor() as cursor:
        for tablet_id in tablet_ids:
            for table in ("ratings_event", "ratings_received"):
                cursor.execute(f"DELETE FROM {table} WHERE tablet_id = %s", [sql.key(tablet_id)])
