"""What staff count by: as the raw events say, after anything, through purges and upgrades."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.store.database import FILE_NAME
from kiosk.store.figures import Choice, Counts, FlaggedTap, Said
from kiosk.store.log import Store
from sync.contract import Result, Verdict
from tests.kiosk.old_databases import SCHEMAS, as_released, rollups
from tests.kiosk.support import NOON, SetClock, new_id, open_store

TODAY = date(2025, 11, 21)
HOUR_MS, DAY_MS = 3_600_000, 86_400_000


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def store(tmp_path: Path, clock: SetClock) -> Iterator[Store]:
    made = open_store(tmp_path, clock)
    yield made
    made.close()


def rate(store: Store, level: int, visit: str = "", flags: tuple[str, ...] = ()) -> str:
    visit = visit or new_id()
    store.append("rating", visit, {"level": level, "channel": "tablet", "flags": list(flags)})
    return visit


def correct(store: Store, visit: str, level: int) -> None:
    store.append("correction", visit, {"level": level, "corrects": "x"})


def choose(store: Store, visit: str, good: bool, *chosen: str) -> None:
    store.append("reasons", visit, {"chosen": list(chosen), "good": good})


# -- against a fresh count ---------------------------------------------------------------------------------


def fresh(directory: Path) -> dict[str, Counter[tuple[object, ...]]]:
    """The rollups counted anew from nothing but the raw events."""
    with closing(sqlite3.connect(directory / FILE_NAME)) as db:
        events = [json.loads(row[0]) for row in db.execute("SELECT stored FROM events ORDER BY seq")]
    tallies: Counter[tuple[object, ...]] = Counter()
    choices: Counter[tuple[object, ...]] = Counter()
    for rated in (event for event in events if event["kind"] == "rating"):
        own = [e for e in events if e["visit_id"] == rated["visit_id"] and e["seq"] > rated["seq"]]
        last = {event["kind"]: event["body"] for event in own}
        minutes = rated["wall_ms"] // 60_000 + rated["utc_offset_min"]
        day = str(date(1970, 1, 1) + timedelta(days=minutes // 1440))
        level = last.get("correction", rated["body"])["level"]
        flagged = int(bool(rated["body"]["flags"]))
        tallies[(day, minutes % 1440 // 60, last.get("subject", {}).get("desk", ""), level, flagged)] += 1
        said = last.get("reasons", {"chosen": [], "good": False})
        if said["good"] == (level > 1):
            choices.update((day, key, int(said["good"]), flagged) for key in said["chosen"])
    return {"tallies": tallies, "choices": choices}


def kept(directory: Path) -> dict[str, Counter[Any]]:
    rows = rollups(directory)
    return {name: Counter({row[:-1]: row[-1] for row in rows[name]}) for name in ("tallies", "choices")}


LEVEL = st.sampled_from([1, 2, 3])
VISIT = st.integers(0, 3)
KEYS = st.lists(st.sampled_from(["thoi-gian", "xin-loi", "thai-do"]), unique=True)
STEP = st.one_of(
    st.tuples(st.just("rate"), VISIT, LEVEL, st.sampled_from([(), ("burst",), ("burst", "streak")])),
    st.tuples(st.just("correct"), VISIT, LEVEL),
    st.tuples(st.just("choose"), VISIT, st.booleans(), KEYS),
    st.tuples(st.just("about"), VISIT, st.sampled_from([{}, {"desk": "q2"}, {"service": "ho-tich"}])),
    st.tuples(st.just("wait"), st.sampled_from([1, 50, 700])),
    st.tuples(st.just("restart")),
)


def play(directory: Path, steps: list[Any]) -> None:
    """One rating a visit, and whatever may follow it, over minutes and days, through restarts."""
    clock = SetClock()
    store = open_store(directory, clock)
    visits: dict[int, str] = {}
    for kind, *said in steps:
        visit = visits.get(said[0], "nobody's") if said else ""
        if kind == "wait":
            clock.wall_ms += said[0] * 60_000
        elif kind == "restart":
            store.close()
            store = open_store(directory, clock)
        elif kind == "rate":
            visits[said[0]] = rate(store, said[1], flags=said[2])
        elif kind == "correct":
            correct(store, visit, said[1])
        elif kind == "choose":
            choose(store, visit, said[1], *said[2])
        else:
            store.append("subject", visit, said[1])
    store.close()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, max_size=25))
def test_whatever_happens_the_rollup_is_what_a_fresh_count_gives(tmp_path_factory, steps) -> None:  # type: ignore[no-untyped-def]
    folder = tmp_path_factory.mktemp("store")
    play(folder, steps)
    assert kept(folder) == fresh(folder)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, max_size=25))
def test_an_upgrade_fills_the_rollup_as_if_it_had_always_been_there(tmp_path_factory, steps) -> None:  # type: ignore[no-untyped-def]
    folder = tmp_path_factory.mktemp("store")
    play(folder / "new", steps)
    as_released("m001_events", folder / "new", folder / "old")
    open_store(folder / "old").close()
    assert rollups(folder / "old") == rollups(folder / "new")


def test_one_choice_in_different_places_of_its_list_is_counted_together(tmp_path: Path) -> None:
    store = open_store(tmp_path / "new")
    for chosen in (["thoi-gian", "xin-loi"], ["xin-loi"], ["thai-do"]):
        choose(store, rate(store, 1), False, *chosen)
    store.close()
    counted = {key[1]: n for key, n in kept(tmp_path / "new")["choices"].items()}
    assert counted == {"thoi-gian": 1, "xin-loi": 2, "thai-do": 1}
    as_released("m001_events", tmp_path / "new", tmp_path / "old")
    open_store(tmp_path / "old").close()
    assert rollups(tmp_path / "old") == rollups(tmp_path / "new")


def test_choices_that_an_older_program_counted_wrongly_are_counted_anew(tmp_path: Path) -> None:
    """In schemas/m002_rollups.sql one visit chose "xin-loi", the other "thai-do"."""
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as db:
        db.executescript((SCHEMAS / "m002_rollups.sql").read_text(encoding="utf-8"))
        assert ("2025-11-22", "xin-loi", 0, 0, 2) in db.execute("SELECT * FROM choices").fetchall()
    open_store(tmp_path).close()
    assert kept(tmp_path) == fresh(tmp_path)


# -- upgrades ------------------------------------------------------------------------------------------------

LIVELY: list[Any] = [
    ("rate", 0, 1, ("burst",)), ("choose", 0, False, ["thoi-gian", "xin-loi"]), ("about", 0, {"desk": "q2"}),
    ("wait", 700), ("rate", 1, 1, ()), ("choose", 1, False, ["thai-do"]), ("correct", 1, 3),
    ("rate", 2, 2, ()),
]  # fmt: skip

_KILLED_IN_THE_MIDDLE = """
import os, signal, sys
from pathlib import Path
from kiosk.store import schema
from tests.kiosk.support import open_store

split, last = schema._statements, int(sys.argv[2])

def statements(script):
    found = split(script)
    for i, statement in enumerate(found):
        if script is schema._ROLLUPS and i == last:
            os.kill(os.getpid(), signal.SIGKILL)
        yield statement

schema._statements = statements
open_store(Path(sys.argv[1]))
"""


@pytest.mark.parametrize("last", [1, 6, 9, 10])
def test_an_upgrade_killed_in_the_middle_begins_again(tmp_path: Path, last: int) -> None:
    play(tmp_path / "new", LIVELY)
    as_released("m001_events", tmp_path / "new", tmp_path / "old")
    done = subprocess.run(
        [sys.executable, "-c", _KILLED_IN_THE_MIDDLE, str(tmp_path / "old"), str(last)],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])},
        check=False,
    )
    assert done.returncode == -signal.SIGKILL
    with closing(sqlite3.connect(tmp_path / "old" / FILE_NAME)) as db:
        tables = {row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert "visits" not in tables, "half an upgrade must leave nothing"
    store = open_store(tmp_path / "old")
    rate(store, 3)
    assert [event.seq for event in store.pending()][-1] == len(LIVELY)
    store.close()
    assert kept(tmp_path / "old") == fresh(tmp_path / "old")


def test_an_upgraded_tablet_knows_what_was_settled(tmp_path: Path) -> None:
    play(tmp_path / "new", LIVELY)
    with_answers = open_store(tmp_path / "new")
    sent = with_answers.pending()
    with_answers.settle(sent, [Result(event_id=sent[0].event_id, verdict=Verdict.ACCEPTED)])
    with_answers.close()
    as_released("m001_events", tmp_path / "new", tmp_path / "old")
    store = open_store(tmp_path / "old")
    assert [event.seq for event in store.pending()] == [event.seq for event in sent[1:]]
    store.close()


# -- days, corrections, purges -----------------------------------------------------------------------------


def test_a_correction_after_midnight_changes_the_day_of_the_first_tap(store: Store, clock: SetClock) -> None:
    clock.wall_ms = NOON + 13 * HOUR_MS - 60_000  # 23:59
    visit = rate(store, 1)
    clock.wall_ms += 120_000
    correct(store, visit, 3)
    day = store.staff_day(TODAY)
    assert day.by_hour(flagged=False) == {23: Counts(very=1)}
    assert store.staff_day().today == TODAY + timedelta(days=1)
    assert store.staff_day().whole.counts(flagged=True).total == 0


def confirm_all(store: Store) -> None:
    while sent := store.pending():
        store.settle(sent, [Result(event_id=e.event_id, verdict=Verdict.ACCEPTED) for e in sent])


def test_a_purge_changes_no_count(store: Store, clock: SetClock, tmp_path: Path) -> None:
    visit = rate(store, 1, flags=("streak",))
    choose(store, visit, False, "thoi-gian")
    rate(store, 3)
    confirm_all(store)
    before = rollups(tmp_path)
    clock.wall_ms += 31 * DAY_MS
    assert store.purge_confirmed(clock.wall_ms, 100) == 2
    assert rollups(tmp_path) == before
    assert store.staff_day(TODAY).whole.counts(flagged=True) == Counts(very=1, unsatisfied=1)


def test_an_hour_counted_anew_after_its_events_were_purged_keeps_them(store: Store, clock: SetClock) -> None:
    """The clock's battery is empty: each morning begins in the same old year."""
    clock.wall_ms = 1_000_000
    first = rate(store, 3)
    rate(store, 2)
    confirm_all(store)
    assert store.purge_confirmed(clock.wall_ms + 1, 100) == 1
    rate(store, 3)
    correct(store, first, 1)
    assert store.staff_day().whole.plain == Counts(very=1, satisfied=1, unsatisfied=1)


# -- what the page is given --------------------------------------------------------------------------------


def test_flagged_ratings_stand_apart_in_every_figure(store: Store, clock: SetClock) -> None:
    for level in (3, 3, 2):
        rate(store, level)
    clock.wall_ms += HOUR_MS
    visit = rate(store, 1, flags=("burst", "after_hours"))
    store.append("subject", visit, {"desk": "q2"})
    choose(store, visit, False, "thoi-gian")
    day = store.staff_day()
    assert day.whole.plain == Counts(2, 1, 0)
    assert day.whole.counts(flagged=True) == Counts(2, 1, 1)
    assert day.by_hour(flagged=False) == {11: Counts(2, 1, 0), 12: Counts()}
    assert day.by_desk(flagged=True) == {"": Counts(2, 1, 0), "q2": Counts(unsatisfied=1)}
    assert day.span(2)[-1][1].flagged == Counts(unsatisfied=1)
    assert day.choices[7] == (Choice("thoi-gian", False, True, 1),)
    assert day.flagged == (FlaggedTap(12 * 60, 1, ("burst", "after_hours"), "q2"),)


def test_comments_of_the_day_come_newest_first_and_contact_data_never(
    store: Store, clock: SetClock, tmp_path: Path
) -> None:
    visit = rate(store, 1)
    for text in ("chờ lâu", "gọi tôi qua số •••"):
        store.append("comment", visit, {"text": text, "topic": "gop-y", "masked": [], "lookup": "4K7P"})
        clock.wall_ms += 60_000
    store.append("contact", visit, {"sealed": "c2VhbGVk", "key_id": "aa", "lookup": "4K7P"})
    day = store.staff_day()
    assert day.comments == (
        Said(11 * 60 + 1, "gop-y", "gọi tôi qua số •••"),
        Said(11 * 60, "gop-y", "chờ lâu"),
    )
    assert "c2VhbGVk" not in repr(day)
    assert "4K7P" not in repr(day)


def test_the_days_before_are_there_to_compare_with(store: Store, clock: SetClock) -> None:
    start = clock.wall_ms
    for back in (0, 6, 7, 13, 29, 59, 60):
        clock.wall_ms = start - back * DAY_MS
        rate(store, 3)
    clock.wall_ms = start
    day = store.staff_day()
    assert [sum(apart.plain.total for _, apart in day.span(7, before)) for before in (0, 7)] == [2, 2]
    assert [sum(apart.plain.total for _, apart in day.span(30, before)) for before in (0, 30)] == [5, 1]
    assert set(store.staff_days(date(2025, 11, 1), date(2025, 11, 30))) == {
        TODAY - timedelta(days=back) for back in (0, 6, 7, 13)
    }
    assert store.staff_day(TODAY - timedelta(days=60)).whole.plain.total == 1


def test_the_cells_of_an_export_are_in_order_and_add_up(store: Store, clock: SetClock) -> None:
    for back in (1, 0):
        clock.wall_ms = NOON - back * DAY_MS
        rate(store, 2)
        rate(store, 2)
    found = store.staff_cells(TODAY - timedelta(days=29), TODAY)
    assert [(cell.day, cell.hour, cell.level, cell.n) for cell in found] == [
        (TODAY - timedelta(days=1), 11, 2, 2),
        (TODAY, 11, 2, 2),
    ]
