"""The pages of letters' templates: what is in force where, uploads, a look before one is put in force."""

from __future__ import annotations

import base64
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from headquarters.accounts import rights
from headquarters.accounts.models import User
from headquarters.accounts.rights import office_ids, person
from headquarters.accounts.roles import Right
from headquarters.audit.log import record
from headquarters.letters import choosing, fields, forms, printing, reprint, word_reading, wording
from headquarters.letters.inspection import Refused
from headquarters.letters.kinds import Kind
from headquarters.letters.models import Template
from headquarters.offices.models import Office

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MOST_PAGES = 4
"""Pictures of a template's pages; a letter has one or two."""
_DPI = 80


def seen(user: User) -> QuerySet[Template]:
    """The templates of the offices a person sees; everybody's for who sees every office."""
    ids = office_ids(user)
    found = Template.objects.select_related("office", "made_by", "in_force_by")
    return found if ids is None else found.filter(office_id__in=ids)


@rights.page(Right.MANAGE_DOCUMENTS)
@require_http_methods(["GET", "POST"])
def templates(request: HttpRequest) -> HttpResponse:
    """Every kind with what is in force, and the way to another: download, change in Word, upload."""
    user = person(request)
    form = forms.UploadForm(user, request.POST or None, request.FILES or None)
    amiss: tuple[str, ...] = ()
    if request.method == "POST" and form.is_valid():
        try:
            return redirect("letters:template", pk=_uploaded(request, form).pk)
        except Refused as refused:
            amiss = refused.words
    words = wording.load().kinds
    there = list(seen(user).defer("file"))
    context = {
        "here": "letters", "form": form, "amiss": amiss,
        "kinds": [_line(kind, words[kind], there, user.office) for kind in Kind],
    }  # fmt: skip
    return render(request, "letters/templates.html", context, status=400 if request.method == "POST" else 200)


def _line(kind: Kind, words: wording.Wording, there: list[Template], own: Office | None) -> dict[str, Any]:
    """One kind: its templates, those in force first, and what holds where there is none."""
    mine = sorted((one for one in there if one.kind == kind), key=lambda one: (not one.in_force, -one.pk))
    above = choosing.chosen(kind, own) if own is not None else None
    inherited = above if above is not None and above.office_id != (own and own.pk) else None
    return {"kind": kind, "words": words, "templates": mine, "inherited": inherited, "names": fields.of(kind)}


def _uploaded(request: HttpRequest, form: forms.UploadForm) -> Template:
    asked = form.cleaned_data
    data = asked["file"].read()
    made = choosing.add(Kind(asked["kind"]), asked["office"], asked["file"].name or "", data, person(request))
    _note(request, "uploaded", made)
    return made


@rights.page(Right.MANAGE_DOCUMENTS)
@require_http_methods(["GET", "POST"])
def template(request: HttpRequest, pk: int) -> HttpResponse:
    """A template filled with made-up words, looked at before letters are written with it."""
    found = get_object_or_404(seen(person(request)), pk=pk)
    if request.method == "POST":
        return _act(request, found)
    kind, data = Kind(found.kind), bytes(found.file)
    pages = reprint.pages(printing.tried(data, kind).docx(), _DPI, MOST_PAGES)
    words = {one.name: one.words for one in fields.of(kind)}
    context = {
        "here": "letters", "template": found,
        "pictures": [base64.b64encode(page).decode() for page in pages],
        "names": [(name, words.get(name, name)) for name in found.names.split()],
        "missing": [(name, words.get(name, name)) for name in found.missing.split()],
        "lost": word_reading.lost(data),
    }  # fmt: skip
    return render(request, "letters/template.html", context)


def _act(request: HttpRequest, found: Template) -> HttpResponse:
    action = request.POST.get("action")
    if action == "force":
        choosing.put_in_force(found, person(request))
        _note(request, "in_force", found)
        messages.success(request, _("The template is in force."))
    elif action == "end" and found.in_force:
        choosing.end(found)
        _note(request, "ended", found)
        messages.success(request, _("The template is no longer in force."))
    return redirect("letters:templates")


def _note(request: HttpRequest, action: str, found: Template) -> None:
    record(
        request, f"letter_template.{action}", str(found), office_id=found.office_id, detail=found.file_name
    )


@rights.page(Right.MANAGE_DOCUMENTS)
@require_GET
def template_file(request: HttpRequest, pk: int) -> HttpResponse:
    """A template as it was uploaded."""
    found = get_object_or_404(seen(person(request)), pk=pk)
    return _word(bytes(found.file), f"mau-{found.kind}-{found.number}.docx")


@rights.page(Right.MANAGE_DOCUMENTS)
@require_GET
def start(request: HttpRequest, kind: str) -> HttpResponse:
    """The built-in wording as a template to begin with."""
    if kind not in Kind.values:
        raise Http404
    return _word(printing.start(Kind(kind)), f"mau-{kind}.docx")


def _word(data: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(data, content_type=DOCX, headers=headers)
