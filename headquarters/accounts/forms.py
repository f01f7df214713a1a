"""Forms about accounts; each says what is wrong in plain words."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from headquarters.accounts import locks, people, rights
from headquarters.accounts.models import User
from headquarters.accounts.roles import Role
from headquarters.offices.models import Office

EVERYWHERE = "*"


class PlaceForm(forms.Form):
    """A role and an office, out of those that ``actor`` may give."""

    role = forms.ChoiceField(error_messages={"required": _("Please choose a role.")})
    office = forms.CharField(required=False, max_length=18)

    def __init__(self, actor: User, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self._actor = actor
        self.fields["role"].choices = [(role.value, role.label) for role in people.roles_to_give(actor)]  # type: ignore[attr-defined]

    def clean_office(self) -> Office | None:
        """An office within the actor's own; none is every office, for who sees every office."""
        text = self.cleaned_data["office"]
        if text == EVERYWHERE and self._actor.office_id is None:
            return None
        found = rights.offices(self._actor).filter(pk=int(text)).first() if text.isdecimal() else None
        if found is None:
            raise ValidationError(_("Please choose an office within your own."))
        return found

    @property
    def role_chosen(self) -> Role:
        return Role(self.cleaned_data["role"])


class _MailForm(forms.Form):
    """Where mails to somebody go."""

    email = forms.EmailField(required=False, max_length=254, label=_("E-mail (may stay empty)"))


class NameForm(_MailForm):
    """What a person is called, too."""

    display_name = forms.CharField(max_length=120, label=_("Name and title"))
    field_order = ("display_name", "email")


class InviteForm(PlaceForm, NameForm):
    """A new person."""

    username = forms.CharField(max_length=150, label=_("User name"))

    def clean_username(self) -> str:
        name: str = self.cleaned_data["username"]
        User.username_validator(name)
        if User.objects.filter(username__iexact=name).exists():
            raise ValidationError(_("This user name is taken. Please choose another."))
        return name

    def person(self) -> User:
        """Not kept yet."""
        data = self.cleaned_data
        return User(
            username=data["username"],
            display_name=data["display_name"],
            email=data["email"],
            role=self.role_chosen,
            office=data["office"],
        )


class _PersonsForm(forms.Form):
    """About one person, who is known already."""

    def __init__(self, user: User, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.user = user


class NewPasswordForm(_PersonsForm):
    """A password twice, by the rules of the house."""

    password = forms.CharField(strip=False, max_length=1000, label=_("New password"))
    again = forms.CharField(strip=False, max_length=1000, label=_("Once more"))

    def __init__(self, user: User, *args: Any, **named: Any) -> None:
        super().__init__(user, *args, **named)
        for name in ("password", "again"):
            self.fields[name].widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        password_validation.validate_password(password, self.user)
        return password

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if "password" in found and found["password"] != found.get("again"):
            self.add_error("again", _("The two passwords are not the same."))
        return found


class _ProvedForm(_PersonsForm):
    """With the present password: an unlocked screen must not be enough."""

    present = forms.CharField(strip=False, max_length=1000, label=_("Present password"))

    def __init__(self, user: User, *args: Any, request: HttpRequest | None = None, **named: Any) -> None:
        super().__init__(user, *args, **named)
        self._request = request
        self.fields["present"].widget = forms.PasswordInput(attrs={"autocomplete": "current-password"})

    def clean_present(self) -> str:
        present: str = self.cleaned_data["present"]
        if not locks.proved(self._request, self.user, present):
            raise ValidationError(_("The present password is not right."))
        return present


class ChangePasswordForm(_ProvedForm, NewPasswordForm):
    """Another password."""

    field_order = ("present", "password", "again")


class MyMailForm(_ProvedForm, _MailForm):
    """Where mails to oneself go."""

    field_order = ("email", "present")


RULES = (
    _("At least 12 characters; a short sentence is easy to remember."),
    _("Not only digits, and not a password that many people use."),
    _("Not like your user name or your own name, and not a word of this house with a few digits."),
)
"""AUTH_PASSWORD_VALIDATORS, said before one runs into them."""
