"""Counting anew outside ingest: after a tablet's move was put right, after an upgrade, and as an audit."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db import transaction

from headquarters.ratings import cells, said, settling, sql, visits
from headquarters.ratings.models import Comment, TabletCell, Visit
from headquarters.tablets.models import Tablet
from sync import kinds

_CHUNK = 2000
_TELLING = """
    SELECT kind, visit_id, seq, event_id, event_day, wall_ms, stored FROM ratings_event
    WHERE tablet_id = %s AND (kind IN (%s, %s, %s, %s)
        OR kind = %s AND (stored NOT LIKE %s OR stored LIKE %s))
"""
_TELLING_VALUES = (
    kinds.CORRECTION, kinds.SUBJECT, kinds.REASONS, kinds.COMMENT, kinds.RATING,
    '%"flags":[]%', '%"phone"%',
)  # fmt: skip
"""Every event that may have said something beyond the usual; said.of_stored says which did."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A row of a rollup that is not what the events say. No row: ``kept`` or ``counted`` is empty."""

    table: str
    row: str
    kept: str
    counted: str


def recount_since(tablet_id: uuid.UUID, since_ms: int) -> None:
    """Count the tablet's days from this moment on anew. The caller holds the tablet's lock."""
    # A local day begins up to 18 hours before the same day in UTC, and ends as much later.
    first = dt.datetime.fromtimestamp(since_ms / 1000, dt.UTC).date() - dt.timedelta(days=1)
    found = sql.fetch(
        "SELECT DISTINCT event_day FROM ratings_event WHERE tablet_id = %s AND event_day >= %s",
        [sql.key(tablet_id), first if sql.is_postgresql() else first.isoformat()],
    )
    days = {sql.as_day(day) for (day,) in found}
    before = TabletCell.objects.filter(tablet_id=tablet_id, day__in=days)
    # Where the tablet stood by what was known until now; it may have no place there any more.
    offices = set(before.values_list("office_id", flat=True).distinct())
    sql.run(*cells.recount(tablet_id, days, comments=True, also=offices))


def recount_all() -> None:
    """Make everything that follows from events anew: what visits said, comments, cells. Each tablet, then the
    sums, in a transaction of its own."""
    gone = set(TabletCell.objects.values_list("tablet_id", flat=True).distinct())
    there = set(Tablet.objects.values_list("pk", flat=True))
    TabletCell.objects.filter(tablet_id__in=gone - there).delete()
    for tablet_id in sorted(there):
        with transaction.atomic():
            Tablet.objects.select_for_update().values_list("pk").get(pk=tablet_id)
            _said_anew(tablet_id)
            sql.run(*cells.recount_tablet(tablet_id), settling.forget(tablet_id))
    with transaction.atomic():
        sql.run(*cells.sums_of_all())


def _said_anew(tablet_id: uuid.UUID) -> None:
    Visit.objects.filter(tablet_id=tablet_id).delete()
    Comment.objects.filter(tablet_id=tablet_id).delete()
    events = _telling(tablet_id)
    while chunk := list(islice(events, _CHUNK)):
        visits.keep(tablet_id, visits.merged((e.kind, e.visit_id, e.seq, e.said) for e in chunk))
        comments = (event for event in chunk if event.kind == kinds.COMMENT)
        Comment.objects.bulk_create(
            visits.comment(tablet_id, e.event_id, e.visit_id, {"day": e.day, "wall_ms": e.wall_ms, **e.said})
            for e in comments
        )


@dataclass(frozen=True, slots=True)
class _Telling:
    kind: str
    visit_id: str
    seq: int
    event_id: uuid.UUID
    day: dt.date
    wall_ms: int
    said: said.Said


def _telling(tablet_id: uuid.UUID) -> Iterator[_Telling]:
    found = sql.fetch(_TELLING, [sql.key(tablet_id), *_TELLING_VALUES])
    for kind, visit_id, seq, event_id, day, wall_ms, stored in found:
        if (what := said.of_stored(kind, stored)) is not None:
            yield _Telling(kind, visit_id, seq, sql.as_uuid(event_id), sql.as_day(day), wall_ms, what)


def audit() -> Iterator[Difference]:
    """Every row of every rollup that differs from a fresh count of all events, once all is settled."""
    settling.settle(None)
    for tablet_id in Tablet.objects.order_by("pk").values_list("pk", flat=True):
        yield from _visits(tablet_id)
        yield from _comments(tablet_id)
        yield from _dossiers(tablet_id)
        yield from _cells("tablet", cells.tablet_differences(tablet_id))
    yield from _cells("office", cells.office_differences())
    strangers = "SELECT DISTINCT tablet_id FROM ratings_tabletcell EXCEPT SELECT id FROM tablets_tablet"
    for (tablet_id,) in sql.fetch(strangers, []):
        yield Difference("tablet cell", f"{sql.as_uuid(tablet_id)}", "rows", "no such tablet")


def _cells(table: str, statement: sql.Statement) -> Iterator[Difference]:
    sides: dict[tuple[str, ...], dict[str, str]] = {}
    for side, *values in sql.fetch(*statement):
        name = tuple(str(value) for value in values[: -len(cells.COUNTS)])
        sides.setdefault(name, {})[side] = _levels(values[-len(cells.COUNTS) :])
    for name, found in sides.items():
        yield Difference(f"{table} cell", " ".join(name), found.get("kept", ""), found.get("counted", ""))


def _levels(counts: Sequence[Any]) -> str:
    """A cell's counts, three by three; of the marked ones those that are there: "5/0/1 flagged 1/0/0"."""
    parts = {name: counts[at : at + 3] for at, name in enumerate(cells.COUNTS) if at % 3 == 0}
    return " ".join(
        ("" if name == "n1" else name[:-1] + " ") + "/".join(str(int(n)) for n in three)
        for name, three in parts.items()
        if name == "n1" or any(three)
    )


def _visits(tablet_id: uuid.UUID) -> Iterator[Difference]:
    counted = visits.merged((e.kind, e.visit_id, e.seq, e.said) for e in _telling(tablet_id))
    kept = {
        visit_id: dict(zip(visits.COLUMNS, values, strict=True))
        for visit_id, *values in Visit.objects.filter(tablet_id=tablet_id).values_list(
            "visit_id", *visits.COLUMNS
        )
    }
    for visit_id in sorted(kept.keys() | counted.keys()):
        own, wanted = kept.get(visit_id), counted.get(visit_id)
        if own != wanted:
            yield Difference("visit", f"{tablet_id} {visit_id}", _shown(own), _shown(wanted))


def _comments(tablet_id: uuid.UUID) -> Iterator[Difference]:
    wanted = {e.event_id: e.said["text"] for e in _telling(tablet_id) if e.kind == kinds.COMMENT}
    kept = dict(Comment.objects.filter(tablet_id=tablet_id).values_list("event_id", "text"))
    for event_id in sorted(kept.keys() | wanted.keys()):
        if kept.get(event_id) != wanted.get(event_id):
            # Never the text itself: this is printed and logged.
            yield Difference(
                "comment", f"{tablet_id} {event_id}",
                "a text" if event_id in kept else "", "another text" if event_id in wanted else "",
            )  # fmt: skip
    for event_id, level, counted in sql.fetch(*cells.comment_differences(tablet_id)):
        yield Difference(
            "comment",
            f"{tablet_id} {sql.as_uuid(event_id)}",
            f"level {level}",
            f"level {counted} or elsewhere",
        )


def _dossiers(tablet_id: uuid.UUID) -> Iterator[Difference]:
    for visit_id, kept, counted in sql.fetch(*cells.dossier_differences(tablet_id)):
        yield Difference(
            "dossier",
            f"{tablet_id} {visit_id}",
            f"level {kept}",
            f"level {counted}, or another day or office",
        )


def _shown(row: dict[str, Any] | None) -> str:
    return "" if row is None else " ".join(f"{name}={value}" for name, value in row.items() if value)


def follow_moves(sender: object, tablet_id: uuid.UUID, since_ms: int, **_: object) -> None:
    """Heard by headquarters.tablets.placement.moved."""
    recount_since(tablet_id, since_ms)
