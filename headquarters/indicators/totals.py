"""Keeping what offices sent of their dossiers. The same file again changes nothing."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from headquarters.accounts.models import User
from headquarters.indicators.models import DossierTotal, LateDossier

_CHUNK = 1000


class Row(NamedTuple):
    """An office's month, which begins on ``month``."""

    office: int
    month: dt.date
    handled: int
    late: int


class Late(NamedTuple):
    """The code of a late dossier."""

    office: int
    month: dt.date
    code: str


@dataclass(frozen=True, slots=True)
class Change:
    """What rows would do to what is here; ``lists``: lists of late codes that would fit no more."""

    new: int = 0
    changed: int = 0
    same: int = 0
    lists: int = 0


def compare(rows: Sequence[Row]) -> Change:
    """Nothing is stored."""
    kept = known(rows)
    new = sum((row.office, row.month) not in kept for row in rows)
    same = sum(kept.get((row.office, row.month)) == (row.handled, row.late) for row in rows)
    return Change(new, len(rows) - new - same, same, len(_unfit(rows, kept)))


def known(rows: Iterable[Row | Late]) -> dict[tuple[int, dt.date], tuple[int, int]]:
    """(office, month) → (handled, late) of the months that these rows are about, as far as they are here."""
    places = {(row.office, row.month) for row in rows}
    found = DossierTotal.objects.filter(
        office__in={office for office, _month in places}, month__in={month for _office, month in places}
    )
    return {
        (office, month): (handled, late)
        for office, month, handled, late in found.values_list("office_id", "month", "handled", "late")
        if (office, month) in places
    }


def _unfit(
    rows: Sequence[Row], kept: dict[tuple[int, dt.date], tuple[int, int]]
) -> list[tuple[int, dt.date]]:
    """Months with a list of late codes whose number changes."""
    other = {
        (row.office, row.month)
        for row in rows
        if (row.office, row.month) in kept and kept[row.office, row.month][1] != row.late
    }
    listed = LateDossier.objects.filter(office__in={office for office, _month in other})
    return [place for place in set(listed.values_list("office_id", "month")) if place in other]


def put(rows: Sequence[Row], by: User | None) -> Change:
    """Keep the totals; a month that is here already is replaced. A list of late codes goes where the number
    of late dossiers is another now."""
    now = timezone.now()
    with transaction.atomic():
        change, kept = compare(rows), known(rows)
        for office, month in _unfit(rows, kept):
            LateDossier.objects.filter(office=office, month=month).delete()
        fresh = [row for row in rows if kept.get((row.office, row.month)) != (row.handled, row.late)]
        DossierTotal.objects.bulk_create(
            [
                DossierTotal(
                    office_id=row.office, month=row.month, handled=row.handled, late=row.late,
                    imported_at=now, imported_by=by,
                )
                for row in fresh
            ],
            batch_size=_CHUNK,
            update_conflicts=True,
            unique_fields=["office", "month"],
            update_fields=["handled", "late", "imported_at", "imported_by"],
        )  # fmt: skip
    return change


def put_late(rows: Sequence[Late]) -> int:
    """Keep the codes in place of those of the same months; of how many months."""
    by_month: dict[tuple[int, dt.date], set[str]] = defaultdict(set)
    for row in rows:
        by_month[row.office, row.month].add(row.code)
    with transaction.atomic():
        for (office, month), codes in by_month.items():
            LateDossier.objects.filter(office=office, month=month).exclude(code__in=codes).delete()
        LateDossier.objects.bulk_create(
            [LateDossier(office_id=row.office, month=row.month, code=row.code) for row in rows],
            batch_size=_CHUNK,
            ignore_conflicts=True,
        )
    return len(by_month)
