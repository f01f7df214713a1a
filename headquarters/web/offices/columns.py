"""Cells that several lists have in common: an office's code, a month, a count."""

from __future__ import annotations

import datetime as dt
import re

from django.utils import timezone
from django.utils.translation import gettext as _

from headquarters.indicators.counting import next_month
from headquarters.web.offices import sheets
from headquarters.web.offices.sheets import Fault, Line

LARGEST = 1_000_000
EARLIEST = dt.date(2015, 1, 1)
_YEAR_FIRST = re.compile(r"(\d{4})-(\d{1,2})(?:-01)?")
_MONTH_FIRST = re.compile(r"(?:0?1/)?(\d{1,2})/(\d{4})")


def office(line: Line, column: int, codes: dict[str, int], faults: list[Fault]) -> int | None:
    """``codes``: those of the offices that the person sees."""
    found = codes.get(line.cells[column])
    if found is None:
        words = _("no office of yours has the code %(code)s") % {"code": line.cells[column] or "–"}
        if column in line.numbers:
            words = _("the code is a number, so zeros at its front may be lost: format the column as text")
        faults.append(Fault(line.row, column, words))
    return found


def day(line: Line, column: int, faults: list[Fault]) -> dt.date | None:
    """A day up to today."""
    try:
        found = sheets.day(line.cells[column])
    except ValueError:
        found = None
    if found is None:
        faults.append(Fault(line.row, column, _("a day should be written as 2026-07-01 or 01/07/2026")))
    elif not EARLIEST <= found <= timezone.localdate():
        faults.append(Fault(line.row, column, _("this day is too far away, or not here yet")))
        return None
    return found


def month(line: Line, column: int, faults: list[Fault]) -> dt.date | None:
    """The first day of a month that is over."""
    text = line.cells[column]
    try:
        found = _month(text)
    except ValueError:
        faults.append(Fault(line.row, column, _("a month should be written as 2026-07 or 07/2026")))
        return None
    if found < EARLIEST or next_month(found) > timezone.localdate():
        faults.append(Fault(line.row, column, _("this month is too far away, or not over yet")))
        return None
    return found


def _month(text: str) -> dt.date:
    """A spreadsheet makes a day of "07/2026", the first. Raises ValueError."""
    if match := _YEAR_FIRST.fullmatch(text):
        return dt.date(int(match[1]), int(match[2]), 1)
    if match := _MONTH_FIRST.fullmatch(text):
        return dt.date(int(match[2]), int(match[1]), 1)
    raise ValueError(text)


def count(line: Line, column: int, faults: list[Fault]) -> int | None:
    """A whole number."""
    text = line.cells[column]
    if not text.isascii() or not text.isdigit() or len(text) > 7 or int(text) > LARGEST:
        faults.append(Fault(line.row, column, _("a whole number from 0 to 1,000,000 is expected")))
        return None
    return int(text)
