"""Forms of the letters' pages."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from headquarters.accounts import rights
from headquarters.accounts.models import User
from headquarters.letters import fields, inspection
from headquarters.letters.kinds import Kind
from headquarters.offices.models import Office


class LetterForm(forms.Form):
    """The typed fields of one kind. A draft may have empty places, a ready letter may not."""

    def __init__(self, kind: Kind, *args: Any, values: dict[str, str] | None = None, **named: Any) -> None:
        super().__init__(*args, **named)
        self.label_suffix = ""
        for one in fields.typed(kind):
            self.fields[one.name] = _field(one)
            self.initial[one.name] = _shown(one, (values or {}).get(one.name, ""))
        self.kind = kind
        self.unfilled: tuple[str, ...] = ()

    def name_unfilled(self, names: tuple[str, ...]) -> None:
        """Show where a letter that should be ready is still empty; as a draft it is valid."""
        self.unfilled = names
        for name in names:
            self.fields[name].widget.attrs |= {"aria-invalid": "true", "aria-describedby": f"{name}-empty"}

    def values(self) -> dict[str, str]:
        """As a letter's version keeps them: text, days as they are printed."""
        return {one.name: kept(self.cleaned_data[one.name]) for one in fields.typed(self.kind)}


def _field(one: fields.Field) -> forms.Field:
    if one.day:
        return forms.DateField(label=str(one.words), required=False, widget=_day_input())
    widget = (
        forms.Textarea(attrs={"rows": 5}) if one.lines else forms.TextInput(attrs={"autocomplete": "off"})
    )
    return forms.CharField(
        label=str(one.words),
        required=False,
        widget=widget,
        max_length=fields.MOST_CHARACTERS if one.lines else 300,
    )


def _day_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def _shown(one: fields.Field, text: str) -> str | dt.date:
    if not one.day or not text:
        return text
    return dt.datetime.strptime(text, "%d/%m/%Y").date()  # noqa: DTZ007 – a day, no moment


def kept(value: object) -> str:
    """What a version keeps of a field."""
    if isinstance(value, dt.date):
        return fields.written_day(value)
    return fields.clean(str(value or ""))


class OfficeForm(forms.Form):
    """Whose letter it is; asked where it is about no case."""

    office = forms.ModelChoiceField(label=_("Office"), queryset=Office.objects.none())

    def __init__(self, user: User, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.label_suffix = ""
        found = rights.offices(user).order_by("name")
        self.fields["office"].queryset = found  # type: ignore[attr-defined]
        self.initial.setdefault("office", user.office_id or found.values_list("pk", flat=True).first())


class SentForm(forms.Form):
    """What the office wrote on the paper."""

    number = forms.CharField(label=_("Number on the letter"), max_length=60)
    on = forms.DateField(label=_("Day on the letter"), widget=_day_input())

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.label_suffix = ""
        self.initial.setdefault("on", timezone.localdate())

    def clean_on(self) -> dt.date:
        """Not in the future."""
        day: dt.date = self.cleaned_data["on"]
        if day > timezone.localdate():
            raise ValidationError(_("This day has not come yet."))
        return day


class UploadForm(forms.Form):
    """A template of an office. Everybody's is for who sees every office."""

    kind = forms.ChoiceField(label=_("Letter"), choices=Kind.choices)
    office = forms.ModelChoiceField(label=_("For"), queryset=Office.objects.none(), required=False)
    file = forms.FileField(
        label=_("Word document (.docx), at most 2 MB"), widget=forms.FileInput(attrs={"accept": ".docx"})
    )

    def __init__(self, user: User, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.label_suffix = ""
        office = self.fields["office"]
        office.queryset = rights.offices(user).order_by("name")  # type: ignore[attr-defined]
        office.required = user.office_id is not None
        office.empty_label = _("All offices")  # type: ignore[attr-defined]
        self.initial.setdefault("office", user.office_id)

    def clean_file(self) -> Any:
        """Nothing is read of what is too large anyway."""
        file = self.cleaned_data["file"]
        if (file.size or 0) > inspection.MOST_BYTES:
            raise ValidationError(_("The file is larger than 2 MB."))
        return file
