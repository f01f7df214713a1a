"""What may be asked at all: methods, sizes, hosts, ways out, forms from elsewhere, calls to outside."""

from __future__ import annotations

import io
import logging
import socket
from typing import Any

import pytest
from django.test import Client

from headquarters.accounts.models import User
from headquarters.accounts.roles import Role
from headquarters.alerts import webhooks
from headquarters.operations.logs import Json, Line
from tests.headquarters.accounts.conftest import PASSWORD, Land, sign_in
from tests.headquarters.addresses import GUARDED, addresses, browser_of, holds, url_of

pytestmark = [pytest.mark.django_db, pytest.mark.screen_only]

ELSEWHERE = [
    "https://elsewhere.example/", "http://elsewhere.example", "//elsewhere.example", "///elsewhere.example",
    "////elsewhere.example/%2e%2e", "/\\elsewhere.example", "\\\\elsewhere.example", "\\/elsewhere.example",
    "https:elsewhere.example", "https:/elsewhere.example", "https:///elsewhere.example",
    "http:\\\\elsewhere.example", " //elsewhere.example", "\t//elsewhere.example", "\n//elsewhere.example",
    "/\t/elsewhere.example", "//elsewhere.example@testserver/", "https://testserver@elsewhere.example/",
    "https://testserver.elsewhere.example", "javascript:alert(1)", "JaVaScRiPt:alert(1)",
    "data:text/html,x", "//\u2028elsewhere.example", "http://[elsewhere.example", "//elsewhere.example:80",
    "/%0d%0aLocation:https://elsewhere.example", "\x00//elsewhere.example",
]  # fmt: skip
INSIDE = [
    "0.0.0.0",  # noqa: S104
    "127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "0", "localhost", "10.0.0.8",
    "172.16.0.1", "192.168.1.4", "169.254.169.254", "100.64.0.1", "198.18.0.1", "224.0.0.1",
    "255.255.255.255", "[::1]", "[::]", "[::127.0.0.1]", "[::ffff:127.0.0.1]", "[::ffff:a9fe:a9fe]",
    "[fd00::1]", "[fe80::1]", "[ff02::1]", "[64:ff9b::7f00:1]", "[64:ff9b::a9fe:a9fe]", "[64:ff9b:1::1]",
    "[2002:7f00:1::]", "[2001:0:7f00:1::]", "[2001:db8::1]", "[fec0::1]", "[4000::1]",
]  # fmt: skip
HOSTS = [
    "elsewhere.example", "testserver.elsewhere.example", "testserver:80@elsewhere.example",
    "testserver elsewhere", "127.0.0.1.elsewhere.example", "[::1", "testserver/../x",
    "testserver,elsewhere.example", "",
]  # fmt: skip


@pytest.mark.parametrize("door", ["/sign-in/", "/language/"])
def test_nobody_is_led_elsewhere(land: Land, door: str) -> None:
    user = User.objects.create_user("lan", password=PASSWORD, role=Role.LEADER, office=land.ward)
    led = {}
    for target in ELSEWHERE:
        if door == "/language/":
            answer = Client().post(
                door, {"language": "en", "next": target}, headers={"referer": target.strip()}
            )
            led[target] = answer.headers.get("Location", "")
        else:
            led[target] = sign_in(user.username, to=target)[1]
    assert [f"{target!r} → {to!r}" for target, to in led.items() if not _ours(to)] == []


def _ours(to: str) -> bool:
    """As a browser reads it: a path of this host, and no line of its own."""
    return to == "" or (
        to.startswith("/") and to[1:2] not in ("/", "\\", "\t") and not set(to) & set("\r\n\\\t")
    )


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "OPTIONS", "CONNECT", "PROPFIND"])
def test_a_method_that_no_page_knows_is_answered_so(land: Land, method: str) -> None:
    browser = browser_of(Role.SYSTEM_ADMIN, None)
    for url in ("/", "/me/", "/sign-in/", "/accounts/", "/tra-cuu", "/nowhere/", "/healthz"):
        answer = browser.generic(method, url, b"action=end-all", "application/x-www-form-urlencoded")
        assert answer.status_code == 405, url
        assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "POST"}
        assert b"end-all" not in answer.content
    assert browser.get("/me/").status_code == 200, "nothing was done"


def test_a_body_larger_than_the_largest_upload_is_not_read(land: Land) -> None:
    browser = browser_of(Role.SYSTEM_ADMIN, None)

    class Never(io.RawIOBase):
        def read(self, *_: object) -> bytes:
            raise AssertionError("it was read")

    for length in ("16777217", "99999999999999999999", "-1", "1e9", "0x10"):
        answer = browser.generic("POST", "/offices/import/", CONTENT_LENGTH=length, **{"wsgi.input": Never()})
        assert answer.status_code == 413, length


@pytest.mark.parametrize("host", HOSTS)
def test_another_name_in_the_question_is_not_believed(land: Land, host: str) -> None:
    browser = browser_of(Role.SYSTEM_ADMIN, None)
    answer = (
        browser.get("/me/", headers={"host": host})
        if host
        else browser.get("/me/", HTTP_HOST="", SERVER_NAME="x.y")
    )
    assert answer.status_code == 400


def test_a_forwarded_host_is_not_believed_either(land: Land) -> None:
    browser = browser_of(Role.SYSTEM_ADMIN, None)
    fields = {"username": "hoa", "display_name": "Hoa", "role": Role.LEADER, "office": str(land.ward.pk)}
    answer = browser.post(
        "/accounts/invite/", fields,
        headers={"x-forwarded-host": "elsewhere.example", "forwarded": "host=elsewhere.example"},
    )  # fmt: skip
    assert answer.status_code == 200
    assert b"/welcome/" in answer.content
    assert b"elsewhere.example" not in answer.content


def test_every_form_wants_the_token_of_its_page(land: Land) -> None:
    """With a session and without CSRF's token, every address refuses a POST before its view."""
    browsers = {role: browser_of(role, land.ward) for role in Role}
    for browser in browsers.values():
        browser.handler.enforce_csrf_checks = True
    amiss = []
    for found in GUARDED:
        browser = next(browsers[role] for role in Role if holds(found, role))
        url = url_of(found, land.ward)
        answer = browser.post(url, headers={"origin": "https://elsewhere.example"})
        if (answer.status_code, answer.reason_phrase) != (
            403,
            "Forbidden",
        ):
            amiss.append(f"{url}: {answer.status_code}")
    assert amiss == []


def test_only_what_carries_its_own_proof_is_exempt() -> None:
    from django.urls import get_resolver

    exempt = {
        one.name for one in addresses()
        if getattr(_callback(get_resolver(), one.name), "csrf_exempt", False)
    }  # fmt: skip
    machines = {name for name in exempt if not name.startswith(("citizens:", "api:read-"))}
    assert machines == {
        "batches",
        "enrolments",
        "device-authorizations",
        "device-tokens",
        "configurations",
        "gaps",
        "keys",
    }


def _callback(resolver: Any, name: str) -> Any:
    space, _, last = name.rpartition(":")
    for pattern in resolver.url_patterns:
        if hasattr(pattern, "url_patterns"):
            found = _callback(pattern, last) if (pattern.namespace or "") == space else None
            found = found or (_callback(pattern, name) if not pattern.namespace else None)
            if found:
                return found
        elif pattern.name == last and not space:
            return pattern.callback
    return None


@pytest.mark.parametrize("formatter", [Line(), Json()], ids=["line", "json"])
def test_nobody_writes_lines_of_their_own_into_the_log(formatter: logging.Formatter) -> None:
    typed = "a\r\n2026-11-22 07:00:00,000 INFO root: signed in as admin\x1b[2K\u2028\x85\u202e"
    record = logging.LogRecord("x", logging.WARNING, "", 0, "name %s", (typed,), None)
    try:
        raise OSError(typed)
    except OSError as error:
        record.exc_info = (OSError, error, error.__traceback__)
    lines = formatter.format(record).splitlines()
    assert not [line for line in lines if line.strip().startswith("2026-11-22 07")]
    assert "\x1b" not in "".join(lines)
    if isinstance(formatter, Line):
        assert "\u202e" not in "".join(lines)


@pytest.mark.parametrize("host", INSIDE)
def test_a_webhook_leads_nowhere_inside_in_whatever_spelling(
    host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "create_connection", lambda *_a, **_k: pytest.fail("it called"))
    parts = webhooks.check(f"https://{host}/x")
    with pytest.raises((webhooks.Refused, OSError)):
        webhooks._connection(parts)


@pytest.mark.parametrize("address", ["203.162.4.190", "2001:ee0:4000::1", "64:ff9b::cba2:4be"])
def test_an_address_outside_may_be_called(address: str) -> None:
    assert webhooks._public(address)


@pytest.mark.parametrize(
    "url",
    ["http://example.org/", "file:///etc/passwd", "gopher://example.org/", "ftp://example.org/", "https://", "https:///x",
     "https://name@example.org/", "https://name:word@example.org/", "https://example.org:0/", "https://example.org:99999/",
     "//example.org/", "javascript:alert(1)", "https://[::1/", ""],
)  # fmt: skip
def test_a_webhook_is_https_to_a_host_and_nothing_else(url: str) -> None:
    with pytest.raises(webhooks.Refused):
        webhooks.check(url)


def test_a_name_is_asked_for_once_and_that_answer_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    """DNS rebinding: outside when it is looked at, inside a moment later."""
    answers = iter(["203.162.4.190", "169.254.169.254"])
    monkeypatch.setattr(
        socket, "getaddrinfo",
        lambda *_a, **_k: [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), 443))],
    )  # fmt: skip
    called: list[Any] = []

    def connect(where: Any, **_named: Any) -> Any:
        called.append(where)
        raise OSError("far enough")

    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(OSError, match="far enough"):
        webhooks._connection(webhooks.check("https://rebinding.example/"))
    assert called == [("203.162.4.190", 443)]


def test_one_address_inside_among_many_is_enough_to_refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    both = ["203.162.4.190", "10.0.0.8"]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: [(2, 1, 6, "", (one, 443)) for one in both])
    with pytest.raises(webhooks.Refused):
        webhooks._address("both.example", 443)
