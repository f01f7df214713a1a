"""Refusals of the read API: application/problem+json (RFC 9457)."""

from __future__ import annotations

import json

from django.http import HttpResponse

PROBLEMS: dict[str, tuple[int, str]] = {
    "bad_parameter": (400, "A parameter cannot be read; the detail names it."),
    "no_token": (401, "A bearer token is needed."),
    "bad_token": (401, "This token is unknown, has expired or was revoked."),
    "not_found": (404, "There is no such address here."),
    "method_not_allowed": (405, "Only GET is served here."),
    "too_many_requests": (429, "Too many requests; wait."),
    "unavailable": (503, "Headquarters cannot reach its database; try again later."),
}
"""Code → (HTTP status, title)."""
RETRY_AFTER_S = 60
CONTENT_TYPE = "application/problem+json"


class Problem(Exception):
    """The request is answered with this."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code, self.detail = code, detail


def answer(code: str, detail: str = "") -> HttpResponse:
    """A refusal; ``detail`` never repeats what was sent."""
    status, title = PROBLEMS[code]
    body = {"type": "about:blank", "status": status, "title": title, "code": code}
    if detail:
        body["detail"] = detail
    response = HttpResponse(json.dumps(body), status=status, content_type=CONTENT_TYPE)
    if status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="headquarters"'
    if status == 405:
        response["Allow"] = "GET, HEAD"
    if status in (429, 503):
        response["Retry-After"] = str(RETRY_AFTER_S)
    return response
