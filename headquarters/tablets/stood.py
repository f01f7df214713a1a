"""Whose an event is: of the office where its tablet stood when it happened; after a merger, of the office
that follows that one today. The one place that says so for what people may open, list and prove.

The rule is that of the figures ("place" in headquarters/ratings/cells.py): a tablet's earliest placement
holds for whatever came before it, and a tablet without placements has always stood at its desk.
"""

from __future__ import annotations

import datetime as dt
import uuid
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple, Protocol, TypeVar

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from headquarters.accounts import rights
from headquarters.accounts.models import User
from headquarters.offices import lineage
from headquarters.offices.models import Desk
from headquarters.tablets.models import Placement, Tablet

Row = TypeVar("Row", bound=Model)


class Happened(Protocol):
    """Something a tablet did at a moment of its wall clock."""

    tablet_id: uuid.UUID
    wall_ms: int


class Left(NamedTuple):
    """The last desk of an office where a tablet does not stand any more, and until when it stood there."""

    desk: Desk
    until: dt.datetime


def tablets(user: User) -> QuerySet[Tablet]:
    """The tablets that stand, or ever stood, at an office this person answers for; every one for whoever sees
    every office."""
    found = Tablet.objects.select_related("desk__office")
    ids = rights.answered_ids(user)
    if ids is None:
        return found
    return found.filter(ever_at(ids))


def ever_at(ids: frozenset[int]) -> Q:
    """Of tablets: that stand, or ever stood, at one of these offices."""
    once = Placement.objects.filter(tablet_id=OuterRef("pk"), desk__office__in=ids)
    return Q(desk__office__in=ids) | Q(Exists(once))


def events(found: QuerySet[Row], user: User) -> QuerySet[Row]:
    """Those of ``found``, rows with a ``tablet_id`` and ``wall_ms``, that happened at an office this person
    answers for. Four small queries go before it, however many rows there are."""
    ids = rights.answered_ids(user)
    if ids is None:
        return found
    outside = Placement.objects.filter(Q(desk=None) | ~Q(desk__office__in=ids), tablet_id=OuterRef("pk"))
    # Only of a tablet that also stood elsewhere is each row's own moment looked at.
    near = dict(tablets(user).annotate(elsewhere=Exists(outside)).values_list("pk", "elsewhere"))
    always = Q(tablet_id__in=[pk for pk, elsewhere in near.items() if not elsewhere])
    at_times = [pk for pk, elsewhere in near.items() if elsewhere]
    return found.filter(always | (Q(tablet_id__in=at_times) & _there(ids)) if at_times else always)


def _there(ids: Iterable[int]) -> Q:
    """One of these offices has the desk of the placement that held at the row's ``wall_ms``."""
    of_tablet = Placement.objects.filter(tablet_id=OuterRef("tablet_id"))
    earlier = of_tablet.filter(since_ms__lt=OuterRef("since_ms"))
    later = of_tablet.filter(since_ms__gt=OuterRef("since_ms"), since_ms__lte=OuterRef(OuterRef("wall_ms")))
    begun = Q(since_ms__lte=OuterRef("wall_ms")) | ~Exists(earlier)
    return Q(Exists(of_tablet.filter(begun, ~Exists(later), desk__office__in=ids)))


def desks(happened: Iterable[Happened]) -> dict[tuple[uuid.UUID, int], Desk | None]:
    """(tablet, wall_ms) → the desk where the tablet stood then, with its office; None: nowhere. Two queries
    for however many."""
    wanted = {(one.tablet_id, one.wall_ms) for one in happened}
    ids = {tablet_id for tablet_id, _wall_ms in wanted}
    placed: dict[uuid.UUID, list[Placement]] = defaultdict(list)
    for one in Placement.objects.filter(tablet__in=ids).select_related("desk__office").order_by("since_ms"):
        placed[one.tablet_id].append(one)
    others = Tablet.objects.filter(pk__in=ids - placed.keys()).select_related("desk__office")
    always = {one.pk: one.desk for one in others}
    return {key: _held(placed[key[0]], key[1]) if placed[key[0]] else always.get(key[0]) for key in wanted}


def _held(placements: list[Placement], wall_ms: int) -> Desk | None:
    after = bisect_right([one.since_ms for one in placements], wall_ms)
    return placements[max(after - 1, 0)].desk


def answering(desk: Desk | None) -> int | None:
    """The office that answers for what was left at a desk: its auditors read that it was opened or proved."""
    return None if desk is None else lineage.successors([desk.office_id])[desk.office_id]


def left(found: Iterable[Tablet], user: User) -> dict[uuid.UUID, Left]:
    """Of those that do not stand at this person's offices any more (for whoever sees every office: that stand
    nowhere), where they last stood there. One query for however many."""
    ids = rights.answered_ids(user)
    away = [one.pk for one in found if not _at(one.desk, ids)]
    last: dict[uuid.UUID, Left] = {}
    placements = Placement.objects.filter(tablet__in=away).select_related("desk__office")
    for before, after in pairwise(placements.order_by("tablet", "since_ms")):
        if before.tablet_id == after.tablet_id and before.desk and _at(before.desk, ids):
            last[before.tablet_id] = Left(before.desk, after.since)
    return last


def _at(desk: Desk | None, ids: frozenset[int] | None) -> bool:
    return desk is not None and (ids is None or desk.office_id in ids)
