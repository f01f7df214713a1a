"""What every answer carries, whoever asks for what: pages, files, errors and redirects alike."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from headquarters.accounts.roles import Role
from headquarters.web import views
from tests.headquarters.accounts.conftest import Land
from tests.headquarters.addresses import GUARDED, browser_of, holds, url_of

pytestmark = [pytest.mark.django_db, pytest.mark.screen_only]

POLICY = {
    "default-src": ("'self'", "'none'"),
    "object-src": ("'none'",),
    "base-uri": ("'none'",),
    "form-action": ("'self'",),
    "frame-ancestors": ("'none'",),
}
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": ("same-origin", "no-referrer"),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
FILES = re.compile(r"^/static/")
INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)(?![^>]*\btype=.(?:application/json|text/template))|<style\b"
    r"|<[^>]+\s(?:style|on[a-z]+)\s*=|(?:href|src|action)\s*=\s*.javascript:",
    re.I,
)
PUBLIC = ("/sign-in/", "/tra-cuu", "/da-sua", "/p/nobody", "/tra-cuu/4K7PX-V2M9H-RT3CJ", "/welcome/none/")


def amiss(url: str, answer: Any) -> list[str]:
    """What is wrong with this answer's headers or words."""
    found = []
    policy = dict(
        [*part.split(maxsplit=1), ""][:2]
        for part in answer.headers.get("Content-Security-Policy", "").split("; ")
        if part
    )
    if any(policy.get(name, "") not in value for name, value in POLICY.items()) or "unsafe" in str(policy):
        found.append(f"policy {policy}")
    for name, wanted in ALWAYS.items():
        if answer.headers.get(name, "") not in (wanted if isinstance(wanted, tuple) else (wanted,)):
            found.append(f"{name}: {answer.headers.get(name)}")
    if not FILES.match(url) and "no-store" not in answer.headers.get("Cache-Control", ""):
        found.append(f"may be kept: {answer.headers.get('Cache-Control')}")
    if "camera=()" not in answer.headers.get("Permissions-Policy", ""):
        found.append("no Permissions-Policy")
    if answer.headers.get("Access-Control-Allow-Origin"):
        found.append("other sites may read it")
    return [f"{url} {answer.status_code}: {one}" for one in [*found, *_words(answer)]]


def _words(answer: Any) -> Iterator[str]:
    kind = answer.headers.get("Content-Type", "")
    if answer.streaming or not answer.content:
        return
    if kind.startswith("text/") and "charset=" not in kind:
        yield f"no charset: {kind}"
    if not kind:
        yield "no Content-Type"
    if kind.startswith("text/html") and (inline := INLINE.search(answer.content.decode())):
        yield f"inline: {inline[0]}"


def test_every_page_carries_the_policy_and_has_nothing_inline(land: Land) -> None:
    browsers = {role: browser_of(role, land.ward) for role in Role}
    found, pages = [], 0
    for address in GUARDED:
        url = url_of(address, land.ward)
        answer = next(browsers[role] for role in Role if holds(address, role)).get(url)
        pages += answer.status_code == 200
        found += amiss(url, answer)
    assert found == []
    assert pages > 60, "the walk must meet real pages"


def test_pages_without_a_sign_in_and_files_carry_it_too(land: Land) -> None:
    found = []
    for url in (
        *PUBLIC,
        "/static/web/hq.css",
        "/readyz",
        "/metrics",
        "/healthz",
        "/api/v1/read/openapi.json",
    ):
        found += amiss(url, Client().get(url))
    assert found == []


def test_every_error_carries_it_and_says_nothing_of_the_machine(
    land: Land, monkeypatch: pytest.MonkeyPatch
) -> None:
    leader = browser_of(Role.LEADER, land.ward)
    strict = Client(enforce_csrf_checks=True, raise_request_exception=False)
    # As gunicorn hands it over; the client of the tests would put a length of its own.
    told = {
        400: leader.get("/", headers={"host": "elsewhere.example"}),
        403: leader.get("/accounts/"),
        404: leader.get("/nowhere/"),
        405: leader.generic("TRACE", "/me/"),
        413: leader.generic("POST", "/me/", CONTENT_LENGTH="999999999999"),
    }
    for status, answer in told.items():
        assert answer.status_code == status
    csrf = strict.post("/sign-in/", {"username": "a", "password": "b"})
    assert csrf.status_code == 403
    five = _broken(monkeypatch)
    for answer in (*told.values(), csrf, five):
        assert amiss(answer.request["PATH_INFO"], answer) == []
        shown = answer.content.decode().casefold() + str(answer.headers).casefold()
        assert not re.search(r"traceback|django|python|gunicorn|settings\.|/headquarters/|secret", shown)


def _broken(monkeypatch: pytest.MonkeyPatch) -> Any:
    def fail(*_args: object, **_named: object) -> None:
        raise RuntimeError("Traceback: secret of settings.SECRET_KEY")

    monkeypatch.setattr(views.SignIn, "get_context_data", fail)
    answer = Client(raise_request_exception=False).get("/sign-in/")
    assert answer.status_code == 500
    return answer


@pytest.mark.parametrize(
    "path",
    ["/static/", "/static/web/", "/static/../headquarters/settings.py", "/static/%2e%2e/settings.py",
     "/.git/config",
     "/static/web/..%2f..%2f..%2fsettings.py", "/static//etc/passwd", "/settings.py", "/headquarters.sqlite3",
     "/secret.key", "/case-files/", "/static/web/hq.css/../../../urls.py"],
)  # fmt: skip
def test_no_list_of_files_and_none_but_those_for_browsers(path: str) -> None:
    answer = Client(raise_request_exception=False).get(path)
    assert answer.status_code == 404
    assert amiss("/", answer) == []


def test_what_is_for_citizens_sets_no_cookie(land: Land) -> None:
    for url in ("/tra-cuu/4K7PX-V2M9H-RT3CJ", "/da-sua", "/p/nobody"):
        assert set(Client().get(url).cookies) <= {"csrftoken"}, url


def test_a_foreign_page_may_not_read_an_api(land: Land) -> None:
    """No CORS anywhere: an Origin changes nothing."""
    browser = browser_of(Role.SYSTEM_ADMIN, land.ward)
    for url in ("/", "/api/v1/read/offices", "/me/"):
        answer = browser.get(url, headers={"origin": "https://elsewhere.example"})
        assert not [name for name in answer.headers if name.lower().startswith("access-control")]
