"""Fault 22: a new program finds an old database, at the tablet and at headquarters, and is killed at any
moment of the upgrade. Every rating stays, the upgrade begun again ends well, the way back is refused."""

from __future__ import annotations

import hashlib
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from kiosk.store import StorageError
from kiosk.store.database import FILE_NAME
from kiosk.store.schema import NAMES
from scripts.stage import ROOT
from sync.contract import WireEvent
from tests.faults.conftest import Trials
from tests.faults.invariant import databases_of, judge
from tests.kiosk.old_databases import as_released
from tests.kiosk.support import new_id, open_store, rate
from tests.kiosk.test_upgrade import RELEASED, content
from tests.support import FakeTablet

OLD = [name for name in RELEASED if name != NAMES[-1]]
EARLIER = [["ratings", "0004_lookup"]]
"""Headquarters as an early release left it: events and what was received, no cells, no visits."""


def old_database(version: str, folder: Path, ratings: int) -> list[str]:
    """A database of that program with so many ratings; their ids."""
    store = open_store(folder / "today")
    store._db.execute("PRAGMA synchronous = OFF")
    shown = []
    for place in range(ratings):
        shown.append(rate(store, 1 + place % 3))
        store.append("reasons", new_id(), {"chosen": ["thoi-gian"], "good": True})
    store.close()
    as_released(version, folder / "today", folder / "old")
    return shown


def copied(source: Path, target: Path) -> Path:
    target.mkdir()
    for path in source.iterdir():
        (target / path.name).write_bytes(path.read_bytes())
    return target


def upgraded_in(folder: Path) -> float:
    """Seconds."""
    began = time.monotonic()
    open_store(folder).close()
    return time.monotonic() - began


@pytest.mark.screen_only
@pytest.mark.parametrize("version", OLD)
def test_a_tablet_killed_at_any_moment_of_its_upgrade(
    trials: Trials, tmp_path: Path, version: str, long: bool
) -> None:
    """At a moment of the clock, whatever SQLite or the kernel was at; often the next start is killed too."""
    trials.of(22)
    shown = old_database(version, tmp_path, 400)
    took_s = min(upgraded_in(copied(tmp_path / "old", tmp_path / f"whole {turn}")) for turn in range(3))
    killed = 0
    for trial in range(500 if long else 8):
        folder = copied(tmp_path / "old", tmp_path / f"trial {trial}")
        for _ in range(random.choice((1, 1, 2))):
            killed += upgrade_and_kill(folder, random.uniform(0, 1.2 * took_s))
        store = open_store(folder)
        shown_now = [*shown, rate(store)]
        store.close()
        trials.count(judge(shown_now, databases_of(folder)))
        assert not list(folder.glob("damaged-*"))
        for path in folder.iterdir():
            path.unlink()
    assert killed > (trials.run // 3 if long else 0), "most came to their end: on a busy machine a few may"


def upgrade_and_kill(folder: Path, after_s: float) -> bool:
    """Whether the child was killed before it had ended."""
    child = os.fork()
    if not child:
        open_store(folder).close()
        os._exit(0)
    time.sleep(after_s)
    os.kill(child, signal.SIGKILL)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


@pytest.mark.screen_only
@pytest.mark.parametrize("version", OLD)
@pytest.mark.parametrize("spoilt", ["no JSON", "\xff", '{"body": 7}', "[]", '{"utc_offset_min": "x"}'])
def test_one_spoilt_event_stops_no_upgrade(trials: Trials, tmp_path: Path, version: str, spoilt: str) -> None:
    """What staff count by is filled from what events say; one says nothing sensible."""
    trials.of(22)
    shown = old_database(version, tmp_path, 5)
    with closing(sqlite3.connect(tmp_path / "old" / FILE_NAME)) as db, db:
        seq, prev = db.execute("SELECT seq, hash FROM events ORDER BY seq DESC LIMIT 1").fetchone()
        raw = spoilt.encode("latin-1")
        row = (seq + 1, new_id(), raw, prev, hashlib.sha256(prev + raw).digest())
        db.execute(
            "INSERT INTO events (seq, event_id, kind, visit_id, wall_ms, local_day, level, stored, prev_hash,"
            " hash) VALUES (?, ?, 'rating', 'v', 0, '2026-01-01', 3, CAST(? AS TEXT), ?, ?)",
            row,
        )
    store = open_store(tmp_path / "old")
    shown.append(rate(store))
    assert store.queue_state().pending == 12
    assert sum(store.tally("2026-01-01").by_level.values()) == (version == "m001_events")
    store.close()
    trials.count(judge(shown, databases_of(tmp_path / "old")))


@pytest.mark.screen_only
@pytest.mark.parametrize("kind", ["comment", "misuse_counter"])
def test_one_spoilt_event_stops_no_page_of_the_staff(trials: Trials, tmp_path: Path, kind: str) -> None:
    """The day is counted and shown without it."""
    trials.of(20)
    store = open_store(tmp_path)
    shown = [rate(store)]
    day = store._clock().local_day
    seq, prev = store._query("SELECT seq, hash FROM events")[0]
    with store._transaction() as db:
        db.execute(
            "INSERT INTO events (seq, event_id, kind, visit_id, wall_ms, local_day, stored, prev_hash, hash)"
            " VALUES (?, ?, ?, 'v', 0, ?, 'no JSON', ?, ?)",
            (seq + 1, new_id(), kind, day, prev, hashlib.sha256(prev + b"no JSON").digest()),
        )
    store.close()
    store = open_store(tmp_path)
    shown.append(rate(store))
    assert store.tally_today().total == 2
    assert store.staff_day().swallowed == 0
    store.close()
    trials.count(judge(shown, databases_of(tmp_path)))


@pytest.mark.screen_only
def test_a_database_of_a_newer_program_is_refused_untouched(trials: Trials, tmp_path: Path) -> None:
    trials.of(22)
    store = open_store(tmp_path)
    shown = [rate(store) for _ in range(5)]
    store.close()
    path = tmp_path / FILE_NAME
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("INSERT INTO _sqlite_migrations VALUES (99, 'kiosk', 'm099_wishes', '2031-01-01')")
    before = content(path), path.read_bytes()
    for _ in range(3):
        with pytest.raises(StorageError) as caught:
            open_store(tmp_path)
        assert caught.value.reason == "too_new"
        trials.count(judge(shown, databases_of(tmp_path)))
    assert path.read_bytes() == before[1]
    assert not list(tmp_path.glob("damaged-*"))


# -- headquarters ------------------------------------------------------------------------------------------


class Migrator:
    """The driver, and databases for it."""

    def __init__(self, new_database: Callable[[], str]) -> None:
        self._new_database = new_database
        self._driver = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.migrate_driver"],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={name: value for name, value in os.environ.items() if not name.startswith("HEADQUARTERS")},
        )  # fmt: skip

    def go(self, house: House, to: list[list[str]] | None = None, kill: int = 0) -> dict[str, Any]:
        """One ``migrate``; what became of it."""
        job = {"data": str(house.data), "url": house.url, "to": to or [], "kill": kill}
        assert self._driver.stdin is not None
        assert self._driver.stdout is not None
        self._driver.stdin.write(json.dumps(job) + "\n")
        self._driver.stdin.flush()
        found: dict[str, Any] = json.loads(self._driver.stdout.readline())
        assert found["killed"] == bool(kill), found
        assert kill or found["code"] == 0, found
        assert "Traceback" not in found["said"], found["said"]
        return found

    def close(self) -> None:
        self._driver.communicate()

    def house(self, data: Path) -> House:
        data.mkdir(mode=0o700)
        return House(data, self._new_database())


class House:
    """A data folder and its database."""

    def __init__(self, data: Path, url: str) -> None:
        self.data, self.url = data, url
        self.where = url or str(data / "headquarters.sqlite3")

    def copy(self, data: Path) -> House:
        """All of it once more."""
        data.mkdir(mode=0o700)
        if not self.url:
            for path in self.data.iterdir():
                (data / path.name).write_bytes(path.read_bytes())
            return House(data, "")
        import psycopg

        name, source = f"copy_{uuid.uuid4().hex}", str(psycopg.conninfo.conninfo_to_dict(self.url)["dbname"])
        with psycopg.connect(self.url, dbname="postgres", autocommit=True) as db:
            db.execute(f'CREATE DATABASE "{name}" TEMPLATE "{source}"'.encode())
        return House(data, self.url.replace(source, name))

    def sql(self, sql: str, values: list[tuple[Any, ...]] | None = None) -> list[tuple[Any, ...]]:
        if not self.url:
            with closing(sqlite3.connect(self.where)) as file, file:
                return file.executemany(sql, values).fetchall() if values else file.execute(sql).fetchall()
        import psycopg

        with psycopg.connect(self.url) as server, server.cursor() as cursor:
            if values:
                cursor.executemany(sql.replace("?", "%s").encode(), values)
                return []
            return list(cursor.execute(sql.encode()).fetchall())

    def schema(self) -> list[tuple[Any, ...]]:
        """Every table and column, and which migrations are applied."""
        if self.url:
            tables = "SELECT table_name, column_name, data_type FROM information_schema.columns"
            tables += " WHERE table_schema = 'public' ORDER BY 1, 2"
        else:
            tables = "SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY 1, 2"
        return [*self.sql(tables), *self.sql("SELECT app, name FROM django_migrations ORDER BY 1, 2")]


def fill(house: House, number: int) -> list[str]:
    """Ratings as an early headquarters kept them."""
    tablet = FakeTablet()
    body = {"level": 2, "channel": "tablet", "flags": ["fast"]}
    wires = [tablet.rating(body=body) for _ in range(number)]
    key = str if house.url else lambda value: uuid.UUID(value).hex
    tablet_id, install_id = key(tablet.tablet_id), key(tablet.install_id)
    columns = (
        "tablet_id, event_day, event_id, install_id, seq, kind, visit_id, level, wall_ms, utc_offset_min,"
        " labels_version, config_version, stored, hash, prev_hash, received_at, batch_id, time_quality"
    )

    def row(wire: WireEvent) -> tuple[Any, ...]:
        event = json.loads(wire.stored)
        return (
            tablet_id, "2026-03-04", key(wire.event_id), install_id, wire.seq, "rating",
            event["visit_id"], 2, event["wall_ms"], 420, "l", 0, wire.stored, bytes.fromhex(wire.hash),
            bytes.fromhex(wire.prev_hash), "2026-03-04 03:04:05", install_id, 0,
        )  # fmt: skip

    house.sql(
        f"INSERT INTO ratings_event ({columns}) VALUES ({', '.join('?' * 18)})", [row(w) for w in wires]
    )
    received = [(key(tablet.tablet_id), key(w.event_id), bytes.fromhex(w.hash)) for w in wires]
    house.sql("INSERT INTO ratings_received (tablet_id, event_id, hash) VALUES (?, ?, ?)", received)
    return [wire.event_id for wire in wires]


@pytest.fixture
def migrator(fresh_database: Callable[[], str]) -> Iterator[Migrator]:
    made = Migrator(fresh_database)
    yield made
    made.close()


def test_headquarters_killed_in_the_middle_of_its_upgrade(
    migrator: Migrator, trials: Trials, tmp_path: Path, long: bool
) -> None:
    """From an early schema with ratings to today's, killed behind a statement, then begun again."""
    trials.of(22)
    early = migrator.house(tmp_path / "early")
    migrator.go(early, to=EARLIER)
    shown = fill(early, 300)
    whole = early.copy(tmp_path / "whole")
    statements = migrator.go(whole)["statements"]
    assert statements > 100
    wanted = whole.schema()
    few = 1 if early.url else 2  # PostgreSQL takes seconds for each
    for trial, kill in enumerate(kills(statements) if long else moments(statements, few)):
        house = early.copy(tmp_path / f"trial {trial}")
        migrator.go(house, kill=kill)
        between = judge(shown, [], house.where)
        assert between.holds, f"killed at {kill}: {between}"
        migrator.go(house)
        assert house.schema() == wanted, f"killed at {kill}"
        trials.count(judge(shown, [], house.where))


def kills(statements: int) -> list[int]:
    """Early ones all, where Django's own tables and the first of ours are made; then every twentieth."""
    return [*range(1, 60), *range(60, statements, 20)]


BEHIND_INDEXES = 40
"""The last statement that Django puts off to the end of the first migration behind EARLIER: killed there, its
tables stand and nobody has noted that it was applied."""


def moments(statements: int, number: int) -> list[int]:
    """One in each part of the way, so that early and late ones are among them."""
    part = statements // number
    spread = [random.randint(1 + part * place, part * (place + 1)) for place in range(number)]
    return [BEHIND_INDEXES, *spread]
