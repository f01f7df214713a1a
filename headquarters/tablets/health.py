"""How each tablet felt, hour by hour: taken from what it last said of itself, not from each heartbeat."""

from __future__ import annotations

import datetime as dt

from django.db.models import F
from django.db.models.functions import Greatest

from headquarters.tablets.models import HealthHour, Tablet

KEPT = dt.timedelta(days=90)
_SAME = ("quarantined", "free_mb", "battery_percent", "drift_ms", "boots", "crashes", "app_version")


def sample(now: dt.datetime) -> int:
    """Note those that were heard within this hour; how many. Called every half minute or so."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    heard = list(Tablet.objects.filter(last_seen__gte=hour, revoked_at=None))
    there = dict(HealthHour.objects.filter(hour=hour).values_list("tablet_id", "pk"))
    HealthHour.objects.bulk_create(
        (_row(tablet, hour, now) for tablet in heard if tablet.pk not in there), ignore_conflicts=True
    )
    for tablet in heard:
        if tablet.pk in there:
            _again(there[tablet.pk], tablet, now)
    return len(heard)


def forget(now: dt.datetime) -> int:
    """Drop what is older than is kept."""
    deleted: int = HealthHour.objects.filter(hour__lt=now - KEPT).delete()[0]
    return deleted


def history(tablet: Tablet, since: dt.datetime) -> list[HealthHour]:
    """The hours noted since then, in order."""
    return list(HealthHour.objects.filter(tablet=tablet, hour__gte=since).order_by("hour"))


def _again(pk: int, tablet: Tablet, now: dt.datetime) -> None:
    """The worst of what waited stays; the rest is as last said."""
    fresh = _row(tablet, now, now)
    HealthHour.objects.filter(pk=pk).update(
        pending=Greatest(F("pending"), fresh.pending),
        oldest_s=Greatest(F("oldest_s"), fresh.oldest_s),
        **{name: getattr(fresh, name) for name in _SAME},
    )


def _row(tablet: Tablet, hour: dt.datetime, now: dt.datetime) -> HealthHour:
    return HealthHour(
        tablet=tablet,
        hour=hour,
        pending=tablet.pending or 0,
        oldest_s=_oldest_s(tablet, now),
        **{name: getattr(tablet, name) for name in _SAME},
    )


def _oldest_s(tablet: Tablet, now: dt.datetime) -> int:
    """By headquarters' clock: what the tablet's is ahead is taken off."""
    if not tablet.pending or tablet.oldest_pending_ms is None:
        return 0
    given = (tablet.oldest_pending_ms - (tablet.drift_ms or 0)) / 1000
    return max(0, round(now.timestamp() - given))
