"""The comment page: one text, one way to send it, and nothing of it left behind."""

from __future__ import annotations

import itertools
import unicodedata

import pytest

from kiosk.typing import Composer
from kiosk.ui.look import Comfort, look
from kiosk.ui.theme import TextSize
from kiosk.ui.widgets.entry_draft import Draft
from kiosk.ui.widgets.entry_lines import break_lines, index_at, line_of, scrolled
from tests.ui.typing_page import BACKSPACE, DELETE, DOWN, END, ENTER, HOME, LEFT, RIGHT, UP, write_on

SENTENCE = "Cán bộ hướng dẫn rất tận tình, nhưng tôi phải chờ lâu."
TELEX = "Cans booj huwowngs daanx raats taanj tinhf, nhuwng tooi phair chowf laau."
LONG = "Bàn ghế sạch sẽ, cán bộ vui vẻ. " * 12


@pytest.fixture
def writer(window):
    with write_on(window) as hands:
        yield hands


# -- a USB keyboard --------------------------------------------------------------------------------------


def test_a_usb_keyboard_types_through_the_same_rules(writer):
    writer.usb(TELEX)
    writer.touch("key-send")

    assert writer.moved.sent == [(SENTENCE, "gop-y")]


def test_usb_and_screen_keys_may_be_mixed_within_a_word(writer):
    writer.usb("dduwo")
    writer.keys("ng")
    writer.usb("f")

    assert writer.text == "đường"


def test_usb_keys_that_are_no_letters(writer):
    writer.usb("cats", BACKSPACE, "n", ENTER, "hai")
    assert writer.text == "cán\nhai"

    writer.usb(HOME, "x", UP, END, "!")
    assert writer.text == "cán!\nxhai"
    writer.usb(LEFT, DELETE, DOWN, RIGHT, RIGHT, "?")
    assert writer.text.replace("\n", "|") == "cán|xhai?"


def test_control_keys_and_shortcuts_write_nothing(writer):
    writer.usb("a")
    writer.window.dispatch("on_textinput", "\x1b")
    writer.window.dispatch("on_key_down", BACKSPACE, 0, None, ["ctrl"])
    writer.window.dispatch("on_key_down", 27, 0, None, [])

    assert writer.text == "a"


def test_combining_characters_of_a_usb_keyboard_become_one_letter(writer):
    writer.usb(unicodedata.normalize("NFD", "ế"))

    assert writer.text == "ế"
    assert writer.page.count == 1


def test_a_page_that_has_gone_hears_no_usb_key(writer):
    writer.page.stop()
    writer.usb("secret")

    assert writer.page.text == ""


# -- the caret -------------------------------------------------------------------------------------------


def place_of(writer, index):
    """The window point just before that character."""
    entry = writer.find("entry")
    line = line_of(entry._spans, index)
    start = entry._spans[line][0]
    row = line - entry._first
    x = entry.x + entry._measure(writer.text[start:index])
    return x, entry.top - (row + 0.5) * entry._style.line


def test_a_touch_in_the_middle_sets_the_caret_and_typing_goes_on_there(writer):
    writer.keys("toi rat vui")
    writer.touch_at(*place_of(writer, 3))
    assert writer.page.draft.caret == 3
    assert writer.page.draft.word == "toi"

    writer.keys("o")
    assert writer.text == "tôi rat vui"
    writer.touch_at(*place_of(writer, 7))
    writer.touch("key-sac")
    writer.keys("a")
    assert writer.text == "tôi rất vui"


def test_the_word_left_by_the_caret_is_finished(writer):
    writer.keys("virus")
    assert writer.text == "víu"
    writer.touch_at(*place_of(writer, 0))

    assert writer.text == "virus"
    assert writer.page.draft.caret == 0


def test_a_caret_behind_a_word_that_grows_when_finished_keeps_its_place(writer):
    writer.usb(" ab", HOME, "virus")
    assert writer.text == "víu ab", "composed until its end"
    behind = writer.text.rindex("b")
    writer.touch_at(*place_of(writer, behind))
    writer.usb("-")

    assert writer.text == "virus a-b"


def test_touch_on_a_hidden_lines_neighbour_brings_it_up(window):
    with write_on(window, text=LONG) as writer:
        entry = writer.find("entry")
        last = entry._first
        assert last > 0, "the end of the text is in sight"
        for _ in range(last + 2):
            writer.touch_at(entry.x + 4, entry.top - 5)
        assert entry._first == 0
        assert writer.page.draft.caret < 3


# -- 500 characters --------------------------------------------------------------------------------------


def test_five_hundred_characters_and_no_more(writer):
    writer.usb(unicodedata.normalize("NFD", "ế ") * 260)

    assert len(writer.text) == writer.page.count == 500
    assert writer.text == "ế " * 250
    assert writer.find("entry").draft.limit == 500


def test_at_the_limit_tones_still_find_their_letter(window):
    with write_on(window, text="a" * 498 + " a") as writer:
        writer.touch("key-sac")
        assert writer.text.endswith(" á")
        writer.touch("key-b", "key-space")
        assert writer.text.endswith(" á")
        writer.touch("key-delete", "key-b")
        assert writer.text.endswith(" b")
        assert len(writer.text) == 500


def test_the_counter_counts(writer):
    writer.keys("dduwowngf")

    assert writer.page.ids.counter.text == "5/500"


# -- sending ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("level", "kind"), [(1, "gop-y"), (2, "khen-ngoi"), (3, "khen-ngoi")])
def test_the_kind_to_begin_with_follows_the_level(window, level, kind):
    with write_on(window, level=level) as writer:
        writer.keys("a")
        writer.touch("key-send")

        assert writer.moved.sent == [("a", kind)]


@pytest.mark.parametrize("kind", ["gop-y", "khen-ngoi", "phan-anh"])
def test_another_kind_may_be_chosen(writer, kind):
    writer.keys("a")
    writer.touch(f"kind-{kind}", "key-send")

    assert writer.moved.sent == [("a", kind)]


def test_nothing_written_cannot_be_sent(writer):
    writer.touch("key-send")
    writer.keys("  ")
    writer.touch("key-send")

    assert writer.moved.sent == []


def test_a_comment_is_sent_once_and_as_nfc(writer):
    writer.keys(" dduwongf ")
    writer.touch("key-send", "key-send")
    writer.keys("x")
    writer.touch("key-send")
    writer.page.send()

    assert writer.moved.sent == [("đường", "gop-y")]


def test_the_last_word_is_finished_before_it_is_sent(writer):
    writer.keys("website")
    assert writer.text == "ưebsite"
    writer.touch("key-send")

    assert writer.moved.sent == [("website", "gop-y")]


# -- going back, idling ----------------------------------------------------------------------------------


def test_back_goes_at_once_when_nothing_is_written(writer):
    writer.touch("back")

    assert writer.moved.backs == 1


def test_back_asks_before_it_throws_text_away(writer):
    writer.keys("abc")
    writer.touch("back")
    assert writer.moved.backs == 0
    assert all(getattr(widget, "target", "") != "key-a" for widget in writer.page.walk())

    writer.usb("xyz")
    writer.touch("keep")
    assert (writer.text, writer.moved.backs) == ("abc", 0)
    writer.keys("d")
    assert writer.text == "abcd"

    writer.touch("back", "back")
    assert writer.text == "abcd", "back twice is no yes"
    writer.touch("back")
    writer.touch("leave")
    assert (writer.text, writer.moved.backs, writer.moved.sent) == ("", 1, [])


def test_every_touch_and_key_is_told(writer):
    before = writer.moved.touches
    writer.touch("key-a")
    writer.touch_at(640, 790)
    writer.usb("b")

    assert writer.moved.touches >= before + 3


def test_the_last_ten_seconds_are_shown_but_not_to_a_held_key(writer):
    notice = next(w for w in writer.page.walk() if type(w).__name__ == "NoticeRow")
    writer.page.show_left(11, 30)
    assert not notice.warning
    writer.page.show_left(10, 30)
    writer.frame()
    assert notice.warning
    assert "10" in notice.ids.words.text

    finger = writer.finger("key-a")
    writer.page.show_left(9, 30)
    assert not notice.warning
    finger.touch_up()
    writer.page.show_left(8, 30)
    assert notice.warning


# -- nothing is left -------------------------------------------------------------------------------------


def strings_of(widget):
    for name in widget.properties():
        value = getattr(widget, name)
        if isinstance(value, str):
            yield value


def test_wipe_leaves_no_word_and_no_pixel(writer, monkeypatch):
    from kivy.cache import Cache

    from kiosk.ui.widgets import keyboard_key, text

    kept = []
    for module, name in ((keyboard_key, "texture_of"), (text, "texture_of"), (text, "width_of")):
        original = getattr(module, name)
        monkeypatch.setattr(
            module, name, lambda word, *rest, original=original: (kept.append(word), original(word, *rest))[1]
        )
    writer.frame()
    empty = [writer.pixels(name) for name in ("entry", "key-sac", "key-bo-dau")]
    writer.keys("nghieengs")
    written = [writer.pixels(name) for name in ("entry", "key-sac", "key-bo-dau")]
    assert all(one != other for one, other in zip(empty, written, strict=True))

    writer.page.wipe()
    writer.frame()

    assert [writer.pixels(name) for name in ("entry", "key-sac", "key-bo-dau")] == empty
    entry = writer.find("entry")
    assert not any("nghi" in line for line in entry._textures)
    assert not any("nghi" in measured for measured in entry._widths)
    said = [word for widget in writer.page.walk() for word in strings_of(widget)]
    assert not any("nghi" in word for word in said + kept)
    cached = [str(key) for category in Cache._objects.values() for key in category]
    assert not any("nghi" in key for key in cached)


def test_stop_takes_the_text_along(writer):
    writer.keys("abc")
    writer.page.stop()

    # Before any frame: a page that has left is never drawn again.
    assert writer.page.text == ""
    assert (writer.find("key-sac").label, writer.find("key-sac")._pieces) == ("", [])
    assert (writer.find("entry")._textures, writer.find("entry")._widths) == ({}, {})


def test_a_page_built_anew_goes_on_with_the_draft(window):
    with write_on(window, text="Tôi đa") as writer:
        writer.touch("key-nga")

        assert writer.text == "Tôi đã"


# -- how it looks ----------------------------------------------------------------------------------------


def test_labels_stay_inside_their_keys(studio):
    from kiosk.ui.preview import given_for
    from kiosk.ui.preview_comment import comment_pages

    for size, language, text in itertools.product([(1280, 800), (800, 1280)], ("vi", "en"), TextSize):
        look.set(size, Comfort(language, text, still=True))
        page = studio.lay_out(comment_pages()["comment-caps"], given_for("binh-duong-2023"))
        for row in page.keyboard._rows:
            for key in row:
                assert 0 < key.content_size[0] <= key.width - 8, (key.target, language, text)
        page.stop()


# -- lines, without a window -----------------------------------------------------------------------------


def test_lines_break_at_spaces_and_keep_every_character():
    text = "aa bbb cc\nd  e"
    lines = break_lines(text, 6, len)

    assert [text[start:end] for start, end in lines] == ["aa bbb ", "cc\n", "d  e"]


def test_a_word_wider_than_the_line_is_broken():
    assert break_lines("abcdefgh ij", 3, len) == [(0, 3), (3, 6), (6, 9), (9, 11)]


@pytest.mark.parametrize(("x", "index"), [(-5, 0), (0.4, 0), (0.6, 1), (3.2, 3), (99, 5)])
def test_the_nearest_place_between_letters(x, index):
    """The line is "ab cd ", and its last place is before the space it hangs on."""
    assert index_at("ab cd ef", (0, 6), x, len) == index


@pytest.mark.parametrize(
    ("first", "line", "expected"), [(0, 0, 0), (0, 3, 2), (5, 2, 1), (0, 9, 7), (7, 9, 7), (7, 0, 0)]
)
def test_a_line_around_the_caret_is_in_sight(first, line, expected):
    assert scrolled(first, line, 10, 3) == expected


def test_erasing_takes_the_word_up_again():
    draft = Draft(Composer())
    draft.put("tôi ")
    draft.erase()
    draft.type("s")

    assert draft.text == "tối"
