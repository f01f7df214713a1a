"""``/tra-cuu``: whether what a citizen left has arrived, by the code they were given. No name, no text."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from headquarters import wire
from headquarters.citizens import limits, words
from headquarters.citizens.pages import LANGUAGE, language, notice, page, query, show
from headquarters.ratings import lookups
from sync import lookup

_WRONG = "lookup-wrong"
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
    if limits.exhausted(_WRONG, wire.address(request)):
        return notice(request, words.LOOKUP_TOO_MANY)
    normal = lookup.normalise(code)
    if normal is None:
        return _no_code(request, code)
    received = lookups.received(normal)
    if received is None:
        limits.note(_WRONG, wire.address(request))
    context = {"code": normal, "received": received, "hidden": _hidden(request)}
    return show(request, "lookup", context, status=404 if received is None else 200)


def _no_code(request: HttpRequest, typed: str) -> HttpResponse:
    """Its check character says that this is no code: no look into the database, and no try used up."""
    context = {"typed": typed[:40], "wrong": True, "hidden": _hidden(request)}
    return show(request, "lookup", context, status=400)


def _hidden(request: HttpRequest) -> dict[str, str]:
    """A form that GETs drops the query of its address: the language goes along as a field."""
    return {LANGUAGE: language(request)} if query(request) else {}
