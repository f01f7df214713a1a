"""The admin's desk on a real store: the lamp, enrolment by QR, the stick, reset codes."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from nacl.public import PrivateKey, SealedBox

from kiosk.admin import AdminDesk, Carried, EnrolState, Lamp, Overview, SyncStatus
from kiosk.admin.stick import Courier
from kiosk.enrolment import Identity
from kiosk.pins import PinBook, PinError
from kiosk.store import QueueState
from kiosk.store.thread import StoreThread
from kiosk.survey import Level
from sync import bundle, receipt, reset
from sync.contract import EnrolmentReply, Result, Verdict
from sync.device import DeviceAnswer, DeviceAuthorization, DeviceState
from sync.errors import Refused, Unreachable
from sync.signing import Signer
from tests.kiosk.support import TABLET_ID, SetClock, new_id, open_store

SEALING = PrivateKey.generate()
CONFIG = Signer(os.urandom(32))
RESET_KEY = "5a" * 32
IDENTITY = Identity(
    tablet_id=TABLET_ID,
    seed="11" * 32,
    key_id="k",
    office="UBND phường Thủ Dầu Một",
    desk="Quầy 3",
    sealing_key=bytes(SEALING.public_key).hex(),
    config_key=CONFIG.public_key.hex(),
    reset_key=RESET_KEY,
)
REPLY = EnrolmentReply(tablet_id=TABLET_ID, key_id="k", office="UBND", desk="Quầy 3", server_time_ms=0)


class ToldSync:
    """An uploader that says what it is told to."""

    def __init__(self) -> None:
        self.said, self.asked = SyncStatus(), []  # type: ignore[var-annotated]

    def status(self) -> SyncStatus:
        return self.said

    def wake(self) -> None:
        self.asked.append("wake")

    def cancel(self) -> None:
        self.asked.append("cancel")


class ToldRegistrar:
    """Headquarters' answers out of a script; what is no answer is raised."""

    def __init__(self, *script: DeviceState | Exception, interval: int = 0) -> None:
        self.script, self.polls, self.kept = list(script), [], []  # type: ignore[var-annotated]
        self.given = DeviceAuthorization(
            device_code="secret",
            user_code="WDJB-MJHT",
            verification_uri="https://hq/thiet-bi",
            verification_uri_complete="https://hq/thiet-bi?ma=WDJB-MJHT",
            expires_in=600,
            interval=interval,
        )

    def ask(self) -> DeviceAuthorization:
        return self.given

    def poll(self, device_code: str) -> DeviceAnswer:
        self.polls.append(time.monotonic())
        assert device_code == "secret"
        step = self.script.pop(0)
        if isinstance(step, Exception):
            raise step
        return DeviceAnswer(step, REPLY if step is DeviceState.APPROVED else None)

    def keep(self, reply: EnrolmentReply) -> None:
        self.kept.append(reply)


@pytest.fixture
def sync() -> ToldSync:
    return ToldSync()


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    """A stick as Linux shows one, in a tree of its own."""
    root = tmp_path / "root"
    place = root / "media/usb"
    place.mkdir(parents=True)
    (root / "proc").mkdir()
    (root / "proc/mounts").write_text("/dev/sdz1 /media/usb vfat rw 0 0\n")
    (root / "sys/block/sdz/sdz1").mkdir(parents=True)
    (root / "sys/block/sdz/removable").write_text("1\n")
    return place


class Place:
    """An admin's desk and everything around it."""

    def __init__(self, folder: Path, sync: ToldSync, root: Path) -> None:
        self.clock, self.registrar = SetClock(), ToldRegistrar()
        self.pins = PinBook(folder / "pins.json", time.monotonic)
        self.store = StoreThread(lambda: open_store(folder, self.clock), self.pins)
        self.folder, self.enrolled, self.reset_key = folder, True, RESET_KEY
        self.keys = [IDENTITY.config_key]
        self.desk = AdminDesk(
            self.store,
            self.pins,
            sync=lambda: sync,
            enrolled=lambda: self.enrolled,
            registrar=lambda: self.registrar,
            report=lambda: "report",
            courier=lambda: Courier(self.store, IDENTITY, folder, self.clock, "0.1", root, lambda: self.keys),
            reset_key=lambda: self.reset_key,
            clock=self.clock,
        )

    def rate(self, times: int) -> None:
        for _ in range(times):
            self.store.save_rating(new_id(), Level.SATISFIED).result()

    def settle(self, verdict: Verdict, code: str = "") -> None:
        def job(store: Any) -> None:
            sent = store.pending()
            store.settle(sent, [Result(event_id=e.event_id, verdict=verdict, code=code) for e in sent])

        self.store.submit(job).result()

    def pending(self) -> int:
        return self.store.submit(lambda store: store.queue_state().pending).result()


@pytest.fixture
def place(tmp_path: Path, sync: ToldSync, stick: Path) -> Iterator[Place]:
    made = Place(tmp_path / "data", sync, stick.parent.parent)
    yield made
    made.desk.close()
    made.store.close()


def heard(errand: Callable[[Callable[[Any], None]], Any], last: Callable[[Any], bool]) -> list[Any]:
    """Everything that was told until ``last`` came."""
    said: list[Any] = []
    over = threading.Event()

    def tell(state: Any) -> None:
        said.append(state)
        if last(state):
            over.set()

    errand(tell)
    assert over.wait(20), said
    return said


def carried(errand: Callable[[Callable[[Any], None]], Any]) -> list[Carried]:
    return heard(errand, lambda state: state.step in ("written", "read", "failed"))


# -- the lamp --------------------------------------------------------------------------------------------


def test_the_lamp_is_green_only_when_headquarters_has_the_newest_event(place: Place, sync: ToldSync) -> None:
    place.rate(3)
    place.settle(Verdict.ACCEPTED)
    sync.said = SyncStatus(reached_seq=3)
    assert place.desk.overview().result().lamp is Lamp.GREEN
    sync.said = SyncStatus(reached_seq=2)  # headquarters was set back to an older copy
    assert place.desk.overview().result().lamp is Lamp.WAITING
    place.rate(1)
    sync.said = SyncStatus(reached_seq=4)
    assert place.desk.overview().result().lamp is Lamp.WAITING


def test_what_was_confirmed_before_a_restart_still_counts(place: Place, sync: ToldSync) -> None:
    place.rate(2)
    place.settle(Verdict.ACCEPTED)
    sync.said = SyncStatus()
    assert place.desk.overview().result().lamp is Lamp.GREEN


def test_an_error_that_leaves_something_behind_is_trouble(place: Place, sync: ToldSync) -> None:
    place.rate(1)
    sync.said = SyncStatus(error="unreachable", failed_ms=1, last_error="unreachable")
    assert place.desk.overview().result().lamp is Lamp.TROUBLE


def test_a_tablet_that_is_not_enrolled_says_so(place: Place) -> None:
    place.rate(1)
    place.enrolled = False
    assert place.desk.overview().result().lamp is Lamp.ALONE


def test_speed_and_time_left_are_those_of_this_run() -> None:
    running = SyncStatus(running=True, confirmed=300, total=900, began_s=10.0)
    seen = Overview(QueueState(600, 0, 900, 0), running, True, 20.0, 60_000)
    assert (seen.lamp, seen.per_second, seen.seconds_left, seen.oldest_s) == (Lamp.SENDING, 30.0, 20, 60)
    assert seen.share == pytest.approx(1 / 3)
    assert replace(seen, sync=replace(running, confirmed=0)).seconds_left is None


def test_an_event_of_a_clock_that_was_set_back_is_not_older_than_now() -> None:
    seen = Overview(QueueState(1, 0, 1, 90_000), SyncStatus(), True, 20.0, 60_000)
    assert seen.oldest_s == 0


def test_a_run_is_stopped_at_the_uploader(place: Place, sync: ToldSync) -> None:
    place.desk.cancel()
    assert sync.asked == ["cancel"]


def test_what_was_set_aside_is_listed_and_waits_again_when_told(place: Place, sync: ToldSync) -> None:
    place.rate(2)
    place.settle(Verdict.QUARANTINED, "bad_level")
    assert [one.code for one in place.desk.quarantined().result()] == ["bad_level", "bad_level"]
    assert place.desk.overview().result().lamp is Lamp.TROUBLE
    assert place.desk.replay().result() == 2
    assert (place.pending(), sync.asked) == (2, ["wake"])


# -- enrolment by QR -------------------------------------------------------------------------------------


def enrolment(place: Place, *script: DeviceState | Exception, interval: int = 0) -> list[EnrolState]:
    place.registrar = ToldRegistrar(*script, interval=interval)
    return heard(place.desk.enrol, lambda s: s.step in ("done", "denied", "expired", "failed"))


def test_the_code_is_shown_and_success_comes_by_itself(place: Place) -> None:
    said = enrolment(place, DeviceState.PENDING, DeviceState.APPROVED)
    assert [state.step for state in said] == ["asking", "showing", "done"]
    assert (said[1].code, said[1].link) == ("WDJB-MJHT", "https://hq/thiet-bi?ma=WDJB-MJHT")
    assert said[2].place == "UBND, Quầy 3"
    assert place.registrar.kept == [REPLY]


def test_no_answer_to_one_question_ends_nothing(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.admin.enrolling.PATIENCE_S", 0.05)
    said = enrolment(place, Unreachable("no"), DeviceState.APPROVED)
    assert said[-1].step == "done"


def test_slow_down_is_honoured(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sync.device.SLOWER_S", 0.6)
    enrolment(place, DeviceState.SLOW_DOWN, DeviceState.PENDING, DeviceState.APPROVED)
    first, second, third = place.registrar.polls
    assert second - first >= 0.6
    assert third - second >= 0.6, "the slower pace stays"


@pytest.mark.parametrize(
    ("answer", "step"), [(DeviceState.DENIED, "denied"), (DeviceState.EXPIRED, "expired")]
)
def test_a_no_is_said(place: Place, answer: DeviceState, step: str) -> None:
    assert enrolment(place, DeviceState.PENDING, answer)[-1].step == step
    assert place.registrar.kept == []


def test_a_refusal_ends_the_try_with_its_reason(place: Place) -> None:
    last = enrolment(place, Refused("taken", code="key_taken"))[-1]
    assert (last.step, last.reason) == ("failed", "key_taken")


def test_nothing_is_told_once_nobody_looks(place: Place) -> None:
    said: list[EnrolState] = []
    place.registrar = ToldRegistrar(DeviceState.APPROVED, interval=1)
    enrolling = place.desk.enrol(said.append)
    while not said:
        time.sleep(0.01)
    enrolling.stop()
    time.sleep(1.2)
    assert place.registrar.polls == []


# -- the stick -------------------------------------------------------------------------------------------


def open_sealed(text: str) -> bytes:
    import base64

    return SealedBox(SEALING).decrypt(base64.b64decode(text))


def test_the_queue_goes_out_and_only_headquarters_reads_it(place: Place, stick: Path) -> None:
    place.rate(1200)
    said = carried(place.desk.carry_out)
    assert [state.step for state in said if state.step != "packing"][-1] == "written"
    (file,) = stick.glob("*.kioskb")
    assert b"rating" not in file.read_bytes()
    with file.open("rb") as handle:
        bundle.check(handle, IDENTITY.signer().public_key)
        events = list(bundle.read_events(handle, open_sealed))
    assert [event.seq for event in events] == list(range(1, 1201))
    assert place.pending() == 1200, "nothing leaves the queue without a receipt"
    assert not (place.folder / "bundle.part").exists()


def receipt_for(place: Place, path: Path, key: Signer = CONFIG, tablet_id: str = TABLET_ID) -> None:
    sent = place.store.submit(lambda store: store.pending(10_000)).result()
    results = [Result(event_id=event.event_id, verdict=Verdict.ACCEPTED) for event in sent]
    results[0] = replace(results[0], verdict=Verdict.QUARANTINED, code="bad_level")
    head = receipt.ReceiptHead(
        tablet_id=tablet_id, install_id="i", bundle="00", count=len(results), contiguous_seq=1, issued_ms=0
    )
    with path.open("wb") as file:
        receipt.write(file, head, results, key.key_id, key.sign)


def test_a_receipt_clears_the_queue_once(place: Place, stick: Path) -> None:
    place.rate(560)  # more than one batch
    receipt_for(place, stick / "a.kioskr")
    last = carried(place.desk.bring_in)[-1]
    assert (last.step, last.done, last.aside) == ("read", 559, 1)
    assert place.pending() == 0
    again = carried(place.desk.bring_in)[-1]
    assert (again.step, again.done, again.aside) == ("read", 0, 0)


def test_a_receipt_signed_by_the_announced_key_is_taken(place: Place, stick: Path) -> None:
    place.rate(2)
    coming = Signer(os.urandom(32))
    receipt_for(place, stick / "a.kioskr", key=coming)
    assert carried(place.desk.bring_in)[-1].reason == "bad_receipt", "not announced yet"
    place.keys.append(coming.public_key.hex())
    last = carried(place.desk.bring_in)[-1]
    assert (last.step, last.done, last.aside) == ("read", 1, 1)


@pytest.mark.parametrize("spoil", ["signature", "tablet", "cut", "empty"])
def test_a_receipt_that_is_not_headquarters_changes_nothing(place: Place, stick: Path, spoil: str) -> None:
    place.rate(3)
    path = stick / "a.kioskr"
    other = {"key": Signer(os.urandom(32))} if spoil == "signature" else {}
    other |= {"tablet_id": new_id()} if spoil == "tablet" else {}  # type: ignore[dict-item]
    receipt_for(place, path, **other)  # type: ignore[arg-type]
    if spoil == "cut":
        path.write_bytes(path.read_bytes()[:-40])
    if spoil == "empty":
        path.write_bytes(b"")
    last = carried(place.desk.bring_in)[-1]
    assert (last.step, last.reason) == ("failed", "other_tablet" if spoil == "tablet" else "bad_receipt")
    assert place.pending() == 3


def test_words_for_every_way_a_stick_can_fail(place: Place, stick: Path) -> None:
    assert carried(place.desk.carry_out)[-1].reason == "empty"
    assert carried(place.desk.bring_in)[-1].reason == "no_receipt"
    (stick.parent.parent / "proc/mounts").write_text("")
    place.rate(1)
    assert carried(place.desk.carry_out)[-1].reason == "none"
    assert carried(place.desk.bring_in)[-1].reason == "none"


def test_a_tablet_without_headquarters_key_seals_nothing(place: Place, stick: Path) -> None:
    place.rate(1)
    old = Courier(place.store, replace(IDENTITY, sealing_key=""), place.folder, place.clock, "0.1", stick)
    assert carried(old.carry_out)[-1].reason == "no_key"


# -- PINs and reset codes --------------------------------------------------------------------------------


def test_a_pin_is_set_or_refused(place: Place) -> None:
    place.desk.set_pin("admin", "493817").result()
    assert place.pins.check("admin", "493817").ok
    assert not place.pins.check("staff", "493817").is_set
    with pytest.raises(PinError):
        place.desk.set_pin("admin", "123456").result()


def test_a_code_of_headquarters_opens_once(place: Place) -> None:
    challenge = place.desk.challenge().result()
    code = reset.answer(RESET_KEY, "staff", challenge)
    assert place.desk.try_code("staff", code).result().ok
    assert not place.desk.reset_pin("admin", code, "493817").result().ok, "it is bound to the role"
    assert place.desk.reset_pin("staff", code, "493817").result().ok
    assert place.pins.check("staff", "493817").ok
    assert place.desk.challenge().result() != challenge
    assert not place.desk.reset_pin("staff", code, "746291").result().ok


def test_a_code_ends_a_lock_and_survives_a_restart(place: Place) -> None:
    place.desk.set_pin("staff", "493817").result()
    for _ in range(5):
        place.pins.check("staff", "000111")
    challenge = place.desk.challenge().result()
    anew = PinBook(place.folder / "pins.json", time.monotonic)
    assert anew.challenge(lambda: "another") == challenge
    code = reset.answer(RESET_KEY, "staff", challenge)
    assert place.desk.reset_pin("staff", code, "746291").result().ok
    assert place.pins.check("staff", "746291").ok


def test_guessing_codes_locks(place: Place) -> None:
    place.desk.challenge().result()
    guess = reset.answer("00" * 32, "staff", place.desk.challenge().result())
    answers = [place.desk.try_code("staff", guess).result() for _ in range(5)]
    assert [answer.locked_for_s for answer in answers] == [0, 0, 0, 0, 60]
    right = reset.answer(RESET_KEY, "staff", place.desk.challenge().result())
    assert not place.desk.try_code("staff", right).result().ok


def test_without_a_key_there_is_no_challenge(place: Place) -> None:
    place.reset_key = ""
    assert place.desk.challenge().result() == ""
