"""One-time links: an invitation, or a way to a new password. Only a hash of each is kept."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets

from django.db import transaction
from django.utils import timezone

from headquarters.accounts.models import Link, User

LIVES = {Link.Kind.INVITATION: dt.timedelta(days=7), Link.Kind.PASSWORD: dt.timedelta(days=1)}


@transaction.atomic
def make(user: User, kind: Link.Kind, maker: User | None) -> str:
    """A new link's token; the person's older links open nothing any more."""
    void(user)
    token = secrets.token_urlsafe(24)
    Link.objects.create(
        user=user, kind=kind, hash=_hash(token), maker=maker, expires_at=timezone.now() + LIVES[kind]
    )
    return token


def void(user: User) -> None:
    """Nothing that was sent out before can be used."""
    Link.objects.filter(user=user, used_at=None).delete()


def find(token: str) -> Link | None:
    """The link, if it can still be used by an account that is switched on."""
    return (
        Link.objects.select_related("user", "maker")
        .filter(hash=_hash(token), used_at=None, expires_at__gt=timezone.now(), user__is_active=True)
        .first()
    )


def use(link: Link) -> bool:
    """False: somebody else was faster."""
    return Link.objects.filter(pk=link.pk, used_at=None).update(used_at=timezone.now()) == 1


def open_for(user: User) -> Link | None:
    """The link that is still on its way to them."""
    return Link.objects.filter(user=user, used_at=None, expires_at__gt=timezone.now()).first()


def _hash(token: str) -> str:
    """192 random bits need no salt and no slow hash."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
