"""What keeps the file in order for years: a look at its soundness, its log folded in, its slack given back.

All of it in small steps, because a tap may come in between; the look has a connection of its own.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from kiosk.store import walk
from kiosk.store.database import BUSY_TIMEOUT_MS, FILE_NAME
from kiosk.store.delivery import Delivery, fitting
from kiosk.store.errors import storage_error
from kiosk.store.schema import NAMES
from sync import contract
from sync.contract import WireEvent

SCHEMA_VERSION = len(NAMES)


@dataclass(frozen=True, slots=True)
class Size:
    """Bytes of the file, and those of them that nothing uses."""

    total: int
    unused: int


class Upkeep(Delivery):
    """Called between taps, each call a few milliseconds but ``shrink``."""

    def stored_between(self, first: int, last: int, limit: int = contract.MAX_EVENTS) -> list[WireEvent]:
        """The first events of ``first`` to ``last`` that are still here, whatever became of them; but those
        that headquarters cannot even receive."""
        return fitting(self._query(_BETWEEN, (first, last, limit)))

    def newest_confirmed(self) -> int:
        """The highest seq that headquarters has confirmed; 0 when none is known."""
        rows = self._query("SELECT seq FROM delivery WHERE state = 'confirmed' ORDER BY seq DESC LIMIT 1")
        return int(rows[0][0]) if rows else 0

    def newest_ms(self) -> int | None:
        """When the newest event was stored, by the tablet's clock."""
        rows = self._query("SELECT wall_ms FROM events ORDER BY seq DESC LIMIT 1")
        return int(rows[0][0]) if rows else None

    def size(self) -> Size:
        """How large the file is and how much of that is slack."""
        page, pages, free = (
            int(self._query(f"PRAGMA {name}")[0][0]) for name in ("page_size", "page_count", "freelist_count")
        )
        return Size(page * pages, page * free)

    def fold(self) -> bool:
        """Fold the write-ahead log into the file and cut it to nothing; False when a reader was in the way.
        It is not waited for: a tap may be behind this."""
        self._query("PRAGMA busy_timeout = 0")
        try:
            return bool(self._query("PRAGMA wal_checkpoint(TRUNCATE)")[0][0] == 0)
        finally:
            self._query(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")

    def shrink(self) -> None:
        """Write the file anew without its slack. Takes a second for each 100 MB or so."""
        self._query("VACUUM")


def check(directory: Path) -> str:
    """``ok``, or the first thing that is wrong with the database or was changed in it; StorageError when it
    cannot be looked at.

    Reads every page on a connection of its own: taps go on meanwhile.
    """
    address = f"{(directory / FILE_NAME).resolve().as_uri()}?mode=ro"
    try:
        with closing(sqlite3.connect(address, uri=True, timeout=BUSY_TIMEOUT_MS / 1000)) as db:
            said = str(db.execute("PRAGMA integrity_check(1)").fetchone()[0])
            return said if said != "ok" else walk.wrong(db) or said
    except sqlite3.Error as error:
        found = storage_error(error)
        if found.reason != "damaged":
            raise found from error
        return str(error)


_BETWEEN = """
SELECT e.seq, e.event_id, e.stored, e.prev_hash, e.hash
FROM events e LEFT JOIN delivery d ON d.seq = e.seq
WHERE e.seq BETWEEN ? AND ? AND coalesce(d.code, '') NOT GLOB 'refused_*' ORDER BY e.seq LIMIT ?
"""
