"""``/published/``: what is, was and may be before everybody's eyes; ``/cases/<pk>/published``: the words of
one case. Who handles the case writes them, a second person publishes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from headquarters.accounts import rights
from headquarters.accounts.models import User
from headquarters.accounts.roles import Right
from headquarters.cases import publishing, staff
from headquarters.cases import words as case_words
from headquarters.cases.models import Case, Publication
from headquarters.cases.publishing import LONGEST, State
from headquarters.offices.models import Office

ON_A_PAGE = 30


class WordsForm(forms.Form):
    """The two sentences."""

    said = forms.CharField(
        label=gettext_lazy("You said (what citizens told us, in the office’s own words)"),
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": LONGEST}),
        required=False,
    )
    done = forms.CharField(
        label=gettext_lazy("We mended (what is different now)"),
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": LONGEST}),
        required=False,
    )

    def __init__(self, office: Office, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.office, self.label_suffix = office, ""

    def clean_said(self) -> str:
        return self._checked("said")

    def clean_done(self) -> str:
        return self._checked("done")

    def _checked(self, name: str) -> str:
        text = " ".join(self.cleaned_data[name].split())
        if wrong := publishing.problem(text, self.office):
            raise forms.ValidationError(wrong)
        return text


@rights.page(Right.SEE_CASES)
@require_safe
def published(request: HttpRequest) -> HttpResponse:
    """By where they stand: what waits for review first."""
    user = rights.person(request)
    counts = {one: publishing.seen(user, one).count() for one in State}
    usual = State.WAITING if counts[State.WAITING] else State.PUBLISHED
    asked = request.GET.get("state", "")
    shown = State(asked) if asked in {one.value for one in State} else usual
    page = Paginator(publishing.seen(user, shown), ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "here": "published",
        "page": page,
        "state": shown.value,
        "tabs": [(one.value, publishing.WORDS[one], counts[one]) for one in State],
    }
    return render(request, "cases/published.html", context)


@rights.page(Right.SEE_CASES)
@require_safe
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """The words of one case, and what this person may do with them."""
    return _one(request, _case(request, pk))


@rights.page(Right.HANDLE_CASES)
@require_POST
def words(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep what was written; it waits for review."""
    case = _case(request, pk)
    form = WordsForm(case.office, request.POST)
    if not form.is_valid():
        return _one(request, case, form, status=400)
    try:
        publishing.draft(request, case, form.cleaned_data["said"], form.cleaned_data["done"])
    except publishing.Refused as refused:
        return _one(request, case, form, str(refused.words), status=409)
    messages.success(request, _("Kept. Somebody else looks at it before everybody can read it."))
    return _to(case)


@rights.page(Right.APPROVE_CASES)
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish, send back, or withdraw."""
    case, action, reason = _case(request, pk), request.POST.get("action"), request.POST.get("reason", "")
    found = Publication.objects.filter(case=case).first()
    if found is None or action not in _DEEDS:
        return _to(case)
    try:
        if action == "back":
            publishing.send_back(request, found, reason)
        elif action == "publish" and reason.strip():
            raise publishing.Refused(
                _("You wrote what is to be different: send it back, or empty that box to publish it.")
            )
        elif action == "publish":
            publishing.publish(request, found)
        else:
            publishing.withdraw(request, found)
    except publishing.Refused as refused:
        return _one(request, case, None, str(refused.words), status=409)
    messages.success(request, _DEEDS[action])
    return _to(case)


def card(case: Case, user: User) -> dict[str, Any]:
    """Context of ``cases/parts/publication.html`` on the case's page."""
    found = Publication.objects.filter(case=case).first()
    return {
        "publication": found,
        "publication_state": publishing.WORDS[publishing.state(found)] if found else "",
        "publication_may_start": publishing.may_be_published(case) and user.may(Right.HANDLE_CASES),
    }


_DEEDS = {
    "publish": gettext_lazy("Published: everybody can read it from now on."),
    "back": gettext_lazy("Sent back."),
    "withdraw": gettext_lazy("Withdrawn: nobody reads it any more."),
}


def _one(
    request: HttpRequest, case: Case, form: WordsForm | None = None, error: str = "", status: int = 200
) -> HttpResponse:
    user = rights.person(request)
    found = Publication.objects.select_related("drafted_by", "published_by").filter(case=case).first()
    now = publishing.state(found) if found else None
    said = {"said": found.said, "done": found.done} if found else {}
    writes = user.may(Right.HANDLE_CASES) and now is not State.PUBLISHED
    context = {
        "here": "published",
        "case": case,
        "case_said": case_words.said(case),
        "publication": found,
        "state": now.value if now else "",
        "state_words": publishing.WORDS[now] if now else "",
        "form": form or WordsForm(case.office, initial=said),
        "error": error,
        "reason": request.POST.get("reason", ""),
        "longest": LONGEST,
        "may_write": writes and publishing.may_be_published(case),
        "may_decide": user.may(Right.APPROVE_CASES),
        "own_words": found is not None and not publishing.may_publish(found, user),
    }
    return render(request, "cases/published_one.html", context, status=status)


def _case(request: HttpRequest, pk: int) -> Case:
    found: Case = get_object_or_404(staff.seen(rights.person(request)), pk=pk)
    return found


def _to(case: Case) -> HttpResponse:
    return HttpResponseRedirect(reverse("published:one", args=[case.pk]))
