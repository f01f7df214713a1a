"""The event log on a real SQLite file."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.store import StorageError
from kiosk.store.database import FILE_NAME
from kiosk.store.log import Store
from kiosk.store.schema import NAMES, migrations
from sync import chain, contract
from sync.contract import Result, Verdict, WireEvent
from tests.kiosk.support import NOON, SetClock, new_id, open_store, rate


@pytest.fixture
def store(tmp_path: Path):
    opened = open_store(tmp_path)
    yield opened
    opened.close()


def raw(directory: Path) -> sqlite3.Connection:
    return sqlite3.connect(directory / FILE_NAME)


def results(events: list[WireEvent], verdict: Verdict, code: str = "") -> list[Result]:
    return [Result(event_id=event.event_id, verdict=verdict, code=code) for event in events]


def test_appended_rating_is_readable_from_another_connection(store: Store, tmp_path: Path) -> None:
    event_id = rate(store, 2)
    rows = raw(tmp_path).execute("SELECT event_id, level, local_day FROM events").fetchall()
    assert rows == [(event_id, 2, "2025-11-21")]


def test_every_commit_is_synced_to_disk(store: Store) -> None:
    db = store._db
    assert db.execute("PRAGMA synchronous").fetchone()[0] == 2
    assert db.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    assert db.execute("PRAGMA foreign_keys").fetchone()[0] == 1


def test_opening_refuses_a_database_that_will_not_sync(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import kiosk.store.database as database

    class Deaf(database.Database):
        def execute(self, sql: str, parameters: object = None):  # type: ignore[no-untyped-def]
            return super().execute("PRAGMA synchronous = 1" if "synchronous = " in sql else sql, parameters)

    monkeypatch.setattr(database, "Database", Deaf)
    with pytest.raises(StorageError, match="PRAGMA synchronous is 1, must be 2"):
        open_store(tmp_path)


def test_the_chain_links_every_event_to_the_one_before(store: Store) -> None:
    for level in (3, 1, 2):
        rate(store, level)
    previous = chain.GENESIS
    for seq, event in enumerate(store.pending(), start=1):
        assert event.seq == seq
        assert bytes.fromhex(event.prev_hash) == previous
        previous = chain.link(previous, event.stored)
        assert bytes.fromhex(event.hash) == previous


def test_events_can_be_neither_changed_nor_deleted_before_confirmation(store: Store, tmp_path: Path) -> None:
    rate(store)
    other = raw(tmp_path)
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        other.execute("UPDATE events SET level = 3")
    with pytest.raises(sqlite3.IntegrityError, match="unconfirmed"):
        other.execute("DELETE FROM events")


def test_only_named_events_of_the_batch_are_settled(store: Store) -> None:
    for _ in range(3):
        rate(store)
    sent = store.pending(2)
    unsent = store.pending()[2]
    reply = [*results(sent[:1], Verdict.ACCEPTED), *results([unsent], Verdict.ACCEPTED)]
    assert store.settle(sent, reply) == (1, 0)
    assert [event.seq for event in store.pending()] == [2, 3]


@pytest.mark.parametrize("verdict", [Verdict.ACCEPTED, Verdict.DUPLICATE, Verdict.TOMBSTONED])
def test_a_resend_is_a_success(store: Store, verdict: Verdict) -> None:
    rate(store)
    sent = store.pending()
    assert store.settle(sent, results(sent, verdict)) == (1, 0)
    assert store.pending() == []


def test_retry_and_missing_ids_stay_in_the_queue(store: Store) -> None:
    rate(store)
    sent = store.pending()
    assert store.settle(sent, results(sent, Verdict.RETRY)) == (0, 0)
    assert store.settle(sent, []) == (0, 0)
    assert store.pending() == sent


def test_a_refused_event_is_set_aside_with_its_reason_and_blocks_nobody(store: Store, tmp_path: Path) -> None:
    rate(store)
    rate(store)
    first, second = store.pending()
    reply = [*results([first], Verdict.QUARANTINED, "bad_level"), *results([second], Verdict.ACCEPTED)]
    assert store.settle([first, second], reply) == (1, 1)
    state = store.queue_state()
    assert (state.pending, state.quarantined) == (0, 1)
    assert raw(tmp_path).execute("SELECT code FROM delivery WHERE seq = 1").fetchone() == ("bad_level",)


def test_a_confirmed_event_stays_confirmed(store: Store, tmp_path: Path) -> None:
    rate(store)
    sent = store.pending()
    store.settle(sent, results(sent, Verdict.ACCEPTED))
    store.settle(sent, results(sent, Verdict.QUARANTINED, "late"))
    assert store.queue_state().quarantined == 0
    other = raw(tmp_path)
    for statement in ("UPDATE delivery SET state = 'quarantined'", "DELETE FROM delivery"):
        with pytest.raises(sqlite3.IntegrityError, match="stays confirmed"):
            other.execute(statement)


def test_a_confirmed_event_may_be_purged_with_its_delivery_state(store: Store, tmp_path: Path) -> None:
    rate(store)
    rate(store)
    sent = store.pending()
    store.settle(sent, results(sent[:1], Verdict.ACCEPTED))
    other = raw(tmp_path)
    other.execute("PRAGMA foreign_keys = ON")
    other.execute("DELETE FROM events WHERE seq = 1")
    other.commit()
    assert other.execute("SELECT count(*) FROM delivery").fetchone() == (0,)
    assert [event.seq for event in store.pending()] == [2]
    assert store.queue_state().pending == 1


def test_a_waiting_event_before_settled_ones_is_still_found(store: Store) -> None:
    for _ in range(4):
        rate(store)
    sent = store.pending()
    store.settle(sent, results(sent[1:3], Verdict.ACCEPTED))
    assert [event.seq for event in store.pending()] == [1, 4]
    state = store.queue_state()
    assert (state.pending, state.oldest_ms) == (2, NOON)
    store.settle(sent, results(sent[:1], Verdict.ACCEPTED))
    assert [event.seq for event in store.pending()] == [4]
    assert store.queue_state().pending == 1


def test_a_batch_is_bounded_by_count_and_by_bytes(store: Store) -> None:
    for _ in range(5):
        store.append("comment", new_id(), {"text": "ơ" * 40_000})
    found = store.pending()
    assert 1 <= len(found) < 5
    assert sum(len(event.stored.encode()) for event in found) <= contract.MAX_STORED_BYTES
    assert len(store.pending(2)) == 2
    assert [event.seq for event in store.pending(2, after_seq=1)] == [2, 3]


def test_one_event_over_the_byte_limit_is_still_sent_alone(store: Store) -> None:
    store.append("comment", new_id(), {"text": "a" * (contract.MAX_STORED_BYTES + 1)})
    assert len(store.pending()) == 1


def test_today_is_counted_by_the_local_day_of_each_event(tmp_path: Path) -> None:
    clock = SetClock()
    store = open_store(tmp_path, clock)
    for level in (3, 3, 1):
        rate(store, level)
    store.append("misuse_counter", new_id(), {"cool_down": 4})
    clock.wall_ms = NOON + 14 * 3_600_000  # 01:00 the next day
    rate(store, 2)
    assert store.tally("2025-11-21").by_level == {1: 1, 2: 0, 3: 2}
    assert store.tally("2025-11-21").swallowed == 4
    assert store.tally_today().by_level == {1: 0, 2: 1, 3: 0}
    store.close()


def test_reopening_goes_on_with_the_same_install_and_chain(tmp_path: Path) -> None:
    first = open_store(tmp_path)
    rate(first)
    install_id = first.install_id
    first.close()
    second = open_store(tmp_path)
    rate(second)
    assert second.install_id == install_id
    one, two = second.pending()
    assert two.prev_hash == one.hash
    second.close()


def test_a_second_program_on_the_same_data_is_refused(store: Store, tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="another kiosk program") as caught:
        open_store(tmp_path)
    assert caught.value.reason == "locked"


def test_a_damaged_file_is_set_aside_not_deleted(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    rate(store)
    store.close()
    path = tmp_path / FILE_NAME
    path.write_bytes(b"not a database at all" + path.read_bytes()[21:])
    kept = path.read_bytes()
    fresh = open_store(tmp_path)
    rate(fresh)
    aside = [entry for entry in tmp_path.iterdir() if entry.name.startswith("damaged-")]
    assert [entry.read_bytes() for entry in aside if entry.name.endswith("sqlite3")] == [kept]
    assert fresh.queue_state().max_seq == 1
    fresh.close()


def test_a_database_of_a_newer_program_is_refused_untouched(tmp_path: Path) -> None:
    open_store(tmp_path).close()
    db = raw(tmp_path)
    db.execute("INSERT INTO _sqlite_migrations VALUES (99, 'kiosk', 'm999_future', 'later')")
    db.commit()
    db.close()
    before = (tmp_path / FILE_NAME).read_bytes()
    with pytest.raises(StorageError, match="m999_future") as caught:
        open_store(tmp_path)
    assert caught.value.reason == "too_new"
    assert (tmp_path / FILE_NAME).read_bytes() == before


def test_every_migration_is_named_as_known(tmp_path: Path) -> None:
    import sqlite_utils

    assert tuple(m.name for m in migrations.pending(sqlite_utils.Database(memory=True))) == NAMES


def append_comments(store: Store, times: int) -> None:
    for _ in range(times):
        store.append("comment", new_id(), {"text": "x" * 3000})


def test_a_full_disk_is_named_full_and_nothing_is_half_written(store: Store) -> None:
    rate(store)
    db = store._db
    db.execute(f"PRAGMA max_page_count = {db.execute('PRAGMA page_count').fetchone()[0]}")
    with pytest.raises(StorageError) as caught:
        append_comments(store, 100)
    assert caught.value.reason == "full"
    events = db.execute("SELECT count(*), max(seq) FROM events").fetchone()
    assert events[0] == events[1] == len(store.pending(1000))
    db.execute("PRAGMA max_page_count = 1000000")
    rate(store)
    assert store.queue_state().max_seq == events[1] + 1


_KILLED = """
import os, signal, sys
from pathlib import Path
from tests.kiosk.support import open_store, rate
store = open_store(Path(sys.argv[1]))
for _ in range(20):
    print(rate(store), flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_append_returned_survives_a_killed_process(tmp_path: Path) -> None:
    root = Path(__file__).resolve().parents[2]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    done = subprocess.run(
        [sys.executable, "-c", _KILLED, str(tmp_path)],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL
    promised = done.stdout.split()
    assert len(promised) == 20
    store = open_store(tmp_path)
    assert [event.event_id for event in store.pending()] == promised
    store.close()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    verdicts=st.lists(st.sampled_from(Verdict), min_size=1, max_size=12),
    level=st.sampled_from(contract.LEVELS),
)
def test_every_event_is_in_exactly_one_state(tmp_path_factory, verdicts, level) -> None:  # type: ignore[no-untyped-def]
    store = open_store(tmp_path_factory.mktemp("store"))
    for _ in verdicts:
        rate(store, level)
    sent = store.pending()
    store.settle(sent, [Result(event_id=e.event_id, verdict=v) for e, v in zip(sent, verdicts, strict=True)])
    state = store.queue_state()
    assert state.pending == verdicts.count(Verdict.RETRY)
    assert state.quarantined == verdicts.count(Verdict.QUARANTINED)
    assert state.max_seq == len(verdicts)
    store.close()


def test_the_number_of_waiting_events_is_kept_right_through_everything(store: Store, tmp_path: Path) -> None:
    def counted() -> int:
        sql = "SELECT count(*) FROM events WHERE seq NOT IN (SELECT seq FROM delivery)"
        return int(raw(tmp_path).execute(sql).fetchone()[0])

    for _ in range(5):
        rate(store)
        assert store.queue_state().pending == counted()
    sent = store.pending()
    store.settle(sent, results(sent[:2], Verdict.ACCEPTED))
    store.settle(sent, results(sent[:3], Verdict.DUPLICATE))
    assert store.queue_state().pending == counted() == 2
    store.quarantine(sent[3], "refused_too_large")
    rate(store)
    assert store.queue_state().pending == counted() == 2
    store._db.execute("PRAGMA query_only = 1")
    with pytest.raises(StorageError):
        rate(store)
    with pytest.raises(StorageError):
        store.settle(sent, results(sent, Verdict.ACCEPTED))
    store._db.execute("PRAGMA query_only = 0")
    assert store.queue_state().pending == counted() == 2


def test_a_transaction_that_somebody_left_open_swallows_nothing(tmp_path: Path) -> None:
    """For want of memory even a rollback fails; what is thanked for behind it must not go with it."""
    store = open_store(tmp_path)
    before = rate(store)
    store._db.conn.execute("BEGIN")
    store._db.conn.execute("DELETE FROM meta WHERE key = 'settled_upto'")
    after = rate(store)
    assert [row[0] for row in raw(tmp_path).execute("SELECT event_id FROM events ORDER BY seq")] == [
        before,
        after,
    ]
    store.close()
    reopened = open_store(tmp_path)
    assert [event.event_id for event in reopened.pending()] == [before, after]
    reopened.close()
