"""Figures of persons: who sees them, what is not said, and that a look leaves a trace."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable

import pytest
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone

from headquarters.accounts.roles import RIGHTS, Right, Role
from headquarters.audit.models import Entry
from headquarters.offices.models import Office, Official
from headquarters.ratings import officials
from headquarters.ratings.models import Aspect, OfficeCell
from tests.headquarters.offices.conftest import Tree, sign_in, tree

__all__ = ["sign_in", "tree"]
pytestmark = [pytest.mark.django_db, pytest.mark.screen_only]
Enter = Callable[..., Client]
PAGE, CSV = "/figures/officials/", "/figures/officials.csv"


def last_month() -> dt.date:
    return timezone.localdate().replace(day=1) - dt.timedelta(days=1)


def person(office: Office, code: str, name: str, *levels: int, day: dt.date | None = None) -> Official:
    """Somebody with so many ratings of level 1, 2, 3."""
    made: Official = Official.objects.create(
        office=office, code=code, name=name, position="Tiếp nhận hồ sơ", valid_from=dt.date(2025, 1, 1)
    )
    if levels:
        n1, n2, n3 = levels
        key = f"{office.desks.first().pk}/{code}"  # type: ignore[union-attr]
        OfficeCell.objects.create(
            aspect=Aspect.OFFICIAL, day=day or last_month(), office_id=office.pk, key=key, n1=n1,
            n2=n2, n3=n3,
        )  # fmt: skip
    return made


def words(client: Client, query: str = "") -> str:
    answer = client.get(PAGE + query)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_who_leads_them_and_nobody_else() -> None:
    assert {role for role in Role if Right.SEE_OFFICIALS in RIGHTS[role]} == {Role.LEADER, Role.OFFICE_ADMIN}


def test_a_leader_sees_persons_of_the_own_office_by_name_and_it_is_in_the_log(
    tree: Tree, sign_in: Enter
) -> None:
    person(tree.one, "cb-02", "Trần Thị An", 5, 5, 10)
    person(tree.one, "cb-01", "Bùi Văn Bê", 0, 10, 10)
    person(tree.two, "cb-01", "Người Nơi Khác", 20, 0, 0)
    client = sign_in(Role.LEADER, tree.one)
    found = words(client)
    assert found.index("Bùi Văn Bê") < found.index("Trần Thị An"), "by name, never by rate"
    assert "25,0" in found, "5 of 20"
    assert "Người Nơi Khác" not in found
    assert client.get(f"{PAGE}?office={tree.two.pk}").status_code == 404
    entry = Entry.objects.get(action="official.seen")
    assert (entry.target, entry.office_id) == (tree.one.name, tree.one.pk)
    assert str(last_month()) in entry.detail


@pytest.mark.parametrize("role", [Role.DESK_STAFF, Role.CASE_HANDLER, Role.AUDITOR, Role.SYSTEM_ADMIN])
def test_others_are_refused_and_offered_no_way_there(tree: Tree, sign_in: Enter, role: Role) -> None:
    client = sign_in(role, tree.one)
    assert client.get(PAGE).status_code == client.get(CSV).status_code == 403
    assert PAGE not in client.get("/figures/offices/").content.decode()
    assert not Entry.objects.filter(action="official.seen").exists()


def test_under_the_least_number_nothing_is_said_on_screen_or_in_the_file(tree: Tree, sign_in: Enter) -> None:
    least = officials.load().minimum_n
    person(tree.one, "cb-01", "Ít Người Chọn", 1, 0, least - 2)
    person(tree.one, "cb-02", "Vừa Đủ", 0, 0, least)
    client = sign_in(Role.LEADER, tree.one)
    found = words(client)
    few = found[found.index("Ít Người Chọn") :].split("</tr>")[0]
    assert f"N < {least}" in few
    assert f">{least - 1}<" not in few
    rows = list(csv.reader(io.StringIO(client.get(CSV).content.decode("utf-8-sig")), delimiter=";"))
    rows = rows if len(rows[0]) > 1 else [row[0].split(",") for row in rows]
    own = next(row for row in rows if row[0] == "Ít Người Chọn")
    assert own[5:] == [""] * (len(own) - 5)
    assert next(row for row in rows if row[0] == "Vừa Đủ")[4] == str(least)


def test_days_channel_and_flags_cannot_single_out_a_rating(tree: Tree, sign_in: Enter) -> None:
    person(tree.one, "cb-01", "Bùi Văn Bê", 2, 10, 8)
    today = timezone.localdate()
    client = sign_in(Role.LEADER, tree.one)
    usual = client.get(PAGE).context["sheet"].lines
    for query in (f"?from={today}&to={today}", "?flagged=1", "?channel=phone"):
        assert client.get(PAGE + query).context["sheet"].lines == usual, query


def test_who_worked_there_at_another_time_is_not_listed(tree: Tree, sign_in: Enter) -> None:
    before = last_month().replace(day=1) - dt.timedelta(days=1)
    person(tree.one, "cb-01", "Đã Nghỉ")
    Official.objects.update(valid_to=before)
    assert "Đã Nghỉ" not in words(sign_in(Role.LEADER, tree.one))


def test_a_file_of_rules_that_cannot_be_used_is_told(
    tree: Tree, sign_in: Enter, settings: LazySettings
) -> None:
    (settings.DATA / officials.NAME).write_text("minimum_n = 1\nsource = 'x'", encoding="utf-8")
    try:
        client = sign_in(Role.LEADER, tree.one)
        assert client.get(PAGE).status_code == 503
        assert client.get(CSV).status_code == 302
    finally:
        (settings.DATA / officials.NAME).unlink()


def test_the_register_is_kept_by_the_office_and_the_log_has_no_names(tree: Tree, sign_in: Enter) -> None:
    client = sign_in(Role.OFFICE_ADMIN, tree.one)
    fields = {"code": "cb-01", "name": "Bùi Văn Bê", "position": "", "desk": "", "valid_from": "2026-01-01"}
    new = f"/offices/{tree.one.pk}/officials/new/"
    assert client.post(new, {**fields, "code": "CB 01"}).status_code == 400
    assert client.post(new, {**fields, "name": "=1+1"}).status_code == 400
    assert client.post(new, {**fields, "desk": tree.two.desks.first().pk}).status_code == 400  # type: ignore[union-attr]
    assert client.post(new, fields).status_code == 302
    assert client.post(new, {**fields, "name": "Một Người Khác"}).status_code == 400, "the key is taken"
    one = Official.objects.get()
    forget = f"/offices/officials/{one.pk}/forget/"
    client.post(forget)
    one.refresh_from_db()
    assert one.name == "Bùi Văn Bê", "who still works there keeps the name"
    client.post(f"/offices/officials/{one.pk}/", {**fields, "valid_to": "2026-02-01"})
    client.post(forget)
    one.refresh_from_db()
    assert (one.name, one.valid_to) == ("", dt.date(2026, 2, 1))
    title = "<h1>Sửa cán bộ cb-01</h1>"
    assert title in client.get(f"/offices/officials/{one.pk}/").content.decode(), "a key alone is no name"
    told = Entry.objects.filter(action__startswith="official.")
    assert [entry.action for entry in told.order_by("pk")] == [
        "official.added", "official.changed", "official.forgotten",
    ]  # fmt: skip
    assert all("Bùi" not in f"{entry.target} {entry.detail}" for entry in told)


def test_the_offices_page_names_keys_that_nobody_has(tree: Tree, sign_in: Enter) -> None:
    person(tree.one, "cb-07", "x", 1, 0, 0, day=timezone.localdate())
    Official.objects.all().delete()
    page = f"/offices/{tree.one.pk}/"
    assert (
        f"{page}officials/new/?code=cb-07" in sign_in(Role.OFFICE_ADMIN, tree.one).get(page).content.decode()
    )
