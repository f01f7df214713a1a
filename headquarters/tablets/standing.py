"""Moving a tablet to another desk, and putting another one in its place; who did so is kept."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone

from headquarters.offices.models import Desk
from headquarters.tablets import configuration, deeds, placement
from headquarters.tablets.deeds import Actor
from headquarters.tablets.models import Deed, Tablet

EARLIEST = dt.timedelta(days=366)
"""A move that was forgotten for longer is a matter for somebody who looks at the figures first."""


class BadMoment(ValueError):
    """Not a time at which the tablet can have been moved."""


def move(tablet: Tablet, desk: Desk, at: dt.datetime, actor: Actor) -> None:
    """The tablet stands at ``desk`` from ``at`` on; what it took before stays where it was taken.

    Raises BadMoment for a time that is still to come or too long ago.
    """
    now = timezone.now()
    if not now - EARLIEST <= at <= now:
        raise BadMoment
    with transaction.atomic():
        placement.move(tablet, desk, at)
        deeds.note(tablet.pk, Deed.Kind.MOVED, f"{desk.office.name}, {desk.name}", actor)
    tablet.refresh_from_db()
    configuration.issue_if_possible(tablet)


def replace(old: Tablet, new: Tablet, actor: Actor) -> None:
    """``new`` takes the desk of ``old`` now. The old one stands nowhere from now on: it may still send what
    waits on it, and all it took stays with the desk and under its own name."""
    if old.desk is None or old.pk == new.pk:
        raise ValueError("nothing to be replaced")
    desk, now = old.desk, timezone.now()
    with transaction.atomic():
        # While it still stands there: whoever reads that office's log is to read it.
        deeds.note(old.pk, Deed.Kind.REPLACED, str(new.pk), actor)
        placement.move(old, None, now)
        placement.move(new, desk, now)
        deeds.note(new.pk, Deed.Kind.MOVED, f"{desk.office.name}, {desk.name}", actor)
    for one in (old, new):
        one.refresh_from_db()
        configuration.issue_if_possible(one)
