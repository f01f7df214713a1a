"""A tablet that was left alone for a year gets a new program: its database goes forward from every released
schema, also when the power goes in the middle; one of a newer program is refused, untouched, in plain words.

schemas/NAME.sql is the dump of a database that the program wrote whose newest migration was NAME.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from kiosk.store.database import FILE_NAME
from kiosk.store.schema import NAMES
from sync import chain
from tests.kiosk.support import open_store, rate
from tests.kiosk.test_settings import GOOD

ROOT = Path(__file__).resolve().parents[2]
SCHEMAS = ROOT / "tests" / "kiosk" / "schemas"
RELEASED = sorted(path.stem for path in SCHEMAS.glob("*.sql"))
KEPT = (
    "SELECT seq, event_id, kind, visit_id, wall_ms, local_day, level, stored, prev_hash, hash"
    " FROM events ORDER BY seq"
)
DELIVERED = "SELECT seq, state, code, changed_ms FROM delivery ORDER BY seq"


def lay(name: str, directory: Path) -> Path:
    """The database of that schema in ``directory``."""
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / FILE_NAME
    with closing(sqlite3.connect(path)) as db:
        db.executescript((SCHEMAS / f"{name}.sql").read_text(encoding="utf-8"))
    return path


def rows(path: Path, sql: str) -> list[Any]:
    with closing(sqlite3.connect(path)) as db:
        return db.execute(sql).fetchall()


def content(path: Path) -> list[str]:
    """Everything in it, but the moment at which a migration was applied."""
    with closing(sqlite3.connect(path)) as db:
        db.execute("UPDATE _sqlite_migrations SET applied_at = ''")
        return list(db.iterdump())


def test_every_schema_but_todays_has_its_fixture() -> None:
    assert set(NAMES[:-1]) <= set(RELEASED), "dump a database before a migration is added behind its schema"
    assert set(RELEASED) <= set(NAMES)


@pytest.mark.parametrize("name", RELEASED)
def test_an_old_database_goes_forward_and_keeps_every_event(name: str, tmp_path: Path) -> None:
    path = lay(name, tmp_path)
    before, delivered = rows(path, KEPT), rows(path, DELIVERED)
    install = rows(path, "SELECT value FROM meta WHERE key = 'install_id'")[0][0]
    store = open_store(tmp_path)
    try:
        assert store.install_id == install
        assert rows(path, KEPT) == before
        assert rows(path, DELIVERED) == delivered
        state = store.queue_state()
        assert (state.pending, state.quarantined) == (len(before) - len(delivered), 1)
        assert [event.seq for event in store.pending()] == list(range(len(delivered) + 1, len(before) + 1))
        for day in {row[5] for row in before}:
            assert store.tally(day).by_level == meant(before, day)
            assert store.tally(day).swallowed == swallowed(before, day)
        rate(store, 2)
    finally:
        store.close()
    after = rows(path, KEPT)
    assert len(after) == len(before) + 1
    for earlier, later in zip([None, *after], after, strict=False):
        assert later[8] == (earlier[9] if earlier else chain.GENESIS)
        assert later[9] == chain.link(later[8], later[7])
    assert rows(path, "PRAGMA integrity_check") == [("ok",)]
    assert rows(path, "PRAGMA foreign_key_check") == []
    assert [row[0] for row in rows(path, "SELECT name FROM _sqlite_migrations ORDER BY id")] == list(NAMES)


def meant(events: list[Any], day: str) -> dict[int, int]:
    """Ratings of the day by the level that was meant in the end, counted without the store."""
    corrected = {visit: level for _, _, kind, visit, _, _, level, *_ in events if kind == "correction"}
    counts = dict.fromkeys((1, 2, 3), 0)
    for _, _, kind, visit, _, local_day, level, *_ in events:
        if kind == "rating" and local_day == day:
            counts[corrected.get(visit, level)] += 1
    return counts


def swallowed(events: list[Any], day: str) -> int:
    return sum(
        json.loads(row[7])["body"]["cool_down"]
        for row in events
        if row[2] == "misuse_counter" and row[5] == day
    )


DRIVER = """
import json, os, shutil, signal, sqlite3, sys
from pathlib import Path
source, work = Path(sys.argv[1]), Path(sys.argv[2])
sys.path.insert(0, sys.argv[3])
from tests.kiosk.support import open_store
connect = sqlite3.connect

def open_and_die_at(directory, statement):
    def counted(*args, **kwargs):
        made, seen = connect(*args, **kwargs), 0
        def watch(sql):
            nonlocal seen
            seen += 1
            if seen == statement:
                os.kill(os.getpid(), signal.SIGKILL)
        made.set_trace_callback(watch)
        return made
    sqlite3.connect = counted
    open_store(directory).close()

for statement in range(1, 1000):
    directory = work / str(statement)
    directory.mkdir()
    shutil.copy(source, directory)
    child = os.fork()
    if not child:
        open_and_die_at(directory, statement)
        os._exit(0)
    killed = os.WIFSIGNALED(os.waitpid(child, 0)[1])
    print(json.dumps([statement, killed]), flush=True)
    if not killed:
        break
"""


@pytest.mark.parametrize("name", [name for name in RELEASED if name != NAMES[-1]])
def test_an_upgrade_killed_at_any_statement_is_taken_up_again(name: str, tmp_path: Path) -> None:
    source = lay(name, tmp_path / "source")
    whole = lay(name, tmp_path / "whole")
    open_store(whole.parent).close()
    wanted = content(whole)
    work = tmp_path / "killed"
    work.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", DRIVER, source, work, ROOT],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    tries = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(tries) > 20, "each statement of the migration, and those around it"
    assert [killed for _, killed in tries] == [True] * (len(tries) - 1) + [False]
    half = 0
    for statement, _ in tries:
        path = work / str(statement) / FILE_NAME
        applied = [row[0] for row in rows(path, "SELECT name FROM _sqlite_migrations")]
        half += applied != list(NAMES)
        open_store(path.parent).close()
        assert content(path) == wanted, f"killed at statement {statement}"
        assert not list(path.parent.glob("damaged-*"))
    assert half > 10, "most were killed before their migration was whole"


@contextmanager
def running(config: Path, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The kiosk itself, drawing where nobody looks."""
    command = [sys.executable, "-m", "kiosk", "--config", str(config), "run"]
    process = subprocess.Popen(
        [*command, "--window", "640x480", "--view-log", str(log)], cwd=ROOT,
        env={**os.environ, "SDL_VIDEODRIVER": "offscreen"}, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def shows(log: Path, wanted: Callable[[dict[str, Any]], bool], within_s: float = 60) -> bool:
    """Whether the screen comes to show it."""
    until = time.monotonic() + within_s
    while time.monotonic() < until:
        lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
        if lines and wanted(json.loads(lines[-1])):
            return True
        time.sleep(0.1)
    return False


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "config.yaml"
    path.write_text(GOOD, encoding="utf-8")
    return path


def newer(directory: Path) -> Path:
    """A database with a migration from a program of the future."""
    store = open_store(directory)
    rate(store)
    store.close()
    path = directory / FILE_NAME
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("INSERT INTO _sqlite_migrations VALUES (99, 'kiosk', 'm099_wishes', '2031-01-01')")
        db.execute("CREATE TABLE wishes (text TEXT)")
    return path


def test_a_newer_database_is_left_as_it_is_and_the_screen_says_what_to_do(
    config: Path, tmp_path: Path
) -> None:
    path, log = newer(tmp_path / ".kiosk"), tmp_path / "views"
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    with running(config, log):
        assert shows(log, lambda view: view["view"] == "halted")
        last = json.loads(log.read_text(encoding="utf-8").splitlines()[-1])
        assert last["reason"] == "too_new"
        assert last["targets"] == {}, "nothing can be touched"
    assert hashlib.sha256(path.read_bytes()).hexdigest() == before
    assert not list(path.parent.glob("damaged-*"))


def test_a_folder_that_another_program_holds_is_waited_for(config: Path, tmp_path: Path) -> None:
    (tmp_path / ".kiosk").mkdir()
    log = tmp_path / "views"
    with (tmp_path / ".kiosk" / "lock").open("a+") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        with running(config, log):
            assert shows(log, lambda view: view["view"] == "halted" and view["reason"] == "locked")
            fcntl.flock(handle, fcntl.LOCK_UN)
            assert shows(log, lambda view: view["view"] == "home"), "it comes back by itself"
