"""PIN reset codes (sync.reset): which secret, and who asked for a code."""

from __future__ import annotations

import hashlib
import hmac
import uuid

from django.conf import settings

from headquarters.tablets import deeds
from headquarters.tablets.deeds import Actor
from headquarters.tablets.models import Deed, Tablet
from sync import reset


def reset_key(tablet_id: uuid.UUID) -> str:
    """The tablet's secret for reset codes (hex, 32 bytes): derived, as the phone's key is. A new SECRET_KEY
    makes headquarters' codes useless to every tablet until it is enrolled again."""
    message = b"reset key\0" + tablet_id.bytes
    return hmac.new(settings.SECRET_KEY.encode(), message, hashlib.sha256).hexdigest()


def code(tablet: Tablet, role: str, challenge: str, actor: Actor) -> str:
    """The code that opens this tablet once; who asked for it is kept. ValueError for a mistyped challenge."""
    made = reset.answer(reset_key(tablet.pk), role, challenge)
    deeds.note(tablet.pk, Deed.Kind.RESET_CODE, role, actor)
    return made
