"""Where a person is signed in: device, address, last seen; and how to end it."""

from __future__ import annotations

import datetime as dt
import re

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import QuerySet
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from headquarters import wire
from headquarters.accounts.models import SignedIn, User

NOTED_EVERY = dt.timedelta(minutes=5)
"""A write a request would be too dear, and "last seen" needs no seconds."""
_SEEN, _BEGAN = "seen_at", "began_at"
# The first that fits: every browser also names those it descends from.
_BROWSERS = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "coc_coc": "Cốc Cốc",
    "SamsungBrowser": "Samsung Internet",
    "Firefox": "Firefox",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
_SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS X": "macOS",
    "CrOS": "ChromeOS",
    "Linux": "Linux",
}


@receiver(user_logged_in)
def began(sender: object, request: HttpRequest | None, user: User, **_named: object) -> None:
    if request is not None:
        request.session[_BEGAN] = int(timezone.now().timestamp())
        note(request, user)


def end_if_old(request: HttpRequest) -> None:
    """Sign out who signed in too long ago, or has asked for nothing for too long (SESSION_IDLE, to five
    minutes). Django alone would begin its twelve hours anew with every note of "last seen"."""
    session = request.session
    if SESSION_KEY not in session:
        return
    now = timezone.now().timestamp()
    began, last = session.get(_BEGAN, 0), session.get(_SEEN, 0)
    if now - began > settings.SESSION_COOKIE_AGE or now - last > settings.SESSION_IDLE.total_seconds():
        SignedIn.objects.filter(session_key=session.session_key).delete()
        session.flush()


def seen(request: HttpRequest, user: User) -> None:
    """Note that they are still here, now and then."""
    noted = request.session.get(_SEEN, 0)
    if timezone.now().timestamp() - noted > NOTED_EVERY.total_seconds():
        note(request, user)


def note(request: HttpRequest, user: User) -> None:
    """Keep where this session is."""
    now = timezone.now()
    request.session[_SEEN] = int(now.timestamp())
    if request.session.session_key is None:
        request.session.create()
    about = {
        "user": user,
        "address": wire.address(request),
        "device": device(request.headers.get("User-Agent", "")),
        "last_seen": now,
    }
    SignedIn.objects.update_or_create(session_key=request.session.session_key, defaults=about)


def device(agent: str) -> str:
    """ "Chrome, Windows" out of a browser's long name for itself; empty when it says nothing we know."""
    found = [
        next((name for mark, name in known.items() if mark in agent), "") for known in (_BROWSERS, _SYSTEMS)
    ]
    return ", ".join(name for name in found if name) or re.sub(r"[^ -~]", "", agent)[:40]


def of(user: User) -> QuerySet[SignedIn]:
    """Those that have not ended, the latest seen first."""
    open_keys = Session.objects.filter(expire_date__gt=timezone.now()).values("session_key")
    return SignedIn.objects.filter(user=user, session_key__in=open_keys).order_by("-last_seen")


@transaction.atomic
def end_all(user: User, keep: str | None = None) -> int:
    """Sign them out everywhere but in the session ``keep``; how many ended."""
    return _end(SignedIn.objects.filter(user=user).exclude(session_key=keep or ""))


@transaction.atomic
def end_one(user: User, pk: int, keep: str | None) -> int:
    """One of their own other sessions; 0 when it has ended meanwhile."""
    return _end(SignedIn.objects.filter(user=user, pk=pk).exclude(session_key=keep or ""))


def _end(found: QuerySet[SignedIn]) -> int:
    keys = list(found.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    SignedIn.objects.filter(session_key__in=keys).delete()
    return len(keys)
