"""Numbers and days as an official document writes them, whatever language the page is in that asks."""

from __future__ import annotations

import datetime as dt

from headquarters.ratings.figures import Interval

_SWAPPED = str.maketrans(",.", ".,")
NONE = "–"
"""Where there is no share: an empty period has none, which is not nought."""


def count(number: int) -> str:
    """1359 → "1.359"."""
    return f"{number:,}".translate(_SWAPPED)


def tenths(share: float | None) -> str:
    """A share in per cent without its sign, for tables: 0.436 → "43,6"."""
    return NONE if share is None else f"{share * 100:,.1f}".translate(_SWAPPED)


def percent(share: float | None) -> str:
    """0.436 → "43,6%"."""
    return NONE if share is None else f"{tenths(share)}%"


def signed(difference: float | None) -> str:
    """A difference of shares in percentage points, for tables: −0.016 → "−1,6"; what rounds to nought has no
    sign."""
    if difference is None:
        return NONE
    size = tenths(abs(difference))
    if size == "0,0":
        return size
    return f"{'−' if difference < 0 else '+'}{size}"


def interval(found: Interval | None) -> str:
    """For tables: "5,1–7,7"."""
    return NONE if found is None else f"{tenths(found.low)}–{tenths(found.high)}"


def change(difference: float) -> str:
    """In a sentence: "giảm 1,6 điểm phần trăm"."""
    size = tenths(abs(difference))
    if size == "0,0":
        return "không thay đổi" if difference == 0 else "gần như không thay đổi"
    return f"{'giảm' if difference < 0 else 'tăng'} {size} điểm phần trăm"


def month(number: int) -> str:
    """NĐ 30/2020/NĐ-CP, phụ lục I: a nought before months 1 and 2 only."""
    return f"{number:02}" if number < 3 else str(number)


def day(value: dt.date) -> str:
    """Numbers only, as within a sentence: "05/11/2025"."""
    return f"{value.day:02}/{value.month:02}/{value.year}"


def day_in_words(value: dt.date) -> str:
    """ "ngày 05 tháng 11 năm 2025"."""
    return f"ngày {value.day:02} tháng {month(value.month)} năm {value.year}"
