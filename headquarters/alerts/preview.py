"""How often a rule would have rung in the last 30 days: recounted from what is here, for whoever sets it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection

from django.db.models import F
from django.utils import timezone

from headquarters.alerts.evaluate import over_index
from headquarters.alerts.lows import meant_low
from headquarters.alerts.models import Alert, Kind, Rule
from headquarters.offices.models import Desk
from headquarters.ratings.figures import Tally
from headquarters.ratings.models import Alarm, Aspect, Comment, Event, OfficeCell, Quarantine
from headquarters.tablets.models import Tablet
from sync import contract

DAYS = 30
MOST_EVENTS = 50_000
"""Low ratings looked at; a province's month has fewer, and a page must answer."""


def rings(rule: Rule, office_ids: Collection[int] | None, now: dt.datetime) -> int | None:
    """How many alerts, had each been closed before the next; None where the past does not tell."""
    since = timezone.localdate(now) - dt.timedelta(days=DAYS)
    kind = Kind(rule.kind)
    if kind is Kind.LOW_COMMENT:
        return _comments(since, office_ids)
    if kind is Kind.LOW_COUNT:
        return _counts(rule, since, office_ids)
    if kind is Kind.INDEX:
        return _index(rule, since, office_ids)
    tablets = (
        Tablet.objects.all() if office_ids is None else Tablet.objects.filter(desk__office__in=office_ids)
    )
    if kind is Kind.QUARANTINE:
        kept = Quarantine.objects.filter(tablet__in=tablets, received_at__date__gte=since)
        return kept.values("tablet_id").distinct().count()
    if kind in (Kind.CHAIN_BROKEN, Kind.CLONE, Kind.CONFLICT):
        alarms = Alarm.objects.filter(tablet__in=tablets, kind=kind, created_at__date__gte=since)
        return alarms.values("tablet_id").distinct().count()
    # How a tablet felt is noted by the hour: as often as it rang is the best that can be said.
    rung = Alert.objects.filter(kind=kind, opened_at__date__gte=since, tablet__in=tablets)
    return rung.count() if rung.exists() else None


def _comments(since: dt.date, office_ids: Collection[int] | None) -> int:
    """One for a desk and day: in practice an alert is closed by the next morning."""
    found = Comment.objects.filter(day__gte=since, level=1)
    if office_ids is not None:
        found = found.filter(office_id__in=office_ids)
    return found.values("day", "desk_id").distinct().count()


def _counts(rule: Rule, since: dt.date, office_ids: Collection[int] | None) -> int:
    found = Event.objects.filter(
        event_day__gte=since, kind__in=(contract.RATING, contract.CORRECTION), level=1
    )
    if office_ids is not None:
        tablets = Tablet.objects.filter(desk__office__in=office_ids).values_list("pk", flat=True)
        found = found.filter(tablet_id__in=list(tablets))
    by_desk: dict[int, list[int]] = defaultdict(list)
    for low in meant_low(found.order_by("-event_day")[:MOST_EVENTS]):
        by_desk[low.desk_id].append(low.wall_ms)
    known = set(Desk.objects.filter(pk__in=by_desk).values_list("pk", flat=True))
    return sum(bursts(sorted(times), rule) for desk_id, times in by_desk.items() if desk_id in known)


def bursts(times: list[int], rule: Rule) -> int:
    """Windows full enough that share no rating."""
    window, count, start = rule.window_min * 60_000, 0, 0
    for at, moment in enumerate(times):
        while times[start] < moment - window:
            start += 1
        if at - start + 1 >= rule.threshold:
            count, start = count + 1, at + 1
    return count


def _index(rule: Rule, since: dt.date, office_ids: Collection[int] | None) -> int:
    """Days on which an office went over the threshold and had not been over it the day before."""
    days = max(1, -(-rule.window_min // 1440))
    daily = OfficeCell.objects.filter(aspect=Aspect.WHOLE, day__gte=since - dt.timedelta(days=days))
    if office_ids is not None:
        daily = daily.filter(office_id__in=office_ids)
    offices: dict[int, dict[dt.date, Tally]] = defaultdict(lambda: defaultdict(Tally))
    counted = (F(f"n{level}") - F(f"flagged{level}") for level in (1, 2, 3))
    for office_id, day, n1, n2, n3 in daily.values_list("office_id", "day", *counted):
        had = offices[office_id][day]
        offices[office_id][day] = Tally(had.n1 + n1, had.n2 + n2, had.n3 + n3)
    return sum(_crossings(rule, by_day, since, days) for by_day in offices.values())


def _crossings(rule: Rule, by_day: dict[dt.date, Tally], since: dt.date, days: int) -> int:
    count, was = 0, False
    for step in range(DAYS + 1):
        last = since + dt.timedelta(days=step)
        part = [by_day[last - dt.timedelta(days=k)] for k in range(days)]
        is_over = over_index(rule, sum(tally.n for tally in part), sum(tally.n1 for tally in part))
        count, was = count + (is_over and not was), is_over
    return count
