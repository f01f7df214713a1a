"""Every syllable of the language, in every order a hand may type it."""

from __future__ import annotations

import pytest

from kiosk.typing import Method, Style, type_line
from tests.kiosk.typing.spelling import ORDERS, Syllable, keystrokes, spelled, syllables

METHODS = ["telex", "vni"]


def missed(words: list[Syllable], method: str, order: str, style: str) -> list[tuple[str, str, str]]:
    """(keys, wanted, typed) of the words that came out wrong."""
    typed = [(keystrokes(word, method, order), word.text) for word in words]
    results = [(keys, text, type_line(keys, Method(method), Style(style))) for keys, text in typed]
    return [result for result in results if result[1] != result[2]]


def test_the_tables_hold_the_language() -> None:
    words = {word.text for word in syllables()}
    assert len(words) > 2500
    assert {"hòa", "nghiêng", "khuỷu", "giếng", "quý"} <= {
        word.text
        for pair in [("h", "o.a"), ("ngh", "iê.ng"), ("kh", "uy.u"), ("gi", "ê.ng"), ("qu", "y.")]
        for word in spelled(*pair)
    }


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("method", METHODS)
def test_every_syllable_comes_out_in_every_order(method: str, order: str) -> None:
    assert missed(list(syllables()), method, order, "old") == []


@pytest.mark.parametrize("method", METHODS)
def test_new_style_moves_the_tone_of_oa_oe_uy(method: str) -> None:
    words = [word for word in syllables("new") if word.letters.endswith(("oa", "oe", "uy"))]
    assert len(words) > 30
    for order in ORDERS:
        assert missed(words, method, order, "new") == []


@pytest.mark.parametrize("method", METHODS)
def test_upper_case_and_title_case_are_kept(method: str) -> None:
    for word in list(syllables())[::7]:
        keys = keystrokes(word, method, ORDERS[0])
        assert type_line(keys.upper(), Method(method)) == word.text.upper()
        assert type_line(keys[0].upper() + keys[1:], Method(method)) == word.text[0].upper() + word.text[1:]


def test_all_tones_of_one_word() -> None:
    words = ["đương", "đướng", "đường", "đưởng", "đưỡng", "đượng"]
    assert [word.text for word in spelled("đ", "ươ.ng")] == words
    assert [type_line("dduowng" + key, Method.TELEX) for key in ["", *"sfrxj"]] == words
    assert [type_line("d9uo7ng" + key, Method.VNI) for key in ["", *"12345"]] == words
