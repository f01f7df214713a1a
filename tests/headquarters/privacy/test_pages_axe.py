"""Pages of case handlers and system administrators in a browser: axe finds nothing, nothing is from afar."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.utils import timezone

from headquarters.accounts.models import User
from headquarters.accounts.roles import Role
from headquarters.offices.models import Office
from headquarters.ratings.models import Event
from tests.headquarters.conftest import Office26740
from tests.headquarters.privacy.test_contacts import comment, left
from tests.headquarters.web.conftest import Visitor, browser, make_user, visitor
from tests.support import FakeTablet

__all__ = ["browser", "make_user", "visitor"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.screen_only]
AXE = Path(__file__).parents[3] / "node_modules" / "axe-core" / "axe.min.js"
_RUN = """async () => (await axe.run(document)).violations.flatMap(found =>
  found.nodes.map(node => `${found.id}: ${node.target}`))"""
_SMALL = """() => [...document.querySelectorAll('main a, main button, main summary, main .choice')]
  .filter(item => item.checkVisibility()).filter(item => {
    const box = item.getBoundingClientRect(); return box.height < 40 || box.width < 40; })
  .map(item => item.outerHTML)"""
_WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_pages_of_personal_data_and_tokens_are_for_everybody(
    visitor: Visitor,
    make_user: Callable[..., User],
    clean_events: None,
    language: str,
) -> None:
    office, tablet = Office26740(), FakeTablet()
    office.place(tablet)
    office.push(tablet, [tablet.rating(1, visit_id="visit-1"), comment(tablet), left(tablet)])
    event, page = Event.objects.get(kind="contact"), visitor.page
    page.add_init_script(path=AXE)
    visitor.speak(language)
    visitor.enter(make_user("handler", role=Role.CASE_HANDLER))
    faults: list[str] = []

    def look(name: str) -> None:
        for width in (1440, 390):
            page.set_viewport_size({"width": width, "height": 900})
            found = [*page.evaluate(_RUN), *page.evaluate(_SMALL)]
            if page.evaluate(_WIDER) > 0:
                found.append("wider than the window")
            faults.extend(f"{name} at {width}: {fault}" for fault in found)

    for path in ("/contacts/", f"/contacts/{event.tablet_id}/{event.event_id}/"):
        visitor.go(path)
        look(path)
    page.fill("#id_reason", "vì")
    page.press("#id_reason", "Enter")
    page.wait_for_selector("#reason-error")
    look("no reason")
    page.fill("#id_reason", "Trả lời phản ánh số 12")
    page.press("#id_reason", "Enter")
    page.wait_for_selector(".contact-way")
    look("opened")
    visitor.go("/requests/")
    page.fill("#id_code", "no code")
    page.press("#id_code", "Enter")
    page.wait_for_selector("#code-error")
    look("errors")
    page.select_option("#id_office", str(Office.objects.get(code="26740").pk))
    page.fill("#id_received_on", timezone.localdate().isoformat())
    page.fill("#id_code", "")
    page.fill("#id_phone", "0912 345 678")
    page.press("#id_phone", "Enter")
    page.wait_for_selector("button[value=shown]")
    look("a request")
    page.click("button[value=shown]")
    page.wait_for_selector(".said")
    look("its data")
    visitor.enter(make_user("system", role=Role.SYSTEM_ADMIN))
    visitor.go("/api/tokens/")
    page.fill("#id_name", "LGSP")
    page.press("#id_name", "Enter")
    page.wait_for_selector("#plain")
    look("a token")
    visitor.go("/api/")
    look("the reference")
    assert faults == []
    assert [url for url in visitor.requests if not url.startswith((visitor.address, "data:"))] == []
