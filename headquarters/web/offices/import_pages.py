"""Importing the tree and what offices count themselves: a dry run first, then the same file in earnest."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from headquarters.accounts import rights
from headquarters.accounts.models import User
from headquarters.accounts.rights import person
from headquarters.accounts.roles import Right
from headquarters.audit.log import record
from headquarters.indicators import totals
from headquarters.indicators.totals import Late
from headquarters.offices.models import Office
from headquarters.ratings import transactions
from headquarters.web.offices import (
    dossiers_file,
    pending,
    sheets,
    transactions_file,
    tree_export,
    tree_file,
    tree_format,
)

SHOWN = 200


@rights.page(Right.MANAGE_TREE)
@require_GET
def export(request: HttpRequest, form: str) -> HttpResponse:
    """The person's whole tree, in the form that ``tree_import`` reads."""
    if form not in tree_export.WRITERS:
        raise Http404
    write, content_type = tree_export.WRITERS[form]
    table = tree_export.rows(rights.offices(person(request)))
    record(
        request, "office.exported", form, office_id=person(request).office_id, detail=f"{len(table) - 1} rows"
    )
    answer = HttpResponse(write(table), content_type=content_type)
    answer["Content-Disposition"] = f'attachment; filename="don-vi-{timezone.localdate()}.{form}"'
    return answer


@rights.page(Right.MANAGE_TREE)
@require_http_methods(["GET", "POST"])
def tree_import(request: HttpRequest) -> HttpResponse:
    """The whole tree from a table."""
    context: dict[str, Any] = {}
    if request.method == "POST":
        try:
            body, confirmed = _file(request, "tree")
            user = person(request)
            found = tree_file.plan(body, rights.offices(user), user.office_id is None)
            if confirmed and not found.faults:
                tree_file.carry_out(found)
                pending.drop("tree", user.pk)
                detail = f"{found.new} new, {found.changed} changed, {found.same} same"
                record(request, "office.imported", office_id=user.office_id, detail=detail)
                context = {"done": found}
            else:
                told = [*found.told]
                context = {"plan": found, "told": told[:SHOWN], "more": max(0, len(told) - SHOWN)}
                context |= _kept(request, "tree", body, found.faults)
        except sheets.Unreadable as error:
            context = {"error": str(error)}
    columns = [(names, "") for names in tree_format.HEADS]
    return _answer(
        request, "offices/import.html", {**context, "columns": columns, "kinds": tree_format.KINDS}
    )


class List(NamedTuple):
    """A list of numbers that offices send. ``samples``: what may stand below its headings; ``keep`` stores
    what was found and says in a few words what; ``name`` is that of the template and of the file between dry
    run and import."""

    name: str
    template: str
    heads: tuple[tuple[str, str], ...]
    samples: tuple[str, ...]
    read: Callable[[bytes, QuerySet[Office]], Any]
    keep: Callable[[Any, User], str]


def _keep_transactions(found: transactions_file.Counts, _user: User) -> str:
    transactions.put(found.rows)
    return f"{len(found.rows)} rows, {found.first} to {found.last}"


def _keep_dossiers(found: dossiers_file.Totals, user: User) -> str:
    change = totals.put(found.rows, user)
    months = f"{found.first:%Y-%m} to {found.last:%Y-%m}"
    return f"{change.new} new, {change.changed} changed, {change.same} same, {months}"


def _keep_late(found: dossiers_file.Months[Late], _user: User) -> str:
    months = totals.put_late(found.rows)
    return f"{len(found.rows)} codes of {months} months, {found.first:%Y-%m} to {found.last:%Y-%m}"


_TRANSACTIONS = List(
    "transactions", "offices/transactions.html", transactions_file.HEADS, transactions_file.SAMPLES,
    transactions_file.read, _keep_transactions,
)  # fmt: skip
_DOSSIERS = List(
    "dossiers", "offices/dossiers.html", dossiers_file.HEADS, dossiers_file.SAMPLES, dossiers_file.read,
    _keep_dossiers,
)  # fmt: skip
_LATE = List(
    "late_dossiers", "offices/late_dossiers.html", dossiers_file.LATE_HEADS, dossiers_file.LATE_SAMPLES,
    dossiers_file.read_late, _keep_late,
)  # fmt: skip


@rights.page(Right.MANAGE_TREE)
@require_http_methods(["GET", "POST"])
def transactions_import(request: HttpRequest) -> HttpResponse:
    """How many transactions each office had on each day."""
    return _import(request, _TRANSACTIONS)


@rights.page(Right.MANAGE_OFFICES)
@require_http_methods(["GET", "POST"])
def dossiers_import(request: HttpRequest) -> HttpResponse:
    """How many dossiers each office handled in each month, and how many of them late."""
    return _import(request, _DOSSIERS)


@rights.page(Right.MANAGE_OFFICES)
@require_http_methods(["GET", "POST"])
def late_dossiers_import(request: HttpRequest) -> HttpResponse:
    """Which dossiers were late."""
    return _import(request, _LATE)


@rights.page(Right.MANAGE_OFFICES)
@require_GET
def dossiers_template(request: HttpRequest, name: str) -> HttpResponse:
    """An empty list to fill in, as XLSX."""
    if name not in (_DOSSIERS.name, _LATE.name):
        raise Http404
    if name == _LATE.name:
        table, wide, file = dossiers_file.late_template(), dossiers_file.LATE_CODE, "ho-so-cham.xlsx"
    else:
        table = dossiers_file.template(rights.offices(person(request)))
        wide, file = dossiers_file.NAME, "ho-so-theo-thang.xlsx"
    write, content_type = tree_export.as_xlsx, tree_export.WRITERS["xlsx"][1]
    answer = HttpResponse(write(table, "Ho so", wide), content_type=content_type)
    answer["Content-Disposition"] = f'attachment; filename="{file}"'
    return answer


def _import(request: HttpRequest, wanted: List) -> HttpResponse:
    """First a look at the file, then the same file in earnest."""
    context: dict[str, Any] = {}
    if request.method == "POST":
        try:
            body, confirmed = _file(request, wanted.name)
            user = person(request)
            found = wanted.read(body, rights.offices(user))
            if confirmed and not found.faults:
                with transaction.atomic():
                    detail = wanted.keep(found, user)
                    record(request, f"{wanted.name}.imported", office_id=user.office_id, detail=detail)
                pending.drop(wanted.name, user.pk)
                context = {"done": found}
            else:
                context = {"plan": found, **_kept(request, wanted.name, body, found.faults)}
        except sheets.Unreadable as error:
            context = {"error": str(error)}
    columns = list(zip(wanted.heads, wanted.samples, strict=True))
    return _answer(request, wanted.template, {**context, "columns": columns})


def _file(request: HttpRequest, purpose: str) -> tuple[bytes, bool]:
    """The file to look at, and whether it was looked at before and shall be imported now."""
    if fingerprint := request.POST.get("seen"):
        body = pending.take(purpose, person(request).pk, fingerprint)
        if body is None:
            raise sheets.Unreadable(_("The file is not here any more. Please choose it again."))
        return body, True
    upload = request.FILES.get("file")
    if upload is None:
        raise sheets.Unreadable(_("Please choose a file."))
    if (upload.size or 0) > sheets.MOST_BYTES:
        raise sheets.Unreadable(_("The file is larger than 5 MB. Please divide it."))
    return upload.read(), False


def _kept(request: HttpRequest, purpose: str, body: bytes, faults: list[sheets.Fault]) -> dict[str, Any]:
    if faults:
        return {"faults": faults[:SHOWN], "more_faults": max(0, len(faults) - SHOWN)}
    return {"seen": pending.keep(purpose, person(request).pk, body)}


def _answer(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    wrong = bool(context.get("error") or context.get("faults"))
    context = {"here": "offices", "may_tree": person(request).may(Right.MANAGE_TREE), **context}
    return render(request, template, context, status=400 if wrong else 200)
