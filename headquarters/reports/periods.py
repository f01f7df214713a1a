"""The stretches of time that reports are made for, and the one before of the same kind."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass

from babel.dates import format_date
from django.db import models
from django.utils.translation import gettext_lazy as _

from headquarters import formats
from headquarters.reports import vietnamese as vi

EARLIEST_YEAR = 2000
_ROMAN = ("I", "II", "III", "IV")


class Kind(models.TextChoices):
    """Six and nine months are the first ones of a year, and are held against those of the year before."""

    DAY = "day", _("Day")
    WEEK = "week", _("Week")
    MONTH = "month", _("Month")
    QUARTER = "quarter", _("Quarter")
    SIX_MONTHS = "6-months", _("First six months")
    NINE_MONTHS = "9-months", _("First nine months")
    YEAR = "year", _("Year")


_MONTHS = {Kind.MONTH: 1, Kind.QUARTER: 3, Kind.SIX_MONTHS: 6, Kind.NINE_MONTHS: 9, Kind.YEAR: 12}
_DAYS = {Kind.DAY: 1, Kind.WEEK: 7}
_FORMS = {
    Kind.DAY: (re.compile(r"\d{4}-\d{2}-\d{2}"), "2026-11-05"),
    Kind.WEEK: (re.compile(r"\d{4}-W\d{2}"), "2026-W45"),
    Kind.MONTH: (re.compile(r"\d{4}-\d{2}"), "2026-11"),
    Kind.QUARTER: (re.compile(r"\d{4}-Q[1-4]"), "2026-Q3"),
    Kind.SIX_MONTHS: (re.compile(r"\d{4}"), "2026"),
    Kind.NINE_MONTHS: (re.compile(r"\d{4}"), "2026"),
    Kind.YEAR: (re.compile(r"\d{4}"), "2026"),
}


@dataclass(frozen=True, slots=True)
class Period:
    """Both days belong to it."""

    kind: Kind
    first: dt.date
    last: dt.date

    @property
    def name(self) -> str:
        """In a title: "quý III năm 2025"."""
        return _name(self, f" năm {_year(self)}")

    @property
    def label(self) -> str:
        """As a page of this reader's language calls it; documents are Vietnamese always (``name``)."""
        return self.name if formats.language() == "vi" else _english(self)

    @property
    def short(self) -> str:
        """At the head of a column: "Tháng 10/2025"."""
        first = self.first
        match self.kind:
            case Kind.DAY:
                return vi.day(first)
            case Kind.WEEK:
                return f"Tuần {_week(first)}/{_year(self)}"
            case Kind.YEAR:
                return f"Năm {first.year}"
            case _:
                name = _name(self, "").removesuffix(" đầu")
                return f"{name[0].upper()}{name[1:]}/{first.year}"

    @property
    def before(self) -> Period:
        """The one before of the same kind; six and nine months: those of the year before."""
        if self.kind in (Kind.SIX_MONTHS, Kind.NINE_MONTHS):
            return beginning(self.kind, dt.date(self.first.year - 1, 1, 1))
        return containing(self.kind, self.first - dt.timedelta(days=1))

    @property
    def code(self) -> str:
        """What ``named`` reads back."""
        match self.kind:
            case Kind.DAY:
                return self.first.isoformat()
            case Kind.WEEK:
                return f"{_year(self)}-W{_week(self.first):02}"
            case Kind.MONTH:
                return f"{self.first:%Y-%m}"
            case Kind.QUARTER:
                return f"{self.first.year}-Q{_quarter(self.first)}"
            case _:
                return str(self.first.year)

    def reference(self, beside: Period) -> str:
        """As a sentence about ``beside`` calls it: "tháng 9" where the year is the same."""
        same = _year(self) == _year(beside)
        if self.kind in (Kind.DAY, Kind.YEAR) or not same:
            return f"ngày {vi.day(self.first)}" if self.kind is Kind.DAY else self.name
        return _name(self, "")


def beginning(kind: Kind, first: dt.date) -> Period:
    """The period that begins on that day, which must be a first day of its kind."""
    if kind in _DAYS:
        return Period(kind, first, first + dt.timedelta(days=_DAYS[kind] - 1))
    month = first.month + _MONTHS[kind] - 1
    return Period(kind, first, dt.date(first.year, month, calendar.monthrange(first.year, month)[1]))


def containing(kind: Kind, day: dt.date) -> Period:
    """The period of a kind in which a day lies; six and nine months: those of the day's year."""
    match kind:
        case Kind.DAY:
            return beginning(kind, day)
        case Kind.WEEK:
            return beginning(kind, day - dt.timedelta(days=day.weekday()))
        case Kind.MONTH:
            return beginning(kind, day.replace(day=1))
        case Kind.QUARTER:
            return beginning(kind, dt.date(day.year, _quarter(day) * 3 - 2, 1))
        case _:
            return beginning(kind, dt.date(day.year, 1, 1))


def named(kind: Kind, code: str) -> Period:
    """The period of a kind by its code; ValueError, with the form that is expected, for any other text."""
    form, example = _FORMS[kind]
    try:
        if form.fullmatch(code) and int(code[:4]) >= EARLIEST_YEAR:
            return containing(kind, _day_of(kind, code))
    except ValueError:
        pass
    raise ValueError(f"“{code}” is no {kind.value}; expected is such as {example}")


def _day_of(kind: Kind, code: str) -> dt.date:
    match kind:
        case Kind.DAY:
            return dt.date.fromisoformat(code)
        case Kind.WEEK:
            return dt.date.fromisocalendar(int(code[:4]), int(code[-2:]), 1)
        case Kind.MONTH:
            return dt.date.fromisoformat(f"{code}-01")
        case Kind.QUARTER:
            return dt.date(int(code[:4]), int(code[-1]) * 3, 1)
        case _:
            return dt.date(int(code), 1, 1)


def _name(period: Period, year: str) -> str:
    first = period.first
    match period.kind:
        case Kind.DAY:
            return vi.day_in_words(first)
        case Kind.WEEK:
            span = f" (từ ngày {vi.day(first)} đến ngày {vi.day(period.last)})" if year else ""
            return f"tuần {_week(first)}{year}{span}"
        case Kind.MONTH:
            return f"tháng {vi.month(first.month)}{year}"
        case Kind.QUARTER:
            return f"quý {_ROMAN[_quarter(first) - 1]}{year}"
        case Kind.YEAR:
            return f"năm {first.year}"
        case _:
            return f"{_MONTHS[period.kind]} tháng đầu{year}"


def _english(period: Period) -> str:
    year = _year(period)
    match period.kind:
        case Kind.DAY | Kind.YEAR:
            return formats.day(period.first) if period.kind is Kind.DAY else str(year)
        case Kind.WEEK:
            return f"week {_week(period.first)} of {year}"
        case Kind.MONTH:
            return format_date(period.first, "MMMM yyyy", locale="en")
        case Kind.QUARTER:
            return f"quarter {_quarter(period.first)} of {year}"
        case Kind.SIX_MONTHS:
            return f"first six months of {year}"
        case _:
            return f"first nine months of {year}"


def _quarter(day: dt.date) -> int:
    return (day.month + 2) // 3


def _week(day: dt.date) -> int:
    return day.isocalendar().week


def _year(period: Period) -> int:
    """A week belongs to the year of its Thursday (ISO 8601)."""
    return period.first.isocalendar().year if period.kind is Kind.WEEK else period.first.year
