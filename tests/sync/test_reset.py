"""A PIN reset code opens one tablet, for one role, for one challenge."""

from __future__ import annotations

import secrets

import pytest

from sync import reset

KEY, OTHER = "11" * 32, "22" * 32


def test_the_code_for_the_challenge_opens_however_it_is_typed() -> None:
    challenge = reset.new_challenge(secrets.token_bytes)
    code = reset.answer(KEY, "admin", challenge)
    assert len(code) == 14
    for typed in (code, code.lower(), code.replace("-", ""), f" {code.replace('-', ' ')} "):
        assert reset.opens(KEY, "admin", challenge, typed)


def test_headquarters_takes_the_challenge_however_it_was_read_out() -> None:
    challenge = reset.new_challenge(secrets.token_bytes)
    assert reset.answer(KEY, "admin", challenge.lower().replace("-", " ")) == reset.answer(
        KEY, "admin", challenge
    )


def test_another_tablet_role_or_challenge_is_not_opened() -> None:
    challenge, later = reset.new_challenge(lambda n: b"\x01" * n), reset.new_challenge(lambda n: b"\x02" * n)
    code = reset.answer(KEY, "staff", challenge)
    assert not reset.opens(OTHER, "staff", challenge, code)
    assert not reset.opens(KEY, "admin", challenge, code)
    assert not reset.opens(KEY, "staff", later, code)


def test_a_slip_is_told_from_a_wrong_code() -> None:
    code = reset.answer(KEY, "staff", reset.new_challenge(secrets.token_bytes))
    slip = ("3" if code[0] != "3" else "4") + code[1:]
    assert reset.read_answer(slip) is None
    assert reset.read_answer(code[1] + code[0] + code[2:]) is None or code[0] == code[1]
    assert reset.read_answer(code[:-1]) is None
    assert reset.read_answer("x" * 500) is None


@pytest.mark.parametrize("challenge", ["", "K7PX", "not a challenge"])
def test_headquarters_says_so_when_the_challenge_is_none(challenge: str) -> None:
    with pytest.raises(ValueError, match="not a challenge"):
        reset.answer(KEY, "staff", challenge)
