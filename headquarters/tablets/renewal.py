"""A new key for an enrolled tablet (sync.renewal): wished for here, made there, put in force here."""

from __future__ import annotations

import time
import uuid

from django.db import IntegrityError, transaction
from django.utils import timezone

from headquarters.tablets import configuration, deeds
from headquarters.tablets.deeds import Actor
from headquarters.tablets.models import Deed, FormerKey, Tablet
from headquarters.wire import Refusal
from sync.renewal import KeyReply, KeyRequest, is_proved
from sync.signing import key_id
from sync.wishes import BadWish


class CannotAsk(ValueError):
    """This tablet cannot be asked for a new key now; says why."""


def ask(tablet: Tablet, actor: Actor) -> None:
    """From now on headquarters wants another key of this tablet; its configuration says so. Raises CannotAsk
    for a revoked tablet, and for one whose wishes do not go together: it would never hear of it."""
    with transaction.atomic():
        if _locked(tablet.pk).revoked_at is not None:
            raise CannotAsk("this tablet's enrolment was revoked")
        if Tablet.objects.filter(pk=tablet.pk, renew_asked_at=None).update(renew_asked_at=timezone.now()):
            deeds.note(tablet.pk, Deed.Kind.KEY_ASKED, tablet.key_id, actor)
            _tell(tablet)
    tablet.refresh_from_db(fields=["renew_asked_at"])


def withdraw(tablet: Tablet, actor: Actor) -> None:
    """The tablet keeps its key; a request that is under way comes too late."""
    with transaction.atomic():
        _locked(tablet.pk)
        if Tablet.objects.filter(pk=tablet.pk, renew_asked_at__isnull=False).update(renew_asked_at=None):
            deeds.note(tablet.pk, Deed.Kind.KEY_WITHDRAWN, tablet.key_id, actor)
            configuration.issue_if_possible(tablet)
    tablet.refresh_from_db(fields=["renew_asked_at"])


def renew(signed_by: str, public_key: bytes, message: KeyRequest) -> KeyReply:
    """Put the new key in force, once. ``signed_by``: the id of the key under the request, which the caller
    has checked; ``public_key``: the message's, decoded. Raises Refusal."""
    try:
        with transaction.atomic():
            now_in_force = _renewed(_locked(uuid.UUID(message.tablet_id)), signed_by, public_key, message)
    except IntegrityError as error:
        # Another tablet came with this very key at the same moment, and was first.
        raise Refusal("key_taken") from error
    return KeyReply(
        tablet_id=message.tablet_id, key_id=now_in_force, server_time_ms=time.time_ns() // 1_000_000
    )


def _renewed(tablet: Tablet, signed_by: str, public_key: bytes, message: KeyRequest) -> str:
    """The id of the key in force from now on."""
    wanted = key_id(public_key)
    if tablet.key_id != signed_by:
        raise Refusal("unknown_key")  # renewed between the look at the signature and the lock
    if tablet.revoked_at is not None:
        raise Refusal("revoked")
    if wanted == signed_by:
        return wanted  # the reply was lost: the same answer, and nothing changes
    if tablet.renew_asked_at is None:
        raise Refusal("renewal_not_asked")
    if not is_proved(message, public_key):
        raise Refusal("bad_signature", "the proof is not by the owner of the new key")
    check_free(wanted)
    _exchange(tablet, wanted, public_key)
    return wanted


def check_free(wanted: str) -> None:
    """Refuse a key that is a tablet's, or was one. In this order: a key that ends in this moment is a former
    one before it is nobody's."""
    if Tablet.objects.filter(key_id=wanted).exists() or FormerKey.objects.filter(key_id=wanted).exists():
        raise Refusal("key_taken")


def _exchange(tablet: Tablet, wanted: str, public_key: bytes) -> None:
    old = tablet.key_id
    FormerKey.objects.create(
        tablet=tablet, key_id=old, public_key=bytes(tablet.public_key), until=timezone.now()
    )
    tablet.key_id, tablet.public_key, tablet.renew_asked_at = wanted, public_key, None
    tablet.save(update_fields=["key_id", "public_key", "renew_asked_at"])
    deeds.note(tablet.pk, Deed.Kind.KEY_RENEWED, f"{old} → {wanted}", None)


def _locked(tablet_id: uuid.UUID) -> Tablet:
    """Behind the lock that ingest and a move take, too: of two requests at one moment, one is first."""
    return Tablet.objects.select_for_update().get(pk=tablet_id)


def _tell(tablet: Tablet) -> None:
    try:
        configuration.issue(tablet)
    except BadWish as error:
        raise CannotAsk(f"its configuration cannot be signed: {error}") from error
