"""SIGKILL through the real window: a finger on a real screen, the kiosk killed at any moment of the visit."""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.stage import Tablet, virtual_screen
from tests.faults.conftest import Trials
from tests.faults.invariant import databases_of, judge, shown_in

pytestmark = pytest.mark.screen_only


@pytest.fixture
def display() -> Iterator[str]:
    with virtual_screen(1280, 800) as name:
        yield name


def test_the_kiosk_killed_behind_the_touch(tmp_path: Path, display: str, trials: Trials, long: bool) -> None:
    """Kills fall between the touch and half a second behind it: before, in and after the save, on the page
    that thanks, in the next visit. The next start finds what the last one showed."""
    trials.of(1)
    dice = random.Random(13)
    tablet = Tablet(tmp_path / "kiosk", "http://127.0.0.1:9", sync_every_s=3600)
    for number in range(200 if long else 2):
        tablet.start(display)
        if number % 2:  # a whole visit first
            tablet.rate(dice.choice((1, 2, 3)))
            tablet.finish()
        tablet.touch(f"rate-{dice.choice((1, 2, 3))}", hold_s=0.05)
        time.sleep(dice.choice((dice.uniform(0, 0.05), dice.uniform(0, 0.5))))
        tablet.stop(signal.SIGKILL)
        trials.count(judge(shown_in(tablet.view_log), databases_of(tablet.database.parent)))
    assert len(shown_in(tablet.view_log)) >= trials.run // 2, "citizens were thanked"


def test_the_kiosk_stopped_50_ms_behind_the_touch(
    tmp_path: Path, display: str, trials: Trials, long: bool
) -> None:
    """Then it is killed, or goes on as if nothing had been and thanks."""
    trials.of(9)
    tablet = Tablet(tmp_path / "kiosk", "http://127.0.0.1:9", sync_every_s=3600)
    for number in range(40 if long else 2):
        tablet.start(display)
        seen = len(tablet.views())
        tablet.touch("rate-3", hold_s=0.02)
        time.sleep(0.05)
        assert tablet._process is not None
        tablet._process.send_signal(signal.SIGSTOP)
        time.sleep(0.3)
        if number % 2:
            tablet._process.send_signal(signal.SIGCONT)
            tablet.wait_view("closing", after=seen)
        tablet.stop(signal.SIGKILL)
        trials.count(judge(shown_in(tablet.view_log), databases_of(tablet.database.parent)))
    assert len(shown_in(tablet.view_log)) >= trials.run // 2
