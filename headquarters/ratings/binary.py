"""Rows as COPY's binary form takes them: PostgreSQL reads an id, a time or a hash as it will keep it.

Its text form costs PostgreSQL more for reading than the rest of the row for keeping: every id and hash is
twice as long there, and looked at letter by letter. Pure; the form is described under COPY in PostgreSQL's
manual. Nothing has to be escaped in it.
"""

from __future__ import annotations

import datetime as dt
import struct
import uuid
from collections.abc import Iterable
from functools import lru_cache

from headquarters.ratings.intake import Row
from sync.contract import WireEvent

HEAD, END = b"PGCOPY\n\xff\r\n\x00" + bytes(8), b"\xff\xff"
COLUMNS = (
    "tablet_id", "install_id", "batch_id", "received_at", "event_day", "event_id", "seq", "wall_ms",
    "utc_offset_min", "config_version", "time_quality", "hash", "prev_hash", "level", "kind", "visit_id",
    "labels_version", "stored",
)  # fmt: skip
"""The event table's, those of one size first: all of them are packed at once."""
ID_SIZE = 48
_ID = struct.Struct("!16s32s")
_SAME = struct.Struct("!h i16s i16s i16s iq")
_OWN = struct.Struct("!ii i16s iq iq ih ii ih i32s i32s")
_LEVELS = {None: b"\xff\xff\xff\xff"} | {level: struct.pack("!ih", 2, level) for level in (1, 2, 3)}
_DAY_ZERO = dt.date(2000, 1, 1).toordinal()
_TIME_ZERO = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
_MICROSECOND = dt.timedelta(microseconds=1)


def ids(events: Iterable[WireEvent | Row]) -> bytes:
    """ID_SIZE bytes for each event: its id and its hash.

    ValueError for what is not hexadecimal; one of another length becomes some id or hash, and whoever calls
    judges the events before COMMIT.
    """
    pack, unhex = _ID.pack, bytes.fromhex
    return b"".join([pack(unhex(one.event_id.replace("-", "")), unhex(one.hash)) for one in events])


class Events:
    """Packs rows of one batch."""

    def __init__(
        self, tablet_id: uuid.UUID, install_id: uuid.UUID, batch_id: uuid.UUID, received_at: dt.datetime
    ) -> None:
        since = (received_at - _TIME_ZERO) // _MICROSECOND
        three = (16, tablet_id.bytes, 16, install_id.bytes, 16, batch_id.bytes)
        self._same = _SAME.pack(len(COLUMNS), *three, 8, since)

    def packed(self, rows: Iterable[Row]) -> bytes:
        """These rows, without ``HEAD`` and ``END``."""
        same, pack, unhex, found = self._same, _OWN.pack, bytes.fromhex, list[bytes]()
        for row in rows:
            visit, stored = row.visit_id.encode(), row.stored.encode()
            found += (
                same,
                pack(
                    4, row.event_day.toordinal() - _DAY_ZERO, 16, unhex(row.event_id.replace("-", "")),
                    8, row.seq, 8, row.wall_ms, 2, row.utc_offset_min, 4, row.config_version,
                    2, row.time_quality, 32, unhex(row.hash), 32, unhex(row.prev_hash),
                ),
                _LEVELS[row.level],
                _word(row.kind),
                len(visit).to_bytes(4, "big"), visit,
                _word(row.labels_version),
                len(stored).to_bytes(4, "big"), stored,
            )  # fmt: skip
        return b"".join(found)


@lru_cache(maxsize=256)
def _word(text: str) -> bytes:
    """One of the few kinds and sets of labels, with its length."""
    data = text.encode()
    return len(data).to_bytes(4, "big") + data
