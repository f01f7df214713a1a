"""Full jitter, no attempt limit."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync import retry


def longest(low: float, high: float) -> float:
    return high


@pytest.mark.parametrize(
    ("attempt", "ceiling"), [(1, 10.0), (2, 20.0), (5, 160.0), (8, 900.0), (10_000, 900.0)]
)
def test_the_ceiling_doubles_up_to_a_quarter_of_an_hour(attempt: int, ceiling: float) -> None:
    assert retry.delay_s(attempt, longest) == ceiling


def test_never_sooner_than_a_second() -> None:
    assert retry.delay_s(1, lambda low, high: low) == retry.FLOOR_S


@given(st.integers(1, 10**6), st.none() | st.floats(0, 10**9), st.randoms(use_true_random=False))
def test_any_failure_is_retried_within_bounds(
    attempt: int, asked: float | None, source: random.Random
) -> None:
    delay = retry.delay_s(attempt, source.uniform, asked)
    assert retry.FLOOR_S <= delay <= retry.RETRY_AFTER_CAP_S + 60
    if asked is not None:
        assert delay >= min(asked, retry.RETRY_AFTER_CAP_S)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("", None),
        ("0", 0.0),
        (" 30 ", 30.0),
        ("-5", None),
        ("9" * 400, 3600.0),
        ("soon", None),
        ("²", None),
        ("Wed, 21 Oct 2015 07:28:00 GMT", None),
    ],
)
def test_retry_after_is_read_or_passed_over(value: str | None, seconds: float | None) -> None:
    assert retry.parse_retry_after(value) == seconds
