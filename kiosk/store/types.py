"""What the store answers with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of one local day: ``by_level`` maps 1, 2, 3 to a number of ratings; ``swallowed`` taps
    within the cool-down are no ratings."""

    day: date
    by_level: dict[int, int]
    swallowed: int

    @property
    def total(self) -> int:
        """N, all levels together."""
        return sum(self.by_level.values())


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment (góp ý, khen ngợi, phản ánh) as it may be stored: personal numbers are covered already.

    ``masked`` are the kinds of numbers that were covered, ``review``: a word in it wants a human look,
    ``lookup``: the code with which its author follows the answer.
    """

    text: str
    topic: str
    masked: tuple[str, ...] = ()
    review: bool = False
    lookup: str = ""


@dataclass(frozen=True, slots=True)
class QueueState:
    """How much waits for headquarters; ``oldest_ms`` is the wall time of the oldest waiting event."""

    pending: int
    quarantined: int
    max_seq: int
    oldest_ms: int | None


@dataclass(frozen=True, slots=True)
class Quarantined:
    """An event that headquarters refused: ``code`` says why, ``changed_ms`` when (tablet's wall clock)."""

    seq: int
    kind: str
    code: str
    changed_ms: int
