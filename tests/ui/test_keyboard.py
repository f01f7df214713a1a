"""The screen keyboard: where its keys stand, what they show, what fingers on them do."""

from __future__ import annotations

import itertools
import time

import pytest

from kiosk.typing import Method
from kiosk.ui.look import Comfort, look
from kiosk.ui.theme import TextSize, Theme, contrast
from kiosk.ui.widgets.keyboard_rows import letters, signs
from tests.ui.typing_page import write_on

SENTENCE = "Cán bộ hướng dẫn rất tận tình, nhưng tôi phải chờ lâu."
TELEX = "Cans booj huwowngs daanx raats taanj tinhf, nhuwng tooi phair chowf laau."
BY_TONE_KEYS = (
    "Can[sac] bô[nang] hương[sac] dân[nga] rât[sac] tân[nang] tinh[huyen], "
    "nhưng tôi phai[hoi] chơ[huyen] lâu."
)
SIZES = [(1280, 800), (800, 1280)]


@pytest.fixture
def writer(window):
    with write_on(window) as hands:
        yield hands


def by_tone_keys(writer, script):
    for piece in script.replace("[", "|[").replace("]", "]|").split("|"):
        if piece.startswith("["):
            writer.touch(f"key-{piece[1:-1]}")
        else:
            writer.keys(piece)


# -- typing ----------------------------------------------------------------------------------------------


def test_a_sentence_by_telex_letters(writer):
    writer.keys(TELEX)
    writer.touch("key-send")

    assert writer.moved.sent == [(SENTENCE, "gop-y")]


def test_a_sentence_by_vowel_and_tone_keys_with_telex_off(writer):
    writer.touch("key-telex")
    by_tone_keys(writer, BY_TONE_KEYS)
    writer.touch("key-send")

    assert writer.moved.sent == [(SENTENCE, "gop-y")]


def test_tone_keys_help_a_telex_writer_too(writer):
    by_tone_keys(writer, BY_TONE_KEYS)

    assert writer.text == SENTENCE


def test_vni_digits_make_marks_when_the_office_types_vni(window):
    with write_on(window, method=Method.VNI) as writer:
        assert writer.label("key-telex") == "VNI"
        writer.keys("truong")
        writer.touch("key-123")
        writer.keys("72")

        assert writer.text == "trường"


def test_a_touch_between_two_keys_is_the_nearer_ones(writer):
    key = writer.find("key-g")
    writer.touch_at(key.right + 2, key.center_y)
    writer.touch_at(key.right + 6, key.center_y)

    assert writer.text == "gh"


def test_two_thumbs_may_overlap(writer):
    one = writer.finger("key-o")
    other = writer.finger("key-i")
    one.touch_up()
    other.touch_up()
    writer.frame()

    assert writer.text == "oi"


# -- shift and layers ------------------------------------------------------------------------------------


def test_shift_is_for_one_letter_twice_for_all_and_a_third_time_for_none(writer):
    writer.touch("key-shift")
    assert writer.label("key-a") == "A"
    writer.touch("key-h", "key-a")
    assert (writer.text, writer.label("key-a")) == ("Ha", "a")

    writer.touch("key-shift", "key-shift", "key-x", "key-ô", "key-period")
    assert writer.text == "HaXÔ."
    assert writer.label("key-a") == "A"

    writer.touch("key-shift", "key-n")
    assert writer.text == "HaXÔ.n"


def test_digits_and_signs(writer):
    writer.touch("key-123", "key-3", "key-%", "key-?", "key-123", "key-a")

    assert writer.text == "3%?a"


def test_every_character_key_types_what_it_shows(window):
    with write_on(window, method=Method.OFF) as writer:
        for layer in (letters(False), signs(False)):
            keys = [spec for row in layer for spec in row if spec.char and spec.char != " "]
            writer.page.draft.clear()
            writer.touch(*[spec.target for spec in keys])
            assert writer.text == "".join(spec.char for spec in keys)
            assert [writer.label(spec.target) for spec in keys] == [spec.char for spec in keys]
            writer.touch("key-123")


# -- tones -----------------------------------------------------------------------------------------------


def previews(writer):
    return [writer.label(f"key-{name}") for name in ("sac", "huyen", "hoi", "nga", "nang", "bo-dau")]


def test_tone_keys_show_the_word_they_would_make(writer):
    writer.keys("dduwowng")

    assert previews(writer) == ["đướng", "đường", "đưởng", "đưỡng", "đượng", ""]
    writer.touch("key-huyen")
    assert previews(writer) == ["đướng", "đương", "đưởng", "đưỡng", "đượng", "đương"]


def test_the_same_tone_again_clears_it(writer):
    writer.keys("an")
    writer.touch("key-sac")
    assert writer.text == "án"
    writer.touch("key-sac")
    assert writer.text == "an"


@pytest.mark.parametrize(
    ("word", "greyed"),
    [
        ("", {"sac", "huyen", "hoi", "nga", "nang", "bo-dau"}),
        ("ng", {"sac", "huyen", "hoi", "nga", "nang", "bo-dau"}),
        ("rat", {"huyen", "hoi", "nga", "bo-dau"}),
        ("ra", {"bo-dau"}),
        ("ra ", {"sac", "huyen", "hoi", "nga", "nang", "bo-dau"}),
    ],
)
def test_impossible_tones_are_greyed_and_do_nothing(writer, word, greyed):
    from kiosk.ui.viewlog import targets_of

    writer.keys(word)
    tones = {"sac", "huyen", "hoi", "nga", "nang", "bo-dau"}
    assert {name for name in tones if writer.find(f"key-{name}").dead} == greyed
    live = targets_of(writer.page, 800)
    assert {name for name in tones if f"key-{name}" not in live} == greyed

    for name in sorted(greyed):
        finger = writer.finger(f"key-{name}")
        assert not writer.find(f"key-{name}").pressed, "a key that does nothing gives no answer"
        finger.touch_up()
    assert writer.text == word


# -- delete, send, holding -------------------------------------------------------------------------------


def test_delete_takes_one_letter_and_held_goes_on(writer):
    writer.keys("abcdefghijkl")
    writer.touch("key-delete")
    assert writer.text == "abcdefghijk"

    began = time.monotonic()
    finger = writer.finger("key-delete")
    assert writer.text == "abcdefghij"
    wait_for(writer, lambda: writer.text != "abcdefghij")
    assert time.monotonic() - began > 0.35, "a slow finger is no wish for more"
    wait_for(writer, lambda: len(writer.text) < 6)
    finger.touch_up()
    left = writer.text
    wait(writer, 0.3)
    assert writer.text == left, "a lifted finger deletes nothing"


def wait_for(writer, done):
    until = time.monotonic() + 10
    while not done():
        assert time.monotonic() < until
        writer.frame()


def wait(writer, seconds):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        writer.frame()
        time.sleep(0.01)


def test_delete_stops_when_the_finger_slides_away(writer):
    writer.keys("abcdef")
    finger = writer.finger("key-delete")
    finger.touch_move(40, 700)
    writer.frame()
    assert not writer.page.holding
    wait(writer, 0.6)

    assert writer.text == "abcde"
    finger.touch_up()


def test_send_waits_for_the_finger_to_lift_and_may_be_taken_back(writer):
    writer.keys("ok")
    finger = writer.finger("key-send")
    writer.frame()
    assert writer.moved.sent == []
    finger.touch_move(600, 700)
    finger.touch_up()
    assert writer.moved.sent == []

    writer.touch("key-send")
    assert writer.moved.sent == [("ok", "gop-y")]


def test_holding_is_true_while_any_key_is_held(writer):
    assert not writer.page.holding
    one, other = writer.finger("key-a"), writer.finger("key-space")
    one.touch_up()
    assert writer.page.holding
    other.touch_up()
    assert not writer.page.holding


def test_wheel_and_right_button_type_nothing(writer):
    from kivy.tests.common import UnitTestTouch

    for button in ("right", "scrollup"):
        touch = UnitTestTouch(*writer.find("key-g").center)
        touch.button, touch.profile = button, ["pos", "button"]
        touch.touch_down()
        touch.touch_up()

    assert writer.text == ""


def test_a_finger_that_outlives_the_page_types_nothing(writer):
    writer.keys("abcdef")
    writer.finger("key-delete")
    writer.page.stop()
    writer.page.draft.put("xyz")
    wait(writer, 0.7)

    assert writer.page.draft.text == "xyz"


@pytest.mark.parametrize("name", ["key-g", "key-space", "key-shift", "key-send", "key-delete"])
def test_a_key_answers_in_the_frame_the_finger_comes_down(writer, name):
    writer.keys("a")
    writer.frame()
    before = writer.pixels(name)
    finger = writer.finger(name)
    writer.frame()

    assert writer.pixels(name) != before
    finger.touch_up()


def test_the_letter_is_in_the_field_in_that_same_frame(writer):
    before = writer.pixels("entry")
    finger = writer.finger("key-m")
    writer.frame()

    assert writer.pixels("entry") != before
    finger.touch_up()


# -- places ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", list(TextSize))
@pytest.mark.parametrize("size", SIZES, ids=["landscape", "portrait"])
def test_keys_are_as_large_as_the_design_says(studio, size, text):
    from kiosk.ui.preview import given_for
    from kiosk.ui.preview_comment import comment_pages
    from kiosk.ui.viewlog import targets_of

    look.set(size, Comfort("vi", text, Theme.LIGHT, still=True))
    high, wide = (84, 71) if look.portrait else (66, 117)
    for name in ("comment-word", "comment-signs"):
        page = studio.lay_out(comment_pages()[name], given_for("binh-duong-2023"))
        keys = {n: box for n, box in targets_of(page, size[1]).items() if n.startswith("key-")}
        page.stop()
        assert len(keys) > 38
        for key, (x, y, width, height) in keys.items():
            assert height >= high, key
            assert width >= wide, key
            assert 16 <= x <= size[0] - 16 - width, key
            assert y + height <= size[1], key


@pytest.mark.parametrize(("theme", "least"), [(Theme.LIGHT, 4.5), (Theme.CONTRAST, 7)])
def test_what_stands_on_keys_stands_out(window, theme, least):
    with write_on(window, comfort=Comfort(theme=theme, still=True)) as writer:
        writer.keys("a")
        weak = {}
        for key in (key for row in writer.page.keyboard._rows for key in row):
            for key.pressed in (False, True):
                colours = key.colours()
                ratio = contrast(colours.ink, colours.fill)
                if ratio < least:
                    weak[key.target, key.pressed] = round(ratio, 2)
        assert weak == {}


def test_neighbours_do_not_touch(studio):
    from kiosk.ui.preview import given_for
    from kiosk.ui.preview_comment import comment_pages

    for size, gap in zip(SIZES, (8, 6), strict=True):
        look.set(size, Comfort(still=True))
        page = studio.lay_out(comment_pages()["comment"], given_for("binh-duong-2023"))
        for row in page.keyboard._rows:
            for left, right in itertools.pairwise(row):
                assert gap - 1 <= right.x - left.right <= gap + 1
        page.stop()
