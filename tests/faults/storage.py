"""Storage that fails, forgets or lies: the shim of ``shim/shim.c``, built by the tests, and file systems of
their own. docs/decisions/0014 says why a shim."""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from kiosk.clock import system_clock
from kiosk.pins import PinBook
from kiosk.store.log import Store
from kiosk.store.room import Room
from kiosk.store.thread import StoreThread
from kiosk.survey import Level
from tests.faults.invariant import Verdict, databases_of, judge

ROOT = Path(__file__).resolve().parents[2]
TABLET = "7d0e2f7a-0000-4000-8000-0000000000aa"
KINDS = {"write": 1, "sync": 2, "open": 4, "truncate": 8, "rename": 16, "unlink": 32, "read": 64}


def build_shim(folder: Path) -> Path:
    """The library; a machine without a C compiler cannot try these faults."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None or sys.platform != "linux":
        pytest.skip("the shim wants Linux and a C compiler")
    made = folder / "shim.so"
    source = Path(__file__).parent / "shim" / "shim.c"
    subprocess.run([compiler, "-O1", "-Wall", "-shared", "-fPIC", "-o", made, source], check=True)
    return made


def quick_folder() -> Path | None:
    """Memory, where there is some to lay files into: no test here believes a real disk."""
    memory = Path("/dev/shm")  # noqa: S108 - a folder of a random name is made in it
    return memory if os.access(memory, os.W_OK) else None


class Shim:
    """The shim, from inside a process that was started with it."""

    def __init__(self, folder: Path) -> None:
        """Only files of ``folder`` are looked at."""
        self._library = ctypes.CDLL(None)
        self._library.shim_arm.argtypes = (ctypes.c_int, ctypes.c_long, ctypes.c_int, ctypes.c_int)
        self._library.shim_calls.restype = ctypes.c_long
        self._library.shim_watch(os.fsencode(folder.resolve()))

    def arm(self, kind: str, nth: int, error: int, ever: bool) -> None:
        """The ``nth`` call of that kind fails with the errno, alone or with all behind it."""
        self._library.shim_arm(KINDS[kind], nth, error, int(ever))

    def disarm(self) -> int:
        """How many calls failed."""
        return int(self._library.shim_disarm())

    def calls(self, kind: str) -> int:
        """How many calls of that kind there were."""
        return int(self._library.shim_calls(KINDS[kind]))

    def record(self, path: Path) -> None:
        """Every change is written down there from now on."""
        self._library.shim_record(os.fsencode(path))

    def mark(self, word: str) -> None:
        """A word among the changes: what a screen would have said by now."""
        self._library.shim_mark(word.encode())


def under_shim(shim: Path, module: str, *arguments: object) -> Iterator[dict[str, Any]]:
    """The JSON lines that ``python -m module`` prints under the shim; it must end well."""
    command = [sys.executable, "-m", module, *map(str, arguments)]
    environment = {**os.environ, "LD_PRELOAD": str(shim)}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            yield json.loads(line)
    assert process.returncode == 0, f"{module} ended with {process.returncode}"


def new_id() -> str:
    return str(uuid.uuid4())


def open_store(folder: Path) -> Store:
    """The tablet's store of ``folder``."""
    return Store(folder, TABLET, system_clock(), new_id)


def open_desk(folder: Path, room: Room | None = None) -> StoreThread:
    """The tablet's store on its thread, as the kiosk has it."""
    return StoreThread(lambda: open_store(folder), PinBook(folder / "pins.json", time.monotonic), room=room)


def rate(desk: StoreThread, level: int = 3) -> str:
    """A rating; its id once it is durable, else StorageError."""
    return desk.save_rating(new_id(), Level(level)).result(60)


def after(folder: Path, shown: list[str], aside: int = 0) -> Verdict:
    """What is left of ``shown`` in a folder that a new program has opened and rated in; ``aside`` files were
    to be set aside as damaged."""
    store = open_store(folder)
    try:
        more = store.append("rating", new_id(), {"level": 3, "channel": "tablet"}).event_id
    finally:
        store.close()
    found = databases_of(folder)
    sound = [path for path in found if not path.name.startswith("damaged-")]
    assert len(found) - len(sound) == aside, f"set aside: {[path.name for path in found]}"
    return judge([*shown, more], sound)


def is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


@contextmanager
def file_system(folder: Path, kind: str, size_mb: int) -> Iterator[Path]:
    """A small file system of the test's own, ``ext4`` on a loop device or ``tmpfs``."""
    place = folder / f"{kind}-{size_mb}"
    place.mkdir()
    image = folder / f"{place.name}.img"
    try:
        if kind == "tmpfs":
            _run("mount", "-t", "tmpfs", "-o", f"size={size_mb}m", "tmpfs", place)
        else:
            with image.open("wb") as file:
                file.truncate(size_mb << 20)
            _run("mkfs.ext4", "-q", "-b", "4096", "-m", "0", "-F", image)
            _run("mount", "-o", "loop", image, place)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"no file system can be mounted here (it takes root): {error}")
    try:
        yield place
    finally:
        _run("umount", "-l", place)


def remount(place: Path, how: str) -> None:
    """``ro`` or ``rw`` as a person does it, when nobody writes; ``abort`` as ext4 does it after an error,
    whoever writes: only mounting anew ends that."""
    _run("mount", "-o", f"remount,{how}", place)


def mount_anew(place: Path) -> None:
    """The ext4 of ``file_system``, as after a restart of the machine."""
    _run("umount", place)
    _run("mount", "-o", "loop", place.with_name(f"{place.name}.img"), place)


def _run(*command: object) -> None:
    subprocess.run([str(word) for word in command], check=True, capture_output=True)


def fill(place: Path, leave: int = 0, name: str = "stuff") -> Path:
    """Another program takes all room but ``leave`` bytes, to the last block."""
    stuff = place / name
    with stuff.open("wb", buffering=0) as file:
        for step in (1 << 20, 4096, 1):
            while True:
                space = os.statvfs(place)
                size = min(step, space.f_bavail * space.f_frsize - leave) if leave else step
                try:
                    if size <= 0 or file.write(bytes(size)) < size:
                        break
                except OSError:
                    break
    return stuff
