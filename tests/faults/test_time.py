"""Clocks that are wrong, jump, begin anew; the tablet's and headquarters'. No rating is refused or lost, each
counts on the day its wall showed, and is marked where that day cannot be believed."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from kiosk.clock import Moment
from scripts.stage import ROOT, Headquarters
from tests.faults.certificates import Authority, Front
from tests.faults.conftest import Trials
from tests.faults.ground import Ground, Migrated, common
from tests.faults.lines import Line

DAY_MS = 86_400_000
YEAR_MS = 365 * DAY_MS


@dataclass
class Clock:
    """The machine's clocks, and how far they are off. ``ahead_ms``: the wall clock; ``mono_from_ms``: where
    the monotonic one began anew."""

    ahead_ms: int = 0
    offset_min: int = 420
    mono_from_ms: int = 0
    boot_id: str = field(default_factory=lambda: str(uuid.uuid4()))

    def __call__(self) -> Moment:
        wall_ms = time.time_ns() // 1_000_000 + self.ahead_ms
        mono_ms = time.monotonic_ns() // 1_000_000 - self.mono_from_ms
        return Moment(max(0, wall_ms), mono_ms, self.boot_id, self.offset_min)

    def to_1970(self) -> None:
        self.ahead_ms = -(time.time_ns() // 1_000_000) + 5_000_000

    def begin_anew(self) -> None:
        """As a faulty machine does: the same boot, and the monotonic clock at zero."""
        self.mono_from_ms = time.monotonic_ns() // 1_000_000


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def line(
    tmp_path: Path, migrated_database: Migrated, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Line]:
    monkeypatch.setattr("tests.journeys.tablet.system_clock", lambda: clock)
    monkeypatch.setattr("tests.faults.lines.system_clock", lambda: clock)
    made = Line(common(migrated_database), tmp_path / "kiosk")
    yield made
    made.close()


def _days(line: Line) -> dict[str, tuple[str, int]]:
    """Rating → (the day it counts on, 1 where its time is not believed)."""
    rows = line.ground.rows("SELECT event_id, event_day, time_quality FROM ratings_event")
    found = {str(uuid.UUID(str(event_id))): (str(day), int(quality)) for event_id, day, quality in rows}
    return {event_id: found[event_id] for event_id in line.shown if event_id in found}


Change = Callable[[Clock], None]
WRONG: dict[str, tuple[int, Change, int]] = {
    "1970": (10, Clock.to_1970, 1),
    "ten years on": (10, lambda clock: setattr(clock, "ahead_ms", 10 * YEAR_MS), 1),
    "a century on": (10, lambda clock: setattr(clock, "ahead_ms", 100 * YEAR_MS), 1),
    "back to yesterday": (10, lambda clock: setattr(clock, "ahead_ms", -DAY_MS), 1),
    "an hour back": (10, lambda clock: setattr(clock, "ahead_ms", -3_600_000), 1),
    "zone west": (10, lambda clock: setattr(clock, "offset_min", -720), 0),
    "zone east": (10, lambda clock: setattr(clock, "offset_min", 840), 0),
    "thirty days ahead": (11, lambda clock: setattr(clock, "ahead_ms", 30 * DAY_MS), 1),
    "thirty days behind": (11, lambda clock: setattr(clock, "ahead_ms", -30 * DAY_MS), 1),
    "monotonic anew": (11, Clock.begin_anew, 0),
    "another boot": (11, lambda clock: setattr(clock, "boot_id", str(uuid.uuid4())), 0),
}


@pytest.mark.parametrize("name", WRONG)
def test_the_clock_goes_wrong_in_mid_visit(line: Line, clock: Clock, name: str, trials: Trials) -> None:
    """Rated before, rated after; sent while it is wrong; rated again; set right; sent."""
    number, goes_wrong, marked = WRONG[name]
    trials.of(number)
    good = clock().local_day
    before = line.rate(2)
    line.uploader.drain()
    goes_wrong(clock)
    shown = clock().local_day
    during = line.rate(3)
    line.uploader.drain()
    found = _days(line)
    assert {found[one] for one in before} == {(good, 0)}
    assert {found[one] for one in during} == {(shown, marked)}
    trials.count(line.judge())
    assert 0.5 < line.uploader._round() < 2, "no wait is negative or endless"
    line.arrives()


@pytest.mark.parametrize("name", ["1970", "thirty days behind", "an hour back"])
def test_a_clock_set_right_before_the_sync_hides_nothing(
    line: Line, clock: Clock, name: str, trials: Trials
) -> None:
    """The machine ran on: the monotonic clock tells headquarters what the wall said wrong meanwhile."""
    number, goes_wrong, _ = WRONG[name]
    trials.of(number)
    goes_wrong(clock)
    wrong = line.rate(2)
    clock.ahead_ms = 0
    right = line.rate(2)
    line.uploader.drain()
    found = _days(line)
    assert {found[one][1] for one in wrong} == {1}
    assert {found[one] for one in right} == {(clock().local_day, 0)}
    trials.count(line.arrives())


@pytest.mark.screen_only
def test_the_uploader_waits_by_the_monotonic_clock(line: Line, clock: Clock, trials: Trials) -> None:
    """Ten years back, and on, while it waits: the next rating goes within seconds, not in ten years."""
    trials.of(10)
    line.uploader.start()
    for ahead_ms in (-10 * YEAR_MS, 10 * YEAR_MS, 0):
        clock.ahead_ms = ahead_ms
        line.rate()
        until = time.monotonic() + 60
        while line.tablet.pending() and time.monotonic() < until:
            time.sleep(0.05)
        trials.count(line.judge())
        assert line.tablet.pending() == 0
    line.uploader.stop()


# -- the whole process under another clock ---------------------------------------------------------------

CHILD = """
import json, sys
from pathlib import Path
from sync.errors import SyncError
from tests.journeys.tablet import QuietTablet
from sync.client import Client
folder, address, secure, roots, code = sys.argv[1:]
tablet = QuietTablet(Path(folder), address, code)
shown = tablet.rate(3, 2, 1)
said = ""
try:
    client = Client(secure, tablet.identity.signer(), (30, 60), Path(roots))
    client.push(tablet.uploader._prepare(0, 0).batch)
except SyncError as error:
    said = error.code
tablet.uploader.drain()
print(json.dumps({"shown": shown, "said": said, "pending": tablet.pending()}))
tablet.close()
"""
SHORT_TIMES = {"@1970-01-02 03:04:05": "tls_not_yet_valid"}
LONG_TIMES = {
    **SHORT_TIMES, "+10y": "tls_expired", "-30d": "tls_not_yet_valid", "+30d": "", "-1h": "tls_not_yet_valid",
}  # fmt: skip


def _faked(when: str) -> dict[str, str]:
    """The environment in which a process believes ``when``; its monotonic clock stays."""
    if shutil.which("faketime") is None:
        pytest.skip("faketime is not here")
    library = next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))
    return {
        "LD_PRELOAD": str(library), "FAKETIME": when, "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "FAKETIME_DONT_RESET": "1",
    }  # fmt: skip


@pytest.mark.screen_only
def test_a_tablet_s_process_in_another_year(
    tmp_path: Path, migrated_database: Migrated, long: bool, trials: Trials
) -> None:
    """Enrolled, rated and sent under that clock; over TLS it cannot be, and says whose fault that is."""
    trials.of(10)
    ground, authority = common(migrated_database), Authority(tmp_path / "authority")
    front = Front(ground.headquarters.port, authority.issue("today"))
    for when, expected in (LONG_TIMES if long else SHORT_TIMES).items():
        folder = tmp_path / f"kiosk{trials.run}"
        arguments = [str(folder), ground.address, front.address, str(authority.root), ground.codes(1)[0]]
        done = subprocess.run(
            [sys.executable, "-c", CHILD, *arguments], cwd=ROOT, env={**os.environ, **_faked(when)},
            capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        said = json.loads(done.stdout)
        assert (said["said"], said["pending"]) == (expected, 0), when
        verdict = ground.judge(said["shown"], folder)
        trials.count(verdict)
    front.close()


class Displaced(Headquarters):
    """A server whose own clock is wrong.

    libfaketime shifts the moment until which ``time.sleep`` waits as well (EINVAL, or 56 years); a wait of so
    many seconds it leaves alone.
    """

    when = "@1970-01-02 03:04:05"

    @property
    def environment(self) -> dict[str, str]:
        (self.data / "python").mkdir(exist_ok=True)
        (self.data / "python" / "sitecustomize.py").write_text(SLEEP)
        return {**super().environment, **_faked(self.when), "PYTHONPATH": str(self.data / "python")}


SLEEP = """
import select, time
time.sleep = lambda seconds: select.select([], [], [], seconds)
"""


def test_headquarters_itself_in_another_year(
    tmp_path: Path, migrated_database: Migrated, long: bool, trials: Trials
) -> None:
    """It takes what comes, answers, and doubts the tablets' clocks; set right, it goes on."""
    trials.of(10)
    for when in ("@1970-01-02 03:04:05", "+10y") if long else ("@1970-01-02 03:04:05",):
        _displaced(tmp_path / f"at{trials.run}", migrated_database, when, trials)


def _displaced(tmp_path: Path, migrated_database: Migrated, when: str, trials: Trials) -> None:
    data = tmp_path / "headquarters"
    displaced = Displaced(data, migrated_database(data))
    displaced.when = when
    ground = Ground(displaced)
    try:
        displaced.start()
        line = Line(ground, tmp_path / "kiosk")
        line.rate(3)
        line.uploader.drain()
        assert line.tablet.pending() == 0
        trials.count(line.judge())
        displaced.stop(signal.SIGKILL)  # waits with a time limit are not libfaketime's strength
        right = Headquarters(data, displaced.database_url, displaced.port)
        ground.headquarters = right
        right.start()
        line.rate(3)
        line.proxy.heal()
        line.uploader.drain()
        trials.count(line.arrives())
        line.close()
    finally:
        ground.headquarters.stop(signal.SIGKILL)
