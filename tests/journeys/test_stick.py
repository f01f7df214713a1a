"""No network: bundle out, receipt in, on a real small file system that fills up and is torn away."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiosk.admin.stick import Carried, Courier
from kiosk.clock import system_clock
from scripts.stage import Headquarters, StageError
from tests.journeys.conftest import Count
from tests.journeys.tablet import QuietTablet
from tests.kiosk.test_removable import Mounted

pytestmark = pytest.mark.screen_only


class Stick:
    """A file system of 1 MB in a loop device, where a tree of its own says a stick is."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "root"
        (self.root / "media").mkdir(parents=True)
        self.mounted = Mounted(self.root / "media")
        (self.root / "proc").mkdir()
        (self.root / "proc/mounts").write_text("/dev/sdz1 /media/stick ext4 rw 0 0\n")
        (self.root / "sys/block/sdz/sdz1").mkdir(parents=True)
        (self.root / "sys/block/sdz/removable").write_text("1\n")

    def files(self, kind: str) -> list[Path]:
        return sorted(self.mounted.path.glob(f"*.{kind}"))


@pytest.fixture
def stick(tmp_path: Path) -> Iterator[Stick]:
    try:
        made = Stick(tmp_path / "usb")
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"no file system can be mounted here: {error}")
    yield made
    if made.mounted.path.is_mount():
        made.mounted.unmount()


@pytest.fixture
def tablet(headquarters: Headquarters, tmp_path: Path) -> Iterator[QuietTablet]:
    made = QuietTablet(tmp_path / "tablet", headquarters.address, headquarters.code())
    made.rate(*[1, 2, 3] * 250)
    yield made
    made.close()


@pytest.fixture
def courier(tablet: QuietTablet, tmp_path: Path, stick: Stick) -> Courier:
    return Courier(tablet.desk, tablet.identity, tmp_path / "tablet", system_clock(), "test", stick.root)


def last(errand: Callable[[Callable[[Carried], None]], None]) -> Carried:
    said: list[Carried] = []
    errand(said.append)
    return said[-1]


def carry(headquarters: Headquarters, stick: Stick) -> None:
    """At headquarters: every bundle on the stick is taken, its receipt is put beside it."""
    for bundle in stick.files("kioskb"):
        headquarters.command("import-bundle", str(bundle), "--receipt", str(bundle.with_suffix(".kioskr")))


def test_out_and_back_and_everything_twice(
    headquarters: Headquarters, tablet: QuietTablet, courier: Courier, stick: Stick, count: Count
) -> None:
    out = last(courier.carry_out)
    assert (out.step, out.done) == ("written", 750)
    assert tablet.pending() == 750, "nothing is cleared without a receipt"
    carry(headquarters, stick)
    carry(headquarters, stick)
    assert count.rollup() == {1: 250, 2: 250, 3: 250}
    assert len(set(count.event_ids())) == len(count.event_ids()) == 750
    assert [(s.step, s.done) for s in (last(courier.bring_in), last(courier.bring_in))] == [
        ("read", 750), ("read", 0),
    ]  # fmt: skip
    assert tablet.pending() == 0
    assert last(courier.carry_out).reason == "empty"


def test_the_network_comes_back_after_the_stick_has_left(
    headquarters: Headquarters, tablet: QuietTablet, courier: Courier, stick: Stick, count: Count
) -> None:
    assert last(courier.carry_out).step == "written"
    tablet.rate(3)
    assert tablet.uploader.drain() >= 751
    carry(headquarters, stick)
    assert count.rollup() == {1: 250, 2: 250, 3: 251}
    assert last(courier.bring_in).step == "read"
    assert tablet.pending() == 0


def test_a_full_stick_is_said_and_costs_nothing(tablet: QuietTablet, courier: Courier, stick: Stick) -> None:
    filler = stick.mounted.path / "photos.bin"
    with filler.open("wb") as file:
        while True:
            try:
                file.write(b"\xff" * 4096)
                file.flush()
            except OSError:
                break
    assert last(courier.carry_out) == Carried("failed", reason="full")
    assert stick.files("kioskb") == []
    assert not list(stick.mounted.path.glob(".*part"))
    assert tablet.pending() == 750
    filler.unlink()
    assert last(courier.carry_out).step == "written"


def test_a_stick_torn_away_is_said_and_costs_nothing(
    tablet: QuietTablet, courier: Courier, stick: Stick, tmp_path: Path
) -> None:
    said: list[Carried] = []

    def tell(state: Carried) -> None:
        said.append(state)
        if state.step == "writing":
            stick.mounted.tear_away()

    courier.carry_out(tell)
    assert said[-1] == Carried("failed", reason="gone")
    assert tablet.pending() == 750
    assert not (tmp_path / "tablet" / "bundle.part").exists()


def test_a_bundle_changed_on_the_way_is_refused(
    headquarters: Headquarters, tablet: QuietTablet, courier: Courier, stick: Stick, count: Count
) -> None:
    assert last(courier.carry_out).step == "written"
    (bundle,) = stick.files("kioskb")
    content = bytearray(bundle.read_bytes())
    content[len(content) // 2] ^= 1
    bundle.write_bytes(content)
    with pytest.raises(StageError, match="import-bundle"):
        carry(headquarters, stick)
    assert count.event_ids() == []
    assert last(courier.bring_in).reason == "no_receipt"
