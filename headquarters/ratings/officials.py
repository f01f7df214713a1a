"""Figures by official: persons of the register, whole months that are over, nothing under a least number.

A rating counts for the person whom the register names for the office where the tablet stood, for the key that
the citizen chose, and for that day. Where two persons share a key (two offices merged, and their books were
not changed yet), only a rating at the person's own desk counts; any other is nobody's, rather than the wrong
person's. See docs/decisions/0015-officials.md.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from django.db import connection

from headquarters import own_file
from headquarters.config import ConfigError
from headquarters.offices import lineage
from headquarters.offices.models import Official
from headquarters.ratings import slices
from headquarters.ratings.figures import Tally
from headquarters.ratings.models import Aspect
from headquarters.ratings.slices import Query

NAME = "officials.toml"
LEAST = 5
"""No configuration goes below: docs/decisions/0015-officials.md."""


@dataclass(frozen=True, slots=True)
class Rules:
    """As officials.toml says."""

    minimum_n: int
    source: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """A key that citizens chose at an office and that names nobody there on those days, or several."""

    office_id: int
    code: str
    n: int


@dataclass(frozen=True, slots=True)
class Found:
    """Official's id → ratings, and what could be counted for nobody."""

    tallies: dict[int, Tally]
    unknown: tuple[Unknown, ...]


def load(path: Path | None = None) -> Rules:
    """The rules in force, read anew. Raises ConfigError for a file that cannot be used."""
    path = path or own_file.place(NAME, __file__)
    found = own_file.read(path)
    if set(found) != {"minimum_n", "source"}:
        raise ConfigError(f"{path}: expected exactly minimum_n, source")
    least, source = found["minimum_n"], found["source"]
    if type(least) is not int or least < LEAST:
        raise ConfigError(f"{path}: minimum_n: expected a whole number from {LEAST} on")
    if not isinstance(source, str) or not source.strip():
        raise ConfigError(f"{path}: source: which document says so?")
    return Rules(least, source)


def months(first: dt.date, last: dt.date, today: dt.date) -> tuple[dt.date, dt.date]:
    """The whole months that a period touches, as far as they are over; the last one that is over if none is.

    Periods that differ by a day would otherwise tell, one taken from the other, how the day's few citizens
    rated.
    """
    over = today.replace(day=1) - dt.timedelta(days=1)
    end = min(_month_end(last), over)
    return min(first, end).replace(day=1), end


def _month_end(day: dt.date) -> dt.date:
    return (day.replace(day=28) + dt.timedelta(days=4)).replace(day=1) - dt.timedelta(days=1)


def plain(q: Query, today: dt.date) -> Query:
    """The question that may be asked about persons: whole months, every channel, every desk, no flagged
    taps. Whatever could be taken from one another to single out a rating is left away."""
    first, last = months(q.first, q.last, today)
    return replace(q, first=first, last=last, flagged=False, desk=None, channel=None)


def by_official(q: Query) -> Found:
    """Of the offices asked for. With the lineage "now" a person's ratings of before a merger are the
    person's of today. The least number is the caller's to mind."""
    tallies: dict[int, list[Tally]] = defaultdict(list)
    unknown = []
    today = _today() if q.lineage == "now" else {}
    for pk, office_id, code, *counts in _rows(q):
        tally = Tally(*map(int, counts))
        if pk is None:
            unknown.append(Unknown(office_id, code, tally.n))
        else:
            tallies[today.get(pk, pk)].append(tally)
    found = {pk: slices.sum_of(parts) for pk, parts in tallies.items()}
    return Found(found, tuple(sorted(unknown, key=lambda one: (one.office_id, one.code))))


def _today() -> dict[int, int]:
    """Official of then → the same person's last row, where that person's office went on as that one."""
    after: dict[int, int] = {}
    offices: dict[int, int] = {}
    for pk, office, before in Official.objects.values_list("pk", "office_id", "before_id"):
        offices[pk] = office
        if before is not None:
            after[before] = pk
    follows = lineage.successors(set(offices.values()))
    last = {pk: _last(pk, after) for pk in after}
    return {pk: then for pk, then in last.items() if follows[offices[pk]] == follows[offices[then]]}


def _last(pk: int, after: dict[int, int]) -> int:
    seen = {pk}
    while (then := after.get(pk)) is not None and then not in seen:
        pk = then
        seen.add(pk)
    return pk


def _rows(q: Query) -> list[tuple[Any, ...]]:
    """(official, or office and key of what is nobody's, n1, n2, n3)"""
    source = slices.cells(q, Aspect.OFFICIAL)
    desk, code = _parts()
    levels = ", ".join(f"{level} AS n{number}" for number, level in enumerate(source.levels, 1))
    shared = sorted(_shared())
    own_desk = ""
    if shared:
        own_desk = f" AND (o.id NOT IN ({', '.join(['%s'] * len(shared))})"
        own_desk += " OR CAST(o.desk_id AS varchar(20)) = c.desk)"
    sql = (
        f"WITH c AS (SELECT office_id, day, {desk} AS desk, {code} AS code, {levels} FROM {source.table}"
        f" WHERE {source.where})"
        " SELECT o.id, CASE WHEN o.id IS NULL THEN c.office_id END AS office,"
        " CASE WHEN o.id IS NULL THEN c.code END AS code, sum(n1), sum(n2), sum(n3)"
        " FROM c LEFT JOIN offices_official o ON o.office_id = c.office_id AND o.code = c.code"
        f" AND o.valid_from <= c.day AND (o.valid_to IS NULL OR o.valid_to >= c.day){own_desk}"
        " GROUP BY 1, 2, 3 HAVING sum(c.n1 + c.n2 + c.n3) > 0"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*source.values, *shared])
        return list(cursor.fetchall())


def _parts() -> tuple[str, str]:
    """The SQL of the desk and of the code in a cell's key; see models.Aspect."""
    at = "strpos(key, '/')" if connection.vendor == "postgresql" else "instr(key, '/')"
    return f"substr(key, 1, {at} - 1)", f"substr(key, {at} + 1)"


def _shared() -> set[int]:
    """Officials who share office and key with another on some day."""
    groups: dict[tuple[int, str], list[Official]] = defaultdict(list)
    for one in Official.objects.only("pk", "office_id", "code", "valid_from", "valid_to"):
        groups[one.office_id, one.code].append(one)
    return {
        one.pk
        for group in groups.values()
        for one in group
        if any(one.pk != other.pk and overlap(one, other) for other in group)
    }


def overlap(one: Official, other: Official) -> bool:
    """Whether there is a day on which both work there."""
    return (one.valid_to is None or other.valid_from <= one.valid_to) and (
        other.valid_to is None or one.valid_from <= other.valid_to
    )
