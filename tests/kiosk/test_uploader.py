"""The uploader with a real store and a headquarters that fails on demand; the journeys use the real one."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.admin import SyncStatus
from kiosk.pins import PinBook
from kiosk.store.thread import StoreThread
from kiosk.survey import Level
from kiosk.uploader import HOLD_S, Sender, Uploader
from sync.client import Parcel
from sync.contract import Batch, Reply, Result, Verdict, WireEvent
from sync.errors import Halve, Hold, NotHeadquarters, ServerTrouble, SyncError, Unreachable
from tests.kiosk.support import NOON, TABLET_ID, SetClock, new_id, open_store

Answer = Callable[[Batch], Reply]


def reply(
    batch: Batch, verdict: Verdict = Verdict.ACCEPTED, events: tuple[WireEvent, ...] | None = None
) -> Reply:
    answered = batch.events if events is None else events
    results = tuple(Result(event_id=event.event_id, verdict=verdict, code="told") for event in answered)
    return Reply(
        batch_id=batch.batch_id, server_time_ms=0, results=results, contiguous_seq=0, config_version=0
    )


class ToldHeadquarters:
    """Answers with the next item of a script, then accepts everything."""

    def __init__(self, *script: SyncError | Answer) -> None:
        self.script, self.batches = list(script), []  # type: ignore[var-annotated]

    def prepare(self, batch: Batch) -> Parcel:
        return Parcel(batch, b"", {})

    def send(self, parcel: Parcel) -> Reply:
        batch = parcel.batch
        self.batches.append(batch)
        if not self.script:
            return reply(batch)
        step = self.script.pop(0)
        if isinstance(step, SyncError):
            raise step
        return step(batch)


@pytest.fixture
def desk(tmp_path: Path):  # type: ignore[no-untyped-def]
    thread = StoreThread(lambda: open_store(tmp_path), PinBook(tmp_path / "pins.json", time.monotonic))
    yield thread
    thread.close()


def uploader(desk: StoreThread, headquarters: ToldHeadquarters, tmp_path: Path) -> Uploader:
    return Uploader(
        desk,
        lambda: headquarters,
        lambda: Sender(TABLET_ID, "install", "0.1", tmp_path),
        every_s=100,
        uniform=lambda low, high: high,
        clock=SetClock(),
    )


def until(true: Callable[[], object], seconds: float = 20.0) -> None:
    """Wait for another thread."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


def rate(desk: StoreThread, times: int) -> None:
    for _ in range(times):
        desk.save_rating(new_id(), Level.SATISFIED).result()


def state(desk: StoreThread) -> tuple[int, int]:
    found = desk.submit(lambda store: store.queue_state()).result()
    return found.pending, found.quarantined


def test_everything_waiting_is_confirmed_and_a_heartbeat_follows(desk: StoreThread, tmp_path: Path) -> None:
    rate(desk, 3)
    headquarters = ToldHeadquarters()
    assert uploader(desk, headquarters, tmp_path).drain() == 3
    assert state(desk) == (0, 0)
    assert [(len(b.events), b.pending) for b in headquarters.batches] == [(3, 3), (0, 0)]
    assert headquarters.batches[-1].max_seq == 3
    assert headquarters.batches[0].heartbeat.oldest_pending_ms == SetClock().wall_ms


def test_only_named_events_leave_the_queue(desk: StoreThread, tmp_path: Path) -> None:
    rate(desk, 3)
    headquarters = ToldHeadquarters(
        lambda batch: reply(batch, events=batch.events[:1]), lambda batch: reply(batch, events=())
    )
    assert uploader(desk, headquarters, tmp_path).drain() == 1
    assert state(desk) == (2, 0)


def test_a_verdict_of_retry_ends_the_round_instead_of_spinning(desk: StoreThread, tmp_path: Path) -> None:
    rate(desk, 2)
    headquarters = ToldHeadquarters(*[lambda batch: reply(batch, Verdict.RETRY)] * 50)
    assert uploader(desk, headquarters, tmp_path).drain() == 0
    assert len(headquarters.batches) == 1
    assert state(desk) == (2, 0)


@pytest.mark.parametrize(
    "error", [Unreachable("x"), NotHeadquarters("x"), ServerTrouble("x", retry_after_s=30.0)]
)
def test_trouble_keeps_everything_and_waits_longer_each_time(
    desk: StoreThread, tmp_path: Path, error: SyncError
) -> None:
    rate(desk, 1)
    sender = uploader(desk, ToldHeadquarters(error, error), tmp_path)
    first, second = sender._round(), sender._round()
    asked = error.retry_after_s or 0.0
    assert (first, second) == (asked + 10.0, asked + 20.0)
    assert state(desk) == (1, 0)
    assert sender._round() == pytest.approx(120.0)
    assert state(desk) == (0, 0)


def test_the_error_is_told_to_headquarters_with_the_next_push(desk: StoreThread, tmp_path: Path) -> None:
    rate(desk, 1)
    headquarters = ToldHeadquarters(ServerTrouble("x"))
    sender = uploader(desk, headquarters, tmp_path)
    sender._round()
    sender._round()
    assert headquarters.batches[1].heartbeat.last_error == "ServerTrouble"


def test_refused_credentials_pause_pushing_never_collecting(desk: StoreThread, tmp_path: Path) -> None:
    rate(desk, 1)
    sender = uploader(desk, ToldHeadquarters(Hold("revoked", code="revoked")), tmp_path)
    assert sender._round() == HOLD_S
    rate(desk, 1)
    assert state(desk) == (2, 0)


@pytest.mark.parametrize("poison", [0, 3, 6])
def test_one_event_that_cannot_be_received_is_found_and_set_aside(
    desk: StoreThread, tmp_path: Path, poison: int
) -> None:
    rate(desk, 7)
    culprit = desk.submit(lambda store: store.pending()).result()[poison].event_id

    def refuse_culprit(batch: Batch) -> Reply:
        if any(event.event_id == culprit for event in batch.events):
            raise Halve("bad", code="bad_envelope")
        return reply(batch)

    headquarters = ToldHeadquarters(*[refuse_culprit] * 40)
    uploader(desk, headquarters, tmp_path).drain()
    assert state(desk) == (0, 1)
    assert len(headquarters.batches) < 20


def test_a_refused_heartbeat_is_an_error_not_a_loop(desk: StoreThread, tmp_path: Path) -> None:
    headquarters = ToldHeadquarters(Halve("bad", code="bad_envelope"))
    with pytest.raises(Halve):
        uploader(desk, headquarters, tmp_path).drain()


def test_quarantined_events_are_kept_and_do_not_block(desk: StoreThread, tmp_path: Path) -> None:
    rate(desk, 2)
    headquarters = ToldHeadquarters(
        lambda batch: Reply(
            batch_id=batch.batch_id,
            server_time_ms=0,
            results=(
                Result(event_id=batch.events[0].event_id, verdict=Verdict.QUARANTINED, code="bad_level"),
                Result(event_id=batch.events[1].event_id, verdict=Verdict.DUPLICATE),
            ),
            contiguous_seq=0,
            config_version=0,
        )
    )
    uploader(desk, headquarters, tmp_path).drain()
    assert state(desk) == (0, 1)


def test_the_thread_sends_by_itself_and_wakes_on_request(desk: StoreThread, tmp_path: Path) -> None:
    rate(desk, 1)
    headquarters = ToldHeadquarters(Unreachable("down"))
    sender = uploader(desk, headquarters, tmp_path)
    sender.start()
    wait_until(lambda: len(headquarters.batches) == 1)
    sender.wake()
    wait_until(lambda: state(desk) == (0, 0))
    sender.stop()


def test_an_uploader_that_never_began_can_be_stopped(desk: StoreThread, tmp_path: Path) -> None:
    headquarters = ToldHeadquarters()
    uploader(desk, headquarters, tmp_path).stop()
    assert headquarters.batches == []


def wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 5
    while not true():
        assert time.monotonic() < deadline, "did not happen within 5 s"
        time.sleep(0.01)


class ToldConfiguration:
    """Notes what it is told."""

    def __init__(self) -> None:
        self.heard_versions: list[int] = []

    def heard(self, courier: object, version: int) -> None:
        self.heard_versions.append(version)

    def trouble(self) -> str:
        return "configuration bad_value: hours"


def test_after_a_round_that_succeeded_the_configuration_hears_of_the_version_there_is(
    desk: StoreThread, tmp_path: Path
) -> None:
    headquarters = ToldHeadquarters(Unreachable("x"), lambda batch: replace(reply(batch), config_version=7))
    told = ToldConfiguration()
    made = Uploader(
        desk,
        lambda: headquarters,
        lambda: Sender(TABLET_ID, "install", "0.1", tmp_path),
        every_s=100,
        uniform=lambda low, high: high,
        clock=SetClock(),
        configuration=told,
    )
    made.start()
    until(lambda: len(headquarters.batches) == 1)
    time.sleep(0.05)
    assert told.heard_versions == []
    until(lambda: made.wake() or told.heard_versions)  # type: ignore[func-returns-value]
    made.stop()
    assert told.heard_versions[0] == 7
    beats = [batch.heartbeat.last_error for batch in headquarters.batches]
    assert beats[0] == "configuration bad_value: hours"
    assert beats[1].startswith("Unreachable"), "what keeps the queue waiting comes first"


def test_the_last_success_and_the_last_error_are_known_after_a_restart(
    desk: StoreThread, tmp_path: Path
) -> None:
    def begin(*script: SyncError | Answer) -> Uploader:
        return Uploader(
            desk,
            lambda: ToldHeadquarters(*script),
            lambda: Sender(TABLET_ID, "install", "0.1", tmp_path),
            every_s=100,
            uniform=lambda low, high: high,
            clock=SetClock(),
            memory=tmp_path / "sync.json",
        )

    first = begin(Unreachable("down", code="unreachable"))
    first._round()
    again = begin()
    assert (again.status().error, again.status().failed_ms) == ("unreachable", NOON)
    assert again.status().succeeded_ms is None
    desk.save_rating(new_id(), Level.SATISFIED).result()
    again._round()
    third = begin().status()
    assert (third.error, third.last_error, third.succeeded_ms, third.succeeded_events) == (
        "",
        "unreachable",
        NOON,
        1,
    )
    assert not third.running
    assert third.reached_seq is None, "how far headquarters has come is asked of the store"


@pytest.mark.parametrize("text", ["", "[]", '{"succeeded_ms": "x"}', "{"])
def test_a_memory_that_cannot_be_read_is_none(desk: StoreThread, tmp_path: Path, text: str) -> None:
    from kiosk.admin.memory import recall

    (tmp_path / "sync.json").write_text(text, encoding="utf-8")
    assert recall(tmp_path / "sync.json") == SyncStatus()
