"""Where tablets stood, and since when: a rating counts for the desk where its tablet stood when it was given.

Whoever changes this says so by ``moved``, in the same transaction; ratings counts the days anew.
"""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction
from django.dispatch import Signal
from django.utils import timezone

from headquarters.offices.models import Desk
from headquarters.tablets.models import Placement, Tablet

moved = Signal()
"""Sent with ``tablet_id`` and ``since_ms``: from then on, the tablet's ratings may count elsewhere."""


def begin(tablet: Tablet) -> None:
    """Note where a tablet stands that has just come, or that nobody noted yet. Holds for all its past."""
    Placement.objects.get_or_create(tablet=tablet, since_ms=0, defaults={"desk_id": tablet.desk_id})


def move(tablet: Tablet, desk: Desk | None, at: dt.datetime | None = None) -> None:
    """The tablet stands at ``desk`` from ``at`` on (now). Moves noted for later than ``at`` stay later; the
    tablet's own desk is that of its last one. ``tablet`` is brought up to date."""
    at = at or timezone.now()
    with transaction.atomic():
        kept = _locked(tablet.pk)
        begin(kept)
        there = Placement.objects.filter(tablet=kept, since_ms__lte=_ms(at)).last()
        if there is None or there.desk_id != (desk.pk if desk else None):
            Placement.objects.update_or_create(tablet=kept, since_ms=_ms(at), defaults={"desk": desk})
            _settle(kept, _ms(at))
    tablet.desk_id = Tablet.objects.values_list("desk_id", flat=True).get(pk=tablet.pk)


def correct(placement: Placement, at: dt.datetime) -> None:
    """The move happened at ``at``, earlier or later than was noted. Raises ValueError where that is not
    between the placements before and after it."""
    with transaction.atomic():
        kept = _locked(placement.tablet_id)
        others = Placement.objects.filter(tablet=kept).exclude(pk=placement.pk)
        before = others.filter(since_ms__lt=placement.since_ms).last()
        after = others.filter(since_ms__gt=placement.since_ms).first()
        if before is None:
            raise ValueError("where a tablet began holds for all its past")
        if _ms(at) <= before.since_ms or (after is not None and _ms(at) >= after.since_ms):
            raise ValueError("another move stands between")
        earliest = min(placement.since_ms, _ms(at))
        Placement.objects.filter(pk=placement.pk).update(since_ms=_ms(at))
        placement.since_ms = _ms(at)
        _settle(kept, earliest)


def history(tablet: Tablet) -> list[Placement]:
    """Where it stood, the first place first."""
    return list(Placement.objects.filter(tablet=tablet).select_related("desk__office"))


def _locked(tablet_id: uuid.UUID) -> Tablet:
    """Behind the lock that ingest takes, too: no event is counted by the old place while this changes."""
    return Tablet.objects.select_for_update().get(pk=tablet_id)


def _settle(tablet: Tablet, since_ms: int) -> None:
    last = Placement.objects.filter(tablet=tablet).last()
    Tablet.objects.filter(pk=tablet.pk).update(desk_id=last.desk_id if last else None)
    moved.send(Placement, tablet_id=tablet.pk, since_ms=since_ms)


def _ms(at: dt.datetime) -> int:
    return round(at.timestamp() * 1000)
