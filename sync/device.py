"""Enrolment by QR: the Device Authorization Grant of RFC 8628, in this contract's JSON and signatures.

The tablet asks for a code and shows it, with a QR of ``verification_uri_complete``. An administrator opens
that page at headquarters, compares the code, picks the desk and approves. Meanwhile the tablet asks at
headquarters' pace, and each ask is signed with the key that is to be enrolled: a device code that somebody
overheard is worth nothing without it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from sync.contract import EnrolmentReply
from sync.plain import fields_of, object_of

AUTHORIZE_PATH = "/api/v1/device-authorizations"
TOKEN_PATH = "/api/v1/device-tokens"  # noqa: S105 - an address, no secret

USER_ALPHABET = "BCDFGHJKLMNPQRSTVWXZ"
"""No vowel, so that no code is a word; no digit, so that none is taken for a letter (RFC 8628, 6.1)."""
USER_LENGTH = 8
SLOWER_S = 5.0
"""``slow_down`` asks for this much more between two asks, for good (RFC 8628, 3.5)."""
_BETWEEN = frozenset(" -‐‑‒–—−_.\t\n\u00a0")
_LONGEST_TYPED = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceRequest:
    """A tablet asks to be let in; signed with the very key that it brings."""

    tablet_id: str
    install_id: str
    public_key: str
    app_version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceAuthorization:
    """What to show and how to ask. ``device_code`` is never shown; times in seconds."""

    device_code: str
    user_code: str
    verification_uri: str
    verification_uri_complete: str
    expires_in: int
    interval: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceTokenRequest:
    """Has somebody decided? Signed with the key that asked."""

    device_code: str
    tablet_id: str


class DeviceState(StrEnum):
    """Headquarters' answer; all but ``APPROVED`` are problems named so."""

    APPROVED = "approved"
    PENDING = "authorization_pending"
    SLOW_DOWN = "slow_down"
    DENIED = "access_denied"
    EXPIRED = "expired_token"
    UNKNOWN = "invalid_grant"


@dataclass(frozen=True, slots=True)
class DeviceAnswer:
    """One ask's outcome; ``enrolment`` is there when it was approved."""

    state: DeviceState
    enrolment: EnrolmentReply | None = None

    @property
    def final(self) -> bool:
        """Whether there is nothing more to ask with this device code."""
        return self.state not in (DeviceState.PENDING, DeviceState.SLOW_DOWN)


def next_interval_s(interval_s: float, state: DeviceState) -> float:
    """Seconds to wait before the next ask; what ``slow_down`` adds stays for all later ones."""
    return interval_s + (SLOWER_S if state is DeviceState.SLOW_DOWN else 0.0)


def decode_authorization(body: bytes) -> DeviceAuthorization:
    """An authorization, or ContractError naming the place."""
    return DeviceAuthorization(**fields_of(DeviceAuthorization, object_of(body, "device"), "device"))


def new_user_code(choice: Callable[[str], str]) -> str:
    """A fresh code such as ``WDJB-MJHT``; ``choice`` is ``secrets.choice`` or as good."""
    code = "".join(choice(USER_ALPHABET) for _ in range(USER_LENGTH))
    return f"{code[:4]}-{code[4:]}"


def normalise_user_code(typed: str) -> str | None:
    """The code as shown, however it was typed (case, dashes, spaces); None if it is none."""
    if len(typed) > _LONGEST_TYPED:
        return None
    plain = "".join(char for char in unicodedata.normalize("NFKC", typed) if char not in _BETWEEN).upper()
    if len(plain) != USER_LENGTH or not set(plain) <= set(USER_ALPHABET):
        return None
    return f"{plain[:4]}-{plain[4:]}"
