"""Pages about tablets: who is let in, and which tablets they see."""

from __future__ import annotations

from django.db.models import QuerySet

from headquarters.accounts import rights
from headquarters.accounts.models import User
from headquarters.accounts.rights import desks, offices, person
from headquarters.accounts.roles import Right
from headquarters.tablets.models import Tablet

__all__ = ["admin_page", "desks", "offices", "person", "tablets"]

admin_page = rights.page(Right.MANAGE_TABLETS)


def tablets(user: User) -> QuerySet[Tablet]:
    """The tablets at the desks a person sees; whoever sees every office sees those that stand nowhere."""
    found = Tablet.objects.select_related("desk__office")
    return found if user.office_id is None else found.filter(desk__office__in=offices(user))
