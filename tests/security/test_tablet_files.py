"""A real kiosk on a real X server, started by a shell that gives everybody everything: what its files let
others do, what a USB keyboard does to it, and what a PIN costs to guess."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.pins import PinBook
from scripts.stage import Tablet, virtual_screen, wait_for

pytestmark = pytest.mark.screen_only

PLAIN = [
    "Escape", "Tab", "Return", "space", "BackSpace", "Delete", "Insert", "Home", "End", "Prior", "Next",
    "Menu", "Print", "Sys_Req", "Pause", "Break", "Super_L", "Super_R", "Hyper_L", "Undo", "Redo",
    "Find", "Cancel", "F1", "F2", "F3", "F4", "F5", "F6", "F7", "F8", "F9", "F10", "F11", "F12", "F13",
    "F14", "F15", "F16", "F17", "F18", "F19", "F20", "F21", "F22", "F23", "F24", "XF86AudioPlay",
    "XF86AudioMute", "XF86WWW", "XF86HomePage", "XF86Mail", "XF86Calculator", "XF86Search", "XF86Explorer",
    "XF86Back", "XF86Forward", "XF86Refresh", "XF86Favorites", "XF86Tools", "XF86Eject", "XF86Sleep",
    "XF86PowerOff", "XF86WakeUp", "XF86Terminal", "XF86TaskPane", "XF86Launch0", "XF86Launch1",
    "XF86LaunchA", "XF86Display", "XF86MonBrightnessDown", "XF86TouchpadToggle",
]  # fmt: skip
HELD = [
    "alt", "ctrl", "super", "ctrl+alt", "ctrl+shift", "alt+shift", "ctrl+alt+shift", "super+shift",
    "ctrl+super",
]  # fmt: skip
WITH = [
    "F1", "F2", "F3", "F4", "F7", "F10", "F11", "F12", "Tab", "Escape", "Delete", "BackSpace", "space",
    "Return", "Print", "a", "c", "d", "e", "l", "m", "n", "o", "p", "q", "r", "s", "t", "v", "w", "x", "z",
    "plus", "minus", "Left", "Up",
]  # fmt: skip


@pytest.fixture(scope="module")
def tablet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tablet]:
    """A folder that was there before, open to all."""
    if not (shutil.which("Xvfb") and shutil.which("xdotool")):
        pytest.skip("Xvfb and xdotool are not installed")
    directory = tmp_path_factory.mktemp("kiosk")
    (directory / "tablet").mkdir()
    (directory / "tablet").chmod(0o777)
    made = Tablet(directory, "http://127.0.0.1:9", closing_s=3)
    before = os.umask(0)
    try:
        made.set_pin()
        with virtual_screen(1280, 800) as display:
            made.start(display)
            yield made
            made.stop(signal.SIGKILL)
    finally:
        os.umask(before)


def keyboard(tablet: Tablet, keys: list[str]) -> None:
    """As a USB keyboard: real X key events, no window named."""
    done = subprocess.run(
        ["xdotool", "key", "--delay", "2", *keys],
        env={**os.environ, "DISPLAY": tablet._display}, check=False, timeout=60,
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_no_key_of_a_usb_keyboard_ends_or_covers_the_kiosk(tablet: Tablet) -> None:
    seen = len(tablet.views())
    keyboard(tablet, PLAIN)
    keyboard(tablet, [f"{held}+{key}" for held in HELD for key in WITH])
    tablet.rate(3)
    tablet.finish()
    shown = [row["view"] for row in tablet.views()[seen:]]
    assert set(shown) <= {"home", "closing"}, "the keys opened nothing; the tap after them was a rating"
    log = (tablet.directory / "kiosk.log").read_text(encoding="utf-8")
    assert "Traceback" not in log
    assert "ERROR" not in log


def test_other_buttons_and_a_mouse_that_drags_end_nothing(tablet: Tablet) -> None:
    seen = len(tablet.views())
    steps = [
        step
        for x, y in ((2, 2), (1278, 2), (640, 798), (640, 400))
        for button in ("2", "3", "4", "5", "8", "9")
        for step in ("mousemove", str(x), str(y), "click", button)
    ]
    drag = ["mousemove", "640", "0", "mousedown", "3", "mousemove", "640", "700", "mouseup", "3"]
    subprocess.run(
        ["xdotool", *steps, *drag],
        env={**os.environ, "DISPLAY": tablet._display}, check=True, timeout=60, capture_output=True,
    )  # fmt: skip
    tablet.rate(2)
    tablet.finish()
    assert {row["view"] for row in tablet.views()[seen:]} <= {"home", "closing"}


def test_every_file_of_the_tablet_is_its_users_alone(tablet: Tablet) -> None:
    """Answers, -wal and -shm while they are open, hashes of PINs, logs, and room that is kept free."""
    folder = tablet.directory / "tablet"
    wait_for(lambda: (folder / "kiosk.sqlite3-wal").exists(), "the log of the open database")
    tablet.command("diagnostics", "--out", str(folder / "for-support.txt"))
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert names >= {
        "kiosk.sqlite3",
        "kiosk.sqlite3-wal",
        "kiosk.sqlite3-shm",
        "pins.json",
        "for-support.txt",
    }
    open_to_others = {path.name: oct(path.stat().st_mode) for path in folder.rglob("*") if _others(path)}
    assert open_to_others == {}
    assert not _others(tablet.view_log)


def _others(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode) & 0o077


def test_a_crash_leaves_no_picture_of_the_memory(tablet: Tablet) -> None:
    """What a citizen is typing is in memory only; a core would be a copy of it on the disk."""
    process = tablet._process
    assert process is not None
    limits = Path(f"/proc/{process.pid}/limits").read_text(encoding="ascii").splitlines()
    (core,) = [line.split() for line in limits if line.startswith("Max core file size")]
    assert core[4] == "0"


def test_a_day_at_the_pad_is_a_hundred_tries(tmp_path: Path) -> None:
    """A PIN has a million or more; a code of headquarters counts the same way, without the slow hash, which
    would only slow this down. Restarting the tablet begins a lock anew, so it is no way around."""
    clock = {"now": 0.0}
    book = PinBook(tmp_path / "pins.json", lambda: clock["now"])
    challenge = book.challenge(lambda: "x")
    tries = 0
    while clock["now"] < 86_400:
        answer = book.try_code(lambda asked: asked != challenge)
        tries += 1
        assert not answer.ok
        clock["now"] += max(1, answer.locked_for_s)
    assert 20 < tries < 200
