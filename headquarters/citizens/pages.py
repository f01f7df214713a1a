"""What all pages of a citizen's phone share: language by the address, no cookies, no traces, kind notices."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt

from headquarters.citizens.words import NOT_SAVED, Notice

log = logging.getLogger(__name__)
View = Callable[..., HttpResponse]
LANGUAGE = "lang"
_HEADERS = {
    # These pages have no script, and say nothing about where somebody came from or goes.
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; form-action 'self'; "
        "object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex",
}


def page(view: View) -> View:
    """A page for anybody. Vietnamese unless the address says otherwise: a cookie would be a trace.

    Exempt from CSRF's token: what a form here may do follows from the code in its address alone. There is
    no session that a foreign page could ride on, and CSRF's own cookie would be the only one set.
    """

    @csrf_exempt
    @functools.wraps(view)
    def answer(request: HttpRequest, *args: str, **named: str) -> HttpResponse:
        with translation.override(language(request)):
            try:
                response = view(request, *args, **named)
            except (OperationalError, InterfaceError) as error:
                log.error("database: %s", type(error).__name__)
                response = notice(request, NOT_SAVED)
            response.headers["Content-Language"] = language(request)
        for name, value in _HEADERS.items():
            response.headers[name] = value
        return response

    return answer


def language(request: HttpRequest) -> str:
    """The language of the address."""
    asked = request.GET.get(LANGUAGE, "")
    return asked if asked in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def query(request: HttpRequest) -> str:
    """What keeps the next page in this one's language."""
    asked = language(request)
    return "" if asked == settings.LANGUAGE_CODE else f"?{LANGUAGE}={asked}"


def show(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """A page of this app."""
    return render(request, f"citizens/{template}.html", {"query": query(request), **context}, status=status)


def notice(request: HttpRequest, found: Notice, **context: Any) -> HttpResponse:
    """A page that says why there is nothing to do here."""
    return show(request, "notice", {"notice": found, **context}, status=found.status)
