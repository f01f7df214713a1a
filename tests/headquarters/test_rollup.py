"""Totals are recomputed: whatever comes in whatever order, they are what a fresh count says."""

from __future__ import annotations

from collections import Counter

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headquarters.ratings import settling
from headquarters.ratings.models import Event
from headquarters.ratings.rollup import audit
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


@pytest.mark.parametrize("table", ["ratings_tabletcell", "ratings_officecell"])
@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE {table} SET n1 = n1 + 1",
        "UPDATE {table} SET n1 = 0, n3 = n1",
        "UPDATE {table} SET day = '2001-01-01'",
        "UPDATE {table} SET flagged1 = 1 WHERE aspect = 1",
        "DELETE FROM {table} WHERE aspect = 0",
        "UPDATE {table} SET aspect = 9 WHERE aspect = 0",
    ],
)
def test_audit_finds_what_somebody_changed(
    office: Office26740, tablet: FakeTablet, damage: str, table: str
) -> None:
    office.push(tablet, [tablet.rating(1, wall_ms=NOON), tablet.rating(1, wall_ms=NOON)])
    assert list(audit()) == []
    with connection.cursor() as cursor:
        cursor.execute(damage.format(table=table))
    assert list(audit()) != []


def test_audit_says_what_differs(office: Office26740, tablet: FakeTablet) -> None:
    office.push(tablet, [tablet.rating(1, wall_ms=NOON)])
    settling.settle(None)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM ratings_officecell WHERE aspect = 1")
    (difference,) = audit()
    # 11:40 in Vietnam; aspect 1 is that of hours.
    assert difference.row == f"1 2025-11-21 {office.desk().office_id} 11"
    assert (difference.table, difference.kept, difference.counted) == ("office cell", "", "1/0/0")


def test_wrong_total_heals_with_the_next_rating_of_that_day(office: Office26740, tablet: FakeTablet) -> None:
    office.push(tablet, [tablet.rating(2, wall_ms=NOON)])
    settling.settle(None)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE ratings_tabletcell SET n2 = 500")
        cursor.execute("UPDATE ratings_officecell SET n2 = 400")
    office.push(tablet, [tablet.rating(2, wall_ms=NOON)])
    assert list(rollup(tablet).values()) == [2]
    assert list(audit()) == []
