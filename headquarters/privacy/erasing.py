"""Erasing what a citizen left, without breaking the chain that proves nothing else was touched.

The event keeps its row: id, place, kind, times, its own hash and the one before it. Its text loses the body.
The hash of the lost text cannot be computed again, so ``ratings_erasure`` says by whom, when and why it is
so; an event that is not listed there and does not fit its hash is a broken chain, as ever.

Only kinds that are no part of any figure can be erased: no rating ever disappears this way.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.dispatch import Signal
from django.utils import timezone

from headquarters.audit.models import Entry
from headquarters.privacy.models import Erasure, Hold
from headquarters.ratings.models import Comment, Event, Quarantine
from sync import contract

erased = Signal()
"""Sent with ``tablet_id`` and ``event_id`` in the transaction of the deed: whoever copied what the event said
(headquarters.cases) lets the copy go."""
ERASABLE = (contract.CONTACT, contract.COMMENT)
LIST = "erased.list"
"""In the data folder: what was erased, by ids, so that an older backup can be purged of it again."""
_AT_ONCE = 500


def tombstone(stored: str) -> str:
    """The text that stays: the envelope, without what was said in it. Always the same for the same text."""
    try:
        found = json.loads(stored)
    except (ValueError, RecursionError):
        found = {}
    envelope = found if isinstance(found, dict) else {}
    return json.dumps(
        {**envelope, "body": {"erased": True}}, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )


def erase(events: Iterable[Event], reason: Erasure.Reason, who: str) -> int:
    """Erase these events, in the transaction of the caller's deed; how many were not erased before."""
    count = 0
    with transaction.atomic():
        for event in events:
            count += _erase(event, reason, who, timezone.now())
    return count


def _erase(event: Event, reason: Erasure.Reason, who: str, at: dt.datetime) -> int:
    if event.kind not in ERASABLE:
        raise ValueError(f"{event.kind} is never erased")
    _row, fresh = Erasure.objects.get_or_create(
        tablet_id=event.tablet_id,
        event_id=event.event_id,
        defaults={"at": at, "reason": reason, "who": who[:150]},
    )
    stays = tombstone(event.stored)
    if event.stored != stays:
        _rows(event).update(stored=stays)
    _forget_copies(event)
    if fresh:
        transaction.on_commit(lambda: _remember(event, reason, at))
    return int(fresh)


def _rows(event: Event) -> QuerySet[Event]:
    return Event.objects.filter(tablet_id=event.tablet_id, event_day=event.event_day, event_id=event.event_id)


def _forget_copies(event: Event) -> None:
    """The comment as pages search it, and the same id in quarantine with whatever content."""
    Comment.objects.filter(tablet_id=event.tablet_id, event_id=event.event_id).delete()
    Quarantine.objects.filter(tablet_id=event.tablet_id, event_id=str(event.event_id)).update(stored=b"")
    erased.send(Event, tablet_id=event.tablet_id, event_id=event.event_id)


def _remember(event: Event, reason: str, at: dt.datetime) -> None:
    """One line, appended and synced: it outlives the database."""
    line = f"{event.tablet_id} {event.event_id} {reason} {at.isoformat()}\n"
    number = os.open(settings.DATA / LIST, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(number, "a", encoding="ascii") as handle:
        handle.write(line)
        handle.flush()
        os.fsync(handle.fileno())


def overdue(now: dt.datetime, days: int) -> Iterator[Event]:
    """Contacts whose term is over and that still have a body. One that is held goes by its hold alone."""
    gone = Erasure.objects.values_list("event_id", flat=True)
    holds = Hold.objects.filter(tablet_id=OuterRef("tablet_id"), event_id=OuterRef("event_id"))
    usual = Q(received_at__lt=now - dt.timedelta(days=days)) & ~Exists(holds)
    over = Q(Exists(holds.filter(until__lt=timezone.localdate(now))))
    found = Event.objects.filter(usual | over, kind=contract.CONTACT).exclude(event_id__in=gone)
    return found.order_by("received_at").iterator(chunk_size=_AT_ONCE)


def resurrected(path: Path | None = None) -> Iterator[tuple[Event, str]]:
    """Events that the list in the data folder calls erased and that are here with a body: an older backup
    was restored. With why they were erased."""
    path = path or settings.DATA / LIST
    if not path.exists():
        return
    for line in path.read_text(encoding="ascii", errors="replace").splitlines():
        words = line.split()
        if len(words) != 4 or words[2] not in Erasure.Reason.values:
            continue
        event = _event(words[0], words[1])
        if event is not None and event.stored != tombstone(event.stored):
            yield event, words[2]


def _event(tablet_id: str, event_id: str) -> Event | None:
    try:
        return Event.objects.filter(tablet_id=uuid.UUID(tablet_id), event_id=uuid.UUID(event_id)).first()
    except ValueError:
        return None


def purge(who: str, days: int, now: dt.datetime | None = None) -> dict[str, int]:
    """Erase what the term and earlier erasures want erased; how many of each. Kept in the audit log."""
    now = now or timezone.now()
    again = 0
    for event, reason in resurrected():
        again += erase([event], Erasure.Reason(reason), who)
    over = sum(erase([event], Erasure.Reason.TERM, who) for event in list(overdue(now, days)))
    aside = _aside_overdue(now, days)
    if again or over or aside:
        Entry.objects.create(
            who=who[:150], action="contact.purged", detail=f"term {over}, again {again}, quarantine {aside}"
        )
    return {"term": over, "again": again, "quarantine": aside}


def _aside_overdue(now: dt.datetime, days: int) -> int:
    """What was set aside may be a contact too: no text of that age is kept when it holds something sealed."""
    count = 0
    old = Quarantine.objects.filter(received_at__lt=now - dt.timedelta(days=days)).exclude(stored=b"")
    for row in old.iterator(chunk_size=_AT_ONCE):
        if b"sealed" in bytes(row.stored):
            Quarantine.objects.filter(pk=row.pk).update(stored=b"")
            count += 1
    return count
