"""Lookup codes: not guessable, readable on paper and by telephone, and wrong ones are noticed."""

from __future__ import annotations

import math
import random
import secrets
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.lookup import ALPHABET, LENGTH, RANDOM_LENGTH, is_valid, new_code, normalise

CODES = st.binary(min_size=16, max_size=16).map(lambda raw: new_code(lambda _: raw))


def some_codes(count: int) -> list[str]:
    source = random.Random(2024)
    return [new_code(source.randbytes) for _ in range(count)]


def plain(code: str) -> str:
    return code.replace("-", "")


def test_a_code_has_three_groups_of_five_from_the_alphabet() -> None:
    for code in some_codes(200):
        assert [len(group) for group in code.split("-")] == [5, 5, 5]
        assert set(plain(code)) <= set(ALPHABET)
        assert is_valid(code)


def test_the_alphabet_has_no_two_that_look_alike() -> None:
    for pair in ("0O", "1I", "1L", "5S", "2Z", "8B", "6G", "VU", "MN", "0Q", "0D"):
        assert len(set(pair) & set(ALPHABET)) <= 1, pair
    assert not set("01OILDQ") & set(ALPHABET)
    assert len(set(ALPHABET)) == len(ALPHABET)


def test_a_code_holds_at_least_sixty_random_bits() -> None:
    assert RANDOM_LENGTH * math.log2(len(ALPHABET)) >= 60
    asked: list[int] = []

    def source(count: int) -> bytes:
        asked.append(count)
        return bytes(count)

    new_code(source)
    assert asked == [16]  # twice the bits needed, so that the remainder is even


def test_every_place_takes_every_character_about_equally_often() -> None:
    codes = [plain(code) for code in some_codes(4_600)]
    for place in range(LENGTH):
        counts = [sum(code[place] == char for code in codes) for char in ALPHABET]
        assert min(counts) > 130, place  # 200 expected, five standard deviations
        assert max(counts) < 270, place


def test_ten_thousand_codes_from_the_systems_randomness_are_all_different() -> None:
    assert len({new_code(secrets.token_bytes) for _ in range(10_000)}) == 10_000


def test_the_same_random_bytes_make_the_same_code() -> None:
    # A code on paper must be read the same by every version.
    assert new_code(bytes) == "22222-22222-22222"
    assert new_code(lambda n: bytes(range(n))) == "TVX76-7W2H9-WT52P"


@pytest.mark.parametrize("code", some_codes(20))
def test_every_single_wrong_character_is_noticed_at_every_place(code: str) -> None:
    chars = plain(code)
    for place in range(LENGTH):
        for wrong in set(ALPHABET) - {chars[place]}:
            assert normalise(chars[:place] + wrong + chars[place + 1 :]) is None


@pytest.mark.parametrize("code", some_codes(20))
def test_any_two_characters_exchanged_are_noticed_neighbours_or_not(code: str) -> None:
    chars = plain(code)
    for first, second in combinations(range(LENGTH), 2):
        swapped = list(chars)
        swapped[first], swapped[second] = swapped[second], swapped[first]
        if chars[first] != chars[second]:
            assert normalise("".join(swapped)) is None


def test_every_pair_of_neighbours_is_noticed_whatever_the_two_are() -> None:
    chars = plain(some_codes(1)[0])
    for place in range(RANDOM_LENGTH - 1):
        for left, right in combinations(ALPHABET, 2):
            one = _with_check(chars[:place] + left + right + chars[place + 2 : RANDOM_LENGTH])
            other = one[:place] + right + left + one[place + 2 :]
            assert normalise(one) is not None
            assert normalise(other) is None


def _with_check(chars: str) -> str:
    fitting = [chars + char for char in ALPHABET if normalise(chars + char)]
    assert len(fitting) == 1
    return fitting[0]


def test_a_missing_or_additional_character_is_noticed() -> None:
    for code in some_codes(50):
        chars = plain(code)
        for place in range(LENGTH):
            assert normalise(chars[:place] + chars[place + 1 :]) is None
            assert normalise(chars[:place] + "7" + chars[place:]) is None


@given(CODES)
def test_a_code_is_read_however_it_is_typed(code: str) -> None:
    for typed in (
        code.lower(),
        plain(code),
        code.replace("-", " "),
        code.replace("-", "–"),
        f"  {code} \n",
        " ".join(code),
        code.translate(str.maketrans("5286VM", "szbgun")),
        "".join(chr(ord(char) + 0xFEE0) for char in code),  # full width
    ):
        assert normalise(typed) == code


@pytest.mark.parametrize("char", "01OILDQ")
def test_what_is_in_no_code_is_refused_not_guessed(char: str) -> None:
    for code in some_codes(30):
        assert normalise(char + code[1:]) is None


@pytest.mark.parametrize(
    "typed",
    ["", "-", "7K4Q-2M9X-R", "2" * 14, "2" * 16, "ß" * 7 + "2", "Đ" * 15, "2" * 100_000, "٢" * 15 + "é"],
)
def test_what_is_no_code_is_none(typed: str) -> None:
    assert normalise(typed) is None


@given(st.text(max_size=40))
def test_reading_never_fails_and_gives_only_valid_codes(typed: str) -> None:
    code = normalise(typed)
    assert code is None or (is_valid(code) and normalise(code) == code)


def test_only_the_printed_form_is_valid() -> None:
    (code,) = some_codes(1)
    assert is_valid(code)
    assert not is_valid(code.lower())
    assert not is_valid(plain(code))
