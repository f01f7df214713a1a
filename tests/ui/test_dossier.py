"""The dossier code: by keypad, by scanner; what is refused, and that nothing of it stays."""

from __future__ import annotations

import ctypes
import gc
import json
import re
from pathlib import Path

import pytest

from kiosk.ui.look import Comfort, look
from kiosk.ui.theme import TextSize
from kiosk.visit import Phase

CODE = "000.00.17.H12-251021-0001"
IDENTITY = "001090012345"
SIGNS = {".": "period", "-": "dash", "/": "slash"}
BACKSPACE, ENTER = 8, 13


@pytest.fixture
def dossier(start):
    kiosk = start(dossiers=True)
    kiosk.touch("rate-1")
    kiosk.save_succeeds()
    kiosk.settle()
    return ask(kiosk)


def ask(kiosk):
    """From "more", when it has settled."""
    kiosk.pass_time(1)
    kiosk.app.conductor.ask(Phase.DOSSIER)
    kiosk.settle()
    kiosk.pass_time(1)
    assert kiosk.page == "DossierScreen"
    return kiosk


def keys(kiosk, text):
    for char in text.lower():
        kiosk.touch(f"key-{SIGNS.get(char, char)}")


def usb(kiosk, *typed):
    """What a USB keyboard or a scanner makes Kivy say: text, or numbers of keys."""
    for part in typed:
        if isinstance(part, int):
            kiosk.window.dispatch("on_key_down", part, 0, None, [])
            continue
        for char in part:
            kiosk.window.dispatch("on_textinput", char)
    kiosk.frame()


def field(kiosk):
    return kiosk.app.stage.page.ids.line.code


def filed(kiosk):
    return [dict(about).get("dossier", "") for about, _ in kiosk.desk.abouts]


def seen(kiosk):
    """The words that can be read now."""
    return " ".join(
        " ".join(run.text for run in line)
        for widget in kiosk.app.stage.walk(restrict=True)
        for line in getattr(widget, "lines", [])
        if all(parent.opacity for parent in walk_up(widget))
    )


def walk_up(widget):
    while widget.parent not in (None, widget):
        yield widget
        widget = widget.parent


# -- the keypad --------------------------------------------------------------------------------------------


def test_code_typed_on_the_keypad_is_saved_and_leads_back(dossier):
    keys(dossier, "H12.34.5-251021-0001")
    assert field(dossier) == "H12.34.5-251021-0001"
    dossier.touch("key-send")
    dossier.settle()
    assert filed(dossier) == ["H12.34.5-251021-0001"]
    assert dossier.page == "MoreScreen"


def test_letters_stand_behind_one_key_and_digits_behind_another(dossier):
    assert not dossier.has("key-g")
    dossier.touch("key-abc")
    keys(dossier, "g")
    assert not dossier.has("key-2")
    dossier.touch("key-123")
    keys(dossier, "22")
    assert field(dossier) == "G22"


def test_key_types_in_the_very_frame_of_the_finger_and_delete_repeats_while_held(dossier):
    finger = dossier.finger("key-7")
    assert field(dossier) == "7"
    finger.touch_up()
    keys(dossier, "123456")
    finger = dossier.finger("key-delete")
    assert field(dossier) == "712345"
    dossier.until(lambda: field(dossier) == "")
    finger.touch_up()
    assert field(dossier) == ""


def test_nothing_can_be_saved_before_something_is_typed_and_not_needed_leads_back(dossier):
    dossier.touch("key-send")
    assert dossier.find("key-send").dead
    assert dossier.page == "DossierScreen"
    keys(dossier, "12")
    finger = dossier.finger("key-skip")
    dossier.settle()
    assert dossier.page == "DossierScreen", "leaving waits for the finger to lift"
    finger.touch_up()
    dossier.settle()
    assert (dossier.page, filed(dossier)) == ("MoreScreen", [])


def test_arrow_leads_back_without_saving(dossier):
    keys(dossier, "H12.34.5-251021-0001")
    dossier.touch("back")
    dossier.settle()
    assert (dossier.page, filed(dossier)) == ("MoreScreen", [])


def test_code_given_before_stands_there_and_emptied_it_is_taken_back(dossier):
    usb(dossier, CODE, ENTER)
    dossier.settle()
    ask(dossier)
    assert field(dossier) == CODE
    while field(dossier):
        dossier.touch("key-delete")
    dossier.touch("key-send")
    dossier.settle()
    assert filed(dossier) == [CODE, ""]
    assert dossier.page == "MoreScreen"


def test_field_holds_forty_characters(dossier):
    page = dossier.app.stage.page
    for _ in range(50):
        page.type("1")
    assert len(page.typed) == 40


# -- the scanner -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "scanned",
    [
        CODE,
        CODE.lower(),
        f"https://dichvucong.gov.vn/p/home/dvc-tra-cuu-ho-so.html?ma_ho_so={CODE}&nguon=giay-hen",
        f"Mã hồ sơ: {CODE}; Họ tên: Nguyễn Văn A; ĐT: 0912345678",
    ],
)
def test_scanned_code_is_accepted_with_its_enter(dossier, scanned):
    usb(dossier, scanned, ENTER)
    dossier.settle()
    assert filed(dossier) == [CODE]
    assert dossier.page == "MoreScreen"


def test_scan_takes_the_place_of_what_was_half_typed_and_of_a_bad_scan(dossier):
    keys(dossier, "H12.3")
    usb(dossier, "???", ENTER)
    assert field(dossier) == ""
    assert "Mã này chưa đúng" in seen(dossier)
    usb(dossier, CODE, ENTER, ENTER)
    dossier.settle()
    assert filed(dossier) == [CODE]


def test_what_cannot_be_a_code_is_not_shown_while_it_is_scanned(dossier):
    usb(dossier, "001090012345|123456789|Nguyễn Văn A")
    assert field(dossier) == ""
    assert "Nguyễn" not in dossier.words()
    assert dossier.app.stage.page.ids.line.placeholder == "Đang đọc…"
    dossier.touch("key-delete")
    assert dossier.app.stage.page.typed == ""


def test_hand_on_a_usb_keyboard_may_correct_itself(dossier):
    usb(dossier, "h12.34.5-251021-000", BACKSPACE, "0", "1")
    assert field(dossier) == "H12.34.5-251021-0001"


def test_pad_goes_on_where_the_scanner_ended(dossier):
    usb(dossier, "H12.34.5-251021-")
    keys(dossier, "0001")
    assert field(dossier) == "H12.34.5-251021-0001"


class Sdl:
    """Puts keys where the scanner's come from: into SDL's own queue, many at once."""

    TEXT, DOWN, UP = 0x303, 0x300, 0x301

    def __init__(self):
        loaded = Path("/proc/self/maps").read_text(encoding="utf-8")
        found = re.search(r"/\S*libSDL2-2\S*", loaded)
        assert found, "Kivy's window is SDL's"
        self._push = ctypes.CDLL(found[0]).SDL_PushEvent

    def text(self, char):
        event = ctypes.create_string_buffer(64)
        ctypes.c_uint32.from_buffer(event, 0).value = self.TEXT
        event[12 : 12 + len(char.encode())] = char.encode()
        assert self._push(event) == 1

    def enter(self):
        for kind in (self.DOWN, self.UP):
            event = ctypes.create_string_buffer(64)
            ctypes.c_uint32.from_buffer(event, 0).value = kind
            ctypes.c_int32.from_buffer(event, 16).value = 40  # the scancode of Return
            ctypes.c_int32.from_buffer(event, 20).value = ENTER
            assert self._push(event) == 1


def test_no_character_of_a_fast_scanner_is_lost(dossier):
    sdl = Sdl()
    for char in f"https://motcua.example.gov.vn/tra-cuu?ma_ho_so={CODE}&loai=giay-hen-tra-ket-qua":
        sdl.text(char)
    sdl.enter()
    dossier.window.mainloop()  # takes what SDL holds, as the running app does before every frame
    dossier.until(lambda: filed(dossier))
    assert filed(dossier) == [CODE]


# -- what is refused ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [IDENTITY, "0912345678", "123456789"])
def test_number_of_a_person_is_refused_kindly_and_forgotten(dossier, number):
    keys(dossier, number)
    dossier.touch("key-send")
    dossier.frame()
    said = seen(dossier)
    assert "máy không giữ lại" in said
    assert number not in said
    assert (field(dossier), dossier.app.stage.page.typed) == ("", "")
    assert dossier.page == "DossierScreen"
    assert filed(dossier) == []


def test_slip_of_the_finger_is_said_and_can_be_mended(dossier):
    keys(dossier, "H12.-")
    dossier.touch("key-send")
    dossier.frame()
    assert "Mã này chưa đúng" in seen(dossier)
    dossier.touch("key-delete")
    assert "Mã này chưa đúng" not in seen(dossier)
    keys(dossier, "34.5-251021-0001")
    dossier.touch("key-send")
    assert filed(dossier) == ["H12.34.5-251021-0001"] or field(dossier) == "H12.34.5-251021-0001"


# -- time, and what stays ----------------------------------------------------------------------------------


def test_last_seconds_are_shown_and_any_key_begins_anew(dossier):
    keys(dossier, "12")
    page = dossier.app.stage.page
    dossier.pass_time(page.total - 7)
    assert "Trang này đóng sau" in seen(dossier)
    usb(dossier, "3")
    assert "Trang này đóng sau" not in seen(dossier)
    dossier.pass_time(1)
    assert page.left > 20


def test_time_stands_still_while_a_key_is_held(dossier):
    finger = dossier.finger("key-1")
    for _ in range(8):
        dossier.pass_time(9)
    assert dossier.page == "DossierScreen"
    finger.touch_up()


def test_page_that_has_gone_hears_no_scanner_and_keeps_nothing(dossier):
    page = dossier.app.stage.page
    keys(dossier, "8675309")
    dossier.frame()
    dossier.pass_time(page.total + 1)
    assert dossier.page == "HomeLandscape"
    usb(dossier, CODE, ENTER)

    assert (page.typed, page.value, page.ids.line.code) == ("", "", "")
    assert page.ids.line.canvas.length() == 0
    assert filed(dossier) == []
    # By type: a weak proxy whose widget has gone answers isinstance with an error.
    held = [each for each in gc.get_objects() if type(each) is dict]
    assert not [1 for each in held if "8675309" in [v for v in each.values() if type(v) is str]]


def test_no_code_is_in_the_view_log(start, tmp_path):
    kiosk = start(dossiers=True, view_log=tmp_path / "views.jsonl")
    kiosk.touch("rate-1")
    kiosk.save_succeeds()
    kiosk.settle()
    ask(kiosk)
    keys(kiosk, "8675309")
    kiosk.frame(3)
    log = (tmp_path / "views.jsonl").read_text(encoding="utf-8")
    assert "8675309" not in log
    assert json.loads(log.splitlines()[-1])["view"] == "dossier"


# -- how it looks ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [(1280, 800), (800, 1280)], ids=["landscape", "portrait"])
def test_keys_are_large_and_within_reach(studio, size):
    from kiosk.ui.preview import given_for
    from kiosk.ui.preview_subject import pages
    from kiosk.ui.viewlog import targets_of

    for text in TextSize:
        look.set(size, Comfort("vi", text, still=True))
        for name, least in (("dossier-code", 140), ("dossier-letters", 71)):
            page = studio.lay_out(pages()[name], given_for("binh-duong-2023"))
            targets = {key: box for key, box in targets_of(page, size[1]).items() if key.startswith("key-")}
            page.stop()
            assert len(targets) > 16
            assert min(box[2] for key, box in targets.items() if len(key) == 5) >= least
            assert min(box[3] for box in targets.values()) >= 72
            assert min(box[1] for box in targets.values()) >= (640 if size[1] > size[0] else 400)


def test_longest_code_fits_the_field(studio):
    from kiosk.ui.preview import given_for
    from kiosk.ui.preview_subject import pages

    for size in ((1280, 800), (800, 1280), (1024, 600), (600, 1024)):
        look.set(size, Comfort("vi", TextSize.LARGEST, still=True))
        page = studio.lay_out(pages()["dossier-longest"], given_for("binh-duong-2023"))
        line = page.ids.line
        assert len(line.code) == 40
        assert line.content_size[0] <= line.width
        page.stop()
