"""Databases as released programs left them, to upgrade from. ``released/m001.sql`` is what the first made."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from kiosk.store.database import FILE_NAME

RELEASED = Path(__file__).parent / "released"


def as_released(version: str, source: Path, target: Path) -> None:
    """The events, delivery states and meta of the database in ``source``, in a database of an old program."""
    target.mkdir(parents=True)
    with closing(sqlite3.connect(target / FILE_NAME)) as db:
        db.execute("PRAGMA journal_mode = wal")
        db.executescript((RELEASED / f"{version}.sql").read_text(encoding="utf-8"))
        db.execute("ATTACH ? AS new", (str(source / FILE_NAME),))
        db.execute("DELETE FROM meta")
        for table in ("meta", "events", "delivery"):
            db.execute(f"INSERT INTO main.{table} SELECT * FROM new.{table}")
        db.commit()


def rollups(directory: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row staff count by."""
    with closing(sqlite3.connect(directory / FILE_NAME)) as db:
        return {
            "visits": sorted(db.execute("SELECT * FROM visits").fetchall()),
            "tallies": sorted(db.execute("SELECT * FROM tallies WHERE n > 0").fetchall()),
            "choices": sorted(db.execute("SELECT * FROM choices").fetchall()),
        }
