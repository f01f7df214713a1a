"""What citizens left for a reply: that it is there, who may open it, and opening it for one look."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import msgspec
from django.db.models import QuerySet

from headquarters import sealing
from headquarters.accounts.models import User
from headquarters.offices.models import Desk
from headquarters.privacy.models import Erasure, Hold
from headquarters.ratings.models import Event
from headquarters.tablets import stood
from sync import contract


class Contact(msgspec.Struct):
    """As the tablet sealed it (kiosk.contact): one way to reach somebody at least. Never logged."""

    name: str = ""
    phone: str = ""
    email: str = ""
    guardian: bool = False
    consent_ms: int = 0
    purpose: str = ""

    def __repr__(self) -> str:
        return "Contact()"

    @property
    def consent_at(self) -> dt.datetime | None:
        """When they agreed, by the tablet's clock."""
        try:
            return dt.datetime.fromtimestamp(self.consent_ms / 1000, dt.UTC) if self.consent_ms > 0 else None
        except (OverflowError, ValueError, OSError):
            return None


@dataclass(frozen=True, slots=True)
class Kept:
    """That something was left, and at which desk; not what. ``until`` None: while its case is open."""

    event: Event
    desk: Desk | None
    until: dt.date | None
    erased: Erasure | None = field(default=None)


def of(user: User) -> QuerySet[Event]:
    """The contacts this person may know of, the newest first."""
    found = stood.events(Event.objects.filter(kind=contract.CONTACT), user)
    return found.order_by("-received_at", "-seq")


def described(events: Iterable[Event], days: int) -> list[Kept]:
    """With their place, the day on which they go, and whether they are gone."""
    events = list(events)
    desks = stood.desks(events)
    ids = {event.event_id for event in events}
    gone = {(one.tablet_id, one.event_id): one for one in Erasure.objects.filter(event_id__in=ids)}
    held = {(one.tablet_id, one.event_id): one.until for one in Hold.objects.filter(event_id__in=ids)}
    return [
        Kept(
            event,
            desks[event.tablet_id, event.wall_ms],
            held.get(key, (event.received_at + dt.timedelta(days=days)).date()),
            gone.get(key),
        )
        for event in events
        for key in ((event.tablet_id, event.event_id),)
    ]


def one(user: User, tablet_id: uuid.UUID, event_id: uuid.UUID) -> Event | None:
    """A contact of the person's offices."""
    return of(user).filter(tablet_id=tablet_id, event_id=event_id).first()


def opened(event: Event) -> Contact:
    """Its plain words. CannotOpen for what was sealed to another key, changed, or erased."""
    sealed = body(event).get("sealed")
    if not isinstance(sealed, str):
        raise sealing.CannotOpen("nothing sealed is in it")
    try:
        return msgspec.json.decode(sealing.open_sealed(sealed), type=Contact)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        # Not "from": the cause's words may repeat what was inside.
        raise sealing.CannotOpen(f"opened, and no contact ({type(error).__name__})") from None


def body(event: Event) -> dict[str, Any]:
    """The body of a stored event; empty when it cannot be read."""
    try:
        found = msgspec.json.decode(event.stored)
    except (msgspec.DecodeError, RecursionError):
        return {}
    inner = found.get("body") if isinstance(found, dict) else None
    return inner if isinstance(inner, dict) else {}


def with_phone(user: User, phone: str) -> tuple[list[Event], int]:
    """The contacts with this phone (as ``dialled`` gives it), and how many had to be opened to know: they are
    sealed, so that nothing else can be asked."""
    fitting, count = [], 0
    for event in _sealed(user):
        try:
            contact = opened(event)
        except sealing.CannotOpen:
            continue
        count += 1
        if dialled(contact.phone) == phone:
            fitting.append(event)
    return fitting, count


def _sealed(user: User) -> Iterator[Event]:
    gone = Erasure.objects.values_list("event_id", flat=True)
    return of(user).exclude(event_id__in=gone).iterator(chunk_size=500)


def dialled(phone: str) -> str:
    """The digits behind the country's code; "" for what is no number of this country."""
    digits = "".join(char for char in phone if char in "0123456789+")
    for start in ("+84", "0084", "84", "0"):
        if digits.startswith(start):
            digits = digits.removeprefix(start).lstrip("0")
            break
    return digits if digits.isdigit() and digits.isascii() and 9 <= len(digits) <= 10 else ""
