"""What is asked before anything personal is opened, kept or erased."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from headquarters.accounts import rights
from headquarters.accounts.models import User
from headquarters.offices.models import Office
from headquarters.privacy import contacts
from headquarters.privacy.models import SubjectRequest
from sync import lookup

REASON_LEAST, REASON_MOST, BACK_DAYS = 10, 300, 60


class ReasonForm(forms.Form):
    """Why somebody's data are opened; kept in the audit log."""

    reason = forms.CharField(label=gettext_lazy("Why it is opened"), max_length=REASON_MOST, strip=True)

    def clean_reason(self) -> str:
        """One line, and not just a letter."""
        reason = " ".join(str(self.cleaned_data["reason"]).split())
        if len(reason) < REASON_LEAST:
            raise ValidationError(
                _("Please say why in %(n)s letters or more, such as the matter it is about.")
                % {"n": REASON_LEAST}
            )
        return reason


class RequestForm(forms.Form):
    """A request of a person about their own data, as it came to the counter or by letter."""

    kind = forms.ChoiceField(label=gettext_lazy("What is asked"), choices=SubjectRequest.Kind.choices)
    office: Any = forms.ModelChoiceField(
        label=gettext_lazy("Office"),
        queryset=Office.objects.none(),
        empty_label=gettext_lazy("Please choose"),
    )
    received_on = forms.DateField(
        label=gettext_lazy("Day of receipt"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    code = forms.CharField(label=gettext_lazy("Lookup code"), max_length=40, required=False)
    phone = forms.CharField(
        label=gettext_lazy("Phone that was left for the reply"), max_length=24, required=False
    )
    name = forms.CharField(
        label=gettext_lazy("Who asks, and how we answer (may stay empty)"), max_length=200, required=False
    )

    def __init__(self, user: User, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.label_suffix = ""
        self.fields["office"].queryset = rights.offices(user)  # type: ignore[attr-defined]
        for name, field in self.fields.items():
            if self.is_bound and self.errors.get(name):
                field.widget.attrs |= {"aria-invalid": "true", "aria-describedby": f"{name}-error"}

    def clean_received_on(self) -> dt.date:
        """Clocks run from here: no day to come, and none long ago."""
        day: dt.date = self.cleaned_data["received_on"]
        today = timezone.localdate()
        if not today - dt.timedelta(days=BACK_DAYS) <= day <= today:
            raise ValidationError(_("A day of the last %(n)s days, please.") % {"n": BACK_DAYS})
        return day

    def clean_code(self) -> str:
        """A code whose check letter fits."""
        typed = self.cleaned_data["code"]
        code = lookup.normalise(typed) if typed else ""
        if code is None:
            raise ValidationError(
                _("This is no lookup code: please compare it with the slip, letter by letter.")
            )
        return code

    def clean_phone(self) -> str:
        """A number of this country, without its zero."""
        typed = self.cleaned_data["phone"]
        phone = contacts.dialled(typed)
        if typed and not phone:
            raise ValidationError(_("This is no Vietnamese phone number."))
        return phone

    def clean(self) -> dict[str, Any]:
        """Something to find the data by."""
        found = super().clean() or {}
        if not self.errors and not (found.get("code") or found.get("phone")):
            raise ValidationError(_("A lookup code or a phone, please: without either nothing can be found."))
        return found


class StepForm(forms.Form):
    """What happened next."""

    state = forms.ChoiceField(
        label=gettext_lazy("Next"),
        choices=[one for one in SubjectRequest.State.choices if one[0] != SubjectRequest.State.RECEIVED],
    )
    note = forms.CharField(label=gettext_lazy("Note (nothing personal)"), max_length=300, required=False)
