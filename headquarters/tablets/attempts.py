"""How often something may be tried."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from headquarters.tablets.models import Attempt

WITHIN = dt.timedelta(minutes=15)
MOST = {
    # Tablets that ask for a code; a whole province may be behind one address, and each asks every 15 minutes.
    "device": 120,
    # Wrong user codes typed by one account: 20^8 codes, of which a few are open.
    "user-code": 10,
    # Wrong bearer tokens from one address: 2^256 tokens, of which a few are good.
    "api-wrong": 30,
    # What one system may read with its token: a question a second.
    "api": 900,
}


def exhausted(what: str, who: str) -> bool:
    """Whether ``who`` has used up this limit."""
    recent = Attempt.objects.filter(what=what, who=who, at__gt=timezone.now() - WITHIN)
    return recent.count() >= MOST[what]


def note(what: str, who: str) -> None:
    """Count one, and forget those that count no more."""
    now = timezone.now()
    Attempt.objects.filter(at__lt=now - WITHIN).delete()
    Attempt.objects.create(what=what, who=who, at=now)
