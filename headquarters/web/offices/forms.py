"""The forms about offices and desks."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from headquarters.offices.models import Desk, Office
from headquarters.offices.names import clean_name

EARLIEST = dt.date(1945, 9, 2)


class DayField(forms.DateField):
    """ISO dates only: the browser's date field shows them in the reader's own order."""

    def __init__(self, **named: Any) -> None:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        super().__init__(input_formats=["%Y-%m-%d"], widget=widget, **named)

    def validate(self, value: dt.date | None) -> None:
        super().validate(value)
        if value is not None and not EARLIEST <= value <= timezone.localdate() + dt.timedelta(days=3 * 366):
            raise forms.ValidationError(_("This day is too far away."))


class _Form(forms.Form):
    def __init__(self, *args: Any, **named: Any) -> None:
        named["label_suffix"] = ""
        super().__init__(*args, **named)
        for field in self.fields.values():
            field.widget.attrs.setdefault("autocomplete", "off")
            field.error_messages["required"] = _("Please fill this in.")

    def judge(self, office: Office) -> None:
        """The office as it would be: what is wrong where this form has no field stands above the form."""
        try:
            office.full_clean()
        except forms.ValidationError as error:
            for name, words in error.error_dict.items():
                self.add_error(name if name in self.fields else None, words)


class OfficeForm(_Form):
    """A new office."""

    name = forms.CharField(label=_("Name"), max_length=200)
    code = forms.CharField(
        label=_("Code"), max_length=35, help_text=_("5 digits for a commune, 2 for a province; zeros stay.")
    )
    ident = forms.CharField(label=_("Electronic identifier (if any)"), max_length=35, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=Office.Kind.choices)
    parent = forms.ModelChoiceField(Office.objects.none(), label=_("Belongs to"), required=False)
    valid_from = DayField(label=_("Exists from"))

    def __init__(self, offices: QuerySet[Office], everything: bool, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        parent = self.fields["parent"]
        assert isinstance(parent, forms.ModelChoiceField)  # noqa: S101 - for the type checker
        parent.queryset = offices
        parent.required = not everything
        parent.empty_label = str(_("Nobody: at the top")) if everything else None

    def clean_name(self) -> str:
        return clean_name(self.cleaned_data["name"])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = self.cleaned_data
        if not self.errors:
            self.judge(Office(**cleaned))
        return cleaned


class RenameForm(_Form):
    """Another name, kind or identifier; what was before is kept."""

    name = forms.CharField(label=_("Name"), max_length=200)
    since = DayField(label=_("The new name holds from"))
    ident = forms.CharField(label=_("Electronic identifier (if any)"), max_length=35, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=Office.Kind.choices)

    def __init__(self, office: Office, *args: Any, **named: Any) -> None:
        self.office = office
        super().__init__(*args, **named)

    def clean_name(self) -> str:
        return clean_name(self.cleaned_data["name"])

    def clean_since(self) -> dt.date:
        since: dt.date = self.cleaned_data["since"]
        if since > timezone.localdate():
            raise forms.ValidationError(_("The day is not here yet. Please come back on that day, or later."))
        return since

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = self.cleaned_data
        if not self.errors:
            changed = Office.objects.get(pk=self.office.pk)
            changed.name, changed.ident, changed.kind = cleaned["name"], cleaned["ident"], cleaned["kind"]
            self.judge(changed)
        return cleaned


class CloseForm(_Form):
    """The last day of an office or a desk."""

    last = DayField(label=_("Last day"))

    def __init__(self, first: dt.date | None, *args: Any, **named: Any) -> None:
        self.first = first
        super().__init__(*args, **named)

    def clean_last(self) -> dt.date:
        last: dt.date = self.cleaned_data["last"]
        if self.first is not None and last < self.first:
            raise forms.ValidationError(_("The last day must not be before the first."))
        if last > timezone.localdate():
            raise forms.ValidationError(_("The day is not here yet. Please come back on that day, or later."))
        return last


class DeskForm(_Form):
    """A desk's name and group."""

    name = forms.CharField(label=_("Name of the desk"), max_length=120)
    unit = forms.CharField(label=_("Group, such as the one-stop group"), max_length=200, required=False)

    def __init__(self, desk: Desk, *args: Any, **named: Any) -> None:
        self.desk = desk
        super().__init__(*args, **named)

    def clean_name(self) -> str:
        name = clean_name(self.cleaned_data["name"])
        if Desk.objects.filter(office=self.desk.office, name=name).exclude(pk=self.desk.pk).exists():
            raise forms.ValidationError(
                _("This office has a desk of this name already, perhaps a closed one.")
            )
        return name

    def clean_unit(self) -> str:
        return clean_name(self.cleaned_data["unit"])


class OfficesField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Several offices. A number that no database has a row for is no choice, and not the driver's fault."""

    def clean(self, value: Any) -> Any:
        too_long = next((one for one in value or () if len(str(one)) > 18), None)
        if too_long is not None:
            words, told = self.error_messages["invalid_choice"], {"value": str(too_long)[:40]}
            raise forms.ValidationError(words, code="invalid_choice", params=told)
        return super().clean(value)


class MergeForm(_Form):
    """Which offices become which, and from which day."""

    sources = OfficesField(
        Office.objects.none(), label=_("Offices that merge"), widget=forms.CheckboxSelectMultiple
    )
    day = DayField(label=_("From which day"))
    into = forms.ModelChoiceField(
        Office.objects.none(), label=_("They become"), required=False, empty_label=_("A new office")
    )
    name = forms.CharField(label=_("Name of the new office"), max_length=200, required=False)
    code = forms.CharField(label=_("Code of the new office"), max_length=35, required=False)
    ident = forms.CharField(label=_("Electronic identifier (if any)"), max_length=35, required=False)

    def __init__(self, offices: QuerySet[Office], *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        for name in ("sources", "into"):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - for the type checker
            field.queryset = offices

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = self.cleaned_data
        sources, into = cleaned.get("sources"), cleaned.get("into")
        if sources is not None and into is not None and into not in sources:
            self.add_error("into", _("Please choose a new office, or one of those that merge."))
        if into is None and "into" not in self.errors:
            for name in ("name", "code"):
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, _("Please fill this in."))
        return cleaned

    def clean_name(self) -> str:
        return clean_name(self.cleaned_data["name"])

    def target(self) -> Office:
        """The office they become; without an id while it is new. Raises ValidationError."""
        cleaned = self.cleaned_data
        if cleaned["into"] is not None:
            kept: Office = cleaned["into"]
            return kept
        first: Office = cleaned["sources"][0]
        made = Office(
            name=cleaned["name"], code=cleaned["code"], ident=cleaned["ident"], kind=first.kind,
            parent=first.parent, valid_from=cleaned["day"],
        )  # fmt: skip
        made.full_clean()
        return made


class SplitForm(_Form):
    """Up to MOST new offices, and where each desk and person goes."""

    MOST = 4
    day = DayField(label=_("From which day"))
    lives_on = forms.BooleanField(label=_("The office lives on beside the new ones"), required=False)

    def __init__(
        self, office: Office, desks: list[Desk], people: list[Any], *args: Any, **named: Any
    ) -> None:
        super().__init__(*args, **named)
        self.office = office
        for number in range(1, self.MOST + 1):
            self.fields[f"name_{number}"] = forms.CharField(
                label=_("Name of new office %(n)s") % {"n": number}, max_length=200, required=False
            )
            self.fields[f"code_{number}"] = forms.CharField(
                label=_("Code of new office %(n)s") % {"n": number}, max_length=35, required=False
            )
        choices = [
            ("", _("Stays")),
            *((str(n), _("New office %(n)s") % {"n": n}) for n in range(1, self.MOST + 1)),
        ]
        for desk in desks:
            self.fields[f"desk_{desk.pk}"] = forms.ChoiceField(
                label=desk.name, choices=choices, required=False
            )
        for person in people:
            label = person.get_full_name()
            self.fields[f"person_{person.pk}"] = forms.ChoiceField(
                label=label, choices=choices, required=False
            )

    def rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """Name and code of each new office."""
        return [(self[f"name_{n}"], self[f"code_{n}"]) for n in range(1, self.MOST + 1)]

    def of(self, prefix: str) -> list[forms.BoundField]:
        """The choices for desks, or for people."""
        return [self[name] for name in self.fields if name.startswith(prefix)]

    def parts(self) -> tuple[list[Office], dict[int, int]]:
        """The new offices, and number of a row → place in that list. Raises ValidationError."""
        made: list[Office] = []
        places: dict[int, int] = {}
        for number in range(1, self.MOST + 1):
            name, code = clean_name(self.cleaned_data[f"name_{number}"]), self.cleaned_data[f"code_{number}"]
            if not name and not code:
                continue
            office = Office(
                name=name, code=code, kind=self.office.kind, parent=self.office.parent,
                valid_from=self.cleaned_data["day"],
            )  # fmt: skip
            office.full_clean()
            places[number] = len(made)
            made.append(office)
        if len({office.code for office in made}) < len(made):
            raise forms.ValidationError(_("Two new offices have the same code."))
        return made, places

    def chosen(self, prefix: str, places: dict[int, int]) -> dict[int, int]:
        """Id of a desk or person → place of the new office. Raises ValidationError."""
        found: dict[int, int] = {}
        for name in self.fields:
            if name.startswith(prefix) and (number := self.cleaned_data[name]):
                if int(number) not in places:
                    raise forms.ValidationError(_("Something goes to a new office without name and code."))
                found[int(name.removeprefix(prefix))] = places[int(number)]
        return found
