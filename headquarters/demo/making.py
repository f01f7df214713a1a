"""Making the demo province: offices first, then a year of events, then the counts."""

from __future__ import annotations

import datetime as dt
import random
import uuid
from collections.abc import Callable, Iterator

from django.db import connection, transaction
from django.db.models import F, Sum
from django.utils import timezone

from headquarters.commands import CommandError
from headquarters.demo import cases, dossiers, loader, province, year
from headquarters.offices.models import Office
from headquarters.ratings import partitions, rollup, transactions
from headquarters.ratings.models import Aspect, OfficeCell

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
    transactions.put(_transactions(rng))
    cases.make(random.Random(f"{seed} cases"), say)  # noqa: S311
    months = dossiers.make(first, last, random.Random(f"{seed} dossiers"))  # noqa: S311
    say(f"Dossier totals of {months} months of offices.")
    _look_over()
    return written


def _look_over() -> None:
    """PostgreSQL counts its tables by itself within the hour; until then it takes a year of ratings for a
    handful, and a page of a year's indicators takes twice as long."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def _fill(place: province.Place, days: dict[dt.date, int], until: int, rng: random.Random) -> int:
    tablet_id = place.tablet.pk
    own = year.Chain(0, str(tablet_id), uuid.uuid5(tablet_id, "install"))
    phone = year.Chain(1, str(tablet_id), uuid.uuid5(tablet_id, "phone"))
    return loader.load(place.tablet, (own, phone), year.events(own, phone, place.temper, days, until, rng))


def recount() -> None:
    """Let ratings count what stands in the event table."""
    rollup.recount_all()


def _transactions(rng: random.Random) -> Iterator[tuple[int, dt.date, int]]:
    """Two or three visits for each that was rated. A few offices never send their numbers, as in life."""
    demo = list(Office.objects.filter(demo=True).order_by("pk").values_list("pk", flat=True))
    per_visit = {office: rng.uniform(1.7, 3.6) for office in demo if rng.random() > 0.1}
    counted = OfficeCell.objects.filter(aspect=Aspect.WHOLE, office_id__in=per_visit).values_list(
        "office_id", "day"
    )
    for office, day, n in counted.annotate(n=Sum(F("n1") + F("n2") + F("n3"))).order_by("office_id", "day"):
        yield office, day, round(n * per_visit[office] * rng.uniform(0.85, 1.15)) + 1
