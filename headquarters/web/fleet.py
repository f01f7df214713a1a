"""The tablets in a few honest words: how many, when last heard, what still waits."""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, F, Min, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from headquarters import formats
from headquarters.accounts.models import User
from headquarters.offices.models import Desk
from headquarters.ratings.intake import DRIFT_LIMIT_MS
from headquarters.ratings.models import Alarm, Quarantine
from headquarters.tablets import stood
from headquarters.tablets.models import Tablet

LITTLE_MB = 500
LITTLE_BATTERY = 20
"""Percent."""
SHOWN_NEEDY = 5
SHOWN_STATES = 42
SHOWN_ALARMS = 3
# Tablets report every two minutes; half an hour without a word is worth a look in office hours.
SILENT_AFTER = dt.timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class TabletLine:
    """One tablet: "silent", "wait" or "well". Times in seconds before now, None where unknown."""

    title: str
    state: str
    silent_s: float | None
    pending: int
    oldest_s: float | None


@dataclass(frozen=True, slots=True)
class Condition:
    """One tablet as its own page and the list show it. ``state`` may be "gone", too: revoked.

    ``warnings``: sentences about what somebody should look at. ``drift_s``: its clock ahead of ours.
    """

    tablet: Tablet
    title: str
    state: str
    silent_s: float | None
    pending: int
    oldest_s: float | None
    drift_s: float | None
    warnings: list[str]


@dataclass(frozen=True, slots=True)
class AlarmLine:
    words: str
    tablet: str
    created_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Fleet:
    """``needy`` and ``states`` are the first few only; ``not_shown`` counts needy ones left out."""

    tablets: int
    heard: int
    pending: int
    well: int
    well_silent_s: float
    quarantined: int
    alarms: int
    needy: list[TabletLine]
    states: list[TabletLine]
    latest_alarms: list[AlarmLine]

    @property
    def not_shown(self) -> int:
        return self.tablets - self.well - len(self.needy)


def status(now: dt.datetime, office_ids: frozenset[int] | None) -> Fleet:
    """Of the offices given; None is every office, and with it the tablets that stand nowhere yet."""
    seen = Tablet.objects.all() if office_ids is None else Tablet.objects.filter(desk__office__in=office_ids)
    live = seen.filter(revoked_at=None)
    alarms = Alarm.objects.filter(tablet__in=seen)
    heard = Q(last_seen__gte=now - SILENT_AFTER)
    well = heard & ~Q(pending__gt=0)
    sums = live.aggregate(
        tablets=Count("pk"),
        heard=Count("pk", filter=heard),
        waiting=Sum("pending"),
        well=Count("pk", filter=well),
        well_since=Min("last_seen", filter=well),
    )
    return Fleet(
        tablets=sums["tablets"],
        heard=sums["heard"],
        pending=sums["waiting"] or 0,
        well=sums["well"],
        well_silent_s=(now - sums["well_since"]).total_seconds() if sums["well_since"] else 0.0,
        quarantined=Quarantine.objects.filter(tablet__in=seen).count(),
        alarms=alarms.count(),
        needy=_lines(live.exclude(well), SHOWN_NEEDY, now),
        # Many small squares are a pattern nobody reads: then the sentence below has to do.
        states=_lines(live, SHOWN_STATES, now) if sums["tablets"] <= SHOWN_STATES else [],
        latest_alarms=[
            _alarm(alarm)
            for alarm in alarms.select_related("tablet__desk__office").order_by("-created_at")[:SHOWN_ALARMS]
        ],
    )


def _lines(tablets: QuerySet[Tablet], most: int, now: dt.datetime) -> list[TabletLine]:
    """Never heard first, then the longest silent."""
    ordered = tablets.select_related("desk__office").order_by(F("last_seen").asc(nulls_first=True))
    return [_line(tablet, now) for tablet in ordered[:most]]


def _line(tablet: Tablet, now: dt.datetime) -> TabletLine:
    silent = (now - tablet.last_seen).total_seconds() if tablet.last_seen else None
    pending = tablet.pending or 0
    return TabletLine(_title(tablet), _state(silent, pending), silent, pending, _oldest(tablet, now))


def condition(tablet: Tablet, now: dt.datetime) -> Condition:
    """How one tablet feels, by its own words and by our clock."""
    line = _line(tablet, now)
    return Condition(
        tablet=tablet,
        title=line.title,
        state="gone" if tablet.revoked_at else line.state,
        silent_s=line.silent_s,
        pending=line.pending,
        oldest_s=line.oldest_s,
        drift_s=None if tablet.drift_ms is None else tablet.drift_ms / 1000,
        warnings=[] if tablet.revoked_at else _warnings(tablet),
    )


def _warnings(tablet: Tablet) -> list[str]:
    found = {
        _("It has set ratings aside that it cannot send."): tablet.quarantined > 0,
        _("Its storage is nearly full."): tablet.free_mb is not None and tablet.free_mb < LITTLE_MB,
        _("Its clock is wrong."): abs(tablet.drift_ms or 0) > DRIFT_LIMIT_MS,
        _("Its battery is low and it is not plugged in."): _running_out(tablet),
        _("Its database check has complained."): tablet.integrity not in ("", "ok"),
        _("It does not yet work by its newest configuration."): _behind(tablet),
        _("It has not changed its key yet."): tablet.renew_asked_at is not None,
        _("It reports an error: %s") % tablet.last_error: bool(tablet.last_error),
    }
    return [words for words, is_so in found.items() if is_so]


def _running_out(tablet: Tablet) -> bool:
    low = tablet.battery_percent is not None and tablet.battery_percent < LITTLE_BATTERY
    return low and tablet.on_mains is False


def _behind(tablet: Tablet) -> bool:
    # A tablet of an earlier version never says what it works by.
    return tablet.config_version is not None and tablet.config_version < tablet.config_issued


def _alarm(alarm: Alarm) -> AlarmLine:
    """The detail is for engineers and stays in the database."""
    words = {
        "chain_broken": _("The chain of ratings is broken"),
        "clone": _("A copy of the tablet has reported"),
        "conflict": _("One number came with two different ratings"),
    }
    return AlarmLine(words.get(alarm.kind, alarm.kind), _title(alarm.tablet), alarm.created_at)


def titles(tablets: Iterable[Tablet], user: User) -> dict[uuid.UUID, str]:
    """What tablets are called for a person: one that has left their offices by its last desk there."""
    tablets = list(tablets)
    left = stood.left(tablets, user)
    return {one.pk: _left(left[one.pk]) if one.pk in left else _title(one) for one in tablets}


def _left(left: stood.Left) -> str:
    return _("%(place)s (until %(day)s)") % {"place": _place(left.desk), "day": formats.day(left.until)}


def _title(tablet: Tablet) -> str:
    return _("Not placed yet") if tablet.desk is None else _place(tablet.desk)


def _place(desk: Desk) -> str:
    return f"{desk.name} · {desk.office.name}"


def _state(silent_s: float | None, pending: int) -> str:
    if silent_s is None or silent_s > SILENT_AFTER.total_seconds():
        return "silent"
    return "wait" if pending else "well"


def _oldest(tablet: Tablet, now: dt.datetime) -> float | None:
    """By the tablet's own clock, in milliseconds since 1970."""
    if not tablet.pending or tablet.oldest_pending_ms is None:
        return None
    return now.timestamp() - tablet.oldest_pending_ms / 1000
