"""Ed25519 signatures over raw request bodies (RFC 8032, by PyNaCl).

The signature covers the body exactly as sent (compressed), so headquarters checks it before it spends
work on unpacking. No clock is involved: a tablet that believes it is 1970 can still sync.
"""

from __future__ import annotations

import base64
import binascii
import hashlib

from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

KEY_ID_HEADER = "Kiosk-Key-Id"
SIGNATURE_HEADER = "Kiosk-Signature"


class Signer:
    """A tablet's private key; ``seed`` is 32 random bytes that never leave the tablet."""

    def __init__(self, seed: bytes) -> None:
        self._key = SigningKey(seed)
        self.public_key: bytes = bytes(self._key.verify_key)
        self.key_id = key_id(self.public_key)

    def headers(self, body: bytes) -> dict[str, str]:
        """Request headers that prove who sent ``body``."""
        return {KEY_ID_HEADER: self.key_id, SIGNATURE_HEADER: self.sign(body)}

    def sign(self, text: bytes) -> str:
        """The signature over ``text``, base64."""
        return base64.b64encode(self._key.sign(text).signature).decode("ascii")


def key_id(public_key: bytes) -> str:
    """First 16 hex digits of SHA-256 over the public key (32 bytes)."""
    return hashlib.sha256(public_key).hexdigest()[:16]


def verify(public_key: bytes, body: bytes, signature_b64: str) -> bool:
    """Whether ``signature_b64`` (base64, 64 bytes) was made over ``body`` by the key's owner.

    In one spelling only: base64 leaves four bits of the last letter to whoever writes it, and a file or
    message in which a bit was changed is not the one that was signed.
    """
    try:
        signature = base64.b64decode(signature_b64, validate=True)
        VerifyKey(public_key).verify(body, signature)
    except (BadSignatureError, binascii.Error, ValueError, TypeError):
        return False
    return base64.b64encode(signature).decode("ascii") == signature_b64
