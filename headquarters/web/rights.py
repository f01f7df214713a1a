"""Pages about tablets: who is let in, which tablets they look after, and of which they may read."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils import timezone

from headquarters.accounts import rights
from headquarters.accounts.models import User
from headquarters.accounts.rights import desks, offices, person
from headquarters.accounts.roles import Right
from headquarters.offices.models import Desk, Office
from headquarters.tablets import stood
from headquarters.tablets.models import Tablet

__all__ = [
    "admin_page",
    "desks",
    "known_tablets",
    "offices",
    "open_desks",
    "open_offices",
    "person",
    "reading_page",
    "tablets",
]

admin_page = rights.page(Right.MANAGE_TABLETS)
reading_page = rights.page(Right.SEE_CHAINS)


def tablets(user: User) -> QuerySet[Tablet]:
    """The tablets at the desks a person sees; whoever sees every office sees those that stand nowhere. Only
    of these may anything be changed."""
    found = Tablet.objects.select_related("desk__office")
    return found if user.office_id is None else found.filter(desk__office__in=offices(user))


def known_tablets(user: User) -> QuerySet[Tablet]:
    """Also those that once stood there: what they took is still the office's. For reading."""
    return stood.tablets(user)


def open_offices(user: User) -> QuerySet[Office]:
    """The offices a person sees that have not ended: where something new may stand."""
    return offices(user).filter(Q(valid_to=None) | Q(valid_to__gte=timezone.localdate()))


def open_desks(user: User) -> QuerySet[Desk]:
    """Their desks that are not closed."""
    found = desks(user).filter(Q(valid_to=None) | Q(valid_to__gte=timezone.localdate()))
    return found.filter(office__in=open_offices(user))
