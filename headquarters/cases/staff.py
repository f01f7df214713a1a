"""Who sees a case, and who may do what about it: rights within the part of the tree that somebody sees."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils import timezone

from headquarters.accounts import rights
from headquarters.accounts.models import User
from headquarters.accounts.roles import RIGHTS, Right
from headquarters.cases.models import Case
from headquarters.offices import lineage
from headquarters.offices.models import Office

OPEN = (Case.State.RECEIVED, Case.State.WORKING, Case.State.ANSWERED)
CLOSED = (Case.State.TOLD, Case.State.REFERRED)


def seen(user: User) -> QuerySet[Case]:
    """The cases of the offices a person sees, and of those that were merged into them."""
    ids = rights.answered_ids(user)
    found = Case.objects.select_related("office", "desk", "assigned_to")
    return found if ids is None else found.filter(office_id__in=ids)


def who_may(right: Right, office: Office) -> list[User]:
    """The people with a right over this office, by name: their own node is the office, what it was merged
    into, or above."""
    after = Office.objects.get(pk=lineage.successors([office.pk])[office.pk])
    above = {*_above(office), *_above(after)}
    roles = [role for role, own in RIGHTS.items() if right in own]
    found = User.objects.filter(Q(office=None) | Q(office__in=above), is_active=True, role__in=roles)
    return sorted(found, key=lambda user: (user.get_full_name().casefold(), user.pk))


def _above(office: Office) -> list[int]:
    """Ids of the office and of every node over it."""
    ids: list[int] = []
    node: Office | None = office
    while node is not None and node.pk not in ids:
        ids.append(node.pk)
        node = node.parent
    return ids


def waiting(user: User) -> int:
    """How many open cases ask for this person: theirs, those past their day, answers they may approve. One
    count."""
    asks = Q(due_on__lt=timezone.localdate()) | Q(assigned_to=user)
    if user.may(Right.APPROVE_CASES):
        asks |= Q(state=Case.State.ANSWERED) & ~Q(written_by=user)
    return seen(user).filter(asks, state__in=OPEN).count()
