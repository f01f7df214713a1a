"""What holds for any keys at all."""

from __future__ import annotations

import string
import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.typing import TONE_KEYS, Composer, Method, Style, Tone, preview, type_line
from tests.kiosk.typing.spelling import ORDERS, Syllable, keystrokes, syllables
from tests.kiosk.typing.spelling import TONE_KEYS as KEYS

METHODS = st.sampled_from([Method.TELEX, Method.VNI])
STYLES = st.sampled_from(list(Style))
WORDS = st.sampled_from(list(syllables()))
# Any string, and strings that look enough like typing to reach the rules.
TYPED = st.text(alphabet="aeiouydwsfrxjztnghckpmAEOWDSăâđêôơưáừ \u0301\u0323.<0123456789", max_size=24)
ANY = st.one_of(TYPED, st.text(max_size=24))


def nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


@settings(max_examples=300, deadline=None)
@given(ANY, METHODS, STYLES, st.sampled_from(["", "<"]))
def test_any_string_gives_nfc_text(keys: str, method: Method, style: Style, rubout: str) -> None:
    text = type_line(keys, method, style, rubout)
    assert text == nfc(text)


@settings(max_examples=300, deadline=None)
@given(ANY, METHODS, STYLES)
def test_the_edits_of_any_string_add_up_to_the_line(keys: str, method: Method, style: Style) -> None:
    composer, field = Composer(method, style), ""
    for key in nfc(keys):
        edit = composer.press(key)
        assert 0 <= edit.delete <= len(field)
        field = field[: len(field) - edit.delete] + edit.insert
        assert field.endswith(composer.text)
    edit = composer.finish()
    assert nfc(field[: len(field) - edit.delete] + edit.insert) == type_line(keys, method, style)


@settings(deadline=None)
@given(st.text(alphabet=string.digits + string.punctuation + " \t€–“”👍🏽", max_size=30))
def test_what_is_no_letter_passes_through(keys: str) -> None:
    assert type_line(keys, Method.TELEX) == nfc(keys)
    assert type_line(keys, Method.VNI) == nfc(keys)


@settings(deadline=None)
@given(st.text(alphabet=string.printable, max_size=30))
def test_switched_off_every_key_is_itself(keys: str) -> None:
    assert type_line(keys, Method.OFF) == keys


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=string.ascii_lowercase + " ", max_size=20))
def test_case_makes_no_other_difference(keys: str) -> None:
    assert type_line(keys.upper(), Method.TELEX) == type_line(keys, Method.TELEX).upper()


@settings(max_examples=300, deadline=None)
@given(ANY, st.sampled_from(list(Method)))
def test_taking_over_any_text_leaves_it_alone(text: str, method: Method) -> None:
    composer = Composer(method)
    composer.adopt(text)
    assert nfc(text).endswith(composer.text)
    assert composer.finish() == (0, "")


@settings(max_examples=300, deadline=None)
@given(WORDS, st.sampled_from(["telex", "vni"]), st.sampled_from(ORDERS))
def test_the_tone_key_again_undoes_the_tone(word: Syllable, method: str, order: str) -> None:
    key = KEYS[method][word.tone]
    if key:
        keys = keystrokes(word, method, order)
        assert type_line(keys + key, Method(method)) == word.letters + key


@settings(max_examples=300, deadline=None)
@given(WORDS, st.sampled_from(["telex", "vni"]), st.data())
def test_backspaces_take_letter_after_letter(word: Syllable, method: str, data: st.DataObject) -> None:
    keys = keystrokes(word, method, ORDERS[0])
    gone = data.draw(st.integers(0, len(word.letters)))
    left = type_line(keys + "<" * gone, Method(method), rubout="<")
    toneless = preview(left, Tone.LEVEL) or left
    assert toneless == word.letters[: len(word.letters) - gone]


@settings(max_examples=300, deadline=None)
@given(WORDS, st.data())
def test_a_word_may_be_deleted_in_part_and_typed_again(word: Syllable, data: st.DataObject) -> None:
    """With the keys of the screen: the letters that were taken, then the tone if it went with them."""
    composer = Composer()
    for key in keystrokes(word, "telex", ORDERS[0]):
        composer.press(key)
    gone = data.draw(st.integers(1, len(word.letters)))
    for _ in range(gone):
        composer.backspace()
    composer.method = Method.OFF
    for letter in word.letters[-gone:]:
        composer.press(letter)
    if composer.text != word.text:
        composer.tone(list(Tone)[word.tone])
    assert composer.text == word.text


@settings(max_examples=300, deadline=None)
@given(WORDS, st.data())
def test_the_caret_may_leave_and_come_back(word: Syllable, data: st.DataObject) -> None:
    keys = keystrokes(word, "vni", data.draw(st.sampled_from(ORDERS)))
    cut = data.draw(st.integers(0, len(keys)))
    composer = Composer(Method.VNI)
    for key in keys[:cut]:
        composer.press(key)
    composer.adopt("trước đó, " + composer.text)
    for key in keys[cut:]:
        composer.press(key)
    assert composer.text == word.text


@settings(max_examples=300, deadline=None)
@given(ANY, st.sampled_from(TONE_KEYS), STYLES)
def test_a_preview_of_any_text_is_a_word_or_greyed(text: str, tone: Tone, style: Style) -> None:
    shown = preview(text, tone, style)
    assert shown is None or (shown == nfc(shown) and len(shown) <= len(nfc(text)))
