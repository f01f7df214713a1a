"""Which rule is in force where: that of the nearest node of the tree; and the usual rules to begin with."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from headquarters.alerts.models import Kind, Rule
from headquarters.offices.models import Office

RATINGS = frozenset({Kind.LOW_COMMENT, Kind.LOW_COUNT, Kind.INDEX})
"""Kinds about what citizens said; the others are about tablets and data."""
HOURS = "T2-T6 07:30-11:30, 13:30-17:00"
USUAL: dict[Kind, dict[str, Any]] = {
    Kind.LOW_COMMENT: {},
    Kind.LOW_COUNT: {"threshold": 5, "window_min": 60},
    Kind.INDEX: {"threshold": 15, "window_min": 7 * 1440, "minimum_n": 30},
    Kind.SILENT: {"threshold": 60, "hours": HOURS},
    Kind.BACKLOG: {"threshold": 1440},
    Kind.CHAIN_BROKEN: {"urgent": True},
    Kind.CLONE: {"urgent": True},
    Kind.CONFLICT: {"urgent": True},
    Kind.QUARANTINE: {},
}
FIELDS: dict[Kind, tuple[str, ...]] = {
    Kind.LOW_COUNT: ("threshold", "window_min"),
    Kind.INDEX: ("threshold", "window_min", "minimum_n"),
    Kind.SILENT: ("threshold", "hours"),
    Kind.BACKLOG: ("threshold",),
}
"""What a rule of a kind goes by; nothing where there is nothing to choose."""
LIMITS = {"threshold": (1, 100_000), "window_min": (5, 90 * 1440), "minimum_n": (1, 1_000_000)}


class Rules:
    """The rules as they are now, asked many times."""

    def __init__(self) -> None:
        self._parents = dict(Office.objects.values_list("pk", "parent_id"))
        self._rules = {(Kind(rule.kind), rule.office_id): rule for rule in Rule.objects.all()}

    def of(self, kind: Kind, office_id: int | None) -> Rule | None:
        """The rule in force at an office; None where there is none, or the nearest one is off."""
        node, seen = office_id, set()
        while node is not None and node not in seen:
            seen.add(node)
            if (found := self._rules.get((kind, node))) is not None:
                return found if found.enabled else None
            node = self._parents.get(node)
        found = self._rules.get((kind, None))
        return found if found is not None and found.enabled else None

    def every(self, kind: Kind) -> Iterable[Rule]:
        """All rules of a kind that are on."""
        return [rule for (of, _office), rule in self._rules.items() if of is kind and rule.enabled]


def make_usual() -> None:
    """The usual rule of every kind for all offices, where there is none."""
    for kind, values in USUAL.items():
        Rule.objects.get_or_create(kind=kind, office=None, defaults=values)
