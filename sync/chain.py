"""The hash chain over a tablet's events: a removed or edited event shows as a broken link."""

from __future__ import annotations

import hashlib

GENESIS = bytes(32)
"""``prev_hash`` of the first event of an install."""


def link(prev_hash: bytes, stored: str) -> bytes:
    """SHA-256 over the previous hash (32 bytes) and the exact stored text (UTF-8)."""
    return hashlib.sha256(prev_hash + stored.encode("utf-8")).digest()
