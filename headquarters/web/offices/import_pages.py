"""Importing the tree and the counts of transactions: a dry run first, then the same file in earnest."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from headquarters.accounts import rights
from headquarters.accounts.rights import person
from headquarters.accounts.roles import Right
from headquarters.audit.log import record
from headquarters.ratings import transactions
from headquarters.web.offices import pending, sheets, transactions_file, tree_export, tree_file, tree_format

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
    return _answer(
        request, "offices/import.html", {**context, "heads": tree_format.HEADS, "kinds": tree_format.KINDS}
    )


@rights.page(Right.MANAGE_TREE)
@require_http_methods(["GET", "POST"])
def transactions_import(request: HttpRequest) -> HttpResponse:
    """How many transactions each office had on each day."""
    context: dict[str, Any] = {}
    if request.method == "POST":
        try:
            body, confirmed = _file(request, "transactions")
            user = person(request)
            found = transactions_file.read(body, rights.offices(user))
            if confirmed and not found.faults:
                transactions.put(found.rows)
                pending.drop("transactions", user.pk)
                detail = f"{len(found.rows)} rows, {found.first} to {found.last}"
                record(request, "transactions.imported", office_id=user.office_id, detail=detail)
                context = {"done": found}
            else:
                context = {"plan": found, **_kept(request, "transactions", body, found.faults)}
        except sheets.Unreadable as error:
            context = {"error": str(error)}
    return _answer(request, "offices/transactions.html", {**context, "heads": transactions_file.HEADS})


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
    context = {"here": "offices", "may_tree": True, **context}
    return render(request, template, context, status=400 if wrong else 200)
