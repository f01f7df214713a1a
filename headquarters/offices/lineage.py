"""Which office of today follows an office of then: for figures "as now" beside figures "as then".

A succession carries the figures on when the old office ended and one single office followed it. An office
that was split, or that lives on beside what was taken out of it, keeps its own.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

from headquarters.offices.models import Succession, today


def successors(ids: Iterable[int], day: dt.date | None = None) -> dict[int, int]:
    """Old office → the office that follows it on ``day`` (today), through any number of mergers; itself where
    there is none."""
    follows = _follows(day or today())
    return {office: _last(office, follows) for office in ids}


def predecessors(office_id: int, day: dt.date | None = None) -> set[int]:
    """Every office whose figures are this one's on ``day`` (today); not the office itself."""
    follows = _follows(day or today())
    return {old for old in follows if old != office_id and _last(old, follows) == office_id}


def with_merged(ids: frozenset[int]) -> frozenset[int]:
    """These offices and those that ended in one of them: somebody has to go on with what was left there."""
    follows = _follows(today())
    return ids | {old for old in follows if _last(old, follows) in ids}


def _follows(day: dt.date) -> dict[int, int]:
    """Ended office → the only one that followed it."""
    found: dict[int, set[int]] = defaultdict(set)
    ended = Succession.objects.filter(day__lte=day, predecessor__valid_to__lt=day)
    for old, new in ended.values_list("predecessor_id", "successor_id"):
        found[old].add(new)
    return {old: next(iter(new)) for old, new in found.items() if len(new) == 1}


def _last(office: int, follows: dict[int, int]) -> int:
    seen = {office}
    while (after := follows.get(office)) is not None and after not in seen:
        office = after
        seen.add(office)
    return office
