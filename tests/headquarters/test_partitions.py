"""Months of the event table on PostgreSQL: made ahead, made on demand, and a default that is watched."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection

from headquarters.ratings import partitions
from tests.headquarters.conftest import Office26740, stored_ids, verdicts
from tests.support import FakeTablet, now_ms

DAY_MS = 86_400_000


@pytest.fixture(autouse=True)
def only_on_postgresql(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--db") != "postgres":
        pytest.skip("SQLite has one table")


def holds(name: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT count(*) FROM "{name}"')
        return int(cursor.fetchone()[0])


@pytest.mark.parametrize("today", [dt.date(2026, 1, 31), dt.date(2026, 11, 30), dt.date(2028, 2, 29)])
def test_this_month_and_three_more_are_made_ahead(office: Office26740, today: dt.date) -> None:
    before = set(partitions.months())
    partitions.make_ahead(today)
    wanted = {
        f"ratings_event_y{today.year + extra // 12}m{extra % 12 + 1:02}"
        for extra in range(today.month - 1, today.month + 3)
    }
    assert wanted <= set(partitions.months())
    assert set(partitions.months()) - before <= wanted


def test_making_ahead_twice_changes_nothing(office: Office26740) -> None:
    partitions.make_ahead(dt.date(2026, 1, 31))
    months = partitions.months()
    partitions.forget()
    partitions.make_ahead(dt.date(2026, 1, 31))
    assert partitions.months() == months


def test_month_of_a_rating_is_made_on_demand(office: Office26740, tablet: FakeTablet) -> None:
    wall_ms = now_ms() - 200 * DAY_MS
    month = dt.datetime.fromtimestamp(wall_ms / 1000, dt.timezone(dt.timedelta(hours=7)))
    name = f"ratings_event_y{month:%Y}m{month:%m}"
    assert name not in partitions.months()
    office.push(tablet, [tablet.rating(wall_ms=wall_ms)])
    assert holds(name) == 1
    assert partitions.rows_in_default() == 0


@pytest.mark.parametrize("days", [-20_000, 1_000, 2_000_000])
def test_odd_clock_makes_no_month_and_is_seen_in_the_default(
    office: Office26740, tablet: FakeTablet, days: int
) -> None:
    before = partitions.months()
    reply = office.push(tablet, [tablet.rating(wall_ms=max(0, now_ms() + days * DAY_MS))])
    assert verdicts(reply) == ["accepted"]
    assert partitions.months() == before
    assert partitions.rows_in_default() == 1


def test_rows_in_the_default_do_not_keep_their_month_from_being_made(
    office: Office26740, tablet: FakeTablet
) -> None:
    """A clock one year ahead wrote into the default; a year later that month is made all the same."""
    early = tablet.rating(wall_ms=now_ms() + 400 * DAY_MS)
    office.push(tablet, [early])
    assert partitions.rows_in_default() == 1
    then = dt.datetime.fromtimestamp(now_ms() / 1000 + 400 * 86_400, dt.UTC).date()
    partitions.make_ahead(then)
    assert f"ratings_event_y{then:%Y}m{then:%m}" in partitions.months()
    assert partitions.rows_in_default() == 0
    assert stored_ids(tablet) == [early.event_id]
    assert verdicts(office.push(tablet, [early])) == ["duplicate"]
