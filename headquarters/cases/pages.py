"""The cases' pages: list, board, one case, a file of it. What changes something is in deeds.py."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from headquarters import formats, spreadsheets
from headquarters.accounts import rights
from headquarters.accounts.models import User
from headquarters.accounts.rights import person
from headquarters.accounts.roles import Right
from headquarters.audit.log import record
from headquarters.cases import (
    files,
    finding,
    publication_pages,
    raising,
    satisfaction,
    staff,
    telling,
    terms,
    words,
    work,
)
from headquarters.cases.models import Case
from headquarters.privacy import contacts

A_PAGE = 50
A_COLUMN = 25
_MOST_EXPORTED = 20_000
_STATES = (finding.OPEN, *Case.State.values, finding.CLOSED, finding.ALL)


@rights.page(Right.SEE_CASES)
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Cases of the person's offices, those that are overdue first."""
    raising.catch_up()
    user = person(request)
    wanted = finding.asked(user, request.GET)
    page = Paginator(finding.found(user, wanted), A_PAGE).get_page(request.GET.get("page"))
    context = _frame(user, wanted) | {"page": page, "lines": words.lines(page), "n": page.paginator.count}
    return render(request, "cases/index.html", context)


@rights.page(Right.SEE_CASES)
@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """The same cases in columns by their state; each column has its first ones and leads to the rest."""
    raising.catch_up()
    user = person(request)
    wanted = finding.asked(user, request.GET)
    columns = [_column(user, wanted, Case.State(state)) for state in Case.State.values]
    return render(request, "cases/board.html", _frame(user, wanted) | {"columns": columns})


def _column(user: User, wanted: finding.Asked, state: Case.State) -> dict[str, Any]:
    of_state = finding.Asked(state, wanted.kind, wanted.office, wanted.mine, wanted.overdue, wanted.text)
    rows = finding.found(user, of_state)
    return {
        "state": state, "name": state.label, "n": rows.count(), "lines": words.lines(rows[:A_COLUMN]),
        "query": of_state.query,
    }  # fmt: skip


def _frame(user: User, wanted: finding.Asked) -> dict[str, Any]:
    """What list and board share."""
    named = {
        finding.OPEN: _("all that are open"),
        finding.CLOSED: _("all that are closed"),
        finding.ALL: _("all"),
    }
    return {
        "here": "cases",
        "wanted": wanted,
        "states": [(key, named.get(key) or Case.State(key).label) for key in _STATES],
        "kinds": Case.Kind.choices,
        "offices": rights.offices(user).order_by("name"),
        "law": terms.load(),
    }


@rights.page(Right.SEE_CASES)
@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """The list as CSV, as it is filtered; that it was taken, and by whom, is in the audit log."""
    user = person(request)
    rows = finding.found(user, finding.asked(user, request.GET)).prefetch_related("desk")[:_MOST_EXPORTED]
    heads = [
        _("No."), _("State"), _("What"), _("Office"), _("Desk"), _("Received on"), _("Due"), _("Term"),
        _("Handled by"), _("Level"), _("Answered at"), _("The citizen’s rating of the answer"),
        _("Opened again"), _("Comment"),
    ]  # fmt: skip
    today = timezone.localdate()
    name = f"vu-viec-{today.isoformat()}.csv"
    table = [heads, *(_cells(case, words.due(case, today).words) for case in rows)]
    return spreadsheets.csv_answer([[spreadsheets.safe(cell) for cell in line] for line in table], name)


def _cells(case: Case, term: str) -> list[str]:
    return [
        case.number, str(case.get_state_display()), str(case.get_kind_display()), case.office.name,
        case.desk.name if case.desk else "", formats.moment(case.received_at), formats.day(case.due_on), term,
        case.assigned_to.get_full_name() if case.assigned_to else "", _level(case.level),
        formats.moment(case.told_at) if case.told_at else "", _level(case.satisfaction), str(case.reopened),
        case.text,
    ]  # fmt: skip


def _level(level: int | None) -> str:
    return words.level(level) if level in (1, 2, 3) else ""


@rights.page(Right.SEE_CASES)
@require_GET
def case(request: HttpRequest, pk: int) -> HttpResponse:
    """One case: what was said, where it stands, what was done, what can be done next."""
    return show(request, get_object_or_404(staff.seen(person(request)), pk=pk))


def show(request: HttpRequest, found: Case, error: str = "", status: int = 200) -> HttpResponse:
    """The case's page; after a deed that was not done with the reason, and with what was typed."""
    user, today = person(request), timezone.localdate()
    steps = found.steps.select_related("by").order_by("-pk")
    handles = user.may(Right.HANDLE_CASES)
    context = {
        "here": "cases",
        **words.lines([found])[0],
        "error": error,
        "tried": request.POST.get("action", "") if error else "",
        "typed": request.POST if error else {},
        "steps": [(one, words.step(one), words.who(one)) for one in steps],
        "files": found.files.select_related("by"),
        "file_ends": ",".join(f".{end}" for end in files.TYPES),
        "open": found.state in staff.OPEN,
        "handles": handles,
        "approves": user.may(Right.APPROVE_CASES),
        "own_words": found.state == Case.State.ANSWERED and not work.may_approve(found, user),
        "people": staff.who_may(Right.HANDLE_CASES, found.office) if handles else [],
        "kinds": Case.Kind.choices,
        "held_until": work.held_until(found),
        "opens": _opens(found, user),
        "rated": words.level(level) if (level := satisfaction.of(found)) else "",
        "today": today,
        "law": terms.load(),
        "mail": telling.state(found) if found.state in staff.CLOSED else {},
        **publication_pages.card(found, user),
    }
    return render(request, "cases/case.html", context, status=status)


def _opens(found: Case, user: User) -> bool:
    """Whether its author's contact is this person's to open: a case stays with its office, what was left goes
    with a move of the tablet that is noted only now."""
    if found.tablet_id is None or found.contact_event is None or not user.may(Right.OPEN_CONTACT):
        return False
    return contacts.one(user, found.tablet_id, found.contact_event) is not None


@rights.page(Right.SEE_CASES)
@require_GET
def file(request: HttpRequest, pk: int, file_pk: int) -> HttpResponse:
    """A file of a case, to be kept, never to be shown: a browser must not run what somebody sent."""
    found = get_object_or_404(staff.seen(person(request)), pk=pk)
    kept = found.files.filter(pk=file_pk).first()
    if kept is None:
        raise Http404
    try:
        content = files.content_of(kept)
    except work.Refused as error:
        return show(request, found, str(error.words), status=410)
    answer = HttpResponse(content, content_type=files.type_of(kept))
    answer["Content-Disposition"] = content_disposition_header(True, kept.name) or "attachment"
    answer["X-Content-Type-Options"] = "nosniff"
    record(request, "case.file_read", found.number, office_id=found.office_id, detail=kept.name)
    return answer
