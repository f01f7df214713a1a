"""The reply page: kind about what is missing, nothing ticked beforehand, and nothing of it left behind."""

from __future__ import annotations

import gc
import logging
import time
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest

from kiosk.contact import Contact, Fault, Place
from kiosk.typing import Method, Style
from kiosk.ui.look import Comfort, look
from kiosk.ui.theme import TextSize, Theme, contrast
from tests.ui.typing_page import BACKSPACE, ENTER, LEFT, Writer

ASSETS = Path(__file__).resolve().parents[2] / "assets"
TAB = 9
SIZES = [(1280, 800), (800, 1280)]


class Moved:
    """Records what the page asked for."""

    def __init__(self):
        self.sent, self.went, self.touches = [], [], 0

    def moves(self):
        return SimpleNamespace(
            send_contact=self.sent.append,
            back=lambda: self.went.append("back"),
            elsewhere=lambda: self.went.append("elsewhere"),
            touched=self._touched,
        )

    def _touched(self):
        self.touches += 1


class Citizen(Writer):
    """Hands on the reply page."""

    @property
    def form(self):
        return self.page.name, self.page.phone, self.page.email

    def note(self):
        self.frame(2)
        return self.page.note.state, self.page.note.ids.words.text

    def fill(self, **texts):
        """By a USB keyboard, field after field; the page is at rest afterwards."""
        for name, text in texts.items():
            self.touch(f"field-{name}")
            self.usb(text)
        self.page.go("")
        self.frame()

    def has(self, target):
        return any(getattr(widget, "target", "") == target for widget in self.page.walk(restrict=True))


@contextmanager
def reply(window, comfort=None, facts=None, **changes):
    """The page in the window; ``look`` is left as it was found."""
    from kiosk.ui import fonts
    from kiosk.ui.screens.reply import ReplyScreen

    fonts.register(ASSETS / "fonts")
    look.use_locale(ASSETS / "locale")
    found = (look.width, look.height), look.comfort
    look.set((1280, 800), comfort or Comfort(still=True))
    moved = Moved()
    facts = facts or SimpleNamespace(keyboard=SimpleNamespace(method=Method.TELEX, style=Style.OLD))
    page = ReplyScreen(facts=facts, moves=moved.moves(), level=1, left=30, total=30, **changes)
    window.add_widget(page)
    citizen = Citizen(window, page, moved)
    citizen.frame(3)
    yield citizen
    page.stop()
    window.remove_widget(page)
    look.set(*found)


@pytest.fixture
def citizen(window):
    with reply(window) as hands:
        yield hands


# -- filling in ------------------------------------------------------------------------------------------


def test_a_whole_reply_by_screen_keys(citizen):
    citizen.touch("field-name")
    citizen.touch(*[f"key-{'space' if char == ' ' else char}" for char in "nguyeenx thij hoaf"])
    citizen.touch("key-next")
    assert citizen.page.active == "phone", "with no way to answer yet, the next field is the number"
    citizen.touch(*[f"key-{digit}" for digit in "0912345678"])
    citizen.touch("key-next")
    assert citizen.page.active == "", "one way is enough: the page is whole again"
    citizen.touch("agree", "send")

    assert citizen.moved.sent == [Contact("Nguyễn Thị Hòa", "+84912345678", "", False)]


def test_an_address_by_screen_keys_without_telex(citizen):
    citizen.touch("field-email")
    citizen.touch("key-h", "key-o", "key-a", "key-f", "key-period", "key-6", "key-2", "key-@gmail.com")
    assert citizen.page.email == "hoaf.62@gmail.com"
    citizen.touch("key-next", "guardian", "agree", "send")

    assert citizen.moved.sent == [Contact("", "", "hoaf.62@gmail.com", True)]


def test_a_shortcut_takes_the_place_of_what_stands_behind_the_at(citizen):
    citizen.touch("field-email", "key-a", "key-@", "key-y", "key-@gmail.com")
    assert citizen.page.email == "a@gmail.com"
    citizen.touch("key-@yahoo.com", "key-.vn")
    assert citizen.page.email == "a@yahoo.com.vn"


def test_names_begin_with_capitals_by_themselves(citizen):
    citizen.touch("field-name")
    assert citizen.label("key-a") == "A"
    citizen.touch("key-d", "key-d", "key-ă", "key-n", "key-g", "key-nang", "key-space", "key-e")
    assert citizen.page.name == "Đặng E"
    citizen.touch("key-delete")
    assert citizen.label("key-a") == "A"
    citizen.touch("key-shift", "key-a", "key-b")
    assert citizen.page.name == "Đặng AB", "capitals that were asked for stay"


def test_vni_and_the_switch(window):
    facts = SimpleNamespace(keyboard=SimpleNamespace(method=Method.VNI, style=Style.OLD))
    with reply(window, facts=facts) as citizen:
        citizen.touch("field-name")
        assert citizen.label("key-telex") == "VNI"
        citizen.usb("Hoa2")
        assert citizen.page.name == "Hòa"
        citizen.touch("key-telex")
        citizen.usb(" Ha2")
        assert citizen.page.name == "Hòa Ha2"


@pytest.mark.parametrize(("field", "place"), [("phone", Place.PHONE), ("email", Place.EMAIL)])
def test_every_key_types_what_it_shows(citizen, field, place):
    citizen.touch(f"field-{field}")
    keys = [key for row in citizen.page.keyboard._rows for key in row if key.spec.char]
    typed = ""
    for key in keys:
        citizen.page.form.drafts[place].clear()
        citizen.touch(key.target)
        typed += citizen.page.form.text(place)
        shown = key.spec.char if key.spec.char != " " else "dấu cách"
        assert key.label == shown
    assert typed == "".join(key.spec.char for key in keys)
    assert citizen.has("key-delete")
    assert citizen.label("key-next") == "Tiếp"


def test_marks_are_for_names_only(citizen):
    citizen.fill(name="Hoaf", phone="aa", email="aas")

    assert citizen.form == ("Hòa", "aa", "aas")


def test_fields_hold_no_more_than_may_be_kept(citizen):
    citizen.fill(name="a" * 90, phone="1" * 40, email="b" * 300)

    assert [len(text) for text in citizen.form] == [80, 24, 254]


def test_a_number_at_rest_is_set_as_it_is_read_aloud(citizen):
    citizen.fill(phone="0912345678")
    box = citizen.find("field-phone")

    assert box.entry.text == "0912 345 678"
    citizen.touch("field-phone")
    assert box.entry.text == "0912345678", "as it was typed, so that the caret stands where it seems to"


def test_a_touch_sets_the_caret(citizen):
    citizen.fill(phone="912345678")
    citizen.touch("field-phone")
    entry = citizen.find("field-phone").entry
    citizen.touch_at(entry.x + 1, entry.center_y)
    citizen.touch("key-0")

    assert citizen.page.phone == "0912345678"


# -- a USB keyboard --------------------------------------------------------------------------------------


def test_everything_by_a_usb_keyboard(citizen):
    citizen.usb("Hoaf", TAB, "0912 345 678", TAB, "hoa@gmail.com", TAB, " ", TAB, TAB, ENTER)

    assert citizen.moved.sent == [Contact("Hòa", "+84912345678", "hoa@gmail.com", False)]


def test_shift_tab_goes_back_and_enter_goes_on(citizen):
    citizen.usb(TAB, TAB)
    assert citizen.page.active == "phone"
    citizen.window.dispatch("on_key_down", TAB, 0, None, ["shift"])
    citizen.frame()
    assert citizen.page.active == "name"
    citizen.usb("Hoa", ENTER, "0912345679", LEFT, BACKSPACE, "x", ENTER, BACKSPACE)
    assert (citizen.page.phone, citizen.page.active) == ("091234569", "phone")


def test_what_the_keys_stand_on_is_to_be_seen(citizen):
    citizen.frame()
    for stop in ("agree", "guardian", "send"):
        citizen.page.go("")
        citizen.frame(2)
        without = citizen.pixels(stop, inset=-4 if stop == "send" else 0)
        citizen.page.go(stop)
        citizen.frame(2)
        assert citizen.pixels(stop, inset=-4 if stop == "send" else 0) != without, stop


def test_a_page_that_has_gone_hears_no_usb_key(citizen):
    citizen.page.stop()
    citizen.usb("secret", TAB, "0912")

    assert citizen.form == ("", "", "")


# -- what is missing -------------------------------------------------------------------------------------


def test_nothing_is_ticked_beforehand_and_the_sentence_stands_there(citizen):
    assert (citizen.page.agreed, citizen.page.guardian) == (False, False)
    assert "91/2025/QH15" in citizen.page.why.words
    assert "30 ngày" in citizen.page.why.words


def test_send_looks_asleep_until_all_is_there(citizen):
    send = citizen.find("send")
    assert send.kind == "sand"
    citizen.fill(phone="0912345678")
    assert send.kind == "sand"
    citizen.touch("agree")
    assert send.kind == "primary"
    assert citizen.note()[0] == "good"


def test_an_asleep_send_says_kindly_what_is_missing(citizen):
    citizen.touch("send")
    assert citizen.note() == ("wrong", "Xin Ông/Bà cho số điện thoại hoặc email để chúng tôi trả lời.")
    assert [citizen.find(f"field-{name}").verdict for name in ("name", "phone", "email")] == [
        "",
        "wrong",
        "wrong",
    ]
    citizen.fill(phone="0912345678")
    citizen.touch("send")
    assert citizen.note()[1].startswith("Xin đánh dấu ô “Tôi đồng ý”")
    assert citizen.find("agree").asked
    assert citizen.find("field-email").verdict == ""

    citizen.touch("agree")
    assert not citizen.find("agree").asked
    assert citizen.moved.sent == []


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("phone", "0912 345", "mới có 7"),
        ("phone", "0912 345 6789", "có 11"),
        ("phone", "1900 1234", "bắt đầu bằng 02"),
        ("phone", "chin", "chữ số"),
        ("email", "hoa", "một dấu @"),
        ("email", "hoa@", "sau dấu @"),
        ("email", "@gmail.com", "trước dấu @"),
        ("email", "hoa a@gmail.com", "dấu cách"),
        ("email", "hòa@gmail.com", "không dấu"),
        ("email", "a" * 70 + "@gmail.com", "dài quá"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_once_it_is_left(citizen, field, typed, said):
    citizen.touch(f"field-{field}")
    citizen.usb(typed)
    assert citizen.note()[0] == "hint", "nobody is corrected while typing"
    citizen.touch("key-next")

    assert citizen.page.active == field, "it is said here, beside the field"
    state, words = citizen.note()
    assert (state, citizen.find(f"field-{field}").verdict) == ("wrong", "wrong")
    assert said in words

    citizen.touch("key-next")
    assert citizen.page.active == "", "and stops nobody twice"
    assert citizen.note() == (state, words)


def test_every_fault_has_words(citizen):
    from kiosk.ui.screens.reply_words import fault_words

    assert all(fault_words(fault, "") for fault in Fault)


def test_a_wrong_second_way_is_not_sent_either(citizen):
    citizen.fill(phone="0912345678", email="hoa@")
    citizen.touch("agree", "send")

    assert citizen.moved.sent == []
    assert "sau dấu @" in citizen.note()[1]


# -- sending ---------------------------------------------------------------------------------------------


def test_a_contact_is_sent_once_and_then_nothing_answers(citizen):
    citizen.fill(phone="0912345678")
    citizen.touch("agree", "send", "send", "guardian", "field-phone", "back", "elsewhere")
    citizen.usb("5", TAB, "5")

    assert len(citizen.moved.sent) == 1
    assert citizen.moved.went == []
    assert (citizen.page.active, citizen.page.phone) == ("", "0912345678")
    assert citizen.note() == ("hint", "Đang gửi, xin Ông/Bà chờ một chút.")
    assert citizen.find("send").label == "Đang gửi…"


def test_a_page_built_anew_goes_on_with_its_draft(window):
    draft = {"name": "Hòa", "phone": "0912345678", "email": "hoa@", "agreed": True, "guardian": True}
    with reply(window, **draft) as citizen:
        assert {part: getattr(citizen.page, part) for part in draft} == draft
        citizen.touch("field-email")
        citizen.usb("gmail.com")
        citizen.page.go("")
        citizen.touch("send")

        assert citizen.moved.sent == [Contact("Hòa", "+84912345678", "hoa@gmail.com", True)]


# -- going, idling ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("road", ["back", "elsewhere"])
def test_with_nothing_typed_one_goes_at_once(citizen, road):
    citizen.touch("agree", road)

    assert citizen.moved.went == [road]


@pytest.mark.parametrize("road", ["back", "elsewhere"])
def test_what_was_typed_is_not_thrown_away_unasked(citizen, road):
    citizen.touch("field-phone")
    citizen.usb("0912")
    citizen.touch(road)
    assert (citizen.moved.went, citizen.has("key-1")) == ([], False)
    citizen.usb("3", TAB)
    citizen.touch("keep")
    assert citizen.page.phone == "0912"

    citizen.touch(road, road)
    assert citizen.page.phone == "0912", "twice is no yes"
    citizen.touch(road)
    citizen.touch("leave")
    assert (citizen.form, citizen.moved.went) == (("", "", ""), [road])


def test_every_touch_and_key_is_told(citizen):
    before = citizen.moved.touches
    citizen.touch("field-phone")
    citizen.touch("key-1")
    citizen.usb("2", TAB)

    assert citizen.moved.touches >= before + 4


def test_the_last_ten_seconds_are_shown_but_not_to_a_held_key(citizen):
    citizen.page.show_left(11, 30)
    assert not citizen.page.note.warning
    citizen.page.show_left(9, 30)
    assert "9 giây" in citizen.note()[1]

    citizen.touch("field-phone")
    assert not citizen.page.note.warning, "a touch is an answer"
    finger = citizen.finger("key-delete")
    assert citizen.page.holding
    citizen.page.show_left(8, 30)
    assert not citizen.page.note.warning
    finger.touch_up()
    citizen.page.show_left(7, 30)
    assert citizen.page.note.warning


# -- nothing is left -------------------------------------------------------------------------------------


def remains(needles):
    """Which of these still stand in some text of the process."""
    whole = ["".join(needle) for needle in needles]
    found = set()
    for holder in gc.get_objects():
        if holder is not whole:
            for text in gc.get_referents(holder):
                if type(text) is str:
                    found |= {i for i, needle in enumerate(whole) if needle in text}
    return found


def test_the_next_person_finds_nothing_in_memory(window):
    """Written backwards and in letters, or this test would itself be what remains."""
    backwards = {"name": "xoV sgneeihgN", "phone": "5628190730", "email": "nv.elpmaxe@powkyz"}
    typed = {field: list(reversed(text)) for field, text in backwards.items()}
    needles = [[*"ghi", "ế"], typed["phone"][2:7], typed["email"][:6]]
    with reply(window) as citizen:
        for field, letters in typed.items():
            citizen.touch(f"field-{field}")
            for char in letters:
                citizen.usb(char)
        citizen.touch("field-name", "back")  # the fields stand aside while it is asked
        assert remains(needles) == {0, 1, 2}, "they are found while they stand there"
        citizen.page.stop()
        gc.collect()

        assert remains(needles) == set()


def test_wipe_leaves_no_pixel(citizen):
    def take():
        citizen.frame(2)
        return [citizen.pixels(name) for name in ("field-name", "field-phone", "field-email", "key-sac")]

    citizen.touch("field-name")
    empty = take()
    citizen.fill(phone="0398712654", email="hoxnky@example.vn")
    citizen.touch("field-name")
    citizen.usb("Nghieeng")
    assert all(one != other for one, other in zip(empty, take(), strict=True))

    citizen.page.wipe()
    citizen.page.show()

    assert take() == empty


def test_stop_empties_every_field_before_any_frame(citizen):
    citizen.fill(name="Hoaf", phone="0398712654", email="hoxnky@example.vn")
    citizen.touch("agree", "guardian", "field-name", "key-sac")
    tones = citizen.page.keyboard._rows[0]
    assert [key.label for key in tones][:2] == ["Hoa", "Hòa"]
    citizen.page.stop()

    assert citizen.form == ("", "", "")
    assert (citizen.page.agreed, citizen.page.guardian) == (False, False)
    for box in citizen.page.boxes.values():
        assert (box.entry._textures, box.entry._widths) == ({}, {})
    assert {(key.label, len(key._pieces)) for key in tones} == {("", 0)}
    assert all(not draft.word for draft in citizen.page.form.drafts.values())


def test_no_log_shows_what_was_typed(citizen, caplog, capfd):
    with caplog.at_level(logging.DEBUG):
        citizen.fill(name="Hoaf", phone="0398712654", email="hoxnky@example.vn")
        citizen.touch("agree", "send")
        logging.getLogger("kiosk").info("%s", citizen.moved.sent)
    out, err = capfd.readouterr()

    assert len(citizen.moved.sent) == 1
    for secret in ("Hòa", "398712654", "hoxnky"):
        assert secret not in caplog.text + out + err


# -- how it looks ----------------------------------------------------------------------------------------


def shown(studio, name, size, comfort):
    from kiosk.ui.preview import given_for
    from kiosk.ui.preview_reply import pages

    look.set(size, comfort)
    return studio.lay_out(pages()[name], given_for("binh-duong-2023"))


@pytest.mark.parametrize("text", [TextSize.BASE, TextSize.LARGEST])
@pytest.mark.parametrize("size", SIZES, ids=["landscape", "portrait"])
def test_keys_are_as_large_as_the_design_says(studio, size, text):
    from kiosk.ui.viewlog import targets_of

    high, wide = (84, 71) if size[0] < size[1] else (66, 117)
    for name in ("reply-name", "reply-phone", "reply-email"):
        page = shown(studio, name, size, Comfort("vi", text, still=True))
        labels = [key for row in page.keyboard._rows for key in row]
        keys = {n: box for n, box in targets_of(page, size[1]).items() if n.startswith("key-")}
        assert len(keys) >= 14
        for key, (x, y, width, height) in keys.items():
            assert (height >= high, width >= wide) == (True, True), (name, key)
            assert 16 <= x <= size[0] - 16 - width, key
            assert y + height <= size[1], key
        for key in labels:
            assert key.content_size[0] <= key.width - 8, (name, key.target)
        page.stop()


@pytest.mark.parametrize("text", [TextSize.BASE, TextSize.LARGEST])
@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("size", SIZES, ids=["landscape", "portrait"])
def test_in_low_reach_all_that_is_touched_at_rest_is_in_the_lower_half(studio, size, language, text):
    from kiosk.ui.fitting import misfits
    from kiosk.ui.viewlog import targets_of

    for name in ("reply-filled", "reply-missing", "reply-leave"):
        page = shown(studio, name, size, Comfort(language, text, still=True, low=True))
        high = {target for target, box in targets_of(page, size[1]).items() if box[1] < size[1] / 2}
        assert (high, misfits(page, *size)) == (set(), []), name
        page.stop()


@pytest.mark.parametrize(("theme", "least"), [(Theme.LIGHT, 4.5), (Theme.CONTRAST, 7)])
def test_words_stand_out_from_their_ground(window, theme, least):
    with reply(window, comfort=Comfort(theme=theme, still=True)) as citizen:
        c = look.c
        pairs = [
            (c.warn, c.paper),
            (c.warn, c.card),
            (c.ink2, c.paper),
            (c.ink, c.warn_t),
            (c.ink, c.brand_t),
        ]
        pairs += [(c.ok, c.paper), (c.brand, c.sand)]
        assert [round(contrast(*pair), 2) for pair in pairs if contrast(*pair) < least] == []
        for field in ("name", "phone", "email"):
            citizen.page.go(field)
            for key in (key for row in citizen.page.keyboard._rows for key in row):
                colours = key.colours()
                assert contrast(colours.ink, colours.fill) >= least, key.target


def test_keyboards_are_made_while_the_page_is_read(citizen):
    from kiosk.ui.widgets.keyboard_key import Key

    until = time.monotonic() + 20
    while len(citizen.page._keyboards) < 3:
        assert time.monotonic() < until
        citizen.frame()
    citizen.frame(2)
    made = {id(key) for keyboard in citizen.page._keyboards.values() for key in keyboard.walk(restrict=True)}

    for field in ("phone", "email", "name"):
        citizen.touch(f"field-{field}")
        keys = [widget for widget in citizen.page.walk(restrict=True) if isinstance(widget, Key)]
        assert len(keys) >= 14
        assert {id(key) for key in keys} <= made
