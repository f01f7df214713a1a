"""Stretches of days: named in addresses ("30d", "2026-11", "2026-q4", "2026"), by two dates; compared."""

import calendar
import datetime as dt
import re
from dataclasses import dataclass

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

DEFAULT_DAYS = 30
LONGEST_DAYS = 366
QUICK_DAYS = (7, 30, 90)
# A year that nobody can have ratings of is a slip of the hand.
EARLIEST_YEAR = 2000

_DAYS = re.compile(r"([1-9][0-9]{0,2})d")
_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")
_QUARTER = re.compile(r"([0-9]{4})-q([1-4])")
_YEAR = re.compile(r"[0-9]{4}")


@dataclass(frozen=True, slots=True)
class Period:
    """Both days are local to the offices and belong to the period. ``name`` is how the address calls it."""

    first: dt.date
    last: dt.date
    name: str = ""

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def before(self) -> "Period":
        """The period of the same length that ends the day before this one begins."""
        return Period(self.first - dt.timedelta(days=self.days), self.first - dt.timedelta(days=1))

    @property
    def parameters(self) -> dict[str, str]:
        """What an address needs to show this period again; a named one moves with the calendar."""
        if self.name:
            return {"period": self.name}
        return {"from": self.first.isoformat(), "to": self.last.isoformat()}

    @property
    def query(self) -> str:
        return f"from={self.first.isoformat()}&to={self.last.isoformat()}"

    def compared(self, way: str) -> "Period":
        """What to hold this period against: "previous", or the same days a "month" or a "year" before."""
        months = {"month": 1, "year": 12}.get(way)
        if months is None:
            return self.before
        return Period(_months_before(self.first, months), _last_months_before(self.last, months))


def ending(last: dt.date, days: int) -> Period:
    return Period(last - dt.timedelta(days=days - 1), last, f"{days}d")


def named(name: str, today: dt.date) -> Period | None:
    """The period of a name, not beyond today; None for a name that means nothing."""
    if found := _DAYS.fullmatch(name):
        days = int(found[1])
        return ending(today, days) if days <= LONGEST_DAYS else None
    if found := _MONTH.fullmatch(name):
        return _calendar(int(found[1]), int(found[2]), 1, name, today)
    if found := _QUARTER.fullmatch(name):
        return _calendar(int(found[1]), int(found[2]) * 3 - 2, 3, name, today)
    if _YEAR.fullmatch(name):
        return _calendar(int(name), 1, 12, name, today)
    return None


def _calendar(year: int, month: int, months: int, name: str, today: dt.date) -> Period | None:
    if not 1 <= month <= 12 or not EARLIEST_YEAR <= year <= today.year:
        return None
    first = dt.date(year, month, 1)
    return Period(first, min(_month_end(year, month + months - 1), today), name) if first <= today else None


def _month_end(year: int, month: int) -> dt.date:
    return dt.date(year, month, calendar.monthrange(year, month)[1])


def _months_before(day: dt.date, months: int) -> dt.date:
    """The same day of an earlier month, or that month's last day where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return min(_month_end(year, month + 1), dt.date(year, month + 1, 1) + dt.timedelta(days=day.day - 1))


def _last_months_before(day: dt.date, months: int) -> dt.date:
    """A month's last day is held against the last day of the other month."""
    shifted = _months_before(day, months)
    at_end = day == _month_end(day.year, day.month)
    return _month_end(shifted.year, shifted.month) if at_end else shifted


def offered(today: dt.date) -> list[tuple[str, list[Period]]]:
    """What the bar lets one choose from: 13 months, 5 quarters, 3 years, the latest first."""
    month, quarter = today.year * 12 + today.month - 1, today.year * 4 + (today.month - 1) // 3
    names = {
        "month": [f"{at // 12}-{at % 12 + 1:02}" for at in range(month, month - 13, -1)],
        "quarter": [f"{at // 4}-q{at % 4 + 1}" for at in range(quarter, quarter - 5, -1)],
        "year": [str(year) for year in range(today.year, today.year - 3, -1)],
    }
    return [(kind, [p for name in found if (p := named(name, today))]) for kind, found in names.items()]


class PeriodForm(forms.Form):
    """ISO dates only: the browser's date field shows them in the reader's own order."""

    first = forms.DateField(input_formats=["%Y-%m-%d"], label=_("From"))
    last = forms.DateField(input_formats=["%Y-%m-%d"], label=_("To"))

    def clean(self) -> dict[str, dt.date]:
        cleaned: dict[str, dt.date] = self.cleaned_data
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and first > last:
            raise forms.ValidationError(_("The first day must not be after the last day."))
        if first and last and (last - first).days >= LONGEST_DAYS:
            raise forms.ValidationError(_("Please choose at most one year."))
        if first and first.year < EARLIEST_YEAR:
            raise forms.ValidationError(_("There are no ratings of that time."))
        return cleaned


def read(query: QueryDict, today: dt.date) -> tuple[Period, list[str]]:
    """The period asked for, or the last 30 days with the reasons why the question was refused."""
    usual = ending(today, DEFAULT_DAYS)
    if query.get("from") or query.get("to"):
        return _between(query, usual)
    name = query.get("period", "")
    found = named(name, today) if name else usual
    if found is None:
        return usual, [gettext("The period “%s” is not known.") % name[:40]]
    return found, []


def _between(query: QueryDict, usual: Period) -> tuple[Period, list[str]]:
    # "from" is a Python keyword, so no field can carry the name that the address does.
    form = PeriodForm({"first": query.get("from", ""), "last": query.get("to", "")})
    if form.is_valid():
        return Period(form.cleaned_data["first"], form.cleaned_data["last"]), []
    reasons = [str(error) for error in form.non_field_errors()]
    for name in ("first", "last"):
        reasons += [f"{form.fields[name].label}: {error}" for error in form.errors.get(name, [])]
    return usual, reasons
