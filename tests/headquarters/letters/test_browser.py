"""The letters' pages in a browser: from a suggestion to a sent letter by clicks, on a desk and on a phone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from headquarters.accounts.models import User
from headquarters.accounts.roles import Role
from headquarters.letters.models import Letter
from tests.headquarters.cases import made
from tests.headquarters.privacy.test_pages_axe import _RUN, _SMALL, _WIDER, AXE
from tests.headquarters.web.conftest import Visitor, browser, make_user, visitor

__all__ = ["browser", "make_user", "visitor"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.screen_only]


def test_a_letter_is_written_by_clicks_on_a_desk_and_on_a_phone(
    visitor: Visitor, make_user: Callable[..., User]
) -> None:
    case, page = made.told(level=1), visitor.page
    faults: list[str] = []
    page.add_init_script(path=AXE)
    visitor.speak("vi")
    visitor.enter(make_user("admin", role=Role.OFFICE_ADMIN))

    def look(name: str) -> None:
        for width in (1440, 390):
            page.set_viewport_size({"width": width, "height": 900})
            found = [*page.evaluate(_RUN), *page.evaluate(_SMALL)]
            if page.evaluate(_WIDER) > 0:
                found.append("wider than the window")
            faults.extend(f"{name} at {width}: {fault}" for fault in found)

    visitor.go("/letters/templates/")
    page.click("details.more summary >> nth=0")
    look("templates")
    visitor.go("/letters/")
    look("suggested")
    page.click("a.take")
    assert page.input_value("#id_nguoi_nhan") == ""
    assert case.number in page.input_value("#id_noi_dung")
    look("new")
    before = page.get_attribute("#likeness img", "src")
    page.fill("#id_nguoi_nhan", "Ông Lê Văn C")
    page.wait_for_function("was => document.querySelector('#likeness img').src !== was", arg=before)
    page.click("button[value=ready]")
    page.wait_for_selector("#id_number")
    look("ready")
    page.fill("#id_number", "07/TXL-UBND")
    page.click("button[value=sent]")
    page.wait_for_selector("text=07/TXL-UBND")
    look("sent")
    assert faults == []
    assert visitor.complaints == []
    letter = Letter.objects.get()
    assert (letter.state, letter.sent_number) == ("sent", "07/TXL-UBND")
    assert letter.versions.get().values["nguoi_nhan"] == "Ông Lê Văn C"
