"""What the staff page makes of its figures: columns, rows, sentences."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from kiosk.hours import parse
from kiosk.office import EMPTY, Desk
from kiosk.store.figures import Apart, Cell, Choice, Counts, DayFigures, FlaggedTap
from kiosk.survey import load_slogans
from kiosk.ui import staff_plan as plan
from kiosk.ui.facts import Facts
from kiosk.ui.look import LANDSCAPE, Comfort, look
from kiosk.ui.staff_file import file_name

ASSETS = Path(__file__).resolve().parents[2] / "assets"
DAY = date(2025, 11, 21)
HOURS = parse("T2-T6 07:30-11:30, 13:30-17:00")


@pytest.fixture(autouse=True)
def vietnamese() -> Iterator[None]:
    look.use_locale(ASSETS / "locale")
    before = (look.width, look.height), look.comfort
    look.set(LANDSCAPE, Comfort())
    yield
    look.set(*before)


@pytest.fixture
def facts() -> Facts:
    book = replace(EMPTY, desks=(Desk("quay-1", "Quầy 1"), Desk("quay-2", "Quầy 2")))
    return Facts("UBND", "Một cửa", "Quầy 3", load_slogans(ASSETS / "slogans", "binh-duong-2023"), book=book)


def figures(*cells: tuple[int, str, int, bool, int], **more: object) -> DayFigures:
    made = tuple(Cell(DAY, *cell) for cell in cells)
    return DayFigures(DAY, DAY, cells=made, **more)  # type: ignore[arg-type]


def test_hours_are_those_of_the_office_and_any_other_that_has_answers() -> None:
    found = plan.hour_columns(figures((12, "", 3, False, 2), (17, "", 3, True, 1)), False, HOURS, 0)
    assert [column.label for column in found] == [
        "7h",
        "8h",
        "9h",
        "10h",
        "11h",
        "12h",
        "13h",
        "14h",
        "15h",
        "16h",
    ]
    assert [column.counts.total for column in found if column.label == "12h"] == [2]
    assert plan.hour_columns(figures((17, "", 3, True, 1)), True, HOURS, 0)[-1].label == "17h"


def test_an_hour_under_the_least_number_says_so_in_place_of_its_bar() -> None:
    (column,) = plan.hour_columns(figures((9, "", 1, False, 4)), False, None, 5)
    assert (column.counts, column.word) == (Counts(), "N < 5")


def test_seven_days_name_their_weekday_and_closed_days_say_so() -> None:
    days = {DAY: Apart(Counts(90, 6, 4)), DAY - timedelta(days=1): Apart(Counts(0, 0, 1))}
    found = plan.day_columns(figures(days=days), False, 7, HOURS)
    assert [column.label for column in found] == ["T7", "CN", "T2", "T3", "T4", "T5", "T6"]
    assert [column.word for column in found] == ["nghỉ", "nghỉ", "", "", "", "", ""]
    assert [column.mark for column in found][-2:] == ["100,0", "4,0"]
    assert [column.strong for column in found] == [False] * 6 + [True]


def test_of_thirty_days_every_fifth_says_its_date_and_the_last_one_always() -> None:
    found = plan.day_columns(figures(), False, 30, HOURS)
    assert [column.label for column in found if column.label] == [
        "27/10", "01/11", "06/11", "11/11", "16/11", "21/11",
    ]  # fmt: skip


def test_desks_stand_in_the_books_order_and_small_ones_show_no_share(facts: Facts) -> None:
    found = plan.desk_rows(
        figures((8, "quay-2", 3, False, 30), (8, "", 1, False, 29), (8, "q-9", 2, False, 99)), False, facts, 0
    )
    assert [(row.label, row.share, row.known) for row in found] == [
        ("Quầy 3", "N < 30", False),
        ("Quầy 2", "0,0%", True),
        ("q-9", "0,0%", True),
    ]


def test_flagged_neighbours_of_one_kind_are_told_together(facts: Facts) -> None:
    taps = (
        *[FlaggedTap(612 + i, 1, ("streak",), "quay-2") for i in range(3)],
        FlaggedTap(620, 1, ("streak",), "quay-2"),
        FlaggedTap(1066, 3, ("after_hours", "burst"), ""),
    )
    assert [(line.time, line.text) for line in plan.flagged_lines(figures(flagged=taps), facts)] == [
        ("10:12", "3 lượt “Chưa hài lòng”: lặp lại cùng một mức, Quầy 2"),
        ("10:20", "1 lượt “Chưa hài lòng”: lặp lại cùng một mức, Quầy 2"),
        ("17:46", "1 lượt “Rất hài lòng”: ngoài giờ làm việc, dồn dập trong một phút, Quầy 3"),
    ]


def test_promises_and_reasons_are_named_and_sorted_and_small_ones_left_out(facts: Facts) -> None:
    said = [
        Choice("xin-loi", False, False, 9), Choice("thoi-gian", False, False, 12),
        Choice("thoi-gian", False, True, 5), Choice("an-old-one", False, False, 6),
        Choice("phi", False, False, 4), Choice("thai-do", True, False, 40),
    ]  # fmt: skip
    name = plan.namer(facts)
    assert [(m.label, m.n) for m in plan.mentions(said, False, False, name, 5)] == [
        ("Thời gian", 12), ("Biết xin lỗi", 9), ("an-old-one", 6),
    ]  # fmt: skip
    assert plan.mentions(said, False, True, name, 0)[0].n == 17
    assert [m.label for m in plan.mentions(said, True, False, name, 0)] == ["Thái độ"]


@pytest.mark.parametrize(
    ("most", "rules"),
    [(0, []), (1, [1]), (4, [1, 2, 3, 4]), (31, [10, 20, 30]), (148, [50, 100]), (961, [500])],
)
def test_rules_are_round_numbers_four_at_most(most: int, rules: list[int]) -> None:
    assert plan.ticks(most) == rules


def test_a_month_is_weeks_from_monday() -> None:
    november = plan.weeks(DAY)
    assert november[0] == [None] * 5 + [date(2025, 11, 1), date(2025, 11, 2)]
    assert november[-1][-1] == date(2025, 11, 30)
    assert all(len(week) == 7 for week in plan.weeks(date(2026, 2, 14)))
    assert len(plan.weeks(date(2027, 2, 1))) == 4


@pytest.mark.parametrize(
    ("desk", "name"),
    [
        ("Quầy 3", "danh-gia-quay-3-2025-11-21.csv"),
        ("Đất đai / Môi trường", "danh-gia-dat-dai-moi-truong-2025-11-21.csv"),
        ("***", "danh-gia-2025-11-21.csv"),
    ],
)
def test_a_files_name_is_one_that_every_stick_takes(facts: Facts, desk: str, name: str) -> None:
    assert file_name(replace(facts, desk=desk), DAY) == name
