"""Fault 25: the USB stick pulled at every step, full at every size, its bundle changed, its receipt lost or
forged, imported twice, overlapping, and while the network comes back. On a real file system of 1 MB."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from kiosk import removable
from kiosk.admin.stick import Carried, Courier
from kiosk.clock import system_clock
from scripts.stage import StageError
from sync import bundle
from sync.errors import ServerTrouble
from tests.faults.conftest import Trials
from tests.faults.ground import Ground, Migrated, common
from tests.journeys.tablet import QuietTablet
from tests.journeys.test_stick import Stick, carry, last
from tests.kiosk.test_removable import Mounted

CALLS = ("open", "write", "fsync", "replace", "read", "stat", "close", "posix_fadvise")


@pytest.fixture(scope="module")
def ground(migrated_database: Migrated) -> Ground:
    return common(migrated_database)


@pytest.fixture
def stick(tmp_path: Path) -> Iterator[Stick]:
    try:
        made = Stick(tmp_path / "usb")
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"no file system can be mounted here: {error}")
    yield made
    while made.mounted.path.is_mount():
        made.mounted.unmount()


def courier(tablet: QuietTablet, folder: Path, stick: Stick) -> Courier:
    return Courier(tablet.desk, tablet.identity, folder, system_clock(), "test", stick.root)


def plugged_in_again(stick: Stick) -> None:
    """What the next computer finds on it; the journal is gone through as there."""
    stick.mounted.unmount()
    Mounted._run("mount", "-o", "loop", str(stick.mounted.image), str(stick.mounted.path))


def whole(path: Path, tablet: QuietTablet) -> bool:
    with path.open("rb") as file:
        try:
            bundle.check(file, tablet.identity.signer().public_key)
        except bundle.BundleError:
            return False
        return True


class Pulled:
    """The operating system as ``kiosk.removable`` calls it; the stick goes before call number ``at``."""

    def __init__(self, at: int, stick: Stick) -> None:
        self.calls, self._at, self._stick = 0, at, stick
        self.os = SimpleNamespace(**{**vars(os), **{name: self._around(name) for name in CALLS}})

    def _around(self, name: str) -> Callable[..., Any]:
        real = getattr(os, name)

        def call(*given: Any, **named: Any) -> Any:
            self.calls += 1
            if self.calls == self._at:
                self._stick.mounted.tear_away()
            return real(*given, **named)

        return call


@pytest.mark.screen_only
def test_pulled_at_every_step_nothing_leaves_the_tablet_and_no_half_file_counts(
    ground: Ground, trials: Trials, tmp_path: Path, stick: Stick, monkeypatch: pytest.MonkeyPatch
) -> None:
    trials.of(25)
    tablet = ground.tablet(tmp_path / "kiosk")
    shown = tablet.rate(*[1, 2, 3] * 10)
    written = 0
    for at in range(1, 100):
        pulled = Pulled(at, stick)
        monkeypatch.setattr(removable, "os", pulled.os)
        said = last(courier(tablet, tmp_path / "kiosk", stick).carry_out)
        monkeypatch.undo()
        if pulled.calls < at:
            assert said.step == "written"
            break
        plugged_in_again(stick)
        files = stick.files("kioskb")
        written += said.step == "written"
        assert said.step == "written" or (said.step, said.reason) == ("failed", "gone"), said
        assert said.step == "failed" or len(files) == 1, "what is called written is there"
        assert all(whole(path, tablet) for path in files), "under its name it is whole"
        assert tablet.pending() == len(shown)
        for path in [*files, *stick.mounted.path.glob(".*.part")]:
            path.unlink()
        trials.count(ground.judge(shown, tmp_path / "kiosk"))
    assert trials.run > 10
    assert written <= 2, "only behind the last sync may it be pulled"
    tablet.close()


@pytest.mark.screen_only
def test_full_at_every_size_is_said_and_costs_nothing(
    ground: Ground, trials: Trials, tmp_path: Path, stick: Stick
) -> None:
    """So much room is left, a block more each time, until the bundle fits."""
    trials.of(25)
    tablet = ground.tablet(tmp_path / "kiosk")
    shown = tablet.rate(*[1, 2, 3] * 20)
    filler = stick.mounted.path / "photos.bin"
    filled_up(filler)
    size = filler.stat().st_size
    for room in range(0, size, 2048):
        os.truncate(filler, size - room)
        os.sync()
        said = last(courier(tablet, tmp_path / "kiosk", stick).carry_out)
        trials.count(ground.judge(shown, tmp_path / "kiosk"))
        if said.step == "written":
            break
        assert said == Carried("failed", reason="full")
        assert stick.files("kioskb") == []
        assert not list(stick.mounted.path.glob(".*.part"))
    (path,) = stick.files("kioskb")
    assert whole(path, tablet)
    assert trials.run > 2
    tablet.close()


def filled_up(path: Path) -> None:
    with path.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(b"\xff" * 1024)


def test_a_winter_without_a_network(ground: Ground, trials: Trials, tmp_path: Path, stick: Stick) -> None:
    """The first receipt is lost, the second stick overlaps the first, it is imported twice, the first
    receipt turns up late, and the network comes back on top of it all."""
    trials.of(25)
    tablet = ground.tablet(tmp_path / "kiosk")
    errand = courier(tablet, tmp_path / "kiosk", stick)
    shown = tablet.rate(*[1, 2, 3] * 10)
    assert last(errand.carry_out).done == 30
    (first,) = stick.files("kioskb")
    first = first.rename(first.with_name("first.kioskb"))
    carry(ground.headquarters, stick)
    lost = taken_away(stick)
    trials.count(ground.judge(shown, tmp_path / "kiosk"))
    assert last(errand.bring_in).reason == "no_receipt"
    shown += tablet.rate(*[1, 2] * 5)
    assert last(errand.carry_out).done == 40, "nothing leaves the queue without a receipt"
    first.unlink()
    shown += tablet.rate(3)
    carry(ground.headquarters, stick)
    one = taken_away(stick)
    carry(ground.headquarters, stick)
    (stick.mounted.path / "one.kioskr").write_bytes(one)
    assert last(errand.bring_in).done == 40, "of two receipts for it each event is cleared once"
    assert tablet.pending() == 1
    (stick.mounted.path / "late.kioskr").write_bytes(lost)
    assert last(errand.bring_in).done == 0
    trials.count(ground.judge(shown, tmp_path / "kiosk"))
    tablet.uploader.drain()
    assert tablet.pending() == 0
    tablet.close()
    trials.count(ground.judge(shown, tmp_path / "kiosk"))
    assert ground.alarms(tablet.identity.tablet_id) == []


def taken_away(stick: Stick) -> bytes:
    """The receipt on the stick is on it no more."""
    (receipt,) = stick.files("kioskr")
    content = receipt.read_bytes()
    receipt.unlink()
    return content


def test_the_network_comes_back_while_the_stick_is_imported(
    ground: Ground, trials: Trials, tmp_path: Path, stick: Stick, long: bool
) -> None:
    trials.of(25)
    tablet = ground.tablet(tmp_path / "kiosk")
    errand = courier(tablet, tmp_path / "kiosk", stick)
    shown: list[str] = []
    for _ in range(20 if long else 1):
        shown += tablet.rate(*[1, 2, 3] * 100)
        assert last(errand.carry_out).step == "written"
        shown += tablet.rate(2)
        with ThreadPoolExecutor(1) as pool:
            imported = pool.submit(carry, ground.headquarters, stick)
            while not imported.done():
                with suppress(ServerTrouble):
                    tablet.uploader.drain()
                time.sleep(0.01)
            imported.result()
        tablet.uploader.drain()
        assert tablet.pending() == 0
        last(errand.bring_in)
        trials.count(ground.judge(shown, tmp_path / "kiosk"))
        for path in [*stick.files("kioskb"), *stick.files("kioskr")]:
            path.unlink()
    tablet.close()


def test_a_changed_bundle_and_a_forged_receipt_change_nothing(
    ground: Ground, trials: Trials, tmp_path: Path, stick: Stick, long: bool
) -> None:
    """A bit anywhere, in both; and another tablet's receipt."""
    trials.of(25)
    tablet = ground.tablet(tmp_path / "kiosk")
    errand = courier(tablet, tmp_path / "kiosk", stick)
    shown = tablet.rate(*[1, 2, 3] * 5)
    assert last(errand.carry_out).step == "written"
    (path,) = stick.files("kioskb")
    sound = path.read_bytes()
    for place in range(3, len(sound), len(sound) // 20 if long else len(sound)):
        path.write_bytes(flipped(sound, place))
        with pytest.raises(StageError, match="import-bundle"):
            carry(ground.headquarters, stick)
        assert stick.files("kioskr") == []
        trials.count(ground.judge(shown, tmp_path / "kiosk"))
    path.write_bytes(sound)
    carry(ground.headquarters, stick)
    (receipt,) = stick.files("kioskr")
    honest = receipt.read_bytes()
    for place in range(0, len(honest), 1 if long else 97):
        for forged in (flipped(honest, place), honest[:place]):
            receipt.write_bytes(forged)
            said = last(errand.bring_in)
            assert (said.step, tablet.pending()) == ("failed", len(shown)), (said, place)
            trials.count()
    other = ground.tablet(tmp_path / "other")
    receipt.write_bytes(honest)
    assert last(courier(other, tmp_path / "other", stick).bring_in).reason == "other_tablet"
    other.close()
    assert last(errand.bring_in) == Carried("read", len(shown), name=receipt.name)
    tablet.close()
    trials.count(ground.judge(shown, tmp_path / "kiosk"))


def flipped(content: bytes, place: int) -> bytes:
    changed = bytearray(content)
    changed[place] ^= 1
    return bytes(changed)
