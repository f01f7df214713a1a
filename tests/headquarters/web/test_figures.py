"""Counting over the rollup, on whichever database the run was given."""

import datetime as dt

import pytest

from headquarters.offices import tree
from headquarters.ratings.figures import Tally, by_day, by_office, period_figures
from tests.headquarters.web.conftest import Town

pytestmark = pytest.mark.django_db


def test_period_counts_both_of_its_end_days_and_no_other(town: Town) -> None:
    tablet = town.tablet(town.office("Phường An Bình"))
    for days_ago, n in ((0, 1), (1, 10), (2, 100), (3, 1000)):
        town.rated(tablet, (n, 0, 0), days_ago)
    first, last = town.today - dt.timedelta(days=2), town.today - dt.timedelta(days=1)
    assert period_figures(first, last) == Tally(n1=110)


def test_period_without_ratings_is_empty_and_no_error(town: Town) -> None:
    assert period_figures(town.today, town.today) == Tally()


def test_tablets_of_one_office_are_added_up(town: Town) -> None:
    office = town.office("Phường Tân Hòa")
    town.rated(town.tablet(office), (1, 2, 3))
    town.rated(town.tablet(office), (10, 20, 30))
    (row,) = by_office(town.today, town.today)
    assert (row.name, row.tally) == ("Phường Tân Hòa", Tally(11, 22, 33))


def test_offices_come_by_rate_and_small_ones_last_without_a_rank(town: Town) -> None:
    town.office_with("Ít lượt", (9, 0, 0))
    town.office_with("Vừa", (10, 0, 90))
    town.office_with("Cao", (30, 0, 70))
    town.office_with("Thấp", (1, 0, 99))
    rows = by_office(town.today, town.today)
    assert [(row.name, row.ranked) for row in rows] == [
        ("Cao", True),
        ("Vừa", True),
        ("Thấp", True),
        ("Ít lượt", False),
    ]


def test_office_whose_tablet_took_no_rating_is_shown_with_nought(town: Town) -> None:
    town.tablet(town.office("Xã Long Hưng"))
    (row,) = by_office(town.today, town.today)
    assert (row.name, row.tally.n, row.ranked) == ("Xã Long Hưng", 0, False)


def test_revoked_tablet_counts_only_for_what_it_took(town: Town) -> None:
    gone = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    town.tablet(town.office("Không còn máy"), revoked_at=gone)
    old = town.tablet(town.office("Máy cũ"), revoked_at=gone)
    town.rated(old, (0, 0, 5))
    assert [row.name for row in by_office(town.today, town.today)] == ["Máy cũ"]


def test_tablet_that_stands_nowhere_keeps_its_ratings_in_the_total(town: Town) -> None:
    town.rated(town.tablet(None), (0, 0, 4))
    (row,) = by_office(town.today, town.today)
    assert (row.office_id, row.tally) == (None, period_figures(town.today, town.today))


def test_days_without_ratings_are_listed_as_empty(town: Town) -> None:
    town.rated(town.tablet(town.office("Phường Phú Lợi")), (1, 1, 1), days_ago=1)
    days = by_day(town.today - dt.timedelta(days=2), town.today)
    assert [day.tally.n for day in days] == [0, 3, 0]


def test_chosen_offices_narrow_every_figure(town: Town) -> None:
    mine = town.office_with("Của tôi", (1, 0, 0))
    town.office_with("Của người khác", (100, 0, 0))
    today, only = town.today, [mine.pk]
    assert period_figures(today, today, only) == Tally(n1=1)
    assert [row.name for row in by_office(today, today, only)] == ["Của tôi"]
    assert by_day(today, today, only)[0].tally == Tally(n1=1)


def test_choosing_no_office_shows_nothing_rather_than_everything(town: Town) -> None:
    town.office_with("Phường An Bình", (1, 1, 1))
    assert period_figures(town.today, town.today, []) == Tally()
    assert by_office(town.today, town.today, []) == []


def test_subtree_holds_the_office_and_all_below(town: Town) -> None:
    city = town.office("Thành phố")
    ward = town.office("Phường", city)
    group = town.office("Bộ phận Một cửa", ward)
    town.office("Nơi khác")
    assert tree.under(city.pk) == {city.pk, ward.pk, group.pk}
    assert tree.under(group.pk) == {group.pk}
