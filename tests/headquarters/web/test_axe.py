"""axe-core finds nothing to complain about on any page that the navigation leads to, in both languages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from headquarters.accounts.models import User
from headquarters.accounts.roles import Role
from headquarters.offices.models import Office
from headquarters.ratings.models import Aspect, Comment
from tests.headquarters.web.conftest import Town, Visitor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.screen_only]
AXE = Path(__file__).parents[3] / "node_modules" / "axe-core" / "axe.min.js"
# The rules of WCAG 2.2 A and AA, and what axe calls good practice beside them.
_RUN = """async () => (await axe.run(document)).violations.flatMap(found =>
  found.nodes.map(node => `${found.id}: ${node.target} ${node.failureSummary.split("\\n")[1] ?? ""}`))"""
_LINKS = """() => [...document.querySelectorAll('.rail nav a, .pages a, main a.tool')]
  .filter(link => link.pathname.endsWith('/')).map(link => new URL(link.href).pathname)"""


@pytest.fixture
def province(town: Town) -> Office:
    office = town.office_with("Phường Tân Hòa", (40, 100, 260))
    desk = office.desks.get()
    tablet = desk.tablets.get()
    for key in ("nghe-dan-noi", "ton-trong", "thoi-gian"):
        town.cell(tablet, Aspect.CHOICE, key, (40, 20, 60))
    for hour in ("08", "09"):
        town.cell(tablet, Aspect.HOUR, hour, (20, 50, 130))
    town.cell(tablet, Aspect.SERVICE, "ho-tich", (4, 10, 26))
    Comment.objects.create(
        tablet_id=tablet.pk, event_id=tablet.pk, visit_id="1", day=town.today, wall_ms=1_790_000_000_000,
        level=1, office_id=office.pk, desk_id=desk.pk, topic="gop-y", review=True, text="Chờ lâu",
        folded="cho lau",
    )  # fmt: skip
    return office


@pytest.mark.parametrize("language", ["vi", "en"])
def test_axe_finds_nothing_on_any_page(
    province: Office, visitor: Visitor, make_user: Callable[..., User], language: str
) -> None:
    # A script element would be refused by our own policy.
    visitor.page.add_init_script(path=AXE)
    visitor.speak(language)
    visitor.enter(make_user(role=Role.SYSTEM_ADMIN))
    wanted, seen, faults = ["/", f"/figures/offices/{province.pk}/", "/wall/"], set(), []
    while wanted:
        path = wanted.pop()
        if path in seen:
            continue
        seen.add(path)
        visitor.go(path)
        faults += [f"{path} {fault}" for fault in visitor.page.evaluate(_RUN)]
        wanted += visitor.page.evaluate(_LINKS)
    assert faults == []
    assert {"/", "/figures/hours/", "/comments/", "/tablets/", "/wall/"} <= seen
