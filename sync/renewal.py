"""A new key for an enrolled tablet: asked for by headquarters, made by the tablet, proved by both keys.

Headquarters' wish stands in the signed configuration (``renew_key``, the id of the key to be replaced). The
request is signed by the key that ends and carries a proof by the key that begins. Whose reply was lost asks
once more, signed by the new key: it is answered again and changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sync.errors import ContractError
from sync.plain import fields_of, object_of

if TYPE_CHECKING:
    from sync.signing import Signer

PATH = "/api/v1/keys"
_PROVED = b"kiosk key 1\0"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRequest:
    """``public_key``: the new one, hex. ``proof``: its owner's signature, base64, over ``proved``."""

    tablet_id: str
    public_key: str
    proof: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyReply:
    """From now on only this key is the tablet's."""

    tablet_id: str
    key_id: str
    server_time_ms: int


def proved(tablet_id: str, public_key: str) -> bytes:
    """What the new key signs, so that nobody can enter a key that is not theirs."""
    return _PROVED + f"{tablet_id} {public_key}".encode()


def request(tablet_id: str, new: Signer) -> KeyRequest:
    """The tablet's side."""
    public_key = new.public_key.hex()
    return KeyRequest(
        tablet_id=tablet_id, public_key=public_key, proof=new.sign(proved(tablet_id, public_key))
    )


def is_proved(message: KeyRequest, public_key: bytes) -> bool:
    """Headquarters' side: whether whoever asks owns the new key (``public_key``, decoded)."""
    from sync.signing import verify

    return verify(public_key, proved(message.tablet_id, message.public_key), message.proof)


def decode_key_reply(body: bytes) -> KeyReply:
    """A reply, or ContractError naming the place."""
    reply = KeyReply(**fields_of(KeyReply, object_of(body, "key"), "key"))
    if not reply.key_id:
        raise ContractError("key.key_id: expected a key id")
    return reply
