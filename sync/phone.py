"""The token of the phone's QR: a tablet says "rate this desk, now, once" and headquarters can believe it.

The tablet makes tokens offline with a secret that headquarters gave it at enrolment; nothing is stored
until somebody taps. A token has 20 bytes, in base 32:

    version 4 bits · minute 28 bits · who 4 bytes · nonce 4 bytes · HMAC-SHA256, first 8 bytes

``minute``: since 1970-01-01 UTC by the tablet's clock. ``who``: the first 8 hex digits of the tablet's key
id; two tablets may share them, then the HMAC says which. 64 bits of HMAC: a forger can only try them at
headquarters, which counts tries.

The sizes are the QR's, which is small on the tablet: with 32 capitals and digits the whole address fits a
QR of 29 modules for hosts of up to 34 letters; base64url of a full id would need 37.

Clocks. A tablet's clock may be wrong by hours, and it stays wrong while it is offline. Headquarters knows
from the tablet's last heartbeat how far it was off (``drift_s``), and a token is good if it is fresh by the
clock that the tablet had then, or by the right one: the clock may have been set since. A clock that jumped
by more than a few minutes since the last heartbeat makes tokens look old or early until the next one; the
citizen is told so kindly and sent back to the tablet, which takes the rating.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass
from enum import Enum

VERSION = 1
VALID_S = 15 * 60
"""A token opens the page for so long after it was made."""
GRACE_S = 15 * 60
"""Whoever opened the page in time may take so much longer to answer."""
EARLY_S = 5 * 60
"""A token from the future by no more than this: clocks wander between heartbeats."""
NONCE_BYTES = 4
WHO_DIGITS = 8
LENGTH = 32
PATH = "/p/"

_MAC_BYTES = 8
_MINUTE_BITS = 28


class Verdict(Enum):
    """What headquarters thinks of a token."""

    OK = "ok"
    EXPIRED = "expired"
    EARLY = "early"
    FORGED = "forged"


@dataclass(frozen=True, slots=True)
class Token:
    """The parts of a token; nothing of it is to be believed before ``verify``."""

    who: str
    minute: int
    nonce: bytes
    mac: bytes

    @property
    def made_s(self) -> int:
        """Seconds since 1970 by the tablet's clock, to the minute."""
        return self.minute * 60

    @property
    def once(self) -> bytes:
        """What tells one token of a tablet from another."""
        return _head(self.who, self.minute, self.nonce)


def mint(key_id: str, phone_key: str, now_s: float, nonce: bytes) -> str:
    """A token of the tablet with ``key_id`` (hex) and ``phone_key`` (hex); ``nonce``: 4 random bytes.

    ``now_s`` is the tablet's own clock, whatever it says. 32 characters of A–Z and 2–7.
    """
    if len(nonce) != NONCE_BYTES:
        raise ValueError(f"the nonce must have {NONCE_BYTES} bytes")
    minute = max(0, int(now_s // 60)) % 2**_MINUTE_BITS
    head = _head(key_id[:WHO_DIGITS], minute, nonce)
    return base64.b32encode(head + _mac(head, phone_key)).decode("ascii")


def read(token: str) -> Token | None:
    """The parts of a token as typed or scanned, in either case; None if it cannot be one of ours."""
    if len(token) != LENGTH or not token.isascii():
        return None
    try:
        raw = base64.b32decode(token.upper())
    except binascii.Error:
        return None
    first = int.from_bytes(raw[:4], "big")
    if first >> _MINUTE_BITS != VERSION:
        return None
    minute = first & (2**_MINUTE_BITS - 1)
    return Token(raw[4:8].hex(), minute, raw[8:12], raw[12:])


def verify(
    token: Token, phone_key: str, now_s: float, drift_s: float = 0.0, valid_s: float = VALID_S
) -> Verdict:
    """Whether the owner of ``phone_key`` made this token, and lately.

    ``now_s``: headquarters' clock. ``drift_s``: how far the tablet's clock was ahead of it at the last
    heartbeat. ``valid_s``: VALID_S to open the page, VALID_S + GRACE_S to answer.
    """
    if not hmac.compare_digest(token.mac, _mac(token.once, phone_key)):
        return Verdict.FORGED
    ages = [now_s + drift_s - token.made_s, now_s - token.made_s]
    if any(-EARLY_S <= age <= valid_s for age in ages):
        return Verdict.OK
    return Verdict.EXPIRED if ages[0] > valid_s else Verdict.EARLY


def _head(who: str, minute: int, nonce: bytes) -> bytes:
    return (VERSION << _MINUTE_BITS | minute).to_bytes(4, "big") + bytes.fromhex(who) + nonce


def _mac(head: bytes, phone_key: str) -> bytes:
    return hmac.new(bytes.fromhex(phone_key), b"phone token\0" + head, hashlib.sha256).digest()[:_MAC_BYTES]
