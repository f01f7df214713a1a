"""What a visit left behind is thrown away while nobody is here, and never under anybody's finger."""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import Any

import pytest

TIDY_S = 2


@pytest.fixture
def kiosk(start: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> Any:
    """``collected``: how often the collector was asked. It is not frozen: this process has other tests."""
    made = start()
    made.collected = []
    monkeypatch.setattr(gc, "collect", lambda: made.collected.append(made.page))
    monkeypatch.setattr(gc, "freeze", lambda: None)
    made.app.render(moving=False)
    return made


def test_once_when_home_has_rested(kiosk: Any) -> None:
    kiosk.pass_time(TIDY_S - 1)
    assert kiosk.collected == []
    kiosk.pass_time(TIDY_S)
    kiosk.pass_time(TIDY_S)
    assert kiosk.collected == ["HomeLandscape"]


def test_not_while_somebody_is_at_it_and_again_behind_each_visit(kiosk: Any) -> None:
    kiosk.pass_time(TIDY_S)
    kiosk.touch("rate-3")
    kiosk.save_succeeds()
    kiosk.pass_time(TIDY_S)
    assert kiosk.page == "ThanksLandscape"
    assert kiosk.collected == ["HomeLandscape"]
    for _ in range(12):
        kiosk.pass_time(1)
    assert kiosk.collected == ["HomeLandscape"] * 2
