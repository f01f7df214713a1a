"""Faults 3 and 4: the power goes at every point of a tablet's work, and again while it recovers. Images of
what a disk may then hold are opened by the real store."""

from __future__ import annotations

import json
import random
import shutil
import tempfile
from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from tests.faults import storage
from tests.faults.conftest import Trials
from tests.faults.power import WAYS, Cut, Disk, cuts
from tests.faults.power_child import SMALL

pytestmark = pytest.mark.screen_only
SEED = 7
CHILD = "tests.faults.power_child"


@pytest.fixture(scope="module")
def shim(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return storage.build_shim(tmp_path_factory.mktemp("shim"))


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="kiosk-power-", dir=storage.quick_folder() or tmp_path))
    yield made
    shutil.rmtree(made)


def worked(shim: Path, scene: str, folder: Path) -> tuple[Disk, Path]:
    """The disk before ``scene``, and the record of it; what the record tells is what is in the folder."""
    tablet, record = folder / scene, folder / f"{scene}.record"
    tablet.mkdir(exist_ok=True)
    before = Disk.of(tablet)
    list(storage.under_shim(shim, CHILD, scene, tablet, record))
    (last,) = deque(cuts(before, record, random.Random(SEED), 0, ("most",)), maxlen=1)
    there = {path.name: path.read_bytes() for path in tablet.iterdir()}
    assert _lasting(last.files) == _lasting(there), "something went past the shim"
    return before, record


def _lasting(files: dict[str, bytes]) -> dict[str, bytes]:
    """SQLite's shared memory is no part of what is kept."""
    return {name: content for name, content in files.items() if not name.endswith("-shm")}


def judged(found: Iterable[Cut], folder: Path, trials: Trials, before: list[str]) -> None:
    """Each image opened, rated in and weighed."""
    for cut in found:
        place = folder / "image"
        cut.lay(place)
        assert _number(place) >= cut.kept.get(SMALL, 0), f"{cut.way} at {cut.point}: {SMALL} went back"
        verdict = storage.after(place, before + cut.shown)
        assert not verdict.lost, f"{cut.way} at {cut.point} lost {verdict.lost}"
        trials.count(verdict)
        shutil.rmtree(place)


def _number(place: Path) -> int:
    """Of the small file; 0 where there is none yet. Half of one is an error."""
    path = place / SMALL
    return int(json.loads(path.read_bytes())["number"]) if path.exists() else 0


@pytest.mark.parametrize(("scene", "points"), [("first", 25), ("use", 25)], ids=["first", "use"])
def test_the_power_goes(
    scene: str, points: int, shim: Path, folder: Path, trials: Trials, long: bool
) -> None:
    trials.of(3)
    before, record = worked(shim, scene, folder)
    for seed in range(3 if long else 1):
        dice = random.Random(SEED + seed)
        judged(cuts(before, record, dice, 0 if long else points), folder, trials, [])


def test_the_power_goes_again_while_the_tablet_recovers(
    shim: Path, folder: Path, trials: Trials, long: bool
) -> None:
    trials.of(4)
    before, record = worked(shim, "use", folder)
    dice = random.Random(SEED)
    first = [cut for cut in cuts(before, record, dice, 60 if long else 8, WAYS[2:]) if cut.shown]
    places = [folder / f"cut-{nth}" for nth in range(len(first))]
    disks = []
    for cut, place in zip(first, places, strict=True):
        cut.lay(place)
        disks.append(Disk.of(place))
    pairs = [str(path) for place in places for path in (place, place.with_suffix(".record"))]
    list(storage.under_shim(shim, CHILD, "recover", *pairs))
    for cut, place, disk in zip(first, places, disks, strict=True):
        again = cuts(disk, place.with_suffix(".record"), dice, 0 if long else 2, WAYS[2:])
        judged(again, folder, trials, cut.shown)
