"""Making the demo province: offices first, then a year of events, then the counts."""

from __future__ import annotations

import datetime as dt
import importlib.util
import random
import uuid
from collections.abc import Callable

from django.db import transaction
from django.utils import timezone

from headquarters.commands import CommandError
from headquarters.demo import loader, province, year
from headquarters.offices.models import Office
from headquarters.ratings import partitions

DAYS = 365
Say = Callable[[str], None]


def exists() -> bool:
    """Whether there are demo data."""
    return Office.objects.filter(demo=True).exists()


def make(ratings: int, seed: int, say: Say) -> int:
    """The province with about this many ratings up to this moment; how many events were written."""
    if exists():
        raise CommandError("there is a demo province already; remove it first with --remove")
    if clash := Office.objects.filter(code__startswith=province.CODE).first():
        raise CommandError(f"the code {clash.code} is taken by {clash.name}")
    rng = random.Random(seed)  # noqa: S311 - nothing here is a secret
    now = timezone.now()
    last = timezone.localdate(now)
    first = last - dt.timedelta(days=DAYS - 1)
    partitions.prepare([first + dt.timedelta(days=k) for k in range(DAYS)], last)
    with transaction.atomic():
        places = province.build(first, last, rng)
    say(f"{Office.objects.filter(demo=True).count()} offices, {len(places)} tablets.")
    counts = year.shares([place.temper for place in places], ratings, rng)
    until, written = round(now.timestamp() * 1000), 0
    for number, (place, days) in enumerate(zip(places, counts, strict=True), 1):
        written += _fill(place, days, until, random.Random(f"{seed} {number}"))  # noqa: S311
        if number % 25 == 0:
            say(f"{number} of {len(places)} tablets filled, {written} events.")
    recount()
    return written


def _fill(place: province.Place, days: dict[dt.date, int], until: int, rng: random.Random) -> int:
    tablet_id = place.tablet.pk
    own = year.Chain(0, str(tablet_id), uuid.uuid5(tablet_id, "install"))
    phone = year.Chain(1, str(tablet_id), uuid.uuid5(tablet_id, "phone"))
    return loader.load(place.tablet, (own, phone), year.events(own, phone, place.temper, days, until, rng))


def recount() -> None:
    """Let ratings count what stands in the event table."""
    if importlib.util.find_spec("headquarters.ratings.rollup") is not None:
        importlib.import_module("headquarters.ratings.rollup").recount_all()
