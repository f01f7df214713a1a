"""The tree of offices and one office: looking, adding, renaming, closing."""

from __future__ import annotations

import datetime as dt

from django import forms as django_forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from headquarters.accounts import rights
from headquarters.accounts.models import User
from headquarters.accounts.rights import person
from headquarters.accounts.roles import Right
from headquarters.audit.log import record
from headquarters.offices.models import Desk, Formerly, Office
from headquarters.tablets.models import Tablet
from headquarters.web.offices import changes, form_page, official_pages, series, tree
from headquarters.web.offices.forms import CloseForm, DayField, DeskForm, OfficeForm, RenameForm
from headquarters.wire import plain

ONE_DAY = dt.timedelta(days=1)


@rights.page(Right.SEE_FIGURES)
@require_GET
def offices(request: HttpRequest) -> HttpResponse:
    """The tree on a day; a search finds names, former names and codes."""
    wanted = plain(" ".join(request.GET.get("q", "").split()), 80)
    today = timezone.localdate()
    day, refused = _asked_day(request, today)
    ended = request.GET.get("ended") == "1"
    lines = tree.lines(person(request), day, wanted, ended)
    context = {
        "here": "offices", "lines": lines, "wanted": wanted, "day": day, "today": today, "refused": refused,
        "ended": ended, "may_tree": person(request).may(Right.MANAGE_TREE),
    }  # fmt: skip
    return render(request, "offices/tree.html", context, status=400 if refused else 200)


def _asked_day(request: HttpRequest, today: dt.date) -> tuple[dt.date, str]:
    if not request.GET.get("day"):
        return today, ""
    try:
        day = DayField(label="").clean(request.GET["day"])
    except django_forms.ValidationError as error:
        return today, " ".join(error.messages)
    return (day or today), ""


@rights.page(Right.SEE_FIGURES)
@require_GET
def office(request: HttpRequest, pk: int) -> HttpResponse:
    """One office: its desks and tablets, its people, and what was before and after it."""
    found = _office(request, pk)
    today = timezone.localdate()
    user = person(request)
    desks = [
        (desk, desk.exists_on(today), Tablet.objects.filter(desk=desk).order_by("key_id"))
        for desk in found.desks.order_by("valid_to", "name")
    ]
    context = {
        "here": "offices", "office": found, "desks": desks, "today": today,
        "children": found.children.valid_on(today).order_by("code"),
        "former": Formerly.objects.filter(office=found).select_related("parent"),
        "origins": found.origins.select_related("predecessor"),
        "successions": found.successions.select_related("successor"),
        "people": User.objects.filter(office=found).order_by("username")
        if user.may(Right.MANAGE_ACCOUNTS) else None,
        "months": series.months(found, today),
        "may_edit": user.may(Right.MANAGE_OFFICES), "may_tree": user.may(Right.MANAGE_TREE),
        "may_documents": user.may(Right.MANAGE_DOCUMENTS),
    }  # fmt: skip
    context |= official_pages.listed(user, found, today)
    return render(request, "offices/office.html", context)


@rights.page(Right.MANAGE_TREE)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Add an office."""
    everything = person(request).office_id is None
    seen = rights.offices(person(request)).filter(valid_to=None)
    initial = {
        "valid_from": timezone.localdate(),
        "kind": Office.Kind.COMMUNE,
        "parent": request.GET.get("parent"),
    }
    form = OfficeForm(seen, everything, request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        parent: Office | None = form.cleaned_data["parent"]
        made = Office.objects.create(**form.cleaned_data, demo=parent is not None and parent.demo)
        record(request, "office.added", made.name, office_id=made.pk, detail=made.code)
        return redirect("offices:office", made.pk)
    return form_page.show(request, form, _("Add an office"), reverse("offices:tree"), _("Add"))


@rights.page(Right.MANAGE_OFFICES)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename an office, or mend its kind and identifier."""
    found = _office(request, pk)
    initial = {"name": found.name, "since": timezone.localdate(), "ident": found.ident, "kind": found.kind}
    form = RenameForm(found, request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        wanted, before = form.cleaned_data, found.name
        if wanted["name"] != before:
            changes.rename(found, wanted["name"], wanted["since"] - ONE_DAY)
        found.ident, found.kind = wanted["ident"], wanted["kind"]
        found.save(update_fields=["ident", "kind"])
        record(request, "office.changed", found.name, office_id=found.pk, detail=before)
        return redirect("offices:office", found.pk)
    return form_page.show(
        request, form, _("Change %(name)s") % {"name": found.name}, _address(found), _("Save")
    )


@rights.page(Right.MANAGE_TREE)
@require_http_methods(["GET", "POST"])
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """End an office that nothing follows; its ratings stay."""
    found = _office(request, pk)
    hindrance = _hindrance(found)
    form = CloseForm(found.valid_from, request.POST or None, initial={"last": timezone.localdate()})
    if request.method == "POST" and not hindrance and form.is_valid():
        found.valid_to = form.cleaned_data["last"]
        found.save(update_fields=["valid_to"])
        found.desks.filter(valid_to=None).update(valid_to=found.valid_to)
        record(request, "office.closed", found.name, office_id=found.pk, detail=str(found.valid_to))
        return redirect("offices:office", found.pk)
    title = _("Close %(name)s") % {"name": found.name}
    words = _("Nothing is deleted: its ratings stay in the figures of their days.")
    return form_page.show(request, form, title, _address(found), _("Close"), words, hindrance)


def _hindrance(found: Office) -> str:
    if found.valid_to is not None:
        return _("%(name)s has ended already.") % {"name": found.name}
    if Tablet.objects.filter(desk__office=found, revoked_at=None).exists():
        return _(
            "Tablets still stand here. Move them to another desk first, or merge this office into another."
        )
    if found.children.filter(valid_to=None).exists():
        return _("Offices belong to this one. Give them another place first.")
    return ""


@rights.page(Right.MANAGE_OFFICES)
@require_http_methods(["GET", "POST"])
def new_desk(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a desk to an office."""
    found = _office(request, pk)
    desk = Desk(office=found, valid_from=timezone.localdate())
    form = DeskForm(desk, request.POST or None)
    hindrance = _("%(name)s has ended already.") % {"name": found.name} if found.valid_to else ""
    if request.method == "POST" and not hindrance and form.is_valid():
        desk.name, desk.unit = form.cleaned_data["name"], form.cleaned_data["unit"]
        desk.save()
        record(request, "desk.added", f"{desk.name}, {found.name}", office_id=found.pk)
        return redirect("offices:office", found.pk)
    title = _("Add a desk to %(name)s") % {"name": found.name}
    return form_page.show(request, form, title, _address(found), _("Add"), hindrance=hindrance)


@rights.page(Right.MANAGE_OFFICES)
@require_http_methods(["GET", "POST"])
def edit_desk(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename a desk."""
    desk = get_object_or_404(rights.desks(person(request)), pk=pk)
    form = DeskForm(desk, request.POST or None, initial={"name": desk.name, "unit": desk.unit})
    if request.method == "POST" and form.is_valid():
        before, desk.name, desk.unit = desk.name, form.cleaned_data["name"], form.cleaned_data["unit"]
        desk.save(update_fields=["name", "unit"])
        record(
            request, "desk.changed", f"{desk.name}, {desk.office}", office_id=desk.office_id, detail=before
        )
        return redirect("offices:office", desk.office_id)
    title = _("Change %(name)s") % {"name": desk.name}
    return form_page.show(request, form, title, _address(desk.office), _("Save"), place=desk.office.name)


@rights.page(Right.MANAGE_OFFICES)
@require_http_methods(["GET", "POST"])
def close_desk(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a desk, or open a closed one again."""
    desk = get_object_or_404(rights.desks(person(request)), pk=pk)
    if request.method == "POST" and desk.valid_to is not None and desk.office.valid_to is None:
        Desk.objects.filter(pk=desk.pk).update(valid_to=None)
        record(request, "desk.opened", f"{desk.name}, {desk.office}", office_id=desk.office_id)
        return redirect("offices:office", desk.office_id)
    hindrance = ""
    if Tablet.objects.filter(desk=desk, revoked_at=None).exists():
        hindrance = _("A tablet still stands here. Move it to another desk first.")
    form = CloseForm(desk.valid_from, request.POST or None, initial={"last": timezone.localdate()})
    if request.method == "POST" and not hindrance and desk.valid_to is None and form.is_valid():
        Desk.objects.filter(pk=desk.pk).update(valid_to=form.cleaned_data["last"])
        record(request, "desk.closed", f"{desk.name}, {desk.office}", office_id=desk.office_id)
        return redirect("offices:office", desk.office_id)
    title = _("Close %(name)s") % {"name": desk.name}
    words = _("Nothing is deleted: its ratings stay in the figures of their days.")
    return form_page.show(
        request, form, title, _address(desk.office), _("Close"), words, hindrance, desk.office.name
    )


def _office(request: HttpRequest, pk: int) -> Office:
    return get_object_or_404(rights.offices(person(request)).select_related("parent"), pk=pk)


def _address(found: Office) -> str:
    return reverse("offices:office", args=[found.pk])
