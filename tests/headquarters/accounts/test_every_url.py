"""Every address, asked by every role and by nobody: about the own office, a sister office, a foreign one."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client

from headquarters.accounts.roles import Role
from tests.headquarters.accounts.conftest import Land
from tests.headquarters.addresses import (
    EMPTY,
    GUARDED,
    MISSING,
    OPEN,
    WORDS,
    Address,
    addresses,
    browser_of,
    holds,
    is_open,
    unnamed,
    url_of,
)
from tests.headquarters.things import THINGS

pytestmark = [pytest.mark.django_db, pytest.mark.screen_only]


def _statuses(client: Client, url: str) -> list[int]:
    return [client.get(url).status_code, client.post(url).status_code]


def test_every_address_is_decorated_or_listed_with_a_reason() -> None:
    assert [words for found in addresses() if (words := _amiss(found))] == []


def _amiss(found: Address) -> str:
    """What whoever added this address has to add, too."""
    if is_open(found.name):
        return ""
    if found.right is MISSING:
        return (
            f"{found.name}: decorate its view with rights.page(Right.…), outermost; or, if nobody needs to "
            f"sign in, add it to OPEN in {addresses.__module__} with the reason"
        )
    if found.kwargs and found.name not in {*THINGS, *WORDS}:
        return (
            f"{found.name} takes {sorted(found.kwargs)}: add to THINGS in things.py a maker of such "
            "a thing of one office, or to WORDS what stands there if it is about no office's thing"
        )
    return ""


def test_only_other_spellings_of_citizens_pages_have_no_name() -> None:
    """Loops over the names ask for everything else; these lead to views that have a name as well."""
    spellings = {"P/<str:token>", "TRA-CUU/<str:code>", "tra-cuu/", "da-sua/"}
    assert unnamed() == {f"citizens:{route}" for route in spellings}


def test_no_entry_is_left_over() -> None:
    names = {found.name for found in addresses()}
    spaces = {f"{name.partition(':')[0]}:" for name in names if ":" in name}
    assert {name for name in OPEN if name not in names and name not in spaces} - {
        "api:",
        "operations:",
    } == set()
    assert {*THINGS, *WORDS} - names == set()


def test_nobody_gets_in_without_signing_in(land: Land) -> None:
    amiss = []
    for found in GUARDED:
        url = url_of(found, land.ward)
        leads = Client().get(url).headers.get("Location", "")
        if _statuses(Client(), url) != [302, 302] or not leads.startswith("/sign-in/?next="):
            amiss.append(url)
    assert amiss == []


@pytest.mark.parametrize("role", list(Role))
def test_a_role_without_the_right_is_refused_whatever_it_asks_about(land: Land, role: Role) -> None:
    client, amiss = browser_of(role, land.ward), []
    for found in GUARDED:
        if holds(found, role):
            continue
        for office in (land.ward, land.foreign):
            url = url_of(found, office)
            told = _statuses(client, url)
            amiss += [f"{url} of {office}: {told}"] if told != [403, 403] else []
    assert amiss == []


@pytest.mark.parametrize("role", list(Role))
def test_things_of_other_offices_are_not_there(land: Land, role: Role) -> None:
    """404 and not 403: that there is such a thing is not told either. And no 500 on the way."""
    client, amiss = browser_of(role, land.ward), []
    for found in GUARDED:
        if not holds(found, role):
            continue
        told = _statuses(client, url_of(found, land.ward))
        refused = {403, 500} if found.name in EMPTY else {403, 404, 500}
        amiss += [f"{found.name} of the own office: {told}"] if refused & set(told) else []
        if found.name not in THINGS:
            continue
        for office in (land.sister, land.foreign, land.province):
            told = _statuses(client, url_of(found, office))
            if not set(told) <= {404, 405} or 404 not in told:
                amiss.append(f"{found.name} of {office}: {told}")
    assert amiss == []


def test_things_that_were_never_there_are_not_told_from_foreign_ones(land: Land) -> None:
    nothing = {
        "pk": 9_999_999,
        "number": 9_999,
        "file_pk": 9_999_999,
        "office_id": 9_999_999,
        "sha256": "0" * 64,
    }
    browsers, amiss = {role: browser_of(role, land.ward) for role in Role}, []
    for found in GUARDED:
        if found.name not in THINGS:
            continue
        client = next(browsers[role] for role in Role if holds(found, role))
        told = _statuses(client, found.url({name: nothing.get(name, uuid.uuid4()) for name in found.kwargs}))
        amiss += [f"{found.name}: {told}"] if not set(told) <= {404, 405} else []
    assert amiss == []


def test_who_sees_every_office_gets_an_answer_everywhere(land: Land) -> None:
    """Nothing falls over for offices without figures, and an empty form is answered in words."""
    browsers, amiss = {role: browser_of(role, None) for role in Role}, []
    for found in GUARDED:
        client = next(browsers[role] for role in Role if holds(found, role))
        told = _statuses(client, url_of(found, land.foreign))
        refused = {403} if found.name in EMPTY else {403, 404}
        amiss += [f"{found.name}: {told}"] if max(told) >= 500 or refused & set(told) else []
    assert amiss == []
