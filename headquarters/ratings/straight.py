"""The usual batch, on PostgreSQL: judged in pieces, each handed on while the next is looked at."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from headquarters.ratings import partitions
from headquarters.ratings.intake import Judge, Row
from headquarters.ratings.sql import PIECE, Mark
from sync import chain
from sync.contract import Batch


class Unusual(Exception):
    """Something in the batch wants a closer look; nothing of it may stay stored by this way."""


def pieces(batch: Batch, mark: Mark, server_ms: int, today: dt.date) -> Iterator[list[Row]]:
    """The rows of a batch that goes on where ``mark`` stands, PIECE at a time.

    Raises Unusual at the first event that is refused, does not name the one before it, or belongs to a
    month without a partition: only a batch without all of these needs no look into the database.
    """
    judge, link = Judge(batch, server_ms), (mark.max_seq, (mark.head_hash or chain.GENESIS).hex())
    for start in range(0, len(batch.events), PIECE):
        rows: list[Row] = []
        for wire in batch.events[start : start + PIECE]:
            if (wire.seq - 1, wire.prev_hash) != link:
                raise Unusual
            row = judge.judged(wire)
            if not isinstance(row, Row):
                raise Unusual
            rows.append(row)
            link = row.seq, row.hash
        if partitions.missing({row.event_day for row in rows}, today):
            raise Unusual
        yield rows
