"""Forms of the alerts' pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from headquarters.accounts import rights
from headquarters.accounts.models import User
from headquarters.alerts import hours, webhooks
from headquarters.alerts.models import Kind, Rule, Webhook, Wish
from headquarters.alerts.rules import FIELDS, LIMITS
from headquarters.offices.models import Office
from sync.wishes import BadWish

if TYPE_CHECKING:
    _OfRule = forms.ModelForm[Rule]
    _OfWish = forms.ModelForm[Wish]
    _OfWebhook = forms.ModelForm[Webhook]
else:
    # Typed for the checker only: Django's own class takes no brackets.
    _OfRule = _OfWish = _OfWebhook = forms.ModelForm

LABELS = {
    (Kind.LOW_COUNT, "threshold"): _("Low ratings"),
    (Kind.LOW_COUNT, "window_min"): _("Within (minutes)"),
    (Kind.INDEX, "threshold"): _("Share above (per cent)"),
    (Kind.INDEX, "window_min"): _("Over (days)"),
    (Kind.INDEX, "minimum_n"): _("From so many ratings on"),
    (Kind.SILENT, "threshold"): _("Silent for (minutes)"),
    (Kind.SILENT, "hours"): _("Counted in these hours only"),
    (Kind.BACKLOG, "threshold"): _("The oldest waits for (minutes)"),
}


class RuleForm(_OfRule):
    """A rule of one kind; only what that kind goes by. Days on the page are minutes in the rule."""

    class Meta:
        model = Rule
        fields: ClassVar = ["enabled", "urgent", "threshold", "window_min", "minimum_n", "hours"]
        labels: ClassVar = {
            "enabled": _("This rule rings"),
            "urgent": _("Urgent: mail at once, in quiet hours too"),
        }

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.label_suffix = ""
        kind = Kind(self.instance.kind)
        wanted = ("enabled", "urgent", *FIELDS.get(kind, ()))
        for name in list(self.fields):
            if name not in wanted:
                del self.fields[name]
            elif (kind, name) in LABELS:
                self.fields[name].label = LABELS[kind, name]
        if kind is Kind.INDEX:
            self.initial["window_min"] = self.instance.window_min // 1440
        if "hours" in self.fields:
            self.fields["hours"].required = False
            self.fields["hours"].widget.attrs["placeholder"] = "T2-T6 07:30-11:30, 13:30-17:00"

    def clean_threshold(self) -> int:
        """Per cent at most 99, or the rule could never ring."""
        limit = (1, 99) if self.instance.kind == Kind.INDEX else LIMITS["threshold"]
        return self._within("threshold", *limit)

    def clean_window_min(self) -> int:
        """In minutes, whatever the page asks for."""
        if self.instance.kind == Kind.INDEX:
            return 1440 * self._within("window_min", 1, 90)
        return self._within("window_min", *LIMITS["window_min"])

    def clean_minimum_n(self) -> int:
        """Under which nobody is judged."""
        return self._within("minimum_n", *LIMITS["minimum_n"])

    def clean_hours(self) -> str:
        """As tablets' own opening hours."""
        try:
            return hours.check(self.cleaned_data["hours"])
        except BadWish as error:
            raise ValidationError(
                _("Please write it like T2-T6 07:30-11:30, 13:30-17:00; T7 07:30-11:30.")
            ) from error

    def _within(self, name: str, low: int, high: int) -> int:
        value: int = self.cleaned_data[name]
        if not low <= value <= high:
            raise ValidationError(_("From %(low)s to %(high)s.") % {"low": low, "high": high})
        return value


class WishForm(_OfWish):
    """How the person who is signed in wants to be told."""

    class Meta:
        model = Wish
        fields: ClassVar = ["at_once", "digest", "quiet_from", "quiet_to"]
        labels: ClassVar = {
            "at_once": _("A mail for every new alert"),
            "digest": _("A summary"),
            "quiet_from": _("Quiet from"),
            "quiet_to": _("until"),
        }
        widgets: ClassVar = {
            "quiet_from": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "quiet_to": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        }

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.label_suffix = ""

    def clean(self) -> dict[str, Any]:
        """Both ends of the quiet hours, or neither."""
        found = super().clean() or {}
        if bool(found.get("quiet_from")) != bool(found.get("quiet_to")):
            raise ValidationError(_("Quiet hours need both a beginning and an end."))
        return found


class WebhookForm(_OfWebhook):
    """Another system that is to be told."""

    # Judged by clean_url, in words of ours.
    url = forms.CharField(label=_("Address"), max_length=300)

    class Meta:
        model = Webhook
        fields: ClassVar = ["name", "url", "office"]
        labels: ClassVar = {"name": _("Name"), "office": _("Alerts of")}

    def __init__(self, user: User, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.label_suffix = ""
        office = self.fields["office"]
        office.queryset = rights.offices(user)  # type: ignore[attr-defined]
        office.required = user.office_id is not None
        office.empty_label = _("All offices")  # type: ignore[attr-defined]
        self.fields["url"].widget.attrs["placeholder"] = "https://"

    def clean_url(self) -> str:
        """An address that may be called; where its name leads is looked at whenever it is called."""
        url: str = self.cleaned_data["url"]
        try:
            webhooks.check(url)
        except webhooks.Refused as error:
            raise ValidationError(
                _("The address must begin with https:// and hold no name or password.")
            ) from error
        return url


def office_asked(user: User, text: str) -> Office | None:
    """The office behind a number in an address, if it is this person's."""
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        return None
    return rights.offices(user).filter(pk=int(text)).first()
