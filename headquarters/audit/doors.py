"""Signing in and out, kept in the log whoever's code did it: Django and axes tell by signals."""

from __future__ import annotations

import datetime as dt
from typing import Any

from axes.signals import user_locked_out
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from headquarters import wire
from headquarters.audit.log import record
from headquarters.audit.models import Entry

UNKNOWN = "?"
"""In place of a name that nobody here has: people type their password into the wrong box."""
MOST_FAILED_AN_HOUR = 60
"""Of one address and name: whoever guesses must not fill a log from which nothing can be removed."""


@receiver(user_logged_in)
def signed_in(sender: object, request: HttpRequest | None, user: Any, **_named: object) -> None:
    if request is not None:
        record(request, "door.signed_in", str(user), office_id=user.office_id, actor=user)


@receiver(user_logged_out)
def signed_out(sender: object, request: HttpRequest | None, user: Any, **_named: object) -> None:
    if request is not None and user is not None:
        record(request, "door.signed_out", str(user), office_id=user.office_id, actor=user)


@receiver(user_login_failed)
def failed(
    sender: object, credentials: dict[str, Any], request: HttpRequest | None = None, **_named: object
) -> None:
    if request is not None and not getattr(request, "axes_locked_out", False):
        _about("door.failed", str(credentials.get("username", "")), request, MOST_FAILED_AN_HOUR)


@receiver(user_locked_out)
def locked_out(sender: object, request: HttpRequest, username: str | None, **_named: object) -> None:
    """axes tells it at every further try; one word for each lock is enough."""
    _about("door.locked", username or "", request, 1, settings.AXES_COOLOFF_TIME)


def _about(
    action: str, username: str, request: HttpRequest, most: int, within: dt.timedelta = dt.timedelta(hours=1)
) -> None:
    people: Any = get_user_model()._default_manager
    known = people.filter(username=username.replace("\x00", "")[:150]).first()
    target = str(known) if known else UNKNOWN
    recent = Entry.objects.filter(
        action=action, target=target, address=wire.address(request), at__gt=timezone.now() - within
    )
    if recent.count() < most:
        record(request, action, target, office_id=known.office_id if known else None)
