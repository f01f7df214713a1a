"""Somebody at work: sees words, follows links and presses buttons by them, and types no address."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page

from headquarters.accounts.models import User
from headquarters.accounts.roles import Role
from headquarters.audit.models import Entry
from headquarters.offices.models import Office
from tests.headquarters.web.conftest import PASSWORD, Visitor, window

PHONE = (390, 844)
_WIDER = "document.documentElement.scrollWidth > innerWidth"
_CHOSEN = "document.activeElement.selectedOptions[0].text"
_FOCUS = """() => {
  // A box that cannot be seen is shown by its label.
  const on = document.activeElement, at = getComputedStyle(on).opacity === '0' ? on.labels[0] : on;
  const box = at.getClientRects()[0];
  const ringed = one => one && getComputedStyle(one).outlineStyle !== 'none'
      && parseFloat(getComputedStyle(one).outlineWidth) >= 2;
  const words = at.labels?.[0]?.innerText || at.getAttribute('aria-label') || at.innerText || on.tagName;
  if (!box) return {words, seen: 'nowhere on the page'};
  const x = (Math.max(box.left, 0) + Math.min(box.right, innerWidth)) / 2;
  const y = (Math.max(box.top, 0) + Math.min(box.bottom, innerHeight)) / 2;
  const top = document.elementFromPoint(x, y);
  if (!top || !(at.contains(top) || top.contains(at))) return {words, seen: 'covered or off the screen'};
  return {words, seen: ringed(at) || ringed(at.closest('label')) ? '' : 'without a ring'};
}"""


@dataclass
class Person:
    """Somebody with a window of their own and an account called ``name``."""

    window: Visitor
    name: str

    @property
    def page(self) -> Page:
        return self.window.page

    @property
    def main(self) -> Locator:
        return self.page.locator("main")

    def arrive(self) -> None:
        """The one address that a person types; the door asks who it is."""
        self.window.go()
        self.sign_in()
        self.sees_heading("Tổng quan")

    def sign_in(self) -> None:
        self.sees_heading("Đăng nhập")
        self.page.get_by_label("Tên đăng nhập").fill(self.name)
        self.page.get_by_label("Mật khẩu").fill(PASSWORD)
        self.press("Đăng nhập")

    def turn_to(self, words: str) -> None:
        """To a page of the rail; on a phone out of the menu."""
        rail = self.page.locator(".rail")
        if rail.get_by_text("Trình đơn").is_visible():
            rail.get_by_text("Trình đơn").click()
        rail.get_by_role("navigation").get_by_role("link", name=words).click()

    def rail(self) -> list[str]:
        """The pages that are offered, without how much waits there."""
        shown = self.page.locator(".rail nav a").all_inner_texts()
        return [one.split("\n")[0] for one in shown]

    def follow(self, words: str) -> None:
        self.main.get_by_role("link", name=words).first.click()

    def press(self, words: str) -> None:
        self.main.get_by_role("button", name=words, exact=True).click()

    def field(self, label: str) -> Locator:
        return self.main.get_by_label(label, exact=True)

    def sees_heading(self, words: str) -> None:
        self.page.locator("h1", has_text=words).wait_for()
        assert not self.page.evaluate(_WIDER), f"“{words}” is wider than the window"

    def sees(self, *words: str) -> None:
        """Waits for the first of them; the others stand there with it."""
        self.main.get_by_text(words[0]).locator("visible=true").first.wait_for()
        shown = self.main.inner_text()
        missing = [one for one in words if one.casefold() not in shown.casefold()]
        assert not missing, f"{missing} not in: {shown}"
        assert not self.page.evaluate(_WIDER), f"the page with “{words[0]}” is wider than the window"

    def counts(self, n: int) -> None:
        """Waits for the overview to count so many ratings."""
        self.page.locator(".cards [aria-labelledby=card-n] .figure").get_by_text(
            str(n), exact=True
        ).wait_for()

    def figures(self) -> list[str]:
        """Not satisfied, satisfied, N and participation as the overview's cards show them."""
        return self.page.locator(".cards .figure").all_inner_texts()

    def leave(self) -> None:
        """Out at the door; nothing was asked of another machine, and the browser had nothing to say."""
        if (menu := self.page.locator(".rail").get_by_text("Trình đơn")).is_visible():
            menu.click()
        self.page.locator(".rail").get_by_role("button", name="Đăng xuất").click()
        self.sees_heading("Đăng nhập")
        self.was_quiet()

    def was_quiet(self) -> None:
        elsewhere = [one for one in self.window.requests if not one.startswith(self.window.address)]
        assert not elsewhere, elsewhere
        assert not self.window.complaints, self.window.complaints


@dataclass
class Typist:
    """A person without a mouse: Tab, Enter and letters."""

    page: Page

    def tab_to(self, words: str, most: int = 60) -> int:
        """Tab until the focus is on what begins with ``words``; wherever it stops it can be seen."""
        self.page.wait_for_load_state()
        for step in range(1, most + 1):
            self.page.keyboard.press("Tab")
            at = self._focus()
            assert not at["seen"], f"the focus on “{at['words']}” is {at['seen']}"
            if at["words"].strip().startswith(words):
                return step
        raise AssertionError(f"no “{words}” within {most} times Tab")

    def _focus(self) -> Any:
        """Where it is. A busy machine scrolls to it and draws its ring a moment after the key."""
        for _ in range(20):
            at: Any = self.page.evaluate(_FOCUS)
            if not at["seen"]:
                break
            self.page.wait_for_timeout(50)
        return at

    def enter(self) -> None:
        self.page.keyboard.press("Enter")

    def follow(self, words: str) -> None:
        self.tab_to(words)
        self.enter()

    def skip(self) -> None:
        """Past the rail: the first stop of every page."""
        assert self.tab_to("Chuyển đến nội dung chính") == 1
        self.enter()
        # The browser moves the focus a little after the key.
        self.page.locator("main#main:focus").wait_for()

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)

    def choose(self, words: str, most: int = 20) -> None:
        """With the arrow in the list where the focus is."""
        for _ in range(most):
            if self.page.evaluate(_CHOSEN).startswith(words):
                return
            self.press("ArrowDown")
        raise AssertionError(f"no “{words}” in the list")

    def at(self) -> str:
        """What the focus is on; it can be seen."""
        at = self._focus()
        assert not at["seen"], f"the focus on “{at['words']}” is {at['seen']}"
        return str(at["words"]).strip()


def deeds(name: str, *but: str) -> list[str]:
    """What the audit log keeps of a person, oldest first, without the door and what begins with ``but``."""
    entries: Sequence[str] = Entry.objects.filter(who=name).order_by("pk").values_list("action", flat=True)
    return [one for one in entries if not one.startswith(("door.", *but))]


Somebody = Callable[..., Person]


@pytest.fixture
def somebody(browser: Browser, live_server: object) -> Iterator[Somebody]:
    """A window of somebody's own; with a role also an account."""
    opened: list[Person] = []

    def made(
        name: str, role: Role | None = None, office: Office | None = None, display: str = "", **size: int
    ) -> Person:
        if role is not None:
            fields = {"display_name": display or name, "role": role, "office": office}
            User.objects.create_user(name, password=PASSWORD, **fields)
        opened.append(Person(window(browser, str(live_server), **size), name))
        return opened[-1]

    yield made
    for one in opened:
        one.page.context.close()
