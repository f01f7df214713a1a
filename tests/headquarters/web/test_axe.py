"""axe-core finds nothing to complain about on any page, nor on what any form answers, in both languages; and
none is wider than its window."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as configured
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from headquarters.accounts.roles import Role
from headquarters.offices.models import Office
from headquarters.reports import jobs
from headquarters.web.offices import dossiers_file, transactions_file, tree_format
from headquarters.web.views import SignIn
from tests.headquarters.addresses import EMPTY, addresses, is_open
from tests.headquarters.things import THINGS
from tests.headquarters.web import every_page
from tests.headquarters.web.axe import AXE, RUN
from tests.headquarters.web.conftest import Town, Visitor
from tests.headquarters.web.every_page import (
    NO_PAGE,
    Page,
    Staff,
    answers,
    bones,
    browser,
    full,
    pages,
    tried,
)

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("clean_events"),
    pytest.mark.screen_only,
]


USUAL = [("vi", 1440, 1000), ("en", 390, 844)]
"""Language, width and height of a window."""
CROSSED = [("en", 1440, 1000), ("vi", 390, 844)]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """All four with --long, and for pictures."""
    if "width" in metafunc.fixturenames:
        every = metafunc.config.getoption("--long") or metafunc.config.getoption("--pictures")
        metafunc.parametrize(("language", "width", "height"), USUAL + CROSSED if every else USUAL)


@pytest.fixture
def office(town: Town, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Office:
    settings.SECOND_FACTOR_REQUIRED = True
    # A report is looked at while it waits: a thread that makes it would write meanwhile.
    monkeypatch.setattr(jobs, "begin", lambda job: None)
    return every_page.ward(town)


def test_axe_finds_nothing_on_any_page(
    office: Office, visitor: Visitor, language: str, width: int, height: int, pytestconfig: pytest.Config
) -> None:
    """``--pictures DIR`` keeps one of each."""
    pictures = pytestconfig.getoption("--pictures")
    folder = pictures and pictures / f"{language}-{width}"
    staff = Staff(language)
    known, shown, amiss = {found.name for found in addresses()}, [], []
    for name, page in pages(office, staff):
        known.discard(name)
        client, path = browser(page, language), in_language(page.path, language)
        answer = client.get(path)
        if answer.status_code >= 500 or (answer.status_code == 404 and not (is_open(name) or name in EMPTY)):
            amiss.append(f"{name} {path}: {answer.status_code}")
        elif full(answer):
            shown.append(page._replace(path=path))
            shown += [
                page._replace(path=to, answer=given) for to, given in answers(client, path, answer.content)
            ]
    shown += [Page(path, answer=given) for path, given in (*previews(office, staff), *shut_doors(language))]
    # Whatever is left has words in its address, and shows nothing of its own.
    assert known == NO_PAGE.keys()
    visitor.page.add_init_script(path=AXE)
    visitor.page.set_viewport_size({"width": width, "height": height})
    for number, page in enumerate(different(shown)):
        amiss += [f"{page.path}: {fault}" for fault in faults(visitor, page, language)]
        if folder:
            name = re.sub(r"[^a-z]+", "-", page.path.partition("?")[0]).strip("-")
            visitor.page.screenshot(path=folder / f"{number:03}-{name}.png", full_page=True)
    assert amiss == []


def in_language(path: str, language: str) -> str:
    """Citizens have no cookie: the address says it."""
    citizens = path.startswith(("/p/", "/tra-cuu", "/da-sua"))
    return f"{path}{'&' if '?' in path else '?'}lang={language}" if citizens else path


def different(shown: list[Page]) -> list[Page]:
    """Every page that is asked for, and of the answers of forms one of each kind."""
    kinds = {bones(page.answer): page for page in shown if page.answer is not None}
    return [page for page in shown if page.answer is None] + list(kinds.values())


def arrive(visitor: Visitor, page: Page, language: str) -> None:
    """In the window as whoever looks at it; what a form answered is shown at its address."""
    context = visitor.page.context
    context.clear_cookies()
    visitor.speak(language)
    if page.session:
        visitor.keep(configured.SESSION_COOKIE_NAME, page.session)
    if page.answer is not None:
        body, headers = page.answer.content, dict(page.answer.headers)
        visitor.page.route(
            re.compile(re.escape(visitor.address + page.path) + "$"),
            lambda route: route.fulfill(headers=headers, body=body),
            times=1,
        )
    visitor.go(page.path)


def faults(visitor: Visitor, page: Page, language: str) -> list[str]:
    arrive(visitor, page, language)
    found: list[str] = visitor.page.evaluate(RUN)
    wider: int = visitor.page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return [*found, *([f"{wider} pixels wider than the window"] if wider > 0 else [])]


# Pages that take more than a form as it lies there ----------------------------------------------------------


def previews(office: Office, staff: Staff) -> Iterator[tuple[str, Any]]:
    """Of a merger, a split and imports; what is shown once; what has been done."""
    admin, handler = staff.role(Role.SYSTEM_ADMIN), staff.role(Role.CASE_HANDLER)
    day = timezone.localdate().isoformat()
    month = f"{every_page.last_month():%Y-%m}"
    other, desk = Office.objects.exclude(pk=office.pk).exclude(parent=None)[0], office.desks.all()[0]
    into = {"sources": [office.pk, other.pk], "day": day, "into": office.pk, "action": "preview"}
    split = {"day": day, "name_1": "Phường Mới", "code_1": "99999", f"desk_{desk.pk}": "1", "lives_on": "on"}
    yield from _posts(admin, "/offices/merge/", into)
    yield from _posts(admin, f"/offices/{office.pk}/split/", {**split, "action": "preview"})
    for path, heads, line in (
        ("/offices/import/", tree_format.HEADS[:9], f"98765;;Phường Mười;xã;{office.parent.code}"),
        ("/offices/import/transactions/", transactions_file.HEADS, f"{office.code};{day};40"),
        ("/offices/import/dossiers/", dossiers_file.HEADS, f"{office.code};;{month};40;3"),
        ("/offices/import/late-dossiers/", dossiers_file.LATE_HEADS, f"{office.code};{month};H12-1"),
    ):
        head = ";".join(vi for vi, _en in heads)
        for body in (f"{head}\r\n{line}\r\n", f"{head}\r\nx;x;x\r\n", "x"):
            yield from _posts(admin, path, {"file": SimpleUploadedFile("a.csv", body.encode("utf-8-sig"))})
    place = {"office": office.pk, "role": Role.LEADER}
    yield from _posts(admin, "/accounts/invite/", {"username": "binh", "display_name": "Lê Bình", **place})
    yield from _posts(admin, "/api/tokens/", {"name": "LGSP", "days": 90})
    for decision in ("deny", "approve"):
        code = every_page.user_code().partition("=")[2]
        decided = {"ma": code, "decision": decision, "desk": desk.pk}
        yield from _posts(admin, "/thiet-bi", decided)
    kept = THINGS["privacy:contact"](office)
    yield from _posts(
        handler, f"/contacts/{kept['tablet_id']}/{kept['event_id']}/", {"reason": "Trả lời phản ánh số 12"}
    )


def shut_doors(language: str) -> Iterator[tuple[str, Any]]:
    """What whoever stands outside may meet: wrong words, too many of them, no page, no right, a fault."""
    stranger = browser(Page("/"), language)
    wrong = {"username": "nobody", "password": "sai"}
    for _attempt in range(configured.AXES_FAILURE_LIMIT):
        yield "/sign-in/", stranger.post("/sign-in/", wrong)
    yield "/nothing-here/", stranger.get("/nothing-here/")
    clerk = every_page.Staff(language, "clerk").role(Role.DESK_STAFF)
    yield "/accounts/", clerk.get("/accounts/")
    suspicious = Client(enforce_csrf_checks=True)
    suspicious.cookies = stranger.cookies
    yield "/sign-in/", suspicious.post("/sign-in/", wrong)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SignIn, "get_context_data", _broken)
        yield "/sign-in/", browser(Page("/"), language).get("/sign-in/")


def _broken(*_: Any, **__: Any) -> None:
    raise RuntimeError("broken on purpose")


def _posts(client: Client, path: str, fields: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    answer = tried(client, path, fields)
    assert full(answer), (path, fields, answer.status_code)
    yield path, answer


def test_what_is_put_before_axe_is_what_was_meant(office: Office) -> None:
    """Each of these is a page by itself, or the test above would look at another."""
    meant = [(200, "sign_in"), (429, "locked"), (404, "404"), (403, "403"), (403, "403_csrf"), (500, "500")]
    told = {(answer.status_code, one.name) for _path, answer in shut_doors("vi") for one in answer.templates}
    named = {(status, name.removeprefix("web/").removesuffix(".html")) for status, name in told if name}
    assert named >= set(meant)
    shown = {
        (answer.templates[0].name, answer.status_code, "preview" in answer.content.decode())
        for _path, answer in previews(office, Staff("vi"))
    }
    assert {name for name, _status, preview in shown if preview} >= {
        "offices/merge.html", "offices/split.html", "offices/import.html", "offices/transactions.html",
        "offices/dossiers.html", "offices/late_dossiers.html",
    }  # fmt: skip
    assert {name for name, _status, _preview in shown} >= {
        "accounts/link.html", "web/approval_done.html", "privacy/contact.html", "api/tokens.html"
    }  # fmt: skip
