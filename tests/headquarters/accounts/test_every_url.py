"""Every address, asked by every role and by nobody: about the own office, a sister office, another province.

A page says itself which right it wants (``rights.page``). Only what differs from the rule is written here:
pages without a sign-in (OPEN), and for pages about one thing a maker of such a thing (THINGS).
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from headquarters.accounts.models import User
from headquarters.accounts.roles import RIGHTS, Role
from headquarters.alerts.models import Alert, Kind, Message, Webhook
from headquarters.api.models import Token
from headquarters.cases.models import Attachment, Case
from headquarters.letters import choosing as letter_choosing
from headquarters.letters import printing as letter_printing
from headquarters.letters.kinds import Kind as LetterKind
from headquarters.letters.models import Letter
from headquarters.letters.models import Template as LetterTemplate
from headquarters.letters.models import Version as LetterVersion
from headquarters.offices.models import Desk, Office, Official
from headquarters.privacy.models import SubjectRequest
from headquarters.ratings.models import Comment, Event
from headquarters.reports import gather, keeping
from headquarters.reports.models import Deadline, File
from headquarters.reports.periods import Kind as Period
from headquarters.reports.periods import containing
from headquarters.tablets.models import Deed, Tablet, TabletGroup, WishList
from sync import contract
from tests.headquarters.accounts.conftest import Land, enter
from tests.headquarters.cases import made
from tests.headquarters.conftest import Office26740
from tests.support import FakeTablet

pytestmark = [pytest.mark.django_db, pytest.mark.screen_only]

_MISSING = object()
OPEN = {
    "web:sign-in": "the door",
    "web:sign-out": "ends a session, if there is one",
    "web:language": "sets a cookie",
    "web:today": "part of a page: says 'load the page again' to who is signed out",
    "web:wall-board": "part of a page, as web:today",
    "accounts:code": "between password and code: without the password it leads to the door",
    "accounts:set-up": "the same",
    "accounts:welcome": "a one-time link is the proof",
    "citizens:": "citizens have no account",
    "api:openapi": "what the read API is, without a figure",
    "api:read-offices": "a bearer token is the proof",
    "api:read-by-office": "a bearer token is the proof",
    "api:read-by-day": "a bearer token is the proof",
    "api:read-by-promise": "a bearer token is the proof",
    "api:read-published": "a bearer token is the proof",
    "api:read-indicators": "a bearer token is the proof",
    "api:read-nothing": "says that nothing is there",
    "operations:": "the machine that watches: from this machine, or with a token",
    "batches": "tablets sign",
    "enrolments": "tablets sign",
    "device-authorizations": "tablets sign",
    "device-tokens": "tablets sign",
    "configurations": "tablets sign",
    "gaps": "tablets sign",
    "keys": "tablets sign",
    "health": "says only whether the database answers",
}
"""By name, or by namespace with a colon: why no sign-in is asked for."""
WORDS: dict[str, dict[str, str]] = {
    "web:table-csv": {"slug": "offices"},
    "alerts:rule": {"kind": "silent"},
    "offices:export": {"form": "csv"},
    "reports:emulation-file": {"form": "pdf"},
    "letters:start": {"kind": "cam-on"},
    "offices:dossiers-template": {"name": "dossiers"},
    "web:indicators-csv": {"slug": "offices"},
}
"""What stands in an address that is about no office's thing."""
EMPTY = {
    "reports:emulation-file": "the sheet is of one office, and none is named in the question",
    "privacy:request-data": "the request made here names no code, so there are no data to hand out",
    "alerts:rule": "without an office in the question it is the rule of all offices",
}
"""Own things that are answered 404 all the same."""


class Address(NamedTuple):
    name: str
    kwargs: frozenset[str]
    right: Any

    def url(self, kwargs: dict[str, Any]) -> str:
        return reverse(self.name, kwargs=kwargs)


def addresses() -> list[Address]:
    """Every named address of the resolver, once."""
    return list({found.name: found for found in _walk(get_resolver().url_patterns, "")}.values())


def _walk(patterns: list[Any], namespace: str) -> Iterator[Address]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{pattern.namespace}:" if pattern.namespace else namespace
            yield from _walk(pattern.url_patterns, inner)
        elif isinstance(pattern, URLPattern) and pattern.name:
            given = set(pattern.pattern.converters) - set(pattern.default_args)
            right = getattr(pattern.callback, "right", _MISSING)
            yield Address(namespace + pattern.name, frozenset(given), right)


def _is_open(name: str) -> bool:
    return name in OPEN or f"{name.partition(':')[0]}:" in OPEN


# Things of an office ---------------------------------------------------------------------------------------


def _report(office: Office) -> dict[str, Any]:
    """Issued, so that everybody who sees figures may read it."""
    made = keeping.make(office, containing(Period.MONTH, dt.date(2025, 10, 1)), None)
    version = made.versions.get(number=1)
    if version.issued_at is not None:
        return {"pk": made.pk, "number": 1, "form": "pdf"}
    figures = gather.figures(office, made.period, dt.date(2025, 11, 1))
    keeping.put_figures(version, figures)
    keeping.put_files(version, [(form, b"x") for form in File.Form])
    keeping.issue(version, None)
    return {"pk": made.pk, "number": 1, "form": "pdf"}


def _deadline(office: Office) -> Deadline:
    return Deadline.objects.create(
        office=office, kind=Period.YEAR, day=20, source="x", since=timezone.localdate()
    )


def _desk(office: Office) -> Desk:
    return Desk.objects.create(office=office, name=f"Quầy {uuid.uuid4().hex[:6]}")


def _official(office: Office) -> Official:
    return Official.objects.create(office=office, code=f"cb-{uuid.uuid4().hex[:9]}")


def _tablet(office: Office) -> Tablet:
    number = uuid.uuid4()
    return Tablet.objects.create(id=number, desk=_desk(office), public_key=b"", key_id=number.hex[:16])


def _person(office: Office) -> User:
    return User.objects.create(username=uuid.uuid4().hex, role=Role.DESK_STAFF, office=office)


def _alert(office: Office) -> Alert:
    now, cause = timezone.now(), uuid.uuid4().hex
    return Alert.objects.create(
        kind=Kind.CLONE, office=office, cause=cause, open_cause=cause, opened_at=now, last_at=now
    )


def _webhook(office: Office) -> Webhook:
    return Webhook.objects.create(name="x", url="https://example.org/", office=office, salt="0" * 32)


def _message(office: Office) -> Message:
    return Message.objects.create(
        way="webhook", key=uuid.uuid4().hex, webhook=_webhook(office), alert=_alert(office), subject="x",
        body="{}", made_at=timezone.now(), tries=9, error="refused",
    )  # fmt: skip


def _request(office: Office) -> SubjectRequest:
    day = timezone.localdate()
    return SubjectRequest.objects.create(
        kind="access", office=office, received_on=day, answer_by=day, done_by=day,
        registered_by=_person(office),
    )  # fmt: skip


def _contact(office: Office) -> dict[str, Any]:
    fake = FakeTablet()
    Office26740().place(fake, desk=_desk(office))
    event = fake.append(fake.event(contract.CONTACT, {"sealed": "AA==", "key_id": "0" * 16, "lookup": ""}))
    Office26740().push(fake, [event])
    kept = Event.objects.get(tablet_id=fake.tablet_id)
    return {"tablet_id": kept.tablet_id, "event_id": kept.event_id}


def _event(office: Office) -> dict[str, Any]:
    fake = FakeTablet()
    Office26740().place(fake, desk=_desk(office))
    event = fake.rating()
    Office26740().push(fake, [event])
    return {"tablet_id": fake.tablet_id, "event_id": event.event_id}


def _token(office: Office) -> Token:
    later = timezone.now() + dt.timedelta(days=9)
    return Token.objects.create(
        name="x", office=office, hash=uuid.uuid4().hex, prefix="x", made_by=_person(office), expires_at=later
    )


def _wishes(office: Office) -> WishList:
    return WishList.objects.create(office=office, wishes="{}")


def _receipt(office: Office) -> dict[str, Any]:
    sha256 = uuid.uuid4().hex * 2
    folder = settings.DATA / "receipts"
    folder.mkdir(mode=0o700, exist_ok=True)
    (folder / f"{sha256}.kioskr").write_bytes(b"")
    Deed.objects.create(
        tablet_id=_tablet(office).pk, kind=Deed.Kind.IMPORTED, detail=f"{sha256[:12]}: accepted 1"
    )
    return {"sha256": sha256}


def _words(make: Callable[[Office], dict[str, Any]], *names: str) -> Callable[[Office], dict[str, Any]]:
    return lambda office: {name: value for name, value in make(office).items() if name in names}


def _case(office: Office) -> Case:
    return made.case(office=office, state=Case.State.TOLD)


def _pk(make: Callable[[Office], Any]) -> Callable[[Office], dict[str, Any]]:
    return lambda office: {"pk": make(office).pk}


def _case(office: Office) -> Case:
    number = uuid.uuid4().hex
    day = timezone.localdate()
    return Case.objects.create(number=number, office=office, received_at=timezone.now(), due_on=day)


def _case_file(office: Office) -> dict[str, Any]:
    case = _case(office)
    kept = Attachment.objects.create(
        case=case, name="x.pdf", sha256=uuid.uuid4().hex, size=1, by=_person(office), at=timezone.now()
    )
    return {"pk": case.pk, "file_pk": kept.pk}


def _comment(office: Office) -> dict[str, Any]:
    row = Comment.objects.create(
        tablet_id=uuid.uuid4(), event_id=uuid.uuid4(), visit_id=uuid.uuid4().hex, day=timezone.localdate(),
        wall_ms=0, office_id=office.pk, topic="gop-y", text="x", folded="x",
    )  # fmt: skip
    return {"tablet_id": row.tablet_id, "event_id": row.event_id}


def _letter(office: Office) -> dict[str, Any]:
    now, by = timezone.now(), _person(office)
    letter = Letter.objects.create(
        kind=LetterKind.THANKS, office=office, made_by=by, made_at=now, changed_at=now
    )
    LetterVersion.objects.create(letter=letter, number=1, values={}, by=by, at=now)
    return {"pk": letter.pk, "number": 1, "form": "docx"}


def _letter_template(office: Office) -> LetterTemplate:
    data = letter_printing.start(LetterKind.THANKS)
    return letter_choosing.add(LetterKind.THANKS, office, "x.docx", data, _person(office))


THINGS: dict[str, Callable[[Office], dict[str, Any]]] = {
    "accounts:account": _pk(_person),
    "alerts:alert": _pk(_alert),
    "alerts:again": _pk(_message),
    "cases:case": _pk(_case),
    "cases:handle": _pk(_case),
    "cases:approve": _pk(_case),
    "cases:file": _case_file,
    "cases:make": _comment,
    "alerts:hook-off": _pk(_webhook),
    "privacy:contact": _contact,
    "privacy:request": _pk(_request),
    "privacy:request-data": _pk(_request),
    "documents:letterhead": _pk(lambda office: office),
    "documents:letterhead-preview": _pk(lambda office: office),
    "documents:letterhead-pdf": _pk(lambda office: office),
    "documents:letterhead-derive": _pk(lambda office: office),
    "published:one": _pk(_case),
    "published:words": _pk(_case),
    "published:decide": _pk(_case),
    "web:figures-office": lambda office: {"office_id": office.pk},
    "api:revoke": _pk(_token),
    "web:group": lambda office: {"pk": TabletGroup.objects.create(name="x", office=office).pk},
    "web:chain": lambda office: {"tablet_id": _tablet(office).pk},
    "web:chain-find": lambda office: {"tablet_id": _tablet(office).pk},
    "web:proof": _event,
    "web:tablet": lambda office: {"tablet_id": _tablet(office).pk},
    "web:tablet-health-csv": lambda office: {"tablet_id": _tablet(office).pk},
    "web:configuration-back": _pk(_wishes),
    "web:receipt": _receipt,
    "letters:letter": _words(_letter, "pk"),
    "letters:file": _letter,
    "letters:decline": lambda office: {"pk": _case(office).pk, "kind": "cam-on"},
    "letters:template": _pk(_letter_template),
    "letters:template-file": _pk(_letter_template),
    "reports:report": _words(_report, "pk"),
    "reports:act": _words(_report, "pk"),
    "reports:progress": _words(_report, "pk"),
    "reports:version": _words(_report, "pk", "number"),
    "reports:download": _report,
    "reports:deadline": _pk(_deadline),
    "reports:review": _pk(_desk),
    "reports:review-official": _pk(_official),
    "offices:office": _pk(lambda office: office),
    "offices:edit": _pk(lambda office: office),
    "offices:close": _pk(lambda office: office),
    "offices:split": _pk(lambda office: office),
    "offices:new-desk": _pk(lambda office: office),
    "offices:desk": _pk(_desk),
    "offices:close-desk": _pk(_desk),
    "offices:new-official": _pk(lambda office: office),
    "offices:official": _pk(_official),
    "offices:forget-official": _pk(_official),
}
"""Name of an address → a thing of the office that it is about, as the address's words."""


GUARDED = [found for found in addresses() if not _is_open(found.name)]


def _statuses(client: Client, url: str) -> list[int]:
    return [client.get(url).status_code, client.post(url).status_code]


def _url(found: Address, office: Office) -> str:
    make = THINGS.get(found.name)
    return found.url(make(office) if make else WORDS.get(found.name, {}))


def _holds(found: Address, role: Role) -> bool:
    return found.right is None or found.right in RIGHTS[role]


def _browser(role: Role, office: Office | None) -> Client:
    person = User.objects.create(username=uuid.uuid4().hex, role=role, office=office)
    client = enter(person)
    client.raise_request_exception = False
    return client


def test_every_address_is_decorated_or_listed_with_a_reason() -> None:
    assert [words for found in addresses() if (words := _amiss(found))] == []


def _amiss(found: Address) -> str:
    """What whoever added this address has to add, too."""
    if _is_open(found.name):
        return ""
    if found.right is _MISSING:
        return (
            f"{found.name}: decorate its view with rights.page(Right.…), outermost; or, if nobody needs to "
            f"sign in, add it to OPEN in {__name__} with the reason"
        )
    if found.kwargs and found.name not in {*THINGS, *WORDS}:
        return (
            f"{found.name} takes {sorted(found.kwargs)}: add to THINGS in {__name__} a maker of such a thing "
            "of one office, or to WORDS what stands there if it is about no office's thing"
        )
    return ""


def test_no_entry_is_left_over() -> None:
    names = {found.name for found in addresses()}
    spaces = {f"{name.partition(':')[0]}:" for name in names if ":" in name}
    assert {name for name in OPEN if name not in names and name not in spaces} - {
        "api:",
        "operations:",
    } == set()
    assert {*THINGS, *WORDS} - names == set()


@pytest.mark.screen_only
def test_nobody_gets_in_without_signing_in(land: Land) -> None:
    amiss = []
    for found in GUARDED:
        url = _url(found, land.ward)
        leads = Client().get(url).headers.get("Location", "")
        if _statuses(Client(), url) != [302, 302] or not leads.startswith("/sign-in/?next="):
            amiss.append(url)
    assert amiss == []


@pytest.mark.screen_only
@pytest.mark.parametrize("role", list(Role))
def test_a_role_without_the_right_is_refused_whatever_it_asks_about(land: Land, role: Role) -> None:
    client, amiss = _browser(role, land.ward), []
    for found in GUARDED:
        if _holds(found, role):
            continue
        for office in (land.ward, land.foreign):
            url = _url(found, office)
            told = _statuses(client, url)
            amiss += [f"{url} of {office}: {told}"] if told != [403, 403] else []
    assert amiss == []


@pytest.mark.parametrize("role", list(Role))
def test_things_of_other_offices_are_not_there(land: Land, role: Role) -> None:
    """404 and not 403: that there is such a thing is not told either. And no 500 on the way."""
    client, amiss = _browser(role, land.ward), []
    for found in GUARDED:
        if not _holds(found, role):
            continue
        told = _statuses(client, _url(found, land.ward))
        refused = {403, 500} if found.name in EMPTY else {403, 404, 500}
        amiss += [f"{found.name} of the own office: {told}"] if refused & set(told) else []
        if found.name not in THINGS:
            continue
        for office in (land.sister, land.foreign, land.province):
            told = _statuses(client, _url(found, office))
            if not set(told) <= {404, 405} or 404 not in told:
                amiss.append(f"{found.name} of {office}: {told}")
    assert amiss == []


@pytest.mark.screen_only
def test_things_that_were_never_there_are_not_told_from_foreign_ones(land: Land) -> None:
    nothing = {
        "pk": 9_999_999,
        "number": 9_999,
        "file_pk": 9_999_999,
        "office_id": 9_999_999,
        "sha256": "0" * 64,
    }
    browsers, amiss = {role: _browser(role, land.ward) for role in Role}, []
    for found in GUARDED:
        if found.name not in THINGS:
            continue
        client = next(browsers[role] for role in Role if _holds(found, role))
        told = _statuses(client, found.url({name: nothing.get(name, uuid.uuid4()) for name in found.kwargs}))
        amiss += [f"{found.name}: {told}"] if not set(told) <= {404, 405} else []
    assert amiss == []


def test_who_sees_every_office_gets_an_answer_everywhere(land: Land) -> None:
    """Nothing falls over for offices without figures, and an empty form is answered in words."""
    browsers, amiss = {role: _browser(role, None) for role in Role}, []
    for found in GUARDED:
        client = next(browsers[role] for role in Role if _holds(found, role))
        told = _statuses(client, _url(found, land.foreign))
        refused = {403} if found.name in EMPTY else {403, 404}
        amiss += [f"{found.name}: {told}"] if max(told) >= 500 or refused & set(told) else []
    assert amiss == []
