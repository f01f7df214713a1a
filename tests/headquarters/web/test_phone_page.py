"""The phone's pages in a real browser, on a small phone, without a script."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser

from headquarters.ratings.models import Event
from sync import lookup
from tests.headquarters.conftest import Office26740, rollup
from tests.headquarters.test_phone import Citizen
from tests.headquarters.web.conftest import Visitor
from tests.headquarters.web.test_reachable import _NAMELESS, _TWICE, _UNNAMED
from tests.support import FakeTablet

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("clean_events"),
    pytest.mark.screen_only,
]

SMALL = {"width": 320, "height": 568}
_SMALLER_THAN_44 = """() => [...document.querySelectorAll('a, button, input:not([type=hidden])')]
  .filter(item => !item.matches('.skip'))
  .filter(item => { const box = item.getBoundingClientRect(); return box.height < 44 || box.width < 44; })
  .map(item => item.outerHTML)"""
_WIDER = "() => document.documentElement.scrollWidth - window.innerWidth"
_CLIPPED = """() => [...document.querySelectorAll('.answer span, h1, label span, .button, .office, .state')]
  .filter(item => item.scrollWidth > item.clientWidth + 1 && getComputedStyle(item).display !== 'inline'
      || item.getBoundingClientRect().right > innerWidth || item.getBoundingClientRect().left < 0)
  .map(item => item.outerHTML)"""


@pytest.fixture
def phone(browser: Browser, live_server: object) -> Iterator[Visitor]:
    """A small phone with scripts switched off."""
    context = browser.new_context(
        viewport=SMALL, locale="vi-VN", java_script_enabled=False, has_touch=True, reduced_motion="reduce"
    )
    context.set_default_timeout(10_000)
    found = Visitor(context.new_page(), str(live_server))
    found.page.on("console", found.hear)
    found.page.on("request", found.note)
    yield found
    context.close()


def scan(visitor: Visitor, citizen: Citizen, query: str = "") -> Any:
    visitor.go(f"/p/{citizen.token}{query}")
    return visitor.page


@pytest.mark.parametrize(
    ("label", "level", "heading"),
    [
        ("Rất hài lòng", 3, "Cảm ơn Ông/Bà!"),
        ("Hài lòng", 2, "Cảm ơn Ông/Bà!"),
        ("Chưa hài lòng", 1, "Chúng tôi xin lỗi Ông/Bà."),
    ],
)
def test_one_tap_is_a_whole_answer(
    phone: Visitor, tablet: FakeTablet, label: str, level: int, heading: str
) -> None:
    page = scan(phone, Citizen(tablet))
    page.get_by_role("button", name=label, exact=True).tap()
    page.wait_for_url("**/cam-on")
    assert page.inner_text("h1") == heading
    assert page.inner_text(".saved b") == label
    assert rollup(tablet) == {(timezone.localdate(), level): 1}


def test_reasons_go_with_one_more_tap(phone: Visitor, tablet: FakeTablet) -> None:
    page = scan(phone, Citizen(tablet))
    page.locator(".answer.l1").tap()
    page.get_by_label("Thái độ").tap()
    page.get_by_label("Hướng dẫn").tap()
    page.get_by_label("Hướng dẫn").tap()
    page.get_by_role("button", name="Gửi").tap()
    page.wait_for_selector(".kept")
    assert page.locator(".kept li").all_inner_texts() == ["Thái độ"]
    page.reload()
    assert page.locator(".kept li").all_inner_texts() == ["Thái độ"]
    kinds = Event.objects.filter(tablet_id=tablet.tablet_id).order_by("seq").values_list("kind", flat=True)
    assert list(kinds) == ["rating", "reasons"]


def test_going_back_and_tapping_again_is_told_kindly(phone: Visitor, tablet: FakeTablet) -> None:
    citizen = Citizen(tablet)
    page = scan(phone, citizen)
    page.locator(".answer.l3").tap()
    page.wait_for_url("**/cam-on")
    phone.go(f"/p/{citizen.token}")
    assert page.inner_text("h1") == "Mã này đã được dùng"
    assert rollup(tablet) == {(timezone.localdate(), 3): 1}


@pytest.mark.parametrize("query", ["", "?lang=en"])
def test_all_three_faces_are_seen_at_once_on_a_small_phone(
    phone: Visitor, tablet: FakeTablet, query: str
) -> None:
    page = scan(phone, Citizen(tablet), query)
    assert page.locator(".answer").count() == 3
    for number in range(3):
        box = page.locator(".answer").nth(number).bounding_box()
        assert box["height"] >= 72
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= SMALL["height"]


def pages(tablet: FakeTablet) -> dict[str, str]:
    used, said = Citizen(tablet), Citizen(tablet)
    used.tap(3)
    said.tap(1)
    return {
        "question": f"/p/{Citizen(tablet).token}",
        "used": f"/p/{used.token}",
        "thanks": f"/p/{used.token}/cam-on",
        "sorry": f"/p/{said.token}/cam-on",
        "expired": f"/p/{Citizen(tablet, seconds_ago=3000).token}",
        "forged": "/p/x",
        "lookup": "/tra-cuu",
        "lookup, no code": "/tra-cuu/x",
        "lookup, not come": f"/tra-cuu/{lookup.new_code(secrets.token_bytes)}",
    }


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize(
    ("width", "height"), [(320, 568), (360, 640), (390, 844), (768, 1024), (1280, 800)], ids=str
)
def test_nothing_is_cut_off_too_small_or_nameless(
    visitor: Visitor, office: Office26740, tablet: FakeTablet, lang: str, width: int, height: int
) -> None:
    visitor.page.set_viewport_size({"width": width, "height": height})
    for name, path in pages(tablet).items():
        visitor.go(f"{path}?lang={lang}")
        assert visitor.page.evaluate(_WIDER) <= 0, name
        for question in (_SMALLER_THAN_44, _CLIPPED, _UNNAMED, _NAMELESS, _TWICE):
            assert visitor.page.evaluate(question) == [], (name, question)
        assert visitor.page.locator("h1").count() == visitor.page.locator("main").count() == 1, name
        assert visitor.page.get_attribute("html", "lang") == lang
        assert visitor.page.evaluate("document.fonts.check('700 20px \"Be Vietnam Pro\"', 'Ẳỗự')"), name


def test_everything_comes_from_this_server_and_nothing_stays_on_the_phone(
    visitor: Visitor, tablet: FakeTablet
) -> None:
    page = scan(visitor, Citizen(tablet))
    page.locator(".answer.l3").click()
    page.wait_for_url("**/cam-on")
    page.wait_for_load_state("networkidle")
    visitor.go("/tra-cuu")
    assert page.context.cookies() == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    assert visitor.complaints == [], "the policy forbids nothing that the pages need"
    assert [url for url in visitor.requests if not url.startswith(visitor.address)] == []
    assert [url for url in visitor.requests if url.endswith(".js")] == []
    fonts = {url for url in visitor.requests if url.endswith(".ttf")}
    assert len(fonts) == 2, "each weight is 130 KB on somebody's bill"


def test_keys_alone_are_enough(visitor: Visitor, tablet: FakeTablet) -> None:
    page = scan(visitor, Citizen(tablet))
    page.locator(".answer.l2").focus()
    outline = "parseFloat(getComputedStyle(document.activeElement).outlineWidth)"
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    assert page.evaluate(outline) == 4
    page.keyboard.press("Enter")
    page.wait_for_url("**/cam-on")
    page.locator("#r-phi").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_selector(".kept")
    assert page.locator(".kept li").all_inner_texts() == ["Phí, lệ phí"]


def test_ticking_a_reason_moves_no_word(visitor: Visitor, tablet: FakeTablet) -> None:
    for width in (320, 390, 1280):
        visitor.page.set_viewport_size({"width": width, "height": 800})
        page = scan(visitor, Citizen(tablet))
        page.locator(".answer.l3").click()
        page.wait_for_url("**/cam-on")
        word = page.get_by_text("Thái độ", exact=True)
        before = word.bounding_box()
        page.get_by_label("Thái độ").click()
        assert page.locator("#r-thai-do").is_checked()
        assert word.bounding_box() == before, width


def test_a_code_is_looked_up_on_a_phone(phone: Visitor, office: Office26740, tablet: FakeTablet) -> None:
    code = lookup.new_code(secrets.token_bytes)
    body = {"text": "x", "topic": "gop-y", "masked": [], "review": False, "lookup": code}
    office.push(tablet, [tablet.append(tablet.event("comment", body))])
    phone.go("/tra-cuu")
    phone.page.get_by_label("Mã tra cứu của Ông/Bà").fill(code.lower())
    phone.page.get_by_role("button", name="Xem").tap()
    phone.page.wait_for_url(f"**/tra-cuu/{code}")
    assert "đang chờ xem" in phone.page.inner_text("[role=status]")
