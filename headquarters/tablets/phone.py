"""Whose token a citizen's phone brings (sync.phone)."""

from __future__ import annotations

import hashlib
import hmac
import uuid

from django.conf import settings


def phone_key(tablet_id: uuid.UUID) -> str:
    """The tablet's secret for its QR (hex, 32 bytes): derived, so that nothing is kept and nothing leaks
    with the database. A new SECRET_KEY makes every tablet's QR invalid until it is enrolled again."""
    message = b"phone key\0" + tablet_id.bytes
    return hmac.new(settings.SECRET_KEY.encode(), message, hashlib.sha256).hexdigest()
