"""The night's chores on a real store; the journeys reconcile with a real headquarters."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from kiosk import chores as chores_module
from kiosk.chores import DAY_MS, KEPT_MS, QUIET_MS, RETRY_MS, Caretaker, Chores
from kiosk.clock import Moment
from kiosk.pins import PinBook
from kiosk.store.thread import StoreThread
from kiosk.survey import Level
from kiosk.uploader import BEAT_S, Sender, Uploader
from sync.client import Parcel
from sync.contract import Batch, Reply, Result, Verdict
from sync.errors import Halve, Unreachable
from sync.gaps import GapsReply, GapsRequest, SeqRange
from tests.kiosk.support import NOON, TABLET_ID, SetClock, new_id, open_store

NIGHT = NOON + 16 * 3_600_000  # 03:00 in Vietnam, the day after
HOUR_MS = 3_600_000


class Forgetful:
    """A headquarters that misses what the test tells it to, until it is sent again."""

    def __init__(self, *missing: int) -> None:
        self.missing, self.asked, self.batches = set(missing), [], []  # type: ignore[var-annotated]
        self.refuses: set[int] = set()
        self.page = 200
        self.down = False

    def prepare(self, batch: Batch) -> Parcel:
        return Parcel(batch, b"", {})

    def send(self, parcel: Parcel) -> Reply:
        events = parcel.batch.events
        if self.refuses & {event.seq for event in events}:
            raise Halve("no", code="too_large")
        self.batches.append(parcel.batch)
        self.missing -= {event.seq for event in events}
        results = tuple(Result(event_id=e.event_id, verdict=Verdict.ACCEPTED) for e in events)
        return Reply(
            batch_id=parcel.batch.batch_id, server_time_ms=NOON, results=results, contiguous_seq=0,
            config_version=0,
        )  # fmt: skip

    def gaps(self, request: GapsRequest) -> GapsReply:
        self.asked.append(request)
        if self.down:
            raise Unreachable("down")
        holes = [SeqRange(first=n, last=n) for n in sorted(self.missing) if n <= request.max_seq]
        return GapsReply(
            install_id=request.install_id, max_seq=request.max_seq, server_time_ms=NOON, contiguous_seq=0,
            missing=tuple(holes[: self.page]), more=len(holes) > self.page,
        )  # fmt: skip

    def sent(self) -> list[int]:
        return [event.seq for batch in self.batches for event in batch.events]


class Tablet:
    """A store's thread, a clock, and the chores."""

    def __init__(self, directory: Path) -> None:
        self.directory, self.clock, self.drift_ms = directory, SetClock(), 0
        pins = PinBook(directory / "pins.json", time.monotonic)
        self.desk = StoreThread(lambda: open_store(directory, self.clock), pins)
        self.begin()

    def begin(self) -> None:
        """The program starts (again)."""
        sender = Sender(TABLET_ID, "install", "0.1", self.directory)
        self.chores = Chores(
            self.desk, lambda: sender, self.clock, self.directory, drift=lambda: self.drift_ms
        )

    def rate(self, times: int, *, confirmed: bool = True) -> None:
        for _ in range(times):
            self.desk.save_rating(new_id(), Level.SATISFIED).result()
        if confirmed:
            events = self.desk.submit(lambda store: store.pending()).result()
            results = [Result(event_id=event.event_id, verdict=Verdict.ACCEPTED) for event in events]
            self.desk.submit(lambda store: store.settle(events, results)).result()

    def seqs(self) -> list[int]:
        with closing(sqlite3.connect(self.directory / "kiosk.sqlite3")) as db:
            return [row[0] for row in db.execute("SELECT seq FROM events ORDER BY seq")]

    def deliveries(self) -> list[tuple[int, str, str, int]]:
        with closing(sqlite3.connect(self.directory / "kiosk.sqlite3")) as db:
            return list(db.execute("SELECT seq, state, code, changed_ms FROM delivery ORDER BY seq"))


@pytest.fixture
def tablet(tmp_path: Path) -> Iterator[Tablet]:
    made = Tablet(tmp_path)
    yield made
    made.desk.close()


def test_at_night_all_is_done_once_and_remembered_across_restarts(tablet: Tablet) -> None:
    headquarters = Forgetful()
    tablet.rate(3)
    tablet.clock.wall_ms = NIGHT
    tablet.chores(headquarters)
    assert tablet.chores.checked() == ("ok", NIGHT)
    assert [(ask.tablet_id, ask.install_id, ask.max_seq) for ask in headquarters.asked] == [
        (TABLET_ID, "install", 3)
    ]
    tablet.clock.wall_ms += 2 * HOUR_MS
    tablet.chores(headquarters)
    tablet.begin()
    tablet.chores(headquarters)
    assert len(headquarters.asked) == 1
    assert tablet.chores.checked() == ("ok", NIGHT)
    tablet.clock.wall_ms += DAY_MS - 3 * HOUR_MS
    tablet.chores(headquarters)
    assert len(headquarters.asked) == 2


@pytest.mark.parametrize(
    ("wall_ms", "due"),
    [
        (NOON + QUIET_MS - 1, False),
        (NOON + QUIET_MS, True),  # a fresh tablet, the first quiet moment
        (NIGHT - 3 * HOUR_MS, False),  # midnight
        (NIGHT - HOUR_MS - 1, False),
        (NIGHT - HOUR_MS, True),  # two o'clock
    ],
)
def test_the_first_quiet_moment_after_two_oclock(tablet: Tablet, wall_ms: int, due: bool) -> None:
    headquarters = Forgetful()
    tablet.rate(1)
    tablet.clock.wall_ms = wall_ms
    tablet.chores(headquarters)
    assert bool(headquarters.asked) is due


def test_a_tablet_that_is_never_quiet_does_them_after_a_day(tablet: Tablet) -> None:
    headquarters = Forgetful()
    tablet.rate(1)
    tablet.clock.wall_ms = NOON + QUIET_MS
    tablet.chores(headquarters)
    tablet.clock.wall_ms += DAY_MS
    tablet.rate(1)
    tablet.chores(headquarters)
    assert len(headquarters.asked) == 1
    tablet.clock.wall_ms += 1
    tablet.chores(headquarters)
    assert len(headquarters.asked) == 2


def test_what_headquarters_misses_is_sent_again_and_no_delivery_changes(tablet: Tablet) -> None:
    tablet.rate(5)
    tablet.rate(1, confirmed=False)
    before, headquarters = tablet.deliveries(), Forgetful(2, 3, 5, 6)
    tablet.clock.wall_ms = NIGHT
    tablet.chores(headquarters)
    assert headquarters.sent() == [2, 3, 5]
    assert headquarters.missing == {6}, "what still waits goes its usual way"
    assert tablet.deliveries() == before
    assert {batch.pending for batch in headquarters.batches} == {1}


def test_many_holes_are_asked_for_page_by_page(tablet: Tablet) -> None:
    tablet.rate(9)
    headquarters = Forgetful(*range(1, 10))
    headquarters.page = 2
    tablet.clock.wall_ms = NIGHT
    tablet.chores(headquarters)
    assert headquarters.missing == set()
    assert len(headquarters.asked) == 5


def test_a_hole_that_cannot_be_filled_ends_the_night_instead_of_spinning(tablet: Tablet) -> None:
    tablet.rate(4)
    tablet.desk.submit(lambda store: store.purge_confirmed(NOON + 1, 2)).result()
    headquarters = Forgetful(1, 2, 3)
    headquarters.page = 1
    headquarters.refuses = {3}
    tablet.clock.wall_ms = NIGHT
    tablet.chores(headquarters)
    assert headquarters.sent() == []
    assert len(headquarters.asked) <= 3


def test_one_event_that_cannot_be_received_does_not_hold_back_its_batch(tablet: Tablet) -> None:
    tablet.rate(6)
    headquarters = Forgetful()
    headquarters.refuses = {3}
    headquarters.gaps = lambda request: GapsReply(  # type: ignore[method-assign]
        install_id="", max_seq=6, server_time_ms=0, contiguous_seq=0, missing=(SeqRange(first=1, last=6),)
    )
    tablet.clock.wall_ms = NIGHT
    tablet.chores(headquarters)
    assert headquarters.sent() == [1, 2, 4, 5, 6]


def test_a_great_hole_leaves_the_queue_its_turn(tablet: Tablet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chores_module, "RESENT_BATCHES", 2)
    tablet.rate(5)
    headquarters = Forgetful(1, 2, 3, 4, 5)
    tablet.clock.wall_ms = NIGHT
    tablet.chores(headquarters)
    assert headquarters.sent() == [1, 2]
    tablet.chores(headquarters)
    tablet.chores(headquarters)
    assert headquarters.missing == set()
    asked = len(headquarters.asked)
    tablet.chores(headquarters)
    assert len(headquarters.asked) == asked


def test_events_confirmed_a_month_ago_are_let_go(tablet: Tablet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chores_module, "PURGE_ROWS", 2)
    tablet.rate(5)
    tablet.clock.wall_ms += 2 * DAY_MS
    tablet.rate(2)
    tablet.rate(1, confirmed=False)
    tablet.clock.wall_ms = NOON + KEPT_MS + DAY_MS
    tablet.chores(Forgetful())
    assert tablet.seqs() == [6, 7, 8]


def test_a_clock_years_ahead_lets_nothing_go_too_soon(tablet: Tablet) -> None:
    tablet.rate(3)
    tablet.rate(1, confirmed=False)
    tablet.clock.wall_ms += 3650 * DAY_MS
    tablet.drift_ms = 3650 * DAY_MS
    tablet.chores(Forgetful())
    assert tablet.seqs() == [1, 2, 3, 4]
    assert tablet.chores.checked()[0] == "ok"


def test_a_file_with_much_slack_is_written_anew(tablet: Tablet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chores_module, "SLACK_BYTES", 8 * 4096)
    tablet.rate(300)
    tablet.clock.wall_ms += KEPT_MS + DAY_MS
    tablet.rate(1, confirmed=False)
    size = (tablet.directory / "kiosk.sqlite3").stat().st_size
    tablet.clock.wall_ms += QUIET_MS
    tablet.chores(Forgetful())
    assert (tablet.directory / "kiosk.sqlite3").stat().st_size < size / 2
    assert (tablet.directory / "kiosk.sqlite3-wal").stat().st_size == 0
    assert tablet.seqs() == [301]
    tablet.rate(1)


def test_a_chore_that_fails_rests_an_hour_and_the_others_go_on(tablet: Tablet) -> None:
    headquarters = Forgetful(1)
    headquarters.down = True
    tablet.rate(1)
    tablet.clock.wall_ms = NIGHT
    tablet.chores(headquarters)
    assert tablet.chores.checked()[0] == "ok"
    headquarters.down = False
    tablet.chores(headquarters)
    assert len(headquarters.asked) == 1
    tablet.clock.mono_ms += RETRY_MS
    tablet.chores(headquarters)
    assert (len(headquarters.asked), headquarters.missing) == (2, set())


def test_an_unsound_database_is_told_with_the_heartbeat(
    tablet: Tablet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.store.upkeep.check", lambda directory: "row 3 missing from index x" + "y" * 99)
    tablet.clock.wall_ms = NIGHT
    tablet.chores(Forgetful())
    said, at = tablet.chores.checked()
    assert (said[:26], len(said), at) == ("row 3 missing from index x", 80, NIGHT)


@pytest.mark.parametrize("text", ["", "[]", "{", '{"day": []}', json.dumps({"day": {}, "at_ms": {"a": "x"}})])
def test_a_broken_memory_makes_them_due_again(tmp_path: Path, text: str) -> None:
    (tmp_path / "chores.json").write_text(text, encoding="utf-8")
    tablet = Tablet(tmp_path)
    tablet.clock.wall_ms = NIGHT
    tablet.chores(Forgetful())
    assert tablet.chores.checked() == ("ok", NIGHT)
    tablet.desk.close()


class Crowded:
    """A store's thread with a citizen behind every job."""

    def __init__(self, desk: StoreThread) -> None:
        self.desk, self.taps = desk, []  # type: ignore[var-annotated]

    def submit(self, job: Callable[..., object]) -> object:
        future = self.desk.submit(job)
        self.taps.append(self.desk.save_rating(new_id(), Level.SATISFIED))
        return future


def test_a_tap_comes_in_between_the_small_jobs(tablet: Tablet) -> None:
    for _ in range(4):
        tablet.rate(500)
    tablet.clock.wall_ms += KEPT_MS + DAY_MS
    crowded = Crowded(tablet.desk)
    purging = Chores(crowded, lambda: None, tablet.clock, tablet.directory)  # type: ignore[arg-type]
    assert purging._purge(asked=False) is True
    assert len(crowded.taps) == 2000 / chores_module.PURGE_ROWS + 1
    assert [tap.exception() for tap in crowded.taps] == [None] * len(crowded.taps)
    assert len(tablet.seqs()) == len(crowded.taps)


def uploader(tablet: Tablet, headquarters: Forgetful, **more: object) -> Uploader:
    return Uploader(
        tablet.desk, lambda: headquarters, lambda: Sender(TABLET_ID, "install", "0.1", tablet.directory),
        every_s=3600, uniform=lambda low, high: high, clock=tablet.clock, **more,  # type: ignore[arg-type]
    )  # fmt: skip


def wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_the_uploader_does_chores_after_a_round_that_succeeded_only(tablet: Tablet) -> None:
    called: list[object] = []
    headquarters = Forgetful()
    sender = uploader(tablet, headquarters, chores=called.append)
    send, broken = headquarters.send, [True]

    def fail_first(parcel: Parcel) -> Reply:
        if broken:
            broken.pop()
            raise Unreachable("down")
        return send(parcel)

    headquarters.send = fail_first  # type: ignore[method-assign]
    sender.start()
    wait_until(lambda: not broken and sender._failures == 1)
    assert called == []
    sender.wake()
    wait_until(lambda: called == [headquarters])
    sender.stop()


def test_a_heartbeat_goes_every_fifteen_minutes_at_least_and_says_how_it_is(tablet: Tablet) -> None:
    headquarters = Forgetful()
    sender = uploader(tablet, headquarters, health=lambda: {"battery_percent": 41, "integrity": "ok"})
    assert sender._round() == BEAT_S
    beat = headquarters.batches[-1].heartbeat
    assert (beat.battery_percent, beat.integrity, beat.free_mb > 0) == (41, "ok", True)


def test_the_network_that_comes_back_wakes_the_uploader(
    tablet: Tablet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.uploader.SLICE_S", 0.05)
    headquarters, up = Forgetful(), [False]
    sender = uploader(tablet, headquarters, came_up=lambda: bool(up.pop()) if up else False)
    sender.start()
    wait_until(lambda: len(headquarters.batches) == 1 and not up)
    tablet.rate(1, confirmed=False)
    assert len(headquarters.batches) == 1
    up.append(True)
    wait_until(lambda: len(headquarters.batches) >= 2)
    sender.stop()


def test_the_hour_is_the_one_on_the_tablets_wall() -> None:
    assert chores_module._hour(Moment(NIGHT, 0, "boot", 420)) == 3


def test_a_tablet_that_is_not_enrolled_does_its_chores_and_asks_nobody(tablet: Tablet) -> None:
    tablet.rate(3, confirmed=False)
    tablet.clock.wall_ms = NIGHT
    caretaker = Caretaker(tablet.chores, every_s=0.01)
    caretaker.start()
    until(lambda: {"check", "purge", "tidy"} <= set(kept(tablet)))
    caretaker.stop()
    assert "reconcile" not in kept(tablet)
    assert tablet.chores.checked()[0] == "ok"
    assert tablet.seqs() == [1, 2, 3], "nothing of what was never confirmed is let go"
    headquarters = Forgetful()
    tablet.chores(headquarters)
    assert "reconcile" in kept(tablet), "once it is enrolled, headquarters is asked the same night"


def kept(tablet: Tablet) -> dict[str, str]:
    try:
        return dict(json.loads((tablet.directory / "chores.json").read_text(encoding="utf-8"))["day"])
    except FileNotFoundError:
        return {}


def until(true: Callable[[], object], seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.01)
