"""The hall's screen in a real browser: whatever its shape, no number runs out of its card."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from headquarters.accounts.models import User
from tests.headquarters.web.conftest import Town, Visitor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.screen_only]
_OUT = """() => [...document.querySelectorAll('.wall-figure')].filter(one => {
    const text = document.createRange();
    text.selectNodeContents(one);
    const card = one.closest('.wall-card'), room = parseFloat(getComputedStyle(card).paddingRight);
    return text.getBoundingClientRect().right > card.getBoundingClientRect().right - room + 1;
}).map(one => one.textContent)"""


def test_every_number_has_room(town: Town, visitor: Visitor, make_user: Callable[..., User]) -> None:
    town.rated(town.tablet(town.office("Phường Tân Hòa")), (87, 400, 513))
    visitor.enter(make_user())
    found = {}
    for width, height in ((1920, 1080), (1440, 1000), (1280, 800), (1024, 1366), (800, 1280), (390, 844)):
        visitor.page.set_viewport_size({"width": width, "height": height})
        visitor.go("/wall/")
        assert visitor.page.locator(".wall-figure").count() == 3
        found[width, height] = visitor.page.evaluate(_OUT)
    assert {size: out for size, out in found.items() if out} == {}
