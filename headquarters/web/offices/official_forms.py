"""The form of an official (cán bộ)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from headquarters.offices import officials
from headquarters.offices.models import Desk, Official
from headquarters.offices.names import clean_name
from headquarters.web.offices.forms import DayField, _Form

FIELDS = ("code", "name", "position", "desk", "valid_from", "valid_to")


class OfficialForm(_Form):
    """Everything that is kept of a person; there is no more."""

    code = forms.CharField(
        label=_("Key in the office book"), max_length=40,
        help_text=_(
            "What stands behind “key” under “officials”, such as cb-01. It stays this person’s for good."
        ),
    )  # fmt: skip
    name = forms.CharField(label=_("Full name"), max_length=80)
    position = forms.CharField(label=_("Position"), max_length=120, required=False)
    desk = forms.ModelChoiceField(Desk.objects.none(), label=_("Usual desk"), required=False)
    valid_from = DayField(label=_("First day"))
    valid_to = DayField(label=_("Last day, once they have left"), required=False)

    def __init__(self, one: Official, *args: Any, **named: Any) -> None:
        named.setdefault("initial", {name: getattr(one, name) for name in FIELDS})
        super().__init__(*args, **named)
        self.one = one
        desk = self.fields["desk"]
        assert isinstance(desk, forms.ModelChoiceField)  # noqa: S101 - for the type checker
        desk.queryset = one.office.desks.all()
        desk.empty_label = str(_("No desk of their own"))

    def clean_name(self) -> str:
        return clean_name(self.cleaned_data["name"])

    def clean_position(self) -> str:
        return clean_name(self.cleaned_data["position"])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = self.cleaned_data
        if self.errors:
            return cleaned
        for name in FIELDS:
            setattr(self.one, name, cleaned[name])
        self.one.clean_fields(exclude=["before"])
        if self.one.valid_to is not None and self.one.valid_to < self.one.valid_from:
            self.add_error("valid_to", _("The last day must not be before the first."))
        elif officials.clash(self.one) is not None:
            self.add_error("code", _("Somebody else of this office has this key on some of these days."))
        return cleaned
