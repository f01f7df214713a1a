"""What a report must say, counted from raw events one by one, without any code of headquarters."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from headquarters.ratings.models import Event
from headquarters.tablets.models import Tablet

Levels = tuple[int, int, int]
"""Ratings of level 3, 2, 1."""


@dataclass
class Counted:
    """By what they are; tallies without flagged taps, but for ``flagged``."""

    offices: dict[str, Levels]
    desks: dict[tuple[str, str], Levels]
    flagged: Levels
    kept: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)

    @property
    def whole(self) -> Levels:
        return _sum(list(self.offices.values()))


def count(first: dt.date, last: dt.date) -> Counted:
    places = {
        tablet.pk: (tablet.desk.office.name, tablet.desk.name)
        for tablet in Tablet.objects.select_related("desk__office")
        if tablet.desk
    }
    visits: dict[Any, list[Any]] = defaultdict(list)
    for event in Event.objects.filter(event_day__range=(first, last)).order_by("tablet_id", "seq"):
        visits[event.tablet_id, event.visit_id].append((event.kind, json.loads(event.stored)["body"]))
    offices: dict[str, Counter[int]] = defaultdict(Counter)
    desks: dict[tuple[str, str], Counter[int]] = defaultdict(Counter)
    found = Counted({}, {}, (0, 0, 0))
    flagged: Counter[int] = Counter()
    for (tablet, _visit), events in visits.items():
        said = dict(events)
        level = said.get("correction", said["rating"])["level"]
        if said["rating"].get("flags"):
            flagged[level] += 1
            continue
        office, desk = places[tablet]
        offices[office][level] += 1
        desks[office, desk][level] += 1
        chosen = said.get("reasons", {"chosen": (), "good": level > 1})
        # What was chosen for a level that was put right says nothing of the new one.
        if chosen["good"] == (level > 1):
            (found.kept if level > 1 else found.missed).update(chosen["chosen"])
    found.offices = {name: _levels(one) for name, one in offices.items()}
    found.desks = {name: _levels(one) for name, one in desks.items()}
    found.flagged = _levels(flagged)
    return found


def _levels(found: Counter[int]) -> Levels:
    return found[3], found[2], found[1]


def _sum(found: list[Levels]) -> Levels:
    return sum(one[0] for one in found), sum(one[1] for one in found), sum(one[2] for one in found)


def written(share: float) -> str:
    """As a document writes a share in per cent."""
    return f"{share * 100:.1f}".replace(".", ",")


def thousands(n: int) -> str:
    """As a document writes a count."""
    return f"{n:,}".replace(",", ".")


def line(levels: Levels) -> list[str]:
    """N and shares of a line about an office or desk."""
    n = sum(levels)
    return [thousands(n), *(written(one / n) for one in levels)]
