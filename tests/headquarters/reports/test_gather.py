"""Taking a report's figures: while ratings come in, of a running period, after a merger, of nothing."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from headquarters.cases.models import Case
from headquarters.offices.models import Office, Succession
from headquarters.ratings import slices
from headquarters.ratings.figures import Tally
from headquarters.reports import gather
from headquarters.reports.periods import Kind, named
from tests.headquarters.reports.conftest import Province

pytestmark = pytest.mark.django_db
MONTH = named(Kind.MONTH, "2025-10")
LATER = dt.date(2025, 11, 5)


def test_a_rating_that_comes_between_two_cuts_does_not_make_the_sums_differ(
    province: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, cut, late = province.desk(province.a), slices.by_day, [1]
    province.rate(desk, dt.date(2025, 10, 6), 5)

    def slow(query: Any) -> Any:
        if late:
            province.rate(desk, dt.date(2025, 10, 7), late.pop())
        return cut(query)

    monkeypatch.setattr(slices, "by_day", slow)
    found = gather.figures(province.top, MONTH, LATER)
    assert found.tally.n == 6
    assert [row.tally.n for row in found.offices if row.tally.n] == [6]
    assert sum(day.tally.n for day in found.days) == 6


def test_a_running_period_is_held_against_as_many_days_of_the_one_before(province: Province) -> None:
    desk = province.desk(province.a)
    for day, n in ((dt.date(2025, 9, 10), 3), (dt.date(2025, 9, 20), 40), (dt.date(2025, 10, 10), 5)):
        province.rate(desk, day, n)
    found = gather.figures(province.top, MONTH, dt.date(2025, 10, 15))
    assert (found.whole, found.until, found.before_until) == (
        False, dt.date(2025, 10, 15), dt.date(2025, 9, 15),
    )  # fmt: skip
    assert (found.tally.n, found.before.n) == (5, 3)
    assert gather.figures(province.top, MONTH, LATER).before.n == 43
    with pytest.raises(gather.TooEarly):
        gather.figures(province.top, MONTH, dt.date(2025, 9, 30))


def test_a_merged_office_counts_for_the_one_that_follows_with_its_cases(province: Province) -> None:
    old = Office.objects.create(
        code="99009", name="UBND xã Cũ", parent=province.top, valid_from=dt.date(2024, 1, 1)
    )
    province.rate(province.desk(old), dt.date(2025, 10, 6), 4)
    Case.objects.create(
        number="1", office=old, received_at=dt.datetime(2025, 10, 6, 9, tzinfo=dt.UTC), due_on=LATER
    )
    Office.objects.filter(pk=old.pk).update(valid_to=dt.date(2025, 10, 31))
    Succession.objects.create(predecessor=old, successor=province.a, day=dt.date(2025, 11, 1))
    found = gather.figures(province.a, MONTH, LATER)
    assert (found.tally.n, [row.name for row in found.offices]) == (4, [province.a.name])
    assert found.cases is not None
    assert (found.cases.received, found.cases.open) == (1, 1)
    old.refresh_from_db()
    assert gather.figures(old, MONTH, LATER).tally.n == 4


def test_an_office_without_tablets_or_ratings_has_no_figure_at_all(province: Province) -> None:
    found = gather.figures(province.b, MONTH, LATER)
    assert (found.tally, found.everything, found.part, found.cases) == (Tally(), Tally(), None, None)
    assert (found.offices, found.desks, found.promises, found.indicators) == ((), (), (), ())
    province.rate(province.desk(province.b), dt.date(2025, 11, 4), 1)
    again = gather.figures(province.b, MONTH, LATER)
    assert [(row.name, row.tally.n) for row in again.offices] == [(province.b.name, 0)]
