"""The log as an auditor reads it: their offices only, by person, kind and day, and as a file."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone, translation

import headquarters
from headquarters import spreadsheets
from headquarters.accounts import log_words
from headquarters.accounts.middleware import Exports
from headquarters.accounts.models import User
from headquarters.accounts.roles import Role
from headquarters.audit.log import record
from headquarters.audit.models import Entry
from headquarters.offices.models import Office

pytestmark = pytest.mark.django_db
PASSWORD = "một-mật-khẩu-dài"


def person(name: str, role: Role, office: Office | None = None) -> User:
    return User.objects.create_user(name, password=PASSWORD, role=role, office=office)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def province() -> Office:
    return Office.objects.create(code="68", name="Tỉnh A")


@pytest.fixture
def ward(province: Office) -> Office:
    return Office.objects.create(code="26740", name="Phường A", parent=province)


@pytest.fixture
def sister(province: Office) -> Office:
    return Office.objects.create(code="26741", name="Phường B", parent=province)


def test_an_auditor_reads_about_their_own_offices_only(
    province: Office, ward: Office, sister: Office
) -> None:
    for office in (province, ward, sister):
        record(None, "account.invited", f"người của {office.name}", office_id=office.pk)
    record(None, "account.invited", "người của tất cả")

    def told(office: Office | None, name: str) -> list[bool]:
        page = signed_in(person(name, Role.AUDITOR, office)).get("/audit/").content.decode()
        return [f"người của {word}" in page for word in ("Tỉnh A", "Phường A", "Phường B", "tất cả")]

    assert told(ward, "a") == [False, True, False, False]
    assert told(province, "b") == [True, True, True, False]
    assert told(None, "c") == [True, True, True, True]


@pytest.mark.parametrize("role", [Role.LEADER, Role.OFFICE_ADMIN, Role.DESK_STAFF, Role.CASE_HANDLER])
def test_others_do_not_read_it(role: Role) -> None:
    client = signed_in(person("ha", role))
    assert [client.get(path).status_code for path in ("/audit/", "/audit/log.csv")] == [403, 403]


def test_found_by_person_kind_and_day(ward: Office) -> None:
    record(None, "account.invited", "binh")
    record(None, "tablet.revoked", "may-3")
    client = signed_in(person("kiemtra", Role.AUDITOR))
    today = timezone.localdate().isoformat()

    def targets(**asked: str) -> set[str]:
        answer = client.get("/audit/", asked)
        return {entry.target for entry, *_words in answer.context["lines"]}

    assert targets(who="BINH") == {"binh"}
    assert targets(kind="tablet") == {"may-3"}
    assert {"binh", "may-3"} <= targets(**{"from": today, "to": today})
    assert targets(to="2020-01-01") == set()
    assert {"binh", "may-3"} <= targets(kind="nonsense", **{"from": "2026-02-31", "to": "9999-12-31"})
    assert targets(**{"from": "0001-01-01"}), "years without a midnight"
    assert client.get("/audit/", {"who": "a\x00b", "page": "x"}).status_code == 200


def test_page_after_page(ward: Office) -> None:
    for n in range(60):
        record(None, "account.invited", f"người {n}")
    client = signed_in(person("kiemtra", Role.AUDITOR))
    seen = [client.get("/audit/", {"page": page, "kind": "account"}).context["lines"] for page in (1, 2)]
    assert [len(lines) for lines in seen] == [50, 10]
    assert seen[0][0][0].target == "người 59", "newest first"


def test_file_is_safe_in_a_spreadsheet_and_that_it_was_taken_is_kept(ward: Office) -> None:
    record(None, "account.invited", "=HYPERLINK(1)", office_id=ward.pk, detail="@x")
    answer = signed_in(person("kiemtra", Role.AUDITOR, ward)).get("/audit/log.csv", {"kind": "account"})
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert rows[1][4:7] == ["'=HYPERLINK(1)", "Phường A", "'@x"]
    kept = Entry.objects.get(action="export.file")
    assert (kept.who, kept.office_id, kept.detail) == ("kiemtra", ward.pk, "kind=account")
    assert kept.target.startswith("nhat-ky-")


def test_every_file_that_a_person_takes_away_is_kept(rf: RequestFactory, ward: Office) -> None:
    request = rf.get("/figures/x.csv", {"q": "Nguyễn Văn A", "days": "30"})
    request.user = person("ha", Role.LEADER, ward)
    for answer in (HttpResponse("a page"), spreadsheets.csv_answer([["1"]], "x.csv")):
        Exports(lambda _request, answer=answer: answer)(request)
    kept = Entry.objects.get(action="export.file")
    assert (kept.who, kept.office_id, kept.target) == ("ha", ward.pk, "x.csv")
    assert kept.detail == "days=30", "what was searched for may be a citizen's name"


def test_doors_are_kept_and_no_password_typed_into_the_wrong_box(ward: Office) -> None:
    person("ha", Role.LEADER, ward)
    client = Client()
    for name, password in (("ha", "sai"), ("mat-khau-that", "ha"), ("ha", PASSWORD)):
        client.post("/sign-in/", {"username": name, "password": password})
    client.post("/sign-out/")
    told = [
        (entry.action, entry.target, entry.office_id)
        for entry in Entry.objects.filter(action__startswith="door.").order_by("pk")
    ]
    assert told == [
        ("door.failed", "ha", ward.pk),
        ("door.failed", "?", None),
        ("door.signed_in", "ha", ward.pk),
        ("door.signed_out", "ha", ward.pk),
    ]


def test_a_lock_is_kept_once_and_guessing_does_not_fill_the_log(ward: Office) -> None:
    person("ha", Role.LEADER, ward)
    client = Client()
    for _attempt in range(9):
        client.post("/sign-in/", {"username": "ha", "password": "sai"})
    actions = list(Entry.objects.values_list("action", flat=True))
    assert (actions.count("door.locked"), actions.count("door.failed")) == (1, 4)


def test_what_was_done_to_a_tablet_is_kept_for_its_office(rf: RequestFactory, ward: Office) -> None:
    from headquarters.offices.models import Desk
    from headquarters.tablets import deeds
    from headquarters.tablets.models import Deed, Tablet
    from tests.support import FakeTablet

    desk = Desk.objects.create(office=ward, name="Quầy 1")
    fake = FakeTablet()
    tablet = Tablet.objects.create(id=fake.tablet_id, desk=desk, public_key=b"", key_id="0" * 16)
    deeds.note(tablet.pk, Deed.Kind.REVOKED, "", person("ha", Role.OFFICE_ADMIN, ward))
    kept = Entry.objects.get(action="tablet.revoked")
    assert (kept.who, kept.office_id, kept.target) == ("ha", ward.pk, str(tablet.pk))


def test_what_a_command_counted_is_told_in_the_readers_language() -> None:
    entry = Entry(action="demo.removed", detail="60 offices, 1300 tablets")
    with translation.override("vi"):
        assert log_words.detail(entry) == "60 đơn vị, 1.300 máy"
    with translation.override("en"):
        assert log_words.detail(entry) == "60 offices, 1,300 tablets"


@pytest.mark.parametrize(
    ("detail", "words"),
    [("9 left", "còn 9"), ("365 days", "365 ngày"), ("12 rows", "12 dòng"), ("9 left over", "9 left over")],
)
def test_other_counts_are_told_so_too_and_other_words_as_they_were_kept(detail: str, words: str) -> None:
    with translation.override("vi"):
        assert log_words.detail(Entry(action="door.backup_code", detail=detail)) == words


def test_every_action_that_is_kept_has_words_and_a_kind_to_filter_by() -> None:
    """A new one: add its words to headquarters/accounts/log_words.py."""
    root = Path(headquarters.__file__).parent
    found = set()
    for path in root.rglob("*.py"):
        found |= set(re.findall(r"\brecord\([^)]*?\"([a-z_]+\.[a-z_]+)\"", path.read_text(encoding="utf-8")))
    assert len(found) > 20, "the search itself works"
    begins = {name for _words, names in log_words.GROUPS.values() for name in names}
    assert {name for name in found if name not in log_words.ACTIONS} == set()
    assert {name for name in (*found, *log_words.ACTIONS) if name.partition(".")[0] not in begins} == set()
