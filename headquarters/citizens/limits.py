"""How often somebody may try. The figures are in settings.CITIZEN_LIMITS, each with its reason."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac

from django.conf import settings
from django.utils import timezone

from headquarters.citizens.models import Try


def exhausted(what: str, who: str) -> bool:
    """Whether ``who`` (an address, a tablet's id) has used up this limit."""
    most, within = settings.CITIZEN_LIMITS[what]
    return Try.objects.filter(who=_hash(what, who), at__gt=timezone.now() - within).count() >= most


def note(what: str, who: str) -> None:
    """Count one try, and forget those of everybody that count no more."""
    now = timezone.now()
    _most, within = settings.CITIZEN_LIMITS[what]
    Try.objects.filter(what=what, at__lt=now - within).delete()
    Try.objects.create(what=what, who=_hash(what, who), at=now)


def _hash(what: str, who: str) -> str:
    """Keyed and of one day: with the database alone nobody can try all addresses, and tomorrow's tries of an
    address cannot be told to be of today's."""
    day: dt.date = timezone.localdate()
    message = f"try\0{what}\0{day}\0{who}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), message, hashlib.sha256).hexdigest()
