"""PINs that headquarters sets: checked as the tablet would (kiosk.pins), and only their hash goes out."""

from __future__ import annotations

import secrets

from django.utils.translation import gettext as _
from nacl.pwhash import argon2id

from sync.wishes import PinReset


class BadPin(ValueError):
    """A PIN that may not be set; says why, in the reader's language."""


def reset_to(role: str, pin: str) -> PinReset:
    """A new PIN of 6 to 12 digits for ``role``, to be applied once by each tablet that reads of it."""
    if not (pin.isascii() and pin.isdigit() and 6 <= len(pin) <= 12):
        raise BadPin(_("A PIN has 6 to 12 digits."))
    if len(set(pin)) < 3 or pin in "01234567890123456789" or pin in "98765432109876543210":
        raise BadPin(_("This PIN is too easy to guess."))
    hashed = argon2id.str(pin.encode(), argon2id.OPSLIMIT_INTERACTIVE, argon2id.MEMLIMIT_INTERACTIVE)
    return PinReset(id=f"pin-{secrets.token_hex(8)}", role=role, hash=hashed.decode("ascii"))
