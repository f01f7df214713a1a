"""Who may do what with tablets: accounts marked as staff, each within the offices they see."""

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
from headquarters.offices.models import Desk, Office
from headquarters.ratings import figures
from headquarters.tablets.models import Tablet

_View = Callable[..., HttpResponseBase]


def admin_page(view: _View) -> _View:
    """Signed in (else to the sign-in page and back here) and marked as staff (else 403)."""

    @never_cache
    @login_required
    @functools.wraps(view)
    def answer(request: HttpRequest, *args: object, **named: object) -> HttpResponseBase:
        if not person(request).is_staff:
            raise PermissionDenied
        return view(request, *args, **named)

    return answer


def person(request: HttpRequest) -> User:
    """Who is signed in, behind ``admin_page``."""
    return cast("User", request.user)


def offices(user: User) -> QuerySet[Office]:
    """The subtree of the person's own office, or every office."""
    if user.office_id is None:
        return Office.objects.all()
    return Office.objects.filter(pk__in=figures.offices_under(user.office_id))


def desks(user: User) -> QuerySet[Desk]:
    """The desks of those offices."""
    return Desk.objects.select_related("office").filter(office__in=offices(user))


def tablets(user: User) -> QuerySet[Tablet]:
    """The tablets at those desks; whoever sees every office sees those that stand nowhere, too."""
    found = Tablet.objects.select_related("desk__office")
    return found if user.office_id is None else found.filter(desk__office__in=offices(user))
