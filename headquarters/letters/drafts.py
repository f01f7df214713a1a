"""What is done with a letter, from the first draft until it was sent. Each deed keeps a version or a note,
and stands in the history of the letter's case."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from headquarters.accounts.models import User
from headquarters.audit.log import record
from headquarters.cases import work
from headquarters.cases.models import Case
from headquarters.letters import choosing, fields, printing, wording
from headquarters.letters.kinds import Kind, Reason
from headquarters.letters.models import Declined, Letter, Version
from headquarters.offices.models import Office

Values = dict[str, str]
Asked = HttpRequest | None
_TITLES = {
    Kind.APOLOGY: "Thư xin lỗi",
    Kind.THANKS: "Thư cảm ơn",
    Kind.EXTENSION: "Văn bản xin lỗi và đề nghị gia hạn",
}
_SAID = {
    "drafted": "đã soạn bản thảo",
    "taken_back": "lấy lại để sửa",
    "ready": "đã trình ký",
    "sent": "đã gửi",
    "dropped": "không gửi nữa",
    "declined": "không cần gửi",
}


class TooLate(Exception):
    """The letter is no longer what the person saw."""


class Unfilled(Exception):
    """A letter with empty places is not ready; ``names``: the fields."""

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__(", ".join(names))
        self.names = names


def beginning(kind: Kind, office: Office, case: Case | None, reason: str) -> Values:
    """What the form of a new letter holds: the usual words for its reason. Never the receiver's name: whoever
    writes opens the contact on purpose and types it."""
    words = wording.load().kinds[kind]
    known = {**printing.of_the_office(kind, office, case), "xung_ho": fields.USUAL_ADDRESS}
    if case is not None:
        known["ngay_nhan"] = fields.written_day(timezone.localdate(case.received_at))
        known["han_tra_loi"] = fields.written_day(case.due_on)
    values = {field.name: "" for field in fields.typed(kind)}
    values.update(words.usual)
    values["xung_ho"] = fields.USUAL_ADDRESS
    if case is not None and reason in words.begins:
        values["noi_dung"] = fields.put_in(words.begins[reason], known)
    if case is not None and "ma_ho_so" in values:
        values["ma_ho_so"] = case.dossier
    return values


@transaction.atomic
def start(
    kind: Kind,
    office: Office,
    case: Case | None,
    reason: str,
    values: Values,
    by: User,
    request: Asked = None,
) -> Letter:
    """A new draft with its first version."""
    now = timezone.now()
    made = Letter.objects.create(
        kind=kind, reason=reason if reason in Reason.values else "", office=office, case=case, made_by=by,
        made_at=now, changed_at=now,
    )  # fmt: skip
    _add(made, values, by, now)
    _note(made, "drafted", by, request)
    return made


@transaction.atomic
def change(letter: Letter, values: Values, by: User, request: Asked = None) -> None:
    """Another version, if anything is different. Raises TooLate where it is no draft any more."""
    _is(letter, Letter.State.DRAFT)
    if latest(letter).values != values:
        _add(letter, values, by, timezone.now())
        _log(letter, "written", by, request)


@transaction.atomic
def make_ready(letter: Letter, by: User, request: Asked = None) -> None:
    """Printed once and kept as it is. Raises Unfilled, TooLate."""
    _is(letter, Letter.State.DRAFT)
    version = latest(letter)
    empty = [
        one.name for one in fields.typed(Kind(letter.kind)) if one.wanted and not version.values.get(one.name)
    ]
    if empty:
        raise Unfilled(tuple(empty))
    version.template = choosing.chosen(Kind(letter.kind), letter.office)
    printed = printing.printed(letter, version.values, version.template)
    version.docx, version.pdf = printed.docx(), printed.pdf()
    version.save(update_fields=["template", "docx", "pdf"])
    _set(letter, Letter.State.READY)
    _note(letter, "ready", by, request)


@transaction.atomic
def take_back(letter: Letter, by: User, request: Asked = None) -> None:
    """A ready letter, or one that was laid aside, becomes a draft again, with a version of its own."""
    _is(letter, Letter.State.READY, Letter.State.DROPPED)
    _add(letter, latest(letter).values, by, timezone.now())
    _set(letter, Letter.State.DRAFT)
    _note(letter, "taken_back", by, request)


@transaction.atomic
def sent(letter: Letter, number: str, on: dt.date, by: User, request: Asked = None) -> None:
    """The office has signed and sent it; number and day as written on the paper."""
    _is(letter, Letter.State.READY)
    letter.sent_number, letter.sent_on, letter.noted_by, letter.noted_at = number, on, by, timezone.now()
    letter.save(update_fields=["sent_number", "sent_on", "noted_by", "noted_at"])
    _set(letter, Letter.State.SENT)
    _note(letter, "sent", by, request, f"số {number}, ngày {fields.written_day(on)}")


@transaction.atomic
def lay_aside(letter: Letter, by: User, request: Asked = None) -> None:
    """Not written after all; it can be taken back."""
    _is(letter, Letter.State.DRAFT, Letter.State.READY)
    _set(letter, Letter.State.DROPPED)
    _note(letter, "dropped", by, request)


@transaction.atomic
def decline(case: Case, kind: Kind, by: User, request: Asked = None) -> None:
    """The case needs no such letter."""
    _one, new = Declined.objects.get_or_create(
        case=case, kind=kind, defaults={"by": by, "at": timezone.now()}
    )
    if new:
        work.note(case, f"{_TITLES[kind]}: {_SAID['declined']}", by=by, request=request)
        record(request, "letter.declined", case.number, office_id=case.office_id, detail=kind, actor=by)


def latest(letter: Letter) -> Version:
    """What it says now."""
    return letter.versions.defer("docx", "pdf")[0]


def _add(letter: Letter, values: Values, by: User, at: dt.datetime) -> None:
    last = letter.versions.values_list("number", flat=True).first() or 0
    Version.objects.create(letter=letter, number=last + 1, values=values, by=by, at=at)
    letter.changed_at = at
    letter.save(update_fields=["changed_at"])


def _is(letter: Letter, *states: Letter.State) -> None:
    """Locks the letter; two people may press at once."""
    now = Letter.objects.select_for_update().values_list("state", flat=True).get(pk=letter.pk)
    if now not in states:
        raise TooLate
    letter.state = now


def _set(letter: Letter, state: Letter.State) -> None:
    letter.state, letter.changed_at = state, timezone.now()
    letter.save(update_fields=["state", "changed_at"])


def _note(letter: Letter, what: str, by: User, request: Asked, more: str = "") -> None:
    """In the audit log, and in the case's history (Vietnamese, as other notes there)."""
    _log(letter, what, by, request)
    if letter.case is not None:
        words = f"{_TITLES[Kind(letter.kind)]}: {_SAID[what]}{f' ({more})' if more else ''}"
        work.note(letter.case, words, by=by, request=request)


def _log(letter: Letter, what: str, by: User, request: Asked) -> None:
    record(request, f"letter.{what}", str(letter), office_id=letter.office_id, actor=by)
