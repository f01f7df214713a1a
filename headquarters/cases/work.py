"""What is done about a case: every change of its state, in one place.

Each function locks the case, looks at its state anew, writes a step and a line in the audit log, all in one
transaction. Who may call it (rights, offices) pages have looked at before; ``by`` empty means the citizen.

    RECEIVED → WORKING ⇄ ANSWERED → TOLD, TOLD → WORKING again; RECEIVED or WORKING → REFERRED → WORKING again
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from headquarters.accounts.models import User
from headquarters.accounts.roles import Right
from headquarters.audit.log import record
from headquarters.cases import staff, telling, terms
from headquarters.cases.models import Case, Step
from headquarters.privacy import holds
from headquarters.wire import plain

State, What = Case.State, Step.What
CITIZEN = "citizen"
LONGEST = 5000
"""Characters of an answer, a note or a reason."""


class Refused(Exception):
    """The deed is not done; ``words`` say why, for the page."""

    def __init__(self, words: str | Promise) -> None:
        super().__init__(words)
        self.words = words


class TooLate(Refused):
    """The case is in another state by now."""

    def __init__(self) -> None:
        super().__init__(_("Somebody else was faster: the case looks different now."))


def classify(case: Case, kind: str, *, by: User, request: HttpRequest | None = None) -> Case:
    """Say what it is; its term counts anew from the same day."""
    if kind not in Case.Kind.values:
        raise Refused(_("Please choose what it is."))
    with transaction.atomic():
        found = _locked(case, State.RECEIVED, State.WORKING)
        found.kind = kind
        law = terms.load()
        # After an opening again its own, shorter term runs, whatever the kind.
        found.due_on = (
            law.due_again(found.counted_from) if found.reopened else law.due_on(kind, found.counted_from)
        )
        found.save(update_fields=["kind", "due_on"])
        _note(found, What.CLASSIFIED, by, request, text=kind)
    return found


def assign(case: Case, to: User, *, by: User, request: HttpRequest | None = None) -> Case:
    """Give it to somebody who may handle it at its office."""
    with transaction.atomic():
        found = _locked(case, State.RECEIVED, State.WORKING)
        if to not in staff.who_may(Right.HANDLE_CASES, found.office):
            raise Refused(_("Please choose somebody who handles cases of this office."))
        found.assigned_to, found.state = to, State.WORKING
        found.save(update_fields=["assigned_to", "state"])
        _note(found, What.ASSIGNED, by, request, text=to.get_full_name())
    return found


def draft(case: Case, text: str, *, by: User, request: HttpRequest | None = None) -> Case:
    """Keep what is written of an answer so far. No step of its own: it is nobody's word yet."""
    with transaction.atomic():
        found = _locked(case, State.WORKING)
        found.answer, found.written_by = plain(text, LONGEST).strip(), by
        found.save(update_fields=["answer", "written_by"])
        record(request, "case.drafted", found.number, office_id=found.office_id, actor=by)
    return found


def submit(case: Case, text: str, *, by: User, request: HttpRequest | None = None) -> Case:
    """The answer is written; somebody has to approve it."""
    text = _needed(text, _("Please write the answer."))
    with transaction.atomic():
        found = _locked(case, State.WORKING)
        if found.kind == Case.Kind.COMPLAINT:
            raise Refused(
                _("A complaint or denunciation is not answered here: refer it to the office in charge.")
            )
        found.answer, found.written_by, found.state = text, by, State.ANSWERED
        found.save(update_fields=["answer", "written_by", "state"])
        _note(found, What.SUBMITTED, by, request, text=text)
    return found


def may_approve(case: Case, user: User) -> bool:
    """Whether this person may approve the answer that stands: not their own words, unless nobody else may."""
    if case.written_by_id != user.pk:
        return True
    return all(other == user for other in staff.who_may(Right.APPROVE_CASES, case.office))


def approve(
    case: Case, *, by: User, request: HttpRequest | None = None, now: dt.datetime | None = None
) -> Case:
    """The answer stands: from this moment its author can read it."""
    now = now or timezone.now()
    with transaction.atomic():
        found = _locked(case, State.ANSWERED)
        if not may_approve(found, by):
            raise Refused(_("You wrote this answer yourself: somebody else has to approve it."))
        found.approved_by, found.approved_at, found.told_at = by, now, now
        _close(found, State.TOLD, now)
        _note(found, What.APPROVED, by, request, text=found.answer)
        telling.told(found)
    return found


def send_back(case: Case, reason: str, *, by: User, request: HttpRequest | None = None) -> Case:
    """Another answer is wanted."""
    reason = _needed(reason, _("Please write what is to be different."))
    with transaction.atomic():
        found = _locked(case, State.ANSWERED)
        found.state = State.WORKING
        found.save(update_fields=["state"])
        _note(found, What.SENT_BACK, by, request, text=reason)
    return found


def refer(
    case: Case,
    to: str,
    reason: str,
    day: dt.date,
    *,
    by: User,
    request: HttpRequest | None = None,
    now: dt.datetime | None = None,
) -> Case:
    """It went to the office in charge on ``day``; khiếu nại and tố cáo always do."""
    to = _needed(to, _("Please write to whom it was referred."))[:200]
    reason = _needed(reason, _("Please write why it was referred."))
    now = now or timezone.now()
    with transaction.atomic():
        found = _locked(case, State.RECEIVED, State.WORKING)
        if not timezone.localdate(found.received_at) <= day <= timezone.localdate(now):
            raise Refused(_("The day of the referral is not before the receipt and not in the future."))
        found.referred_to, found.referred_on = to, day
        _close(found, State.REFERRED, now, day)
        _note(found, What.REFERRED, by, request, text=f"{to} · {day:%d/%m/%Y}\n{reason}")
        telling.told(found)
    return found


def may_reopen(case: Case, now: dt.datetime | None = None) -> bool:
    """Whether the citizen may still say that the answer does not satisfy."""
    law = terms.load()
    return (
        case.state == State.TOLD
        and case.told_at is not None
        and case.reopened < law.reopen_most
        and (now or timezone.now()) <= case.told_at + dt.timedelta(days=law.reopen_within)
    )


def reopen(
    case: Case,
    reason: str,
    *,
    by: User | None = None,
    request: HttpRequest | None = None,
    now: dt.datetime | None = None,
) -> Case:
    """Open it again, with a new term: the citizen (``by`` None) as often as the terms allow, staff always
    and with a reason. Raises TooLate or Refused."""
    now = now or timezone.now()
    if by is not None:
        reason = _needed(reason, _("Please write why it is opened again."))
    with transaction.atomic():
        found = _locked(case, *((State.TOLD,) if by is None else staff.CLOSED))
        if by is None and not may_reopen(found, now):
            raise Refused(_("This answer cannot be asked about again here."))
        found.state = State.WORKING if found.assigned_to_id else State.RECEIVED
        found.reopened += 1
        found.counted_from = timezone.localdate(now)
        found.due_on = terms.load().due_again(found.counted_from)
        found.approved_by = found.approved_at = found.told_at = found.closed_at = found.referred_on = None
        found.referred_to = ""
        found.save()
        _hold(found)
        _note(found, What.REOPENED, by, request, text=reason.strip()[:LONGEST])
    return found


def note(case: Case, text: str, *, by: User, request: HttpRequest | None = None) -> None:
    """Something for colleagues; in every state."""
    text = _needed(text, _("Please write what you want to note."))
    with transaction.atomic():
        _note(case, What.NOTED, by, request, text=text)


def filed(case: Case, name: str, *, by: User, request: HttpRequest | None = None) -> None:
    """A file was added (cases.files keeps it)."""
    _note(case, What.FILED, by, request, text=name)


def held_until(case: Case) -> dt.date | None:
    """To the end of which day its author's contact is kept; None while it is open."""
    if case.closed_at is None:
        return None
    return timezone.localdate(case.closed_at) + dt.timedelta(days=terms.load().contact_days)


def _close(case: Case, state: Case.State, now: dt.datetime, day: dt.date | None = None) -> None:
    case.state, case.closed_at = state, now
    case.late = case.late or (day or timezone.localdate(now)) > case.due_on
    case.save()
    _hold(case)


def _hold(case: Case) -> None:
    if case.tablet_id is not None and case.contact_event is not None:
        holds.keep(case.tablet_id, case.contact_event, held_until(case))


def _locked(case: Case, *states: Case.State) -> Case:
    """As it is now, and nobody else's until the end of the transaction."""
    found = Case.objects.select_for_update(of=("self",)).select_related("office").get(pk=case.pk)
    if found.state not in states:
        raise TooLate
    return found


def _needed(text: str, words: str | Promise) -> str:
    text = plain(text, LONGEST).strip()
    if not text:
        raise Refused(words)
    return text


def _note(case: Case, what: Step.What, by: User | None, request: HttpRequest | None, text: str = "") -> None:
    """A step, and its line in the audit log, which does not repeat what was written."""
    Step.objects.create(case=case, what=what, by=by, at=timezone.now(), text=text)
    record(request, f"case.{what}", case.number, office_id=case.office_id, actor=by or CITIZEN)
