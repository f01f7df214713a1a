"""``/contacts/`` and ``/requests/``, for case handlers. No browser keeps them (rights.page)."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from headquarters.accounts import rights
from headquarters.accounts.roles import Right
from headquarters.audit.log import record
from headquarters.privacy import contacts, erasing, requests, subjects, terms, words
from headquarters.privacy.forms import ReasonForm, RequestForm, StepForm
from headquarters.privacy.models import Erasure, SubjectRequest
from headquarters.sealing import CannotOpen
from headquarters.tablets import stood

ON_A_PAGE = 50
LATE_SOON_DAYS = 2


@rights.page(Right.OPEN_CONTACT)
@require_safe
def contact_list(request: HttpRequest) -> HttpResponse:
    """That something was left, where and when; not what."""
    user, law = rights.person(request), terms.load()
    shown = Paginator(contacts.of(user), ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "here": "contacts",
        "shown": shown,
        "rows": contacts.described(shown.object_list, law.contact_days),
        "law": law,
    }
    return render(request, "privacy/contacts.html", context)


@rights.page(Right.OPEN_CONTACT)
@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: HttpRequest, tablet_id: uuid.UUID, event_id: uuid.UUID) -> HttpResponse:
    """One of them: the reason first, then one look, which nothing repeats without another reason."""
    user, law = rights.person(request), terms.load()
    event = contacts.one(user, tablet_id, event_id)
    if event is None:
        raise Http404
    (kept,) = contacts.described([event], law.contact_days)
    context: dict[str, Any] = {"here": "contacts", "kept": kept, "law": law, "form": ReasonForm()}
    if kept.erased or request.method != "POST":
        return render(request, "privacy/contact.html", context, status=410 if kept.erased else 200)
    form = context["form"] = ReasonForm(request.POST)
    if not form.is_valid():
        return render(request, "privacy/contact.html", context, status=400)
    # Written down first: a look that leaves no trace must not be possible, a trace without a look may.
    record(
        request,
        "contact.opened",
        f"visit {event.visit_id[:8]}, {event.event_day}",
        office_id=stood.answering(kept.desk),
        detail=form.cleaned_data["reason"],
    )
    try:
        context["opened"] = contacts.opened(event)
    except CannotOpen:
        context["stuck"] = True
    return render(request, "privacy/contact.html", context)


@rights.page(Right.HANDLE_REQUESTS)
@require_http_methods(["GET", "HEAD", "POST"])
def request_list(request: HttpRequest) -> HttpResponse:
    """Every request with its clocks, and the form for a new one."""
    user = rights.person(request)
    form = RequestForm(user, _posted(request), initial={"received_on": timezone.localdate().isoformat()})
    if request.method == "POST" and form.is_valid():
        made = requests.register(request, form.cleaned_data)
        messages.success(request, _("The request has been registered."))
        return HttpResponseRedirect(reverse("privacy:request", args=[made.pk]))
    shown = Paginator(requests.of(user), ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "here": "requests",
        "form": form,
        "shown": shown,
        "rows": [(one, clocks(one)) for one in shown.object_list],
        "law": terms.load(),
    }
    return render(request, "privacy/requests.html", context, status=400 if form.errors else 200)


@rights.page(Right.HANDLE_REQUESTS)
@require_http_methods(["GET", "HEAD", "POST"])
def request_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One request: where it stands, and its next step."""
    found = _request(request, pk)
    form = StepForm(_posted(request))
    if request.method == "POST" and form.is_valid():
        moved = requests.move(request, found, form.cleaned_data["state"], form.cleaned_data["note"])
        if moved:
            messages.success(request, _("Noted."))
        else:
            messages.warning(request, _("Nothing was changed: it stands there already, or it is closed."))
        return HttpResponseRedirect(reverse("privacy:request", args=[pk]))
    context = _request_context(found) | {"form": form}
    return render(request, "privacy/request.html", context, status=400 if form.errors else 200)


@rights.page(Right.HANDLE_REQUESTS)
@require_POST
def request_data(request: HttpRequest, pk: int) -> HttpResponse:
    """The person's data: shown, given out as a file, or erased. Each is a step of the request."""
    found = _request(request, pk)
    what = request.POST.get("what")
    if what not in ("shown", "exported", "erased"):
        raise Http404
    context = _request_context(found) | {"form": StepForm()}
    if what == "erased" and request.POST.get("sure") != "yes":
        context["unsure"] = True
        return render(request, "privacy/request.html", context, status=400)
    try:
        data = requests.lookup(rights.person(request), found)
    except CannotOpen:
        return render(request, "privacy/request.html", context | {"stuck": True}, status=503)
    told = f"visits {len(data.visits)}, contacts opened to compare {data.opened}"
    if what == "erased":
        return _erased(request, found, data, told)
    requests.note(request, found, what, told)
    if what == "exported":
        return _file(found, data)
    rows = [
        (visit, [(words.kind(one.kind), words.fields(subjects.content(one))) for one in visit.events])
        for visit in data.visits
    ]
    return render(request, "privacy/found.html", context | {"data": data, "rows": rows})


def _posted(request: HttpRequest) -> QueryDict | None:
    """What was sent, be it nothing; None when nobody sent anything."""
    return request.POST if request.method == "POST" else None


def _erased(request: HttpRequest, found: SubjectRequest, data: subjects.Found, told: str) -> HttpResponse:
    with transaction.atomic():
        who = rights.person(request).get_full_name()
        count = erasing.erase(data.erasable, Erasure.Reason.REQUEST, who)
        requests.note(request, found, "erased", f"erased {count}; {told}")
    told = ngettext("%(n)s entry has been erased.", "%(n)s entries have been erased.", count) % {"n": count}
    messages.success(request, told)
    return HttpResponseRedirect(reverse("privacy:request", args=[found.pk]))


def _file(found: SubjectRequest, data: subjects.Found) -> HttpResponse:
    answer = HttpResponse(subjects.as_json(data, timezone.now()), content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="request-{found.pk}.json"'
    return answer


def _request(request: HttpRequest, pk: int) -> SubjectRequest:
    found = requests.of(rights.person(request)).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _request_context(found: SubjectRequest) -> dict[str, Any]:
    return {
        "here": "requests",
        "found": found,
        "clocks": clocks(found),
        "steps": found.steps.all(),
        "closed": found.state in requests.CLOSED,
        "law": terms.load(),
    }


def clocks(found: SubjectRequest) -> list[dict[str, Any]]:
    """The two terms: until when, and whether that is past or near."""
    today = timezone.localdate()
    closed = found.state in requests.CLOSED
    answered = closed or found.state == SubjectRequest.State.ANSWERED
    terms_ = ((_("First answer by"), found.answer_by, answered), (_("Done by"), found.done_by, closed))
    return [
        {
            "name": name,
            "by": by,
            "met": met,
            "late": not met and by < today,
            "soon": not met and today <= by and (by - today).days <= LATE_SOON_DAYS,
        }
        for name, by, met in terms_
    ]
