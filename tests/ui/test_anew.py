"""The program begins anew for a new configuration: never under anybody's finger."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kiosk.ui.session import Page

REST_S = 20


@pytest.fixture
def waiting(start: Callable[..., Any]) -> Any:
    """A kiosk for which a new configuration has come; ``left`` notes that it began anew."""
    kiosk = start(wants_anew=lambda: True)
    kiosk.left = []
    kiosk.app.leave = lambda anew: kiosk.left.append(anew)
    return kiosk


def live(kiosk: Any, seconds: int) -> None:
    """Time passes as it does, with its ticks."""
    for _ in range(seconds):
        kiosk._clock["now"] += 1
        kiosk.app._tick(0)


def test_home_that_nobody_touches_for_a_while_begins_anew(waiting: Any) -> None:
    waiting.pass_time(REST_S - 1)
    assert waiting.left == []
    waiting.pass_time(1)
    # Told once is enough; on a slow machine the loop's own tick may say it again before anybody has left.
    assert waiting.left[:1] == [True]


def test_without_a_reason_it_stays(start: Callable[..., Any]) -> None:
    kiosk = start()
    kiosk.app.leave = lambda anew: pytest.fail("left")
    kiosk.pass_time(REST_S * 3)


def test_a_finger_beside_everything_puts_it_off(waiting: Any) -> None:
    waiting.pass_time(REST_S - 1)
    waiting.touch("header") if waiting.has("header") else waiting.app._touched()
    waiting.pass_time(REST_S - 1)
    assert waiting.left == []


def test_no_visit_is_interrupted(waiting: Any) -> None:
    waiting.touch("rate-3")
    waiting.pass_time(REST_S + 5)
    assert (waiting.page, waiting.left) == ("HomeLandscape", [])
    waiting.save_succeeds()
    live(waiting, 7)
    assert waiting.page == "ThanksLandscape"
    live(waiting, 1)
    waiting.settle()
    assert (waiting.page, waiting.left) == ("HomeLandscape", [])
    live(waiting, REST_S - 2)
    assert waiting.left == []
    live(waiting, 3)
    assert waiting.left


@pytest.mark.parametrize("page", [Page.ADMIN, Page.STAFF, Page.PHONE, Page.PROMISES])
def test_no_page_is_closed_for_it(waiting: Any, page: Page) -> None:
    waiting.app.session.page = page
    waiting.app.session.touched(1000.0)
    waiting.app.session.tick = lambda now_s: False
    waiting._clock["now"] += REST_S * 2
    waiting.app._tick(0)
    assert waiting.left == []


def test_a_halted_tablet_stays(waiting: Any) -> None:
    waiting.app.halt("too_new")
    waiting.pass_time(REST_S * 2)
    assert waiting.left == []
