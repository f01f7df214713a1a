"""A province's quarterly report by clicks, made by the server's own thread: drafted, written in, issued,
corrected, issued again; nothing axe finds, nothing wider than a phone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from headquarters.accounts.models import User
from headquarters.accounts.roles import Role
from headquarters.reports.models import Job, Version
from tests.headquarters.privacy.test_pages_axe import _RUN, _SMALL, _WIDER, AXE
from tests.headquarters.reports.conftest import Province
from tests.headquarters.web.conftest import Visitor, browser, make_user, visitor

__all__ = ["browser", "make_user", "visitor"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.screen_only]
DAY = dt.date(2025, 8, 14)
_ISSUE = "button[value=issue]:not([disabled])"


@pytest.fixture(autouse=True)
def jobs_at_once() -> None:
    """Not here: this is where the thread is proved."""


def test_a_quarter_is_reported_issued_corrected_and_issued_again(
    visitor: Visitor, make_user: Callable[..., User], clean_events: None, province: Province
) -> None:
    province.rate(province.desk(province.a), DAY, 30, 6, 4)
    page, faults = visitor.page, []
    page.add_init_script(path=AXE)
    visitor.speak("vi")
    visitor.enter(make_user("van-phong", role=Role.OFFICE_ADMIN))

    def look(name: str) -> None:
        for width in (1440, 390):
            page.set_viewport_size({"width": width, "height": 900})
            found = [*page.evaluate(_RUN), *page.evaluate(_SMALL)]
            if page.evaluate(_WIDER) > 0:
                found.append("wider than the window")
            faults.extend(f"{name} at {width}: {fault}" for fault in found)
        page.set_viewport_size({"width": 1440, "height": 900})

    visitor.go("/reports/")
    look("empty list")
    visitor.go(f"/reports/new/?office={province.top.pk}&kind=quarter&day={DAY}")
    look("new")
    page.click("main form button.button")
    page.wait_for_selector(_ISSUE)
    look("draft")
    page.fill("textarea[name=difficulties]", "Máy ở Quầy 3 hỏng.")
    page.click(_ISSUE)
    page.wait_for_selector("text=Nội dung đã được lưu")
    page.wait_for_selector(_ISSUE)
    page.click(_ISSUE)
    page.wait_for_selector("text=Bản này được giữ nguyên")
    look("issued")
    province.rate(province.desk(province.b), DAY, 0, 0, 35)
    page.fill("#reason", "Số liệu về muộn")
    page.click("button[value=correct]")
    page.wait_for_selector(_ISSUE)
    page.wait_for_selector("text=N 75 (30 / 6 / 39)")
    look("correction")
    page.click(_ISSUE)
    page.wait_for_selector("text=Bản này được giữ nguyên")
    assert page.locator("a[href$='/2/docx/']").count() == 1
    emulation = f"/reports/emulation/?office={province.top.pk}&kind=year&of=2025"
    for address in ("/reports/", "/reports/deadlines/", "/reports/deadlines/new/?like=quarter", emulation):
        visitor.go(address)
        look(address)
    assert Version.objects.exclude(issued_at=None).count() == 2
    assert set(Job.objects.values_list("state", flat=True)) == {Job.State.DONE}
    assert faults == []
