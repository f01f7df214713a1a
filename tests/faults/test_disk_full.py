"""Fault 5: no room on a small file system of its own, wherever the tablet writes. The screen names the full
disk, nothing half-written stays in the place of anything, and with room again all goes on by itself."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import SimpleQueue

import pytest
from nacl.public import PrivateKey

from kiosk.admin.stick import DRAFT, Carried, Courier
from kiosk.clock import system_clock
from kiosk.conductor import Conductor
from kiosk.configuration import Configured
from kiosk.configuration_file import FILE
from kiosk.enrolment import Identity
from kiosk.export import Exporter, Progress
from kiosk.store import StorageError
from kiosk.store.room import Room
from kiosk.store.thread import StoreThread
from kiosk.survey import Level
from kiosk.views import ClosingView, HomeView, NotSavedView, View
from kiosk.visit import Rules
from tests.faults import storage
from tests.faults.conftest import Trials
from tests.faults.storage import after, fill, new_id, open_desk, rate
from tests.kiosk.old_databases import as_released
from tests.kiosk.test_configuration import KNOWN, NOW, document
from tests.kiosk.test_configuration import settings as settings_in
from tests.kiosk.test_export import stick as tree_with_stick

pytestmark = pytest.mark.screen_only
SIZES_MB = {"ext4": 16, "tmpfs": 8}


@pytest.fixture(params=list(SIZES_MB))
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    with storage.file_system(tmp_path, request.param, SIZES_MB[request.param]) as place:
        yield place


class Screen:
    """What a citizen sees of a tap."""

    def __init__(self, desk: StoreThread) -> None:
        self._posted: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self.view: View = HomeView()
        self._now_s = 0.0
        self._conductor = Conductor(
            desk, Rules(), now_s=lambda: self._now_s, new_id=new_id, new_code=lambda: "",
            post=self._posted.put, show=self._show,
        )  # fmt: skip

    def _show(self, view: View) -> None:
        self.view = view

    def tap(self) -> View:
        """The page after a tap; then the citizen goes."""
        self._conductor.tap(Level.SATISFIED)
        while isinstance(self.view, HomeView):
            self._posted.get(timeout=30)()
        shown = self.view
        while not isinstance(self.view, HomeView):
            self._now_s += 5
            self._conductor.tick()
        return shown


def test_ratings_until_nothing_fits(disk: Path, trials: Trials, long: bool) -> None:
    """From an empty log to one that has grown: the disk is full at another write each time."""
    trials.of(5)
    desk = open_desk(disk / "tablet")
    screen, shown = Screen(desk), [rate(desk)]
    for nth in range(60 if long else 8):
        stuff = fill(disk, leave=4096 * (nth * 3 % 40))
        refused = 0
        for _ in range(200):
            view = screen.tap()
            if isinstance(view, NotSavedView):
                assert view.reason == "full", view
                refused += 1
                if refused == 3:
                    break
            else:
                assert isinstance(view, ClosingView)
                shown.append(view.event_id)
        _fold_without_room(desk)
        stuff.unlink()
        view = screen.tap()
        assert isinstance(view, ClosingView), "with room again the next tap is saved"
        shown.append(view.event_id)
        assert desk.submit(lambda store: store.fold()).result()
        shutil.copytree(disk / "tablet", disk.parent / f"cut-{nth}")
        trials.count(after(disk.parent / f"cut-{nth}", shown))
    desk.close()


def _fold_without_room(desk: StoreThread) -> None:
    """The log cannot go into a file that cannot grow; a file written anew needs room, too."""
    for job in (lambda store: store.fold(), lambda store: store.shrink()):
        error = desk.submit(job).exception()
        assert error is None or (isinstance(error, StorageError) and error.reason == "full"), error


def test_the_first_start_finds_no_room(disk: Path, trials: Trials) -> None:
    trials.of(5)
    for nth, leave in enumerate((0, 4096, 8192, 16384, 32768, 65536)):
        stuff, place = fill(disk, leave), disk / f"tablet-{nth}"
        desk = open_desk(place)
        opened = desk.open().exception()
        assert opened is None or (isinstance(opened, StorageError) and opened.reason == "full"), opened
        error = desk.save_rating(new_id(), Level(3)).exception()
        assert error is None or (isinstance(error, StorageError) and error.reason == "full"), error
        assert leave > 0 or error is not None
        stuff.unlink()
        shown = [rate(desk)]
        desk.close()
        trials.count(after(place, shown))


def test_a_start_after_a_power_cut_finds_no_room(disk: Path, trials: Trials) -> None:
    """To read its log SQLite wants a little room, too."""
    desk = open_desk(disk / "work")
    shown = [rate(desk) for _ in range(30)]
    place = disk / "tablet"
    shutil.copytree(disk / "work", place, ignore=shutil.ignore_patterns("*-shm"))
    desk.close()
    stuff = fill(disk)
    desk = open_desk(place)
    error = desk.save_rating(new_id(), Level(3)).exception()
    assert isinstance(error, StorageError)
    assert error.reason == "full", error
    stuff.unlink()
    shown.append(rate(desk))
    desk.close()
    trials.of(5).count(after(place, shown))


def test_the_reserve_lets_a_full_tablet_begin(tmp_path: Path, trials: Trials) -> None:
    """What waits must reach headquarters from a full disk, too: opening is worth the reserve."""
    with storage.file_system(tmp_path, "ext4", 64) as disk:
        place = disk / "tablet"
        desk = open_desk(disk / "work", Room(disk / "work", 20))
        shown = [rate(desk) for _ in range(5)]
        shutil.copytree(disk / "work", place, ignore=shutil.ignore_patterns("*-shm", "reserve.bin"))
        desk.close()
        (disk / "work" / "reserve.bin").rename(place / "reserve.bin")
        stuff = fill(disk)
        desk = open_desk(place, Room(place, 20))
        assert desk.submit(lambda store: store.queue_state()).result().pending == len(shown)
        assert not (place / "reserve.bin").exists()
        error = desk.save_rating(new_id(), Level(3)).exception()
        assert isinstance(error, StorageError)
        assert error.reason == "full"
        desk.close()
        stuff.unlink()
        trials.of(5).count(after(place, shown))


@pytest.mark.parametrize("leave", [0, 32768])
def test_an_upgrade_finds_no_room(leave: int, disk: Path, trials: Trials) -> None:
    desk = open_desk(disk / "source")
    shown = [rate(desk) for _ in range(150)]
    desk.close()
    place = disk / "tablet"
    as_released("m001_events", disk / "source", place)
    stuff = fill(disk, leave)
    desk = open_desk(place)
    error = desk.open().exception()
    assert isinstance(error, StorageError)
    assert error.reason == "full", error
    stuff.unlink()
    shown.append(rate(desk))
    desk.close()
    trials.of(5).count(after(place, shown))


def test_a_configuration_finds_no_room(disk: Path, trials: Trials) -> None:
    """It is not taken, the old one holds, and of the new one nothing stays."""

    def begin() -> Configured:
        key = NOW.public_key.hex()
        return Configured(settings_in(disk), KNOWN, tablet_id="t-1", config_key=key, now_s=lambda: 0.0)

    assert begin().offer(document(1, idle_s=45.0))
    stuff = fill(disk)
    before = (disk / "data" / FILE).read_bytes()
    with pytest.raises(OSError, match="No space left"):
        begin().offer(document(2, idle_s=50.0))
    assert (disk / "data" / FILE).read_bytes() == before
    assert not list((disk / "data").glob("*.new"))
    assert begin().version == 1
    stuff.unlink()
    assert begin().offer(document(2, idle_s=50.0))
    assert begin().version == 2
    trials.of(5).count()


def test_the_staffs_export_finds_no_room(disk: Path, tmp_path: Path, trials: Trials) -> None:
    """On the stick."""
    place = tree_with_stick(tmp_path / "root")
    place.rmdir()
    place.symlink_to(disk)
    (disk / "figures.csv").write_bytes(b"old")
    stuff = fill(disk)
    said: list[Progress] = []
    exporter = Exporter(lambda call: call(), tmp_path / "root")
    exporter.start("figures.csv", bytes(100_000), said.append).join(30)
    assert (said[-1].step, said[-1].reason) == ("failed", "full")
    assert {path.name for path in disk.iterdir()} - {"lost+found"} == {"figures.csv", "stuff"}
    assert (disk / "figures.csv").read_bytes() == b"old"
    stuff.unlink()
    exporter.start("figures.csv", bytes(100_000), said.append).join(30)
    assert said[-1].step == "done"
    trials.of(5).count()


def test_a_bundle_finds_no_room(disk: Path, tmp_path: Path, trials: Trials) -> None:
    """On the tablet, where it is packed before it goes to the stick: what waits goes on waiting."""
    tree_with_stick(tmp_path / "root")
    desk = open_desk(disk / "tablet")
    shown = [rate(desk) for _ in range(100)]
    identity = Identity(new_id(), "11" * 32, "k-1", sealing_key=bytes(PrivateKey.generate().public_key).hex())
    courier = Courier(desk, identity, disk / "tablet", system_clock(), "test", tmp_path / "root")
    stuff = fill(disk)
    said: list[Carried] = []
    courier.carry_out(said.append)
    assert (said[-1].step, said[-1].reason) == ("failed", "no_room")
    assert not (disk / "tablet" / DRAFT).exists()
    stuff.unlink()
    courier.carry_out(said.append)
    assert said[-1].step == "written"
    desk.close()
    trials.of(5).count(after(disk / "tablet", shown))


def test_a_threshold_stops_before_the_disk_is_full(tmp_path: Path, trials: Trials) -> None:
    """As the kiosk has it: with the reserve, the real clock and the real file system."""
    with storage.file_system(tmp_path, "ext4", 64) as disk:
        now_s = [0.0]
        room = Room(disk / "tablet", 20, monotonic=lambda: now_s[0])
        desk = open_desk(disk / "tablet", room)
        screen, shown = Screen(desk), [rate(desk)]
        stuff = fill(disk, leave=10 << 20)
        now_s[0] += 10
        view = screen.tap()
        assert isinstance(view, NotSavedView)
        assert view.reason == "full"
        stuff.unlink()
        now_s[0] += 10
        view = screen.tap()
        assert isinstance(view, ClosingView)
        desk.close()
        trials.of(5).count(after(disk / "tablet", [*shown, view.event_id]))
