"""The closing page of who wrote something, and the doors from "more": code, QR, time, a way to an answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from kiosk.contact import load_purpose
from kiosk.office import EMPTY, Desk, Improvement, OwnReason
from kiosk.ui.facts import Keyboard
from kiosk.ui.look import Comfort, look
from kiosk.ui.row_plan import GAP, Room, rows
from kiosk.ui.screens.home import EVERY_S, SHOWN_S, STILL_S, item_at
from tests.ui.conftest import ASSETS, NOW

CODE = "4K7PX-V2M9H-RT3CJ"
PURPOSE = load_purpose(ASSETS / "privacy.yaml")


def link(code):
    return f"https://danhgia.example.gov.vn/tra-cuu/{code}"


def write(kiosk, level=1, text="Chờ lâu, gọi 0912 345 678 nhé."):
    """From a face to the page after the comment."""
    kiosk.touch(f"rate-{level}")
    kiosk.save_succeeds()
    kiosk.settle()
    kiosk.pass_time(1)
    if level > 1:
        kiosk.touch("more")
        kiosk.settle()
        kiosk.pass_time(1)
    kiosk.touch("comment")
    kiosk.settle()
    kiosk.pass_time(1)
    kiosk.app.moves.send_comment(text, "opinion")
    kiosk.desk.comments[-1][-1].set_result("event-2")
    kiosk.frame(2)
    kiosk.settle()
    return kiosk


@pytest.fixture
def followed(start):
    return write(start(lookup=link, purpose=PURPOSE))


def test_code_stands_in_letters_and_as_a_square_that_leads_to_it(followed):
    assert followed.page == "FollowedLandscape"
    assert CODE in followed.words()
    squares = [w.text for w in followed.app.stage.walk(restrict=True) if type(w).__name__ == "QrCode"]
    assert squares == [link(CODE)]
    assert followed.desk.comments[0][1].lookup == CODE, "the code that is shown is the one that is stored"


def test_it_says_what_was_covered_and_that_it_is_sorry(followed):
    said = followed.words()
    assert "Máy đã che: số điện thoại." in said
    assert "xin lỗi" in said
    assert "09:42" in said


def test_good_answers_are_thanked(start):
    said = write(start(lookup=link), level=3, text="Cán bộ rất nhiệt tình").words()
    assert "Cảm ơn Ông/Bà!" in said
    assert "xin lỗi Ông/Bà" not in said


def test_a_tablet_headquarters_does_not_know_promises_neither_road_nor_square(start):
    kiosk = write(start(enrolled=False))
    said = kiosk.words()
    assert CODE in said
    assert "Được giữ trên máy này" in said
    assert "Gửi về trung tâm" not in said
    assert not any(type(w).__name__ == "QrCode" for w in kiosk.app.stage.walk(restrict=True))
    assert not kiosk.has("reply")


def test_it_stays_long_enough_to_take_a_photo_and_longer_when_asked(followed):
    followed.pass_time(24)
    assert followed.page == "FollowedLandscape"
    followed.touch("more-time")
    followed.pass_time(24)
    assert followed.page == "FollowedLandscape"
    followed.pass_time(2)
    assert followed.page == "HomeLandscape"
    assert CODE not in followed.words()


def test_who_wants_an_answer_is_led_to_the_page_for_it_and_back(followed):
    followed.pass_time(1)
    followed.touch("reply")
    followed.settle()
    assert followed.page == "ReplyScreen"
    followed.app.moves.back()
    followed.settle()
    assert followed.page == "MoreScreen"
    assert not followed.has("comment"), "a comment is given once"


def test_next_citizen_gets_no_code_of_the_last_one(followed):
    followed.pass_time(26)
    followed.touch("rate-3")
    followed.save_succeeds()
    followed.settle()
    assert followed.page == "ThanksLandscape"
    assert CODE not in followed.words()


# -- the doors from "more" ---------------------------------------------------------------------------------


def to_more(kiosk):
    kiosk.touch("rate-1")
    kiosk.save_succeeds()
    kiosk.settle()
    kiosk.pass_time(1)
    return kiosk


def test_only_what_the_office_offers_has_a_door(start):
    bare = to_more(start())
    assert bare.has("comment")
    assert not any(bare.has(door) for door in ("reply", "subject", "dossier"))


@pytest.mark.parametrize(
    ("door", "page"), [("reply", "ReplyScreen"), ("subject", "SubjectScreen"), ("dossier", "DossierScreen")]
)
def test_each_door_leads_to_its_page_and_back(start, door, page):
    book = replace(EMPTY, desks=(Desk("1", "Quầy 1"), Desk("2", "Quầy 2")))
    kiosk = to_more(start(purpose=PURPOSE, book=book, dossiers=True))
    kiosk.touch(door)
    kiosk.settle()
    assert kiosk.page == page
    kiosk.app.moves.back()
    kiosk.settle()
    assert kiosk.page == "MoreScreen"


def test_a_door_behind_which_something_was_given_shows_it(start):
    kiosk = to_more(start(dossiers=True))
    assert kiosk.find("dossier").glyph != "check-circle"
    kiosk.touch("dossier")
    kiosk.settle()
    kiosk.app.moves.file_dossier("H12.34.5-251021-0001")
    kiosk.settle()
    assert kiosk.page == "MoreScreen"
    assert kiosk.find("dossier").glyph == "check-circle"


def test_the_other_road_is_one_touch_away(start):
    kiosk = to_more(start())
    kiosk.touch("elsewhere")
    kiosk.settle()
    assert kiosk.page == "ElsewhereScreen"


def test_in_low_reach_all_that_is_touched_lies_in_the_lower_half(start):
    kiosk = start(purpose=PURPOSE, dossiers=True)
    kiosk.app.choose(Comfort(low=True))
    kiosk.settle()
    to_more(kiosk)
    targets = [w for w in kiosk.app.stage.walk(restrict=True) if getattr(w, "target", "") and w.height]
    assert {"again", "comment", "reply", "dossier", "done"} <= {w.target for w in targets}
    high = [w.target for w in targets if w.to_window(0, w.top)[1] > look.height / 2 + 1]
    assert high == []


@pytest.mark.parametrize(
    ("keyboard", "keys", "text"),
    [
        (Keyboard(), "hoaf", "hòa"),
        (Keyboard(style="new"), "hoaf", "hoà"),
        (Keyboard(method="vni"), "hoaf", "hoaf"),
        (Keyboard(method="off"), "hoaf", "hoaf"),
    ],
)
def test_comment_is_typed_as_the_office_set_it(start, keyboard, keys, text):
    kiosk = to_more(start(keyboard=keyboard))
    kiosk.touch("comment")
    kiosk.settle()
    for key in keys:
        kiosk.touch(f"key-{key}")
    assert kiosk.app.stage.page.text == text


# -- which button stands where -----------------------------------------------------------------------------


def test_everything_in_one_row_while_there_is_room():
    plan = rows([200, 200], Room(seat=600, hint=150, side=0, shelf=1000))
    assert (plan.seat, plan.shelves, plan.hint) == ((0, 1), (), True)


def test_the_words_about_the_countdown_go_only_where_that_saves_a_shelf():
    assert not rows([300, 300], Room(seat=620, hint=150, side=0, shelf=1000)).hint
    assert rows([300, 300, 300], Room(seat=620, hint=150, side=0, shelf=1000)).shelves == ((1, 2),)


def test_some_stand_beside_the_heading_and_none_is_lost():
    widths = [250.0, 300.0, 200.0, 180.0]
    plan = rows(widths, Room(seat=280, hint=100, side=390, shelf=320), aside=frozenset({2, 3}))
    assert plan.side == (2,), "180 more and the gap would not fit"
    placed = [*plan.seat, *plan.side, *(i for shelf in plan.shelves for i in shelf)]
    assert sorted(placed) == [0, 1, 2, 3]
    for shelf in plan.shelves:
        assert sum(widths[i] for i in shelf) + GAP * (len(shelf) - 1) <= 320


# -- what was mended ---------------------------------------------------------------------------------------


def test_items_take_turns_and_leave_the_board_most_of_the_time():
    assert item_at(STILL_S - 1, 2) is None
    assert item_at(STILL_S, 2) == 0
    assert item_at(STILL_S + SHOWN_S, 2) is None
    assert item_at(STILL_S + EVERY_S, 2) == 1
    assert item_at(STILL_S + 2 * EVERY_S, 2) == 0
    assert item_at(STILL_S, 0) is None


def test_idle_home_shows_what_was_mended_until_a_finger_comes(start):
    from datetime import timedelta

    clock = {"now": NOW}
    mended = Improvement("Ghế chờ ít.", "Đã thêm 12 ghế.", date(2026, 11, 2))
    kiosk = start(book=replace(EMPTY, improvements=(mended,)), now=lambda: clock["now"])
    kiosk.pass_time(0)
    assert "Biết nghe dân nói" in kiosk.words()

    clock["now"] += timedelta(seconds=STILL_S + 1)
    kiosk.pass_time(0)
    kiosk.frame(3)
    assert "Đã thêm 12 ghế." in kiosk.words()
    assert "Biết nghe dân nói" not in kiosk.words()

    kiosk.touch("rate-3")
    kiosk.frame(3)
    assert "Đã thêm 12 ghế." not in kiosk.words()
    assert "Biết nghe dân nói" in kiosk.words()
    assert len(kiosk.desk.saves) == 1, "the same touch rates"


def test_an_offices_own_reasons_take_the_place_of_the_usual_ones(start):
    own = (OwnReason("cho-ngoi", "star", (("vi", "Chỗ ngồi"), ("en", "Seats"))),)
    kiosk = to_more(start(book=replace(EMPTY, reasons=own)))
    kiosk.touch("chip-cho-ngoi")
    assert kiosk.desk.choices[-1][0] == {"cho-ngoi"}
    assert not kiosk.has("chip-thoi-gian")
    assert kiosk.find("chip-cho-ngoi").label == "Chỗ ngồi"
