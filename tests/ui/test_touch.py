"""A finger on a face, from the glass to the conductor and back."""

from __future__ import annotations

import time

import pytest

from kiosk.store import StorageError
from kiosk.survey import Level


@pytest.mark.parametrize("level", list(Level))
def test_touching_a_face_gives_the_conductor_that_level(kiosk, level):
    kiosk.touch(f"rate-{level.value}")

    assert [(saved_level, future.done()) for _, saved_level, future in kiosk.desk.saves] == [(level, False)]


@pytest.mark.parametrize("level", list(Level))
def test_face_answers_in_the_very_frame_the_finger_comes_down(kiosk, level):
    name = f"rate-{level.value}"
    kiosk.frame()
    before = kiosk.pixels(name)

    finger = kiosk.finger(name)
    kiosk.frame()

    assert kiosk.pixels(name) != before
    assert not kiosk.desk.saves, "an answer to the finger is not yet a rating"
    finger.touch_up()


def test_face_stays_pressed_while_its_rating_is_being_saved(kiosk):
    kiosk.frame()
    at_rest = kiosk.pixels("rate-2"), kiosk.pixels("rate-3")

    kiosk.touch("rate-2")
    time.sleep(0.2)  # longer than a released face takes to come up again
    kiosk.frame(3)

    assert kiosk.page == "HomeLandscape"
    assert kiosk.pixels("rate-2") != at_rest[0]
    assert kiosk.pixels("rate-3") == at_rest[1], "only the touched face is pressed"


def test_no_thanks_before_the_store_has_answered(kiosk):
    kiosk.touch("rate-3")
    for _ in range(20):
        kiosk.frame()
        assert kiosk.page == "HomeLandscape"

    kiosk.save_succeeds()
    assert kiosk.page == "ThanksLandscape"


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("full", "Bộ nhớ của máy đã đầy."),
        ("read_only", "không cho ghi"),
        ("locked", "đang bận"),
        ("damaged", "bị hỏng"),
        ("closed", "không trả lời"),
    ],
)
def test_failed_save_never_looks_like_thanks(kiosk, reason, words):
    kiosk.touch("rate-3")
    kiosk.save_fails(StorageError(reason))

    assert kiosk.page == "NotSavedScreen"
    said = kiosk.words()
    assert "Chưa ghi nhận được" in said
    assert words in said
    assert "Cảm ơn" not in said
    assert "đã được lưu" not in said


def test_unexpected_failure_is_not_thanked_either(kiosk):
    kiosk.touch("rate-1")
    kiosk.save_fails(RuntimeError("broken"))

    assert kiosk.page == "NotSavedScreen"


def test_citizen_may_try_again_at_once_after_a_failure(kiosk):
    kiosk.touch("rate-3")
    kiosk.save_fails(StorageError("full"))
    kiosk.pass_time(1)
    kiosk.touch("done")
    kiosk.settle()
    kiosk.touch("rate-3")

    assert len(kiosk.desk.saves) == 2


def test_two_fingers_on_two_faces_give_one_rating(kiosk):
    one, other = kiosk.finger("rate-3"), kiosk.finger("rate-1")
    one.touch_up()
    other.touch_up()
    kiosk.frame()
    kiosk.save_succeeds()

    assert [level for _, level, _ in kiosk.desk.saves] == [Level.VERY_SATISFIED]
    kiosk.pass_time(20)
    assert kiosk.desk.swallowed == [1], "the second finger is counted, not rated"


def test_two_fingers_on_one_face_give_one_rating(kiosk):
    one, other = kiosk.finger("rate-2", dx=-40), kiosk.finger("rate-2", dx=40)
    one.touch_up()
    other.touch_up()
    kiosk.frame()

    assert len(kiosk.desk.saves) == 1


def test_finger_lifted_after_thanks_came_rates_nobody(kiosk):
    """A palm that stayed on a second face must not become the next citizen's answer."""
    palm = kiosk.finger("rate-1")
    kiosk.touch("rate-3")
    kiosk.save_succeeds()
    kiosk.settle()
    kiosk.pass_time(60)
    assert kiosk.page == "HomeLandscape"
    time.sleep(0.9)
    kiosk.frame(2)

    palm.touch_up()
    kiosk.frame(2)
    assert len(kiosk.desk.saves) == 1


def test_finger_that_slides_a_little_still_counts(kiosk):
    card = kiosk.find("rate-2")
    finger = kiosk.finger("rate-2", dy=card.height / 2 - 4)
    finger.touch_move(card.center_x + 20, card.top + 20)
    finger.touch_up()

    assert len(kiosk.desk.saves) == 1


def test_finger_that_slides_away_was_a_change_of_mind(kiosk):
    card = kiosk.find("rate-3")
    finger = kiosk.finger("rate-3")
    finger.touch_move(card.center_x, card.top + 120)
    kiosk.frame()
    assert not card.pressed
    finger.touch_up()

    assert not kiosk.desk.saves


def test_resting_finger_is_answered_without_lifting_and_only_once(kiosk):
    finger = kiosk.finger("rate-3")
    time.sleep(0.85)
    kiosk.frame(2)
    assert len(kiosk.desk.saves) == 1

    finger.touch_up()
    kiosk.frame()
    assert len(kiosk.desk.saves) == 1
    kiosk.save_succeeds()
    kiosk.pass_time(20)
    assert kiosk.desk.swallowed == []


def test_wheel_and_right_button_are_no_fingers(kiosk):
    from kivy.tests.common import UnitTestTouch

    card = kiosk.find("rate-3")
    for button in ("right", "scrollup"):
        touch = UnitTestTouch(*card.center)
        touch.button = button
        touch.profile = ["pos", "button"]
        touch.touch_down()
        touch.touch_up()
    kiosk.frame()

    assert not kiosk.desk.saves


@pytest.mark.parametrize(("level", "says"), [(3, "giữ vững"), (2, "làm tốt hơn nữa"), (1, "đã nói thẳng")])
def test_each_level_has_its_own_closing_words(kiosk, level, says):
    kiosk.touch(f"rate-{level}")
    kiosk.save_succeeds()
    if level == 1:  # first asked what was missed
        kiosk.pass_time(1)
        kiosk.touch("done")

    said = kiosk.words()
    assert says in said
    assert "09:42" in said
    assert ("xin lỗi" in said) == (level == 1)


def test_closing_page_counts_down_and_goes_home(kiosk):
    kiosk.touch("rate-3")
    kiosk.save_succeeds()
    kiosk.settle()
    page = kiosk.app.stage.page
    assert page.left == 8
    kiosk.pass_time(3)
    assert kiosk.app.stage.page is page, "counting down builds no new page"
    assert page.left == 5
    kiosk.pass_time(5)

    assert kiosk.page == "HomeLandscape"


def test_done_goes_home_but_not_for_a_drumming_finger(kiosk):
    kiosk.touch("rate-3")
    kiosk.save_succeeds()
    kiosk.settle()
    kiosk.touch("done")
    assert kiosk.page == "ThanksLandscape"

    kiosk.pass_time(1)
    kiosk.touch("done")
    assert kiosk.page == "HomeLandscape"
