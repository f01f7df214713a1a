"""What the office publishes, with fingers: categories, their leaves, the search, the road of complaints."""

from __future__ import annotations

import gc
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from kiosk.office import Complaint, Notice, NoticeKind, OfficeBook, Row, load_book
from kiosk.survey import Level
from kiosk.ui.look import Comfort, look
from kiosk.ui.notice_plan import CARD_GAP, ROW_GAP, Block, Room, roomiest
from kiosk.ui.session import Page
from kiosk.ui.theme import TextSize
from kiosk.visit import Phase
from tests.ui.test_qr_code import read as modules_of

DEMO = Path(__file__).resolve().parents[2] / "assets" / "office" / "demo.yaml"
PORTAL = "https://dichvucong.gov.vn"
GONE = "Tự về màn hình đầu sau {} giây"


def notice(key, kind, title, *rows, day=1):
    return Notice(key, kind, title, tuple(Row(*row) for row in rows), date(2026, 11, day))


HOTLINE = notice("nong", NoticeKind.HOTLINE, "Đường dây nóng", ("Một cửa", "0274 000 0000"))
KINDS = ["một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười", "mươi", "muôn"]
FEES = tuple(
    notice(f"phi-{n}", NoticeKind.FEES, f"Lệ phí loại {word}", ("Mức", f"{n}.000 đồng"), day=n)
    for n, word in enumerate(KINDS, 1)
)
GATE = notice("cong", NoticeKind.PORTAL, "Cổng quốc gia", ("", "Nộp hồ sơ tại nhà."))
COMPLAINT = Complaint(
    schedule=(Row("Chủ tịch tiếp", "Sáng thứ Năm"),),
    hotline="0274 000 0003",
    addresses=(Row("", "Phòng Tiếp công dân, tầng trệt"),),
    laws=(Row("", "Luật Tố cáo 25/2018/QH14"),),
    date=date(2026, 10, 5),
)
BOOK = OfficeBook(notices=(HOTLINE, *FEES, GATE), complaint=COMPLAINT, portal=PORTAL)


def open_notices(start, book=BOOK, **changes):
    kiosk = start(book=book, **changes)
    kiosk.touch("notices")
    kiosk.settle()
    assert kiosk.page == "NoticesScreen"
    return kiosk


def open_kind(start, kind, book=BOOK):
    kiosk = open_notices(start, book)
    touch(kiosk, f"kind-{kind}")
    return kiosk


def open_search(start, book=BOOK):
    kiosk = open_notices(start, book)
    touch(kiosk, "search")
    return kiosk


def touch(kiosk, *targets):
    """Fingers, and frames until what they asked for stands."""
    for target in targets:
        kiosk.finger(target).touch_up()
        rest(kiosk)


def rest(kiosk):
    """Lists and sheets are filled in the frames after a view was put up."""
    for _ in range(60):
        kiosk.frame()
        if all(widget.settled for widget in all_of(kiosk, "Sheets")):
            break
    else:
        raise AssertionError("the sheets never came to rest")
    kiosk.frame(2)


def all_of(kiosk, name):
    return [w for w in kiosk.app.stage.walk(restrict=True) if type(w).__name__ == name]


def cards(kiosk):
    """(title, date line) of every card on this leaf."""
    return [(card.title, card.note) for card in all_of(kiosk, "SheetCard")]


def found(kiosk):
    return {widget.target.removeprefix("found-") for widget in all_of(kiosk, "Found")}


def typed(kiosk):
    return all_of(kiosk, "Wanted")[0].draft.text


def letters(kiosk, text):
    """Fingers are faster than frames."""
    for char in text:
        kiosk.finger(f"key-{'space' if char == ' ' else char}").touch_up()
    rest(kiosk)


def usb(kiosk, *keys):
    """Letters and key numbers as SDL reports them."""
    for key in keys:
        if isinstance(key, int):
            kiosk.window.dispatch("on_key_down", key, 0, None, [])
        else:
            for char in key:
                kiosk.window.dispatch("on_textinput", char)
    rest(kiosk)


# -- categories and their sheets -------------------------------------------------------------------------


def test_from_home_to_a_category_and_back_and_home(start):
    kiosk = open_notices(start)
    assert "Thông tin công khai" in kiosk.words()
    touch(kiosk, "kind-hotline")
    assert "0274 000 0000" in kiosk.words()
    touch(kiosk, "back")
    assert kiosk.has("kind-fees")
    assert "0274 000 0000" not in kiosk.words()
    touch(kiosk, "kind-fees")
    kiosk.touch("close")
    kiosk.settle()
    assert kiosk.page == "HomeLandscape"


def test_only_what_the_office_has_stands_there(start):
    kiosk = open_notices(start)
    tiles = {w.target for w in all_of(kiosk, "Tile")}
    assert tiles == {"kind-hotline", "kind-fees", "kind-portal", "elsewhere"}
    assert "Cập nhật 12/11/2026" in kiosk.words(), "a category is as new as its newest item"


def test_every_item_of_the_demo_shows_its_date_and_all_its_lines(start):
    book = load_book(DEMO)
    kiosk = open_notices(start, book)
    for kind in NoticeKind:
        touch(kiosk, f"kind-{kind.value}")
        seen, words = set(cards(kiosk)), kiosk.words()
        while kiosk.has("leaf-on"):
            touch(kiosk, "leaf-on")
            seen |= set(cards(kiosk))
            words += kiosk.words()
        published = book.of_kind(kind)
        assert seen == {(one.title, f"Cập nhật {one.date:%d/%m/%Y}") for one in published}
        squeezed = words.replace(" ", "")
        for one in published:
            assert all((row.label + row.text).replace(" ", "") in squeezed for row in one.rows)
        touch(kiosk, "back")


def test_buttons_turn_the_leaves_and_no_item_is_lost(start):
    kiosk = open_kind(start, "fees")
    assert not kiosk.has("leaf-back")
    seen = cards(kiosk)
    while kiosk.has("leaf-on"):
        touch(kiosk, "leaf-on")
        seen += cards(kiosk)
    assert [title for title, _ in seen] == [one.title for one in FEES]
    touch(kiosk, "leaf-back")
    assert kiosk.has("leaf-on")


def test_a_swipe_turns_a_leaf_and_a_small_slip_does_not(start):
    kiosk = open_kind(start, "fees")
    first = cards(kiosk)
    swipe(kiosk, dx=-60)
    assert cards(kiosk) == first
    swipe(kiosk, dx=-300)
    second = cards(kiosk)
    assert second != first
    swipe(kiosk, dy=-300)
    assert cards(kiosk) == first, "pushed down: back"


def swipe(kiosk, dx=0, dy=0):
    from kivy.tests.common import UnitTestTouch

    sheets = all_of(kiosk, "Sheets")[0]
    finger = UnitTestTouch(sheets.center_x + 200, sheets.center_y)
    finger.touch_down()
    finger.touch_move(finger.x + dx, finger.y + dy)
    finger.touch_up()
    rest(kiosk)


def test_the_portal_can_be_scanned(start):
    from kiosk.ui.widgets.qr_code import QUIET, matrix

    kiosk = open_kind(start, "portal")
    code = all_of(kiosk, "QrCode")[0]
    seen = modules_of(window_picture(kiosk), code)
    assert tuple(row[QUIET:-QUIET] for row in seen[QUIET:-QUIET]) == matrix(PORTAL)
    assert code.module >= 8, "large enough for an old phone at arm's length"
    assert "dichvucong.gov.vn" in kiosk.words()


def window_picture(kiosk):
    from kivy.graphics.opengl import GL_RGBA, GL_UNSIGNED_BYTE, glReadPixels
    from PIL import Image

    kiosk.frame()
    width, height = kiosk.window.size
    shot = bytes(glReadPixels(0, 0, width, height, GL_RGBA, GL_UNSIGNED_BYTE))
    upside = Image.frombytes("RGBA", (width, height), shot)
    return upside.transpose(Image.Transpose.FLIP_TOP_BOTTOM).convert("L")


def test_without_the_portals_address_no_code_is_shown(start):
    kiosk = open_kind(start, "portal", replace(BOOK, portal=""))
    assert all_of(kiosk, "QrCode") == []
    assert "Nộp hồ sơ tại nhà." in kiosk.words()


def test_english_says_that_the_office_publishes_in_vietnamese(start):
    kiosk = start(book=BOOK, language="en")
    kiosk.touch("notices")
    kiosk.settle()
    touch(kiosk, "kind-fees")
    assert "The office publishes in Vietnamese." in kiosk.words()
    assert "Updated 01/11/2026" in kiosk.words()


# -- an office that has published little -----------------------------------------------------------------


def test_an_empty_book_is_not_offered_and_says_so_kindly(start):
    kiosk = start()
    assert not kiosk.has("notices")
    kiosk.app.open_page(Page.NOTICES)
    kiosk.settle()
    assert "Trên máy này chưa có thông tin công khai." in kiosk.words()
    assert not kiosk.has("search")
    kiosk.touch("close")
    kiosk.settle()
    assert kiosk.page == "HomeLandscape"


def test_a_book_with_nothing_but_the_road_of_complaints(start):
    kiosk = open_notices(start, OfficeBook(complaint=COMPLAINT))
    assert [tile.target for tile in all_of(kiosk, "Tile")] == ["elsewhere"]
    assert not kiosk.has("search")


# -- search ----------------------------------------------------------------------------------------------


def test_search_needs_no_marks_and_opens_what_it_found(start):
    kiosk = open_search(start)
    assert "Xin gõ vài chữ" in kiosk.words()
    letters(kiosk, "phi loai muo")
    assert found(kiosk) == {"phi-10", "phi-11", "phi-12"}
    assert "Tìm thấy: 3" in kiosk.words()
    assert "Phí, lệ phí · Cập nhật 12/11/2026" in kiosk.words()

    touch(kiosk, "found-phi-12")
    assert "Lệ phí loại muôn" in [title for title, _ in cards(kiosk)], "its leaf is the one that opens"
    touch(kiosk, "back")
    assert typed(kiosk) == "phi loai muo", "back at the search as it was"
    assert found(kiosk) == {"phi-10", "phi-11", "phi-12"}


def test_marks_and_capitals_of_a_usb_keyboard_find_the_same(start):
    kiosk = open_search(start)
    usb(kiosk, "ĐƯỜNG Dây")
    assert found(kiosk) == {"nong"}
    usb(kiosk, 13)
    assert [title for title, _ in cards(kiosk)] == ["Đường dây nóng"], "enter opens the only one"


def test_a_category_is_found_by_its_name_and_an_item_by_what_it_says(start):
    kiosk = open_search(start)
    letters(kiosk, "cong dich vu")
    assert found(kiosk) == {"cong"}
    for _ in range(len("cong dich vu")):
        kiosk.finger("key-delete").touch_up()
    letters(kiosk, "nop ho so")
    assert found(kiosk) == {"cong"}


def test_nothing_found_is_said_kindly_and_delete_leads_on(start):
    kiosk = open_search(start)
    letters(kiosk, "phix")
    assert found(kiosk) == set()
    assert kiosk.words().count("Chưa tìm thấy. Xin thử từ khác, hoặc hỏi tại quầy.") == 1
    touch(kiosk, "key-delete")
    assert "phi-1" in found(kiosk)
    assert "Chưa tìm thấy" not in kiosk.words()


def test_what_was_found_is_leafed_through(start):
    kiosk = open_search(start)
    letters(kiosk, "phi")
    seen = found(kiosk)
    assert len(seen) < 12
    while kiosk.has("leaf-on"):
        touch(kiosk, "leaf-on")
        seen |= found(kiosk)
    assert seen == {one.key for one in FEES}
    letters(kiosk, " loai hai")
    assert found(kiosk) == {"phi-2"}, "another word begins at the first leaf"


def remains(needle):
    """Whether it still stands in some text of the process."""
    whole = "".join(needle)
    return any(
        type(text) is str and text is not whole and whole in text
        for holder in gc.get_objects()
        for text in gc.get_referents(holder)
    )


def test_the_next_citizen_finds_nothing_of_what_was_searched(start):
    """Typed letter by letter and written backwards here, or this test would itself be what remains."""
    kiosk = open_search(start)
    untouched = kiosk.pixels("entry", inset=4)
    backwards = "zyw uac ot"
    for char in reversed(backwards):
        usb(kiosk, char)
    needle = list(reversed(backwards))[:7]
    assert kiosk.pixels("entry", inset=4) != untouched
    assert remains(needle)

    page = kiosk.app.stage.page  # wiped, not only left to be collected some time
    kiosk.pass_time(31)
    assert kiosk.page == "HomeLandscape"
    gc.collect()
    assert not remains(needle)
    assert page is not kiosk.app.stage.page

    kiosk.touch("notices")
    kiosk.settle()
    touch(kiosk, "search")
    assert typed(kiosk) == ""
    assert kiosk.pixels("entry", inset=4) == untouched


def test_leaving_the_search_forgets_it_too(start):
    kiosk = open_search(start)
    letters(kiosk, "phi")
    touch(kiosk, "back")
    touch(kiosk, "kind-fees", "back")
    assert kiosk.has("kind-fees"), "back from a category is the categories again"
    touch(kiosk, "search")
    assert typed(kiosk) == ""


# -- time ------------------------------------------------------------------------------------------------


def test_goes_home_by_itself_and_a_touch_takes_its_time_anew(start):
    kiosk = open_kind(start, "fees")
    kiosk.pass_time(25)
    touch(kiosk, "leaf-on")
    kiosk.pass_time(25)
    assert kiosk.page == "NoticesScreen"
    kiosk.pass_time(6)
    assert kiosk.page == "HomeLandscape"


def test_the_last_ten_seconds_are_shown_on_every_view(start):
    kiosk = open_notices(start)
    for target in ("", "kind-fees", "back", "search"):
        if target:
            touch(kiosk, target)
        kiosk.app._touched()
        kiosk.pass_time(19.5)
        rest(kiosk)
        assert "Tự về màn hình" not in kiosk.words(), "whoever reads is not hurried"
        kiosk.pass_time(1)
        rest(kiosk)
        assert GONE.format(10) in kiosk.words()
        ring = all_of(kiosk, "Ring")[0]
        assert (ring.left, ring.total, ring.opacity) == (10, 30, 1)
        kiosk.app._touched()
        kiosk.pass_time(0)


def test_who_needs_more_time_is_warned_earlier(start):
    kiosk = start(book=BOOK)
    kiosk.app.choose(Comfort(text=TextSize.LARGE))
    kiosk.settle()
    kiosk.touch("notices")
    kiosk.settle()
    kiosk.pass_time(39)
    assert not kiosk.app.stage.page.warning
    kiosk.pass_time(2)
    assert kiosk.app.stage.page.warning
    kiosk.pass_time(4)
    assert kiosk.page == "NoticesScreen"
    kiosk.pass_time(16)
    assert kiosk.page == "HomeLandscape"


def test_time_stands_still_while_a_key_is_held(start):
    kiosk = open_search(start)
    letters(kiosk, "phi")
    finger = kiosk.finger("key-delete")
    kiosk.pass_time(20)
    kiosk.pass_time(20)
    assert kiosk.page == "NoticesScreen"
    finger.touch_up()
    kiosk.pass_time(31)
    assert kiosk.page == "HomeLandscape"


# -- the road of complaints ------------------------------------------------------------------------------


def test_elsewhere_beside_home_names_the_road_and_closes(start):
    kiosk = open_notices(start)
    kiosk.touch("elsewhere")
    kiosk.settle()
    rest(kiosk)
    assert kiosk.page == "ElsewhereScreen"
    words = kiosk.words()
    for said in ("Sáng thứ Năm", "0274 000 0003", "Phòng Tiếp công dân, tầng trệt", "Cập nhật 05/10/2026"):
        assert said in words
    assert "Máy này không nhận khiếu nại, tố cáo." in words
    assert not kiosk.has("back")
    kiosk.touch("close")
    kiosk.settle()
    assert kiosk.page == "HomeLandscape"
    assert kiosk.desk.ends == [], "no visit was begun"


def test_elsewhere_in_a_visit_counts_down_with_it_and_leads_back(start):
    kiosk = visit_elsewhere(start)
    ring = all_of(kiosk, "Ring")[0]
    assert (ring.opacity, ring.total) == (1, 30)
    before = ring.left
    kiosk.pass_time(5)
    assert ring.left == before - 5
    assert GONE.format(int(ring.left)) in kiosk.words()
    kiosk.touch("back")
    kiosk.settle()
    assert kiosk.page == "MoreScreen"
    assert kiosk.desk.saves[0][1] is Level.UNSATISFIED
    assert kiosk.desk.corrections == []


def test_elsewhere_in_a_visit_goes_home_by_itself(start):
    kiosk = visit_elsewhere(start)
    kiosk.pass_time(31)
    assert kiosk.page == "HomeLandscape"
    assert [how for how, _ in kiosk.desk.ends] == ["timeout"]


def test_elsewhere_without_a_book_says_who_can_be_asked(start):
    kiosk = visit_elsewhere(start, OfficeBook())
    assert "Xin hỏi tại quầy về lịch tiếp công dân và đường dây nóng." in kiosk.words()


def visit_elsewhere(start, book=BOOK):
    kiosk = start(book=book)
    kiosk.touch("rate-1")
    kiosk.save_succeeds()
    kiosk.settle()
    kiosk.pass_time(1)
    kiosk.app.conductor.ask(Phase.ELSEWHERE)
    kiosk.settle()
    rest(kiosk)
    assert kiosk.page == "ElsewhereScreen"
    return kiosk


# -- low reach -------------------------------------------------------------------------------------------

LOW = ("notices", "notices-procedures", "notices-portal", "notices-search", "notices-found-low", "elsewhere")


@pytest.mark.parametrize(
    ("size", "middle", "text"),
    [
        ((1280, 800), 400, TextSize.BASE),
        ((1280, 800), 400, TextSize.LARGEST),
        ((800, 1280), 640, TextSize.LARGEST),
    ],
)
def test_low_reach_leaves_nothing_to_touch_above_the_middle(studio, size, middle, text):
    from kiosk.ui.preview import given_for
    from kiosk.ui.preview_notices import pages
    from kiosk.ui.viewlog import targets_of

    look.set(size, Comfort(text=text, still=True, low=True))
    given, reached = given_for("binh-duong-2023"), set()
    for name in LOW:
        page = studio.lay_out(pages()[name], given)
        targets = targets_of(page, size[1])
        page.stop()
        reached |= set(targets)
        assert {target: box for target, box in targets.items() if box[1] < middle} == {}, name
    assert {"kind-fees", "close", "back", "key-q", "key-delete", "turn", "found-phi-chung-thuc"} <= reached


def test_low_reach_brings_letters_and_results_below_the_middle_in_turn(start):
    kiosk = start(book=BOOK)
    kiosk.app.choose(Comfort(low=True))
    kiosk.settle()
    touch(kiosk, "notices")
    kiosk.settle()
    touch(kiosk, "search")
    letters(kiosk, "nong")
    assert not kiosk.has("found-nong")
    touch(kiosk, "turn")
    gc.collect()  # the letters are out of the tree, and must come back
    assert not kiosk.has("key-q")
    touch(kiosk, "turn")
    assert kiosk.has("key-q"), "back to the letters"
    touch(kiosk, "turn", "found-nong")
    assert "0274 000 0000" in kiosk.words()


# -- the plan --------------------------------------------------------------------------------------------


class Ruler:
    """Ten px a letter at 20 px type; as plain as a ruler can be."""

    def width(self, text, kind, step):
        return 10 * step * len(text)

    def wrap(self, text, kind, step, width):
        lines = [""]
        for word in text.split():
            longer = f"{lines[-1]} {word}".strip()
            lines = [*lines[:-1], longer] if self.width(longer, kind, step) <= width else [*lines, word]
        return lines


@pytest.mark.parametrize("size", [(1216, 560), (736, 1000), (1216, 380)])
@pytest.mark.parametrize("step", [1, 1.5])
@pytest.mark.parametrize("rows", [1, 4, 30])
@pytest.mark.parametrize("count", [1, 2, 7])
def test_every_row_stands_once_in_order_and_no_column_is_too_high(size, step, rows, count):
    blocks = tuple(
        Block(f"Mục {b}", "Cập nhật", tuple(Row("Mức", f"{b} {r} " + "đồng " * (r % 9)) for r in range(rows)))
        for b in range(count)
    )
    plan = roomiest(blocks, Room(*size, step, Ruler()))
    placed = [card for leaf in plan.leaves for column in leaf for card in column]
    rows_placed = [(card.block.title, row) for card in placed for row in card.rows]
    assert rows_placed == [(block.title, row) for block in blocks for row in block.rows]
    assert plan.step >= step
    assert plan.air >= 0
    for column in (column for leaf in plan.leaves for column in leaf if column):
        high = sum(card.height + plan.air * len(card.rows) for card in column) + CARD_GAP * (len(column) - 1)
        assert high <= size[1] + ROW_GAP or len(column[0].rows) == len(column) == 1
    first_of = {card.block.title for card in placed if not card.continued}
    assert len([card for card in placed if not card.continued]) == len(first_of) == count
