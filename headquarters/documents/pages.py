"""Pages of letterheads: which office prints what at the head and foot of its documents."""

from __future__ import annotations

import base64

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from headquarters.accounts import rights
from headquarters.accounts.rights import person
from headquarters.accounts.roles import Right
from headquarters.audit.log import record
from headquarters.documents import letterheads, pdf, sample
from headquarters.documents.forms import WordsForm
from headquarters.documents.letterheads import Words
from headquarters.documents.models import HeadWords
from headquarters.offices.models import Office
from headquarters.wire import plain

A_PAGE = 50
SHOWN_MM = 165.0
"""How much of the sample's page is shown: head, a few lines, foot."""


@rights.page(Right.MANAGE_DOCUMENTS)
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The offices that print documents, with what stands at their head."""
    wanted = plain(" ".join(request.GET.get("q", "").split()), 80)
    found = rights.offices(person(request)).valid_on(timezone.localdate()).select_related("head_words")  # type: ignore[attr-defined]
    if wanted:
        found = found.filter(name__icontains=wanted)
    page = Paginator(found.order_by("code"), A_PAGE).get_page(request.GET.get("page"))
    lines = [
        {"office": office, "words": letterheads.words_of(office), "own": hasattr(office, "head_words")}
        for office in page
    ]
    context = {"here": "offices", "page": page, "lines": lines, "wanted": wanted}
    return render(request, "documents/letterheads.html", context)


@rights.page(Right.MANAGE_DOCUMENTS)
@require_http_methods(["GET", "POST"])
def letterhead(request: HttpRequest, pk: int) -> HttpResponse:
    """One office's words, with a likeness beside them."""
    office = _office(request, pk)
    before = letterheads.words_of(office)
    form = WordsForm(before, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        words = Words(**{name: form.cleaned_data[name] for name in Words.__slots__})
        changed = [name for name in Words.__slots__ if getattr(words, name) != getattr(before, name)]
        HeadWords.objects.update_or_create(office=office, defaults=form.cleaned_data)
        record(request, "letterhead.kept", office.name, office_id=office.pk, detail=", ".join(changed))
        messages.success(request, _("Kept. The next document of this office has it."))
        return redirect("documents:letterhead", office.pk)
    context = {
        "here": "offices", "office": office, "form": form,
        "own": HeadWords.objects.filter(pk=office.pk).exists(), "issuing": letterheads.issuing(office),
        "likeness": _likeness(form.words(before) if form.is_bound else before),
    }  # fmt: skip
    return render(request, "documents/letterhead.html", context, status=400 if form.is_bound else 200)


@rights.page(Right.MANAGE_DOCUMENTS)
@require_http_methods(["GET", "POST"])
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Part of the page: what is typed in, as it would be printed. Nothing is kept."""
    before = letterheads.words_of(_office(request, pk))
    words = WordsForm(before, request.POST).words(before) if request.method == "POST" else before
    return render(request, "documents/parts/likeness.html", {"likeness": _likeness(words)})


@rights.page(Right.MANAGE_DOCUMENTS)
@require_GET
def sample_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """A page of nothing but the office's head and foot, to print and hold beside a real one."""
    office = _office(request, pk)
    made = pdf.write(sample.document(letterheads.words_of(office)))
    name = f'inline; filename="mau-{office.code}.pdf"'
    return HttpResponse(made, content_type="application/pdf", headers={"Content-Disposition": name})


@rights.page(Right.MANAGE_DOCUMENTS)
@require_POST
def derive(request: HttpRequest, pk: int) -> HttpResponse:
    """Go back to what the office's name and place tell."""
    office = _office(request, pk)
    if HeadWords.objects.filter(pk=office.pk).delete()[0]:
        record(request, "letterhead.dropped", office.name, office_id=office.pk)
        messages.success(request, _("The office’s own words are gone; its name and place tell them again."))
    return redirect("documents:letterhead", office.pk)


def _office(request: HttpRequest, pk: int) -> Office:
    return get_object_or_404(rights.offices(person(request)).select_related("parent"), pk=pk)


def _likeness(words: Words) -> str:
    picture = pdf.first_page(sample.document(words), shown=SHOWN_MM)
    return base64.b64encode(picture).decode()
