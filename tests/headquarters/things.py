"""One thing of an office for every address that is about a thing."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.utils import timezone

from headquarters.accounts.models import User
from headquarters.accounts.roles import Role
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
from tests.headquarters.conftest import Office26740
from tests.support import FakeTablet


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
