"""A real browser on a real server, and a rollup as ingest would leave it."""

from __future__ import annotations

import datetime as dt
import os
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, sync_playwright

from headquarters.accounts.models import User
from headquarters.offices.models import Desk, Office
from headquarters.ratings.cells import COUNTS
from headquarters.ratings.models import Aspect, OfficeCell, TabletCell
from headquarters.tablets.models import Tablet
from tests.headquarters.web.elsewhere import Elsewhere

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
_QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
PASSWORD = "một-mật-khẩu-dài"


@dataclass
class Town:
    """Makes offices, desks, tablets and daily counts; ``today`` is the offices' local date."""

    today: dt.date = field(default_factory=timezone.localdate)

    def office(self, name: str, parent: Office | None = None) -> Office:
        return Office.objects.create(code=uuid.uuid4().hex[:12], name=name, parent=parent)

    def tablet(self, office: Office | None, **fields: Any) -> Tablet:
        number = uuid.uuid4()
        desk = Desk.objects.create(office=office, name=f"Quầy {number.hex[:4]}") if office else None
        return Tablet.objects.create(id=number, desk=desk, public_key=b"", key_id=number.hex[:16], **fields)

    def rated(self, tablet: Tablet, counts: tuple[int, int, int], days_ago: int = 0) -> None:
        """counts of level 1, 2 and 3."""
        day = self.today - dt.timedelta(days=days_ago)
        self.cell(tablet, Aspect.WHOLE, "chua-hai-long-1", counts, day)

    def cell(
        self,
        tablet: Tablet,
        aspect: Aspect,
        key: str,
        counts: tuple[int, int, int],
        day: dt.date | None = None,
        marked: str = "",
    ) -> None:
        """What ingest leaves of a tablet's day, in both tables that pages read. ``marked``: all of them are
        "flagged" or by "phone"."""
        office = tablet.desk.office_id if tablet.desk else 0
        parts = ("n", marked) if marked else ("n",)
        added = {f"{part}{level}": n for part in parts for level, n in enumerate(counts, 1)}
        same = {"day": day or self.today, "aspect": aspect, "key": key, "office_id": office}
        own = {"tablet_id": tablet.pk, "desk_id": tablet.desk_id or 0, **same}
        for model, row in ((TabletCell, own), (OfficeCell, same)):
            before = model.objects.filter(**row).values(*COUNTS).first() or dict.fromkeys(COUNTS, 0)
            model.objects.filter(**row).delete()
            model.objects.create(**row, **{name: before[name] + added.get(name, 0) for name in COUNTS})
        if aspect is Aspect.WHOLE:
            self.cell(tablet, Aspect.DESK, str(tablet.desk_id or 0), counts, day, marked)

    def office_with(self, name: str, counts: tuple[int, int, int], days_ago: int = 0) -> Office:
        office = self.office(name)
        self.rated(self.tablet(office, last_seen=timezone.now()), counts, days_ago)
        return office


@pytest.fixture
def town() -> Town:
    return Town()


@pytest.fixture
def make_user() -> Callable[..., User]:
    def make(name: str = "ha", **fields: Any) -> User:
        return User.objects.create_user(name, password=PASSWORD, display_name="Nguyễn Thị Hà", **fields)

    return make


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with ThreadPoolExecutor(1, "browser") as thread:
        playwright: Any = Elsewhere(thread, thread.submit(sync_playwright().start).result())
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=_QUIET)
        yield chromium
        chromium.close()
        playwright.stop()


@dataclass
class Visitor:
    """One person's window, with everything it asked for and every complaint of the browser."""

    page: Page
    address: str
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def note(self, request: Request) -> None:
        self.requests.append(request.url)

    def go(self, path: str = "/") -> None:
        self.page.goto(self.address + path)

    def sign_in(self, name: str = "ha", password: str = PASSWORD) -> None:
        self.go("/sign-in/")
        self.page.fill("#id_username", name)
        self.page.fill("#id_password", password)
        self.page.click(".door-form button")

    def enter(self, user: User) -> None:
        """Signed in already: with the session that the form would have given."""
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        self.keep(settings.SESSION_COOKIE_NAME, client.session.session_key or "")
        self.go()

    def speak(self, language: str) -> None:
        self.keep(settings.LANGUAGE_COOKIE_NAME, language)

    def keep(self, name: str, value: str) -> None:
        self.page.context.add_cookies([{"name": name, "value": value, "url": self.address}])


def window(browser: Browser, address: str, width: int = 1440, height: int = 1000) -> Visitor:
    """A browser of a person's own: nobody else's cookies. Whoever opens it closes its context."""
    context: BrowserContext = browser.new_context(
        viewport={"width": width, "height": height}, locale="en-US", reduced_motion="reduce"
    )
    context.set_default_timeout(10_000)
    found = Visitor(context.new_page(), address)
    found.page.on("console", found.hear)
    found.page.on("pageerror", lambda error: found.complaints.append(str(error)))
    found.page.on("request", found.note)
    return found


@pytest.fixture
def visitor(browser: Browser, live_server: object) -> Iterator[Visitor]:
    found = window(browser, str(live_server))
    yield found
    found.page.context.close()
