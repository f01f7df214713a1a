"""Bearer tokens: made once, shown once, kept as a hash. 256 random bits: nobody tries them all, and SHA-256
is enough."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from headquarters.accounts import rights
from headquarters.accounts.models import User
from headquarters.api.models import Token
from headquarters.audit.log import record
from headquarters.offices.models import Office

START, _SHOWN = "hqr_", 10
_NOTED_EVERY = dt.timedelta(minutes=1)


def make(request: HttpRequest, name: str, office: Office | None, days: int) -> tuple[Token, str]:
    """The row, and the token itself, which nothing can show again."""
    plain = START + secrets.token_urlsafe(32)
    with transaction.atomic():
        made = Token.objects.create(
            name=name,
            office=office,
            hash=_hash(plain),
            prefix=plain[:_SHOWN],
            made_by=rights.person(request),
            expires_at=timezone.now() + dt.timedelta(days=days),
        )
        record(request, "api.token_made", str(made), office_id=made.office_id, detail=f"{days} days")
    return made, plain


def revoke(request: HttpRequest, token: Token) -> bool:
    """False when it was revoked before."""
    with transaction.atomic():
        # Zero rows: somebody else was quicker.
        if not Token.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now()):
            return False
        record(request, "api.token_revoked", str(token), office_id=token.office_id)
    return True


def of(user: User) -> QuerySet[Token]:
    """The tokens for offices this person sees; those for everything only to who sees everything."""
    found = Token.objects.select_related("office", "made_by")
    ids = rights.office_ids(user)
    return found if ids is None else found.filter(office__in=ids)


def valid(plain: str) -> Token | None:
    """The token behind what was sent, if it is good for anything now."""
    now = timezone.now()
    found = Token.objects.filter(hash=_hash(plain), revoked_at=None, expires_at__gt=now)
    return found.select_related("office").first()


def note_use(request: HttpRequest, token: Token) -> None:
    """When it was last used; the first use of a day is in the audit log, as every export is."""
    now = timezone.now()
    if token.used_at and now - token.used_at < _NOTED_EVERY:
        return
    first = token.used_at is None or timezone.localdate(token.used_at) != timezone.localdate(now)
    Token.objects.filter(pk=token.pk).update(used_at=now)
    if first:
        record(
            request, "api.token_used", str(token), office_id=token.office_id, detail="first use of this day"
        )


def _hash(plain: str) -> str:
    return hashlib.sha256(plain.encode("utf-8", "replace")).hexdigest()
