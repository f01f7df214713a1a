"""Sealing what a citizen leaves for a reply: only headquarters can open it (X25519 sealed box, by PyNaCl).

The tablet knows headquarters' public key and nothing that opens: what is sealed here cannot be read here
again. Opening is headquarters' side (headquarters/sealing.py).
"""

from __future__ import annotations

import base64
import hashlib

KEY_BYTES = 32


class NoSealingKey(ValueError):
    """The key is no X25519 public key: without one nothing may be asked that must be sealed."""


def seal(plain: bytes, public_key: str) -> str:
    """``plain`` sealed to ``public_key`` (hex, 32 bytes), as base64; a different text each time."""
    # libsodium is loaded when somebody leaves a way to be reached, not at the tablet's start.
    from nacl.public import PublicKey, SealedBox

    return base64.b64encode(SealedBox(PublicKey(_key(public_key))).encrypt(plain)).decode("ascii")


def key_id(public_key: str) -> str:
    """First 16 hex digits of SHA-256 over the public key: says later which key opens."""
    return hashlib.sha256(_key(public_key)).hexdigest()[:16]


def _key(public_key: str) -> bytes:
    try:
        key = bytes.fromhex(public_key)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise NoSealingKey(f"expected {KEY_BYTES} bytes in hexadecimal")
    return key
