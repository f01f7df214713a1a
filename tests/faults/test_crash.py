"""SIGKILL, SIGSTOP and want of memory, at every step of a save and at any moment of a visit.

No window and no headquarters: real conductor, store's thread and file in children that are killed.
"""

from __future__ import annotations

import json
import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.faults.child import Nursery, shown_of
from tests.faults.conftest import Trials
from tests.faults.invariant import databases_of, judge, shown_in
from tests.faults.promised import broken_promises
from tests.faults.steps import ACTS

pytestmark = pytest.mark.screen_only
KILLED = -9
FRESH = ("opening", "replay", "shrink")
"""Acts that each time need a tablet of their own: its first start, its one event set aside, a file that the
trials before did not swell."""


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    made = Nursery()
    yield made
    made.close()


def weigh(folder: Path, trials: Trials, run: int = 1) -> None:
    """What was shown is in the file, whole; and so is what else the pages promised."""
    files = databases_of(folder / "tablet")
    if not any(has_begun(path) for path in files):
        assert shown_in(shown_of(folder)) == [], "thanked before there was a table"
        trials.count(run=run)
        return
    assert len(files) == 1, "nothing was taken for damaged"
    trials.count(judge(shown_in(shown_of(folder)), files), run)
    assert broken_promises(files[0], shown_of(folder)) == []


def has_begun(path: Path) -> bool:
    """Whether the first opening came to its end; one that was cut off is undone by this look."""
    with closing(sqlite3.connect(path)) as db:
        return bool(db.execute("SELECT 1 FROM sqlite_schema WHERE name = 'visits'").fetchall())


def test_killed_at_every_statement(nursery: Nursery, tmp_path: Path, trials: Trials, long: bool) -> None:
    trials.of(1)
    for act in ACTS:
        stride = 1 if long or act not in FRESH else 29
        every(act, "statement", stride, nursery, tmp_path / act, trials)


@pytest.fixture
def tracing(nursery: Nursery, tmp_path: Path) -> None:
    if nursery.ask("step", tmp_path, act="rating", at=0, by="call")["ended"] != KILLED:
        pytest.skip("ptrace is not allowed here")


@pytest.mark.parametrize("act", ACTS)
def test_killed_at_every_system_call(
    act: str, tracing: None, nursery: Nursery, tmp_path: Path, trials: Trials, long: bool
) -> None:
    """Between two of them nothing changes on the disk: these are all the moments there are."""
    trials.of(1)
    stride = 1 if long else 190 if act in FRESH else 17
    every(act, "call", stride, nursery, tmp_path / act, trials)


def every(act: str, by: str, stride: int, nursery: Nursery, folder: Path, trials: Trials) -> None:
    """Killed at each ``stride``-th step, until there are no more; all but FRESH go on in one folder."""
    for at in range(1, 5000, stride):
        home = folder / str(at) if act in FRESH else folder
        home.mkdir(parents=True, exist_ok=True)
        ended = nursery.ask("step", home, act=act, at=at, by=by)["ended"]
        assert ended in (KILLED, 0), f"{act} fell at step {at}"
        if act == "opening":  # however it was cut off, the next one comes to its end
            assert nursery.ask("step", home, act="rating", at=5000, by="statement")["ended"] == 0
        weigh(home, trials)
        if ended == 0:
            assert at > 1, "nothing was killed"
            return
    raise AssertionError("no end of it")


@pytest.mark.parametrize("part", range(10))
def test_killed_at_any_moment_of_real_visits(
    part: int, nursery: Nursery, tmp_path: Path, trials: Trials, long: bool
) -> None:
    """The next citizen comes to what the last kill left, a hundred times over; then a tablet is new."""
    trials.of(1)
    dice = random.Random(7 + part)
    while trials.run < (1000 if long else 1):
        folder = tmp_path / str(trials.run // 100)
        group = dice.randrange(1, 10)
        for _ in range(group):
            folder.mkdir(exist_ok=True)
            seed, taps, after_ms = (
                dice.randrange(2**32),
                dice.choice((0, 1, 1, 2, 2, 3, 4)),
                dice.uniform(0, 30),
            )
            answer = nursery.ask("visits", folder, seed=seed, taps=taps, after_ms=after_ms)
            assert answer["ended"] == KILLED, "it fell by itself"
        weigh(folder, trials, group)
    if long:  # of a few, on a slow disk, nobody may come so far
        assert len(shown_in(shown_of(tmp_path / "0"))) > 20, "citizens were thanked"


def test_stopped_after_the_tap_then_killed_or_continued(
    nursery: Nursery, tmp_path: Path, trials: Trials, long: bool
) -> None:
    trials.of(9)
    dice = random.Random(8)
    for number in range(1000 if long else 8):
        folder = tmp_path / str(number // 100)
        folder.mkdir(exist_ok=True)
        after_ms = 50 if number % 2 else dice.uniform(0, 50)
        goes_on = number % 3 > 0
        answer = nursery.ask("stopped", folder, seed=number, after_ms=after_ms, still_ms=30, goes_on=goes_on)
        before, still, after = answer["said"]
        assert answer["ended"] == KILLED
        assert before == still, "nobody shows anything meanwhile"
        assert (after > still) == goes_on
        weigh(folder, trials)


def test_without_memory_it_is_said_and_with_memory_it_goes_on(
    nursery: Nursery, tmp_path: Path, trials: Trials, long: bool
) -> None:
    """No save has the memory it needs, or the screen's own thread falls; then there is memory again."""
    trials.of(9)
    dice = random.Random(9)
    lived = said = 0
    for number in range(1000 if long else 6):
        folder = tmp_path / str(number)
        folder.mkdir()
        ended = nursery.ask("starved", folder, seed=number, room_kb=dice.randrange(4, 200))["ended"]
        weigh(folder, trials)
        views = [json.loads(line)["view"] for line in shown_of(folder).read_text().splitlines()]
        lived += ended == 0
        said += "not_saved" in views
        assert ended or {"closing", "more"} & set(views[-30:]), "it thanks again"
    assert lived, "none lived through it"
    assert said, "nothing was ever refused: memory was not short"
