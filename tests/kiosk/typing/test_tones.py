"""The tone keys of the screen show the word they would make."""

from __future__ import annotations

import pytest

from kiosk.typing import TONE_KEYS, Composer, Method, Style, Tone, preview

SPOKEN = [Tone.SAC, Tone.HUYEN, Tone.HOI, Tone.NGA, Tone.NANG]


def test_each_key_shows_the_word_before_the_caret() -> None:
    shown = [preview("Tôi đi trên đương", tone) for tone in TONE_KEYS]
    assert shown == ["đướng", "đường", "đưởng", "đưỡng", "đượng", "đương"]


@pytest.mark.parametrize("tone", SPOKEN)
def test_the_same_tone_again_clears_it(tone: Tone) -> None:
    toned = preview("hoan", tone)
    assert toned is not None
    assert toned != "hoan"
    assert preview(toned, tone) == "hoan"
    assert preview(toned, Tone.LEVEL) == "hoan"


def test_another_tone_takes_the_place_of_the_first() -> None:
    assert preview("tiếng", Tone.HUYEN) == "tiềng"


@pytest.mark.parametrize("word", ["", "đ", "kh", "qu", "QĐ", "tôi ", "tôi.", "19", "?", "hđnd"])
def test_without_a_vowel_every_tone_is_greyed(word: str) -> None:
    assert [preview(word, tone) for tone in TONE_KEYS] == [None] * 6


@pytest.mark.parametrize("word", ["cac", "cach", "cap", "cat", "CẤP", "thích", "quyêt"])
def test_after_a_stop_only_sac_and_nang_are_spoken(word: str) -> None:
    greyed = [tone for tone in SPOKEN if preview(word, tone) is None]
    assert greyed == [Tone.HUYEN, Tone.HOI, Tone.NGA]


def test_a_wrong_tone_before_a_stop_can_still_be_cleared() -> None:
    assert preview("cảt", Tone.HOI) == "cat"
    assert preview("cảt", Tone.LEVEL) == "cat"


def test_case_and_style_are_kept() -> None:
    assert preview("HOA", Tone.HUYEN) == "HÒA"
    assert preview("Hoa", Tone.HUYEN, Style.NEW) == "Hoà"
    assert preview("thuy", Tone.HOI) == "thủy"
    assert preview("quy", Tone.HOI) == "quỷ"


def test_foreign_words_take_a_tone_on_their_last_vowels() -> None:
    assert preview("internet", Tone.SAC) == "internét"


def test_no_word_is_endless() -> None:
    assert preview("a" * 10_000, Tone.SAC) is None


def test_decomposed_text_is_understood() -> None:
    assert preview("tie\u0302\u0301ng", Tone.SAC) == "tiêng"


def test_typing_goes_on_behind_a_tone_key() -> None:
    composer, field = Composer(), ""
    for key in ["h", "o", "a", Tone.HUYEN, "n", "g", Tone.SAC, " "]:
        edit = composer.tone(key) if isinstance(key, Tone) else composer.press(key)
        field = field[: len(field) - edit.delete] + edit.insert
    assert field == "hoáng "


def test_vowel_keys_and_tone_keys_type_without_telex() -> None:
    composer, field = Composer(Method.OFF), ""
    for key in ["đ", "ư", Tone.HUYEN, "ơ", "n", "g", " ", "h", "u", Tone.SAC, "ê", "."]:
        edit = composer.tone(key) if isinstance(key, Tone) else composer.press(key)
        field = field[: len(field) - edit.delete] + edit.insert
    assert field == "đường huế."


def test_a_toned_word_is_not_turned_back_into_keys() -> None:
    composer = Composer()
    for key in "zay":
        composer.press(key)
    assert composer.tone(Tone.NANG).insert == "ạy"
    assert composer.press(" ").insert == " "


def test_a_greyed_key_changes_nothing() -> None:
    composer = Composer()
    composer.press("t")
    assert composer.tone(Tone.SAC) == (0, "")
    assert composer.text == "t"


def test_a_tone_key_in_vni_keeps_the_digits_before() -> None:
    composer = Composer(Method.VNI)
    composer.adopt("8a")
    assert composer.tone(Tone.SAC) == (1, "á")
