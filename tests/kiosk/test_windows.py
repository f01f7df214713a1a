"""As far as Linux can tell, the tablet would start on Windows: in a process without the modules and functions
that Windows lacks, all is imported and the commands work. It was not run on Windows itself."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.kiosk.test_settings import GOOD

ROOT = Path(__file__).resolve().parents[2]
AS_ON_WINDOWS = """
import os, sys, types
sys.path.insert(0, os.getcwd())
# What the standard library itself does differently there is not ours to prove: it is loaded as Linux has it.
import asyncio, ctypes, fcntl, getpass, logging.handlers, multiprocessing, platform, shutil, signal, socket
import sqlite3, ssl, subprocess, tempfile, threading, time, uuid, webbrowser, zoneinfo
import cffi, requests  # nor are these

shutil.disk_usage = lambda path: types.SimpleNamespace(total=10**11, used=0, free=10**11)
subprocess.Popen.kill = lambda child: os.kill(child.pid, 9)

def locking(descriptor, mode, count):
    assert (mode, count) == (2, 1)
    assert os.lseek(descriptor, 0, os.SEEK_CUR) == 0, "another part of the file would be locked"
    fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, count)

sys.modules["msvcrt"] = types.SimpleNamespace(LK_NBLCK=2, locking=locking)
for name in "fcntl pwd grp resource termios tty pty syslog posix readline curses".split():
    sys.modules[name] = None
for module, names in {
    os: "O_DIRECTORY O_NOFOLLOW O_CLOEXEC O_NONBLOCK P_PID WEXITED WNOHANG WNOWAIT waitid killpg fork setsid "
        "getuid geteuid getgid getegid getpgid uname statvfs getloadavg posix_fadvise posix_fallocate "
        "POSIX_FADV_DONTNEED fchmod fchown chown mkfifo sync nice sysconf sched_getaffinity",
    signal: "SIGKILL SIGHUP SIGUSR1 SIGUSR2 SIGALRM SIGCHLD SIGPIPE alarm setitimer pthread_kill",
    socket: "AF_UNIX AF_NETLINK AF_PACKET",
    time: "CLOCK_BOOTTIME CLOCK_MONOTONIC CLOCK_REALTIME clock_gettime tzset",
}.items():
    for name in names.split():
        if hasattr(module, name):
            delattr(module, name)
"""
ALL_OF_IT = """
import importlib, pkgutil
from kiosk.ui.window import configure
configure(1280, 800, fullscreen=False)
import kiosk, sync
found = []
for package in (kiosk, sync):
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        if not module.name.endswith("__main__") or module.name == "kiosk.__main__":
            importlib.import_module(module.name)
            found.append(module.name)
print(len(found))
"""


def as_on_windows(script: str, *arguments: str | Path, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", AS_ON_WINDOWS + script, *map(str, arguments)],
        input=stdin,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "SDL_VIDEODRIVER": "offscreen"},
        timeout=120,
        check=False,
    )


def kiosk(*arguments: str | Path, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return as_on_windows("from kiosk.__main__ import main; sys.exit(main())", *arguments, stdin=stdin)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "config.yaml"
    path.write_text(GOOD, encoding="utf-8")
    return path


def test_all_of_the_tablet_can_be_imported() -> None:
    done = as_on_windows(ALL_OF_IT)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout.split()[-1]) > 150, "the look was a real one"


def test_the_commands_work_with_a_store_of_their_own(config: Path, tmp_path: Path) -> None:
    status = kiosk("--config", config, "status")
    assert status.returncode == 0, status.stderr
    assert "0 events" in status.stdout
    pin = kiosk("--config", config, "set-pin", "--stdin", stdin="246810\n")
    assert pin.returncode == 0, pin.stderr
    report = tmp_path / "report.txt"
    assert kiosk("--config", config, "diagnostics", "--out", report).returncode == 0
    assert "kiosk.sqlite3" in report.read_text(encoding="utf-8")


def test_a_rating_is_kept_and_a_second_program_is_refused(tmp_path: Path) -> None:
    done = as_on_windows(
        """
from pathlib import Path
from kiosk.store import StorageError
from kiosk.store.database import lock
from tests.kiosk.support import open_store, rate
store = open_store(Path(sys.argv[1]))
rate(store)
assert store.queue_state().max_seq == 1
second = subprocess.run([sys.executable, "-c", sys.argv[2], sys.argv[1]], capture_output=True, text=True)
print(second.stdout)
store.close()
lock(Path(sys.argv[1])).close()
print("let go")
""",
        tmp_path,
        AS_ON_WINDOWS
        + """
from pathlib import Path
from kiosk.store import StorageError
from kiosk.store.database import lock
try:
    lock(Path(sys.argv[1]))
except StorageError as error:
    print(error.reason)
""",
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["locked", "let", "go"]


def test_reading_aloud_starts_and_stops_programs() -> None:
    done = as_on_windows(
        """
from threading import Event, Timer
from kiosk.aloud.processes import run
print(run([sys.executable, "-c", "print('said')"], Event(), 60).output)
stop = Event()
Timer(0.3, stop.set).start()
print(run([sys.executable, "-c", "import time; time.sleep(600)"], stop, 60).code)
"""
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["said", "None"]


def test_there_is_no_stick_no_dial_and_no_guardian() -> None:
    done = as_on_windows(
        """
from pathlib import Path
from kiosk import guardian, health, network, removable
from kiosk.__main__ import _begin_anew
from kiosk.dials import Dials
root = Path("no such place")
print(removable.sticks(root), Dials(root, mixer=lambda name: None).read(), network.is_up(root))
print(guardian.from_environment({}, 1), health.power(root))
_begin_anew(["run"])  # ends, and kiosk.cmd starts it again
print("ended")
"""
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0] == "[] {} None"
    assert done.stdout.splitlines()[-1] == "ended"
