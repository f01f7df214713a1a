"""One person's data: found by their lookup code or phone, given out, erased."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid
from dataclasses import dataclass
from typing import Any

from headquarters import sealing
from headquarters.accounts.models import User
from headquarters.privacy import contacts
from headquarters.privacy.erasing import ERASABLE
from headquarters.ratings.models import Event, Lookup
from headquarters.tablets.models import Tablet
from sync import contract

_VISIT_EVENTS = 1000
"""A visit never has more events than this (ratings.sql)."""


@dataclass(frozen=True, slots=True)
class Found:
    """The events of the person's visits, and how many contacts were opened to find them."""

    visits: list[Visit]
    opened: int

    @property
    def events(self) -> list[Event]:
        """All of them, in their order."""
        return [event for visit in self.visits for event in visit.events]

    @property
    def erasable(self) -> list[Event]:
        """What has something personal in it still."""
        return [event for event in self.events if event.kind in ERASABLE and not is_erased(event)]


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit to one tablet."""

    visit_id: str
    tablet: Tablet | None
    events: list[Event]


def is_erased(event: Event) -> bool:
    """Whether its body is gone."""
    return contacts.body(event) == {"erased": True}


def hash_of(code: str) -> str:
    """As ratings.lookups keeps codes."""
    return hashlib.sha256(code.encode()).hexdigest()


def find(user: User, code_hash: str, phone: str) -> Found:
    """Every visit that the code or the phone leads to, within the person's offices."""
    first: list[Event] = _by_code(user, code_hash) if code_hash else []
    opened = 0
    if phone:
        fitting, opened = contacts.with_phone(user, phone)
        first += fitting
    seen: set[tuple[uuid.UUID, str]] = set()
    visits = []
    for event in first:
        key = (event.tablet_id, event.visit_id)
        if key not in seen:
            seen.add(key)
            visits.append(_visit(user, event))
    return Found(visits, opened)


def _by_code(user: User, code_hash: str) -> list[Event]:
    allowed = contacts.tablets(user)
    rows = Lookup.objects.filter(code_hash=code_hash, tablet__in=allowed)
    found = [Event.objects.filter(tablet_id=row.tablet_id, event_id=row.event_id).first() for row in rows]
    return [event for event in found if event is not None]


def _visit(user: User, event: Event) -> Visit:
    near = Event.objects.filter(
        tablet_id=event.tablet_id,
        install_id=event.install_id,
        seq__range=(event.seq - _VISIT_EVENTS, event.seq + _VISIT_EVENTS),
        visit_id=event.visit_id,
    )
    tablet = contacts.tablets(user).filter(pk=event.tablet_id).first()
    return Visit(event.visit_id, tablet, list(near.order_by("seq")))


def as_json(found: Found, made_at: dt.datetime) -> str:
    """Everything that is kept of the person, contacts opened; for the person themselves."""
    return json.dumps(
        {"made_at": made_at.isoformat(), "visits": [_plain(visit) for visit in found.visits]},
        ensure_ascii=False,
        indent=2,
    )


def _plain(visit: Visit) -> dict[str, Any]:
    desk = visit.tablet.desk if visit.tablet else None
    return {
        "office": desk.office.name if desk else "",
        "desk": desk.name if desk else "",
        "events": [
            {
                "what": event.kind,
                "at": local_time(event).isoformat(),
                "received_at": event.received_at.isoformat(),
                "content": content(event),
            }
            for event in visit.events
        ],
    }


def content(event: Event) -> dict[str, Any]:
    """What an event says, in the clear: a contact is opened for it."""
    if event.kind != contract.CONTACT or is_erased(event):
        return contacts.body(event)
    try:
        contact = contacts.opened(event)
    except sealing.CannotOpen:
        return {"sealed": True}
    return {
        "name": contact.name,
        "phone": contact.phone,
        "email": contact.email,
        "guardian": contact.guardian,
    }


def local_time(event: Event) -> dt.datetime:
    """By the tablet's own clock."""
    zone = dt.timezone(dt.timedelta(minutes=event.utc_offset_min))
    try:
        return dt.datetime.fromtimestamp(event.wall_ms / 1000, zone)
    except (OverflowError, ValueError, OSError):
        return event.received_at
