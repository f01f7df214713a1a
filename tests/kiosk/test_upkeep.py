"""The upkeep of the tablet's file: purge, chain, soundness, folding and shrinking, on real files."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.store import StorageError
from kiosk.store.log import Store
from kiosk.store.upkeep import check
from sync import chain, contract
from sync.contract import Result, Verdict
from tests.kiosk.support import NOON, SetClock, new_id, open_store, rate

DAY_MS = 86_400_000


def settle(store: Store, verdict: Verdict, seqs: set[int], code: str = "") -> None:
    sent = [event for event in store.pending() if event.seq in seqs]
    store.settle(sent, [Result(event_id=event.event_id, verdict=verdict, code=code) for event in sent])


def seqs(directory: Path) -> list[int]:
    with closing(sqlite3.connect(directory / "kiosk.sqlite3")) as db:
        return [row[0] for row in db.execute("SELECT seq FROM events ORDER BY seq")]


fates = st.lists(st.sampled_from(["waits", "confirmed", "quarantined", "old"]), min_size=1, max_size=12)


@settings(max_examples=40, deadline=None)
@given(fates=fates, limit=st.integers(1, 5))
def test_a_purge_never_takes_what_headquarters_has_not_confirmed(
    tmp_path_factory: pytest.TempPathFactory, fates: list[str], limit: int
) -> None:
    directory = tmp_path_factory.mktemp("purge")
    clock = SetClock()
    store = open_store(directory, clock)
    for _ in fates:
        rate(store)
    by_fate = {fate: {n for n, f in enumerate(fates, 1) if f == fate} for fate in fates}
    settle(store, Verdict.ACCEPTED, by_fate.get("old", set()))
    clock.wall_ms += 31 * DAY_MS
    settle(store, Verdict.DUPLICATE, by_fate.get("confirmed", set()))
    settle(store, Verdict.QUARANTINED, by_fate.get("quarantined", set()), "bad_level")
    before = clock.wall_ms - 30 * DAY_MS
    while store.purge_confirmed(before, limit):
        pass
    gone = {n for n, fate in enumerate(fates, 1) if fate == "old" and n != len(fates)}
    assert seqs(directory) == [n for n in range(1, len(fates) + 1) if n not in gone]
    store.close()


def test_the_chain_goes_on_from_where_it_was_after_a_purge(tmp_path: Path) -> None:
    clock = SetClock()
    store = open_store(tmp_path, clock)
    for _ in range(3):
        rate(store)
    head = store.stored_between(3, 3)[0]
    settle(store, Verdict.ACCEPTED, {1, 2, 3})
    assert store.purge_confirmed(clock.wall_ms + 1, 500) == 2
    rate(store)
    store.close()
    store = open_store(tmp_path, clock)
    rate(store)
    fourth, fifth = store.stored_between(4, 5)
    assert (fourth.prev_hash, fifth.prev_hash) == (head.hash, fourth.hash)
    assert fifth.hash == chain.link(bytes.fromhex(fifth.prev_hash), fifth.stored).hex()
    assert (fifth.seq, store.queue_state().pending) == (5, 2)
    store.close()


def test_a_range_is_read_whatever_became_of_its_events(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    for _ in range(6):
        rate(store)
    settle(store, Verdict.ACCEPTED, {1, 2})
    settle(store, Verdict.QUARANTINED, {3}, "bad_level")
    store.quarantine(store.pending()[0], "refused_too_large")
    assert [event.seq for event in store.stored_between(2, 5)] == [2, 3, 5]
    assert [event.seq for event in store.stored_between(1, 6, limit=2)] == [1, 2]
    assert store.newest_confirmed() == 2
    assert store.newest_ms() == NOON
    store.close()


def test_a_fresh_file_has_confirmed_nothing(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    assert (store.newest_confirmed(), store.newest_ms(), store.stored_between(1, 9)) == (0, None, [])
    store.close()


def test_a_range_is_cut_where_a_batch_is_full(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    for _ in range(4):
        store.append("comment", new_id(), {"text": "ă" * 60_000})
    found = store.stored_between(1, 4)
    assert [event.seq for event in found] == [1, 2]
    assert sum(len(event.stored.encode()) for event in found) <= contract.MAX_STORED_BYTES
    store.close()


def test_a_sound_file_is_called_ok_while_it_is_open(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    rate(store)
    assert check(tmp_path) == "ok"
    rate(store)
    store.close()


def test_an_index_that_has_lost_a_row_is_found(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    rate(store)
    store.close()
    with closing(sqlite3.connect(tmp_path / "kiosk.sqlite3")) as db:
        db.execute("PRAGMA writable_schema = ON")
        db.execute(
            "UPDATE sqlite_schema SET sql = 'CREATE INDEX events_noted ON events (local_day, kind)'"
            " WHERE name = 'events_noted'"
        )
        db.commit()
    assert "events_noted" in check(tmp_path)


def test_a_page_of_rubbish_is_found(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    for _ in range(50):
        rate(store)
    store.close()
    path = tmp_path / "kiosk.sqlite3"
    whole = bytearray(path.read_bytes())
    whole[4096 * 5 : 4096 * 12] = b"\xa5" * 4096 * 7
    path.write_bytes(whole)
    assert check(tmp_path) != "ok"


def test_a_file_that_is_not_there_is_an_error_not_a_finding(tmp_path: Path) -> None:
    with pytest.raises(StorageError):
        check(tmp_path)


def test_folding_leaves_no_log_and_does_not_wait_for_a_reader(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    rate(store)
    log = tmp_path / "kiosk.sqlite3-wal"
    assert log.stat().st_size > 0
    with closing(sqlite3.connect(tmp_path / "kiosk.sqlite3")) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM events").fetchone()
        rate(store)
        assert store.fold() is False
    assert store.fold() is True
    assert log.stat().st_size == 0
    rate(store)
    assert store.queue_state().pending == 3
    store.close()


def test_shrinking_gives_slack_back_and_keeps_every_event(tmp_path: Path) -> None:
    clock = SetClock()
    store = open_store(tmp_path, clock)
    for _ in range(400):
        store.append("comment", new_id(), {"text": "x" * 2000})
    while store.pending():
        settle(store, Verdict.ACCEPTED, set(range(1, 401)))
    kept = store.stored_between(400, 400)
    store.purge_confirmed(clock.wall_ms + 1, 500)
    slack = store.size()
    assert slack.unused > slack.total / 2
    store.shrink()
    store.fold()
    assert store.size().unused == 0
    assert (tmp_path / "kiosk.sqlite3").stat().st_size == store.size().total < slack.total / 2
    assert store.stored_between(1, 400) == kept
    rate(store)
    assert check(tmp_path) == "ok"
    store.close()


def test_a_folder_that_could_not_be_opened_is_not_kept_locked(tmp_path: Path) -> None:
    open_store(tmp_path).close()
    with closing(sqlite3.connect(tmp_path / "kiosk.sqlite3")) as db:
        db.execute("INSERT INTO _sqlite_migrations VALUES (99, 'kiosk', 'm999_later', 'later')")
        db.commit()
    kept = []
    for _ in range(2):
        with pytest.raises(StorageError) as caught:
            open_store(tmp_path)
        kept.append(caught.value)
    assert [error.reason for error in kept] == ["too_new", "too_new"]
