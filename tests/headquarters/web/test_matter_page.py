"""From an approved answer to the citizen's phone and back: read, rated, opened again. No script."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser

from headquarters.accounts.models import User
from headquarters.accounts.roles import Role
from headquarters.cases import work
from headquarters.cases.models import Case
from tests.headquarters.cases import made
from tests.headquarters.web.axe import AXE, RUN
from tests.headquarters.web.conftest import Visitor
from tests.headquarters.web.test_phone_page import _CLIPPED, _SMALLER_THAN_44, _WIDER
from tests.headquarters.web.test_reachable import _NAMELESS, _TWICE, _UNNAMED

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.screen_only]

LONG_OFFICE = "Trung tâm Phục vụ hành chính công phường Xuân Hương – Đà Lạt"


@pytest.fixture
def phone(browser: Browser, live_server: object) -> Iterator[Visitor]:
    """A phone with scripts switched off."""
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, locale="vi-VN", java_script_enabled=False, has_touch=True
    )
    context.set_default_timeout(10_000)
    found = Visitor(context.new_page(), str(live_server))
    found.page.on("console", found.hear)
    found.page.on("request", found.note)
    yield found
    context.close()


def test_answer_is_read_rated_and_opened_again(phone: Visitor) -> None:
    code = made.code()
    case = made.case(code, state=Case.State.WORKING)
    handler, leader = (
        User.objects.create(username=role, role=role, office=case.office)
        for role in (Role.CASE_HANDLER, Role.LEADER)
    )
    phone.go(f"/tra-cuu/{code}")
    page = phone.page
    assert page.inner_text(".state") == "Đang xử lý."
    work.submit(case, made.ANSWER, by=handler)
    page.reload()
    assert "phiếu hẹn" not in page.inner_text("main")
    work.approve(case, by=leader)
    page.reload()
    assert page.inner_text(".given-words").endswith("Từ nay phiếu hẹn ghi rõ ngày trả kết quả.")
    page.get_by_role("button", name="Rất hài lòng", exact=True).tap()
    page.wait_for_selector(".thanked")
    page.get_by_text("Chọn nhầm? Chọn lại").tap()
    page.get_by_role("button", name="Chưa hài lòng", exact=True).tap()
    page.wait_for_selector("#words")
    page.fill("#words", "Tôi vẫn chưa nhận được kết quả.")
    page.get_by_role("button", name="Đề nghị xem xét lại").tap()
    page.wait_for_selector(".waiting")
    assert page.inner_text(".state") == "Đang xem xét lại theo đề nghị của Ông/Bà."
    case.refresh_from_db()
    assert (case.reopened, case.satisfaction) == (1, 1)
    assert [step.text for step in case.steps.filter(by=None)] == ["3", "1", "Tôi vẫn chưa nhận được kết quả."]
    assert page.context.cookies() == []
    assert {url.split("/")[2] for url in phone.requests} == {phone.address.split("/")[2]}
    assert phone.complaints == []


@pytest.mark.parametrize("query", ["", "?lang=en"])
def test_every_page_fits_a_small_phone_and_can_be_touched(
    browser: Browser, live_server: object, query: str
) -> None:
    office = made.case(state="working").office
    type(office).objects.filter(pk=office.pk).update(name=LONG_OFFICE)
    now = timezone.now()
    codes = [made.code() for _ in range(4)]
    made.case(codes[0], state="working", due_on="2020-01-01")
    made.told(codes[1])
    made.told(codes[2], satisfaction=1, satisfaction_at=now)
    made.case(codes[3], state="referred", referred_to=LONG_OFFICE * 2, referred_on=now.date())
    made.published(now, said="x" * 160, done="Đã làm đường dốc và dành hai chỗ đỗ gần cửa.")
    context = browser.new_context(viewport={"width": 320, "height": 568}, reduced_motion="reduce")
    page: Any = context.new_page()
    page.add_init_script(path=AXE)
    for path in (*(f"/tra-cuu/{code}" for code in codes), "/da-sua", "/da-sua?office=26740"):
        page.goto(f"{live_server}{path}{query if '?' not in path else query.replace('?', '&')}")
        page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
        found = {name: page.evaluate(script) or None for name, script in _CHECKS.items()}
        assert found == dict.fromkeys(_CHECKS), path
        fonts = page.evaluate(
            "[...document.fonts].filter(one => one.status === 'loaded').map(one => one.weight)"
        )
        assert set(fonts) <= {"400", "700"}, "each weight is 130 KB on somebody's bill"
    context.close()


def test_the_page_of_a_publication_is_fit_for_everybody(visitor: Visitor) -> None:
    waiting = made.published(None)
    visitor.page.add_init_script(path=AXE)
    visitor.enter(User.objects.create(username="ha", role=Role.SYSTEM_ADMIN))
    visitor.page.set_viewport_size({"width": 390, "height": 844})
    for what in ("", "publish"):
        visitor.go(f"/cases/{waiting.case_id}/published")
        if what:
            visitor.page.get_by_role("button", name="Công bố", exact=True).click()
            visitor.page.wait_for_selector(".message.good")
        found = {name: visitor.page.evaluate(_CHECKS[name]) or None for name in ("axe", "wider", "nameless")}
        assert found == dict.fromkeys(found)
    assert visitor.complaints == []


_CHECKS = {
    "small": _SMALLER_THAN_44, "wider": _WIDER, "clipped": _CLIPPED, "nameless": _NAMELESS, "twice": _TWICE,
    "unnamed": _UNNAMED, "axe": RUN,
}  # fmt: skip
