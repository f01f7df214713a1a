"""The stretch of days a page shows, read once from its address."""

import datetime as dt
from dataclasses import dataclass

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

DEFAULT_DAYS = 30
LONGEST_DAYS = 366
QUICK_DAYS = (7, 30, 90)


@dataclass(frozen=True, slots=True)
class Period:
    """Both days are local to the offices and belong to the period."""

    first: dt.date
    last: dt.date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def before(self) -> "Period":
        """The period of the same length that ends the day before this one begins."""
        return Period(self.first - dt.timedelta(days=self.days), self.first - dt.timedelta(days=1))

    @property
    def query(self) -> str:
        return f"from={self.first.isoformat()}&to={self.last.isoformat()}"


def ending(last: dt.date, days: int) -> Period:
    return Period(last - dt.timedelta(days=days - 1), last)


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
        return cleaned


def read(query: QueryDict, today: dt.date) -> tuple[Period, list[str]]:
    """The period asked for, or the last 30 days with the reasons why the question was refused."""
    usual = ending(today, DEFAULT_DAYS)
    if "from" not in query and "to" not in query:
        return usual, []
    # "from" is a Python keyword, so no field can carry the name that the address does.
    form = PeriodForm({"first": query.get("from", ""), "last": query.get("to", "")})
    if form.is_valid():
        return Period(form.cleaned_data["first"], form.cleaned_data["last"]), []
    reasons = [str(error) for error in form.non_field_errors()]
    for name in ("first", "last"):
        reasons += [f"{form.fields[name].label}: {error}" for error in form.errors.get(name, [])]
    return usual, reasons
