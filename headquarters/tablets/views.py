"""``POST /api/v1/enrolments``."""

from __future__ import annotations

import time

from django.http import HttpRequest, HttpResponse

from headquarters import sealing, wire
from headquarters.tablets.enrolment import enrol
from headquarters.tablets.phone import phone_key
from headquarters.wire import Refusal
from sync.contract import EnrolmentReply, EnrolmentRequest
from sync.signing import KEY_ID_HEADER, key_id


@wire.endpoint
def enrolments(request: HttpRequest) -> HttpResponse:
    """Exchange a one-time code for an enrolment; the body is signed with the very key it brings."""
    body = wire.read_body(request)
    message = wire.decode(wire.unpack(body), EnrolmentRequest)
    public_key = _public_key(message)
    if request.headers.get(KEY_ID_HEADER, "") != key_id(public_key):
        raise Refusal("bad_signature", "the key id is not that of the key in the body")
    wire.check_signature(request, public_key, body)
    tablet = enrol(message, public_key, wire.address(request))
    desk = tablet.desk
    return wire.reply(
        EnrolmentReply(
            tablet_id=str(tablet.id),
            key_id=tablet.key_id,
            office=desk.office.name if desk else "",
            desk=desk.name if desk else "",
            server_time_ms=time.time_ns() // 1_000_000,
            sealing_key=sealing.public_key(),
            phone_key=phone_key(tablet.id),
        )
    )


def _public_key(message: EnrolmentRequest) -> bytes:
    for name in ("tablet_id", "install_id"):
        if not wire.is_uuid(getattr(message, name)):
            raise Refusal("bad_envelope", f"expected a UUID - at `$.{name}`")
    try:
        key = bytes.fromhex(message.public_key)
    except ValueError:
        key = b""
    if len(key) != 32:
        raise Refusal("bad_envelope", "expected 32 bytes in hexadecimal - at `$.public_key`")
    return key
