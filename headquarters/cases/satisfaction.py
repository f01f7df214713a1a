"""What the citizen thinks of the answer: one tap of three faces on their own phone, kept with the case.

The rating belongs to the answer that stands: a new answer after a re-opening is asked about anew, and what
was said of the old one stays in the history.
"""

from __future__ import annotations

import datetime as dt
from enum import Enum, auto

from django.db import transaction

from headquarters.cases.models import Case, Step
from sync.contract import LEVELS

RATED = "rated"
"""Step.what of a rating; Step.text is the level."""
CHANGEABLE = dt.timedelta(days=1)
"""How long a slip of the thumb can be put right. Later the indicators count what was said."""


class Outcome(Enum):
    """What became of a tap."""

    KEPT = auto()
    SAME = auto()
    CLOSED = auto()


def of(case: Case) -> int | None:
    """The level given to the answer that stands; None while nobody has said anything about it."""
    if case.satisfaction is None or case.satisfaction_at is None or case.told_at is None:
        return None
    return case.satisfaction if case.satisfaction_at >= case.told_at else None


def open_to(case: Case, now: dt.datetime) -> bool:
    """Whether a tap counts now: there is an answer, and the first tap is not a day old."""
    if case.state != Case.State.TOLD:
        return False
    return of(case) is None or (case.satisfaction_at or now) + CHANGEABLE > now


def rate(pk: int, level: int, now: dt.datetime) -> Outcome:
    """Keep a tap. The same tap sent twice is one. Raises ValueError for what is no level."""
    if level not in LEVELS:
        raise ValueError(f"no level: {level}")
    with transaction.atomic():
        case = Case.objects.select_for_update().get(pk=pk)
        if case.state == Case.State.TOLD and of(case) == level:
            return Outcome.SAME
        if not open_to(case, now):
            return Outcome.CLOSED
        if of(case) is None:
            # A change keeps the time of the first tap: changing cannot go on for ever.
            case.satisfaction_at = now
        case.satisfaction = level
        case.save(update_fields=["satisfaction", "satisfaction_at"])
        Step.objects.create(case=case, what=RATED, at=now, text=str(level))
    return Outcome.KEPT
