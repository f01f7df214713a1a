"""The tree as somebody sees it on a day: in order, with former names and places, searched without accents."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from headquarters.accounts import rights
from headquarters.accounts.models import User
from headquarters.folding import fold
from headquarters.offices.models import Desk, Formerly, Office
from headquarters.tablets.models import Tablet

DEEPEST = 5


class Line(NamedTuple):
    """An office at its place. ``name`` and ``parent`` are those of the day; ``depth`` 0 is the top."""

    office: Office
    name: str
    parent: str
    depth: int
    desks: int
    tablets: int


def lines(user: User, day: dt.date, wanted: str = "", ended: bool = False) -> list[Line]:
    """The person's offices that exist on ``day``, and with ``ended`` also those that do not any more. Without
    a search in the order of the tree; what matches ``wanted`` otherwise."""
    offices = {office.pk: office for office in rights.offices(user)}
    places = _places(offices, day)
    seen = {
        pk for pk, office in offices.items() if office.exists_on(day) or (ended and office.valid_from <= day)
    }
    desks, tablets = _counts(day)
    former = _former_names() if wanted else {}
    found: list[Line] = []
    for pk, depth in _walk(offices, places, seen):
        name, parent = places[pk]
        above = offices.get(parent or 0)
        texts = (name, offices[pk].name, offices[pk].code, offices[pk].ident, *former.get(pk, ()))
        if all(any(word in fold(text) for text in texts) for word in fold(wanted).split()):
            found.append(
                Line(
                    offices[pk],
                    name,
                    above.name if above else "",
                    0 if wanted else min(depth, DEEPEST),
                    desks[pk],
                    tablets[pk],
                )
            )
    return found


def _places(offices: dict[int, Office], day: dt.date) -> dict[int, tuple[str, int | None]]:
    """Office → its name and its parent on that day."""
    places = {pk: (office.name, office.parent_id) for pk, office in offices.items()}
    # The earliest record that had not ended by then is the last word, so it is written last.
    for past in Formerly.objects.filter(until__gte=day).order_by("-until"):
        if past.office_id in places:
            places[past.office_id] = (past.name, past.parent_id)
    return places


def _walk(
    offices: dict[int, Office], places: dict[int, tuple[str, int | None]], seen: set[int]
) -> Iterator[tuple[int, int]]:
    """(office, depth), each parent before its children. Who has no visible parent stands at the top."""
    below: dict[int | None, list[int]] = defaultdict(list)
    for pk in sorted(seen, key=lambda pk: offices[pk].code):
        parent = places[pk][1]
        below[parent if parent in seen else None].append(pk)
    waiting = [(pk, 0) for pk in reversed(below[None])]
    while waiting:
        pk, depth = waiting.pop()
        yield pk, depth
        waiting += [(child, depth + 1) for child in reversed(below[pk])]


def _counts(day: dt.date) -> tuple[Counter[int], Counter[int]]:
    desks: Counter[int] = Counter()
    for desk in Desk.objects.all():
        desks[desk.office_id] += desk.exists_on(day)
    stand = Tablet.objects.filter(revoked_at=None, desk__isnull=False).values_list(
        "desk__office_id", flat=True
    )
    return desks, Counter(office for office in stand if office is not None)


def _former_names() -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for office, name in Formerly.objects.values_list("office_id", "name"):
        found[office].append(name)
    return found
