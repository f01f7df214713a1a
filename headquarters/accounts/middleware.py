"""Keeps "last seen" of whoever is signed in."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from headquarters.accounts import sessions
from headquarters.accounts.models import User

_Handler = Callable[[HttpRequest], HttpResponse]


class LastSeen:
    """After the answer, and only where the view looked at the session: tablets send without one."""

    def __init__(self, get_response: _Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.session.accessed and isinstance(request.user, User):
            sessions.seen(request, request.user)
        return response
