"""The usual batch, on PostgreSQL: judged in pieces, each handed on while the next is looked at."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from typing import Generic, NamedTuple

from headquarters.ratings import binary, partitions, sql, streaming
from headquarters.ratings.intake import Judge, Row
from headquarters.ratings.sql import Found, Mark, Opened, Statement
from headquarters.ratings.streaming import PIECE
from sync import chain
from sync.contract import Batch, Result, Verdict, WireEvent

FEW = 8
"""So many events go to the database as one statement, among those that close the batch."""


class Unusual(Exception):
    """Something in the batch wants a closer look; nothing of it may stay stored by this way."""


class Stored(NamedTuple, Generic[Found]):
    """A batch that was new from its first event to its last: its tablet, its rows, what was made of them
    meanwhile, what still has to store them (nothing where COPY did already), and the answer for each."""

    opened: Opened
    rows: list[Row]
    made: Found
    storing: list[Statement]
    results: list[Result]


def stored(
    source: sql.Source,
    batch: Batch,
    server_ms: int,
    welcome: Callable[[Opened | None], Opened],
    meanwhile: Callable[[list[Row]], Found],
) -> Stored[Found]:
    """Lock the tablet and store its batch, or say how. Raises Unusual, IntegrityError where an id was here
    before, and whatever ``welcome`` does at a tablet that may not send.

    ``meanwhile``: done with the rows while PostgreSQL is at work on them; may not ask it anything.
    """

    def expected(found: Opened | None) -> Opened:
        opened = welcome(found)
        if not goes_on(batch.events, opened.mark):
            raise Unusual
        return opened

    results: list[Result] = []
    coming = pieces(batch, server_ms, source.received_at.date(), results)
    if len(batch.events) <= FEW:
        opened = expected(sql.open_batch(source))
        rows = [row for piece in coming for row in piece]
        return Stored(opened, rows, meanwhile(rows), sql.insert(source, rows), results)
    try:
        ids = binary.ids(batch.events)
    except ValueError as error:
        raise Unusual from error
    opened, rows, made = streaming.stream(source, ids, coming, expected, meanwhile)
    return Stored(opened, rows, made, [], results)


def goes_on(events: Iterable[WireEvent | Row], mark: Mark) -> bool:
    """The usual case, which needs no look into the database: each event says it comes behind the one before
    it, the first of them behind where ``mark`` stands."""
    link = (mark.max_seq, (mark.head_hash or chain.GENESIS).hex())
    for one in events:
        if (one.seq - 1, one.prev_hash) != link:
            return False
        link = one.seq, one.hash
    return True


def pieces(batch: Batch, server_ms: int, today: dt.date, results: list[Result]) -> Iterator[list[Row]]:
    """The rows of a batch, PIECE at a time; the answer for each goes to ``results`` while PostgreSQL is at
    work.

    Raises Unusual at the first event that is refused or belongs to a month without a partition: only a batch
    without all of these needs no look into the database.
    """
    judge = Judge(batch, server_ms)
    for start in range(0, len(batch.events), PIECE):
        rows: list[Row] = []
        for wire in batch.events[start : start + PIECE]:
            row = judge.judged(wire)
            if not isinstance(row, Row):
                raise Unusual
            rows.append(row)
        if partitions.missing({row.event_day for row in rows}, today):
            raise Unusual
        results += [Result(event_id=row.event_id, verdict=Verdict.ACCEPTED) for row in rows]
        yield rows
