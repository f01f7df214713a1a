"""A slip that was corrected counts once, as it was meant, in whatever order the two events arrive."""

from __future__ import annotations

from itertools import permutations

import pytest

from headquarters.ratings.models import Quarantine
from headquarters.ratings.rollup import audit
from sync import contract
from sync.contract import WireEvent
from tests.headquarters.conftest import Office26740, rollup, verdicts
from tests.support import FakeTablet, new_id

NOON = 1_763_700_000_000
BEFORE_MIDNIGHT = 1_763_744_399_000  # 2025-11-21 23:59:59 in Vietnam


def slip(tablet: FakeTablet, wall_ms: int = NOON, *levels: int) -> list[WireEvent]:
    """A rating of 1, and corrections to ``levels``, two seconds apart, as one visit."""
    visit_id, sealed = new_id(), []
    bodies = [(contract.RATING, {"level": 1}), *((contract.CORRECTION, {"level": to}) for to in levels)]
    for turn, (kind, body) in enumerate(bodies):
        sealed.append(
            tablet.append(tablet.event(kind, body, visit_id=visit_id, wall_ms=wall_ms + 2000 * turn))
        )
    return sealed


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_last_correction_counts_in_any_order(office: Office26740, order: tuple[int, ...]) -> None:
    tablet = FakeTablet()
    office.place(tablet)
    events = slip(tablet, NOON, 2, 3)
    for place in order:
        office.push(tablet, [events[place]])
    assert [(level, n) for (_, level), n in rollup(tablet).items()] == [(3, 1)]
    assert list(audit()) == []


def test_a_correction_after_midnight_counts_on_the_day_of_the_tap(office: Office26740) -> None:
    tablet = FakeTablet()
    office.place(tablet)
    for event in slip(tablet, BEFORE_MIDNIGHT, 3):
        office.push(tablet, [event])
    assert {(str(day), level): n for (day, level), n in rollup(tablet).items()} == {("2025-11-21", 3): 1}
    assert list(audit()) == []


def test_another_visit_is_not_corrected(office: Office26740) -> None:
    tablet = FakeTablet()
    office.place(tablet)
    office.push(tablet, [*slip(tablet, NOON, 3), *slip(tablet, NOON + 60_000)])
    assert sorted((level, n) for (_, level), n in rollup(tablet).items()) == [(1, 1), (3, 1)]


def test_a_correction_to_no_level_is_set_aside(office: Office26740) -> None:
    tablet = FakeTablet()
    office.place(tablet)
    reply = office.push(tablet, slip(tablet, NOON, 4))
    assert verdicts(reply) == ["accepted", "quarantined:bad_level"]
    assert [row.code for row in Quarantine.objects.all()] == ["bad_level"]
    assert [(level, n) for (_, level), n in rollup(tablet).items()] == [(1, 1)]
