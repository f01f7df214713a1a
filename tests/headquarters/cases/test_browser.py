"""The cases' pages in a browser: from the comment to the answer by clicks; nothing axe finds; a phone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from headquarters.accounts.models import User
from headquarters.accounts.roles import Role
from headquarters.cases.models import Case
from tests.headquarters.cases.test_raising import left, said
from tests.headquarters.conftest import Office26740
from tests.headquarters.privacy.test_pages_axe import _RUN, _SMALL, _WIDER, AXE
from tests.headquarters.web.conftest import Visitor, browser, make_user, visitor
from tests.support import FakeTablet

__all__ = ["browser", "make_user", "visitor"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.screen_only]


def test_a_case_is_worked_on_by_clicks_on_a_desk_and_on_a_phone(
    visitor: Visitor, make_user: Callable[..., User], clean_events: None, tmp_path: Path
) -> None:
    office, tablet = Office26740(), FakeTablet()
    office.place(tablet)
    office.push(tablet, [tablet.rating(1, visit_id="v-1"), said(tablet), left(tablet, visit="v-1")])
    handler = make_user("handler", role=Role.CASE_HANDLER)
    make_user("leader", role=Role.LEADER)
    page, faults = visitor.page, []
    page.add_init_script(path=AXE)
    visitor.speak("vi")
    visitor.enter(handler)

    def look(name: str) -> None:
        for width in (1440, 390):
            page.set_viewport_size({"width": width, "height": 900})
            found = [*page.evaluate(_RUN), *page.evaluate(_SMALL)]
            if page.evaluate(_WIDER) > 0:
                found.append("wider than the window")
            faults.extend(f"{name} at {width}: {fault}" for fault in found)

    visitor.go("/cases/board/")
    look("board")
    visitor.go("/cases/")
    page.click(".cases a.row-link")
    look("received")
    page.click("button[value=assign]")
    page.wait_for_selector("button[value=submit]")
    look("working")
    page.fill("#answer", "Chúng tôi xin lỗi.")
    pdf = tmp_path / "Biên bản.pdf"
    pdf.write_bytes(b"%PDF-1.7\n")
    page.click("button[value=draft]")
    page.wait_for_selector(".message.good")
    page.set_input_files("#file", str(pdf))
    page.click("button[value=file]")
    page.wait_for_selector(".files a")
    assert page.input_value("#answer") == "Chúng tôi xin lỗi.", "the draft is still there"
    page.click("button[value=submit]")
    page.wait_for_selector("text=Câu trả lời, chưa duyệt")
    look("answered")
    assert Case.objects.get().state == Case.State.ANSWERED
    assert faults == []
