"""One look at everything that may ring. Run every half minute by ``headquarters watch``, never by ingest.

Ratings ring by the time at which they were given: a tablet that was offline for a day brings yesterday's
rush, not one of today. What is older than a week when it arrives does not ring.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from headquarters.alerts import hours
from headquarters.alerts.lows import Low, meant_low
from headquarters.alerts.models import Alert, Chore, Heard, Kind, Rule
from headquarters.alerts.ringing import Cause, TooLate, over, ring
from headquarters.alerts.rules import Rules
from headquarters.offices.models import Desk
from headquarters.ratings import settling, slices
from headquarters.ratings.models import Alarm, Comment, Event, Quarantine
from headquarters.tablets.models import Tablet
from sync import contract

BACK = dt.timedelta(days=7)
OVERLAP = dt.timedelta(minutes=15)
"""Looked at once more: a transaction may commit after a later one."""
INDEX_EVERY = dt.timedelta(minutes=10)
_NAME = "evaluate"


def evaluate(now: dt.datetime | None = None) -> int:
    """Ring for what is new since the last look; how many alerts rang or were counted."""
    now = now or timezone.now()
    settling.settle(None)
    last = Chore.objects.filter(name=_NAME).first()
    # The very first look: what is here already is history.
    since = (last.done_at if last else now) - OVERLAP
    look = _Look(now, since, first=last is None)
    parts: Sequence[Callable[[], int]] = (
        look.comments, look.counts, look.index, look.alarms, look.quarantined, look.silent, look.backlog,
    )  # fmt: skip
    rung = 0
    for part in parts:
        with transaction.atomic():
            rung += part()
    Chore.objects.update_or_create(name=_NAME, defaults={"done_at": now})
    return rung


class _Look:
    """What all parts of one look share."""

    def __init__(self, now: dt.datetime, since: dt.datetime, first: bool) -> None:
        self._now, self._since, self._first = now, since, first
        self._rules = Rules()
        self._day = timezone.localdate(now) - BACK

    def comments(self) -> int:
        """Low ratings with a comment: one alert for a desk."""
        found = Comment.objects.filter(day__gte=self._day, level=1).order_by("pk")
        by_desk: dict[tuple[int, int], list[Comment]] = defaultdict(list)
        rows = {f"comment:{row.pk}": row for row in found.only("pk", "office_id", "desk_id", "event_id")}
        for key in self._fresh(rows):
            by_desk[rows[key].office_id, rows[key].desk_id].append(rows[key])
        return sum(self._comment(*place, new) for place, new in by_desk.items())

    def _comment(self, office_id: int, desk_id: int, new: list[Comment]) -> int:
        rule = self._rules.of(Kind.LOW_COMMENT, office_id or None)
        if rule is None:
            return 0
        cause = Cause(
            Kind.LOW_COMMENT, f"desk:{desk_id}", rule, office_id or None, desk_id or None,
            facts={"comment": new[-1].pk},
        )  # fmt: skip
        ring(cause, self._now, len(new))
        return 1

    def counts(self) -> int:
        """So many low ratings within so many minutes at one desk."""
        new = self._low(Q(received_at__gte=self._since))
        fresh = self._fresh([f"low:{low.event_id}" for low in new])
        by_desk: dict[int, list[Low]] = defaultdict(list)
        for low in new:
            if f"low:{low.event_id}" in fresh:
                by_desk[low.desk_id].append(low)
        desks = Desk.objects.in_bulk(list(by_desk))
        return sum(self._count(desks[desk_id], lows) for desk_id, lows in by_desk.items() if desk_id in desks)

    def _count(self, desk: Desk, new: list[Low]) -> int:
        rule = self._rules.of(Kind.LOW_COUNT, desk.office_id)
        if rule is None:
            return 0
        cause = Cause(Kind.LOW_COUNT, f"desk:{desk.pk}", rule, desk.office_id, desk.pk)
        window = rule.window_min * 60_000
        reach = Q(wall_ms__gte=min(low.wall_ms for low in new) - window)
        closed = _last_closed(cause)
        if closed:
            reach &= Q(received_at__gt=closed)
        known = self._low(reach, desk.pk)
        most = densest([low.wall_ms for low in known], [low.wall_ms for low in new], window)
        if most < rule.threshold:
            return 0
        facts = {"n": most, "window_min": rule.window_min}
        ring(Cause(cause.kind, cause.what, rule, desk.office_id, desk.pk, facts=facts), self._now, len(new))
        return 1

    def _low(self, which: Q, desk_id: int | None = None) -> list[Low]:
        """Low ratings as they were meant, without flagged ones, of tablets that stand at a desk."""
        kinds = (contract.RATING, contract.CORRECTION)
        found = Event.objects.filter(which, event_day__gte=self._day, kind__in=kinds, level=1)
        if desk_id is not None:
            found = found.filter(
                tablet_id__in=list(Tablet.objects.filter(desk=desk_id).values_list("pk", flat=True))
            )
        return meant_low(found)

    def index(self) -> int:
        """The share of low ratings of an office over so many days."""
        if not _due("index", self._now, INDEX_EVERY):
            return 0
        today = timezone.localdate(self._now)
        rung = 0
        for days in {_days(rule) for rule in self._rules.every(Kind.INDEX)}:
            query = slices.Query(today - dt.timedelta(days=days - 1), today)
            for office_id, tally in slices.by_office(query).items():
                rule = self._rules.of(Kind.INDEX, office_id)
                if rule is not None and _days(rule) == days and over_index(rule, tally.n, tally.n1):
                    rung += self._index(rule, office_id, today)
        return rung

    def _index(self, rule: Rule, office_id: int | None, today: dt.date) -> int:
        """Days up to that of the last closing were looked at by whoever closed."""
        cause = Cause(Kind.INDEX, f"office:{office_id}", rule, office_id)
        first = today - dt.timedelta(days=_days(rule) - 1)
        closed = _last_closed(cause)
        if closed:
            first = max(first, timezone.localdate(closed) + dt.timedelta(days=1))
        tally = slices.total(slices.Query(first, today, frozenset({office_id or 0})))
        if first > today or not over_index(rule, tally.n, tally.n1):
            return 0
        facts = {"n": tally.n, "low": tally.n1, "days": (today - first).days + 1, "threshold": rule.threshold}
        if Alert.objects.filter(open_cause=cause.key, facts=facts).exists():
            return 0
        ring(Cause(cause.kind, cause.what, rule, office_id, facts=facts), self._now, 1)
        return 1

    def alarms(self) -> int:
        """What ingest and ``verify-chain`` noticed."""
        kinds = (Kind.CHAIN_BROKEN, Kind.CLONE, Kind.CONFLICT)
        found = Alarm.objects.filter(created_at__gte=self._since, kind__in=kinds).select_related(
            "tablet__desk"
        )
        return self._of_tablets(found, "alarm")

    def quarantined(self) -> int:
        """Events that were set aside at headquarters."""
        found = Quarantine.objects.filter(received_at__gte=self._since).select_related("tablet__desk")
        return self._of_tablets(found.only("tablet__desk"), "quarantine")

    def _of_tablets(self, found: Iterable[Any], name: str) -> int:
        """One alert for a tablet and kind, however many rows."""
        rows = {f"{name}:{row.pk}": row for row in found}
        new: dict[tuple[Kind, Tablet], int] = defaultdict(int)
        for key in self._fresh(rows):
            kind = Kind(rows[key].kind) if name == "alarm" else Kind.QUARANTINE
            new[kind, rows[key].tablet] += 1
        return sum(self._tablet(kind, tablet, {}, times) for (kind, tablet), times in new.items())

    def silent(self) -> int:
        """Tablets that have not been heard within their hours; those that are heard again are over."""
        self._end(Kind.SILENT, lambda tablet, since: bool(tablet.last_seen and tablet.last_seen > since))
        rules = list(self._rules.every(Kind.SILENT))
        if not rules or self._first:
            return 0
        shortest = self._now - dt.timedelta(minutes=min(rule.threshold for rule in rules))
        quiet = Q(last_seen__lt=shortest) | Q(last_seen=None, enrolled_at__lt=shortest)
        return sum(map(self._silent, self._live(quiet)))

    def _silent(self, tablet: Tablet) -> int:
        rule = self._rules.of(Kind.SILENT, _office_of(tablet))
        since = tablet.last_seen or tablet.enrolled_at
        if rule is None or hours.within(rule.hours, since, self._now) < dt.timedelta(minutes=rule.threshold):
            return 0
        return self._lasting(rule, tablet, {"since": since.isoformat()})

    def backlog(self) -> int:
        """Tablets on which ratings have waited for long, by headquarters' clock."""
        self._end(Kind.BACKLOG, lambda tablet, _since: not tablet.pending)
        return 0 if self._first else sum(map(self._backlog, self._live(Q(pending__gt=0))))

    def _backlog(self, tablet: Tablet) -> int:
        rule = self._rules.of(Kind.BACKLOG, _office_of(tablet))
        if rule is None or tablet.oldest_pending_ms is None:
            return 0
        given = (tablet.oldest_pending_ms - (tablet.drift_ms or 0)) / 1000
        if self._now.timestamp() - given < rule.threshold * 60:
            return 0
        return self._lasting(rule, tablet, {"since": tablet.oldest_pending_ms, "pending": tablet.pending})

    def _live(self, which: Q) -> Iterable[Tablet]:
        return Tablet.objects.filter(which, revoked_at=None).select_related("desk")

    def _lasting(self, rule: Rule, tablet: Tablet, facts: dict[str, Any]) -> int:
        """A state, not an event: it rings once. Closed by hand, it keeps quiet until it has ended."""
        kind = Kind(rule.kind)
        last = Alert.objects.filter(cause=f"{kind}:tablet:{tablet.pk}").order_by("-opened_at").first()
        if last is not None and (last.open_cause or last.facts.get("since", 0) == facts.get("since")):
            return 0
        return self._tablet(kind, tablet, facts, 1)

    def _tablet(self, kind: Kind, tablet: Tablet, facts: dict[str, Any], times: int) -> int:
        office_id = _office_of(tablet)
        rule = self._rules.of(kind, office_id)
        if rule is None:
            return 0
        cause = Cause(kind, f"tablet:{tablet.pk}", rule, office_id, tablet.desk_id, tablet.pk, facts)
        ring(cause, self._now, times)
        return 1

    def _end(self, kind: Kind, ended: Callable[[Tablet, dt.datetime], bool]) -> None:
        for alert in Alert.objects.filter(kind=kind).exclude(open_cause=None).select_related("tablet"):
            tablet = alert.tablet
            if tablet is not None and (tablet.revoked_at or ended(tablet, alert.opened_at)):
                try:
                    over(alert, self._now)
                except TooLate:
                    continue  # closed by a person meanwhile

    def _fresh(self, keys: Iterable[str]) -> list[str]:
        """Those that did not ring yet, which have now; none of them at the very first look."""
        wanted = list(keys)
        known: set[str] = set()
        for start in range(0, len(wanted), 500):
            part = wanted[start : start + 500]
            known.update(Heard.objects.filter(what__in=part).values_list("what", flat=True))
        fresh = [key for key in wanted if key not in known]
        Heard.objects.bulk_create(Heard(what=key, at=self._now) for key in fresh)
        return [] if self._first else fresh


def densest(known: Sequence[int], ends: Iterable[int], window: int) -> int:
    """The most of ``known`` in a window that holds one of ``ends``; all in milliseconds."""
    ordered = sorted(known)
    best = 0
    for end in ends:
        low, high = bisect_left(ordered, end - window), bisect_right(ordered, end + window)
        near = ordered[low:high]
        for at, last in enumerate(near):
            first = bisect_left(near, last - window)
            if near[first] <= end <= last:
                best = max(best, at - first + 1)
    return best


def over_index(rule: Rule, n: int, low: int) -> bool:
    """Whether the share is above the threshold, and enough people were asked."""
    return n >= rule.minimum_n and low * 100 > rule.threshold * n


def _office_of(tablet: Tablet) -> int | None:
    return tablet.desk.office_id if tablet.desk else None


def _days(rule: Rule) -> int:
    return max(1, -(-rule.window_min // 1440))


def _last_closed(cause: Cause) -> dt.datetime | None:
    closed = Alert.objects.filter(cause=cause.key, state=Alert.State.CLOSED).order_by("-closed_at")
    return closed.values_list("closed_at", flat=True).first()


def _due(name: str, now: dt.datetime, every: dt.timedelta) -> bool:
    """Whether it is time again; if so, it counts as done."""
    if Chore.objects.filter(name=name, done_at__gt=now - every).exists():
        return False
    Chore.objects.update_or_create(name=name, defaults={"done_at": now})
    return True
