"""Headers and language for every page of headquarters."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils import translation

_Handler = Callable[[HttpRequest], HttpResponse]

# Everything a page needs comes from this server: no inline script or style, no frame around us.
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cross-Origin-Resource-Policy": "same-origin",
    # What may be kept says so itself: files that never change, and nothing of a person.
    "Cache-Control": "no-store",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class SecurityHeaders:
    """Adds the policy to every answer that does not already carry its own."""

    def __init__(self, get_response: _Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        return response


class Bounded:
    """Only methods that a page knows, and no body larger than the largest upload: Django itself would write
    a file of any size to the disk before a view could say that it is too large."""

    def __init__(self, get_response: _Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(_API):
            return self.get_response(request)
        if request.method not in _METHODS:
            return HttpResponseNotAllowed(_METHODS)
        declared = request.META.get("CONTENT_LENGTH") or "0"
        if not declared.isdigit() or int(declared) > settings.MOST_REQUEST_BYTES:
            return HttpResponse(status=413, content_type="text/plain; charset=utf-8")
        return self.get_response(request)


_METHODS = ("GET", "HEAD", "POST")
_API = "/api/"
"""Bounds itself, and refuses in its own format (headquarters.wire, api.problems)."""


class ChosenLanguage:
    """The language the person chose, else Vietnamese.

    Django's LocaleMiddleware would follow Accept-Language, and most office machines here run an
    English browser: their users would meet English pages they never asked for.
    """

    def __init__(self, get_response: _Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        translation.activate(language)
        request.LANGUAGE_CODE = language
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response
