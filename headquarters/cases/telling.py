"""The citizen is told: by the page of their lookup code, and by mail where they left an address.

The address is stored sealed and nowhere else. It is opened at the moment of sending, by headquarters itself
and for nothing else, and each opening stands in the audit log. The mail says that there is an answer and
where it can be read; it repeats neither what the citizen wrote nor the answer: mail travels in the open.
"""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from headquarters import formats
from headquarters.alerts import outbox, webhooks
from headquarters.alerts.models import Message
from headquarters.audit.log import record
from headquarters.cases.models import Case
from headquarters.privacy import contacts
from headquarters.privacy.models import Erasure
from headquarters.ratings import lookups
from headquarters.ratings.models import Event
from headquarters.sealing import CannotOpen
from sync import contract, lookup

WRITER = "case"
_TOLD = (Case.State.TOLD, Case.State.REFERRED)
NO_ADDRESS, BAD_ADDRESS, ERASED, OPEN_AGAIN = "no-address", "bad-address", "erased", "open-again"
_SETTLED: dict[str, Promise] = {
    NO_ADDRESS: gettext_lazy("No mail: no e-mail address was left, only a telephone number."),
    BAD_ADDRESS: gettext_lazy("No mail: the e-mail address that was left is none."),
    ERASED: gettext_lazy("No mail: how to reach the citizen has been erased."),
    OPEN_AGAIN: gettext_lazy("No mail: the case was opened again before it left."),
}


def told(case: Case) -> bool:
    """Queue the mail about the answer, or about the referral, that stands now; whether there is one to send.
    In the transaction of the deed. Said once of each answer."""
    if case.contact_event is None or case.state not in _TOLD:
        return False
    outbox.add_letter(_key(case), _subject(case))
    return True


def letter(message: Message) -> outbox.Letter:
    """The mail itself (outbox.WRITERS). Settled when nothing is to be said, Refused to try again later."""
    number = message.key.split(":")[1]
    case = Case.objects.select_related("office").filter(pk=number).first()
    if case is None or case.state not in _TOLD or _key(case) != message.key:
        # The message of the next answer has another key.
        raise outbox.Settled(OPEN_AGAIN)
    event = _event(case)
    if event is None or Erasure.objects.filter(tablet_id=event.tablet_id, event_id=event.event_id).exists():
        raise outbox.Settled(ERASED)
    # Written down first, as every look at contact data.
    detail = "to send the mail about the answer; nobody saw it"
    record(None, "contact.opened_to_send", case.number, office_id=case.office_id, detail=detail, actor=_SELF)
    return outbox.Letter(_address(event), _subject(case), _body(case, event))


def state(case: Case) -> dict[str, object]:
    """For the case's page: ``words`` about the mail ("" for nothing to say), and whether it is ``stuck``."""
    if case.contact_event is None:
        return {
            "words": _("The citizen left no address: they read the answer with their code."),
            "stuck": False,
        }
    found = Message.objects.filter(key=_key(case)).first()
    if case.state not in _TOLD:
        return {
            "words": _("When it is approved, a mail goes to the address the citizen left."),
            "stuck": False,
        }
    if found is None:
        return {"words": "", "stuck": False}
    return _of(found)


def _of(message: Message) -> dict[str, object]:
    if message.sent_at is not None:
        day = formats.moment(message.sent_at)
        return {"words": _("A mail left on %(day)s.") % {"day": day}, "stuck": False}
    if message.next_at is None and message.error in _SETTLED:
        return {"words": str(_SETTLED[message.error]), "stuck": False}
    if not settings.EMAIL_HOST:
        words = _("It could not be mailed: headquarters has no mail server (HEADQUARTERS_MAIL).")
    elif message.next_at is None:
        words = _("It could not be mailed, and is not tried any more: %(why)s") % {"why": message.error}
    elif message.tries:
        words = _("It could not be mailed yet, and is tried again: %(why)s") % {"why": message.error}
    else:
        return {"words": _("A mail is about to leave."), "stuck": False}
    return {"words": words, "stuck": True}


_SELF = "headquarters"


def _key(case: Case) -> str:
    """One for each answer: a case that is opened again has another."""
    return f"{WRITER}:{case.pk}:{case.reopened}:{case.state}"


def _subject(case: Case) -> str:
    what = "Đã chuyển ý kiến" if case.state == Case.State.REFERRED else "Trả lời ý kiến"
    return f"{what} số {case.number}"


def _event(case: Case) -> Event | None:
    if case.tablet_id is None or case.contact_event is None:
        return None
    found = Event.objects.filter(tablet_id=case.tablet_id, event_id=case.contact_event)
    return found.filter(kind=contract.CONTACT).first()


def _address(event: Event) -> str:
    try:
        address = contacts.opened(event).email.strip()
    except CannotOpen:
        raise webhooks.Refused("what the citizen left cannot be opened with this server's key") from None
    if not address:
        raise outbox.Settled(NO_ADDRESS)
    try:
        validate_email(address)
    except ValidationError:
        # Not "from": its words repeat the address.
        raise outbox.Settled(BAD_ADDRESS) from None
    return address


def _body(case: Case, event: Event) -> str:
    """Vietnamese, as every letter of an office."""
    code = _code(case, event)
    path = reverse("citizens:lookup-code", args=[code]) if code else reverse("citizens:lookup")
    with translation.override(settings.LANGUAGE_CODE):
        context = {"case": case, "code": code, "link": settings.PUBLIC_URL + path}
        return render_to_string("cases/mail/told.txt", context)


def _code(case: Case, event: Event) -> str:
    """The lookup code that lies beside the sealed address; headquarters' tables hold its hash only."""
    code = lookup.normalise(str(contacts.body(event).get("lookup", "")))
    return code if code and lookups.hashed(code) == case.code_hash else ""
