"""Rows on their way to PostgreSQL while they are made: it is at work on one piece, the caller on the next."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db import connection

from headquarters.ratings import binary, sql
from headquarters.ratings.intake import Row
from headquarters.ratings.sql import Found, Opened, Source, Statement

PIECE, AHEAD = 100, 2
"""Rows handed on at a time; pieces made while PostgreSQL looks at the tablet and at the ids."""
_COPY = f"COPY ratings_event ({', '.join(binary.COLUMNS)}) FROM STDIN (FORMAT binary)"
_NOTE_IDS = f"""
    INSERT INTO ratings_received (tablet_id, event_id, hash)
    SELECT %s, encode(substr(x.ids, n, 16), 'hex')::uuid, substr(x.ids, n + 16, 32)
    FROM (SELECT %b::bytea AS ids) x, generate_series(1, %s, {binary.ID_SIZE}) n
"""


def append(source: Source, rows: Sequence[Row]) -> None:
    """Store rows whose ids are not there yet, on either database, under the lock of ``sql.open_batch``. COPY
    is twice as fast as INSERT … ON CONFLICT; the primary keys stand behind it: IntegrityError for an id that
    is.
    """
    if not rows:
        return
    if not sql.is_postgresql():
        sql.append(source, rows)
        return
    copy = _Copy(source, (rows[start : start + PIECE] for start in range(0, len(rows), PIECE)))
    _asked([_ids(source, binary.ids(rows))], copy.begin)
    copy.end(len)


def stream(
    source: Source,
    ids: bytes,
    pieces: Iterable[Sequence[Row]],
    welcome: Callable[[Opened | None], Opened],
    meanwhile: Callable[[list[Row]], Found],
) -> tuple[Opened, list[Row], Found]:
    """``sql.open_batch`` and COPY of rows while they are made: what ``welcome`` says of the tablet, all rows,
    and what ``meanwhile`` makes of them, without the database, while PostgreSQL is at work on the last.

    ``ids``: what ``binary.ids`` gives for the same events; PostgreSQL notes them, under the tablet's lock,
    while the first rows are made. For PostgreSQL only. What ``welcome`` or ``pieces`` raises ends the
    transaction.
    """
    copy = _Copy(source, pieces)
    tablets, marks, _ = _asked([*sql.opening(source), _ids(source, ids)], copy.begin)
    opened = welcome(sql.opened(tablets, marks))
    return opened, *copy.end(meanwhile)


def _ids(source: Source, ids: bytes) -> Statement:
    return _NOTE_IDS, [source.tablet_id, ids, len(ids)]


def _asked(statements: Sequence[Statement], meanwhile: Callable[[], None]) -> list[list[tuple[Any, ...]]]:
    """The rows of each statement; ``meanwhile`` is done while PostgreSQL is at work on them. It keeps their
    plans: they are the same for every batch."""
    from psycopg import Cursor  # nothing of it is needed on SQLite

    own = connection.connection
    # Django turns the driver's errors into its own for execute, not for COPY and not in a pipeline.
    with connection.wrap_database_errors:
        with own.pipeline():
            # Not by COPY, which keeps rows back and would store them when its end is waited for.
            asked = [Cursor(own).execute(text, values, prepare=True) for text, values in statements]
            meanwhile()
        return [one.fetchall() if one.description else [] for one in asked]


class _Copy:
    """A batch's rows, in pieces that are made when they are wanted."""

    def __init__(self, source: Source, pieces: Iterable[Sequence[Row]]) -> None:
        own = binary.Events(source.tablet_id, source.install_id, source.batch_id, source.received_at)
        self._packed, self._coming = own.packed, iter(pieces)
        self._made: list[Sequence[Row]] = []
        self._first = b""

    def begin(self) -> None:
        """Make the first pieces. Asks PostgreSQL nothing."""
        self._made = list(itertools.islice(self._coming, AHEAD))
        self._first = b"".join([binary.HEAD, *map(self._packed, self._made)])

    def end(self, meanwhile: Callable[[list[Row]], Found]) -> tuple[list[Row], Found]:
        """All rows, handed on, and what ``meanwhile`` makes of them."""
        with (
            connection.wrap_database_errors,
            connection.cursor() as cursor,
            cursor.copy(_COPY) as copy,
        ):
            copy.write(self._first)
            for piece in self._coming:
                copy.write(self._packed(piece))
                self._made.append(piece)
            copy.write(binary.END)
            rows = [row for piece in self._made for row in piece]
            return rows, meanwhile(rows)
