"""Time as the tablet sees it."""

from __future__ import annotations

import time

import pytest

from kiosk.clock import Moment, system_clock


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
