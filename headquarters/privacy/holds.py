"""Contacts that somebody still answers: rooms above say here how long each is kept (headquarters.cases)."""

from __future__ import annotations

import datetime as dt
import uuid

from headquarters.privacy.models import Hold


def keep(tablet_id: uuid.UUID, event_id: uuid.UUID, until: dt.date | None = None) -> None:
    """Keep a contact to the end of ``until``; without a day, until somebody says one."""
    Hold.objects.update_or_create(tablet_id=tablet_id, event_id=event_id, defaults={"until": until})
