"""Fault 2, as SQLite tests itself: the Nth write, sync, open, … of the tablet's folder fails, N rising until
a run is clean, once and for ever. Nobody is thanked for what is not durable, what was thanked for is there,
and when the storage answers again the same program saves again."""

from __future__ import annotations

import errno
import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.faults import storage
from tests.faults.conftest import Trials

pytestmark = pytest.mark.screen_only
NAMED = {errno.EIO: {"failed"}, errno.ENOSPC: {"failed", "full"}}
"""The shim's disk is full only for the one that asks: elsewhere, on a real one, `full` is wanted."""
FAULTS = (
    ("write", errno.EIO, 17),
    ("write", errno.ENOSPC, 23),
    ("sync", errno.EIO, 5),
    ("open", errno.EIO, 3),
    ("open", errno.ENOSPC, 3),
    ("truncate", errno.EIO, 1),
    ("rename", errno.EIO, 1),
    ("unlink", errno.EIO, 1),
    ("read", errno.EIO, 15),
)
"""What fails, how, and by how many N rises in the short form."""
CALLED = {"first": {"write", "sync", "open", "read"}, "used": {"write", "sync", "truncate", "read"}}
"""Kinds of calls that a scene must make; the others it may."""


@pytest.fixture(scope="module")
def shim(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return storage.build_shim(tmp_path_factory.mktemp("shim"))


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="kiosk-nth-", dir=storage.quick_folder() or tmp_path))
    yield made
    shutil.rmtree(made)


@pytest.mark.parametrize("scene", ["first", "used"])
def test_the_nth_call_fails(scene: str, shim: Path, folder: Path, trials: Trials, long: bool) -> None:
    trials.of(2)
    plan = [(kind, error, 1 if long else step) for kind, error, step in FAULTS]
    runs = storage.under_shim(shim, "tests.faults.nth_child", folder, scene, json.dumps(plan))
    before = next(runs)["before"]
    failed = set()
    for seen in runs:
        assert "died" not in seen, seen
        _look_at(seen)
        if seen["fired"]:
            failed.add(seen["fault"][0])
        trials.count(storage.after(folder / seen["folder"], before + seen["shown"]))
        shutil.rmtree(folder / seen["folder"])
    assert failed >= CALLED[scene], "the shim failed nothing"


def _look_at(seen: dict[str, Any]) -> None:
    """What the screen would have said."""
    kind, nth, error, ever = seen["fault"]
    where = f"{kind} {nth} {'for ever' if ever else 'once'}"
    assert set(seen["said"]) <= NAMED[error], (where, seen["said"])
    assert not seen["later"], f"{where}: it fails no more, but the program says {seen['later']}"
    assert seen["fired"] or not seen["said"], where
    if ever and kind in ("write", "sync") and seen["fired"]:
        assert seen["said"], f"{where}: a folder that takes nothing, and nobody was told"
