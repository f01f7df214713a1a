"""Totals are recomputed: whatever comes in whatever order, they are what a fresh count says."""

from __future__ import annotations

from collections import Counter

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headquarters.ratings import sql
from headquarters.ratings.models import Event
from tests.headquarters.conftest import Office26740, rollup, verdicts
from tests.support import FakeTablet

NOON = 1_763_700_000_000
DAY_MS = 86_400_000


def fresh_count(tablet: FakeTablet) -> dict[object, int]:
    rows = Event.objects.filter(tablet_id=tablet.tablet_id, kind="rating")
    return dict(Counter((row.event_day, row.level) for row in rows))


@st.composite
def deliveries(draw: st.DrawFn) -> tuple[list[tuple[int, int]], list[list[int]]]:
    """Ratings as (level, day), and batches of their places: any order, any splitting, any repetition."""
    ratings = draw(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3)), min_size=1, max_size=12))
    places = st.integers(0, len(ratings) - 1)
    batches = draw(st.lists(st.lists(places, max_size=8), max_size=6))
    rest = draw(st.permutations(range(len(ratings))))
    return ratings, [*batches, rest]


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None
)
@given(deliveries())
def test_any_order_splitting_and_repetition_gives_the_same_totals(
    office: Office26740, delivery: tuple[list[tuple[int, int]], list[list[int]]]
) -> None:
    ratings, batches = delivery
    tablet = FakeTablet()
    office.place(tablet)
    events = [tablet.rating(level, wall_ms=NOON + day * DAY_MS) for level, day in ratings]
    replies = [office.push(tablet, [events[place] for place in places]) for places in batches]
    good = Counter((day, level) for level, day in ratings if 1 <= level <= 3)
    counted = rollup(tablet)
    first_day = min((day for day, _ in counted), default=None)
    assert counted == fresh_count(tablet)
    assert sorted(counted.values()) == sorted(good.values())
    assert first_day is None or sum(counted.values()) == sum(good.values())
    # Quarantined ones are here too, so nothing is missing at the end.
    assert replies[-1].contiguous_seq == len(ratings)
    accepted = sum(verdicts(reply).count("accepted") for reply in replies)
    assert accepted == sum(good.values())


@pytest.mark.parametrize("damage", ["n = n + 1", "level = 4 - level", "day = '2001-01-01'"])
def test_audit_finds_a_total_that_somebody_changed(
    office: Office26740, tablet: FakeTablet, damage: str
) -> None:
    office.push(tablet, [tablet.rating(1, wall_ms=NOON), tablet.rating(1, wall_ms=NOON)])
    assert sql.audit() == []
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE ratings_tabletday SET {damage}")
    assert sql.audit() != []


def test_audit_finds_a_total_that_is_gone(office: Office26740, tablet: FakeTablet) -> None:
    office.push(tablet, [tablet.rating(1, wall_ms=NOON)])
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM ratings_tabletday")
    (difference,) = sql.audit()
    assert difference == (tablet.tablet_id, "2025-11-21", 1, 0, 1)


def test_wrong_total_heals_with_the_next_rating_of_that_day(office: Office26740, tablet: FakeTablet) -> None:
    office.push(tablet, [tablet.rating(2, wall_ms=NOON)])
    with connection.cursor() as cursor:
        cursor.execute("UPDATE ratings_tabletday SET n = 500")
    office.push(tablet, [tablet.rating(2, wall_ms=NOON)])
    assert list(rollup(tablet).values()) == [2]
