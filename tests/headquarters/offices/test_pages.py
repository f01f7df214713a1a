"""Looking at the tree and changing it by hand: who may, what is refused and in which words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client

from headquarters.accounts.roles import Role
from headquarters.audit.models import Entry
from headquarters.offices.models import Desk, Formerly, Office
from headquarters.web.offices import changes
from tests.headquarters.offices.conftest import Tree

pytestmark = [pytest.mark.django_db, pytest.mark.screen_only]
Enter = Callable[..., Client]


def _text(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, answer.content[:500]
    return answer.content.decode()


@pytest.mark.parametrize("wanted", ["duong xua", "ĐƯỜNG", "00004", "  đường   xưa "])
def test_search_needs_no_accents(tree: Tree, sign_in: Enter, wanted: str) -> None:
    found = sign_in().get("/offices/", {"q": wanted}).content.decode()
    assert "UBND phường Đường Xưa" in found
    assert "UBND xã Bến Mới" not in found


def test_tree_is_that_of_the_day_asked_for(tree: Tree, sign_in: Enter) -> None:
    changes.rename(tree.one, "UBND phường Tên Mới", tree.day(31))
    tree.two.valid_to = tree.day(10)
    tree.two.save()
    client = sign_in()
    now = _text(client, "/offices/")
    assert "Tên Mới" in now
    assert "Bến Mới" not in now
    assert "Bến Mới" in _text(client, "/offices/?ended=1")
    then = _text(client, f"/offices/?day={tree.day(40)}")
    assert "Đường Xưa" in then
    assert "nay là UBND phường Tên Mới" in then
    assert "Bến Mới" in then
    # A former name is found, too: that is the one people remember.
    assert "Tên Mới" in _text(client, "/offices/?q=duong+xua")


@pytest.mark.parametrize("day", ["31/12/2026", "x", "0001-01-01", "9999-12-31"])
def test_odd_day_is_refused_in_words(tree: Tree, sign_in: Enter, day: str) -> None:
    answer = sign_in().get("/offices/", {"day": day})
    assert answer.status_code == 400
    assert 'role="alert"' in answer.content.decode()


def test_person_sees_and_changes_only_their_own_subtree(tree: Tree, sign_in: Enter) -> None:
    client = sign_in(Role.OFFICE_ADMIN, tree.one)
    assert "Bến Mới" not in _text(client, "/offices/")
    for path in ("", "edit/", "desks/new/"):
        assert client.get(f"/offices/{tree.two.pk}/{path}").status_code == 404
    desk = tree.two.desks.first()
    assert desk is not None
    assert client.post(f"/offices/desks/{desk.pk}/", {"name": "x"}).status_code == 404
    assert client.post(f"/offices/desks/{desk.pk}/close/", {"last": "2026-01-01"}).status_code == 404


@pytest.mark.parametrize("role", [Role.LEADER, Role.AUDITOR, Role.DESK_STAFF, Role.OFFICE_ADMIN])
def test_only_a_system_administrator_changes_the_tree(tree: Tree, sign_in: Enter, role: Role) -> None:
    client = sign_in(role)
    assert client.get("/offices/").status_code == 200
    for path in ("new/", "merge/", "import/", "import/transactions/", "export.csv", f"{tree.one.pk}/split/"):
        assert client.get(f"/offices/{path}").status_code == 403, path
    assert client.get(f"/offices/{tree.one.pk}/edit/").status_code == (
        200 if role == Role.OFFICE_ADMIN else 403
    )


def _new(**changes: str) -> dict[str, str]:
    usual = {"name": "UBND xã Hai", "code": "00010", "kind": "commune", "valid_from": "2026-01-01"}
    return {**usual, **changes}


def test_office_is_added_with_its_zeros(tree: Tree, sign_in: Enter) -> None:
    client = sign_in()
    answer = client.post("/offices/new/", _new(parent=str(tree.province.pk), ident="H74.10"))
    assert answer.status_code == 302
    made = Office.objects.get(code="00010")
    assert (made.parent, made.ident, made.valid_from) == (tree.province, "H74.10", dt.date(2026, 1, 1))
    assert Entry.objects.filter(action="office.added", office=made).exists()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"code": "10"}, "5 chữ số"),
        ({"code": "00004"}, "đã tồn tại"),
        ({"code": "=1+1", "kind": "other"}, "Mã chỉ gồm"),
        ({"name": "=cmd|' /C calc'!A0"}, "công thức"),
        ({"name": "  @SUM(1)"}, "công thức"),
        ({"name": ""}, "Vui lòng điền"),
        ({"name": "A" * 201}, "200"),
        ({"name": "a\x07b"}, "ký tự"),
        ({"kind": "moon"}, "moon"),
        ({"valid_from": "31/12/2026"}, "hợp lệ"),
        ({"valid_from": "9999-12-31"}, "quá xa"),
        ({"ident": "h74"}, "định danh"),
    ],
)
def test_wrong_office_is_refused_with_the_field(
    tree: Tree, sign_in: Enter, fields: dict[str, str], words: str
) -> None:
    answer = sign_in().post("/offices/new/", _new(**fields))
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert Office.objects.count() == 4


def test_name_typed_with_loose_accents_is_the_same_name(tree: Tree, sign_in: Enter) -> None:
    sign_in().post("/offices/new/", _new(name="UBND xa\u0303  Hai"))
    assert Office.objects.get(code="00010").name == "UBND xã Hai"


def test_renaming_keeps_the_former_name(tree: Tree, sign_in: Enter) -> None:
    client = sign_in(Role.OFFICE_ADMIN, tree.one)
    day = tree.day(5)
    fields = {"name": "UBND phường Mới", "since": str(day), "kind": "commune", "ident": ""}
    assert client.post(f"/offices/{tree.one.pk}/edit/", fields).status_code == 302
    tree.one.refresh_from_db()
    assert tree.one.name == "UBND phường Mới"
    past = Formerly.objects.get(office=tree.one)
    assert (past.name, past.until) == ("UBND phường Đường Xưa", tree.day(6))
    future = {**fields, "name": "B", "since": str(tree.day(-2))}
    assert client.post(f"/offices/{tree.one.pk}/edit/", future).status_code == 400


def test_office_with_tablets_cannot_be_closed_and_an_empty_one_can(tree: Tree, sign_in: Enter) -> None:
    client = sign_in()
    refused = client.post(f"/offices/{tree.one.pk}/close/", {"last": str(tree.day(0))})
    assert refused.status_code == 400
    assert "Vẫn còn máy" in refused.content.decode()
    assert client.post(f"/offices/{tree.province.pk}/close/", {"last": str(tree.day(0))}).status_code == 400
    done = client.post(f"/offices/{tree.department.pk}/close/", {"last": str(tree.day(1))})
    assert done.status_code == 302
    tree.department.refresh_from_db()
    assert tree.department.valid_to == tree.day(1)
    assert client.post(f"/offices/{tree.department.pk}/close/", {"last": str(tree.day(0))}).status_code == 400


def test_desks_are_added_renamed_closed_and_opened_again(tree: Tree, sign_in: Enter) -> None:
    client = sign_in(Role.OFFICE_ADMIN, tree.one)
    assert client.post(f"/offices/{tree.one.pk}/desks/new/", {"name": "Quầy 9"}).status_code == 302
    twice = client.post(f"/offices/{tree.one.pk}/desks/new/", {"name": " Quầy  9 "})
    assert "đã có quầy" in twice.content.decode()
    desk = Desk.objects.get(name="Quầy 9")
    assert (
        client.post(f"/offices/desks/{desk.pk}/", {"name": "Quầy 10", "unit": "Một cửa"}).status_code == 302
    )
    assert client.post(f"/offices/desks/{desk.pk}/", {"name": "+84", "unit": ""}).status_code == 400
    assert client.post(f"/offices/desks/{desk.pk}/close/", {"last": str(tree.day(0))}).status_code == 302
    desk.refresh_from_db()
    assert (desk.name, desk.valid_to) == ("Quầy 10", tree.day(0))
    assert "Mở lại" in _text(client, f"/offices/{tree.one.pk}/")
    assert client.post(f"/offices/desks/{desk.pk}/close/").status_code == 302
    desk.refresh_from_db()
    assert desk.valid_to is None
    busy = tree.one.desks.get(name="Quầy 1")
    assert client.post(f"/offices/desks/{busy.pk}/close/", {"last": str(tree.day(0))}).status_code == 400


def test_people_are_shown_to_those_who_manage_accounts(tree: Tree, sign_in: Enter) -> None:
    path = f"/offices/{tree.one.pk}/"
    assert "Nguyễn Thị Hà" in _text(sign_in(Role.OFFICE_ADMIN, tree.one), path).split("people-title", 1)[1]
    assert "people-title" not in _text(sign_in(Role.LEADER, name="lan"), path)
