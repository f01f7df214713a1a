"""Whose signature stands under a request."""

from __future__ import annotations

from typing import TypeVar

from django.http import HttpRequest

from headquarters import wire
from headquarters.tablets.models import Tablet
from headquarters.wire import Refusal
from sync.signing import key_id

Message = TypeVar("Message")


def signed(request: HttpRequest, kind: type[Message]) -> tuple[Tablet, Message]:
    """The enrolled tablet that sent this, and what it says; raises Refusal. The message names its tablet."""
    body = wire.read_body(request)
    tablet = Tablet.objects.select_related("desk__office").filter(key_id=wire.key_id(request)).first()
    if tablet is None:
        raise Refusal("unknown_key")
    wire.check_signature(request, bytes(tablet.public_key), body)
    wire.proved(tablet.key_id)
    if tablet.revoked_at is not None:
        raise Refusal("revoked")
    message = wire.decode(wire.unpack(body), kind)
    check_ids(message)
    if getattr(message, "tablet_id", "") != str(tablet.pk):
        raise Refusal("wrong_tablet")
    return tablet, message


def self_signed(request: HttpRequest, kind: type[Message]) -> tuple[bytes, Message]:
    """The key that a request brings in its body and is signed with, and what it says; raises Refusal."""
    body = wire.read_body(request)
    message = wire.decode(wire.unpack(body), kind)
    check_ids(message)
    public_key = public_key_of(message)
    if wire.key_id(request) != key_id(public_key):
        raise Refusal("bad_signature", "the key id is not that of the key in the body")
    wire.check_signature(request, public_key, body)
    return public_key, message


def check_ids(message: object) -> None:
    """Ids in their one spelling; raises Refusal."""
    for name in ("tablet_id", "install_id"):
        if hasattr(message, name) and not wire.is_uuid(getattr(message, name)):
            raise Refusal("bad_envelope", f"expected a UUID - at `$.{name}`")


def public_key_of(message: object) -> bytes:
    """The key that a message brings; raises Refusal."""
    try:
        key = bytes.fromhex(str(getattr(message, "public_key", "")))
    except ValueError:
        key = b""
    if len(key) != 32:
        raise Refusal("bad_envelope", "expected 32 bytes in hexadecimal - at `$.public_key`")
    return key
