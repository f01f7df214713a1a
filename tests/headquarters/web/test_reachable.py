"""By hand what axe would look for first: names, landmarks, headers, focus, targets."""

from collections.abc import Callable

import pytest

from headquarters.accounts.models import User
from tests.headquarters.web.conftest import Town, Visitor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.screen_only]

_UNNAMED = """() => [...document.querySelectorAll('input:not([type=hidden]), select, textarea')]
  .filter(field => !field.labels.length).map(field => field.outerHTML)"""
_NAMELESS = """() => [...document.querySelectorAll('a, button, summary')]
  .filter(item => !item.textContent.trim() && !item.getAttribute('aria-label')).map(item => item.outerHTML)"""
_SMALL = """() => [...document.querySelectorAll(
    'a, button, summary, .choice, .menu, input:not([type=hidden])')]
  .filter(item => !item.matches('.menu-box'))  // unseen: its label, .menu, is what is touched
  .filter(item => !item.closest('.choice') || item.matches('.choice'))
  .filter(item => item.checkVisibility() && !item.matches('.skip'))
  .filter(item => { const box = item.getBoundingClientRect(); return box.height < 40 || box.width < 40; })
  .map(item => item.outerHTML)"""
_HEADLESS = (
    """() => [...document.querySelectorAll('th')].filter(cell => !cell.scope).map(cell => cell.outerHTML)"""
)
_TWICE = """() => { const ids = [...document.querySelectorAll('[id]')].map(item => item.id);
  return ids.filter((id, at) => ids.indexOf(id) !== at); }"""


@pytest.fixture(
    params=["/sign-in/", "/", "/tablets/", "/thiet-bi", "/tablets/configuration/", "/tablets/bundles/"]
)
def anywhere(
    request: pytest.FixtureRequest, town: Town, visitor: Visitor, make_user: Callable[..., User]
) -> Visitor:
    town.office_with("Phường Tân Hòa", (40, 100, 260))
    if request.param != "/sign-in/":
        visitor.enter(make_user(role="leader" if request.param == "/" else "office_admin"))
    visitor.go(request.param)
    return visitor


@pytest.mark.parametrize("question", [_UNNAMED, _NAMELESS, _SMALL, _HEADLESS, _TWICE])
def test_controls_and_tables_are_named_and_large_enough(anywhere: Visitor, question: str) -> None:
    assert anywhere.page.evaluate(question) == []


def test_each_page_has_one_main_one_h1_a_title_and_a_language(anywhere: Visitor) -> None:
    assert anywhere.page.locator("main").count() == 1
    assert anywhere.page.locator("h1").count() == 1
    assert anywhere.page.title().endswith("· Ý kiến người dân")
    assert anywhere.page.get_attribute("html", "lang") == "vi"


def test_pictures_are_hidden_or_named(anywhere: Visitor) -> None:
    assert anywhere.page.locator("svg:not([aria-hidden=true])").count() == 0
    for label in anywhere.page.locator("[role=img]").evaluate_all("all => all.map(i => i.ariaLabel)"):
        assert label


def test_first_control_offers_to_skip_to_the_content(anywhere: Visitor) -> None:
    first = anywhere.page.locator("a, button, input:not([type=hidden]), summary").first
    assert first.get_attribute("class") == "skip"
    first.focus()
    anywhere.page.wait_for_function("document.activeElement.getBoundingClientRect().top >= 0")
    anywhere.page.keyboard.press("Enter")
    assert anywhere.page.evaluate("document.activeElement.id") == "main"


def test_focus_can_be_seen(anywhere: Visitor) -> None:
    anywhere.page.keyboard.press("Tab")
    width = "parseFloat(getComputedStyle(document.activeElement).outlineWidth)"
    assert anywhere.page.evaluate(width) == 4
