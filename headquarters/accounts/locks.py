"""Locks after too many wrong passwords (django-axes) or codes: for how long, and taking them off."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from axes.models import AccessAttempt
from axes.utils import reset
from django.conf import settings
from django.contrib.auth import authenticate
from django.db.models import Max, Sum
from django.http import HttpRequest
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from headquarters.accounts.models import User


class Lock(NamedTuple):
    """Of one account, for one address: others at other addresses are not kept out."""

    address: str
    until: dt.datetime


def of(username: str) -> list[Lock]:
    """The locks that hold now."""
    found = (
        AccessAttempt.objects.filter(
            username=username, attempt_time__gt=timezone.now() - settings.AXES_COOLOFF_TIME
        )
        .values("ip_address")
        .annotate(failures=Sum("failures_since_start"), last=Max("attempt_time"))
        .filter(failures__gte=settings.AXES_FAILURE_LIMIT)
        .order_by("ip_address")
    )
    return [Lock(row["ip_address"] or "", row["last"] + settings.AXES_COOLOFF_TIME) for row in found]


def seconds_left(username: str, address: str) -> float:
    """How long this account is still locked for this address."""
    until = [lock.until for lock in of(username) if lock.address == address]
    return max(0.0, (until[0] - timezone.now()).total_seconds()) if until else 0.0


def proved(request: HttpRequest | None, user: User, password: str) -> bool:
    """Whether somebody who is signed in knows the password. A wrong one counts as at the door: a screen that
    was left open is no place to guess at it."""
    return authenticate(request, username=user.get_username(), password=password) == user


def take_off(user: User) -> None:
    """They may try again at once, wherever they are."""
    reset(username=user.get_username())
    TOTPDevice.objects.filter(user=user).update(throttling_failure_count=0, throttling_failure_timestamp=None)
