"""One-time codes: made by an admin, exchanged once by a tablet for its place at a desk."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
import time
import uuid

from django.db import IntegrityError, transaction
from django.utils import timezone

from headquarters import sealing, signing
from headquarters.offices.models import Desk
from headquarters.tablets import configuration, deeds, placement, renewal
from headquarters.tablets.deeds import Actor
from headquarters.tablets.models import Deed, EnrolmentCode, EnrolmentFailure, Tablet
from headquarters.tablets.phone import phone_key
from headquarters.tablets.reset import reset_key
from headquarters.wire import Refusal, plain
from sync.contract import EnrolmentReply, EnrolmentRequest
from sync.signing import key_id

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH = 12  # 31^12: 59 bits, valid for a quarter of an hour
VALID_FOR = dt.timedelta(minutes=15)
FAILURES, WITHIN = 10, dt.timedelta(minutes=15)


def new_code(desk: Desk) -> str:
    """A fresh code in groups of four, such as ``7K4Q-2M9X-RTBD``; only its hash is kept."""
    code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    EnrolmentCode.objects.create(code_hash=_hash(code), desk=desk, expires_at=timezone.now() + VALID_FOR)
    return "-".join(code[start : start + 4] for start in range(0, LENGTH, 4))


def enrol(request: EnrolmentRequest, public_key: bytes, address: str) -> Tablet:
    """The tablet at its desk. The caller has checked that the sender owns the key. Raises Refusal."""
    _check_failures(address)
    found = EnrolmentCode.objects.select_related("desk__office").filter(code_hash=_hash(request.code)).first()
    if found is None:
        _note_failure(address)
        raise Refusal("code_unknown")
    try:
        with transaction.atomic():
            if _claim(found, key_id(public_key)):
                return place(request.tablet_id, public_key, request.app_version, found.desk)
    except IntegrityError as error:
        # Two requests with one key or one tablet id at the same moment: the other one was first.
        raise Refusal("key_taken") from error
    return _answer_again(request, key_id(public_key))


def _claim(code: EnrolmentCode, claimant: str) -> bool:
    """Use the code up. False when this very key did so before: its reply was lost."""
    now = timezone.now()
    if code.used_at is None and code.expires_at <= now:
        raise Refusal("code_expired")
    # Zero rows updated: another request claimed it between our look and now.
    if EnrolmentCode.objects.filter(pk=code.pk, used_at=None).update(used_at=now, used_by=claimant):
        return True
    if not EnrolmentCode.objects.filter(pk=code.pk, used_by=claimant).exists():
        raise Refusal("code_used")
    return False


def place(tablet_id: str, public_key: bytes, app_version: str, desk: Desk) -> Tablet:
    """A new tablet, or a known one that moves to another desk, or comes back, by the key that is its own now.
    In a transaction of the caller's. Raises Refusal."""
    wanted = key_id(public_key)
    # Locked: its key may be renewed at this moment, and what was read before would put the old one back.
    known = Tablet.objects.select_for_update().filter(pk=tablet_id).first()
    if known is None:
        renewal.check_free(wanted)
        known = Tablet(id=uuid.UUID(tablet_id), key_id=wanted, public_key=public_key, desk=desk)
    elif known.key_id != wanted:
        raise Refusal("key_taken")
    known.revoked_at = None
    known.app_version = plain(app_version, 40)
    known.save()
    placement.move(known, desk)
    configuration.issue_if_possible(known)
    return known


def revoke(tablet: Tablet, actor: Actor) -> None:
    """Take nothing more from this key. What it sent stays; a fresh enrolment brings it back."""
    with transaction.atomic():
        if Tablet.objects.filter(pk=tablet.pk, revoked_at=None).update(revoked_at=timezone.now()):
            deeds.note(tablet.pk, Deed.Kind.REVOKED, "", actor)
    tablet.refresh_from_db(fields=["revoked_at"])


def reply_for(tablet: Tablet) -> EnrolmentReply:
    """Where the tablet stands, and the keys it may use."""
    desk = tablet.desk
    return EnrolmentReply(
        tablet_id=str(tablet.id),
        key_id=tablet.key_id,
        office=desk.office.name if desk else "",
        desk=desk.name if desk else "",
        server_time_ms=time.time_ns() // 1_000_000,
        sealing_key=sealing.public_key(),
        phone_key=phone_key(tablet.id),
        config_key=signing.public_key(),
        reset_key=reset_key(tablet.id),
    )


def _answer_again(request: EnrolmentRequest, claimant: str) -> Tablet:
    """Where the tablet stands now. A used code changes nothing, or a recorded request could undo a move
    or a revocation."""
    known = Tablet.objects.filter(pk=request.tablet_id, key_id=claimant).first()
    if known is None:
        raise Refusal("code_used")
    if known.revoked_at is not None:
        raise Refusal("revoked")
    return known


def _check_failures(address: str) -> None:
    recent = EnrolmentFailure.objects.filter(address=address, at__gt=timezone.now() - WITHIN)
    if recent.count() >= FAILURES:
        raise Refusal("too_many_tries")


def _note_failure(address: str) -> None:
    now = timezone.now()
    EnrolmentFailure.objects.filter(at__lt=now - WITHIN).delete()
    EnrolmentFailure.objects.create(address=address, at=now)


def _hash(code: str) -> str:
    """SHA-256 is enough for 59 random bits that live 15 minutes. Case and dashes do not matter."""
    plain = "".join(letter for letter in code.upper() if letter.isalnum())
    return hashlib.sha256(plain.encode()).hexdigest()
