"""The kiosk tells systemd that its screen's loop turns; one that hangs falls silent, is killed and is back.

The kiosk is real, in a process of its own; what stands for systemd keeps to its rules for Type=notify,
WatchdogSec and Restart=always. `./package check` does the same with systemd itself.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.guardian import Guardian, from_environment
from tests.kiosk.support import open_store
from tests.kiosk.test_settings import GOOD

ROOT = Path(__file__).resolve().parents[2]
LIMIT_S = 1.5
HANGING = """
import signal, sys, time
from kiosk.__main__ import main
signal.signal(signal.SIGUSR1, lambda *_: time.sleep(3600))  # on the main thread, where Kivy's loop is
sys.exit(main(sys.argv[1:]))
"""


class Manager:
    """Starts the kiosk as systemd would and listens to it."""

    def __init__(self, folder: Path) -> None:
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(folder / "notify"))
        self.config = folder / "config.yaml"
        self.config.write_text(GOOD, encoding="utf-8")
        self.error = (folder / "stderr").open("w+b")
        self.environment = {
            **os.environ, "SDL_VIDEODRIVER": "offscreen", "NOTIFY_SOCKET": str(folder / "notify"),
            "WATCHDOG_USEC": str(round(LIMIT_S * 1e6)),
        }  # fmt: skip
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", HANGING, "--config", str(self.config), "run", "--window", "640x480"],
            cwd=ROOT, env=self.environment, stderr=self.error,
        )  # fmt: skip

    def hear(self, within_s: float) -> str | None:
        """The next message; None when there was silence."""
        self.socket.settimeout(within_s)
        try:
            return self.socket.recv(4096).decode()
        except TimeoutError:
            return None

    def started(self) -> str:
        message = self.hear(60)
        assert message is not None, self.said()
        return message

    def kill_when_silent(self) -> bool:
        """WatchdogSec's rule: True when it was silent for the limit and has been killed."""
        until = time.monotonic() + 30
        while time.monotonic() < until:
            if self.hear(LIMIT_S) is None:
                self.process.send_signal(signal.SIGABRT)
                self.process.wait(10)
                return True
        return False

    def said(self) -> str:
        self.error.seek(0)
        return self.error.read().decode(errors="replace")

    def close(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait(10)
        self.socket.close()
        self.error.close()


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[Manager]:
    made = Manager(tmp_path)
    yield made
    made.close()


def test_the_pulse_comes_after_the_first_page_and_ends_with_the_loop(
    manager: Manager, tmp_path: Path
) -> None:
    manager.start()
    first = manager.started()
    assert "READY=1" in first.splitlines(), "nothing is said before the first page"
    assert any(line.startswith("STATUS=") for line in first.splitlines())
    for _ in range(4):
        assert manager.hear(LIMIT_S) == "WATCHDOG=1"

    manager.process.send_signal(signal.SIGUSR1)
    assert manager.kill_when_silent(), "the loop hangs, yet the pulse goes on"
    assert manager.process.returncode == -signal.SIGABRT

    manager.start()
    assert "READY=1" in manager.started(), "it comes back, its folder's lock is free"
    manager.process.terminate()
    assert manager.process.wait(20) == 0
    heard = []
    while (message := manager.hear(0.1)) is not None:
        heard.append(message)
    assert "STOPPING=1" in heard
    store = open_store(tmp_path / ".kiosk")
    assert store.queue_state().quarantined == 0
    store.close()


def test_a_hung_loop_names_the_line_it_hangs_in_when_it_is_killed(manager: Manager) -> None:
    manager.environment["PYTHONFAULTHANDLER"] = "1"  # as the packaged service has it
    manager.start()
    manager.started()
    manager.process.send_signal(signal.SIGUSR1)
    assert manager.kill_when_silent()
    assert "Fatal Python error: Aborted" in manager.said()
    assert 'File "<string>", line 4' in manager.said()


def test_who_is_not_asked_says_nothing() -> None:
    assert from_environment({}, 1) is None
    assert from_environment({"NOTIFY_SOCKET": "vsock:2:1"}, 1) is None


@pytest.mark.parametrize(
    ("environment", "every_s"),
    [
        ({}, None),
        ({"WATCHDOG_USEC": "9000000"}, 3.0),
        ({"WATCHDOG_USEC": "9000000", "WATCHDOG_PID": "7"}, 3.0),
        ({"WATCHDOG_USEC": "9000000", "WATCHDOG_PID": "8"}, None),
        ({"WATCHDOG_USEC": "0"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
    ],
)
def test_the_limit_is_the_managers_and_meant_for_this_process(environment, every_s) -> None:
    made = from_environment({"NOTIFY_SOCKET": "/run/x", **environment}, 7)
    assert made is not None
    assert made.every_s == every_s


def test_an_abstract_address_is_reached() -> None:
    name = f"kiosk-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ear:
        ear.bind(f"\0{name}")
        ear.settimeout(5)
        Guardian(f"@{name}").ready("here")
        assert ear.recv(100) == b"READY=1\nSTATUS=here\nWATCHDOG=1"


def test_a_manager_that_went_away_or_does_not_listen_is_no_reason_to_stop(tmp_path: Path, caplog) -> None:
    Guardian(str(tmp_path / "gone")).alive()
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as deaf:
        deaf.bind(str(tmp_path / "deaf"))
        guardian = Guardian(str(tmp_path / "deaf"))
        for _ in range(2000):
            guardian.alive()
    assert len(caplog.records) == 2, "each said once"


def test_a_watched_kiosk_shows_what_is_wrong_with_its_settings(manager: Manager) -> None:
    """Nobody reads standard error there; the manager begins it anew, so a mended file is soon read."""
    manager.config.write_text(GOOD.replace("desk: Quầy 3", "desk:"), encoding="utf-8")
    manager.start()
    assert "READY=1" in manager.started()
    assert manager.hear(LIMIT_S) == "WATCHDOG=1"
    manager.process.terminate()
    assert manager.process.wait(20) == 2
    assert "config.yaml, dòng 6: office.desk" in manager.said()
    assert "Traceback" not in manager.said()
