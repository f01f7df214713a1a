"""Staff-blind mode: nothing before closing time, nothing of fewer than five."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest

from kiosk.blind import LEAST, Blind, Held
from kiosk.hours import parse
from kiosk.store.figures import Apart, Cell, Counts, DayFigures

FRIDAY = date(2025, 11, 21)
HOURS = parse("T2-T6 07:30-11:30, 13:30-17:00")
ON = Blind(True, HOURS)


def at(hour: int, minute: int = 0, day: date = FRIDAY) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=timezone(timedelta(hours=7)))


def figures(n: int, flagged: int = 0, day: date = FRIDAY) -> DayFigures:
    cells = (Cell(day, 8, "", 3, False, n), Cell(day, 9, "", 1, True, flagged))
    return DayFigures(day, FRIDAY, cells=cells)


@pytest.mark.parametrize("hour", [6, 10, 12, 16])
def test_before_the_last_closing_time_of_the_day_nothing_is_shown(hour: int) -> None:
    assert ON.held(figures(100), at(hour)) == Held(at(17))


def test_from_closing_time_on_the_day_is_shown() -> None:
    assert ON.held(figures(100), at(16, 59)) == Held(at(17))
    assert ON.held(figures(100), at(17)) is None
    assert ON.held(figures(100, day=FRIDAY - timedelta(days=1)), at(8)) is None


def test_a_day_needs_five_answers_flagged_ones_among_them() -> None:
    assert LEAST == 5
    assert ON.held(figures(4), at(18)) == Held(None)
    assert ON.held(figures(4, flagged=1), at(18)) is None


def test_on_a_closed_day_there_is_no_closing_time_to_wait_for() -> None:
    saturday = FRIDAY + timedelta(days=1)
    assert ON.held(figures(9, day=saturday), at(10, day=saturday)) is None


def test_without_opening_hours_a_day_ends_at_midnight() -> None:
    always = Blind(True, None)
    assert always.held(figures(100), at(23, 59)) == Held(at(0, day=FRIDAY + timedelta(days=1)))
    assert always.held(figures(100), at(0, day=FRIDAY + timedelta(days=1))) is None


def test_days_beside_it_are_covered_by_the_same_rules() -> None:
    days = {FRIDAY - timedelta(days=back): Apart(Counts(n)) for back, n in ((0, 90), (1, 4), (2, 5))}
    whole = DayFigures(FRIDAY, FRIDAY, days=days)
    assert [day.day for day in ON.cover(whole, at(10)).days] == [19]
    assert sorted(day.day for day in ON.cover(whole, at(17)).days) == [19, 21]


def test_where_the_mode_is_off_everything_is_shown_at_once() -> None:
    off = Blind(False, HOURS)
    whole = DayFigures(FRIDAY, FRIDAY, days={FRIDAY: Apart(Counts(1))})
    assert off.held(figures(1), at(8)) is None
    assert off.cover(whole, at(8)) is whole
    assert off.least == 0
