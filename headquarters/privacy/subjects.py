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
from headquarters.offices.models import Desk
from headquarters.privacy import contacts
from headquarters.privacy.erasing import ERASABLE
from headquarters.ratings.models import Event, Lookup
from headquarters.tablets import stood
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
    """One visit to one tablet, at the desk where that stood then. It is one person's: it is given out whole,
    even where somebody noted the tablet's move for its very middle."""

    visit_id: str
    desk: Desk | None
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
    one_each: dict[tuple[uuid.UUID, str], Event] = {}
    for event in first:
        one_each.setdefault((event.tablet_id, event.visit_id), event)
    desks = stood.desks(one_each.values())
    visits = [_visit(event, desks[event.tablet_id, event.wall_ms]) for event in one_each.values()]
    return Found(visits, opened)


def _by_code(user: User, code_hash: str) -> list[Event]:
    rows = set(Lookup.objects.filter(code_hash=code_hash).values_list("tablet_id", "event_id"))
    tablets, ids = {tablet for tablet, _event in rows}, {event for _tablet, event in rows}
    found = stood.events(Event.objects.filter(tablet_id__in=tablets, event_id__in=ids), user)
    return sorted((one for one in found if (one.tablet_id, one.event_id) in rows), key=_place)


def _place(event: Event) -> tuple[uuid.UUID, int]:
    return event.tablet_id, event.seq


def _visit(event: Event, desk: Desk | None) -> Visit:
    near = Event.objects.filter(
        tablet_id=event.tablet_id,
        install_id=event.install_id,
        seq__range=(event.seq - _VISIT_EVENTS, event.seq + _VISIT_EVENTS),
        visit_id=event.visit_id,
    )
    return Visit(event.visit_id, desk, list(near.order_by("seq")))


def as_json(found: Found, made_at: dt.datetime) -> str:
    """Everything that is kept of the person, contacts opened; for the person themselves."""
    return json.dumps(
        {"made_at": made_at.isoformat(), "visits": [_plain(visit) for visit in found.visits]},
        ensure_ascii=False,
        indent=2,
    )


def _plain(visit: Visit) -> dict[str, Any]:
    desk = visit.desk
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
