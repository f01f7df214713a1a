"""Periods of reports: their days, their names, the one before; numbers as documents write them."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import translation

from headquarters.ratings.figures import Interval
from headquarters.reports import periods
from headquarters.reports import vietnamese as vi
from headquarters.reports.periods import Kind

pytestmark = pytest.mark.screen_only


@pytest.mark.parametrize(
    ("kind", "code", "days", "name", "short", "before", "reference"),
    [
        ("day", "2025-01-05", ("2025-01-05", "2025-01-05"), "ngày 05 tháng 01 năm 2025", "05/01/2025",
         "2025-01-04", "ngày 04/01/2025"),
        ("week", "2025-W45", ("2025-11-03", "2025-11-09"),
         "tuần 45 năm 2025 (từ ngày 03/11/2025 đến ngày 09/11/2025)", "Tuần 45/2025", "2025-W44", "tuần 44"),
        ("week", "2026-W01", ("2025-12-29", "2026-01-04"),
         "tuần 1 năm 2026 (từ ngày 29/12/2025 đến ngày 04/01/2026)", "Tuần 1/2026", "2025-W52",
         "tuần 52 năm 2025 (từ ngày 22/12/2025 đến ngày 28/12/2025)"),
        ("month", "2025-10", ("2025-10-01", "2025-10-31"), "tháng 10 năm 2025", "Tháng 10/2025", "2025-09",
         "tháng 9"),
        ("month", "2024-02", ("2024-02-01", "2024-02-29"), "tháng 02 năm 2024", "Tháng 02/2024", "2024-01",
         "tháng 01"),
        ("month", "2025-01", ("2025-01-01", "2025-01-31"), "tháng 01 năm 2025", "Tháng 01/2025", "2024-12",
         "tháng 12 năm 2024"),
        ("quarter", "2025-Q3", ("2025-07-01", "2025-09-30"), "quý III năm 2025", "Quý III/2025", "2025-Q2",
         "quý II"),
        ("quarter", "2025-Q1", ("2025-01-01", "2025-03-31"), "quý I năm 2025", "Quý I/2025", "2024-Q4",
         "quý IV năm 2024"),
        ("6-months", "2025", ("2025-01-01", "2025-06-30"), "6 tháng đầu năm 2025", "6 tháng/2025", "2024",
         "6 tháng đầu năm 2024"),
        ("9-months", "2025", ("2025-01-01", "2025-09-30"), "9 tháng đầu năm 2025", "9 tháng/2025", "2024",
         "9 tháng đầu năm 2024"),
        ("year", "2025", ("2025-01-01", "2025-12-31"), "năm 2025", "Năm 2025", "2024", "năm 2024"),
    ],
)  # fmt: skip
def test_a_period_has_its_days_its_names_and_one_before(
    kind: str, code: str, days: tuple[str, str], name: str, short: str, before: str, reference: str
) -> None:
    found = periods.named(Kind(kind), code)
    assert (found.first.isoformat(), found.last.isoformat()) == days
    assert (found.name, found.short, found.code) == (name, short, code)
    assert (found.before.code, found.before.kind) == (before, found.kind)
    assert found.before.reference(found) == reference


@pytest.mark.parametrize("day", [dt.date(2026, 1, 1), dt.date(2024, 2, 29), dt.date(2026, 12, 31)])
@pytest.mark.parametrize("kind", [kind for kind in Kind if "months" not in kind])
def test_a_period_holds_the_day_it_was_asked_for_and_the_one_before_ends_the_day_before(
    kind: Kind, day: dt.date
) -> None:
    found = periods.containing(kind, day)
    assert found.first <= day <= found.last
    assert found.before.last == found.first - dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("kind", "code"),
    [("quarter", "2026-Q5"), ("quarter", "2026-3"), ("month", "2026-13"), ("week", "2025-W53"), ("year", ""),
     ("day", "2026-02-30"), ("year", "0001"), ("year", "٢٠٢٦x")],
)  # fmt: skip
def test_a_code_that_means_nothing_is_refused_with_an_example(kind: str, code: str) -> None:
    with pytest.raises(ValueError, match="expected is such as 2026"):
        periods.named(Kind(kind), code)


def test_numbers_are_written_as_in_vietnamese_documents() -> None:
    assert (vi.count(1359), vi.percent(0.4356), vi.tenths(1.0), vi.tenths(None)) == (
        "1.359", "43,6%", "100,0", "–",
    )  # fmt: skip
    assert [vi.change(x) for x in (-0.016, 0.016, 0.0004, -0.0004, 0.0)] == [
        "giảm 1,6 điểm phần trăm", "tăng 1,6 điểm phần trăm", *["gần như không thay đổi"] * 2,
        "không thay đổi",
    ]  # fmt: skip
    assert [vi.signed(x) for x in (-0.016, 0.023, -0.0001, None)] == ["−1,6", "+2,3", "0,0", "–"]
    assert vi.interval(Interval(0.923, 0.948)) == "92,3–94,8"


@pytest.mark.parametrize(
    ("kind", "code", "words"),
    [
        ("day", "2025-01-05", "5 Jan 2025"), ("week", "2025-W45", "week 45 of 2025"),
        ("month", "2025-10", "October 2025"), ("quarter", "2025-Q3", "quarter 3 of 2025"),
        ("6-months", "2025", "first six months of 2025"), ("9-months", "2025", "first nine months of 2025"),
        ("year", "2025", "2025"),
    ],
)  # fmt: skip
def test_an_english_page_names_a_period_in_english(kind: str, code: str, words: str) -> None:
    found = periods.named(Kind(kind), code)
    with translation.override("en"):
        assert found.label == words
    with translation.override("vi"):
        assert found.label == found.name
