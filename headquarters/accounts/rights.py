"""The one place that says who is let into a page, and whose offices a person sees."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache

from headquarters.accounts.models import User
from headquarters.accounts.roles import Right
from headquarters.audit.log import record
from headquarters.offices import lineage, tree
from headquarters.offices.models import Desk, Office

View = Callable[..., HttpResponseBase]


def page(right: Right | None) -> Callable[[View], View]:
    """A page for whoever is signed in (else to the sign-in page and back here) and has the right (else 403).

    The view carries it as ``right``: a test walks every address by it. None: any person signed in.
    """

    def decorate(view: View) -> View:
        @never_cache
        @login_required
        @functools.wraps(view)
        def answer(request: HttpRequest, *args: object, **named: object) -> HttpResponseBase:
            if right is not None and not person(request).may(right):
                record(request, "door.refused", request.path, office_id=person(request).office_id)
                raise PermissionDenied
            return view(request, *args, **named)

        answer.right = right  # type: ignore[attr-defined]
        return answer

    return decorate


def person(request: HttpRequest) -> User:
    """Who is signed in, behind ``page``."""
    return cast("User", request.user)


def office_ids(user: User) -> frozenset[int] | None:
    """The subtree of the person's own office; None: every office."""
    return None if user.office_id is None else tree.under(user.office_id)


def answered_ids(user: User) -> frozenset[int] | None:
    """Also the offices that were merged into those: what is kept of their citizens goes on there. None: every
    office."""
    ids = office_ids(user)
    return None if ids is None else lineage.with_merged(ids)


def offices(user: User) -> QuerySet[Office]:
    """The offices of that subtree."""
    ids = office_ids(user)
    return Office.objects.all() if ids is None else Office.objects.filter(pk__in=ids)


def desks(user: User) -> QuerySet[Desk]:
    """The desks of those offices."""
    return Desk.objects.select_related("office").filter(office__in=offices(user))
