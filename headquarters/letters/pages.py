"""The letters' pages: what is suggested, drafts, what was sent; one letter with its likeness beside it."""

from __future__ import annotations

import base64
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from headquarters.accounts import rights
from headquarters.accounts.models import User
from headquarters.accounts.rights import office_ids, person
from headquarters.accounts.roles import Right
from headquarters.cases import staff
from headquarters.cases.models import Case
from headquarters.letters import choosing, drafts, fields, forms, printing, suggestions, wording
from headquarters.letters.inspection import Refused
from headquarters.letters.kinds import Kind, Reason
from headquarters.letters.models import Letter
from headquarters.offices.models import Office

A_PAGE = 50
_SHOWN = {
    "drafts": (Letter.State.DRAFT, Letter.State.READY),
    "done": (Letter.State.SENT,),
    "aside": (Letter.State.DROPPED,),
}
_FILES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}


def seen(user: User) -> QuerySet[Letter]:
    """The letters of the offices a person sees."""
    ids = office_ids(user)
    found = Letter.objects.select_related("office", "case", "made_by")
    return found if ids is None else found.filter(office_id__in=ids)


@rights.page(Right.WRITE_LETTERS)
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """What is suggested, drafts, sent letters, those laid aside."""
    user, show = person(request), request.GET.get("show", "")
    suggested = suggestions.of(office_ids(user), wording.load().rules, timezone.localdate())
    if show not in _SHOWN and (show == "suggested" or suggested):
        show = "suggested"
    elif show not in _SHOWN:
        show = "drafts"
    found: Any = suggested if show == "suggested" else seen(user).filter(state__in=_SHOWN[show])
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    counts = {name: seen(user).filter(state__in=states).count() for name, states in _SHOWN.items()}
    context = {
        "here": "letters", "show": show, "page": page, "n": page.paginator.count, "kinds": Kind.choices,
        "tabs": [
            ("suggested", _("Suggested"), len(suggested)), ("drafts", _("Drafts"), counts["drafts"]),
            ("done", _("Sent"), counts["done"]), ("aside", _("Laid aside"), counts["aside"]),
        ],
    }  # fmt: skip
    return render(request, "letters/index.html", context)


@rights.page(Right.WRITE_LETTERS)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A new letter, about a case or about none."""
    user, asked = person(request), request.GET
    kind = _kind(asked.get("kind", Kind.APOLOGY))
    case = _case(user, asked.get("case", ""))
    reason = asked.get("reason", "") if asked.get("reason") in Reason.values else ""
    whose = forms.OfficeForm(user, request.POST or None) if case is None else None
    office = case.office if case is not None else _office(whose)
    begun = drafts.beginning(kind, office, case, reason) if office is not None else {}
    form = forms.LetterForm(kind, request.POST or None, values=begun)
    if request.method == "POST" and form.is_valid() and (whose is None or whose.is_valid()) and office:
        made = drafts.start(kind, office, case, reason, form.values(), user, request)
        return _kept(request, made)
    context = {"kind": kind, "case": case, "office": office, "form": form, "whose": whose}
    return _form_page(request, context, 400 if request.method == "POST" else 200)


def _kind(text: str) -> Kind:
    if text not in Kind.values:
        raise Http404
    return Kind(text)


def _case(user: User, text: str) -> Case | None:
    """The case behind a number in an address; 404 for one that is not this person's."""
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 18):
        raise Http404
    return get_object_or_404(staff.seen(user), pk=int(text))


def _office(whose: forms.OfficeForm | None) -> Office | None:
    """The office that was chosen, or that stands there to begin with."""
    if whose is None:
        return None
    if whose.is_bound:
        return whose.cleaned_data["office"] if whose.is_valid() else None
    found: Office | None = whose.fields["office"].queryset.filter(pk=whose.initial["office"]).first()  # type: ignore[attr-defined]
    return found


@rights.page(Right.WRITE_LETTERS)
@require_http_methods(["GET", "POST"])
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """One letter: its form while it is a draft, what became of it afterwards."""
    found = get_object_or_404(seen(person(request)), pk=pk)
    kind = Kind(found.kind)
    version = drafts.latest(found)
    editing = request.method == "POST" and request.POST.get("action") in ("save", "ready")
    form = forms.LetterForm(kind, request.POST if editing else None, values=version.values)
    noting = request.method == "POST" and request.POST.get("action") == "sent"
    sent_form = forms.SentForm(request.POST if noting else None)
    error = ""
    if request.method == "POST":
        try:
            if _done(request, found, form, sent_form):
                return redirect("letters:letter", pk=found.pk)
        except drafts.TooLate:
            error = _("Somebody else was faster: the letter looks different now.")
        except drafts.Unfilled as empty:
            error = _("Please fill in first: %(fields)s.") % {"fields": _names(kind, empty.names)}
            form.name_unfilled(empty.names)
        except Refused as refused:
            error = " ".join(refused.words)
        found.refresh_from_db()
    context = {
        "letter": found, "kind": kind, "case": found.case, "office": found.office, "form": form,
        "sent_form": sent_form, "version": drafts.latest(found), "error": error,
        "versions": found.versions.defer("docx", "pdf").select_related("by"),
    }  # fmt: skip
    return _form_page(request, context, 200 if request.method == "GET" else 409 if error else 400)


def _done(request: HttpRequest, found: Letter, form: forms.LetterForm, sent_form: forms.SentForm) -> bool:
    """Do what was asked for; False where a form has to be mended. Raises TooLate, Unfilled, Refused."""
    user, action = person(request), request.POST.get("action")
    if action in ("save", "ready"):
        if not form.is_valid():
            return False
        drafts.change(found, form.values(), user, request)
        if action == "ready":
            drafts.make_ready(found, user, request)
    elif action == "sent":
        if not sent_form.is_valid():
            return False
        drafts.sent(found, sent_form.cleaned_data["number"], sent_form.cleaned_data["on"], user, request)
    elif action == "back":
        drafts.take_back(found, user, request)
    elif action == "drop":
        drafts.lay_aside(found, user, request)
    else:
        return False
    messages.success(request, _("Kept."))
    return True


def _kept(request: HttpRequest, made: Letter) -> HttpResponse:
    """A new letter is a draft, whatever was pressed; if it should be ready, that is tried at once."""
    if request.POST.get("action") == "ready":
        try:
            drafts.make_ready(made, person(request), request)
        except drafts.Unfilled as empty:
            named = _names(Kind(made.kind), empty.names)
            messages.warning(request, _("The draft is kept. Please fill in: %(fields)s.") % {"fields": named})
            return redirect("letters:letter", pk=made.pk)
        except Refused as refused:
            messages.warning(request, " ".join(refused.words))
            return redirect("letters:letter", pk=made.pk)
    messages.success(request, _("Kept."))
    return redirect("letters:letter", pk=made.pk)


def _names(kind: Kind, names: tuple[str, ...]) -> str:
    words = {one.name: str(one.words) for one in fields.typed(kind)}
    return ", ".join(words[name] for name in names)


def _form_page(request: HttpRequest, context: dict[str, Any], status: int) -> HttpResponse:
    kind, office, form = context["kind"], context["office"], context["form"]
    found: Letter | None = context.get("letter")
    template = choosing.chosen(kind, office) if office is not None else None
    values = form.values() if form.is_bound and form.is_valid() else _initial(form)
    kept = context["version"].docx if found is not None and found.state != Letter.State.DRAFT else None
    picture, amiss = "", context.get("error", "")
    try:
        if kept is not None:
            template, picture = context["version"].template, _picture(printing.kept(bytes(kept)))
        elif office is not None:
            picture = _picture(printing.of(kind, office, context["case"], values, template))
    except Refused as refused:
        amiss = amiss or " ".join(refused.words)
    wanted = {one.name for one in fields.typed(kind) if one.wanted}
    context |= {
        "here": "letters", "words": wording.load().kinds[kind], "template": template, "wanted": wanted,
        "picture": picture, "error": amiss,
    }  # fmt: skip
    return render(request, "letters/letter.html", context, status=status)


def _initial(form: forms.LetterForm) -> dict[str, str]:
    return {name: forms.kept(value) for name, value in form.initial.items()}


def _picture(printed: printing.Printed) -> str:
    return base64.b64encode(printed.picture()).decode()


@rights.page(Right.WRITE_LETTERS)
@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """The likeness of what stands in a form now: part of a page."""
    user, asked = person(request), request.POST
    kind = _kind(asked.get("of_kind", Kind.APOLOGY))
    case = _case(user, asked.get("of_case", ""))
    office = case.office if case is not None else rights.offices(user).filter(pk=_digits(asked)).first()
    form = forms.LetterForm(kind, asked)
    if office is None or not form.is_valid():
        return HttpResponse(status=400)
    printed = printing.of(kind, office, case, form.values(), choosing.chosen(kind, office))
    return render(request, "letters/parts/likeness.html", {"picture": _picture(printed)})


def _digits(asked: Any) -> int:
    text = asked.get("of_office") or asked.get("office") or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0


@rights.page(Right.WRITE_LETTERS)
@require_GET
def file(request: HttpRequest, pk: int, number: int, form: str) -> HttpResponse:
    """A version as DOCX or PDF: as it was kept, or of a draft as it looks now."""
    found = get_object_or_404(seen(person(request)), pk=pk)
    version = get_object_or_404(found.versions.select_related("template"), number=number)
    if form not in _FILES:
        raise Http404
    kept = version.docx if form == "docx" else version.pdf
    if kept is None:
        template = choosing.chosen(Kind(found.kind), found.office)
        printed = printing.printed(found, version.values, template)
        kept = printed.docx() if form == "docx" else printed.pdf()
    name = f"thu-{found.kind}-{found.pk}-{number}.{form}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(bytes(kept), content_type=_FILES[form], headers=headers)


@rights.page(Right.WRITE_LETTERS)
@require_POST
def decline(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """A case needs no letter of this kind."""
    user = person(request)
    drafts.decline(get_object_or_404(staff.seen(user), pk=pk), _kind(kind), user, request)
    messages.success(request, _("It is not suggested again."))
    return redirect("letters:index")
