"""Where an administrator lets a tablet in, with a phone in the hand (RFC 8628, 3.3)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from headquarters.accounts.models import User
from headquarters.offices.models import Desk, Office
from headquarters.tablets import attempts, grants
from headquarters.tablets.models import DeviceGrant, Tablet
from headquarters.web import rights
from headquarters.web.rights import admin_page, person
from headquarters.wire import Refusal
from sync.device import normalise_user_code

_WRONG = "user-code"


class PlaceForm(forms.Form):
    """A desk that is there, or the name of a new one."""

    desk = forms.ModelChoiceField(Desk.objects.none(), required=False)
    office = forms.ModelChoiceField(Office.objects.none(), required=False)
    new_desk = forms.CharField(required=False, max_length=120, strip=True)

    def __init__(self, user: User, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        # Typed fields are plain forms.Field to the checker.
        self.fields["desk"].queryset = rights.open_desks(user)  # type: ignore[attr-defined]
        self.fields["office"].queryset = rights.open_offices(user)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if found.get("new_desk"):
            if not found.get("office"):
                raise ValidationError(gettext_lazy("Please choose the office of the new desk."))
        elif not found.get("desk"):
            raise ValidationError(gettext_lazy("Please choose the desk where the tablet stands."))
        return found

    def place(self) -> Desk:
        """The chosen desk; made now if it is new."""
        chosen: Desk | None = self.cleaned_data["desk"]
        if self.cleaned_data["new_desk"]:
            name, office = self.cleaned_data["new_desk"], self.cleaned_data["office"]
            made, _new = Desk.objects.get_or_create(
                office=office, name=name, defaults={"unit": "Bộ phận Một cửa"}
            )
            if made.valid_to is not None:
                # A closed desk of that name: it is in use again.
                Desk.objects.filter(pk=made.pk).update(valid_to=None)
            return made
        if chosen is None:
            raise ValueError("the form was not checked")
        return chosen


@admin_page
@require_http_methods(["GET", "POST"])
def approval(request: HttpRequest) -> HttpResponse:
    """Ask for the code; show what asks; decide."""
    typed = (request.POST if request.method == "POST" else request.GET).get("ma", "")
    if not typed.strip():
        return _code_page(request)
    if attempts.exhausted(_WRONG, str(request.user.pk)):
        words = _("Too many wrong codes. Please wait a quarter of an hour, then try again.")
        return _code_page(request, typed, words, status=429)
    code = normalise_user_code(typed)
    grant = grants.open_grant(code) if code else None
    if grant is None:
        attempts.note(_WRONG, str(request.user.pk))
        words = _("No tablet shows this code now. Codes live for 15 minutes; the tablet can make a new one.")
        return _code_page(request, typed, words, status=404)
    if request.method == "POST":
        return _decide(request, grant)
    return _grant_page(request, grant, PlaceForm(person(request)))


def _decide(request: HttpRequest, grant: DeviceGrant) -> HttpResponse:
    if request.POST.get("decision") == "deny":
        if not grants.deny(grant, person(request)):
            return _too_late(request)
        return render(request, "web/approval_done.html", {"here": "tablets", "denied": True})
    form = PlaceForm(person(request), request.POST)
    if request.POST.get("decision") != "approve" or not form.is_valid():
        return _grant_page(request, grant, form, status=400)
    try:
        tablet = grants.approve(grant, form.place(), person(request))
    except Refusal:
        form.add_error(
            None,
            _("Another key is enrolled under this tablet’s number. Deny it, and look at the tablet itself."),
        )
        return _grant_page(request, grant, form, status=409)
    if tablet is None:
        return _too_late(request)
    return render(request, "web/approval_done.html", {"here": "tablets", "tablet": tablet})


def _too_late(request: HttpRequest) -> HttpResponse:
    words = _("Somebody else has decided about this tablet meanwhile, or its code has run out.")
    return _code_page(request, "", words, status=409)


def _code_page(request: HttpRequest, typed: str = "", error: str = "", status: int = 200) -> HttpResponse:
    context = {"here": "tablets", "typed": typed[:40], "error": error}
    return render(request, "web/approval_code.html", context, status=status)


def _grant_page(request: HttpRequest, grant: DeviceGrant, form: PlaceForm, status: int = 200) -> HttpResponse:
    user = person(request)
    context = {
        "here": "tablets",
        "grant": grant,
        "age_s": (timezone.now() - grant.asked_at).total_seconds(),
        "known": Tablet.objects.select_related("desk__office").filter(pk=grant.tablet_id).first(),
        "form": form,
        "desks": rights.open_desks(user).order_by("office__name", "name"),
        "offices": rights.open_offices(user).order_by("name"),
        "chosen": {name: form.data.get(name, "") for name in form.fields},
    }
    return render(request, "web/approval.html", context, status=status)
