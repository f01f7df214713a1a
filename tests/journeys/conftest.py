"""A headquarters process with a database of its own, and a count that looks behind its back."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from scripts.stage import Headquarters, query

WHOLE = 0
"""headquarters.ratings.models.Aspect.WHOLE; no Django here."""


class Count:
    """What is in headquarters' database, read by a connection of its own."""

    def __init__(self, headquarters: Headquarters) -> None:
        self._headquarters = headquarters

    def event_ids(self) -> list[str]:
        """Ids of all ratings in the event table; a double would stand here twice."""
        rows = self._rows("SELECT event_id FROM ratings_event WHERE kind = 'rating'")
        return [str(uuid.UUID(row)) for row in rows]

    def kinds(self) -> list[str]:
        """Kinds of all events, in the tablet's order."""
        return self._rows("SELECT kind FROM ratings_event ORDER BY seq")

    def bodies(self, kind: str) -> list[dict[str, Any]]:
        """What the events of a kind say, in the tablet's order."""
        rows = self._rows(f"SELECT stored FROM ratings_event WHERE kind = '{kind}' ORDER BY seq")
        return [json.loads(row)["body"] for row in rows]

    def rollup(self) -> dict[int, int]:
        """Level → ratings, from the rollup, once the server has settled it."""
        until = time.monotonic() + 60
        while self._rows("SELECT tablet_id FROM ratings_due") and time.monotonic() < until:
            time.sleep(0.1)
        sums = " || ' ' || ".join(f"coalesce(sum(n{level}), 0)" for level in (1, 2, 3))
        (row,) = self._rows(f"SELECT {sums} FROM ratings_tabletcell WHERE aspect = {WHOLE}")
        return {level: n for level, n in enumerate(map(int, row.split()), 1) if n}

    def _rows(self, sql: str) -> list[str]:
        if not self._headquarters.database_url:
            return query(self._headquarters.data / "headquarters.sqlite3", sql)
        import psycopg

        with psycopg.connect(self._headquarters.database_url) as db:
            return [str(row[0]) for row in db.execute(sql)]  # type: ignore[call-overload]


@pytest.fixture
def headquarters(tmp_path: Path, migrated_database: Callable[[Path], str]) -> Iterator[Headquarters]:
    data = tmp_path / "headquarters"
    made = Headquarters(data, migrated_database(data))
    made.start()
    yield made
    made.stop()


@pytest.fixture
def count(headquarters: Headquarters) -> Count:
    return Count(headquarters)
