"""Codes and paces of an enrolment by QR."""

from __future__ import annotations

import secrets

import pytest

from sync.device import (
    USER_ALPHABET,
    DeviceAnswer,
    DeviceState,
    new_user_code,
    next_interval_s,
    normalise_user_code,
)


def test_a_code_has_two_groups_of_letters_that_make_no_word() -> None:
    codes = {new_user_code(secrets.choice) for _ in range(50)}
    assert len(codes) == 50
    for code in codes:
        first, second = code.split("-")
        assert (len(first), len(second)) == (4, 4)
        assert set(first + second) <= set(USER_ALPHABET)
    assert not set("AEIOUY0123456789") & set(USER_ALPHABET)


@pytest.mark.parametrize("typed", ["wdjbmjht", "WDJB MJHT", " wdjb-mjht ", "WDJB–MJHT"])
def test_it_is_read_however_it_is_typed(typed: str) -> None:
    assert normalise_user_code(typed) == "WDJB-MJHT"


@pytest.mark.parametrize("typed", ["", "WDJB", "WDJB-MJHTX", "WDAB-MJHT", "W" * 500, "0DJB-MJHT"])
def test_what_is_no_code_is_none(typed: str) -> None:
    assert normalise_user_code(typed) is None


def test_slow_down_stays() -> None:
    pace = next_interval_s(5.0, DeviceState.PENDING)
    assert pace == 5.0
    pace = next_interval_s(pace, DeviceState.SLOW_DOWN)
    assert next_interval_s(pace, DeviceState.PENDING) == 10.0
    assert [state for state in DeviceState if not DeviceAnswer(state).final] == [
        "authorization_pending",
        "slow_down",
    ]
