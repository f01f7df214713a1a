"""The sign-in form."""

from typing import Any

from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _


class SignInForm(AuthenticationForm):
    """Django's form, with the fields that password managers know, in our words."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self.fields["username"].label = _("User name")
        self.fields["password"].label = _("Password")
        self.error_messages = {
            "invalid_login": _(
                "The user name or the password is not right. Please check both and try again."
            ),
            "inactive": _(
                "This account is switched off. Please ask the system administrator of your office."
            ),
        }

    def clean_username(self) -> str:
        """A longer one is nobody's, too; but what is kept of a wrong one has to fit the log of wrong ones."""
        name: str = self.cleaned_data["username"]
        return name[: _LONGEST_NAME + 1]


_LONGEST_NAME = 150


def point_at_the_error(form: AuthenticationForm) -> None:
    """Screen readers then say the error with the field."""
    for field in form.fields.values():
        field.widget.attrs |= {"aria-invalid": "true", "aria-describedby": "sign-in-error"}
