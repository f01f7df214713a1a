"""Keeps "last seen" of whoever is signed in, and which files they took away."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from headquarters.accounts import sessions
from headquarters.accounts.models import User
from headquarters.audit.log import record

_Handler = Callable[[HttpRequest], HttpResponse]


class LastSeen:
    """After the answer, and only where the view looked at the session: tablets send without one. Before it,
    a session that is too old ends."""

    def __init__(self, get_response: _Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.path_info not in _OF_THE_MACHINE:
            sessions.end_if_old(request)
        response = self.get_response(request)
        if request.session.accessed and isinstance(request.user, User):
            sessions.seen(request, request.user)
        return response


class Exports:
    """Every file that a signed-in person takes away is in the audit log: no page can forget it."""

    def __init__(self, get_response: _Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        kind, _semicolon, name = response.headers.get("Content-Disposition", "").partition(";")
        if kind == "attachment" and isinstance(request.user, User):
            # What was searched for may be a citizen's name.
            asked = "&".join(f"{key}={value}" for key, value in request.GET.items() if key not in _SEARCHED)
            target = name.partition("filename=")[2].strip('"') or request.path
            record(request, "export.file", target, office_id=request.user.office_id, detail=asked)
        return response


_OF_THE_MACHINE = frozenset({"/healthz", "/readyz"})
"""Answered while the database is away, also to somebody who is signed in."""
_SEARCHED = frozenset({"q", "tim", "search"})
