"""Enrolment by QR at headquarters: a tablet asks, an administrator decides, the tablet hears of it."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets

from django.db import IntegrityError, transaction
from django.utils import timezone

from headquarters.accounts.models import User
from headquarters.offices.models import Desk
from headquarters.tablets import attempts, deeds
from headquarters.tablets.enrolment import place
from headquarters.tablets.models import Deed, DeviceGrant, Tablet
from headquarters.wire import Refusal, plain
from sync.device import (
    SLOWER_S,
    DeviceAuthorization,
    DeviceRequest,
    DeviceState,
    DeviceTokenRequest,
    new_user_code,
)
from sync.signing import key_id

VALID_FOR = dt.timedelta(minutes=15)
INTERVAL_S = 5
_EARLY = dt.timedelta(milliseconds=500)
"""Clocks and networks may bring an ask this much early before it is too soon."""
_KEPT = dt.timedelta(days=1)
_ALIKE = 5


def authorize(request: DeviceRequest, public_key: bytes, address: str, page: str) -> DeviceAuthorization:
    """The codes for a tablet. The caller has checked that the sender owns the key. Raises Refusal.

    ``page``: the full address where an administrator decides.
    """
    if attempts.exhausted("device", address):
        raise Refusal("too_many_tries")
    attempts.note("device", address)
    device_code = secrets.token_urlsafe(24)
    made = _kept(request, public_key, address, device_code)
    return DeviceAuthorization(
        device_code=device_code,
        user_code=made.user_code,
        verification_uri=page,
        verification_uri_complete=f"{page}?ma={made.user_code}",
        expires_in=int(VALID_FOR.total_seconds()),
        interval=INTERVAL_S,
    )


def _kept(request: DeviceRequest, public_key: bytes, address: str, device_code: str) -> DeviceGrant:
    now = timezone.now()
    DeviceGrant.objects.filter(expires_at__lt=now - _KEPT).delete()
    # One open code per tablet: the screen shows only the last.
    DeviceGrant.objects.filter(key_id=key_id(public_key), state=DeviceGrant.State.PENDING).delete()
    for _ in range(_ALIKE):
        try:
            with transaction.atomic():
                return DeviceGrant.objects.create(
                    device_hash=_hash(device_code),
                    user_code=new_user_code(secrets.choice),
                    tablet_id=request.tablet_id,
                    key_id=key_id(public_key),
                    public_key=public_key,
                    app_version=plain(request.app_version, 40),
                    address=address,
                    asked_at=now,
                    expires_at=now + VALID_FOR,
                    interval_s=INTERVAL_S,
                )
        except IntegrityError:
            continue  # two tablets with one code: once in 10^9
    raise Refusal("unavailable")


def poll(request: DeviceTokenRequest, signed_by: str) -> Tablet:
    """The tablet if it was approved; every other state is raised as a Refusal of that name."""
    with transaction.atomic():
        state = _asked(request, signed_by)
    if state is not DeviceState.APPROVED:
        raise Refusal(str(state))
    tablet = (
        Tablet.objects.select_related("desk__office").filter(pk=request.tablet_id, key_id=signed_by).first()
    )
    if tablet is None:
        raise Refusal(str(DeviceState.UNKNOWN))
    if tablet.revoked_at is not None:
        # Approved, and revoked within the code's quarter of an hour.
        raise Refusal("revoked")
    return tablet


def _asked(request: DeviceTokenRequest, signed_by: str) -> DeviceState:
    """What to answer. An ask that came too soon makes all later ones slower."""
    grant = (
        DeviceGrant.objects.select_for_update()
        .filter(device_hash=_hash(request.device_code), key_id=signed_by, tablet_id=request.tablet_id)
        .first()
    )
    now = timezone.now()
    if grant is None:
        return DeviceState.UNKNOWN
    if grant.state == DeviceGrant.State.DENIED:
        return DeviceState.DENIED
    if grant.expires_at <= now:
        return DeviceState.EXPIRED
    if grant.state == DeviceGrant.State.APPROVED:
        return DeviceState.APPROVED
    pause = dt.timedelta(seconds=grant.interval_s) - _EARLY
    too_soon = grant.polled_at is not None and now - grant.polled_at < pause
    grant.polled_at = now
    if too_soon:
        grant.interval_s += int(SLOWER_S)
    grant.save(update_fields=["polled_at", "interval_s"])
    return DeviceState.SLOW_DOWN if too_soon else DeviceState.PENDING


def open_grant(user_code: str) -> DeviceGrant | None:
    """The grant behind a code, if there is still something to decide."""
    return DeviceGrant.objects.filter(
        user_code=user_code, state=DeviceGrant.State.PENDING, expires_at__gt=timezone.now()
    ).first()


def approve(grant: DeviceGrant, desk: Desk, actor: User) -> Tablet | None:
    """Place the tablet at the desk; None when somebody else has decided meanwhile, or the code ran out.

    Raises Refusal ``key_taken`` when the tablet's id belongs to another key.
    """
    with transaction.atomic():
        if not _decide(grant, DeviceGrant.State.APPROVED):
            return None
        tablet = place(str(grant.tablet_id), bytes(grant.public_key), grant.app_version, desk)
        deeds.note(grant.tablet_id, Deed.Kind.APPROVED, f"{desk.office.name}, {desk.name}", actor)
    return tablet


def deny(grant: DeviceGrant, actor: User) -> bool:
    """Turn the tablet away; False when somebody else has decided meanwhile, or the code ran out."""
    with transaction.atomic():
        if not _decide(grant, DeviceGrant.State.DENIED):
            return False
        deeds.note(grant.tablet_id, Deed.Kind.DENIED, "", actor)
    return True


def _decide(grant: DeviceGrant, state: DeviceGrant.State) -> bool:
    """Whether it was still open: of two administrators at one moment, one decides."""
    return bool(
        DeviceGrant.objects.filter(
            pk=grant.pk, state=DeviceGrant.State.PENDING, expires_at__gt=timezone.now()
        ).update(state=state)
    )


def _hash(device_code: str) -> str:
    return hashlib.sha256(device_code.encode("utf-8", "surrogatepass")).hexdigest()
