"""What people do about cases: one POST, one deed of cases.work, and back to the case."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from headquarters.accounts import rights
from headquarters.accounts.models import User
from headquarters.accounts.rights import person
from headquarters.accounts.roles import Right
from headquarters.cases import files, pages, raising, staff, work
from headquarters.cases.models import Case
from headquarters.ratings import settling
from headquarters.ratings.models import Comment

Deed = Callable[[HttpRequest, Case, User], str]
"""Does it, and says so in a sentence."""


@rights.page(Right.RAISE_CASES)
@require_POST
def make(request: HttpRequest, tablet_id: UUID, event_id: UUID) -> HttpResponse:
    """A case of this comment; whoever may see it is led to it, others back to where they were."""
    user, ids = person(request), rights.office_ids(person(request))
    settling.settle()
    seen = Comment.objects.all() if ids is None else Comment.objects.filter(office_id__in=ids)
    comment = get_object_or_404(seen, tablet_id=tablet_id, event_id=event_id)
    try:
        made = raising.of_comment(comment, by=user, request=request)
    except work.Refused as error:
        messages.warning(request, str(error.words))
        return redirect(_back(request))
    messages.success(request, _("This comment is case %(number)s.") % {"number": made.number})
    return redirect("cases:case", pk=made.pk) if user.may(Right.SEE_CASES) else redirect(_back(request))


def _back(request: HttpRequest) -> str:
    asked = request.POST.get("back", "")
    own = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    return asked if own else reverse("web:comments")


@rights.page(Right.HANDLE_CASES)
@require_POST
def handle(request: HttpRequest, pk: int) -> HttpResponse:
    """Classify, assign, write, refer, open again, note, add a file."""
    return _do(request, pk, _HANDLING)


@rights.page(Right.APPROVE_CASES)
@require_POST
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve the answer, send it back, note."""
    return _do(request, pk, _APPROVING)


def _do(request: HttpRequest, pk: int, known: dict[str, Deed]) -> HttpResponse:
    found = get_object_or_404(staff.seen(person(request)), pk=pk)
    deed = known.get(request.POST.get("action", ""))
    if deed is None:
        return pages.show(request, found, _("Please choose what is to be done."), status=400)
    try:
        done = deed(request, found, person(request))
    except work.Refused as error:
        found = staff.seen(person(request)).get(pk=pk)
        status = 409 if isinstance(error, work.TooLate) else 400
        return pages.show(request, found, str(error.words), status=status)
    messages.success(request, done)
    return redirect("cases:case", pk=pk)


def _text(request: HttpRequest, name: str = "text") -> str:
    return request.POST.get(name, "")


def _classify(request: HttpRequest, case: Case, by: User) -> str:
    work.classify(case, _text(request, "kind"), by=by, request=request)
    return _("Classified; the day it is due was counted anew.")


def _assign(request: HttpRequest, case: Case, by: User) -> str:
    asked = _text(request, "to")
    people = {str(one.pk): one for one in staff.who_may(Right.HANDLE_CASES, case.office)}
    if asked not in people:
        raise work.Refused(_("Please choose somebody who handles cases of this office."))
    work.assign(case, people[asked], by=by, request=request)
    return _("%(name)s handles it now.") % {"name": people[asked].get_full_name()}


def _draft(request: HttpRequest, case: Case, by: User) -> str:
    work.draft(case, _text(request), by=by, request=request)
    return _("The draft is kept. Nobody outside sees it.")


def _submit(request: HttpRequest, case: Case, by: User) -> str:
    work.submit(case, _text(request), by=by, request=request)
    return _("The answer waits for approval.")


def _refer(request: HttpRequest, case: Case, by: User) -> str:
    try:
        day = dt.date.fromisoformat(_text(request, "day"))
    except ValueError as error:
        raise work.Refused(_("Please give the day of the referral.")) from error
    work.refer(case, _text(request, "to"), _text(request), day, by=by, request=request)
    return _("The referral is recorded. The citizen reads where it went.")


def _reopen(request: HttpRequest, case: Case, by: User) -> str:
    work.reopen(case, _text(request), by=by, request=request)
    return _("The case is open again, with a new term.")


def _note(request: HttpRequest, case: Case, by: User) -> str:
    work.note(case, _text(request), by=by, request=request)
    return _("Noted.")


def _file(request: HttpRequest, case: Case, by: User) -> str:
    kept = files.keep(case, request.FILES.get("file"), by=by, request=request)
    return _("%(name)s is kept with the case.") % {"name": kept.name}


def _approve(request: HttpRequest, case: Case, by: User) -> str:
    """Not while the box of the other button holds words: a citizen cannot unread an answer."""
    if _text(request).strip():
        raise work.Refused(
            _("You wrote what is to be different: send the answer back, or empty that box to approve it.")
        )
    work.approve(case, by=by, request=request)
    return _("Approved: the citizen can read the answer now.")


def _send_back(request: HttpRequest, case: Case, by: User) -> str:
    work.send_back(case, _text(request), by=by, request=request)
    return _("Sent back with your reason.")


_HANDLING: dict[str, Deed] = {
    "classify": _classify, "assign": _assign, "draft": _draft, "submit": _submit, "refer": _refer,
    "reopen": _reopen, "note": _note, "file": _file,
}  # fmt: skip
_APPROVING: dict[str, Deed] = {"approve": _approve, "send_back": _send_back, "note": _note}
