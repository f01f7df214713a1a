"""A rating counts for the desk where its tablet stood when it was given."""

from __future__ import annotations

import datetime as dt

import pytest

from headquarters.offices.models import Desk, Office
from headquarters.ratings import slices
from headquarters.ratings.rollup import audit
from headquarters.ratings.slices import Query
from headquarters.tablets import placement
from headquarters.tablets.models import Tablet
from tests.headquarters.conftest import Office26740
from tests.support import FakeTablet

NOON = dt.datetime(2026, 9, 1, 5, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
DAY = NOON.date()
QUERY = Query(DAY, DAY)


def ms(at: dt.datetime) -> int:
    return round(at.timestamp() * 1000)


def where(query: Query = QUERY) -> dict[str, int]:
    """Desk → how many ratings, by both tables."""
    desks = {desk.pk: desk for desk in Desk.objects.select_related("office")}
    found = {desks[pk].name: tally.n for pk, tally in slices.by_desk(query).items() if pk}
    offices = {desks[pk].office_id for pk, tally in slices.by_desk(query).items() if pk}
    assert {pk for pk, tally in slices.by_office(query).items() if tally.n} == offices
    assert list(audit()) == []
    return found


@pytest.fixture
def there() -> Desk:
    office = Office.objects.create(code="25747", name="UBND phường Bến Cát")
    return Desk.objects.create(office=office, name="Quầy 9")


@pytest.fixture
def row(office: Office26740, tablet: FakeTablet) -> Tablet:
    """At desk 3, with a rating at eleven and one at one o'clock."""
    office.push(tablet, [tablet.rating(3, wall_ms=ms(at)) for at in (NOON - HOUR, NOON + HOUR)])
    return Tablet.objects.get(pk=tablet.tablet_id)


def test_a_move_takes_only_later_ratings_along(
    office: Office26740, tablet: FakeTablet, row: Tablet, there: Desk
) -> None:
    assert where() == {"Quầy 3": 2}
    placement.move(row, there, NOON)
    assert where() == {"Quầy 3": 1, "Quầy 9": 1}
    assert row.desk == there
    office.push(tablet, [tablet.rating(1, wall_ms=ms(NOON + at)) for at in (-HOUR / 2, HOUR / 2)])
    assert where() == {"Quầy 3": 2, "Quầy 9": 2}


def test_a_move_that_is_put_right_counts_the_days_between_anew(row: Tablet, there: Desk) -> None:
    placement.move(row, there, NOON + 2 * HOUR)
    assert where() == {"Quầy 3": 2}
    placement.correct(placement.history(row)[-1], NOON)
    assert where() == {"Quầy 3": 1, "Quầy 9": 1}
    placement.correct(placement.history(row)[-1], NOON - 2 * HOUR)
    assert where() == {"Quầy 9": 2}


def test_where_a_tablet_began_holds_for_all_its_past(row: Tablet, there: Desk) -> None:
    placement.move(row, there, NOON)
    first, last = placement.history(row)
    with pytest.raises(ValueError, match="all its past"):
        placement.correct(first, NOON)
    placement.move(row, first.desk, NOON + HOUR / 2)
    with pytest.raises(ValueError, match="between"):
        placement.correct(last, NOON + 3 * HOUR)
    assert where() == {"Quầy 3": 2}


def test_an_older_move_does_not_undo_a_later_one(row: Tablet, there: Desk) -> None:
    placement.move(row, there, NOON + 2 * HOUR)
    other = Desk.objects.create(office=there.office, name="Quầy 8")
    placement.move(row, other, NOON)
    assert where() == {"Quầy 3": 1, "Quầy 8": 1}
    assert row.desk == there


def test_a_desk_is_asked_about_after_its_tablet_has_left(row: Tablet, there: Desk) -> None:
    before = row.desk
    assert before is not None
    placement.move(row, there, NOON)
    assert slices.total(Query(DAY, DAY, desk=before.pk)).n == 1
    assert slices.total(Query(DAY, DAY, desk=there.pk)).n == 1
