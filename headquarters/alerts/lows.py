"""Low ratings as their citizens meant them: corrected ones by what was meant, flagged ones left out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec

from headquarters.ratings.models import Visit
from headquarters.tablets.models import Tablet


class _Body(msgspec.Struct):
    flags: list[str] = []


class _Flagged(msgspec.Struct):
    body: _Body


_flagged = msgspec.json.Decoder(_Flagged)


class Low(NamedTuple):
    """A low rating as it was meant, not flagged."""

    event_id: str
    desk_id: int
    wall_ms: int
    received_at: dt.datetime


def meant_low(found: Any) -> list[Low]:
    """Of events of level 1, those that still count as low; one for a visit."""
    rows = list(found.values_list("tablet_id", "visit_id", "event_id", "wall_ms", "received_at", "stored"))
    taken_back = _taken_back(sorted({visit_id for _tablet, visit_id, *_rest in rows}))
    desks = dict(Tablet.objects.exclude(desk=None).values_list("pk", "desk_id"))
    lows: dict[tuple[Any, str], Low] = {}
    for tablet_id, visit_id, event_id, wall_ms, received_at, stored in rows:
        key = (tablet_id, visit_id or str(event_id))
        if key not in taken_back and tablet_id in desks and not _is_flagged(stored):
            lows.setdefault(key, Low(str(event_id), desks[tablet_id], wall_ms, received_at))
    return list(lows.values())


def _taken_back(visits: Sequence[str]) -> set[tuple[Any, str]]:
    """Visits whose citizen had slipped, and meant another face."""
    found: set[tuple[Any, str]] = set()
    for start in range(0, len(visits), 500):
        part = Visit.objects.filter(visit_id__in=visits[start : start + 500], level__isnull=False)
        changed = part.exclude(level=1)
        found.update(changed.values_list("tablet_id", "visit_id"))
    return found


def _is_flagged(stored: str) -> bool:
    try:
        return bool(_flagged.decode(stored).body.flags)
    except msgspec.DecodeError:
        return False
