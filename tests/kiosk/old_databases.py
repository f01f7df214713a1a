"""Databases as released programs left them, to upgrade from, holding a test's own events."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from kiosk.store.database import FILE_NAME

SCHEMAS = Path(__file__).parent / "schemas"
OWN = ('INSERT INTO "events"', 'INSERT INTO "delivery"')


def as_released(version: str, source: Path, target: Path) -> None:
    """The events, delivery states and meta of the database in ``source``, in a database of an old program."""
    target.mkdir(parents=True)
    with closing(sqlite3.connect(target / FILE_NAME)) as db:
        db.execute("PRAGMA journal_mode = wal")
        dump = (SCHEMAS / f"{version}.sql").read_text(encoding="utf-8").splitlines()
        db.executescript("\n".join(line for line in dump if not line.startswith(OWN)))
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
