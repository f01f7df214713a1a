"""The register of officials below an office: adding, changing, taking a name away.

The audit log names the key and the office, never the person: a line of the log cannot be taken away again.
"""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from headquarters.accounts import rights
from headquarters.accounts.models import User
from headquarters.accounts.rights import person
from headquarters.accounts.roles import Right
from headquarters.audit.log import record
from headquarters.folding import fold
from headquarters.offices import officials as register
from headquarters.offices.models import Office, Official
from headquarters.ratings import officials
from headquarters.ratings.slices import Query
from headquarters.web.offices import form_page
from headquarters.web.offices.official_forms import OfficialForm

UNKNOWN_DAYS = 90


def listed(user: User, office: Office, today: dt.date) -> dict[str, object]:
    """What the office's page shows of them: names for those who look after them or lead them, and keys that
    tablets send without a name here. How often a key was chosen is not said."""
    if not (user.may(Right.MANAGE_OFFICES) or user.may(Right.SEE_OFFICIALS)):
        return {}
    found = sorted(
        office.officials.select_related("desk"), key=lambda one: (not one.exists_on(today), fold(one.name))
    )
    query = Query(today - dt.timedelta(days=UNKNOWN_DAYS), today, frozenset([office.pk]), flagged=True)
    return {
        "officials": [(one, one.exists_on(today)) for one in found],
        "unknown_codes": [one.code for one in officials.by_official(query).unknown],
        "sees_officials": user.may(Right.SEE_OFFICIALS),
    }


@rights.page(Right.MANAGE_OFFICES)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a person to an office."""
    office = get_object_or_404(rights.offices(person(request)), pk=pk)
    one = Official(office=office, valid_from=timezone.localdate(), code=request.GET.get("code", "")[:40])
    form = OfficialForm(one, request.POST or None)
    hindrance = _("%(name)s has ended already.") % {"name": office.name} if office.valid_to else ""
    if request.method == "POST" and not hindrance and form.is_valid():
        one.save()
        _record(request, "official.added", one)
        return redirect("offices:office", office.pk)
    title = _("Add an official to %(name)s") % {"name": office.name}
    return _answer(request, form, office, title, _("Add"), hindrance)


@rights.page(Right.MANAGE_OFFICES)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Mend what is kept of a person, or say when they left."""
    one = _official(request, pk)
    before = f"{one.code}, {one.valid_from} – {one.valid_to or ''}"
    form = OfficialForm(one, request.POST or None)
    name = one.name or _("official %(code)s") % {"code": one.code}
    title = _("Change %(name)s") % {"name": name}
    if request.method == "POST" and form.is_valid():
        one.save()
        _record(request, "official.changed", one, before)
        return redirect("offices:office", one.office_id)
    return _answer(request, form, one.office, title, _("Save"), place=one.office.name)


@rights.page(Right.MANAGE_OFFICES)
@require_POST
def forget(request: HttpRequest, pk: int) -> HttpResponse:
    """Take away the name of somebody who has left."""
    one = _official(request, pk)
    if one.valid_to is not None and one.valid_to < timezone.localdate():
        register.forget_name(one)
        _record(request, "official.forgotten", one)
    return redirect("offices:office", one.office_id)


def _official(request: HttpRequest, pk: int) -> Official:
    found = Official.objects.select_related("office").filter(office__in=rights.offices(person(request)))
    return get_object_or_404(found, pk=pk)


def _record(request: HttpRequest, action: str, one: Official, detail: str = "") -> None:
    record(request, action, f"{one.code}, {one.office.name}", office_id=one.office_id, detail=detail)


def _answer(
    request: HttpRequest,
    form: OfficialForm,
    office: Office,
    title: str,
    button: str,
    hindrance: str = "",
    place: str = "",
) -> HttpResponse:
    words = _(
        "Only this is kept. Before you add somebody, tell them that citizens can name them and what for."
    )
    back = reverse("offices:office", args=[office.pk])
    return form_page.show(request, form, title, back, button, words, hindrance, place)
