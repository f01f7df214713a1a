"""Mergers and splits: what moves, from when, and that nothing is lost. Both databases."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from headquarters.accounts.models import User
from headquarters.accounts.roles import Role
from headquarters.audit.models import Entry
from headquarters.offices import lineage
from headquarters.offices.models import Desk, Formerly, Office, Succession
from headquarters.tablets import placement
from headquarters.tablets.models import Placement, Tablet
from headquarters.web import rights
from headquarters.web.approval import PlaceForm
from tests.headquarters.offices.conftest import Tree

pytestmark = pytest.mark.django_db
Enter = Callable[..., Client]


def _merge(tree: Tree, **changes: Any) -> dict[str, Any]:
    usual = {
        "sources": [tree.one.pk, tree.two.pk], "day": str(tree.day(10)), "into": "",
        "name": "UBND xã Đường Bến", "code": "00099", "ident": "", "action": "preview",
    }  # fmt: skip
    return {**usual, **changes}


def _confirm(client: Client, path: str, fields: dict[str, Any]) -> int:
    preview = client.post(path, fields)
    assert preview.status_code == 200, preview.content.decode()
    seen = preview.context["seen"]
    return client.post(path, {**fields, "action": "confirm", "seen": seen}).status_code


def test_preview_says_what_would_move_and_moves_nothing(tree: Tree, sign_in: Enter) -> None:
    User.objects.create(username="lan", office=tree.one)
    answer = sign_in().post("/offices/merge/", _merge(tree))
    (part,) = answer.context["change"].parts
    assert (len(part.moves), part.tablets, len(part.people)) == (4, 4, 1)
    assert sorted(move.name for move in part.moves) == [
        "Quầy 1 (UBND phường Đường Xưa)", "Quầy 1 (UBND xã Bến Mới)", "Quầy 2", "Quầy 3",
    ]  # fmt: skip
    assert Office.objects.count() == 4
    assert not Succession.objects.exists()


def test_merger_moves_tablets_and_people_and_deletes_nothing(tree: Tree, sign_in: Enter) -> None:
    person = User.objects.create(username="lan", office=tree.one)
    child = Office.objects.create(code="T1", name="Trạm", parent=tree.two, valid_from=dt.date(2025, 7, 1))
    tablets = list(Tablet.objects.values_list("pk", flat=True))
    assert _confirm(sign_in(), "/offices/merge/", _merge(tree)) == 302
    made = Office.objects.get(code="00099")
    assert (made.parent, made.kind, made.valid_from) == (tree.province, "commune", tree.day(10))
    for old in (tree.one, tree.two):
        old.refresh_from_db()
        assert old.valid_to == tree.day(11)
        assert set(old.desks.values_list("valid_to", flat=True)) == {tree.day(11)}
    assert Desk.objects.count() == 8
    assert set(Tablet.objects.filter(desk__office=made).values_list("pk", flat=True)) == set(tablets)
    for tablet in Tablet.objects.all():
        before, after = placement.history(tablet)
        assert before.desk is not None
        assert before.desk.office in (tree.one, tree.two)
        assert (
            after.since_ms == int(dt.datetime.fromisoformat(f"{tree.day(10)}T00:00+07:00").timestamp()) * 1000
        )
    person.refresh_from_db()
    child.refresh_from_db()
    assert (person.office, child.parent) == (made, made)
    assert Formerly.objects.get(office=child).parent == tree.two
    assert lineage.successors([tree.one.pk, tree.two.pk]) == {tree.one.pk: made.pk, tree.two.pk: made.pk}
    entry = Entry.objects.get(action="office.merged")
    assert "00004" in entry.detail
    assert "00099" in entry.detail


def test_one_office_can_take_the_other_in(tree: Tree, sign_in: Enter) -> None:
    fields = _merge(tree, into=tree.one.pk, name="", code="")
    assert _confirm(sign_in(), "/offices/merge/", fields) == 302
    tree.one.refresh_from_db()
    assert tree.one.valid_to is None
    assert sorted(tree.one.desks.filter(valid_to=None).values_list("name", flat=True)) == [
        "Quầy 1", "Quầy 1 (UBND xã Bến Mới)", "Quầy 2", "Quầy 3",
    ]  # fmt: skip
    assert lineage.successors([tree.two.pk]) == {tree.two.pk: tree.one.pk}


def test_confirmation_of_something_else_than_was_seen_shows_the_preview_again(
    tree: Tree, sign_in: Enter
) -> None:
    client = sign_in()
    seen = client.post("/offices/merge/", _merge(tree)).context["seen"]
    tree.desk(tree.one, "Quầy mới")
    answer = client.post("/offices/merge/", _merge(tree, action="confirm", seen=seen))
    assert answer.status_code == 200
    assert len(answer.context["change"].parts[0].moves) == 5
    assert not Succession.objects.exists()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"sources": []}, "Vui lòng điền"),
        ({"sources": ["999999"]}, "999999"),
        ({"sources": ["x"]}, "x"),
        ({"day": ""}, "Vui lòng điền"),
        ({"day": "2026-13-01"}, "hợp lệ"),
        ({"day": "1900-01-01"}, "quá xa"),
        ({"day": "2025-07-01"}, "chỉ có từ 01/07/2025. Vui lòng chọn một ngày sau đó."),
        ({"name": ""}, "Vui lòng điền"),
        ({"name": "=HYPERLINK(1)"}, "công thức"),
        ({"code": ""}, "Vui lòng điền"),
        ({"code": "99"}, "5 chữ số"),
        ({"code": "00004"}, "đã tồn tại"),
        ({"code": "0" * 40}, "35"),
        ({"ident": "h"}, "định danh"),
    ],
)
def test_wrong_merger_is_refused(tree: Tree, sign_in: Enter, fields: dict[str, Any], words: str) -> None:
    answer = sign_in().post("/offices/merge/", _merge(tree, **fields))
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert Office.objects.count() == 4


def test_merger_of_the_future_or_of_one_or_of_others_offices_is_refused(tree: Tree, sign_in: Enter) -> None:
    client = sign_in(Role.SYSTEM_ADMIN, tree.province)
    assert (
        "Chưa đến ngày"
        in client.post("/offices/merge/", _merge(tree, day=str(tree.day(-3)))).content.decode()
    )
    alone = _merge(tree, sources=[tree.one.pk])
    assert "ít nhất hai" in client.post("/offices/merge/", alone).content.decode()
    foreign = Office.objects.create(code="00050", name="Xa", kind="commune", valid_from=dt.date(2025, 1, 1))
    assert client.post("/offices/merge/", _merge(tree, sources=[tree.one.pk, foreign.pk])).status_code == 400
    into = _merge(tree, sources=[tree.one.pk, tree.two.pk], into=tree.department.pk)
    assert "một trong các đơn vị" in client.post("/offices/merge/", into).content.decode()


def _split(tree: Tree, **changes: Any) -> dict[str, Any]:
    first, second = tree.one.desks.order_by("name")
    usual = {
        "day": str(tree.day(10)), "name_1": "UBND phường Trên", "code_1": "00101",
        "name_2": "UBND phường Dưới", "code_2": "00102",
        f"desk_{first.pk}": "1", f"desk_{second.pk}": "2", "action": "preview",
    }  # fmt: skip
    return {**usual, **changes}


def test_preview_of_a_split_moves_nothing(tree: Tree, sign_in: Enter) -> None:
    before = list(Placement.objects.order_by("pk").values()), list(Desk.objects.order_by("pk").values())
    answer = sign_in().post(f"/offices/{tree.one.pk}/split/", _split(tree))
    assert [len(part.moves) for part in answer.context["change"].parts] == [1, 1]
    after = list(Placement.objects.order_by("pk").values()), list(Desk.objects.order_by("pk").values())
    assert after == before
    assert (Office.objects.count(), Succession.objects.exists()) == (4, False)


def test_split_gives_each_desk_its_office_and_the_old_keeps_its_figures(tree: Tree, sign_in: Enter) -> None:
    assert _confirm(sign_in(), f"/offices/{tree.one.pk}/split/", _split(tree)) == 302
    up, down = Office.objects.get(code="00101"), Office.objects.get(code="00102")
    assert [office.desks.get().name for office in (up, down)] == ["Quầy 1", "Quầy 2"]
    assert (
        Tablet.objects.filter(desk__office=up).count()
        == Tablet.objects.filter(desk__office=down).count()
        == 1
    )
    tree.one.refresh_from_db()
    assert tree.one.valid_to == tree.day(11)
    assert lineage.successors([tree.one.pk]) == {tree.one.pk: tree.one.pk}


def test_office_may_live_on_beside_what_is_taken_out_of_it(tree: Tree, sign_in: Enter) -> None:
    first, second = tree.one.desks.order_by("name")
    fields = _split(tree, lives_on="on", name_2="", code_2="", **{f"desk_{second.pk}": ""})
    assert _confirm(sign_in(), f"/offices/{tree.one.pk}/split/", fields) == 302
    tree.one.refresh_from_db()
    second.refresh_from_db()
    first.refresh_from_db()
    assert (tree.one.valid_to, second.valid_to, first.valid_to) == (None, None, tree.day(11))


def test_wrong_split_is_refused(tree: Tree, sign_in: Enter) -> None:
    client, path = sign_in(), f"/offices/{tree.one.pk}/split/"
    first, _second = tree.one.desks.order_by("name")
    cases: list[tuple[dict[str, Any], str]] = [
        ({"name_2": "", "code_2": ""}, "chưa có tên và mã"),
        ({f"desk_{first.pk}": ""}, "Mỗi quầy"),
        ({f"desk_{first.pk}": "9"}, "9"),
        ({"code_2": "00101"}, "trùng mã"),
        ({"code_2": "00007"}, "đã tồn tại"),
        ({"name_1": "-1"}, "công thức"),
        ({"day": str(tree.day(-1))}, "Chưa đến ngày"),
    ]
    for fields, words in cases:
        answer = client.post(path, _split(tree, **fields))
        assert answer.status_code == 400, fields
        assert words in answer.content.decode(), fields
    User.objects.create(username="lan", office=tree.one)
    assert "Mỗi người" in client.post(path, _split(tree)).content.decode()
    assert Office.objects.count() == 4


def test_no_tablet_is_let_in_at_a_desk_or_office_that_has_ended(tree: Tree, sign_in: Enter) -> None:
    _confirm(sign_in(), "/offices/merge/", _merge(tree))
    user = User.objects.get(username="ha")
    assert {desk.office.code for desk in rights.open_desks(user)} == {"00099"}
    assert {office.code for office in rights.open_offices(user)} == {"74", "SNV", "00099"}
    form = PlaceForm(user, {"desk": str(tree.one.desks.get(name="Quầy 1").pk)})
    assert not form.is_valid()
