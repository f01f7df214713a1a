"""The staff's page for pictures and fit checks: a lively day, and every state it can be in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from typing import Any

from kiosk.blind import Blind
from kiosk.export import Progress
from kiosk.hours import parse
from kiosk.store.figures import Apart, Cell, Choice, Counts, DayFigures, FlaggedTap, Said
from kiosk.ui.preview_reach import Low

NOW = datetime(2025, 11, 21, 17, 50, tzinfo=timezone(timedelta(hours=7)))
DAY = NOW.date()
HOURS = parse("T2-T6 07:30-11:30, 13:30-17:00")
DESKS = ("", "quay-1", "quay-2", "quay-4")
BY_HOUR = {7: (6, 3, 0), 8: (18, 7, 2), 9: (21, 8, 2), 10: (17, 7, 3), 11: (5, 2, 0), 13: (8, 4, 1),
           14: (13, 5, 2), 15: (6, 3, 1), 16: (2, 2, 0)}  # fmt: skip
CHOSEN = {
    "thoi-gian": (5, 12), "thai-do": (1, 31), "huong-dan": (3, 27), "thu-tuc": (4, 6), "phi": (1, 2),
    "ket-qua": (2, 18), "xin-loi": (2, 9), "cam-on": (0, 22), "nghe-dan-noi": (3, 11),
}  # fmt: skip
SAID = (
    Said(16 * 60 + 12, "khen-ngoi", "Cán bộ Quầy 3 hướng dẫn rất tận tình, cảm ơn."),
    Said(14 * 60 + 40, "gop-y", "Nên có thêm ghế ngồi chờ và quạt ở sảnh. Buổi sáng rất đông, nhiều người "
         "lớn tuổi phải đứng. Bảng số thứ tự ở góc trái khó nhìn thấy khi ngồi ở hàng ghế cuối."),
    Said(10 * 60 + 12, "phan-anh", "Tôi chờ từ 8 giờ đến hơn 10 giờ mới được gọi. Gọi tôi số •••••••• nhé."),
    Said(8 * 60 + 5, "gop-y", "Đường Nguyễn Ỷ Ẳ Ỗ ự: mẫu đơn mới khó điền."),
)  # fmt: skip
TAPS = (
    *[FlaggedTap(10 * 60 + 12, 1, ("streak",), "quay-2")] * 3,
    FlaggedTap(17 * 60 + 46, 3, ("after_hours",), ""),
)


def figures(day: date = DAY) -> DayFigures:
    """A day like the mockup's."""
    cells = [
        Cell(day, hour, DESKS[(hour + level) % 4], level, False, n)
        for hour, counts in BY_HOUR.items()
        for level, n in zip((3, 2, 1), counts, strict=True)
        if n
    ]
    cells += [Cell(day, 10, "quay-2", 1, True, 3), Cell(day, 17, "", 3, True, 1)]
    choices = tuple(
        Choice(key, good, False, n)
        for key, both in CHOSEN.items()
        for good, n in zip((False, True), both, strict=True)
        if n
    )
    many = tuple(replace(choice, n=choice.n * 19) for choice in choices)
    return DayFigures(
        day=day, today=day, cells=tuple(cells), flagged=TAPS, comments=SAID, days=_days(day),
        choices={1: choices, 7: many, 30: many}, swallowed=4,
    )  # fmt: skip


def _days(day: date) -> dict[date, Apart]:
    """Two months with weekends off."""
    found = {day: Apart(Counts(96, 41, 11), Counts(1, 0, 3))}
    for back in range(1, 60):
        when = day - timedelta(days=back)
        if when.weekday() < 5:
            found[when] = Apart(Counts(74 + back * 7 % 31, 34 + back * 5 % 17, 7 + back * 3 % 9))
    return found


def many() -> DayFigures:
    """More than an office ever sees in a day, at eleven desks."""
    base = figures()
    cells = tuple(
        replace(cell, n=cell.n * 31, desk=f"quay-{(i * 7) % 11 + 1}") for i, cell in enumerate(base.cells)
    )
    days = {day: Apart(Counts(*(n * 31 for n in _of(apart)))) for day, apart in base.days.items()}
    taps = tuple(FlaggedTap(480 + 7 * i, 1 + i % 3, ("burst", "after_hours"), "quay-2") for i in range(40))
    return replace(base, cells=cells, days=days, flagged=taps, comments=SAID * 6)


def _of(apart: Apart) -> tuple[int, int, int]:
    return apart.plain.very, apart.plain.satisfied, apart.plain.unsatisfied


def pages() -> dict[str, Callable[[dict[str, Any]], Any]]:
    """Every state worth a look."""
    empty = DayFigures(DAY, DAY)
    few = replace(empty, cells=(Cell(DAY, 9, "", 3, False, 3),))
    parts = {
        f"staff-{part}": _page(figures(), part=part)
        for part in ("promises", "comments", "flagged", "counts", "hours", "desks", "past")
    }
    return {
        "staff": _page(figures()),
        "staff-with": _page(figures(), flagged=True, length=30),
        "staff-many": _page(many()),
        "staff-empty": _page(empty),
        "staff-waiting": _page("waiting"),
        "staff-failed": _page(None),
        "staff-blind": _page(replace(figures(), today=DAY), blind=True, at=NOW.replace(hour=10)),
        "staff-few": _page(few, blind=True),
        "staff-blind-later": _page(figures(), blind=True),
        **parts,
        "staff-comments-many": _page(many(), part="comments"),
        "staff-flagged-many": _page(many(), part="flagged"),
        "staff-month": _month,
        "staff-usb": _usb(Progress("writing", 40, 100)),
        "staff-usb-done": _usb(Progress("done", 1, 1, "danh-gia-quay-3-2025-11-21.csv")),
        "staff-usb-failed": _usb(Progress("failed", reason="gone")),
        "staff-usb-none": _usb(Progress("failed", reason="none")),
        **{
            f"staff-low-{part}": Low(_page(figures(), part=part))
            for part in ("counts", "hours", "desks", "past", "promises")
        },
        "staff-low-comments": Low(_page(many(), part="comments")),
        "staff-low-flagged": Low(_page(many(), part="flagged")),
        "staff-low-month": Low(_month),
        "staff-low-month-long": Low(_month_of(date(2025, 3, 21))),
        "staff-low-failed": Low(_page(None)),
        "staff-low-usb": Low(_usb(Progress("failed", reason="gone"))),
    }


def _page(found: Any, *, blind: bool = False, at: datetime = NOW, **shown: Any) -> Any:
    def build(given: dict[str, Any]) -> Any:
        from kiosk.ui.screens.staff import StaffScreen

        facts = replace(given["facts"], hours=HOURS, blind=Blind(blind, HOURS), now=lambda: at)
        page = StaffScreen(**(given | {"facts": facts}), **_fitting(shown))
        if found == "waiting":
            page.say_reading()
        else:
            page.show_day(found, at)
        return page

    return build


def _fitting(shown: dict[str, Any]) -> dict[str, Any]:
    """At the usual text size some parts stand together on the overview."""
    from kiosk.ui.screens import staff
    from kiosk.ui.screens.staff_head import one_at_a_time

    there = staff.SINGLE if one_at_a_time() else staff.WHOLE
    return {name: value if name != "part" or value in there else there[0] for name, value in shown.items()}


def _month(given: dict[str, Any]) -> Any:
    return _month_of(DAY)(given)


def _month_of(day: date) -> Any:
    def build(given: dict[str, Any]) -> Any:
        page = _page(figures(day))(given)
        page.open_month(day.replace(day=1))
        page.show_month(_days(day), NOW)
        return page

    return build


def _usb(progress: Progress) -> Any:
    def build(given: dict[str, Any]) -> Any:
        page = _page(figures())(given)
        page.mode = "usb"
        page.show_usb(progress)
        return page

    return build
