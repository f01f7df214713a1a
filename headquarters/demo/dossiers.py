"""Dossiers of the demo province: what offices' own software would say of each month that is over."""

from __future__ import annotations

import datetime as dt
import random
from collections import defaultdict

from headquarters.indicators import totals
from headquarters.indicators.counting import next_month, whole_months
from headquarters.indicators.totals import Late, Row
from headquarters.offices.models import Office
from headquarters.ratings.models import Visit
from headquarters.tablets.models import Placement, Tablet

PER_NAMED = 9
"""Of so many dossiers handled, about one is named on a tablet."""
SILENT = 0.08
"""Offices that never send their numbers, as in life."""


def make(first: dt.date, last: dt.date, rng: random.Random) -> int:
    """Totals of every month between the two days that is over, and lists of late ones from most offices; how
    many months of offices."""
    named = _named()
    rows: list[Row] = []
    late: list[Late] = []
    for office in Office.objects.filter(demo=True, desks__isnull=False).distinct().order_by("code"):
        if rng.random() < SILENT:
            continue
        # Most of the late ones are nobody's complaint; some are.
        lists, share = rng.random() < 0.7, rng.uniform(0.003, 0.03)
        for month in whole_months(first, last):
            if not _stood(office, month):
                continue
            codes = sorted(named[office.pk, f"{month:%y%m}"])
            handled = len(codes) * PER_NAMED + rng.randrange(20, 60)
            n = min(handled, round(handled * share * rng.uniform(0.6, 1.4)))
            rows.append(Row(office.pk, month, handled, n))
            if lists and n:
                both = codes[: n // 4]
                rest = (f"H99-{month:%y%m}15-{80_000 + k}" for k in range(n - len(both)))
                late += (Late(office.pk, month, code) for code in (*both, *rest))
    totals.put(rows, None)
    totals.put_late(late)
    return len(rows)


def _stood(office: Office, month: dt.date) -> bool:
    return office.exists_on(month) and office.exists_on(next_month(month) - dt.timedelta(days=1))


def _named() -> dict[tuple[int, str], set[str]]:
    """(office, month such as "2605") → dossiers that were named there, by where tablets stand or stood."""
    places: dict[object, set[int]] = defaultdict(set)
    for tablet, office in Tablet.objects.filter(desk__office__demo=True).values_list("pk", "desk__office"):
        places[tablet].add(office)
    stood = Placement.objects.filter(tablet__in=list(places), desk__isnull=False)
    for tablet, office in stood.values_list("tablet", "desk__office"):
        places[tablet].add(office)
    found: dict[tuple[int, str], set[str]] = defaultdict(set)
    visits = Visit.objects.filter(tablet_id__in=list(places)).exclude(dossier="")
    for tablet, code in visits.values_list("tablet_id", "dossier").iterator():
        for office in places[tablet]:
            found[office, code[4:8]].add(code)
    return found
