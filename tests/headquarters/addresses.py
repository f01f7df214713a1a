"""Every address of headquarters, which right it wants, and how to ask for it about an office.

A page says itself which right it wants (``rights.page``). Only what differs from the rule is written here:
pages without a sign-in (OPEN), and for pages about one thing a maker of such a thing (``things.THINGS``).
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from headquarters.accounts.models import User
from headquarters.accounts.roles import RIGHTS, Role
from headquarters.offices.models import Office
from tests.headquarters.accounts.conftest import enter
from tests.headquarters.things import THINGS

MISSING = object()
OPEN = {
    "web:sign-in": "the door",
    "web:sign-out": "ends a session, if there is one",
    "web:language": "sets a cookie",
    "web:today": "part of a page: says 'load the page again' to who is signed out",
    "web:wall-board": "part of a page, as web:today",
    "accounts:code": "between password and code: without the password it leads to the door",
    "accounts:set-up": "the same",
    "accounts:welcome": "a one-time link is the proof",
    "citizens:": "citizens have no account",
    "api:openapi": "what the read API is, without a figure",
    "api:read-offices": "a bearer token is the proof",
    "api:read-by-office": "a bearer token is the proof",
    "api:read-by-day": "a bearer token is the proof",
    "api:read-by-promise": "a bearer token is the proof",
    "api:read-published": "a bearer token is the proof",
    "api:read-indicators": "a bearer token is the proof",
    "api:read-nothing": "says that nothing is there",
    "operations:": "the machine that watches: from this machine, or with a token",
    "batches": "tablets sign",
    "enrolments": "tablets sign",
    "device-authorizations": "tablets sign",
    "device-tokens": "tablets sign",
    "configurations": "tablets sign",
    "gaps": "tablets sign",
    "keys": "tablets sign",
    "health": "says only whether the database answers",
}
"""By name, or by namespace with a colon: why no sign-in is asked for."""
WORDS: dict[str, dict[str, str]] = {
    "web:table-csv": {"slug": "offices"},
    "alerts:rule": {"kind": "silent"},
    "offices:export": {"form": "csv"},
    "reports:emulation-file": {"form": "pdf"},
    "letters:start": {"kind": "cam-on"},
    "offices:dossiers-template": {"name": "dossiers"},
    "web:indicators-csv": {"slug": "offices"},
}
"""What stands in an address that is about no office's thing."""
EMPTY = {
    "reports:emulation-file": "the sheet is of one office, and none is named in the question",
    "privacy:request-data": "the request made here names no code, so there are no data to hand out",
    "alerts:rule": "without an office in the question it is the rule of all offices",
}
"""Own things that are answered 404 all the same."""


class Address(NamedTuple):
    name: str
    kwargs: frozenset[str]
    right: Any

    def url(self, kwargs: dict[str, Any]) -> str:
        return reverse(self.name, kwargs=kwargs)


def addresses() -> list[Address]:
    """Every named address of the resolver, once."""
    return list({found.name: found for found in _walk() if found.name}.values())


def unnamed() -> set[str]:
    """The routes that nobody gave a name: no loop over ``addresses`` asks for them."""
    return {f"{space}{pattern.pattern}" for space, pattern in _patterns() if not pattern.name}


def _walk() -> Iterator[Address]:
    for space, pattern in _patterns():
        given = set(pattern.pattern.converters) - set(pattern.default_args)
        right = getattr(pattern.callback, "right", MISSING)
        yield Address(f"{space}{pattern.name}" if pattern.name else "", frozenset(given), right)


def _patterns(resolver: URLResolver | None = None, space: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Each with its namespace and a colon."""
    for found in (resolver or get_resolver()).url_patterns:
        if isinstance(found, URLResolver):
            yield from _patterns(found, f"{found.namespace}:" if found.namespace else space)
        else:
            yield space, found


def is_open(name: str) -> bool:
    return name in OPEN or f"{name.partition(':')[0]}:" in OPEN


GUARDED = [found for found in addresses() if not is_open(found.name)]


def url_of(found: Address, office: Office) -> str:
    make = THINGS.get(found.name)
    return found.url(make(office) if make else WORDS.get(found.name, {}))


def holds(found: Address, role: Role) -> bool:
    return found.right is None or found.right in RIGHTS[role]


def browser_of(role: Role, office: Office | None) -> Client:
    person = User.objects.create(username=uuid.uuid4().hex, role=role, office=office)
    client = enter(person)
    client.raise_request_exception = False
    return client
