"""The disk fills: collecting stops with a word before that, the rest goes on, and all recovers by itself."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import SimpleQueue

import pytest

from kiosk.conductor import Conductor
from kiosk.pins import PinBook
from kiosk.store import StorageError
from kiosk.store.room import LOOK_EVERY_S, MB, RESERVE_BYTES, NoRoom, Room
from kiosk.store.thread import StoreThread
from kiosk.survey import Level
from kiosk.views import NotSavedView
from kiosk.visit import Rules
from sync.contract import Result, Verdict
from tests.kiosk.support import open_store


class Disk:
    """What statvfs says, and the time, as the test sets them."""

    def __init__(self, free_mb: float = 1000) -> None:
        self.free_mb, self.now_s, self.looks = free_mb, 0.0, 0

    def free(self, directory: Path) -> int:
        self.looks += 1
        return round(self.free_mb * MB)

    def room(self, directory: Path, least_mb: float = 64) -> Room:
        return Room(directory, least_mb, free=self.free, monotonic=lambda: self.now_s)

    def later(self, free_mb: float) -> None:
        self.now_s += LOOK_EVERY_S
        self.free_mb = free_mb


def thread(directory: Path, room: Room) -> StoreThread:
    return StoreThread(
        lambda: open_store(directory), PinBook(directory / "pins.json", time.monotonic), room=room
    )


def rate(desk: StoreThread) -> str:
    return desk.save_rating(os.urandom(8).hex(), Level.SATISFIED).result()


def test_the_reserve_has_real_blocks(tmp_path: Path) -> None:
    room = Disk().room(tmp_path)
    room.need()
    found = room.reserve.stat()
    assert found.st_size == RESERVE_BYTES
    assert found.st_blocks * 512 >= RESERVE_BYTES


def test_under_the_threshold_nothing_is_tried_and_it_recovers_by_itself(tmp_path: Path) -> None:
    disk = Disk()
    desk = thread(tmp_path, disk.room(tmp_path))
    rate(desk)
    disk.later(63.9)
    for _ in range(2):
        with pytest.raises(StorageError) as caught:
            rate(desk)
        assert (caught.value.reason, type(caught.value)) == ("full", NoRoom)
    disk.later(64.1)
    rate(desk)
    state = desk.submit(lambda store: store.queue_state()).result()
    assert state.max_seq == 2, "refused taps leave no hole in the chain"
    assert (tmp_path / "reserve.bin").exists(), "there was room for the reserve all the time"
    desk.close()


def test_every_kind_of_saving_stops(tmp_path: Path) -> None:
    desk = thread(tmp_path, Disk(1).room(tmp_path))
    saves = (desk.save_end("v", "done", "closing"), desk.save_choice("v", frozenset({"a"}), good=True))
    assert [type(save.exception()) for save in saves] == [NoRoom, NoRoom]
    desk.close()


def test_the_system_is_asked_every_few_seconds_at_most(tmp_path: Path) -> None:
    disk = Disk()
    room = disk.room(tmp_path)
    for _ in range(100):
        room.need()
    assert disk.looks == 1
    disk.later(1000)
    room.need()
    assert disk.looks == 2


def test_the_reserve_is_given_up_at_the_end_only_and_made_again(tmp_path: Path) -> None:
    disk = Disk()
    room = disk.room(tmp_path)
    room.need()
    disk.later(5)
    with pytest.raises(NoRoom):
        room.need()
    assert room.reserve.exists()
    disk.later(3.9)
    with pytest.raises(NoRoom):
        room.need()
    assert not room.reserve.exists()
    disk.later(70)
    room.need()
    assert not room.reserve.exists(), "making it now would stop collecting again"
    disk.later(81)
    room.need()
    assert room.reserve.exists()


def test_a_system_that_does_not_tell_stops_nothing(tmp_path: Path) -> None:
    def silent(directory: Path) -> int:
        raise OSError(5, "no answer")

    Room(tmp_path, 64, free=silent).need()


def test_the_citizen_sees_that_it_was_not_saved_and_why(tmp_path: Path) -> None:
    disk = Disk(10)
    desk = thread(tmp_path, disk.room(tmp_path))
    posted: SimpleQueue[Callable[[], None]] = SimpleQueue()
    views: list[object] = []
    conductor = Conductor(
        desk, Rules(), now_s=lambda: disk.now_s, new_id=lambda: "visit", new_code=lambda: "", post=posted.put,
        show=views.append,
    )  # fmt: skip
    conductor.tap(Level.SATISFIED)
    posted.get(timeout=30)()
    assert isinstance(views[-1], NotSavedView)
    assert views[-1].reason == "full"
    desk.close()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 64 MB of its own: ext4 on a loop device, as on a tablet."""
    image, place = tmp_path / "disk.img", tmp_path / "disk"
    place.mkdir()
    try:
        with image.open("wb") as file:
            file.truncate(64 * MB)
        for command in (
            ("mkfs.ext4", "-q", "-m", "0", "-F", str(image)),
            ("mount", "-o", "loop", str(image), str(place)),
        ):
            subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"no file system can be mounted here: {error}")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def fill(place: Path, leave: int = 0) -> Path:
    """Another program takes all but ``leave`` bytes."""
    stuff = place / "stuff"
    with stuff.open("wb", buffering=0) as file:
        while True:
            space = os.statvfs(place)
            size = min(MB, space.f_bavail * space.f_frsize - leave)
            try:
                if size <= 0 or not file.write(bytes(size)):
                    return stuff
            except OSError:
                return stuff


def test_on_a_disk_that_another_program_fills_all_that_was_thanked_for_is_kept(small_disk: Path) -> None:
    """Between two looks the disk goes from half empty to full: the reserve takes what is at hand."""
    now_s = [0.0]
    room = Room(small_disk / "tablet", 20, monotonic=lambda: now_s[0])
    desk = thread(small_disk / "tablet", room)
    given = [rate(desk)]
    assert room.reserve.exists()
    stuff = fill(small_disk)
    while room.reserve.exists():
        given.append(rate(desk))
        assert len(given) < 2000, "the disk never became full"
    now_s[0] += LOOK_EVERY_S
    with pytest.raises(NoRoom):
        rate(desk)
    events = desk.submit(lambda store: store.pending()).result()
    verdicts = [Result(event_id=event.event_id, verdict=Verdict.ACCEPTED) for event in events]
    assert desk.submit(lambda store: store.settle(events, verdicts)).result() == (len(events), 0)
    stuff.unlink()
    now_s[0] += LOOK_EVERY_S
    given.append(rate(desk))
    assert room.reserve.exists(), "the reserve is made again by itself"
    desk.close()
    desk = thread(small_disk / "tablet", room)
    state = desk.submit(lambda store: store.queue_state()).result()
    assert (state.max_seq, state.pending) == (len(given), len(given) - len(events))
    desk.close()


def test_on_a_disk_under_the_threshold_confirming_goes_on(small_disk: Path) -> None:
    now_s = [0.0]
    room = Room(small_disk / "tablet", 8, monotonic=lambda: now_s[0])
    desk = thread(small_disk / "tablet", room)
    rate(desk)
    stuff = fill(small_disk, leave=6 * MB)
    now_s[0] += LOOK_EVERY_S
    with pytest.raises(NoRoom):
        rate(desk)
    assert room.reserve.exists()
    events = desk.submit(lambda store: store.pending()).result()
    verdicts = [Result(event_id=event.event_id, verdict=Verdict.ACCEPTED) for event in events]
    assert desk.submit(lambda store: store.settle(events, verdicts)).result() == (1, 0)
    stuff.unlink()
    now_s[0] += LOOK_EVERY_S
    rate(desk)
    desk.close()


def test_a_thread_that_has_ended_says_so(tmp_path: Path) -> None:
    desk = thread(tmp_path, Disk().room(tmp_path))
    desk.close()
    with pytest.raises(StorageError) as caught:
        rate(desk)
    assert caught.value.reason == "closed"
