"""Opening hours: what a clerk may write, and whether the office is open."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.hours import Closed, Hours, HoursError, Open, Span, parse, parse_day, state

WEEK = "T2-T6 07:30-11:30, 13:30-17:00; T7 07:30-11:30"
OFFICE = parse(WEEK)
MORNING, AFTERNOON = Span(450, 690), Span(810, 1020)
VIETNAM = timezone(timedelta(hours=7))


def at(text: str) -> datetime:
    """November 2025: the 17th is a Monday."""
    return datetime.strptime(f"2025-11-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=VIETNAM)


def test_a_line_of_hours_is_read_day_by_day() -> None:
    assert OFFICE.week == (*[(MORNING, AFTERNOON)] * 5, (MORNING,), ())


@pytest.mark.parametrize(
    "text",
    [
        "T2-T6: 07:30-11:30, 13:30-17:00; T7: 07:30-11:30",
        "t2 – t6 7h30 - 11h30, 13g30-17g00; T7 7:30–11:30; CN nghỉ",
        "T2,T3,T4-T5,T6 07:30-11:30,13:30-17:00;T7 07:30-11:30;",
        "\n T7 07:30-11:30; T2-T6 07:30-11:30, 13:30-17:00",
    ],
)
def test_the_same_week_may_be_written_in_several_ways(text: str) -> None:
    assert parse(text) == OFFICE


def test_a_day_may_be_open_until_midnight_or_closed() -> None:
    assert parse_day("00:00-24:00") == (Span(0, 1440),)
    assert parse_day("") == parse_day(" nghỉ ") == ()


@pytest.mark.parametrize(
    ("text", "named", "expected"),
    [
        ("T2-T6 8-11", "'8-11'", "opening-closing"),
        ("T2-T6 07:30-11:30 13:30-17:00", "'07:30-11:30 13:30-17:00'", "opening-closing"),
        ("T2 11:30-07:30", "'11:30-07:30'", "a closing time after the opening time"),
        ("T2 07:30-07:30", "'07:30-07:30'", "a closing time after the opening time"),
        ("T2 07:30-25:00", "'07:30-25:00'", "00:00 to 24:00"),
        ("T2 07:30-24:01", "'07:30-24:01'", "00:00 to 24:00"),
        ("T2 07:60-11:30", "'07:60-11:30'", "00:00 to 24:00"),
        ("T2 07:30-11:30, 11:00-12:00", "'11:00-12:00'", "later than the one before"),
        ("T2 07:30-11:30, 11:30-12:00", "'11:30-12:00'", "later than the one before"),
        ("T2 13:30-17:00, 07:30-11:30", "'07:30-11:30'", "later than the one before"),
        ("T2-T6 07:30-11:30; T3 08:00-09:00", "'T3 08:00-09:00'", "T3 only once"),
        ("T6-T2 07:30-11:30", "'T6-T2'", "the earlier day first"),
        ("T8 07:30-11:30", "'T8 07:30-11:30'", "days from T2"),
        ("T1 07:30-11:30", "'T1 07:30-11:30'", "days from T2"),
        ("T2-T4-T6 07:30-11:30", "'T2-T4-T6 07:30-11:30'", "days from T2"),
        ("thứ hai 07:30-11:30", "'thứ hai 07:30-11:30'", "days from T2"),
        ("07:30-11:30", "'07:30-11:30'", "days from T2"),
        ("T2 ०७:३०-११:३०", "'०७:३०-११:३०'", "opening-closing"),
        ("", "''", "at least one day"),
        ("T2 nghỉ; CN", "'T2 nghỉ; CN'", "at least one day"),
    ],
)
def test_a_wrong_line_is_named_with_what_was_expected(text: str, named: str, expected: str) -> None:
    with pytest.raises(HoursError) as caught:
        parse(text)
    assert str(caught.value).startswith(f"{named}: cần ")
    assert expected in str(caught.value)


@given(st.text(alphabet="T234567CN-,;: h0139", max_size=40))
def test_reading_gives_hours_or_its_own_error_never_another(text: str) -> None:
    with suppress(HoursError):
        assert any(parse(text).week)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("17 07:29", Closed(at("17 07:30"))),
        ("17 07:30", Open(at("17 11:30"))),
        ("17 11:29", Open(at("17 11:30"))),
        ("17 11:30", Closed(at("17 13:30"))),
        ("17 13:30", Open(at("17 17:00"))),
        ("17 17:00", Closed(at("18 07:30"))),
        ("17 00:00", Closed(at("17 07:30"))),
        ("22 08:00", Open(at("22 11:30"))),
        ("22 14:00", Closed(at("24 07:30"))),
        ("23 09:00", Closed(at("24 07:30"))),
    ],
)
def test_open_or_closed_and_until_when(now: str, expected: Open | Closed) -> None:
    assert state(OFFICE, at(now)) == expected


def test_seconds_before_closing_are_open() -> None:
    assert isinstance(state(OFFICE, at("17 11:29").replace(second=59, microsecond=999_999)), Open)


def test_a_holiday_is_closed_all_day_and_passed_over() -> None:
    holidays = {date(2025, 11, 18), date(2025, 11, 19)}
    assert state(OFFICE, at("18 09:00"), holidays) == Closed(at("20 07:30"))
    assert state(OFFICE, at("17 18:00"), holidays) == Closed(at("20 07:30"))
    assert state(OFFICE, at("20 09:00"), holidays) == Open(at("20 11:30"))


def test_a_long_tet_is_passed_over() -> None:
    tet = {date(2026, 2, 14) + timedelta(days=days) for days in range(14)}
    now = datetime(2026, 2, 13, 17, 30, tzinfo=VIETNAM)
    assert state(OFFICE, now, tet) == Closed(datetime(2026, 2, 28, 7, 30, tzinfo=VIETNAM))


def test_without_any_opening_in_sight_there_is_none() -> None:
    for_ever = {date(2025, 11, 1) + timedelta(days=days) for days in range(200)}
    assert state(OFFICE, at("17 09:00"), for_ever) == Closed(None)
    assert state(Hours(((),) * 7), at("17 09:00")) == Closed(None)


def test_local_times_without_a_zone_are_answered_without_one() -> None:
    now = datetime(2025, 11, 17, 9, 0)  # noqa: DTZ001 - what is being tested
    assert state(OFFICE, now) == Open(datetime(2025, 11, 17, 11, 30))  # noqa: DTZ001


def test_until_midnight_means_until_the_next_day_begins() -> None:
    assert state(parse("CN 20:00-24:00"), at("23 23:59")) == Open(at("24 00:00"))


@given(st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2040, 1, 1)))  # noqa: DTZ001
def test_what_is_answered_lies_ahead_and_holds(now: datetime) -> None:
    answer = state(OFFICE, now)
    if isinstance(answer, Open):
        assert now < answer.closes <= now + timedelta(hours=4)
        assert isinstance(state(OFFICE, answer.closes), Closed)
        assert isinstance(state(OFFICE, answer.closes - timedelta(microseconds=1)), Open)
    else:
        assert answer.opens is not None
        assert now < answer.opens <= now + timedelta(days=2)
        assert isinstance(state(OFFICE, answer.opens), Open)
        assert isinstance(state(OFFICE, answer.opens - timedelta(microseconds=1)), Closed)
