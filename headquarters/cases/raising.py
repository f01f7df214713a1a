"""Making cases: by itself of a comment whose author left a way to be reached, by hand of any other comment.

One case a visit, however often it is asked for and by how many at one moment.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from headquarters import folding
from headquarters.accounts.models import User
from headquarters.audit.log import record
from headquarters.cases import terms, work
from headquarters.cases.models import Case, Counter, Step
from headquarters.offices.models import Desk
from headquarters.privacy import contacts, holds
from headquarters.privacy.models import Erasure, Hold
from headquarters.ratings import settling
from headquarters.ratings.models import Comment, Event, Lookup, Visit
from sync import contract

ITSELF = "headquarters"
"""Who made a case that nobody asked for, in the audit log."""
BACK = dt.timedelta(days=30)
"""How late a contact may come and still make a case: its comment may be delayed behind it."""
_AT_ONCE = 500
_VISIT_EVENTS = 1000
"""A visit never has more events than this (ratings.sql)."""


def of_comment(
    comment: Comment, *, by: User, request: HttpRequest | None = None, now: dt.datetime | None = None
) -> Case:
    """The case of this comment's visit, made if there is none; its clock starts now."""
    if not comment.office_id:
        raise work.Refused(_("The rating of this comment has not arrived yet: please try again later."))
    return _case(comment, now or timezone.now(), None, by, request)


def catch_up(now: dt.datetime | None = None) -> int:
    """Cases for the comments whose authors left a contact, since the last time; how many are new. Quick where
    there is nothing to do."""
    now = now or timezone.now()
    held = Hold.objects.filter(tablet_id=OuterRef("tablet_id"), event_id=OuterRef("event_id"))
    gone = Erasure.objects.filter(tablet_id=OuterRef("tablet_id"), event_id=OuterRef("event_id"))
    said = Lookup.objects.filter(
        code_hash=OuterRef("code_hash"), tablet_id=OuterRef("tablet_id"), kind=contract.COMMENT
    )
    left = Lookup.objects.filter(Exists(said), kind=contract.CONTACT, received_at__gt=now - BACK)
    waiting = list(left.exclude(Exists(held)).exclude(Exists(gone)).order_by("received_at", "pk")[:_AT_ONCE])
    if waiting:
        # Where a comment belongs is known once its day has been counted.
        settling.settle(None)
    return sum(_follow(one) for one in waiting)


def of_visits(comments: Iterable[Comment]) -> dict[tuple[UUID, str], Case]:
    """(tablet, visit) → its case, of those comments that have one."""
    visits = {(one.tablet_id, one.visit_id) for one in comments}
    if not visits:
        return {}
    tablets, ids = {tablet for tablet, _visit in visits}, {visit for _tablet, visit in visits}
    found = Case.objects.filter(tablet_id__in=tablets, visit_id__in=ids)
    return {(one.tablet_id, one.visit_id): one for one in found if one.tablet_id is not None}


def _follow(left: Lookup) -> int:
    """The case that wants this contact; 1 when it is new, 0 also while the comment is not here yet."""
    said = Lookup.objects.filter(code_hash=left.code_hash, tablet_id=left.tablet_id, kind=contract.COMMENT)
    rows = Comment.objects.filter(tablet_id=left.tablet_id, event_id__in=said.values("event_id"))
    comment = rows.exclude(office_id=0).order_by("-wall_ms").first()
    if comment is None:
        return 0
    received_at = said.filter(event_id=comment.event_id).values_list("received_at", flat=True)[0]
    new = not Case.objects.filter(tablet_id=left.tablet_id, visit_id=comment.visit_id).exists()
    case = _case(comment, received_at, left, None, None)
    if case.contact_event != left.event_id:
        _add_contact(case, left)
    return int(new)


def _add_contact(case: Case, left: Lookup) -> None:
    """A way to be reached that came after the case was made."""
    with transaction.atomic():
        found = Case.objects.select_for_update().get(pk=case.pk)
        found.contact_event, found.code_hash = left.event_id, found.code_hash or left.code_hash
        found.save(update_fields=["contact_event", "code_hash"])
        holds.keep(left.tablet_id, left.event_id, work.held_until(found))


def _case(
    comment: Comment,
    received_at: dt.datetime,
    left: Lookup | None,
    by: User | None,
    request: HttpRequest | None,
) -> Case:
    there = _there(comment)
    if there is not None:
        return there
    try:
        with transaction.atomic():
            return _made(comment, received_at, left, by, request)
    except IntegrityError:
        # Somebody else made it at this very moment.
        there = _there(comment)
        if there is None:
            raise
        return there


def _there(comment: Comment) -> Case | None:
    return Case.objects.filter(tablet_id=comment.tablet_id, visit_id=comment.visit_id).first()


def _made(
    comment: Comment,
    received_at: dt.datetime,
    left: Lookup | None,
    by: User | None,
    request: HttpRequest | None,
) -> Case:
    contact = left.event_id if left else _contact(comment)
    said = Visit.objects.filter(tablet_id=comment.tablet_id, visit_id=comment.visit_id).first()
    events = [comment.event_id, *([contact] if contact else [])]
    code = Lookup.objects.filter(tablet_id=comment.tablet_id, event_id__in=events).order_by("pk").first()
    kind = comment.topic if comment.topic in Case.Kind.values else Case.Kind.REPORT
    day = timezone.localdate(received_at)
    number = _number(day.year)
    case = Case.objects.create(
        number=number,
        office_id=comment.office_id,
        desk=Desk.objects.filter(pk=comment.desk_id).first(),
        kind=kind,
        text=comment.text,
        folded=f"{folding.fold(comment.text)} {number.casefold()}",
        level=comment.level,
        tablet_id=comment.tablet_id,
        visit_id=comment.visit_id,
        comment_event=comment.event_id,
        contact_event=contact,
        code_hash=code.code_hash if code else "",
        received_at=received_at,
        counted_from=day,
        due_on=terms.load().due_on(kind, day),
        raised_by=by,
        dossier=said.dossier if said else "",
    )
    if contact:
        holds.keep(comment.tablet_id, contact)
    Step.objects.create(case=case, what=Step.What.RAISED, by=by, at=timezone.now())
    record(request, "case.raised", number, office_id=case.office_id, actor=by or ITSELF)
    return case


def _number(year: int) -> str:
    """The next one of the year; its row is locked until the case is in the database, so there are no gaps."""
    Counter.objects.get_or_create(year=year)
    row = Counter.objects.select_for_update().get(year=year)
    row.last += 1
    row.save(update_fields=["last"])
    return f"PA-{year}-{row.last:06d}"


def _contact(comment: Comment) -> UUID | None:
    """What was left in the same visit, unless it has been erased; the last one."""
    own = Event.objects.filter(
        tablet_id=comment.tablet_id, event_day=comment.day, event_id=comment.event_id
    ).first()
    if own is None:
        return None
    near = Event.objects.filter(
        tablet_id=own.tablet_id,
        install_id=own.install_id,
        seq__range=(own.seq - _VISIT_EVENTS, own.seq + _VISIT_EVENTS),
        visit_id=own.visit_id,
        kind=contract.CONTACT,
    )
    found = [event.event_id for event in near.order_by("seq") if "sealed" in contacts.body(event)]
    return found[-1] if found else None
