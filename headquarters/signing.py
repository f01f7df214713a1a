"""Headquarters' own signature, which tablets have pinned: under configurations and receipts."""

from __future__ import annotations

from django.conf import settings

from headquarters import config
from sync.signing import Signer


def signer() -> Signer:
    """Who signs now. The seed stays in its file."""
    return Signer(bytes.fromhex(config.configuration_key(settings.DATA)))


def public_key() -> str:
    """What tablets pin at enrolment: hex, 32 bytes."""
    return signer().public_key.hex()


def next_public_key() -> str:
    """What configurations announce: hex, 32 bytes, or empty."""
    seed = config.next_configuration_key(settings.DATA)
    return Signer(bytes.fromhex(seed)).public_key.hex() if seed else ""
