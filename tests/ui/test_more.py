"""What was missed or good: from a finger on a chip to the store, and choosing again."""

from __future__ import annotations

import itertools
import json

import pytest

from kiosk.clock import system_clock
from kiosk.pins import PinBook
from kiosk.store import StorageError
from kiosk.store.log import Store
from kiosk.store.thread import StoreThread
from kiosk.survey import REASONS, Level
from kiosk.ui.look import Comfort, look
from kiosk.ui.theme import TextSize

SIZES = [(1280, 800), (800, 1280)]
SETS = ["binh-duong-2023", "bom-bo-2024", "ha-nam-2024", "binh-dinh-2022"]


def go_to_more(kiosk, level=1):
    """A saved rating, then the page "more", ready to be touched."""
    kiosk.touch(f"rate-{level}")
    kiosk.save_succeeds()
    kiosk.settle()
    kiosk.pass_time(1)
    if level > 1:
        kiosk.touch("more")
        kiosk.settle()
        kiosk.pass_time(1)
    assert kiosk.page == "MoreScreen"
    return kiosk


@pytest.fixture
def more(kiosk):
    return go_to_more(kiosk)


def chosen_chips(kiosk):
    widgets = kiosk.app.stage.walk(restrict=True)
    return {chip.key for chip in widgets if type(chip).__name__ == "Chip" and chip.chosen}


def test_each_touch_saves_the_whole_choice(more):
    for key in ("xin-loi", "thoi-gian", "xin-loi"):
        more.touch(f"chip-{key}")

    saved = [(set(chosen), good) for chosen, good, _ in more.desk.choices]
    assert saved == [({"xin-loi"}, False), ({"xin-loi", "thoi-gian"}, False), ({"thoi-gian"}, False)]
    assert chosen_chips(more) == {"thoi-gian"}


def test_chip_answers_in_the_very_frame_of_the_finger_and_stays_chosen(more):
    more.frame()
    before = more.pixels("chip-thai-do", inset=10)
    page, chip = more.app.stage.page, more.find("chip-thai-do")

    finger = more.finger("chip-thai-do")
    more.frame()
    under_finger = more.pixels("chip-thai-do", inset=10)
    assert under_finger != before
    assert not more.desk.choices, "an answer to the finger is not yet a choice"

    finger.touch_up()
    more.frame()
    assert more.pixels("chip-thai-do", inset=10) not in (before, under_finger)
    assert more.app.stage.page is page, "the page stands"
    assert more.find("chip-thai-do") is chip, "and so does the chip"


def test_second_tap_of_a_drumming_finger_chooses_nothing(kiosk):
    kiosk.touch("rate-1")
    kiosk.save_succeeds()
    kiosk.settle()
    kiosk.touch("chip-gan-gui")

    assert kiosk.desk.choices == []
    assert chosen_chips(kiosk) == set()


def test_finger_that_slides_to_the_next_chip_chooses_neither(more):
    chip = more.find("chip-thoi-gian")
    finger = more.finger("chip-thoi-gian")
    finger.touch_move(chip.center_x, chip.y - 30)
    finger.touch_up()
    more.frame()

    assert more.desk.choices == []


@pytest.mark.parametrize(
    ("level", "asks", "says"),
    [
        (1, "Điều nào chúng tôi chưa làm được?", "Chưa hài lòng"),
        (2, "Điều gì Ông/Bà thấy tốt?", "Hài lòng"),
        (3, "Điều gì Ông/Bà thấy tốt?", "Rất hài lòng"),
    ],
)
def test_page_asks_by_level_and_says_what_is_recorded(kiosk, level, asks, says):
    said = go_to_more(kiosk, level).words()

    assert asks in said
    assert f"Đã ghi nhận: {says}" in said
    assert "Đánh giá không kèm họ tên." in said
    kiosk.touch("chip-cam-on")
    assert kiosk.desk.choices[0][1] == (level > 1), "good for good answers"


def test_done_leads_from_what_was_missed_to_the_apology(more):
    more.touch("done")
    more.settle()
    assert more.page == "SorryLandscape"
    assert not more.has("more")
    more.pass_time(9)
    assert more.page == "HomeLandscape"


def test_thanks_after_more_tells_the_time_of_saving(start):
    from datetime import timedelta

    from tests.ui.conftest import NOW

    times = {"now": NOW}
    kiosk = start(now=lambda: times["now"])
    go_to_more(kiosk, 3)
    times["now"] = NOW + timedelta(minutes=2)
    kiosk.touch("done")
    kiosk.settle()

    assert kiosk.page == "ThanksLandscape"
    assert "09:42" in kiosk.words()


def test_page_counts_down_aloud_and_any_touch_begins_anew(more):
    page = more.app.stage.page
    more.pass_time(20)
    assert page.left == 9
    assert "sau 9 giây" in more.words()
    from kivy.tests.common import UnitTestTouch

    touch = UnitTestTouch(640, 130)  # nothing is there
    touch.touch_down()
    touch.touch_up()
    more.frame()
    assert page.left == 30

    more.pass_time(31)
    assert more.page == "HomeLandscape"
    assert more.desk.ends[-1] == ("timeout", "more")


def test_next_visit_begins_without_any_choice(more):
    more.touch("chip-thoi-gian")
    more.pass_time(31)
    more.pass_time(5)
    go_to_more(more)

    assert chosen_chips(more) == set()


def test_choice_that_cannot_be_saved_is_said_without_asking_for_the_level_again(more):
    more.touch("chip-thoi-gian")
    more.desk.choices[-1][2].set_exception(StorageError("full"))
    more.frame(2)

    assert more.page == "NotSavedScreen"
    said = more.words()
    assert "Vừa rồi chưa ghi nhận được" in said
    assert "vẫn được giữ" in said
    assert "chạm lại một khuôn mặt" not in said, "that would rate twice"


def test_choosing_again_corrects_the_rating(more):
    more.touch("again")
    more.settle()
    assert more.page == "HomeLandscape"
    assert "Xin chọn lại mức Ông/Bà muốn." in more.words()
    page = more.app.stage.page
    more.touch("rate-3")
    assert more.app.stage.page is page, "the pressed face stands while the correction is saved"

    (_, level, corrects, future), saves = more.desk.corrections[0], more.desk.saves
    assert (level, corrects, len(saves)) == (Level.VERY_SATISFIED, "event-1", 1)
    future.set_result("event-2")
    more.frame(2)
    assert more.page == "ThanksLandscape"
    assert "Rất hài lòng" in more.words()


def test_correction_nobody_makes_goes_back_by_itself(more):
    more.touch("again")
    more.settle()
    more.pass_time(31)
    said = more.words()
    assert "Xin chọn lại" not in said
    assert "Chạm vào một khuôn mặt là xong." in said

    more.touch("rate-2")
    assert (len(more.desk.corrections), len(more.desk.saves)) == (0, 2)


def test_language_and_text_size_last_through_the_whole_visit_and_no_longer(kiosk):
    for target in ("language-en", "access", "text-large", "close"):
        kiosk.touch(target)
        kiosk.settle()
    go_to_more(kiosk)
    assert "What did we not manage?" in kiosk.words()
    kiosk.touch("again")
    kiosk.settle()
    assert "Please choose the answer you meant." in kiosk.words()
    assert look.comfort.text is TextSize.LARGE
    kiosk.touch("rate-2")
    kiosk.frame(2)
    assert "Very satisfied" in kiosk.words(), "still this visit while the correction is saved"
    kiosk.desk.corrections[0][3].set_result("event-2")
    kiosk.frame(2)
    assert "Thank you!" in kiosk.words()
    kiosk.pass_time(9)
    assert "Thank you!" in kiosk.words(), "who needs larger words gets twice the time"
    kiosk.pass_time(8)

    assert "Rất hài lòng" in kiosk.words()
    assert look.comfort == Comfort()


def test_unused_correction_takes_language_and_open_page_with_it(kiosk):
    kiosk.touch("language-en")
    kiosk.settle()
    go_to_more(kiosk)
    kiosk.touch("again")
    kiosk.settle()
    kiosk.touch("access")
    kiosk.settle()
    assert kiosk.page == "AccessScreen"
    kiosk.pass_time(31)

    assert kiosk.page == "HomeLandscape"
    assert "Rất hài lòng" in kiosk.words()


def test_at_the_largest_text_buttons_leaf_to_the_rest_and_choices_stay(start):
    kiosk = start("bom-bo-2024")
    for target in ("access", "text-largest", "close"):
        kiosk.touch(target)
        kiosk.settle()
    go_to_more(kiosk)
    assert not kiosk.has("chip-thoi-gian")
    assert not kiosk.has("leaf-back")
    kiosk.touch("chip-mim-cuoi")
    kiosk.touch("leaf-on")
    kiosk.frame()
    kiosk.touch("chip-thoi-gian")
    assert not kiosk.has("leaf-on")
    kiosk.touch("leaf-back")
    kiosk.frame()

    assert chosen_chips(kiosk) == {"mim-cuoi"}
    assert kiosk.desk.choices[-1][0] == {"mim-cuoi", "thoi-gian"}


@pytest.mark.parametrize("slogans", SETS)
@pytest.mark.parametrize("size", SIZES, ids=["landscape", "portrait"])
def test_every_promise_and_reason_is_a_chip_large_enough(studio, size, slogans):
    from kiosk.ui.preview import given_for
    from kiosk.ui.screens.more import MoreScreen

    given = given_for(slogans)
    wanted = {p.key: p.text for p in given["facts"].slogans.promises}
    for text, language in itertools.product(TextSize, ("vi", "en")):
        look.set(size, Comfort(language, text, still=True))
        page = studio.lay_out(lambda given: MoreScreen(level=1, **given), given)
        leaves = page.ids.field._plan.leaves
        noted = any(leaf.note for leaf in leaves) or not page.ids.field.noted
        page.stop()
        chips = [chip for leaf in leaves for chip in leaf.chips]
        keys = [chip.choice.key for chip in chips]
        assert sorted(keys) == sorted([*wanted, *(reason.key for reason in REASONS)])
        assert min(chip.box.height for chip in chips) >= 68
        assert noted, "that no name is asked must stand somewhere"
        if text is TextSize.BASE:
            assert len(leaves) == 1
        if language == "vi":
            shown = {chip.choice.key: " ".join(chip.lines) for chip in chips}
            assert wanted.items() <= shown.items()


@pytest.mark.parametrize("size", SIZES, ids=["landscape", "portrait"])
def test_page_has_room_for_a_comment_button_where_an_office_wants_one(studio, size):
    from dataclasses import replace

    from kiosk.ui.fitting import misfits
    from kiosk.ui.preview import given_for
    from kiosk.ui.screens.more import MoreScreen
    from kiosk.ui.viewlog import targets_of

    given = given_for("bom-bo-2024")
    given["moves"] = replace(given["moves"], comment=lambda: None)
    for text, language in itertools.product(TextSize, ("vi", "en")):
        look.set(size, Comfort(language, text, still=True))
        page = studio.lay_out(lambda given: MoreScreen(level=1, **given), given)
        found, targets = misfits(page, *size), targets_of(page, size[1])
        page.stop()
        assert found == []
        assert "comment" in targets


def test_what_is_chosen_lies_in_the_real_store(start, tmp_path):
    ids = (f"id-{n}" for n in itertools.count())
    desk = StoreThread(
        lambda: Store(tmp_path, "tablet", system_clock(), lambda: next(ids)),
        PinBook(tmp_path / "pins.json", lambda: 0.0),
    )
    desk.open().result()
    kiosk = start(desk=desk)
    kiosk.touch("rate-1")
    _wait_for(kiosk, lambda: kiosk.page == "MoreScreen")
    kiosk.settle()
    kiosk.pass_time(1)
    kiosk.touch("chip-huong-dan")
    kiosk.touch("chip-lam-dan-tin")
    kiosk.touch("done")
    kiosk.settle()
    kiosk.pass_time(1)
    kiosk.touch("done")
    stored = _stored(desk)
    desk.close()

    kinds = [kind for kind, _ in stored]
    assert kinds == ["rating", "reasons", "reasons", "session_end"]
    assert stored[0][1]["level"] == 1
    assert stored[2][1] == {"chosen": ["huong-dan", "lam-dan-tin"], "good": False}
    assert stored[3][1]["how"] == "done"


def _wait_for(kiosk, reached):
    import time

    deadline = time.monotonic() + 5
    while not reached():
        assert time.monotonic() < deadline
        kiosk.frame()


def _stored(desk):
    """Kind and body of every event, in order."""
    events = desk.submit(lambda store: store.pending()).result()
    facts = [json.loads(event.stored) for event in events]
    return [(fact["kind"], fact["body"]) for fact in facts]


def test_headquarters_names_which_reasons_are_asked_about_and_in_which_order(start):
    kiosk = start(reasons=("phi", "thai-do", "gone-since"))
    kiosk.touch("rate-1")
    kiosk.save_succeeds()
    kiosk.settle()
    chips = [w.target for w in kiosk.app.stage.walk(restrict=True) if getattr(w, "target", "")]
    reasons = [chip for chip in chips if chip in {f"chip-{reason.key}" for reason in REASONS}]
    assert reasons == ["chip-phi", "chip-thai-do"] or reasons == ["chip-thai-do", "chip-phi"]
    assert [choice.key for choice in kiosk.app.stage.page.sections()[-1].choices] == ["phi", "thai-do"]
