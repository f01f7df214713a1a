"""Real parts for ./run, the journeys and the benchmarks: a virtual screen, a finger, a tablet process, a
headquarters process."""

from __future__ import annotations

import json
import os
import secrets
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
OFFICE = ("26740", "UBND phường Thủ Dầu Một")
BOOK = ROOT / "assets" / "office" / "demo.yaml"
UNIT, DESK = "Bộ phận Một cửa", "Quầy 3"


class StageError(RuntimeError):
    """A part did not do what the play needs; says which and what it printed."""


def wait_for(true: Callable[[], Any], what: str, seconds: float = 30.0) -> Any:
    """The first truthy answer of ``true``; StageError naming ``what`` when it takes too long."""
    deadline = time.monotonic() + seconds
    while True:
        found = true()
        if found:
            return found
        if time.monotonic() > deadline:
            raise StageError(f"{what}: not within {seconds:g} s")
        time.sleep(0.02)


def free_port() -> int:
    """A TCP port that nobody listens on now, below those that the kernel gives away by itself: while a server
    is down, nobody else is given its port. Above those that browsers refuse to open."""
    while True:
        port = 11_000 + secrets.randbelow(21_000)
        with closing(socket.socket()) as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


@contextmanager
def virtual_screen(width: int, height: int) -> Iterator[str]:
    """An X server without a monitor; yields its DISPLAY. It picks a free number itself."""
    reader, writer = os.pipe()
    command = [
        "Xvfb",
        "-displayfd",
        str(writer),
        "-screen",
        "0",
        f"{width}x{height}x24",
        "-noreset",
        "-nolisten",
        "tcp",
    ]
    server = subprocess.Popen(
        command, pass_fds=[writer], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    os.close(writer)
    try:
        with os.fdopen(reader) as answer:
            number = answer.readline().strip()
        if not number:
            raise StageError("Xvfb did not start")
        yield f":{number}"
    finally:
        server.terminate()
        server.wait(10)


@dataclass
class Finger:
    """Presses on a virtual screen with real pointer events."""

    display: str

    def press(self, x: float, y: float, hold_s: float = 0.12) -> None:
        """Down, hold, up at a place in pixels from the top left."""
        self._tool(
            "mousemove", f"{x:.0f}", f"{y:.0f}", "mousedown", "1", "sleep", f"{hold_s:g}", "mouseup", "1"
        )

    def _tool(self, *arguments: str) -> None:
        environment = {**os.environ, "DISPLAY": self.display}
        subprocess.run(["xdotool", *arguments], env=environment, check=True, timeout=30)


def photograph(display: str, path: Path) -> None:
    """A PNG of what the screen really shows."""
    from PIL import ImageGrab

    path.parent.mkdir(parents=True, exist_ok=True)
    ImageGrab.grab(xdisplay=display).save(path)


@dataclass
class Headquarters:
    """The server as an office runs it: ``python -m headquarters`` with its own folder or database."""

    data: Path
    database_url: str = ""
    port: int = field(default_factory=free_port)
    _process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        kept = {
            name: value
            for name, value in os.environ.items()
            if name not in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE")
        }
        # On loopback, with an account of its own for minutes: its leader has no phone to set up.
        kept["HEADQUARTERS_TOTP"] = "optional"
        return {**kept, **({"DATABASE_URL": self.database_url} if self.database_url else {})}

    def command(self, *arguments: str, stdin: str = "") -> str:
        """Run one headquarters command; its standard output."""
        done = subprocess.run(
            [PYTHON, "-m", "headquarters", "--data", str(self.data), *arguments],
            input=stdin, capture_output=True, text=True, cwd=ROOT, env=self.environment, check=False,
        )  # fmt: skip
        if done.returncode:
            raise StageError(f"headquarters {arguments[0]}: {done.stderr.strip() or done.stdout.strip()}")
        return done.stdout

    def start(self) -> None:
        """Serve, and return when it answers."""
        self.data.mkdir(parents=True, exist_ok=True)
        log = (self.data / "serve.log").open("ab")
        arguments = ["--data", str(self.data), "serve", "--host", "127.0.0.1", "--port", str(self.port)]
        self._process = subprocess.Popen(
            [PYTHON, "-m", "headquarters", *arguments], cwd=ROOT, env=self.environment,
            stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
        wait_for(self._answers, f"headquarters (see {self.data}/serve.log)")

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End the whole server, workers too."""
        if self._process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, how)
        self._process.wait(20)
        self._process = None

    def code(self, desk: str = DESK) -> str:
        """A one-time enrolment code for a desk of the demo office."""
        printed = self.command("enrol", "--office", OFFICE[0], "--office-name", OFFICE[1], "--desk", desk)
        codes = [word for line in printed.splitlines() for word in line.split() if word.count("-") >= 2]
        if not codes:
            raise StageError(f"headquarters enrol printed no code: {printed}")
        return codes[0].strip(".,:")

    def said(self) -> str:
        """The end of what the server wrote."""
        return (self.data / "serve.log").read_text(encoding="utf-8", errors="replace")[-2000:]

    def _answers(self) -> bool:
        if self._process is not None and self._process.poll() is not None:
            raise StageError(f"headquarters ended: {self.said()}")
        try:
            with urllib.request.urlopen(f"{self.address}/healthz", timeout=2) as answer:  # noqa: S310 - loopback
                return bool(answer.status == 200)
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False


CONFIG = """\
tablet: {{name: {name}}}
office: {{name: "{office}", unit: "{unit}", desk: "{desk}", book: "{book}", dossiers: {dossiers}}}
slogans: {slogans}
headquarters: {{address: "{address}"}}
times: {{cool_down_s: {cool_down_s}, closing_s: {closing_s}, idle_s: {idle_s}, sync_every_s: {sync_every_s}}}
storage: {{directory: tablet}}
"""


SETTLING = ("done", "again", "more", "comment", "reply", "subject", "dossier", "elsewhere")
"""Targets that a fresh page ignores for its first moment."""


@dataclass
class Tablet:
    """The kiosk as a process with its own folder, configuration and log of views."""

    directory: Path
    address: str
    slogans: str = "binh-duong-2023"
    cool_down_s: float = 0.5
    closing_s: float = 5
    sync_every_s: float = 1
    idle_s: float = 30
    book: str = ""
    dossiers: str = "no"
    _process: subprocess.Popen[bytes] | None = None
    _display: str = ""

    def __post_init__(self) -> None:
        self.directory.mkdir(parents=True, exist_ok=True)
        values = {"name": "TDM-Q3", "office": OFFICE[1], "unit": UNIT, "desk": DESK, **vars(self)}
        (self.directory / "config.yaml").write_text(CONFIG.format(**values), encoding="utf-8")

    @staticmethod
    def _environment() -> dict[str, str]:
        return {name: value for name, value in os.environ.items() if name != "SDL_VIDEODRIVER"}

    @property
    def view_log(self) -> Path:
        return self.directory / "views.jsonl"

    @property
    def database(self) -> Path:
        return self.directory / "tablet" / "kiosk.sqlite3"

    def command(self, *arguments: str, stdin: str = "") -> str:
        """Run one kiosk command; its standard output."""
        done = subprocess.run(
            [PYTHON, "-m", "kiosk", "--config", str(self.directory / "config.yaml"), *arguments],
            input=stdin, capture_output=True, text=True, cwd=ROOT, env=self._environment(), check=False,
        )  # fmt: skip
        if done.returncode:
            raise StageError(f"kiosk {arguments[0]}: {done.stderr.strip()}")
        return done.stdout

    def set_pin(self, *role: str) -> str:
        """A fresh PIN of this tablet: the staff's, or with ``--admin`` the administrator's."""
        pin = _fresh_pin()
        self.command("set-pin", "--stdin", *role, stdin=f"{pin}\n")
        return pin

    def start(self, display: str, *arguments: str) -> None:
        """Show the kiosk on a screen; returns when home has been drawn."""
        self._display = display
        log = (self.directory / "kiosk.log").open("ab")
        command = [PYTHON, "-m", "kiosk", "--config", str(self.directory / "config.yaml"), "run"]
        seen = len(self.views())
        self._process = subprocess.Popen(
            [*command, "--view-log", str(self.view_log), *arguments], cwd=ROOT, stdout=log, stderr=log,
            env={**self._environment(), "DISPLAY": display},
        )  # fmt: skip
        self.wait_view("home", after=seen, seconds=60)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End the kiosk; SIGKILL is the power cut of the app."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(20)
            self._process = None

    def views(self) -> list[dict[str, Any]]:
        """Every view that was drawn so far; a half-written last line is left for the next look; what a kill
        cut off is left out."""
        if not self.view_log.exists():
            return []
        lines = self.view_log.read_text(encoding="utf-8").split("\n")[:-1]
        return [json.loads(line[line.rindex('{"view"') :]) for line in lines]

    def wait_view(self, name: str, after: int = 0, seconds: float = 30.0, **fields: Any) -> dict[str, Any]:
        """The first ``name`` view drawn behind the ``after`` first ones, with these fields."""

        def found() -> dict[str, Any] | None:
            if self._process is not None and self._process.poll() is not None:
                raise StageError(f"the kiosk ended: {(self.directory / 'kiosk.log').read_text()[-3000:]}")
            wanted = {"view": name, **fields}
            rows = self.views()[after:]
            return next((row for row in rows if wanted.items() <= {**row}.items()), None)

        view: dict[str, Any] = wait_for(found, f"view {name} {fields or ''}", seconds)
        return view

    def touch(self, target: str, hold_s: float = 0.12) -> None:
        """A real pointer press on a named target of the view that is shown now."""
        targets = next(row["targets"] for row in reversed(self.views()) if row.get("targets"))
        if target not in targets:
            raise StageError(f"no target {target} on the screen; there are {', '.join(targets)}")
        x, y, width, height = targets[target]
        Finger(self._display).press(x + width / 2, y + height / 2, hold_s)

    def rate(self, level: int) -> dict[str, Any]:
        """Tap a face and wait for the page that says it is stored: thanks, or what was missed (level 1)."""
        return self.go(f"rate-{level}", "more" if level == 1 else "closing", level=level)

    def go(self, target: str, view: str, **fields: Any) -> dict[str, Any]:
        """Touch a target, once a fresh page listens, and wait for the view it leads to."""
        seen = len(self.views())
        if target in SETTLING or target.startswith(("chip-", "pick-")):
            time.sleep(0.8)
        self.touch(target)
        return self.wait_view(view, after=seen, **fields)

    def finish(self) -> None:
        """Touch "Xong" until home is there, and wait until the cool-down is over."""
        if self.views()[-1]["view"] == "more":
            self.go("done", "closing")
        self.go("done", "home")
        time.sleep(max(0.0, self.cool_down_s - 0.5))

    def durable(self) -> list[str]:
        """Ids of the ratings in the tablet's file, read by a connection of its own."""
        return query(self.database, "SELECT event_id FROM events WHERE kind = 'rating' ORDER BY seq")

    def thanked(self) -> list[str]:
        """Ids of ratings that a page called stored, each once."""
        said = ("closing", "more")
        return list(dict.fromkeys(row["event_id"] for row in self.views() if row["view"] in said))


def query(path: Path, sql: str) -> list[str]:
    """First column of a read-only look into an SQLite file that others have open."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)) as db:
        return [str(row[0]) for row in db.execute(sql)]


def _fresh_pin() -> str:
    """Six random digits that the kiosk does not call too easy."""
    while True:
        pin = f"{secrets.randbelow(10**6):06d}"
        if len(set(pin)) >= 4:
            return pin
