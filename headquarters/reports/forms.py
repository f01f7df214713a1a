"""What people fill in about reports."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from headquarters.accounts import rights
from headquarters.accounts.models import User
from headquarters.offices.models import Office
from headquarters.reports import changes
from headquarters.reports.models import Deadline
from headquarters.reports.periods import EARLIEST_YEAR, Kind, Period, containing

_LONGEST_TEXT = 6000
_DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class NewForm(forms.Form):
    """Which office, which period: any day in it says which."""

    office = forms.ModelChoiceField(
        Office.objects.none(), label=_("Office (with all below it)"), empty_label=_("Choose an office…")
    )
    kind = forms.ChoiceField(choices=Kind.choices, label=_("Period"))
    day = forms.DateField(input_formats=["%Y-%m-%d"], widget=_DATE, label=_("A day in the period"))

    def __init__(self, user: User, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.label_suffix = ""
        self.fields["office"].queryset = rights.offices(user).order_by("name")  # type: ignore[attr-defined]

    def clean_day(self) -> dt.date:
        """A day that may have ratings."""
        day: dt.date = self.cleaned_data["day"]
        if not EARLIEST_YEAR <= day.year <= timezone.localdate().year:
            raise ValidationError(_("There are no ratings of that time."))
        return day

    def clean(self) -> dict[str, Any]:
        """A period that has begun."""
        found = super().clean() or {}
        if (period := self.period) is not None and period.first > timezone.localdate():
            raise ValidationError(_("The period has not begun: there is nothing to count yet."))
        return found

    @property
    def period(self) -> Period | None:
        """What was chosen; None where something is missing."""
        kind, day = self.cleaned_data.get("kind"), self.cleaned_data.get("day")
        return containing(Kind(kind), day) if kind and day else None


class TextsForm(forms.Form):
    """The parts of a report that people write."""

    difficulties = forms.CharField(
        required=False, max_length=_LONGEST_TEXT, widget=forms.Textarea({"rows": 4})
    )
    causes = forms.CharField(required=False, max_length=_LONGEST_TEXT, widget=forms.Textarea({"rows": 4}))
    proposals = forms.CharField(required=False, max_length=_LONGEST_TEXT, widget=forms.Textarea({"rows": 4}))
    receivers = forms.CharField(required=False, max_length=1000, widget=forms.Textarea({"rows": 4}))

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.label_suffix = ""
        for name, field in self.fields.items():
            field.label = changes.TEXTS[name]  # type: ignore[assignment]

    def clean(self) -> dict[str, str]:
        """Line ends as they are kept: browsers send two signs for one."""
        return {name: text.replace("\r\n", "\n") for name, text in self.cleaned_data.items()}


class DeadlineForm(forms.ModelForm):  # type: ignore[type-arg]
    """When a report is due, again and again."""

    class Meta:
        model = Deadline
        fields = ("office", "kind", "day", "months_after", "days_before", "receivers", "source", "enabled")
        labels = {  # noqa: RUF012
            "office": _("Office that reports"),
            "kind": _("Period"),
            "day": _("Due on day"),
            "months_after": _("In which month"),
            "days_before": _("Draft it so many days before"),
            "receivers": _("Receivers (Nơi nhận), one a line"),
            "source": _("Who asks for it (plan, decree)"),
            "enabled": _("In force"),
        }
        widgets = {  # noqa: RUF012
            "receivers": forms.Textarea({"rows": 3}),
            "source": forms.Textarea({"rows": 3}),
            "months_after": forms.Select(
                choices=[
                    (-1, _("The month before the last one")),
                    (0, _("The period’s last month")),
                    (1, _("The month after the period")),
                ]
            ),
        }

    def __init__(self, user: User, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.label_suffix = ""
        self.fields["office"].queryset = rights.offices(user).order_by("name")  # type: ignore[attr-defined]
        self.fields["office"].empty_label = _("Choose an office…")  # type: ignore[attr-defined]
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            (key, words) for key, words in Kind.choices if key not in (Kind.DAY, Kind.WEEK)
        ]

    def clean_source(self) -> str:
        """One line, as lists and the audit log have it."""
        return " ".join(str(self.cleaned_data["source"]).split())

    def clean_day(self) -> int:
        """A day that there is; the 31st is the last one of shorter months."""
        return self._between("day", 1, 31)

    def clean_months_after(self) -> int:
        """From a month before the last one to the one after."""
        return self._between("months_after", -1, 1)

    def clean_days_before(self) -> int:
        """At most a month."""
        return self._between("days_before", 0, 31)

    def _between(self, name: str, low: int, high: int) -> int:
        value: int = self.cleaned_data[name]
        if not low <= value <= high:
            raise ValidationError(_("From %(low)s to %(high)s.") % {"low": low, "high": high})
        return value
