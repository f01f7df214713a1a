"""A list asked about another office's things, in its address: nothing of that office is answered with."""

from __future__ import annotations

import io
import zipfile
from typing import Any, NamedTuple

import pytest

from headquarters.accounts.models import User
from headquarters.accounts.roles import Role
from headquarters.cases.models import Case
from headquarters.offices.models import Desk, Office, Official
from headquarters.tablets.models import Tablet, TabletGroup
from tests.headquarters.accounts.conftest import Land
from tests.headquarters.addresses import GUARDED, WORDS, browser_of, holds
from tests.headquarters.things import THINGS

pytestmark = [pytest.mark.django_db, pytest.mark.screen_only]
_LISTS = [found for found in GUARDED if found.name not in THINGS]


class Strangers(NamedTuple):
    """What may stand in a question, and what must not be in any answer."""

    questions: list[dict[str, Any]]
    names: set[str]


@pytest.fixture
def strangers(land: Land) -> Strangers:
    """A sister office and one of another province, each with something of everything."""
    offices = [land.sister, land.foreign]
    for office in offices:
        for make in THINGS.values():
            make(office)
    of = {"office__in": offices}
    names = {office.name for office in offices}
    for model, field in ((Desk, "name"), (Official, "code"), (User, "username"), (Case, "number")):
        names |= set(model.objects.filter(**of).values_list(field, flat=True))
    return Strangers([one for office in offices for one in _questions(office)], names)


def _questions(office: Office) -> list[dict[str, Any]]:
    desk, tablet = (model.objects.filter(**of)[0].pk for model, of in (
        (Desk, {"office": office}), (Tablet, {"desk__office": office})))  # fmt: skip
    case, group = Case.objects.filter(office=office)[0].pk, TabletGroup.objects.filter(office=office)[0].pk
    return [
        {"office": office.pk}, {"office": office.code}, {"office": office.pk, "desk": desk}, {"desk": desk},
        {"parent": office.pk}, {"tablet": tablet}, {"group": group}, {"case": case, "kind": "xin-loi"},
    ]  # fmt: skip


@pytest.mark.parametrize("role", list(Role))
def test_nothing_of_another_office_is_answered_with(land: Land, strangers: Strangers, role: Role) -> None:
    client, amiss = browser_of(role, land.ward), []
    for found in _LISTS:
        if not holds(found, role):
            continue
        url = found.url(WORDS.get(found.name, {}))
        for question in strangers.questions:
            answer = client.get(url, question)
            text = _text(answer.content if not answer.streaming else b"".join(answer.streaming_content))
            told = [name for name in strangers.names if name in text]
            if told or answer.status_code >= 500:
                amiss.append(f"{url} {question}: {answer.status_code} {told[:3]}")
    assert amiss == []


def test_whoever_sees_them_is_told_their_names(strangers: Strangers) -> None:
    """Else the test above would prove nothing."""
    client = browser_of(Role.SYSTEM_ADMIN, None)
    urls = [found.url(WORDS.get(found.name, {})) for found in _LISTS if holds(found, Role.SYSTEM_ADMIN)]
    bodies = {url: _text(client.get(url).content) for url in urls}
    told = {url for url, text in bodies.items() if any(name in text for name in strangers.names)}
    assert len(told) > len(urls) / 3, told


def _text(body: bytes) -> str:
    """A workbook is read inside."""
    if not body.startswith(b"PK"):
        return body.decode(errors="replace")
    with zipfile.ZipFile(io.BytesIO(body)) as parts:
        return "".join(parts.read(name).decode(errors="replace") for name in parts.namelist())
