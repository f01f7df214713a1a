"""What tablets ask beside their batches: to be let in, for their configuration, to change their key."""

from __future__ import annotations

import time

from django.http import HttpRequest, HttpResponse

from headquarters import wire
from headquarters.tablets import configuration, grants, renewal
from headquarters.tablets.enrolment import enrol, reply_for
from headquarters.tablets.models import DeviceGrant
from headquarters.tablets.sender import check_ids, public_key_of, self_signed, signed
from headquarters.wire import Refusal
from sync.configuration import LARGEST_VERSION, ConfigurationReply, ConfigurationRequest
from sync.contract import EnrolmentRequest
from sync.device import DeviceRequest, DeviceState, DeviceTokenRequest
from sync.renewal import KeyRequest

APPROVAL_PATH = "/thiet-bi"
"""Short and in the country's language: an administrator may have to type it."""


@wire.endpoint
def enrolments(request: HttpRequest) -> HttpResponse:
    """Exchange a one-time code for an enrolment; the body is signed with the very key it brings."""
    public_key, message = self_signed(request, EnrolmentRequest)
    return wire.reply(reply_for(enrol(message, public_key, wire.address(request))))


@wire.endpoint
def device_authorizations(request: HttpRequest) -> HttpResponse:
    """The codes for a tablet that wants to be let in by QR; signed with the very key it brings."""
    public_key, message = self_signed(request, DeviceRequest)
    page = request.build_absolute_uri(APPROVAL_PATH)
    return wire.reply(grants.authorize(message, public_key, wire.address(request), page))


@wire.endpoint
def device_tokens(request: HttpRequest) -> HttpResponse:
    """Has somebody decided? Signed with the key that asked for the codes, which nobody has enrolled yet."""
    body = wire.read_body(request)
    key_id = wire.key_id(request)
    # The newest: an older one of the same key is void, and all of them have the same key.
    asked = DeviceGrant.objects.filter(key_id=key_id).order_by("-pk").first()
    if asked is None:
        raise Refusal(str(DeviceState.UNKNOWN))
    wire.check_signature(request, bytes(asked.public_key), body)
    message = wire.decode(wire.unpack(body), DeviceTokenRequest)
    check_ids(message)
    return wire.reply(reply_for(grants.poll(message, key_id)))


@wire.endpoint
def configurations(request: HttpRequest) -> HttpResponse:
    """The tablet's newest document, or that nothing is newer."""
    tablet, message = signed(request, ConfigurationRequest)
    if not 0 <= message.have_version <= LARGEST_VERSION:
        raise Refusal("bad_envelope", "expected a version - at `$.have_version`")
    return wire.reply(
        ConfigurationReply(
            tablet_id=message.tablet_id,
            have_version=message.have_version,
            server_time_ms=time.time_ns() // 1_000_000,
            document=configuration.newer(tablet, message.have_version),
        )
    )


@wire.endpoint
def keys(request: HttpRequest) -> HttpResponse:
    """Another key for the tablet, if headquarters has asked for one; signed by the key that ends."""
    _tablet, message = signed(request, KeyRequest)
    return wire.reply(renewal.renew(wire.key_id(request), public_key_of(message), message))
