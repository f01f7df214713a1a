"""A headquarters with something on every page, and the way to every page of it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple
from urllib.parse import urljoin

from django.conf import settings
from django.db import transaction
from django.test import Client
from django.utils import timezone

from headquarters.accounts import links
from headquarters.accounts.models import Link, User
from headquarters.accounts.roles import RIGHTS, Role
from headquarters.indicators.models import DossierTotal
from headquarters.offices.models import Desk, Office
from headquarters.ratings.models import Aspect
from headquarters.tablets import grants
from headquarters.tablets.models import TabletGroup
from sync.device import DeviceRequest
from tests.headquarters import page_forms
from tests.headquarters.accounts.conftest import PASSWORD, enter, give_phone
from tests.headquarters.addresses import Address, addresses, is_open, url_of
from tests.headquarters.cases import made
from tests.headquarters.conftest import Office26740
from tests.headquarters.test_phone import Citizen
from tests.headquarters.web.conftest import Town
from tests.support import FakeTablet

Answer = Any
"""Django's, with what its test client adds to it."""


class Page(NamedTuple):
    """``session``: the cookie's value, empty for a stranger. ``answer``: of a form, where there was one."""

    path: str
    session: str = ""
    answer: Answer = None


def full(answer: Answer) -> bool:
    """A page of its own, and neither a file nor a part of another page."""
    return answer.headers["Content-Type"].startswith("text/html") and (
        b"<!doctype html" in bytes(answer.content[:200]).lower()
    )


def ward(town: Town) -> Office:
    """A ward of a province, with figures in every table."""
    office = town.office_with("Phường Tân Hòa", (40, 100, 260))
    province = Office.objects.create(code="74", name="Tỉnh Đông", kind=Office.Kind.PROVINCE)
    Office.objects.filter(pk=office.pk).update(parent=province)
    town.office("Phường Phú An", province)
    tablet = Desk.objects.get(office=office).tablets.get()
    for key in ("nghe-dan-noi", "ton-trong", "thoi-gian"):
        town.cell(tablet, Aspect.CHOICE, key, (40, 20, 60))
    for hour in ("08", "09"):
        town.cell(tablet, Aspect.HOUR, hour, (20, 50, 130))
    town.cell(tablet, Aspect.SERVICE, "ho-tich", (4, 10, 26))
    # A list of late dossiers is held against the totals of its month.
    DossierTotal.objects.create(
        office=office, month=last_month(), handled=40, late=1, imported_at=timezone.now()
    )
    return Office.objects.get(pk=office.pk)


def last_month() -> dt.date:
    """Its first day."""
    return (timezone.localdate().replace(day=1) - dt.timedelta(days=1)).replace(day=1)


class Staff:
    """One person and one browser for each role. A page is looked at by whoever has the most on it."""

    def __init__(self, language: str, name: str = "") -> None:
        self._browsers = {role: self._browser(role, language, name) for role in Role}

    @staticmethod
    def _browser(role: Role, language: str, name: str) -> Client:
        client = enter(User.objects.create_user(f"{name}{role}", password=PASSWORD, role=role))
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        return client

    def role(self, role: Role) -> Client:
        return self._browsers[role]

    def of(self, found: Address) -> Client:
        able = [role for role in Role if found.right is None or found.right in RIGHTS[role]]
        return self._browsers[max(able, key=lambda role: len(RIGHTS[role]))]


def session(client: Client) -> str:
    return client.cookies[settings.SESSION_COOKIE_NAME].value


# More than an address shows by itself -----------------------------------------------------------------------


def user_code(_office: Office | None = None) -> str:
    tablet = FakeTablet()
    asked = DeviceRequest(
        tablet_id=tablet.tablet_id, install_id=tablet.install_id, public_key="", app_version="0.4.0"
    )
    code = grants.authorize(asked, tablet.signer.public_key, "192.0.2.1", "http://x/thiet-bi").user_code
    return f"?ma={code}"


def _group(office: Office) -> str:
    return f"?group={TabletGroup.objects.create(name='Sảnh', office=office).pk}"


QUESTIONS: dict[str, list[Callable[[Office], str]]] = {
    "web:approval": [user_code],
    "web:configuration": [lambda office: f"?office={office.pk}", _group],
    "web:tablets": [lambda _office: "?state=key"],
    "alerts:rule": [lambda office: f"?office={office.pk}"],
    "letters:new": [lambda office: f"?kind=cam-on&case={made.told(office=office).pk}"],
    "letters:index": [lambda _office: "?show=drafts"],
    "reports:new-deadline": [lambda _office: "?like=quarter"],
    "reports:emulation": [lambda office: f"?office={office.pk}&kind=year&of={timezone.localdate().year - 1}"],
    "published:list": [lambda _office: "?state=published"],
    "offices:tree": [lambda _office: "?q=Phường"],
}


# Pages of whoever is not signed in --------------------------------------------------------------------------


def doors(office: Office) -> dict[str, list[Page]]:
    """By name of the address; each is a full page."""
    return {
        "web:sign-in": [Page("/sign-in/")],
        "accounts:code": [Page("/sign-in/code/", _half_in("code", phone=True))],
        "accounts:set-up": [Page("/sign-in/second-step/", _half_in("set-up"))],
        "accounts:welcome": [Page(f"/welcome/{_token()}/"), Page("/welcome/gone/")],
        **_phones(office),
    }


def _half_in(name: str, phone: bool = False) -> str:
    """The session between password and second step."""
    user = User.objects.create_user(name, password=PASSWORD, role=Role.SYSTEM_ADMIN)
    if phone:
        give_phone(user)
    client = Client()
    client.post("/sign-in/", {"username": name, "password": PASSWORD})
    return session(client)


def _token() -> str:
    return links.make(User.objects.create(username="invited"), Link.Kind.INVITATION, None)


def _phones(office: Office) -> dict[str, list[Page]]:
    tablet, now = FakeTablet(), timezone.now()
    Office26740().place(tablet, desk=Desk.objects.create(office=office, name="Quầy 9"))
    fresh, happy, sorry, late = (Citizen(tablet, ago) for ago in (0, 0, 0, 90_000))
    for citizen, level in ((happy, 3), (sorry, 1)):
        citizen.tap(level)
    codes = [made.code() for _ in range(5)]
    made.case(codes[0], office, state="working")
    made.told(codes[1], office=office)
    made.told(codes[2], office=office, satisfaction=1, satisfaction_at=now)
    made.case(codes[3], office, state="referred", referred_to="Sở Xây dựng", referred_on=now.date())
    made.published(now - dt.timedelta(days=1), office)
    scanned = [f"/p/{one}" for one in (fresh.token, happy.token, late.token, "nothing")]
    matters = [f"/tra-cuu/{code}" for code in codes]
    return {
        "citizens:rate": [Page(path) for path in scanned],
        "citizens:thanks": [Page(f"/p/{one.token}/cam-on") for one in (happy, sorry)],
        "citizens:lookup": [Page("/tra-cuu"), Page("/tra-cuu?ma=x")],
        "citizens:lookup-code": [Page(path) for path in matters],
        "citizens:board": [Page("/da-sua"), Page(f"/da-sua?office={office.code}")],
    }


NO_PAGE = {
    "citizens:lookup-rate": "is posted, and leads back",
    "citizens:lookup-again": "is posted, and leads back",
}
"""Open addresses with a word in them that show nothing of their own."""


# All of them ------------------------------------------------------------------------------------------------


def pages(office: Office, staff: Staff) -> Iterator[tuple[str, Page]]:
    """Every address with what it shows: (name, page)."""
    for name, open_to_all in doors(office).items():
        yield from ((name, page) for page in open_to_all)
    for found in addresses():
        if not is_open(found.name):
            client, url = staff.of(found), url_of(found, office)
            asked = [question(office) for question in QUESTIONS.get(found.name, [])]
            yield from ((found.name, Page(url + query, session(client))) for query in ["", *asked])
        elif not found.kwargs:
            yield found.name, Page(found.url({}))


# What forms answer ------------------------------------------------------------------------------------------


def browser(page: Page, language: str) -> Client:
    """Whoever looks at this page, without a window."""
    client = Client(raise_request_exception=False)
    if page.session:
        client.cookies[settings.SESSION_COOKIE_NAME] = page.session
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    return client


def answers(client: Client, path: str, page: bytes) -> Iterator[tuple[str, Answer]]:
    """The pages that a form of this page answers with when it is sent as it lies there with nothing typed, by
    each of its buttons: mostly words about what is missing. Nothing of it is kept."""
    for form in page_forms.posted(page):
        to = urljoin(path, form.action)
        for button in form.buttons or [{}]:
            answer = tried(client, to, form.usual | button)
            if full(answer):
                yield to, answer


def bones(answer: Answer) -> tuple[str, frozenset[bytes]]:
    """What a page is made of: two that differ in words and numbers only are one to axe."""
    marks = re.findall(rb"""(?:id|class|role|aria-\w+)=["'][^"']*""", answer.content)
    return answer.templates[0].name, frozenset(re.sub(rb"\d+|=.*:.*", b"", mark) for mark in marks)


def tried(client: Client, path: str, fields: dict[str, Any]) -> Answer:
    with undone():
        return client.post(path, fields)


@contextmanager
def undone() -> Iterator[None]:
    """Nothing that is done in here is kept."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
