"""The composer as a screen uses it: one key, one edit."""

from __future__ import annotations

import statistics
import time

import pytest

from kiosk.typing import Composer, Edit, Method, Style, type_line


class Field:
    """A text field with its caret at the end, wired as the screen wires it."""

    def __init__(self, composer: Composer, text: str = "") -> None:
        self.composer, self.text = composer, text
        composer.adopt(text)

    def type(self, keys: str) -> str:
        for key in keys:
            self.apply(self.composer.press(key))
        return self.text

    def backspace(self) -> str:
        self.apply(self.composer.backspace())
        if not self.composer.text:
            self.composer.adopt(self.text)
        return self.text

    def apply(self, edit: Edit) -> None:
        self.text = self.text[: max(0, len(self.text) - edit.delete)] + edit.insert


def test_an_edit_touches_only_what_changes() -> None:
    composer = Composer()
    edits = [composer.press(key) for key in "tieengs "]
    assert edits == [(0, "t"), (0, "i"), (0, "e"), (1, "ê"), (0, "n"), (0, "g"), (3, "ếng"), (0, " ")]


def test_the_word_is_restored_with_the_key_that_ends_it() -> None:
    field = Field(Composer())
    assert field.type("facebook") == "facebook"
    assert field.type(",") == "facebook,"
    assert field.type(" vis") == "facebook, ví"
    assert field.type("b") == "facebook, víb"
    assert field.type(".") == "facebook, visb."


def test_finish_restores_as_a_space_does() -> None:
    composer = Composer()
    field = Field(composer)
    field.type("user")
    assert field.text == "uẻ"
    field.apply(composer.finish())
    assert (field.text, composer.text) == ("user", "")


@pytest.mark.parametrize(
    ("before", "keys", "after"),
    [
        ("Chào hoa", "f", "Chào hòa"),
        ("hòa", "n", "hoàn"),
        ("hoà", "n", "hoàn"),
        ("tiếng", "j", "tiệng"),
        ("tiếng", "s", "tiêngs"),
        ("duong", "wfd", "đường"),
        ("thuở", "ng", "thưởng"),
        ("", "as", "á"),
        ("Q.", "as", "Q.á"),
        ("tie\u0302\u0301n", "g", "tie\u0302\u0301ng"),
    ],
)
def test_an_existing_word_is_taken_over(before: str, keys: str, after: str) -> None:
    field = Field(Composer(), before)
    for key in keys:
        field.apply(field.composer.press(key))
    assert field.text == after


@pytest.mark.parametrize("text", ["facebôk", "hoà", "quí", "áá", "tiếng Việt", "ạb́c", "x̣", "ﬁ", "ＡＢ", "𝒳y"])
def test_taking_over_changes_nothing_until_a_key_does(text: str) -> None:
    composer = Composer()
    composer.adopt(text)
    assert composer.finish() == (0, "")
    composer.adopt(text)
    assert composer.press(" ") == (0, " ")


def test_backspace_over_a_space_takes_the_word_before_it() -> None:
    field = Field(Composer())
    field.type("hoaf ")
    assert field.backspace() == "hòa"
    assert field.type("n") == "hoàn"


def test_backspace_outside_a_word_deletes_one_character() -> None:
    assert Composer().backspace() == (1, "")


def test_backspace_of_a_new_style_word() -> None:
    field = Field(Composer(style=Style.NEW))
    field.type("toans")
    assert field.backspace() == "toá"
    assert field.backspace() == "to"


def test_a_corrected_word_stays_as_the_hand_left_it() -> None:
    field = Field(Composer())
    field.type("tieengs")
    field.backspace()
    assert field.type("ng ") == "tiếnng "


def test_a_very_long_word_is_its_keys() -> None:
    field = Field(Composer())
    assert field.type("user" * 8) != "user" * 8
    assert field.type("user" * 8) == "user" * 16
    for _ in range(60):
        field.backspace()
    assert field.type(" as") == "user á"
    field.type("user" * 15)
    assert field.type(" as").endswith("user á")


def test_a_pasted_string_ends_the_word_and_is_left_alone() -> None:
    field = Field(Composer())
    field.type("as")
    field.apply(field.composer.press("aas dd"))
    assert field.text == "áaas dd"


def test_keyboards_that_send_tones_as_characters() -> None:
    field = Field(Composer())
    assert field.type("toa\u0301n") == "toán"
    assert field.type(" hoa\u0300") == "toán hòa"
    assert field.type(" đ\u01b0\u01a1\u0300ng") == "toán hòa đường"


def test_letters_of_other_scripts_are_composed_as_well() -> None:
    field = Field(Composer())
    assert field.type("\u1112\u1161\u11ab") == "\ud55c"
    assert field.composer.text == "\ud55c"


def test_uo_is_completed_only_before_letters_that_may_follow() -> None:
    assert Field(Composer()).type("thuowxx") == "thuơx"
    assert Field(Composer()).type("thuown") == "thươn"


@pytest.mark.parametrize("keys", ["add", "catr", "iis", "qur", "quw", "chew", "aiw", "press"])
def test_impossible_keys_are_letters_before_the_word_ends(keys: str) -> None:
    assert Field(Composer()).type(keys) == keys


def test_reset_forgets_the_word() -> None:
    composer = Composer()
    composer.press("a")
    composer.reset()
    assert composer.press("s") == (0, "s")


def test_the_method_can_be_switched_between_keys() -> None:
    field = Field(Composer())
    field.type("tieeng")
    field.composer.method = Method.VNI
    assert field.type("1") == "tiếng"
    field.composer.method = Method.OFF
    assert field.type("s aas") == "tiếngs aas"


def test_a_key_takes_less_than_100_microseconds() -> None:
    composer, times = Composer(), []
    for key in "Cans booj huwowngs daanx raats taanj tinhf, nhuwng tooi phair chowf laau. " * 20:
        start = time.perf_counter_ns()
        composer.press(key)
        times.append(time.perf_counter_ns() - start)
    assert statistics.median(times) < 100_000


def test_an_endless_line_is_typed_in_a_straight_line_of_time() -> None:
    start = time.perf_counter()
    assert len(type_line("abc" * 20_000 + "<" * 20_000, Method.TELEX, rubout="<")) == 40_000
    assert time.perf_counter() - start < 20
