"""The staff's page, touched: a day's figures in all their parts, the month, the stick, staff-blind mode."""

from __future__ import annotations

import contextlib
import fcntl
import os
import struct
import subprocess
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.blind import Blind
from kiosk.hours import parse
from kiosk.store import StorageError
from kiosk.store.figures import Apart, Cell, Choice, Counts, DayFigures, FlaggedTap, Said
from kiosk.ui.session import Page
from tests.ui.conftest import NOW, Kiosk

DAY = date(2025, 11, 21)
HOURS = parse("T2-T6 07:30-11:30, 13:30-17:00")


def figures(day: date = DAY, **changes: object) -> DayFigures:
    cells = (
        Cell(day, 8, "", 3, False, 4329),
        Cell(day, 9, "", 2, False, 41),
        Cell(day, 9, "quay-1", 1, False, 11),
        Cell(day, 10, "quay-1", 1, True, 4),
    )
    given = {
        "cells": cells,
        "flagged": tuple(FlaggedTap(600, 1, ("streak",), "quay-1") for _ in range(4)),
        "comments": (Said(590, "gop-y", "Chờ lâu quá, gọi tôi số ••••••••"),),
        "days": {day: Apart(Counts(4329, 41, 11), Counts(0, 0, 4)),
                 day - timedelta(days=8): Apart(Counts(1))},
        "choices": {1: (Choice("thoi-gian", False, False, 9), Choice("thoi-gian", False, True, 4)),
                    7: (Choice("thai-do", True, False, 77),)},
    }  # fmt: skip
    return DayFigures(day=day, today=DAY, **(given | changes))  # type: ignore[arg-type]


@pytest.fixture
def staff(start: Callable[..., Kiosk]) -> Kiosk:
    return opened(start())


def opened(kiosk: Kiosk) -> Kiosk:
    kiosk.app.open_page(Page.STAFF)
    kiosk.settle()
    return kiosk


def answer(kiosk: Kiosk, found: object) -> None:
    kiosk.desk.staff[-1][1].set_result(found)
    kiosk.frame(4)


def asked(kiosk: Kiosk) -> list[object]:
    return [question for question, _ in kiosk.desk.staff]


def columns(kiosk: Kiosk, kind: str) -> dict[str, int]:
    """What the bars of a card show."""
    (card,) = [w for w in kiosk.app.stage.walk(restrict=True) if type(w).__name__ == kind]
    return {column.label: column.counts.total for column in card.columns if column.label}


def test_a_day_is_shown_as_soon_as_the_store_has_answered(staff: Kiosk) -> None:
    staff.until(lambda: "Đang đọc…" in staff.words())
    assert "Đang đọc…" in staff.words(), "who waits is told why"
    answer(staff, figures())
    said = staff.words()
    for words in ("4.329", "41", "11", "4.381", "98,8%", "0,9%", "0,3%", "tỷ lệ hài lòng 99,7%"):
        assert words in said
    assert "Thứ Sáu, 21/11/2025" in said
    assert columns(staff, "HoursCard") == {"8h": 4329, "9h": 52}
    assert columns(staff, "PastCard")["T6"] == 4381
    assert "N < 30" in said, "eleven answers at desk 1 are too few for a share"


def test_with_flagged_answers_every_figure_changes(staff: Kiosk) -> None:
    answer(staff, figures())
    assert "4 lượt gắn cờ, để riêng" in staff.words()
    assert "Nếu tính cả: 4.385 lượt" in staff.words()
    staff.touch("flagged-in")
    staff.frame(3)
    said = staff.words()
    assert "4.385" in said
    assert "15" in said
    assert columns(staff, "HoursCard") == {"8h": 4329, "9h": 52, "10h": 4}
    assert columns(staff, "PastCard")["T6"] == 4385
    staff.touch("part-promises")
    staff.frame(3)
    assert "13" in staff.words(), "nine and the four flagged ones"
    staff.touch("part-overview")
    staff.frame(3)
    staff.touch("flagged-out")
    staff.frame(3)
    assert columns(staff, "PastCard")["T6"] == 4381


def test_thirty_days_and_the_days_before_are_compared(staff: Kiosk) -> None:
    answer(staff, figures())
    assert "7 ngày qua: 4.381 lượt · chưa hài lòng 0,3%" in staff.words()
    assert "7 ngày trước đó: 1 lượt · chưa hài lòng 0,0%" in staff.words()
    staff.touch("span-30")
    staff.frame(3)
    assert "30 ngày qua: 4.382 lượt" in staff.words()
    assert "30 ngày trước đó: chưa có lượt nào" in staff.words()
    assert len(asked(staff)) == 1, "all of it came with the day"


def test_promises_are_counted_over_one_day_or_more(staff: Kiosk) -> None:
    answer(staff, figures())
    staff.touch("part-promises")
    staff.frame(3)
    assert "Thời gian 9" in staff.words()
    staff.touch("span-7")
    staff.frame(3)
    assert "Thái độ 77" in staff.words()
    assert "Chưa ai chọn gì trong thời gian này." in staff.words(), "nothing was missed"


def test_comments_are_read_on_leaves(staff: Kiosk) -> None:
    many = tuple(Said(600 - i, "gop-y", f"Góp ý số {i} " + "dài " * 40) for i in range(12))
    answer(staff, figures(comments=many))
    assert "Góp ý · 12" in staff.words()
    staff.touch("part-comments")
    staff.frame(4)
    assert "Góp ý số 0" in staff.words()
    assert "Góp ý số 11" not in staff.words()
    while staff.has("leaf-on"):
        staff.touch("leaf-on")
        staff.frame(3)
    assert "Góp ý số 11" in staff.words()


def test_a_day_without_answers_says_so(staff: Kiosk) -> None:
    answer(staff, DayFigures(DAY, DAY))
    said = staff.words()
    assert "Chưa có lượt đánh giá nào" in said
    assert "Không có lượt gắn cờ" in said
    assert "%" not in said, "no shares of nothing"


def test_a_failed_read_says_so_and_is_tried_again(staff: Kiosk) -> None:
    staff.desk.staff[-1][1].set_exception(StorageError("locked"))
    staff.frame(4)
    assert "Chưa đọc được số liệu." in staff.words()
    staff.touch("refresh")
    assert asked(staff) == [("day", None), ("day", None)]
    answer(staff, figures())
    assert "4.381" in staff.words()


def test_earlier_days_are_one_touch_away_and_days_to_come_none(staff: Kiosk) -> None:
    answer(staff, figures())
    assert not staff.has("day-on")
    staff.touch("day-back")
    staff.frame(3)
    assert asked(staff)[-1] == ("day", DAY - timedelta(days=1))
    assert "Thứ Năm, 20/11/2025" in staff.words()
    assert "4.381" not in staff.words(), "another day's figures never stand under this one"
    answer(staff, figures(DAY - timedelta(days=1)))
    staff.touch("day-on")
    assert asked(staff)[-1] == ("day", DAY)


def test_the_answer_for_a_day_left_meanwhile_is_not_shown(staff: Kiosk) -> None:
    answer(staff, figures())
    staff.touch("day-back")
    staff.frame(2)
    staff.touch("day-back")
    staff.frame(2)
    staff.desk.staff[1][1].set_result(figures(DAY - timedelta(days=1)))
    staff.frame(3)
    assert "Thứ Tư, 19/11/2025" in staff.words()
    assert "4.381" not in staff.words()


def test_a_month_at_a_glance_leads_to_its_days(staff: Kiosk) -> None:
    answer(staff, figures())
    staff.touch("month")
    staff.frame(3)
    assert asked(staff)[-1] == ("days", date(2025, 11, 1), date(2025, 11, 30))
    answer(staff, {date(2025, 11, 4): Apart(Counts(90, 6, 4))})
    assert "Tháng 11/2025" in staff.words()
    assert "100" in staff.words()
    assert "4,0%" in staff.words()
    assert not staff.has("day-2025-11-22"), "tomorrow cannot be chosen"
    staff.touch("month-back")
    staff.frame(3)
    assert asked(staff)[-1] == ("days", date(2025, 10, 1), date(2025, 10, 31))
    answer(staff, {})
    staff.touch("day-2025-10-07")
    staff.frame(3)
    assert asked(staff)[-1] == ("day", date(2025, 10, 7))


def test_the_page_closes_by_itself_after_a_minute(staff: Kiosk) -> None:
    answer(staff, figures())
    staff.pass_time(59)
    assert staff.page == "StaffScreen"
    staff.pass_time(2)
    assert staff.page == "HomeLandscape"


def test_an_answer_that_comes_after_the_page_is_gone_opens_nothing(staff: Kiosk) -> None:
    staff.touch("close")
    staff.settle()
    answer(staff, figures())
    assert staff.page == "HomeLandscape"


@pytest.mark.parametrize("size", [(1280, 800), (800, 1280)])
def test_large_letters_show_one_part_at_a_time(studio, size) -> None:  # type: ignore[no-untyped-def]
    from kiosk.ui.look import Comfort, look
    from kiosk.ui.preview import given_for
    from kiosk.ui.preview_staff import pages
    from kiosk.ui.screens.staff import SINGLE
    from kiosk.ui.theme import TextSize

    look.set(size, Comfort(text=TextSize.LARGEST))
    page = studio.lay_out(pages()["staff"], given_for("binh-duong-2023"))
    seen = []
    for place in range(len(SINGLE)):
        page.turn_part(place)
        seen.append(type(page.ids.body.children[0]).__name__)
    assert len(set(seen)) == len(SINGLE), seen
    page.stop()


@pytest.mark.parametrize("text", ["BASE", "LARGEST"])
@pytest.mark.parametrize(("size", "middle"), [((1280, 800), 400), ((800, 1280), 640)])
def test_low_reach_leaves_nothing_to_touch_above_the_middle(studio, size, middle, text) -> None:  # type: ignore[no-untyped-def]
    from kiosk.ui.look import Comfort, look
    from kiosk.ui.preview import given_for
    from kiosk.ui.preview_staff import pages
    from kiosk.ui.theme import TextSize
    from kiosk.ui.viewlog import targets_of

    look.set(size, Comfort(text=TextSize[text], low=True, still=True))
    given, high, found = given_for("binh-duong-2023"), {}, set()
    for name, build in pages().items():
        page = studio.lay_out(build, given)
        targets = targets_of(page, size[1])
        page.stop()
        found |= set(targets)
        high |= {(name, target): y for target, (_, y, _, _) in targets.items() if y < middle}
    assert high == {}
    moves = {
        "close",
        "export",
        "day-back",
        "flagged-in",
        "span-30",
        "month-back",
        "day-2025-11-03",
        "leaf-on",
    }
    assert moves - found == set(), "the look was a real one"


def test_in_low_reach_every_part_is_met_and_the_month_leads_back(start: Callable[..., Kiosk]) -> None:
    from kiosk.ui.look import Comfort

    kiosk = start()
    kiosk.app.choose(Comfort(low=True))
    kiosk.settle()
    opened(kiosk)
    answer(kiosk, figures())
    kiosk.touch("flagged-in")
    kiosk.frame(4)
    assert "4.385" in kiosk.words()
    kiosk.touch("part-past")
    kiosk.frame(4)
    kiosk.touch("span-30")
    kiosk.frame(4)
    assert len(columns(kiosk, "PastCard")) == 6
    kiosk.touch("month")
    answer(kiosk, {DAY: Apart(Counts(7))})
    assert "4.385" in kiosk.words(), "the day is read above its month"
    kiosk.touch("back")
    kiosk.frame(4)
    assert columns(kiosk, "PastCard")


# -- staff-blind mode ------------------------------------------------------------------------------------


def blind(start: Callable[..., Kiosk], now: datetime) -> Kiosk:
    return opened(start(blind=Blind(True, HOURS), hours=HOURS, now=lambda: now))


def test_nothing_is_shown_before_closing_time(start: Callable[..., Kiosk]) -> None:
    kiosk = blind(start, NOW)
    answer(kiosk, figures())
    said = kiosk.words()
    assert "Số liệu sẽ hiện lúc 17:00" in said
    for figure in ("4.381", "%", "Chờ lâu", "gắn cờ,"):
        assert figure not in said
    kiosk.touch("part-comments")
    kiosk.frame(3)
    assert "Chờ lâu" not in kiosk.words()
    assert not kiosk.has("export")
    kiosk.touch("month")
    kiosk.frame(3)
    answer(kiosk, {DAY: Apart(Counts(4329)), DAY - timedelta(days=1): Apart(Counts(80))})
    assert "4.329" not in kiosk.words()
    assert "80" in kiosk.words()
    kiosk.app.stage.page.choose_part("overview")
    kiosk.frame(3)
    kiosk.touch("day-before")
    assert asked(kiosk)[-1] == ("day", DAY - timedelta(days=1))


def test_after_closing_time_the_day_is_shown_and_small_numbers_are_not(start: Callable[..., Kiosk]) -> None:
    kiosk = blind(start, NOW.replace(hour=17))
    answer(kiosk, figures())
    assert "4.381" in kiosk.words()
    assert columns(kiosk, "HoursCard")["9h"] == 52
    assert not kiosk.has("flagged-in")
    for told in ("10:00", "4.385", "4 lượt gắn cờ"):
        assert told not in kiosk.words(), "four flagged answers are four people"
    assert "Dưới 5 lượt gắn cờ" in kiosk.words()


def test_small_hours_and_promises_are_not_shown_in_it(start: Callable[..., Kiosk]) -> None:
    kiosk = blind(start, NOW.replace(hour=17))
    cells = (Cell(DAY, 8, "", 3, False, 90), Cell(DAY, 10, "quay-1", 1, False, 4))
    said = {1: (Choice("thoi-gian", False, False, 4), Choice("phi", False, False, 5))}
    answer(kiosk, figures(cells=cells, flagged=(), choices=said))
    assert columns(kiosk, "HoursCard") | {"8h": 0} == dict.fromkeys(columns(kiosk, "HoursCard"), 0)
    assert "N < 5" in kiosk.words(), "four answers at a desk"
    kiosk.touch("part-promises")
    kiosk.frame(3)
    assert "Phí, lệ phí 5" in kiosk.words()
    assert "Thời gian" not in kiosk.words()


def test_a_day_of_four_answers_is_never_shown(start: Callable[..., Kiosk]) -> None:
    kiosk = blind(start, NOW.replace(hour=18))
    answer(kiosk, DayFigures(DAY, DAY, cells=(Cell(DAY, 9, "", 3, False, 4),)))
    assert "dưới 5 lượt" in kiosk.words()
    assert "100,0%" not in kiosk.words()


# -- the stick -------------------------------------------------------------------------------------------


def stick(root: Path, writable: bool = True) -> Path:
    """A tree in which the kernel tells of one stick."""
    place = root / "media/STICK"
    place.mkdir(parents=True)
    (root / "proc").mkdir()
    (root / "proc/mounts").write_text(f"/dev/sdb1 /media/STICK vfat {'rw' if writable else 'ro'} 0 0\n")
    (root / "sys/block/sdb/sdb1").mkdir(parents=True)
    (root / "sys/block/sdb/removable").write_text("1\n")
    return place


def exported(kiosk: Kiosk) -> None:
    answer(kiosk, figures())
    kiosk.touch("export")
    kiosk.frame(2)
    assert asked(kiosk)[-1] == ("cells", DAY - timedelta(days=29), DAY)
    assert "Xin đừng rút USB" in kiosk.words()
    answer(kiosk, [Cell(DAY, 8, "", 3, False, 96), Cell(DAY, 9, "quay-1", 1, True, 4)])
    kiosk.until(lambda: kiosk.has("usb-close"))


def test_the_figures_go_to_a_stick_and_the_page_says_when_it_may_be_pulled(
    start: Callable[..., Kiosk], tmp_path: Path
) -> None:
    place = stick(tmp_path)
    kiosk = opened(start(media=tmp_path))
    exported(kiosk)
    assert "Đã ghi xong, có thể rút USB." in kiosk.words()
    (name,) = os.listdir(place)
    assert name == "danh-gia-quay-3-2025-11-21.csv"
    content = (place / name).read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.decode("utf-8-sig").splitlines() == [
        "Ngày,Giờ,Quầy,Mức đánh giá,Gắn cờ,Số lượt",
        "2025-11-21,08,Quầy 3,Rất hài lòng,không,96",
        "2025-11-21,09,quay-1,Chưa hài lòng,có,4",
    ]
    kiosk.touch("usb-close")
    kiosk.frame(3)
    assert "4.381" in kiosk.words()


def test_without_a_stick_the_page_says_what_to_do_and_tries_again(
    start: Callable[..., Kiosk], tmp_path: Path
) -> None:
    kiosk = opened(start(media=tmp_path))
    exported(kiosk)
    assert "Chưa thấy USB" in kiosk.words()
    stick(tmp_path)
    kiosk.touch("usb-again")
    kiosk.frame(2)
    answer(kiosk, [])
    kiosk.until(lambda: "Đã ghi xong" in kiosk.words())
    assert "Đã ghi xong, có thể rút USB." in kiosk.words()


def test_in_staff_blind_mode_the_file_has_whole_days_only(
    start: Callable[..., Kiosk], tmp_path: Path
) -> None:
    place = stick(tmp_path)
    kiosk = opened(
        start(blind=Blind(True, HOURS), hours=HOURS, now=lambda: NOW.replace(hour=18), media=tmp_path)
    )
    answer(kiosk, figures())
    kiosk.touch("export")
    kiosk.frame(2)
    before = DAY - timedelta(days=1)
    answer(
        kiosk, [Cell(before, 9, "", 3, False, 4), Cell(DAY, 8, "", 3, False, 9), Cell(DAY, 9, "", 1, True, 1)]
    )
    kiosk.until(lambda: kiosk.has("usb-close"))
    (name,) = os.listdir(place)
    assert (place / name).read_text(encoding="utf-8-sig").splitlines()[1:] == [
        "2025-11-21,,,Rất hài lòng,,9",
        "2025-11-21,,,Hài lòng,,0",
        "2025-11-21,,,Chưa hài lòng,,1",
    ]


@pytest.fixture
def real_stick(tmp_path: Path) -> Iterator[Path]:
    """A small ext4 file system on a loop device, where the made-up kernel says that a stick is."""
    place, image = stick(tmp_path), tmp_path / "stick.img"
    image.write_bytes(bytes(1 << 20))
    try:
        run("mkfs.ext4", "-q", "-F", image)
        run("mount", "-o", "loop", image, place)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"no file system can be mounted here: {error}")
    yield place
    run("umount", "-l", place)


def run(*command: object) -> None:
    subprocess.run([str(word) for word in command], check=True, capture_output=True)


def filled(place: Path) -> None:
    with (place / "holiday.mp4").open("wb", buffering=0) as file:
        for size in (4096, 1):  # to the last block, and to the last byte of it
            with contextlib.suppress(OSError):
                while file.write(bytes(size)):
                    pass


def torn_away(place: Path) -> None:
    """From now on the kernel fails every access, as when a stick is pulled."""
    descriptor = os.open(place, os.O_RDONLY)
    fcntl.ioctl(descriptor, 0x8004587D, struct.pack("I", 2))  # EXT4_IOC_SHUTDOWN, nothing is flushed
    os.close(descriptor)


def locked(place: Path) -> None:
    run("mount", "-o", "remount,ro", place)


@pytest.mark.parametrize(
    ("harm", "says"),
    [(filled, "USB đã đầy"), (torn_away, "USB bị rút quá sớm"), (locked, "Không ghi được vào USB này")],
)
def test_a_stick_that_fails_is_named_and_nothing_is_lost(
    start: Callable[..., Kiosk],
    tmp_path: Path,
    real_stick: Path,
    harm: Callable[[Path], None],
    says: str,
) -> None:
    kiosk = opened(start(media=tmp_path))
    harm(real_stick)
    exported(kiosk)
    assert says in kiosk.words()
    assert "số liệu vẫn còn trên máy này" in kiosk.words()
    assert "có thể rút" not in kiosk.words()
    kiosk.touch("usb-close")
    kiosk.frame(3)
    assert "4.381" in kiosk.words()
