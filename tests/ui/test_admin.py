"""The admin's page under a finger: two PINs, the lamp, enrolment, the stick, new PINs, checks, leaving."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import replace

import pytest

from kiosk.admin import Carried, EnrolState
from kiosk.pins import PinAnswer, PinError
from kiosk.ui.look import look
from kiosk.ui.preview_admin import ALONE, CODE, SENDING, TROUBLE, WELL, StillDesk
from kiosk.ui.session import Page


class ToldDesk(StillDesk):
    """An admin's desk that notes what it was asked, and whose answers the test gives."""

    def __init__(self, seen=WELL):
        super().__init__(seen)
        self.asked, self.tells, self.futures = [], [], []
        self.stopped = 0

    def sync_now(self):
        self.asked.append("sync")

    def cancel(self):
        self.asked.append("cancel")

    def replay(self):
        return self._later("replay")

    def enrol(self, tell):
        self.tells.append(tell)
        return self

    def stop(self):
        self.stopped += 1

    def carry_out(self, tell):
        self.asked.append("out")
        self.tells.append(tell)

    def bring_in(self, tell):
        self.asked.append("in")
        self.tells.append(tell)

    def set_pin(self, role, pin):
        return self._later(("pin", role, pin))

    def diagnostics(self):
        return self._later("diagnostics")

    def try_code(self, role, code):
        return self._later(("code", role, code))

    def reset_pin(self, role, code, pin):
        return self._later(("reset", role, code, pin))

    def _later(self, what):
        self.asked.append(what)
        self.futures.append(Future())
        return self.futures[-1]


@pytest.fixture
def admin(start):
    """At the admin's page, of a tablet that is well: ``admin(SENDING)`` for another state."""

    def run(seen=WELL, part="sync"):
        desk = ToldDesk(seen)
        kiosk = start(admin=lambda: desk)
        kiosk.app.open_page(Page.PIN)
        kiosk.settle()
        kiosk.touch("role-admin")
        digits(kiosk, "pin", "246810")
        kiosk.touch("pin-ok")
        kiosk.desk.pins[-1][1].set_result(PinAnswer(True))
        kiosk.frame(2)
        kiosk.settle()
        if part != "sync":
            kiosk.touch(f"admin-{part}")
        kiosk.frame(3)
        return kiosk, desk

    return run


def digits(kiosk, pad, text):
    for digit in text:
        kiosk.touch(f"{pad}-{digit}")


def tell(kiosk, desk, state):
    desk.tells[-1](state)
    kiosk.frame(10)  # words find their size, then their neighbours


def answer(kiosk, desk, value=None, error=None):
    future = desk.futures[-1]
    future.set_exception(error) if error else future.set_result(value)
    kiosk.frame(3)


def seen_as(kiosk, desk, overview):
    standing = kiosk.app.stage.page.standing
    while standing._waiting:  # the page asks by itself, too: that answer is still the old one
        kiosk.frame()
    desk.seen = overview
    standing.asked_s = -1e9
    kiosk.app.stage.page.tick(kiosk.app.facts.now())
    kiosk.frame(3)


# -- the PIN ---------------------------------------------------------------------------------------------


def test_each_role_is_asked_with_its_own_pin(start):
    kiosk = start(admin=lambda: ToldDesk())
    roles = []
    check = kiosk.app.conductor.check_pin
    kiosk.app.conductor.check_pin = lambda role, pin, said: (roles.append(role), check(role, pin, said))
    kiosk.app.open_page(Page.PIN)
    kiosk.settle()
    digits(kiosk, "pin", "2468")
    kiosk.touch("role-admin")
    assert kiosk.app.stage.page.count == 0, "digits typed for the other role are gone"
    assert "quản trị" in kiosk.words()
    digits(kiosk, "pin", "246810")
    kiosk.touch("pin-ok")
    assert roles == ["admin"]


def test_the_staffs_pin_does_not_open_the_admins_page(start):
    kiosk = start(admin=lambda: ToldDesk())
    kiosk.app.open_page(Page.PIN)
    kiosk.settle()
    digits(kiosk, "pin", "246810")
    kiosk.touch("pin-ok")
    kiosk.desk.pins[-1][1].set_result(PinAnswer(True))
    kiosk.frame(2)
    assert kiosk.page == "StaffScreen"


def test_nobody_can_rate_from_there_and_it_closes_by_itself(admin):
    kiosk, _ = admin()
    assert not kiosk.has("rate-3")
    assert "Tự đóng sau" in kiosk.words()
    kiosk.pass_time(299)
    assert kiosk.page == "AdminScreen"
    kiosk.pass_time(2)
    assert kiosk.page == "HomeLandscape"


# -- the queue -------------------------------------------------------------------------------------------


def test_green_words_only_when_everything_is_there(admin):
    kiosk, desk = admin(WELL)
    assert "Trụ sở đã nhận đủ" in kiosk.words()
    page, levels = kiosk.app.stage.page.standing, look.c.levels
    assert page.lamp_colours() == (levels[3].tint, levels[3].text)
    seen_as(kiosk, desk, replace(WELL, queue=replace(WELL.queue, pending=1, max_seq=4330)))
    assert "Trụ sở đã nhận đủ" not in kiosk.words()
    assert "Còn mục chờ gửi" in kiosk.words()
    assert page.lamp_colours() == (look.c.warn_t, look.c.warn)


def test_sync_now_and_stop(admin):
    kiosk, desk = admin(WELL)
    assert not kiosk.has("sync-stop")
    kiosk.touch("sync-now")
    seen_as(kiosk, desk, SENDING)
    assert "312" in kiosk.words()
    assert "/ 486 mục" in kiosk.words()
    assert "còn khoảng 40 giây" in kiosk.words()
    assert not kiosk.has("sync-now")
    kiosk.touch("sync-stop")
    assert desk.asked == ["sync", "cancel"]


def test_trouble_says_what_to_do_and_what_was_set_aside(admin):
    kiosk, desk = admin(TROUBLE)
    kiosk.frame(5)
    words = kiosk.words()
    assert "Có nơi khác trả lời, không phải trụ sở" in words
    assert "Hãy đăng nhập mạng" in words
    assert "trùng mã nhưng khác nội dung" in words
    kiosk.touch("replay")
    assert desk.asked == ["replay"]


def test_a_queue_that_cannot_be_read_is_said(admin):
    kiosk, _ = admin(None)
    assert "Đang đọc" in kiosk.words()
    page = kiosk.app.stage.page.standing
    page._came(None, OSError("disk"))
    kiosk.frame(3)
    assert "Không đọc được hàng chờ" in kiosk.words()


# -- enrolment -------------------------------------------------------------------------------------------


def test_a_tablet_that_belongs_nowhere_asks_at_once_and_begins_anew_when_let_in(admin):
    kiosk, desk = admin(ALONE)
    left = []
    tell(kiosk, desk, CODE)
    assert "WDJB-MJHT" in kiosk.words()
    card = kiosk.app.stage.page.standing._enrol
    assert card.ids.qr.text == CODE.link
    assert card.ids.qr.module >= 4, "a phone reads it at arm's length"
    tell(kiosk, desk, EnrolState("done", place="UBND phường Thủ Dầu Một, Quầy 3"))
    assert "Chương trình tự mở lại" in kiosk.words()
    card.moves = replace(card.moves, leave=left.append)
    for _ in range(6):
        assert left == []
        card._count()
    assert left == [True]


def test_not_now_stops_asking(admin):
    kiosk, desk = admin(ALONE)
    tell(kiosk, desk, CODE)
    kiosk.touch("enrol")
    assert desk.stopped == 1
    assert "WDJB-MJHT" not in kiosk.words()
    assert "Chưa ghép" in kiosk.words()


def test_a_code_that_is_shown_keeps_the_page_open_and_leaving_ends_it(admin):
    kiosk, desk = admin(ALONE)
    tell(kiosk, desk, CODE)
    for _ in range(4):
        kiosk.app.stage.page.standing._enrol._count()
        kiosk.pass_time(200)
    assert kiosk.page == "AdminScreen"
    kiosk.touch("close")
    kiosk.settle()
    assert desk.stopped == 1


def test_a_failure_says_why_and_can_be_tried_again(admin):
    kiosk, desk = admin(ALONE)
    tell(kiosk, desk, EnrolState("failed", reason="unreachable"))
    assert "Kiểm tra mạng" in kiosk.words()
    kiosk.touch("enrol")
    assert len(desk.tells) == 2


# -- the stick -------------------------------------------------------------------------------------------


def test_out_and_in_with_a_clear_word_when_it_may_be_pulled(admin):
    kiosk, desk = admin(WELL)
    kiosk.touch("usb-out")
    tell(kiosk, desk, Carried("writing", 1, 2))
    assert "Đừng rút USB" in kiosk.words()
    assert not kiosk.has("usb-in"), "one errand at a time"
    tell(kiosk, desk, Carried("written", 174, 174))
    assert "Có thể rút USB" in kiosk.words()
    kiosk.touch("usb-in")
    tell(kiosk, desk, Carried("read", 174))
    assert "174 mục được xác nhận" in kiosk.words()
    assert desk.asked == ["out", "in"]


def test_a_stick_that_is_being_written_keeps_the_page_open(admin):
    kiosk, desk = admin(WELL)
    kiosk.touch("usb-out")
    for done in range(4):
        kiosk.pass_time(100)
        tell(kiosk, desk, Carried("writing", done, 4))
    assert kiosk.page == "AdminScreen"


def test_a_stick_pulled_too_early_is_said(admin):
    kiosk, desk = admin(WELL)
    kiosk.touch("usb-out")
    tell(kiosk, desk, Carried("failed", reason="gone"))
    assert "bị rút quá sớm" in kiosk.words()
    assert kiosk.app.stage.page.standing.ids.stick.bad(), "and looks so"
    assert kiosk.has("usb-out")


# -- PINs, checks, leaving -------------------------------------------------------------------------------


def type_twice(kiosk, first, second):
    digits(kiosk, "pin", first)
    kiosk.touch("pin-ok")
    digits(kiosk, "pin", second)
    kiosk.touch("pin-ok")


def test_a_new_pin_is_typed_twice(admin):
    kiosk, desk = admin(part="pins")
    kiosk.touch("role-admin")
    type_twice(kiosk, "493817", "493817")
    assert desk.asked == [("pin", "admin", "493817")]
    answer(kiosk, desk)
    assert "có hiệu lực từ bây giờ" in kiosk.words()


def test_two_different_typings_set_nothing(admin):
    kiosk, desk = admin(part="pins")
    type_twice(kiosk, "493817", "493818")
    assert desk.asked == []
    assert "không giống nhau" in kiosk.words()
    assert kiosk.app.stage.page.standing.state == "bad", "and looks so"


def test_a_pin_that_is_too_easy_is_refused_in_words(admin):
    kiosk, desk = admin(part="pins")
    type_twice(kiosk, "123456", "123456")
    answer(kiosk, desk, error=PinError("easy"))
    assert "dễ đoán" in kiosk.words()


def test_every_square_that_is_stroked_fills(admin):
    from kivy.tests.common import UnitTestTouch

    kiosk, _ = admin(part="check")
    kiosk.frame(3)
    field = kiosk.app.stage.page.standing.ids.field
    touch = UnitTestTouch(field.x + 5, field.y + 5)
    touch.touch_down()
    for row in range(5):
        for column in range(8):
            x = field.x + (column + 0.5) * field.width / 8
            touch.touch_move(x, field.y + (row + 0.5) * field.height / 5)
    touch.touch_up()
    kiosk.frame(3)
    assert field.felt == field.cells == 40
    assert "Mọi vị trí đều nhận chạm" in kiosk.words()


def test_colours_cover_the_whole_screen_and_go(admin):
    from kivy.tests.common import UnitTestTouch
    from kivy.uix.floatlayout import FloatLayout

    kiosk, _ = admin(part="check")
    kiosk.touch("colours")
    stage = kiosk.app.stage
    assert isinstance(stage, FloatLayout)
    over = stage.children[0]
    assert tuple(over.size) == tuple(stage.size)
    for _ in range(5):
        touch = UnitTestTouch(5, 5)
        touch.touch_down()
        touch.touch_up()
        kiosk.frame(2)
    assert over not in stage.children
    assert kiosk.page == "AdminScreen"


def test_leaving_and_beginning_anew(admin):
    kiosk, _ = admin(part="leave")
    kiosk.app.stop = lambda *_: None
    kiosk.touch("anew")
    assert kiosk.app.anew
    kiosk.touch("leave")
    assert not kiosk.app.anew


# -- a forgotten PIN -------------------------------------------------------------------------------------


@pytest.fixture
def forgotten(start):
    desk = ToldDesk()
    kiosk = start(admin=lambda: desk)
    kiosk.app.open_page(Page.PIN)
    kiosk.settle()
    kiosk.touch("forgotten")
    kiosk.settle()
    return kiosk, desk


def test_headquarters_code_opens_the_way_to_a_new_pin(forgotten):
    kiosk, desk = forgotten
    assert "K7PX-V2M9" in kiosk.words()
    code = "7XCA93WRKMTR"
    from sync.reset import read_answer

    code = next(code[:-1] + last for last in "23456789ACEFHJKMPRTVWXY" if read_answer(code[:-1] + last))
    digits(kiosk, "code", code)
    kiosk.touch("code-ok")
    assert desk.asked == [("code", "staff", code)]
    answer(kiosk, desk, PinAnswer(True))
    type_twice(kiosk, "493817", "493817")
    assert desk.asked[-1] == ("reset", "staff", code, "493817")
    answer(kiosk, desk, PinAnswer(True))
    assert "có hiệu lực từ bây giờ" in kiosk.words()


def test_a_slip_is_no_try(forgotten):
    kiosk, desk = forgotten
    digits(kiosk, "code", "7XC")
    kiosk.touch("code-ok")
    assert desk.asked == []
    assert "ký tự sai hoặc thiếu" in kiosk.words()


def test_nothing_typed_outlives_the_page(forgotten):
    kiosk, _ = forgotten
    digits(kiosk, "code", "7XC")
    page = kiosk.app.stage.page
    kiosk.touch("close")
    kiosk.settle()
    assert page.code == ""
    assert kiosk.page == "HomeLandscape"
