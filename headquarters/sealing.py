"""Opening what tablets seal (sync.sealing): how to reach a citizen who asked for a reply.

Sealed at the tablet, sealed on the wire and sealed in the database; opened only here, for one person's look.
"""

from __future__ import annotations

import base64
import binascii

from django.conf import settings
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, SealedBox

from headquarters import config
from sync.sealing import key_id


class CannotOpen(ValueError):
    """Sealed to another key, or changed since it was sealed."""


def public_key() -> str:
    """What tablets seal to: hex, 32 bytes. The private half stays in its file."""
    return bytes(_private_key().public_key).hex()


def own_key_id() -> str:
    """Which key ``public_key`` is, as sealed events name it."""
    return key_id(public_key())


def open_sealed(sealed: str) -> bytes:
    """The plain bytes of an event's ``sealed`` (base64), or CannotOpen."""
    try:
        return SealedBox(_private_key()).decrypt(base64.b64decode(sealed, validate=True))
    except (CryptoError, binascii.Error, ValueError, TypeError) as error:
        raise CannotOpen("sealed to another key, or changed since") from error


def _private_key() -> PrivateKey:
    return PrivateKey(bytes.fromhex(config.sealing_key(settings.DATA)))
