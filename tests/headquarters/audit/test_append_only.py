"""What has been written stays written, on both databases."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import RequestFactory

from headquarters.audit.log import record
from headquarters.audit.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry() -> Entry:
    record(None, "account.invited", "binh")
    return Entry.objects.get()


@pytest.mark.parametrize(
    "deed",
    [
        "UPDATE audit_entry SET who = 'somebody else'",
        "DELETE FROM audit_entry",
        "UPDATE audit_entry SET detail = '' WHERE id > 0",
    ],
)
def test_no_statement_changes_or_removes_an_entry(entry: Entry, deed: str) -> None:
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(deed)
    assert Entry.objects.get().who == entry.who


def test_nor_does_the_program_itself(entry: Entry) -> None:
    entry.who = "somebody else"
    for deed in (entry.save, entry.delete, Entry.objects.all().delete):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            deed()
    assert Entry.objects.count() == 1


def test_postgresql_does_not_empty_the_table_either(entry: Entry) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no TRUNCATE")
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE audit_entry")


def test_an_entry_says_who_what_when_and_from_where(rf: RequestFactory, admin_user: object) -> None:
    request = rf.get("/", REMOTE_ADDR="192.0.2.7")
    request.user = admin_user  # type: ignore[assignment]
    record(request, "account.invited", "binh", detail="leader")
    found = Entry.objects.get()
    assert (found.who, found.action, found.target, found.detail) == (
        "admin",
        "account.invited",
        "binh",
        "leader",
    )
    assert (found.address, found.actor_id is not None, found.at is not None) == ("192.0.2.7", True, True)
