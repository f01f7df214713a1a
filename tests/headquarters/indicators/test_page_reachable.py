"""The page of indicators by axe-core and by hand, on phone and desk; from a gap to the import and back."""

from __future__ import annotations

from pathlib import Path

import pytest

import headquarters
from headquarters.accounts.models import User
from headquarters.accounts.roles import Role
from headquarters.indicators.models import DossierTotal
from tests.headquarters.conftest import Office26740
from tests.headquarters.indicators.test_figures import Counter, a_case, at
from tests.headquarters.offices.conftest import Tree
from tests.headquarters.web.conftest import Visitor
from tests.headquarters.web.test_reachable import _HEADLESS, _NAMELESS, _SMALL, _TWICE, _UNNAMED

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.screen_only]

_AXE = Path(headquarters.__file__).parents[1] / "node_modules" / "axe-core" / "axe.min.js"
_RUN = "axe.run().then(found => found.violations.map(one => [one.id, one.nodes.map(node => node.html)]))"
_QUESTIONS = (_UNNAMED, _NAMELESS, _SMALL, _HEADLESS, _TWICE)
_BROADER = "document.documentElement.scrollWidth - innerWidth"


def test_indicators_can_be_used_by_everybody_and_a_gap_leads_to_the_import(
    clean_events: None, tree: Tree, visitor: Visitor, tmp_path: Path
) -> None:
    desk = Counter(Office26740(), tree.one)
    desk.rated(1, "H12.1-260504-0001", at(5))
    a_case(tree.one, late=True)
    visitor.enter(User.objects.create(username="ha", role=Role.OFFICE_ADMIN))
    gap, whole = "/figures/indicators/?from=2026-05-02&to=2026-05-30", "/figures/indicators/?period=2026-05"
    visitor.go(whole)
    visitor.page.click(".indicators a[href='/offices/import/dossiers/']")
    sheet = tmp_path / "a.csv"
    sheet.write_text(
        "Mã đơn vị;Tên đơn vị;Tháng;Số hồ sơ đã giải quyết;Số hồ sơ chậm\r\n00004;;2026-05;50;3\r\n",
        encoding="utf-8-sig",
    )
    visitor.page.set_input_files("#file", sheet)
    visitor.page.click("main form[enctype] button")
    visitor.page.click(".preview button")
    visitor.page.wait_for_selector(".message.good")
    assert DossierTotal.objects.get().late == 3
    faults: list[tuple[str, str, object]] = []
    for path in (gap, whole):
        for language, width in (("vi", 390), ("en", 1440)):
            visitor.speak(language)
            visitor.page.set_viewport_size({"width": width, "height": 900})
            visitor.go(path)
            found = [visitor.page.evaluate(question) for question in _QUESTIONS]
            visitor.page.evaluate(_AXE.read_text(encoding="utf-8"))
            found += [visitor.page.evaluate(_RUN), [1] * max(0, visitor.page.evaluate(_BROADER))]
            faults += [(path, language, one) for one in found if one]
    assert faults == []
    assert "92.0%" in visitor.page.locator(".indicators .card").nth(2).inner_text()
    assert visitor.complaints == []
