"""Accounts, the second step and the log in a real browser: fit for a phone, named, without a complaint."""

from __future__ import annotations

import time
from base64 import b32decode
from collections.abc import Callable
from typing import Any

import pytest
from django_otp.oath import TOTP

from headquarters.accounts.models import User
from headquarters.offices.models import Office
from tests.headquarters.web.axe import AXE, RUN
from tests.headquarters.web.conftest import Visitor
from tests.headquarters.web.test_reachable import _HEADLESS, _NAMELESS, _SMALL, _TWICE, _UNNAMED

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.screen_only]
_WIDER = "document.documentElement.scrollWidth - innerWidth"


def _digits(key: str) -> str:
    code = TOTP(bytes.fromhex(key))
    code.time = time.time()
    return f"{code.token():06d}"


def _looked_at(visitor: Visitor, where: str) -> None:
    for question in (_UNNAMED, _NAMELESS, _HEADLESS, _TWICE, _SMALL):
        assert visitor.page.evaluate(question) == [], where
    assert visitor.page.evaluate(RUN) == [], where
    assert visitor.page.locator("h1").count() == 1, where
    for width, height in ((390, 844), (1440, 1000)):
        visitor.page.set_viewport_size({"width": width, "height": height})
        assert visitor.page.evaluate(_WIDER) <= 0, (where, width)


def test_from_an_invitation_to_the_log_with_a_phone_in_the_hand(
    visitor: Visitor, make_user: Callable[..., User], settings: Any
) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    visitor.page.add_init_script(path=AXE)
    ward = Office.objects.create(code="26740", name="UBND phường Thủ Dầu Một")
    visitor.enter(make_user(role="system_admin"))
    page = visitor.page
    visitor.go("/accounts/invite/")
    _looked_at(visitor, "invite")
    page.fill("#id_display_name", "Lê Bình")
    page.fill("#id_username", "binh")
    page.check("input[value=office_admin]")
    page.select_option("#office", str(ward.pk))
    page.click("main button.button")
    link = page.input_value("#link")
    _looked_at(visitor, "link")
    person = User.objects.get(username="binh")
    for path in ("/accounts/", f"/accounts/{person.pk}/", "/me/", "/me/second-step/", "/audit/"):
        visitor.go(path)
        _looked_at(visitor, path)
    page.context.clear_cookies()
    page.goto(link)
    _looked_at(visitor, "welcome")
    page.fill("#id_password", "sông Sài Gòn chảy")
    page.fill("#id_again", "sông Sài Gòn chảy")
    page.keyboard.press("Enter")
    page.wait_for_selector(".qr")
    _looked_at(visitor, "set up")
    page.click("summary")
    shown = page.inner_text(".key").replace(" ", "")
    page.fill("#code", _digits(_hex(shown)))
    page.keyboard.press("Enter")
    page.wait_for_selector(".codes")
    _looked_at(visitor, "codes")
    page.click(".door-card a.button")
    page.wait_for_url(visitor.address + "/")
    assert "Lê Bình" in page.inner_text(".rail")
    assert visitor.complaints == []


def _hex(letters: str) -> str:
    """What an app makes of the key that was typed."""
    return b32decode(letters).hex()
