"""``/tra-cuu``: where what a citizen left stands, by the code they were given; the answer, and what they
think of it. No name, and none of their own text (see headquarters.citizens.matter)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from headquarters import wire
from headquarters.cases import personal, satisfaction, work
from headquarters.cases.models import Case
from headquarters.citizens import limits, matter, words
from headquarters.citizens.pages import LANGUAGE, language, notice, page, query, show
from headquarters.ratings import lookups
from headquarters.ratings.said import plain
from sync import lookup

_WRONG, _SAID = "lookup-wrong", "lookup-said"
_LEVELS = {str(one.level): one.level for one in words.LEVELS}
LONGEST = 500
"""Characters, as a comment on the tablet."""
FIELD = "ma"


@page
@require_safe
def form(request: HttpRequest) -> HttpResponse:
    """The field for a code; a code that is one leads to its own address, which may be kept or printed."""
    typed = request.GET.get(FIELD)
    if typed is None:
        return show(request, "lookup", {"hidden": _hidden(request)})
    code = lookup.normalise(typed)
    if code is None:
        return _no_code(request, typed)
    return HttpResponseRedirect(reverse("citizens:lookup-code", args=[code]) + query(request))


@page
@require_safe
def state(request: HttpRequest, code: str) -> HttpResponse:
    """Where this code's matter stands."""
    found = _asked(request, code)
    if isinstance(found, HttpResponse):
        return found
    normal, case = found
    context = {"code": normal, "received": lookups.received(normal), "hidden": _hidden(request)}
    if case is None:
        return show(request, "lookup", context)
    context |= matter.shown(case, timezone.now()) | {"levels": words.LEVELS, "longest": LONGEST}
    return show(request, "matter", context)


@page
@require_http_methods(["GET", "HEAD", "POST"])
def rate(request: HttpRequest, code: str) -> HttpResponse:
    """One tap: what the citizen thinks of the answer. Sent twice it is one; put right within a day."""
    found = _said(request, code)
    if isinstance(found, HttpResponse):
        return found
    normal, case = found
    level = _LEVELS.get(request.POST.get("level", ""))
    if level is not None:
        outcome = satisfaction.rate(case.pk, level, timezone.now())
        if outcome is satisfaction.Outcome.CLOSED:
            return notice(request, words.ANSWER_CLOSED, back=normal)
    return _back(request, normal)


@page
@require_http_methods(["GET", "HEAD", "POST"])
def again(request: HttpRequest, code: str) -> HttpResponse:
    """Whom the answer does not satisfy asks to have the case opened again, with a few words or none. Sent
    twice it is one: the second finds it open."""
    found = _said(request, code)
    if isinstance(found, HttpResponse):
        return found
    normal, case = found
    if matter.may_reopen(case, timezone.now()):
        text = plain(request.POST.get("words", "")).strip()[:LONGEST]
        try:
            # Without the request: no address of a citizen goes into the audit log.
            work.reopen(case, personal.covered(text))
        except work.Refused:
            return notice(request, words.ANSWER_CLOSED, back=normal)
    return _back(request, normal)


_Asked = tuple[str, Case | None]


def _asked(request: HttpRequest, code: str) -> _Asked | HttpResponse:
    """The code as it is kept and its case; or the page that says why there is none to speak of."""
    if limits.exhausted(_WRONG, wire.address(request)):
        return notice(request, words.LOOKUP_TOO_MANY)
    normal = lookup.normalise(code)
    if normal is None:
        return _no_code(request, code)
    case = matter.of(normal)
    if case is None and lookups.received(normal) is None:
        limits.note(_WRONG, wire.address(request))
        return show(request, "lookup", {"code": normal, "hidden": _hidden(request)}, status=404)
    return normal, case


def _said(request: HttpRequest, code: str) -> tuple[str, Case] | HttpResponse:
    """The same for whoever says something about the answer; so often only, for one code."""
    found = _asked(request, code)
    if isinstance(found, HttpResponse):
        return found
    normal, case = found
    if case is None or request.method != "POST":
        return _back(request, normal)
    if limits.exhausted(_SAID, normal):
        return notice(request, words.SAID_TOO_OFTEN, back=normal)
    limits.note(_SAID, normal)
    return normal, case


def _back(request: HttpRequest, code: str) -> HttpResponse:
    """See other: a page that is loaded again sends nothing again."""
    address = reverse("citizens:lookup-code", args=[code]) + query(request)
    return HttpResponseRedirect(address, status=303)


def _no_code(request: HttpRequest, typed: str) -> HttpResponse:
    """Its check character says that this is no code: no look into the database, and no try used up."""
    context = {"typed": typed[:40], "wrong": True, "hidden": _hidden(request)}
    return show(request, "lookup", context, status=400)


def _hidden(request: HttpRequest) -> dict[str, str]:
    """A form that GETs drops the query of its address: the language goes along as a field."""
    return {LANGUAGE: language(request)} if query(request) else {}
