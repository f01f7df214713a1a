"""Whose token a citizen's phone brings (sync.phone), and whether it is still good."""

from __future__ import annotations

import hashlib
import hmac
import uuid
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Q, QuerySet

from headquarters.tablets.models import Tablet
from sync import phone
from sync.phone import Token, Verdict


@dataclass(frozen=True, slots=True)
class Judged:
    """A token as headquarters sees it. A forged one has no tablet, whatever it says."""

    verdict: Verdict
    tablet: Tablet | None = None
    token: Token | None = None


FORGED = Judged(Verdict.FORGED)


def phone_key(tablet_id: uuid.UUID) -> str:
    """The tablet's secret for its QR (hex, 32 bytes): derived, so that nothing is kept and nothing leaks
    with the database. A new SECRET_KEY makes every tablet's QR invalid until it is enrolled again."""
    message = b"phone key\0" + tablet_id.bytes
    return hmac.new(settings.SECRET_KEY.encode(), message, hashlib.sha256).hexdigest()


def judge(text: str, now_s: float, valid_s: float = phone.VALID_S) -> Judged:
    """What to think of a token. One of a revoked tablet is forged: nobody may make it any more. One that
    names a key which the tablet has given up since is good for its time: the citizen holds it already."""
    token = phone.read(text)
    if token is None:
        return FORGED
    for tablet in _named(token.who):
        drift_s = (tablet.drift_ms or 0) / 1000
        verdict = phone.verify(token, phone_key(tablet.pk), now_s, drift_s, valid_s)
        if verdict is not Verdict.FORGED:
            return Judged(verdict, tablet, token)
    return FORGED


def _named(who: str) -> QuerySet[Tablet]:
    of_key = Q(key_id__startswith=who) | Q(former_keys__key_id__startswith=who)
    return Tablet.objects.select_related("desk__office").filter(of_key, revoked_at=None).distinct()
