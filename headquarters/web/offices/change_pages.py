"""Merging and splitting offices, guided: say what, look at what would move, confirm."""

from __future__ import annotations

import hashlib
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from headquarters.accounts import rights
from headquarters.accounts.models import User
from headquarters.accounts.rights import person
from headquarters.accounts.roles import Right
from headquarters.audit.log import record
from headquarters.offices.models import Desk, Office
from headquarters.tablets.models import WishList
from headquarters.web.offices import changes, series
from headquarters.web.offices.changes import Change, Impossible
from headquarters.web.offices.forms import MergeForm, SplitForm


@rights.page(Right.MANAGE_TREE)
@require_http_methods(["GET", "POST"])
def merge(request: HttpRequest) -> HttpResponse:
    """Several offices become one."""
    seen = rights.offices(person(request)).filter(valid_to=None).exclude(kind=Office.Kind.PROVINCE)
    first = request.GET.get("office", "")
    initial = {"day": timezone.localdate(), "sources": [first] if first.isdigit() else []}
    form = MergeForm(seen, request.POST or None, initial=initial)
    context: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        try:
            sources = list(form.cleaned_data["sources"])
            change = changes.merger(sources, form.target(), form.cleaned_data["day"])
            if _confirmed(request, change):
                (office,) = changes.carry_out(change)
                record(request, "office.merged", office.name, office_id=office.pk, detail=_told(change))
                return redirect("offices:office", office.pk)
            context = _preview(change)
        except (Impossible, ValidationError, IntegrityError) as error:
            context = {"error": _said(error)}
    # Who was chosen stands first: the list is long.
    context["choices"] = sorted(form["sources"], key=lambda choice: not choice.data["selected"])
    return _answer(request, "offices/merge.html", form, context)


@rights.page(Right.MANAGE_TREE)
@require_http_methods(["GET", "POST"])
def split(request: HttpRequest, pk: int) -> HttpResponse:
    """One office becomes several, or gives a part away."""
    found = get_object_or_404(rights.offices(person(request)), pk=pk)
    desks = list(Desk.objects.filter(office=found, valid_to=None))
    people = list(User.objects.filter(office=found).order_by("username"))
    form = SplitForm(found, desks, people, request.POST or None, initial={"day": timezone.localdate()})
    context: dict[str, Any] = {
        "office": found, "desk_fields": form.of("desk_"), "person_fields": form.of("person_"),
    }  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            parts, places = form.parts()
            change = changes.split(
                found, parts, form.cleaned_data["day"], form.chosen("desk_", places),
                form.chosen("person_", places), form.cleaned_data["lives_on"],
            )  # fmt: skip
            if _confirmed(request, change):
                changes.carry_out(change)
                record(request, "office.split", found.name, office_id=found.pk, detail=_told(change))
                return redirect("offices:office", found.pk)
            context |= _preview(change)
        except (Impossible, ValidationError, IntegrityError) as error:
            context |= {"error": _said(error)}
    return _answer(request, "offices/split.html", form, context)


def _answer(request: HttpRequest, template: str, form: Any, context: dict[str, Any]) -> HttpResponse:
    wrong = request.method == "POST" and "change" not in context
    context = {"here": "offices", "form": form, **context}
    return render(request, template, context, status=400 if wrong else 200)


def _preview(change: Change) -> dict[str, Any]:
    return {
        "change": change,
        "seen": _fingerprint(change),
        "before": series.together(list(change.sources), change.day),
        # Wishes of an ended office reach nobody: its tablets listen to their new office.
        "wishes": WishList.objects.filter(office__in=change.ended).exists(),
    }


def _confirmed(request: HttpRequest, change: Change) -> bool:
    """Whether exactly this was looked at: somebody may have moved a desk between preview and confirmation."""
    return request.POST.get("action") == "confirm" and request.POST.get("seen") == _fingerprint(change)


def _fingerprint(change: Change) -> str:
    parts = [
        (
            part.office.pk, part.office.code, part.office.name, part.office.ident,
            [(move.desk.pk, move.name, [str(tablet.pk) for tablet in move.tablets]) for move in part.moves],
            [user.pk for user in part.people], [child.pk for child in part.children],
            [one.pk for one in part.officials],
        )
        for part in change.parts
    ]  # fmt: skip
    told = repr((change.day, [office.pk for office in change.sources], [o.pk for o in change.ended], parts))
    return hashlib.sha256(told.encode()).hexdigest()


def _told(change: Change) -> str:
    sources = ", ".join(f"{office.name} ({office.code})" for office in change.sources)
    parts = ", ".join(f"{part.office.name} ({part.office.code})" for part in change.parts)
    return f"{change.day}: {sources} → {parts}"


def _said(error: Exception) -> str:
    if isinstance(error, ValidationError):
        return " ".join(error.messages)
    if isinstance(error, Impossible):
        return str(error)
    return _("Somebody else has changed these offices meanwhile. Please look again.")
