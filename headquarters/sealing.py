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


def was_rotated() -> bool:
    """Whether some tablets may still seal to a key that is not ``public_key``, and must be told."""
    return bool(config.old_sealing_keys(settings.DATA))


def opening_key_ids() -> list[str]:
    """Every key that opens here, the present one first."""
    return [key_id(bytes(one.public_key).hex()) for one in (_private_key(), *_old_keys())]


def open_sealed(sealed: str) -> bytes:
    """The plain bytes of an event's ``sealed`` (base64), or CannotOpen. By the present key, else by an older
    one: what was sealed before a rotation stays as it was."""
    try:
        box = base64.b64decode(sealed, validate=True)
    except (binascii.Error, ValueError, TypeError) as error:
        raise CannotOpen("sealed to another key, or changed since") from error
    opened = _opened(box, _private_key())
    found = opened if opened is not None else _by_an_old_key(box)
    if found is None:
        raise CannotOpen("sealed to another key, or changed since")
    return found


def _by_an_old_key(box: bytes) -> bytes | None:
    return next((found for key in _old_keys() if (found := _opened(box, key)) is not None), None)


def _opened(box: bytes, key: PrivateKey) -> bytes | None:
    try:
        return SealedBox(key).decrypt(box)
    except (CryptoError, ValueError, TypeError):
        return None


def _private_key() -> PrivateKey:
    return PrivateKey(bytes.fromhex(config.sealing_key(settings.DATA)))


def _old_keys() -> list[PrivateKey]:
    return [PrivateKey(bytes.fromhex(one)) for one in config.old_sealing_keys(settings.DATA)]
