"""Long pages on a phone: what a form far down answers is in sight, and nothing is said that is not known."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.utils import timezone

from headquarters.accounts.models import User
from headquarters.tablets.models import Tablet
from sync import reset
from tests.headquarters.web.conftest import Town, Visitor
from tests.headquarters.web.test_tablet_pages import signed_in, text_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.screen_only]
_IN_SIGHT = """element => {
    const box = element.getBoundingClientRect();
    return box.top >= 0 && box.bottom <= innerHeight;
}"""


@pytest.fixture
def phone(visitor: Visitor, make_user: Callable[..., User]) -> Visitor:
    visitor.page.set_viewport_size({"width": 390, "height": 844})
    visitor.enter(make_user(role="office_admin"))
    return visitor


@pytest.fixture
def tablet(town: Town) -> Tablet:
    return town.tablet(town.office("Phường Tân Hòa"), last_seen=timezone.now(), pending=0)


def in_sight(phone: Visitor, mark: str) -> bool:
    phone.page.wait_for_selector(mark)
    found: bool = phone.page.locator(mark).evaluate(_IN_SIGHT)
    return found


@pytest.mark.parametrize("right", [False, True])
def test_answer_to_a_forgotten_pin(tablet: Tablet, phone: Visitor, right: bool) -> None:
    phone.go(f"/tablets/{tablet.pk}/")
    phone.page.check("input[value=staff]")
    phone.page.fill("#challenge", reset.new_challenge(lambda n: bytes(range(n))) if right else "TVX7-67WQ")
    phone.page.press("#challenge", "Enter")
    assert in_sight(phone, ".user-code" if right else ".error")


def test_move_without_a_desk(tablet: Tablet, phone: Visitor) -> None:
    phone.go(f"/tablets/{tablet.pk}/")
    phone.page.click("details:has(button[value=move]) > summary")
    phone.page.click("button[value=move]")
    assert in_sight(phone, ".error")


@pytest.mark.parametrize(("pin", "mark"), [("111111", ".error"), ("159357", ".message.good")])
def test_pin_of_a_configuration(tablet: Tablet, phone: Visitor, pin: str, mark: str) -> None:
    phone.go(f"/tablets/configuration/?tablet={tablet.pk}")
    phone.page.check("input[value=staff]")
    phone.page.fill("#pin", pin)
    phone.page.press("#pin", "Enter")
    assert in_sight(phone, mark)


def test_what_a_tablet_never_told_is_a_dash_and_not_nought(
    town: Town, tablet: Tablet, make_user: Callable[..., User]
) -> None:
    web = signed_in(make_user("an", role="office_admin"))
    silent = town.tablet(town.office("Phường Phú Lợi"))
    told, untold = (text_of(web.get(f"/tablets/{one.pk}/")) for one in (tablet, silent))
    for words in ("Chờ gửi trên máy", "Cách ly trên máy"):
        assert f"<dt>{words}</dt><dd>0</dd>" in told
        assert f"<dt>{words}</dt><dd>–</dd>" in untold
    listed = text_of(web.get("/tablets/"))
    assert listed.count('<td class="num" data-label="Chờ gửi">–</td>') == 1
    assert listed.count('<td class="num" data-label="Chờ gửi">0</td>') == 1


@pytest.mark.parametrize(
    ("issued", "version", "words"),
    [
        (0, None, "chưa gửi"),
        (2, 2, "2"),
        (1200, 1, '1 <span class="parent">(mới nhất 1.200)</span>'),
        (2, None, '– <span class="parent">(mới nhất 2)</span>'),
    ],
)
def test_configuration_in_use_is_told_in_words(
    town: Town, make_user: Callable[..., User], issued: int, version: int | None, words: str
) -> None:
    one = town.tablet(town.office("A"), config_issued=issued, config_version=version)
    web = signed_in(make_user("an", role="office_admin"))
    assert f"<dt>Cấu hình đang dùng</dt><dd>{words}\n</dd>" in text_of(web.get(f"/tablets/{one.pk}/"))
    assert f'data-label="Cấu hình">{words}\n</td>' in text_of(web.get("/tablets/"))
