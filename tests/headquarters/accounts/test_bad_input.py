"""Every form and every question with what nobody types by hand: answered in words, and never a fault of ours.

On both databases: PostgreSQL alone refuses a NUL, and numbers that are too large for a column.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import quote_from_bytes, urljoin

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import resolve
from django.utils import timezone

from headquarters.accounts.roles import Role
from headquarters.cases.models import Case
from headquarters.offices.models import Office
from headquarters.reports import jobs
from headquarters.web.offices import dossiers_file, transactions_file, tree_format
from tests.headquarters import page_forms
from tests.headquarters.addresses import GUARDED, Address, url_of
from tests.headquarters.cases import made
from tests.headquarters.page_forms import Form
from tests.headquarters.web.conftest import Town
from tests.headquarters.web.every_page import Staff, browser, full, last_month, pages, undone, ward

pytestmark = pytest.mark.django_db
BAD = {
    "NUL": "Lý\x00 do",
    "huge": "x" * 100_000,
    "accent": "Ẳ" * 3,
    "formula": "=cmd|' /C calc'!A0",
    "number": "9" * 40,
    "surrogate": "a\udc80b",
    "lines": "a\r\n\u2028\x1b[0m\u202eb",
}
_GOOD = {
    "email": "a@example.vn",
    "url": "https://example.vn/",
    "password": "một-mật-khẩu-dài",
    "number": "5",
    "time": "09:30",
}
"""What stands in the other fields, so that a form gets as far as the database; else a few words or a day."""
_ASKED = [
    "q",
    "office",
    "desk",
    "page",
    "kind",
    "state",
    "from",
    "to",
    "period",
    "of",
    "day",
    "who",
    "tablet",
]
_STUCK = {"privacy:request-data": 503}
"""The pages say so themselves, in words: personal data that cannot be opened without the key."""


@pytest.fixture
def office(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Office:
    settings.SECOND_FACTOR_REQUIRED = True
    # A report is asked for and not made: its thread would see nothing of this test.
    monkeypatch.setattr(jobs, "begin", lambda job: None)
    return ward(Town())


class Sent(NamedTuple):
    """One form of one page, and who has it before them."""

    client: Client
    to: str
    form: Form


def _forms(office: Office) -> Iterator[Sent]:
    for _name, page in pages(office, Staff("vi")):
        client = browser(page, "vi")
        answer = client.get(page.path)
        if full(answer):
            yield from (
                Sent(client, urljoin(page.path, form.action), form)
                for form in page_forms.posted(answer.content)
            )


@pytest.fixture
def thorough(request: pytest.FixtureRequest) -> bool:
    """Every text in every field by itself, which takes minutes; else a NUL, and one of the others in turn."""
    return bool(request.config.getoption("--long"))


def test_no_form_falls_over_whatever_is_typed(office: Office, thorough: bool) -> None:
    amiss, asked = [], set()
    for sent in _forms(office):
        asked.add(resolve(sent.to.partition("?")[0]).view_name)
        for fields, said in _fillings(sent.form, thorough):
            amiss += _faults(sent, fields, said)
    assert sorted(set(amiss)) == []
    assert asked >= {"reports:act", "cases:handle", "offices:edit", "web:sign-in"}


_ACTIONS = {
    "draft", "submit", "refer", "note", "reopen", "back", "classify", "publish", "correct", "comment",
    "close",
}  # fmt: skip
_TEXTS = {
    "text", "to", "reason", "finding", "reply", "note", "said", "done", "words", "name", "pin", "role",
    "place",
}  # fmt: skip


def test_no_deed_falls_over_whatever_is_typed(office: Office, thorough: bool) -> None:
    """Also those whose form a page shows only in some state of its thing."""
    staff, day = Staff("vi"), timezone.localdate().isoformat()
    every = {*_TEXTS, "kind", "subject", "code"}
    amiss = []
    for found in GUARDED:
        client = staff.of(found)
        client.raise_request_exception = False
        for url in _urls(found, office):
            with undone():
                if client.post(url).status_code == 405:
                    continue
            for turn, action in enumerate(sorted(_ACTIONS)):
                others = (BAD["huge"], BAD["formula"])
                for text in (BAD["NUL"], *(others if thorough else others[turn % 2 :][:1])):
                    fields = {**dict.fromkeys(every, text), "action": action, "day": day}
                    amiss += _faults(Sent(client, url, Form(url, "post")), fields, action)
    assert sorted(set(amiss)) == []


def _urls(found: Address, office: Office) -> list[str]:
    """A case in every state; else one thing."""
    if found.name not in ("cases:handle", "cases:approve"):
        return [url_of(found, office)]
    states = (Case.State.RECEIVED, Case.State.WORKING, Case.State.ANSWERED, Case.State.TOLD)
    return [found.url({"pk": made.case(office=office, state=state, answer="Đã sửa.").pk}) for state in states]


def _fillings(form: Form, thorough: bool) -> Iterator[tuple[dict[str, str], str]]:
    """By each button: one field after the other with a bad text, among good ones; then all of them."""
    good = form.usual | {name: _good(kind) for name, kind in form.typed.items()}
    open_ = [*form.typed, *form.chosen, *(name for name in form.hidden if name != "csrfmiddlewaretoken")]
    for button in form.buttons or [{}]:
        for turn, (word, text) in enumerate(BAD.items()):
            alone: list[list[str]] = [
                [name]
                for place, name in enumerate([*open_, *button])
                if thorough or word == "NUL" or place % len(BAD) == turn
            ]
            for names in [*alone, list(form.typed)]:
                yield good | button | dict.fromkeys(names, text), f"{button} {names} {word}"


def _good(kind: str) -> str:
    today = timezone.localdate()
    days = {"date": today.isoformat(), "datetime-local": f"{today}T09:30", "month": f"{today:%Y-%m}"}
    return _GOOD.get(kind) or days.get(kind, "Lý do rõ ràng")


def _faults(sent: Sent, fields: dict[str, str], said: str) -> list[str]:
    body = "&".join(f"{name}={_quoted(text)}" for name, text in fields.items())
    with undone():
        answer = sent.client.post(sent.to, body, content_type="application/x-www-form-urlencoded")
    return [f"{re.sub('[0-9]+', '#', sent.to)} {said}: {_why(answer)}"] if _fell(answer, sent.to) else []


def _quoted(text: str) -> str:
    return quote_from_bytes(text.encode("utf-8", "surrogatepass"))


def _fell(answer: Any, path: str) -> bool:
    status: int = answer.status_code
    return status >= 500 and _STUCK.get(resolve(path.partition("?")[0]).view_name) != status


def _why(answer: Any) -> str:
    return f"{answer.status_code} {answer.exc_info[1]!r:.200}" if answer.exc_info else str(answer.status_code)


def test_no_address_falls_over_whatever_is_asked(office: Office, thorough: bool) -> None:
    """Every word that a page's own forms and links use, and those that lists have: its own by themselves,
    where the database minds a NUL; then all at once."""
    amiss, every = [], set(_ASKED)
    alone = thorough or connection.vendor == "postgresql"
    seen = [(client, path, _words(client, path)) for client, path in _asked(office)]
    for client, path, words in seen:
        for word in sorted({*words, "x", *(_ASKED if thorough else ())}):
            every.add(word)
            amiss += _wrong(client, path, {word: BAD["NUL"]}) if alone else []
    for client, path, _words_of_it in seen:
        for text in BAD.values():
            amiss += _wrong(client, path, dict.fromkeys(sorted(every), text[:500]))
    assert sorted(set(amiss)) == []
    assert {"ma", "group", "like", "compare", "lang"} <= every


def _asked(office: Office) -> Iterator[tuple[Client, str]]:
    for _name, page in pages(office, Staff("vi")):
        yield browser(page, "vi"), page.path.partition("?")[0]


def _words(client: Client, path: str) -> set[str]:
    answer = client.get(path)
    if answer.streaming or not full(answer):
        return set()
    linked = re.findall(rb"[?;&]([a-z_]+)=", answer.content)
    return {word.decode() for word in linked} | {
        name
        for form in page_forms.found(answer.content)
        for name in [*form.typed, *form.chosen, *form.hidden]
    }


def _wrong(client: Client, path: str, asked: dict[str, str]) -> list[str]:
    query = "&".join(f"{name}={_quoted(text)}" for name, text in asked.items())
    with undone():
        answer = client.get(f"{path}?{query}")
    return [f"{path} {[*asked][:3]}: {_why(answer)}"] if _fell(answer, path) else []


_LISTS = {
    "/offices/import/": tree_format.HEADS,
    "/offices/import/transactions/": transactions_file.HEADS,
    "/offices/import/dossiers/": dossiers_file.HEADS,
    "/offices/import/late-dossiers/": dossiers_file.LATE_HEADS,
}


@pytest.mark.parametrize("path", _LISTS)
@pytest.mark.parametrize("word", BAD)
def test_no_import_falls_over_whatever_is_in_its_cells(office: Office, path: str, word: str) -> None:
    """Each cell by itself, in the dry run and, where that finds nothing wrong, in earnest."""
    admin, heads, amiss = Staff("vi").role(Role.SYSTEM_ADMIN), _LISTS[path], []
    admin.raise_request_exception = False
    good = _line(path, office)
    cell = '"' + BAD[word][:40_000] + '"'
    for place in range(len(heads)):
        line = [cell if at == place else text for at, text in enumerate(good)]
        body = "\r\n".join(";".join(row) for row in ([vi for vi, _en in heads], line))
        file = SimpleUploadedFile("a.csv", body.encode("utf-8-sig", "surrogatepass"))
        with undone():
            answer = admin.post(path, {"file": file})
            amiss += [f"{heads[place]}: {_why(answer)}"] if answer.status_code >= 500 else []
            for form in page_forms.posted(answer.content):
                if form.hidden.get("seen"):
                    answer = admin.post(path, form.hidden)
                    amiss += [f"{heads[place]} kept: {_why(answer)}"] if answer.status_code >= 500 else []
    assert amiss == []


def _line(path: str, office: Office) -> list[str]:
    month = f"{last_month():%Y-%m}"
    return {
        "/offices/import/": ["98765", "", "Phường Mười", "xã", "74", "", "", "", "", "", "", "", ""],
        "/offices/import/transactions/": [office.code, "2025-10-01", "40"],
        "/offices/import/dossiers/": [office.code, "", month, "40", "3"],
        "/offices/import/late-dossiers/": [office.code, month, "H12-1"],
    }[path]
