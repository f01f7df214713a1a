"""Pages about offices by axe-core and by hand: named, large enough, nothing sideways, in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest

import headquarters
from headquarters.accounts.models import User
from headquarters.accounts.roles import Role
from tests.headquarters.offices.conftest import Tree
from tests.headquarters.web.conftest import Visitor
from tests.headquarters.web.test_reachable import _HEADLESS, _NAMELESS, _SMALL, _TWICE, _UNNAMED

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.screen_only]

_AXE = Path(headquarters.__file__).parents[1] / "node_modules" / "axe-core" / "axe.min.js"
_RUN = "axe.run().then(found => found.violations.map(one => [one.id, one.nodes.map(node => node.html)]))"
_QUESTIONS = (_UNNAMED, _NAMELESS, _SMALL, _HEADLESS, _TWICE)
_BROADER = "document.documentElement.scrollWidth - innerWidth"


def test_pages_about_offices_can_be_used_by_everybody(tree: Tree, visitor: Visitor) -> None:
    User.objects.create(username="lan", office=tree.one)
    visitor.enter(User.objects.create(username="ha", role=Role.SYSTEM_ADMIN))
    one = f"/offices/{tree.one.pk}/"
    faults: list[tuple[str, str, object]] = []
    pages = [
        "",
        "new/",
        "merge/",
        "import/",
        "import/transactions/",
        "import/dossiers/",
        "import/late-dossiers/",
    ]
    for path in [*(f"/offices/{page}" for page in pages), one, f"{one}split/", f"{one}edit/", f"{one}close/"]:
        for language, width in (("vi", 390), ("en", 1440)):
            visitor.speak(language)
            visitor.page.set_viewport_size({"width": width, "height": 900})
            visitor.go(path)
            found = [visitor.page.evaluate(question) for question in _QUESTIONS]
            visitor.page.evaluate(_AXE.read_text(encoding="utf-8"))
            found += [visitor.page.evaluate(_RUN), [1] * max(0, visitor.page.evaluate(_BROADER))]
            faults += [(path, language, one) for one in found if one]
            assert visitor.page.locator("h1").count() == 1, path
    assert faults == []
    assert visitor.complaints == []
