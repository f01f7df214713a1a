"""Ids in forms: a deed that works with a thing of the own office is refused with one of another office.

Addresses are walked by tests/headquarters/accounts/test_every_url.py; here it is what a form names besides.
"""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from django.apps import apps
from django.test import Client
from django.utils import timezone

from headquarters.accounts.models import User
from headquarters.accounts.roles import Role
from headquarters.audit.models import Entry
from headquarters.offices.models import Desk, Office
from headquarters.tablets.models import Tablet, TabletGroup
from tests.headquarters.accounts.conftest import Land
from tests.headquarters.addresses import browser_of
from tests.headquarters.things import _case, _desk, _person, _tablet

pytestmark = [pytest.mark.django_db, pytest.mark.screen_only]


class Deed(NamedTuple):
    """``about``: the address, for a thing of the own office; ``named``: what the field names. A field with a
    question mark stands in the address."""

    role: Role
    about: Callable[[Office], str]
    field: str
    named: Callable[[Office], Any]
    rest: dict[str, str]


def _pk(office: Office) -> Any:
    return office.pk


def _handler(office: Office) -> Any:
    return User.objects.create(username=uuid.uuid4().hex, role=Role.CASE_HANDLER, office=office).pk


def _at(path: str) -> Callable[[Office], str]:
    return lambda _office: path


def _now() -> str:
    return timezone.localtime().strftime("%Y-%m-%dT%H:%M")


TODAY = dt.date.today().isoformat()  # noqa: DTZ011 - any day will do
DEEDS = {
    "invite": Deed(
        Role.OFFICE_ADMIN, _at("/accounts/invite/"), "office", _pk,
        {"username": "hoa", "display_name": "Hoa", "role": Role.LEADER},
    ),
    "place a person": Deed(
        Role.OFFICE_ADMIN, lambda office: f"/accounts/{_person(office).pk}/", "office", _pk,
        {"action": "place", "role": Role.LEADER},
    ),
    "move a tablet": Deed(
        Role.OFFICE_ADMIN, lambda office: f"/tablets/{_tablet(office).pk}/", "desk",
        lambda office: _desk(office).pk, {"action": "move"},
    ),
    "replace a tablet": Deed(
        Role.OFFICE_ADMIN, lambda office: f"/tablets/{_tablet(office).pk}/", "new",
        lambda office: _tablet(office).pk, {"action": "replace"},
    ),
    "assign a case": Deed(
        Role.CASE_HANDLER, lambda office: f"/cases/{_case(office).pk}/handle", "to", _handler,
        {"action": "assign"},
    ),
    "make a token": Deed(
        Role.SYSTEM_ADMIN, _at("/api/tokens/"), "office", _pk, {"name": "LGSP", "days": "9"},
    ),
    "make a report": Deed(
        Role.OFFICE_ADMIN, _at("/reports/new/"), "office", _pk, {"kind": "month", "day": "2026-01-15"},
    ),
    "register a request": Deed(
        Role.CASE_HANDLER, _at("/requests/"), "office", _pk,
        {"kind": "access", "received_on": TODAY, "name": "Lê Văn Minh", "phone": "0912345678", "code": ""},
    ),
    "add an office": Deed(
        Role.SYSTEM_ADMIN, _at("/offices/new/"), "parent", _pk,
        {"name": "UBND phường Mới", "code": "26999", "kind": "commune", "valid_from": TODAY},
    ),
    "wish for tablets": Deed(Role.OFFICE_ADMIN, _at("/tablets/configuration/"), "?office", _pk, {}),
    "wish for a group": Deed(
        Role.OFFICE_ADMIN, _at("/tablets/configuration/"), "?group",
        lambda office: TabletGroup.objects.create(name=uuid.uuid4().hex, office=office).pk, {},
    ),
}  # fmt: skip


def rows() -> dict[str, set[tuple[Any, ...]]]:
    """Everything that headquarters keeps but what it notes of sessions and in the log."""
    left_out = {"Entry", "SignedIn", "Session", "AccessLog", "AccessAttempt", "ContentType", "Permission"}
    return {
        model.__name__: {tuple(map(str, row)) for row in model._default_manager.values_list()}
        for model in apps.get_models()
        if model.__module__.startswith("headquarters.")
        and model.__name__ not in left_out
        and model._meta.managed
    }


def send(browser: Client, path: str, field: str, value: str, rest: dict[str, str]) -> Any:
    if field.startswith("?"):
        return browser.post(f"{path}{field}={value}", rest)
    return browser.post(path, rest | {field: value})


@pytest.mark.parametrize("name", DEEDS)
def test_no_form_takes_a_thing_of_another_office(land: Land, name: str) -> None:
    deed = DEEDS[name]
    browser = browser_of(deed.role, land.ward)
    path = deed.about(land.ward)
    ids = {office.pk: str(deed.named(office)) for office in (land.sister, land.foreign, land.province)}
    rest = {"at": _now(), **deed.rest} if deed.rest.get("action") == "move" else deed.rest
    before = rows()
    # A handler of the province handles its wards' cases.
    others = [land.sister, land.foreign, *([land.province] if name != "assign a case" else [])]
    for office in others:
        answer = send(browser, path, deed.field, ids[office.pk], rest)
        assert 400 <= answer.status_code < 500, f"{office}: {answer.status_code}"
        assert rows() == before, f"something was done with a thing of {office}"
    own = send(browser, path, deed.field, str(deed.named(land.ward)), rest)
    assert own.status_code in (200, 302), f"the own one must be taken: {own.content.decode()[-1500:]}"


def test_a_group_takes_no_tablet_of_another_office(land: Land) -> None:
    browser = browser_of(Role.OFFICE_ADMIN, land.ward)
    group = TabletGroup.objects.create(name="Nhóm", office=land.ward)
    own, foreign = _tablet(land.ward), _tablet(land.sister)
    browser.post(f"/tablets/groups/{group.pk}/", {"name": "Nhóm", "tablet": [str(own.pk), str(foreign.pk)]})
    assert list(group.tablets.all()) == [own]


def test_one_ends_no_session_of_somebody_else(land: Land) -> None:
    from headquarters.accounts.models import SignedIn

    other, browser = browser_of(Role.LEADER, land.ward), browser_of(Role.SYSTEM_ADMIN, None)
    place = SignedIn.objects.get(session_key=other.session.session_key)
    browser.post("/me/", {"action": "end", "place": str(place.pk)})
    assert other.get("/me/").status_code == 200


@pytest.mark.parametrize(
    "field", ["is_superuser", "is_staff", "is_active", "password", "role", "office", "id"]
)
def test_fields_that_a_form_does_not_have_change_nothing(land: Land, field: str) -> None:
    """Mass assignment: the page of one's own account, sent with everything an account has."""
    browser = browser_of(Role.DESK_STAFF, land.ward)
    user = User.objects.get(pk=browser.session["_auth_user_id"])
    before = {
        one: getattr(user, one) for one in ("role", "office_id", "password", "is_active", "is_superuser")
    }
    browser.post("/me/", {"action": "password", field: Role.SYSTEM_ADMIN, "present": "", "again": ""})
    user.refresh_from_db()
    assert {one: getattr(user, one) for one in before} == before


def test_what_is_taken_away_holds_nothing_of_other_offices(land: Land) -> None:
    """Every list as a file, asked for by name and by the ids of other offices."""
    for office in (land.sister, land.foreign):
        Desk.objects.create(office=office, name=f"Quầy của {office.code}")
        Tablet.objects.create(id=uuid.uuid4(), desk=_desk(office), public_key=b"", key_id=office.code * 3)
        Entry.objects.create(who=f"ai-{office.code}", action="door.signed_in", office=office)
    browsers = [browser_of(role, land.ward) for role in (Role.SYSTEM_ADMIN, Role.LEADER)]
    figures = ("offices", "desks", "indicators/offices")
    paths = [f"/figures/{name}.csv" for name in figures]
    paths += ["/audit/log.csv", "/comments.csv", "/offices/export.csv", "/offices/export.xlsx"]
    questions = ({}, {"office": str(land.foreign.pk)}, {"office": land.sister.code, "q": "Phường B"})
    got = 0
    for browser in browsers:
        for path in paths:
            for asked in questions:
                answer = browser.get(path, asked)
                assert answer.status_code in (200, 302, 403, 404), (path, answer.status_code)
                got += answer.status_code == 200
                content = b"".join(answer) if answer.streaming else answer.content
                content = re.sub(rb"<svg.*?</svg>", b"", content, flags=re.DOTALL)  # drawings are not told
                for office in (land.sister, land.foreign):
                    # As a word of its own: "92" stands in many a random id.
                    told = re.search(rf"(?<![\w-]){office.code}(?![\w-])".encode(), content)
                    assert told is None or path.endswith("xlsx"), path
                    assert office.name.encode() not in content, path
    assert got > 10
