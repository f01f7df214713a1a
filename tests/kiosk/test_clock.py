"""Time as the tablet sees it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfoNotFoundError

import pytest

from kiosk.clock import Moment, system_clock
from kiosk.zone import VIETNAM, zone

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("wall_ms", "offset", "day"),
    [
        (1_763_697_600_000, 420, "2025-11-21"),  # 11:00 in Vietnam
        (1_763_657_999_000, 420, "2025-11-20"),  # a second before midnight in Vietnam
        (1_763_658_000_000, 420, "2025-11-21"),  # midnight in Vietnam, still the 20th in UTC
        (0, 420, "1970-01-01"),
        (4_102_444_800_000, -720, "2099-12-31"),
    ],
)
def test_the_day_is_the_one_on_the_tablets_wall(wall_ms: int, offset: int, day: str) -> None:
    assert Moment(wall_ms, 0, "boot", offset).local_day == day


def test_the_machine_clock_goes_forward_within_one_boot() -> None:
    read = system_clock()
    first = read()
    time.sleep(0.02)
    second = read()
    assert second.boot_id == first.boot_id == system_clock()().boot_id
    assert 10 <= second.mono_ms - first.mono_ms < 5000
    assert abs(second.wall_ms - time.time() * 1000) < 5000


def test_a_tablet_whose_system_runs_in_utc_files_the_morning_under_the_right_day() -> None:
    program = (
        "import time; from kiosk.clock import system_clock; from kiosk.zone import VIETNAM, zone\n"
        "time.time = lambda: 1763661600.0\n"  # 2025-11-21 01:00 in Vietnam, still the 20th in UTC
        "here = system_clock(zone(VIETNAM))(); there = system_clock()()\n"
        "print(here.local_day, here.utc_offset_min, there.local_day, there.utc_offset_min)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], env={**os.environ, "TZ": "UTC"}, capture_output=True, text=True,
        cwd=ROOT, check=True,
    )  # fmt: skip
    assert done.stdout.split() == ["2025-11-21", "420", "2025-11-20", "0"]


def test_vietnams_zone_needs_no_list_of_zones(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_list(name: str) -> None:
        raise ZoneInfoNotFoundError(name)

    monkeypatch.setattr("kiosk.zone.ZoneInfo", no_list)
    assert zone(VIETNAM).utcoffset(None) == timedelta(hours=7)
    with pytest.raises(ValueError, match="Asia/Bangkok"):
        zone("Asia/Bangkok")


@pytest.mark.parametrize("name", ["", "Asia", "Asia/Nowhere", "../etc/passwd", "/etc/passwd"])
def test_a_zone_that_does_not_exist_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="no time zone"):
        zone(name)
