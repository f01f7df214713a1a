""" "Bạn góp ý – Chúng tôi đã sửa": written by who handles the case, published after a second person's review.

Nothing that a citizen wrote is published as it came: the two sentences are the office's own words and name
nobody. Each deed locks the row, looks at it anew and stands in the audit log, in one transaction.
"""

from __future__ import annotations

from enum import Enum

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from headquarters.accounts import rights
from headquarters.accounts.models import User
from headquarters.accounts.roles import Right
from headquarters.audit.log import record
from headquarters.cases import personal, staff
from headquarters.cases.models import Case, Publication
from headquarters.offices.models import Office
from headquarters.tablets import configuration
from sync.wishes import SHORT_TEXT, Improved

LONGEST = SHORT_TEXT
"""Characters of each of the two: what has room on a tablet's idle screen, to be read from afar."""
LONGEST_REASON = 500
MOST_ON_TABLETS = 5
"""A document goes to every tablet anew whenever something is published: it stays small."""


class Refused(Exception):
    """The deed is not done; ``words`` say why, for the page."""

    def __init__(self, words: str | Promise) -> None:
        super().__init__(words)
        self.words = words


class State(Enum):
    """Where a publication stands; the value is the page's name for it."""

    WAITING = "waiting"
    SENT_BACK = "sent-back"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


WORDS: dict[State, Promise] = {
    State.WAITING: gettext_lazy("Waits for review"),
    State.SENT_BACK: gettext_lazy("Sent back"),
    State.PUBLISHED: gettext_lazy("Published"),
    State.WITHDRAWN: gettext_lazy("Withdrawn"),
}
_WHERE = {
    State.WAITING: Q(published_at=None, sent_back=""),
    State.SENT_BACK: Q(published_at=None) & ~Q(sent_back=""),
    State.PUBLISHED: Q(published_at__isnull=False, withdrawn_at=None),
    State.WITHDRAWN: Q(published_at__isnull=False, withdrawn_at__isnull=False),
}


def state(one: Publication) -> State:
    """Where it stands."""
    if one.published_at is None:
        return State.SENT_BACK if one.sent_back else State.WAITING
    return State.PUBLISHED if one.withdrawn_at is None else State.WITHDRAWN


def public(office_ids: frozenset[int] | None = None) -> QuerySet[Publication]:
    """What everybody may read, the newest first; of these offices only, or of all."""
    found = Publication.objects.filter(_WHERE[State.PUBLISHED]).select_related("case__office")
    found = found if office_ids is None else found.filter(case__office_id__in=office_ids)
    return found.order_by("-published_at", "-pk")


def seen(user: User, at: State) -> QuerySet[Publication]:
    """Those of the offices a person sees: what waits by age, the rest newest first."""
    ids = rights.office_ids(user)
    found = Publication.objects.filter(_WHERE[at]).select_related(
        "case__office", "drafted_by", "published_by"
    )
    found = found if ids is None else found.filter(case__office_id__in=ids)
    return found.order_by(F("published_at").desc(nulls_last=True), "pk")


def waiting(user: User) -> int:
    """How many wait for this person's review; one count."""
    if not user.may(Right.APPROVE_CASES):
        return 0
    return seen(user, State.WAITING).exclude(drafted_by=user).count()


def on_tablets(office: Office) -> list[Improved]:
    """What this office's own tablets may show while nobody is there (tablets.configuration.publications)."""
    return [
        Improved(
            id=f"published-{one.pk}",
            said_vi=one.said[:SHORT_TEXT],
            done_vi=one.done[:SHORT_TEXT],
            day=timezone.localdate(one.published_at).isoformat(),
        )
        for one in public(frozenset({office.pk}))[:MOST_ON_TABLETS]
    ]


def may_be_published(case: Case) -> bool:
    """Only what was answered; complaints and denunciations never (they are others' to decide)."""
    return case.state == Case.State.TOLD and case.kind != Case.Kind.COMPLAINT


def may_publish(one: Publication, user: User) -> bool:
    """Not one's own words, unless nobody else may approve at this office."""
    if one.drafted_by_id != user.pk:
        return True
    return all(other == user for other in staff.who_may(Right.APPROVE_CASES, one.case.office))


def problem(text: str, office: Office) -> str:
    """Why these words cannot stand before everybody; empty when they can."""
    if not text.strip():
        return _("Please write this line.")
    if len(text.strip()) > LONGEST:
        return _("At most %(n)s characters: it must be readable on a tablet from afar.") % {"n": LONGEST}
    found = personal.found(text)
    if found:
        return _(
            "“%(what)s” looks like a telephone or identity number or an e-mail address. Leave it out."
        ) % {"what": found[0]}
    named = _named(text, office)
    if named:
        return _("“%(name)s” is the name of a person of this office. Write what was done, not by whom.") % {
            "name": named
        }
    return ""


def draft(request: HttpRequest, case: Case, said: str, done: str) -> Publication:
    """Keep both sentences; they wait for review from now on. What stands before everybody is withdrawn first.
    Raises Refused. The words were looked at before (``problem``)."""
    by = rights.person(request)
    with transaction.atomic():
        case = Case.objects.select_for_update(of=("self",)).select_related("office").get(pk=case.pk)
        found = Publication.objects.filter(case=case).first()
        if found is not None and state(found) is State.PUBLISHED:
            raise Refused(_("It is published. Withdraw it first, then change it."))
        if not may_be_published(case):
            raise Refused(
                _("Only a case that was answered can be published, and no complaint or denunciation.")
            )
        words = {"said": said.strip(), "done": done.strip(), "drafted_by": by, "sent_back": ""}
        cleared = {"published_at": None, "published_by": None, "withdrawn_at": None}
        made, _new = Publication.objects.update_or_create(case=case, defaults=words | cleared)
        _note(request, "drafted", made)
    return made


def publish(request: HttpRequest, one: Publication) -> Publication:
    """Everybody may read it from now on. Raises Refused."""
    by = rights.person(request)
    with transaction.atomic():
        found = _locked(one, State.WAITING)
        if not may_publish(found, by):
            raise Refused(_("You wrote these words yourself: somebody else has to publish them."))
        if not may_be_published(found.case):
            raise Refused(_("The case is open again: wait until it is answered."))
        for text in (found.said, found.done):
            # They may have been written when the office's people had other names.
            if wrong := problem(text, found.case.office):
                raise Refused(wrong)
        found.published_at, found.published_by = timezone.now(), by
        found.save(update_fields=["published_at", "published_by"])
        _note(request, "published", found)
        configuration.refresh(found.case.office)
    return found


def send_back(request: HttpRequest, one: Publication, reason: str) -> Publication:
    """Other words are wanted. Raises Refused."""
    reason = reason.replace("\x00", "").strip()[:LONGEST_REASON]
    if not reason:
        raise Refused(_("Please write what is to be different."))
    with transaction.atomic():
        found = _locked(one, State.WAITING)
        found.sent_back = reason
        found.save(update_fields=["sent_back"])
        _note(request, "sent_back", found)
    return found


def withdraw(request: HttpRequest, one: Publication) -> Publication:
    """Nobody reads it from now on; it is kept. Raises Refused."""
    with transaction.atomic():
        found = _locked(one, State.PUBLISHED)
        found.withdrawn_at = timezone.now()
        found.save(update_fields=["withdrawn_at"])
        _note(request, "withdrawn", found)
        configuration.refresh(found.case.office)
    return found


def _locked(one: Publication, wanted: State) -> Publication:
    rows = Publication.objects.select_for_update(of=("self",)).select_related("case__office")
    found = rows.get(pk=one.pk)
    if state(found) is not wanted:
        raise Refused(_("Somebody else was faster: it looks different now."))
    return found


def _named(text: str, office: Office) -> str:
    """A person of the office, or of an office above it, who is named in full. A name has a capital at every
    word: an account called "Bộ phận một cửa" is no person."""
    plain = " ".join(text.split())
    people = User.objects.filter(office__in=_above(office), is_active=True)
    for name in sorted({" ".join(user.get_full_name().split()) for user in people}):
        words = name.split(" ")
        if len(words) > 1 and all(word[0].isupper() for word in words) and name in plain:
            return name
    return ""


def _above(office: Office) -> set[int]:
    """Ids of the office and of every node over it."""
    ids: set[int] = set()
    node: Office | None = office
    while node is not None and node.pk not in ids:
        ids.add(node.pk)
        node = node.parent
    return ids


def _note(request: HttpRequest, what: str, one: Publication) -> None:
    record(request, f"publication.{what}", one.case.number, office_id=one.case.office_id)
