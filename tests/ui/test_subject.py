"""About what and with whom: from a finger on a cell to what is saved; photos that keep nobody waiting."""

from __future__ import annotations

import itertools
import threading
import time

import pytest

from kiosk.office import Desk, OfficeBook, Official, Service
from kiosk.survey import Level
from kiosk.ui.look import Comfort, look
from kiosk.ui.theme import TextSize
from kiosk.visit import Phase

SIZES = [(1280, 800), (800, 1280), (1024, 600), (1920, 1200)]
BOOK = OfficeBook(
    desks=(Desk("quay-1", "Quầy 1"), Desk("quay-2", "Quầy 2")),
    services=(Service("ho-tich", "Hộ tịch", "account-group"), Service("dat-dai", "Đất đai, xây dựng", "web")),
    officials=(
        Official("cb-1", "Nguyễn Thị Hồng Nhung", "Công chức Tư pháp – Hộ tịch"),
        Official("cb-2", "Trần Văn Đức", "Trả kết quả"),
    ),
)


def open_subject(start, book=BOOK, **changes):
    """A saved rating, and from "more" to the page, ready to be touched."""
    kiosk = start(book=book, **changes)
    kiosk.touch("rate-1")
    kiosk.save_succeeds()
    kiosk.settle()
    return ask(kiosk)


def ask(kiosk):
    """From "more", when it has settled."""
    kiosk.pass_time(1)
    kiosk.app.conductor.ask(Phase.SUBJECT)
    kiosk.settle()
    kiosk.pass_time(1)
    assert kiosk.page == "SubjectScreen"
    return kiosk


def chosen(kiosk):
    return {
        widget.target
        for widget in kiosk.app.stage.walk(restrict=True)
        if widget.__class__.__name__ in ("Chip", "OfficialCard") and widget.chosen
    }


def said(kiosk):
    return [set(about) for about, _ in kiosk.desk.abouts]


def picture(folder, name="photo.png", size=(600, 900), colour="#C04020"):
    from PIL import Image

    path = folder / name
    Image.new("RGB", size, colour).save(path)
    return path


def test_each_touch_saves_all_that_was_picked(start):
    kiosk = open_subject(start)
    for target in ("pick-desk-quay-2", "pick-service-dat-dai", "pick-official-cb-1"):
        kiosk.touch(target)

    desk, service, official = ("desk", "quay-2"), ("service", "dat-dai"), ("official", "cb-1")
    assert said(kiosk) == [{desk}, {desk, service}, {desk, service, official}]
    assert chosen(kiosk) == {"pick-desk-quay-2", "pick-service-dat-dai", "pick-official-cb-1"}


def test_one_of_a_group_takes_the_place_of_another_and_a_second_tap_lets_go(start):
    kiosk = open_subject(start)
    for target in ("pick-official-cb-1", "pick-official-cb-2", "pick-official-cb-2"):
        kiosk.touch(target)

    assert said(kiosk) == [{("official", "cb-1")}, {("official", "cb-2")}, set()]
    assert chosen(kiosk) == set()


def test_cell_answers_in_the_very_frame_of_the_finger(start):
    kiosk = open_subject(start)
    kiosk.frame()
    target = "pick-official-cb-1"
    before, card = kiosk.pixels(target, inset=14), kiosk.find(target)
    finger = kiosk.finger(target)
    kiosk.frame()
    assert kiosk.pixels(target, inset=14) != before
    assert kiosk.desk.abouts == [], "an answer to the finger is not yet a choice"
    finger.touch_up()
    kiosk.frame()
    assert kiosk.find(target) is card, "the card stands"
    assert chosen(kiosk) == {target}


@pytest.mark.parametrize("target", ["done", "back"])
def test_both_ways_lead_back_to_more_with_what_was_picked(start, target):
    kiosk = open_subject(start)
    kiosk.touch("pick-desk-quay-1")
    kiosk.touch(target)
    kiosk.settle()
    assert kiosk.page == "MoreScreen"
    ask(kiosk)
    assert chosen(kiosk) == {"pick-desk-quay-1"}


def test_page_counts_down_and_goes_home_by_itself(start):
    kiosk = open_subject(start)
    kiosk.pass_time(21)
    assert "sau 8 giây" in kiosk.words()
    kiosk.pass_time(10)
    assert kiosk.page == "HomeLandscape"


@pytest.mark.parametrize(
    ("book", "asks", "heads"),
    [
        (BOOK, "Về việc gì, với ai?", {"QUẦY", "LĨNH VỰC", "CÁN BỘ"}),
        (OfficeBook(desks=BOOK.desks[:1], services=BOOK.services), "Ông/Bà đến về việc gì?", {"LĨNH VỰC"}),
        (OfficeBook(desks=BOOK.desks), "Ông/Bà đã đến quầy nào?", {"QUẦY"}),
        (OfficeBook(officials=BOOK.officials), "Ai đã phục vụ Ông/Bà?", {"CÁN BỘ"}),
    ],
    ids=["all", "one desk", "desks", "officials"],
)
def test_page_asks_for_what_the_office_offers_and_no_more(start, book, asks, heads):
    words = open_subject(start, book).words()
    assert asks in words
    assert {head for head in ("QUẦY", "LĨNH VỰC", "CÁN BỘ") if head in words} == heads
    assert "Mỗi lựa chọn được lưu ngay." in words


def many(count):
    return OfficeBook(
        desks=tuple(Desk(f"q-{n}", f"Quầy {n}") for n in range(count)),
        services=tuple(Service(f"lv-{n}", f"Lĩnh vực rất dài số {n}", "web") for n in range(count)),
        officials=tuple(
            Official(f"cb-{n}", "Nguyễn Thị Hồng Nhung", "Lao động – Thương binh và Xã hội")
            for n in range(count)
        ),
    )


def test_buttons_leaf_to_the_rest_and_choices_stay(start):
    kiosk = open_subject(start, many(14))
    seen = set()
    while True:
        seen |= {w.target for w in kiosk.app.stage.walk() if getattr(w, "target", "").startswith("pick-")}
        if "pick-desk-q-0" in seen and not kiosk.desk.abouts:
            kiosk.touch("pick-desk-q-0")
        if not kiosk.has("leaf-on"):
            break
        kiosk.touch("leaf-on")
        kiosk.frame()
    assert len(seen) == 3 * 14
    while kiosk.has("leaf-back"):
        kiosk.touch("leaf-back")
        kiosk.frame()
    assert chosen(kiosk) == {"pick-desk-q-0"}


@pytest.mark.parametrize("count", [1, 2, 5, 9, 23])
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_every_cell_is_on_some_page_inside_it_and_whole(studio, size, count):
    from kiosk.ui.screens.subject import note_words, planned, sections_of

    for text, language in itertools.product(TextSize, ("vi", "en")):
        look.set(size, Comfort(language, text, still=True))
        sections = sections_of(many(count))
        width, height = size[0] / look.unit - 64, size[1] / look.unit - 330
        leaves = planned(sections, note_words(), width, height, look.step, look.unit, look.portrait)
        placed = [one for leaf in leaves for one in leaf.cells]
        wanted = [cell for section in sections for cell in section.cells]
        assert sorted(one.cell.group + one.cell.key for one in placed) == sorted(
            c.group + c.key for c in wanted
        )
        assert all(" ".join(one.lines) == one.cell.text for one in placed)
        for leaf in leaves:
            boxes = [one.box for one in leaf.cells] + [head.box for head in leaf.heads]
            boxes += [leaf.note] if leaf.note else []
            assert max(box.bottom for box in boxes) <= height + 0.5
            assert max(box.x + box.width for box in boxes) <= width + 0.5
            assert min(one.box.height for one in leaf.cells) >= 68
            for one, other in itertools.combinations(boxes, 2):
                across = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
                assert across <= 0.5 or min(one.bottom, other.bottom) - max(one.top, other.top) <= 0.5


# -- photos ------------------------------------------------------------------------------------------------


def with_photo(path):
    return OfficeBook(officials=(Official("cb-1", "Nguyễn Thị Hồng Nhung", "Tiếp nhận", path),))


def arrived(kiosk):
    from kiosk.ui.photos import photos

    deadline = time.monotonic() + 30
    while photos.waiting:
        assert time.monotonic() < deadline
        kiosk.frame()
    kiosk.frame()


def test_initials_stand_until_the_photo_is_there(start, tmp_path, monkeypatch):
    from kiosk.ui import photos

    gate, threads, real = threading.Event(), [], photos.decode

    def slow(path, side):
        threads.append(threading.current_thread())
        assert gate.wait(30)
        return real(path, side)

    monkeypatch.setattr(photos, "decode", slow)
    kiosk = open_subject(start, with_photo(picture(tmp_path)))
    portrait = portrait_of(kiosk)
    assert portrait.ids.letters.opacity == 1
    assert "HN" in kiosk.words()
    kiosk.touch("pick-official-cb-1")
    assert said(kiosk) == [{("official", "cb-1")}], "a touch does not wait for photos"

    gate.set()
    arrived(kiosk)
    assert portrait.ids.letters.opacity == 0
    assert kiosk.pixels("pick-official-cb-1", inset=0).count(bytes((0xC0, 0x40, 0x20, 0xFF))) > 2000
    assert threads == [threads[0]]
    assert threads[0] is not threading.main_thread()


def portrait_of(kiosk):
    return next(w for w in kiosk.app.stage.walk(restrict=True) if type(w).__name__ == "Portrait")


def test_photo_is_decoded_once_for_all_citizens(start, tmp_path, monkeypatch):
    from kiosk.ui import photos

    calls, real = [], photos.decode
    monkeypatch.setattr(photos, "decode", lambda *args: calls.append(args) or real(*args))
    kiosk = open_subject(start, with_photo(picture(tmp_path)))
    arrived(kiosk)
    kiosk.touch("back")
    kiosk.settle()
    ask(kiosk)
    assert len(calls) == 1
    assert portrait_of(kiosk).ids.letters.opacity == 0, "there at once"


@pytest.mark.parametrize("content", [b"", b"no picture at all", b"\xff\xd8\xff\xe0 broken"])
def test_file_that_is_no_picture_leaves_the_initials(start, tmp_path, caplog, content):
    path = tmp_path / "photo.jpg"
    path.write_bytes(content)
    kiosk = open_subject(start, with_photo(path))
    arrived(kiosk)
    assert portrait_of(kiosk).ids.letters.opacity == 1
    assert "photo.jpg" in caplog.text


def test_photo_that_comes_when_the_page_has_gone_harms_nobody(start, tmp_path, monkeypatch):
    from kiosk.ui import photos

    gate, real = threading.Event(), photos.decode
    monkeypatch.setattr(photos, "decode", lambda *args: gate.wait(30) and real(*args))
    kiosk = open_subject(start, with_photo(picture(tmp_path)))
    kiosk.touch("done")
    kiosk.settle()
    gate.set()
    arrived(kiosk)
    assert kiosk.page == "MoreScreen"


def test_photo_is_upright_square_round_and_small(tmp_path):
    from PIL import Image

    from kiosk.ui.photos import decode

    image = Image.new("RGB", (900, 600), "#0000FF")
    image.paste("#FF0000", (0, 0, 450, 600))
    exif = Image.Exif()
    exif[0x0112] = 6  # as a phone held upright writes it: the left half is the upper one
    image.save(tmp_path / "phone.jpg", exif=exif, quality=95)
    shown = Image.frombytes("RGBA", (100, 100), decode(tmp_path / "phone.jpg", 100))

    assert shown.getpixel((50, 10))[0] > 200
    assert shown.getpixel((50, 90))[2] > 200
    assert [shown.getpixel(at)[3] for at in ((0, 0), (99, 0), (0, 99), (99, 99))] == [0] * 4
    assert shown.getpixel((50, 50))[3] == 255


def test_a_phones_picture_does_not_hold_the_interpreter_up(tmp_path):
    from PIL import Image

    from kiosk.ui.photos import Photos, decode

    Image.effect_noise((4000, 3000), 60).convert("RGB").save(tmp_path / "large.jpg", quality=85)
    decode(tmp_path / "large.jpg", 80)  # what is imported, is imported
    work = Photos()._worker.submit(decode, tmp_path / "large.jpg", 80)
    rounds = 0
    while not work.done():
        time.sleep(0.001)
        rounds += 1
    assert len(work.result()) == 80 * 80 * 4
    assert rounds >= 5, "this thread went on meanwhile"


def test_level_of_the_visit_stays_in_sight(start):
    kiosk = open_subject(start)
    assert kiosk.app.stage.page.level == Level.UNSATISFIED
