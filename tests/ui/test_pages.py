"""Language, accessibility, the staff's corner, keys, idle time."""

from __future__ import annotations

import re
import shutil
import time

import pytest

from kiosk.pins import PinAnswer
from kiosk.ui.look import look
from kiosk.ui.session import Page
from kiosk.ui.theme import TextSize, Theme
from tests.ui.conftest import ASSETS

ESCAPE, F1 = 27, 282


@pytest.fixture
def pin_page(kiosk):
    """At the PIN page, as if the corner had been held."""
    from kiosk.ui.session import Page

    kiosk.app.open_page(Page.PIN)
    kiosk.settle()
    return kiosk


def type_pin(kiosk, pin):
    for digit in pin:
        kiosk.touch(f"pin-{digit}")
    kiosk.touch("pin-ok")


def answer_pin(kiosk, answer):
    kiosk.desk.pins[-1][1].set_result(answer)
    kiosk.frame(2)


def a_visit(kiosk, level=3):
    kiosk.touch(f"rate-{level}")
    kiosk.save_succeeds()
    kiosk.settle()
    kiosk.pass_time(9)


@pytest.mark.parametrize("key", [ESCAPE, F1])
def test_escape_and_f1_do_nothing(kiosk, window, key):
    from kivy.base import EventLoop

    page = kiosk.app.stage.page
    window.dispatch("on_keyboard", key, 0, None, [])
    window.dispatch("on_key_down", key, 0, None, [])
    kiosk.frame(3)

    assert not EventLoop.quit
    assert kiosk.app.stage.page is page
    assert window.children == [kiosk.app.root], "no settings panel over the page"


def test_language_changes_every_word_and_goes_back_after_the_visit(kiosk):
    assert "Rất hài lòng" in kiosk.words()
    kiosk.touch("language-en")
    kiosk.settle()
    said = kiosk.words()
    assert "Very satisfied" in said
    assert "Listen to the people" in said
    assert "hài lòng" not in said

    a_visit(kiosk)
    assert "Rất hài lòng" in kiosk.words()


def test_closing_page_speaks_the_chosen_language(kiosk):
    kiosk.touch("language-en")
    kiosk.settle()
    kiosk.touch("rate-1")
    kiosk.save_succeeds()
    assert "What did we not manage?" in kiosk.words()
    kiosk.pass_time(1)
    kiosk.touch("done")

    assert "We are sorry." in kiosk.words()


def test_english_by_default_where_the_office_says_so(start):
    assert "Very satisfied" in start(language="en").words()


def test_chosen_language_is_forgotten_when_nobody_touches_for_long(kiosk):
    kiosk.touch("language-en")
    kiosk.settle()
    kiosk.pass_time(29)
    assert "Very satisfied" in kiosk.words()
    kiosk.pass_time(2)
    assert "Rất hài lòng" in kiosk.words()


def test_comfort_is_chosen_at_once_and_forgotten_after_the_visit(kiosk):
    kiosk.touch("access")
    kiosk.settle()
    kiosk.touch("text-largest")
    kiosk.settle()
    kiosk.touch("theme-contrast")
    kiosk.settle()
    kiosk.touch("motion-still")
    kiosk.settle()
    assert (look.comfort.text, look.comfort.theme, look.still) == (TextSize.LARGEST, Theme.CONTRAST, True)
    kiosk.touch("close")
    kiosk.settle()
    assert kiosk.page == "HomeLandscape"
    assert look.comfort.text is TextSize.LARGEST, "leaving the page keeps the choice"

    a_visit(kiosk)
    assert look.comfort.text is TextSize.LARGEST, "the thanks stand twice as long"
    kiosk.pass_time(9)
    assert (look.comfort.text, look.comfort.theme, look.still) == (TextSize.BASE, Theme.LIGHT, False)


def test_reduced_motion_shows_a_page_whole_at_once(kiosk):
    kiosk.touch("access")
    kiosk.settle()
    kiosk.touch("motion-still")
    kiosk.settle()
    kiosk.touch("close")

    assert kiosk.app.stage.page.opacity == 1
    assert kiosk.app.stage.settled


def test_explanations_open_by_a_touch_where_home_has_no_room_for_them(kiosk):
    assert not kiosk.has("promises"), "at the usual size everything stands on the board"
    kiosk.touch("access")
    kiosk.settle()
    kiosk.touch("text-largest")
    kiosk.settle()
    kiosk.touch("close")
    kiosk.settle()
    assert "Gần gũi" in kiosk.words()

    kiosk.touch("promises")
    kiosk.settle()
    assert kiosk.page == "PromisesScreen"
    page = kiosk.app.stage.page
    details = [
        line for widget in page.walk(restrict=True) if hasattr(widget, "row") for line in widget.row.detail
    ]
    assert "quan cách" in " ".join(details)


def test_idle_page_goes_home_later_for_those_who_need_time(kiosk):
    kiosk.touch("access")
    kiosk.settle()
    kiosk.touch("text-large")
    kiosk.settle()
    kiosk.pass_time(31)
    assert kiosk.page == "AccessScreen"
    kiosk.pass_time(30)
    assert kiosk.page == "HomeLandscape"
    assert look.comfort.text is TextSize.BASE


def test_lit_promise_moves_on_and_stays_still_in_reduced_motion(kiosk, monkeypatch):
    board = next(w for w in kiosk.app.stage.walk(restrict=True) if type(w).__name__ == "Board")
    first = board._lit.row.key
    board._light_next(0)
    assert board._lit.row.key != first
    monkeypatch.setattr(look, "comfort", look.with_comfort(still=True))
    second = board._lit.row.key
    board._light_next(0)
    assert board._lit.row.key == second


def test_staff_corner_opens_after_two_seconds_and_not_before(kiosk):
    finger = kiosk.finger("staff-corner")
    time.sleep(1.0)
    kiosk.frame(2)
    finger.touch_up()
    kiosk.frame(2)
    assert kiosk.page == "HomeLandscape"

    finger = kiosk.finger("staff-corner")
    time.sleep(2.05)
    kiosk.frame(2)
    finger.touch_up()
    kiosk.settle()
    assert kiosk.page == "PinScreen"


def test_right_pin_opens_the_staffs_page(pin_page):
    type_pin(pin_page, "246810")
    assert [pin for pin, _ in pin_page.desk.pins] == ["246810"]
    assert "Đang kiểm tra…" in pin_page.words()
    answer_pin(pin_page, PinAnswer(True))
    pin_page.settle()
    assert pin_page.page == "StaffScreen"
    assert [question for question, _ in pin_page.desk.staff] == [("day", None)]


def test_wrong_pin_is_said_and_opens_nothing(pin_page):
    type_pin(pin_page, "111111")
    answer_pin(pin_page, PinAnswer(False))

    assert pin_page.page == "PinScreen"
    assert "Mã PIN không đúng" in pin_page.words()
    assert not pin_page.desk.staff


def test_locked_pin_counts_down_and_takes_no_digit(pin_page):
    type_pin(pin_page, "111111")
    answer_pin(pin_page, PinAnswer(False, locked_for_s=30))
    assert "30 giây" in pin_page.words()
    pin_page.touch("pin-1")
    assert pin_page.app.stage.page.count == 0
    pin_page.app.stage.page.lock(29)
    pin_page.frame()
    assert "29 giây" in pin_page.words()
    pin_page.app.stage.page.lock(0)
    pin_page.touch("pin-1")
    assert pin_page.app.stage.page.count == 1


def test_unset_pin_says_how_to_set_one(pin_page):
    type_pin(pin_page, "111111")
    answer_pin(pin_page, PinAnswer(False, is_set=False))

    assert "kiosk set-pin" in pin_page.words()


def test_answer_that_comes_after_the_page_went_home_opens_nothing(pin_page):
    type_pin(pin_page, "246810")
    pin_page.pass_time(31)
    assert pin_page.page == "HomeLandscape"
    answer_pin(pin_page, PinAnswer(True))
    pin_page.settle()

    assert pin_page.page == "HomeLandscape"


def test_cancel_leaves_the_pin_page_and_keeps_no_digit(pin_page):
    page = pin_page.app.stage.page
    pin_page.touch("pin-1")
    pin_page.touch("close")
    pin_page.settle()

    assert pin_page.page == "HomeLandscape"
    assert page._digits == ""


def test_erase_takes_back_one_digit(pin_page):
    pin_page.touch("pin-1")
    pin_page.touch("pin-2")
    pin_page.touch("pin-erase")

    assert pin_page.app.stage.page.count == 1


def test_digits_of_a_pin_never_reach_a_log(pin_page, caplog):
    caplog.set_level(0)
    type_pin(pin_page, "975310")
    answer_pin(pin_page, PinAnswer(False))

    assert "975310" not in caplog.text


def test_no_page_hides_thanks(kiosk):
    """A finger on "Trợ năng" in the very moment a rating is being saved."""
    from kiosk.ui.session import Page

    kiosk.app.open_page(Page.ACCESS)
    kiosk.app.conductor.tap(3)
    kiosk.save_succeeds()

    assert kiosk.page == "ThanksLandscape"


def test_many_visits_leave_no_pages_behind(kiosk):
    """An office's tablet runs for months: a page that is gone must be gone."""
    import gc

    from kiosk.ui.screens.page import Screen

    def standing() -> int:
        gc.collect()
        return sum(issubclass(type(thing), Screen) for thing in gc.get_objects())

    before = standing()  # pages that other tests of this process still hold
    for number in range(12):
        kiosk.touch("rate-3")
        kiosk.save_succeeds(event_id=f"event-{number}")
        kiosk.app.conductor.done()
        kiosk._clock["now"] += 9
        kiosk.app._tick(0)
        kiosk.frame()

    assert len(kiosk.desk.saves) == 12
    assert standing() - before <= 2


@pytest.mark.parametrize("page", [Page.ACCESS, Page.PHONE, Page.ELSEWHERE, Page.PIN])
def test_a_page_beside_home_says_when_it_is_about_to_go(kiosk, page):
    kiosk.app.open_page(page)
    kiosk.settle()
    kiosk.pass_time(19)
    kiosk.pass_time(2)
    assert re.search(r"sau\s+9\s+giây", kiosk.words()) or "9" in ring(kiosk)
    kiosk.app._touched()
    kiosk.pass_time(0)
    assert not re.search(r"sau\s+9\s+giây", kiosk.words())
    kiosk.pass_time(31)
    assert kiosk.page == "HomeLandscape"


def ring(kiosk):
    """What the countdown's ring shows."""
    rings = [w for w in kiosk.app.stage.walk(restrict=True) if type(w).__name__ == "Ring"]
    return "".join(str(int(one.left)) for one in rings)


def test_a_third_language_is_a_catalogue_and_a_word_in_the_settings(start, tmp_path):
    assets = tmp_path / "assets"
    assets.mkdir()
    for part in ASSETS.iterdir():
        (assets / part.name).symlink_to(part) if part.name != "locale" else None
    shutil.copytree(ASSETS / "locale", assets / "locale", ignore=shutil.ignore_patterns("*.mo"))
    words = (ASSETS / "locale" / "en" / "LC_MESSAGES" / "kiosk.po").read_text(encoding="utf-8")
    words = words.replace('msgstr "Satisfied"', 'msgstr "Satisfait"').replace("Language: en", "Language: fr")
    folder = assets / "locale" / "fr" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "kiosk.po").write_text(words, encoding="utf-8")

    kiosk = start(assets_dir=assets, languages=("vi", "en", "fr"))
    kiosk.touch("language-fr")
    kiosk.settle()
    assert "Satisfait" in kiosk.words()
    kiosk.touch("rate-2")
    kiosk.save_succeeds()
    kiosk.settle()
    kiosk.pass_time(9)
    assert "Hài lòng" in kiosk.words(), "the next citizen's page"
