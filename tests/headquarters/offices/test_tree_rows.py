"""Officials and successions in the list of offices: there and back, every wrong cell named."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from headquarters.offices import lineage
from headquarters.offices.models import Desk, Office, Official, Succession
from headquarters.ratings import slices
from headquarters.ratings.models import Aspect, OfficeCell
from headquarters.web.offices import tree_format
from tests.headquarters.offices.conftest import Tree
from tests.headquarters.offices.test_files import Enter, _csv, _import, _look

pytestmark = [pytest.mark.django_db, pytest.mark.screen_only]
DAY = dt.date(2025, 12, 1)


def official(code: str, key: str, name: str, desk: str = "", **cells: str) -> list[str]:
    usual = {"first": "2026-01-01", "last": "", "position": "Hộ tịch"} | cells
    days = [usual["first"], usual["last"]]
    return [code, "", "", "", "", *days, desk, "", key, name, usual["position"], ""]


def goes_on(code: str, into: str, day: str = str(DAY)) -> list[str]:
    return [code, "", "", "", "", day, *[""] * 6, into]


def faults(client: Client, *rows: list[str]) -> list[tuple[str, str]]:
    answer = _look(client, _csv(*rows))
    assert answer.status_code == 400
    assert not Official.objects.exists()
    assert not Succession.objects.exists()
    return [(fault.where, fault.words) for fault in answer.context["faults"]]


def places(client: Client, *rows: list[str]) -> list[str]:
    return [where.rsplit(" ", 1)[-1] for where, _ in faults(client, *rows)]


def state() -> list[object]:
    people = Official.objects.order_by("office__code", "code", "valid_from").values_list(
        "office__code", "desk__name", "code", "name", "position", "valid_from", "valid_to"
    )
    kin = Succession.objects.order_by("pk").values_list("predecessor__code", "successor__code", "day")
    return [*people, *kin]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_officials_and_successions_go_out_and_come_back(tree: Tree, sign_in: Enter, form: str) -> None:
    client = sign_in()
    desk = tree.one.desks.first()
    Official.objects.create(office=tree.one, desk=desk, code="cb-01", name="Bùi Văn Bê", valid_from=DAY)
    Official.objects.create(office=tree.two, code="cb-01", valid_from=DAY, valid_to=tree.day(9))
    old = Office.objects.create(code="00001", name="UBND xã Cũ", parent=tree.province, valid_to=DAY)
    Office.objects.filter(pk=old.pk).update(valid_from=dt.date(2020, 1, 1))
    Succession.objects.create(predecessor=old, successor=tree.one, day=DAY + dt.timedelta(days=1))
    body, before = client.get(f"/offices/export.{form}").content, state()
    looked = _look(client, body)
    assert (looked.context["plan"].new, looked.context["plan"].changed) == (0, 0)
    Official.objects.all().delete()
    Succession.objects.all().delete()
    _import(client, body)
    assert state() == before
    _import(client, body)
    assert state() == before, "what is there is not added again"


def test_a_list_of_before_these_columns_is_still_read(tree: Tree, sign_in: Enter) -> None:
    head = [names[0] for names in tree_format.HEADS][: tree_format.NEEDED]
    row = ["00031", "", "UBND xã Nậm Ngừ", "xã", "74", "2026-01-01", "", "", ""]
    _import(sign_in(), _csv(row, head=head))
    assert Office.objects.filter(code="00031").exists()
    beyond = _look(sign_in(name="lan"), _csv([*row, "cb-01"], head=head))
    assert [fault.column for fault in beyond.context["faults"]] == [tree_format.NEEDED]


def test_an_import_adds_and_changes_people_by_key_and_day(tree: Tree, sign_in: Enter) -> None:
    client = sign_in()
    _import(client, _csv(official("00004", "cb-01", "Bùi Văn Bê", "Quầy 1")))
    one = Official.objects.get()
    assert (one.office, one.desk, one.name) == (tree.one, tree.one.desks.get(name="Quầy 1"), "Bùi Văn Bê")
    looked = _look(client, _csv(official("00004", "cb-01", "Bùi Văn Bê", "Quầy 2", first="2026-02-01")))
    assert next(iter(looked.context["plan"].told))[2].count(",") == 1, "first day and desk change"
    left = official("00004", "cb-01", "Bùi Văn Bê", "Quầy 2", last="2026-03-01")
    _import(client, _csv(left, official("00004", "cb-01", "Trần Thị An", first="2026-03-02")))
    assert list(Official.objects.order_by("valid_from").values_list("pk", "name")) == [
        (one.pk, "Bùi Văn Bê"), (one.pk + 1, "Trần Thị An"),
    ]  # fmt: skip


def test_every_wrong_cell_of_an_official_is_named(tree: Tree, sign_in: Enter) -> None:
    good = official("00004", "cb-01", "Bùi Văn Bê", "Quầy 1")
    wrong = [
        official("99999", "cb-02", "A"),
        official("00004", "CB 03", "B"),
        official("00004", "", "C"),
        official("00004", "cb-04", ""),
        official("00004", "cb-05", "D", "Quầy 77"),
        official("00004", "cb-06", "E", last="2025-01-01"),
        official("00004", "cb-01", "F"),
        [*official("00004", "cb-07", "G")[:2], "tên", *official("00004", "cb-07", "G")[3:]],
        official("00004", "cb-08", "H" * 81),
        official("00004", "x" * 41, "I"),
        official("00004", "cb-09", "=1+1"),
    ]
    found = places(sign_in(), good, *wrong)
    assert found == ["A", "J", "J", "K", "H", "G", "J", "C", "K", "J", "K"]


def test_a_past_merger_is_imported_and_figures_are_read_together(tree: Tree, sign_in: Enter) -> None:
    old = ["00002", "", "UBND xã Cũ", "xã", "74", "2020-01-01", str(DAY - dt.timedelta(days=1)), "", ""]
    rows = [[*old, "", "", "", ""], goes_on("00002", "00004")]
    looked = _look(sign_in(), _csv(*rows))
    assert [(code, name) for code, name, _ in looked.context["plan"].told] == [
        ("00002", "UBND xã Cũ"), ("00002", "→ 00004"),
    ]  # fmt: skip
    assert not Succession.objects.exists(), "a dry run"
    _import(sign_in(name="lan"), _csv(*rows))
    before = Office.objects.get(code="00002")
    assert lineage.successors([before.pk]) == {before.pk: tree.one.pk}
    OfficeCell.objects.create(
        aspect=Aspect.WHOLE, day=DAY - dt.timedelta(days=9), office_id=before.pk, key="x",
        n1=1, n2=2, n3=3,
    )  # fmt: skip
    now = slices.Query(DAY - dt.timedelta(days=30), DAY, frozenset([tree.one.pk]), lineage="now")
    assert slices.total(now).n == 6
    _import(sign_in(name="mai"), _csv(goes_on("00002", "00004", "2025-12-02")))
    assert Succession.objects.get().day == dt.date(2025, 12, 2)


def test_every_wrong_cell_of_a_succession_is_named(tree: Tree, sign_in: Enter) -> None:
    client = sign_in()
    assert places(client, goes_on("00004", "11111"), goes_on("", "00007")) == ["M", "A"]
    assert places(client, goes_on("00004", "00004")) == ["M"]
    assert places(client, goes_on("00004", "00007", "")) == ["F"]
    assert places(client, goes_on("00004", "00007", "2019-01-01")) == ["F", "M"], "neither existed"
    assert places(client, goes_on("00004", "00007"), goes_on("00007", "00004")) == ["M"], "a circle"
    assert places(client, goes_on("00004", "00007"), goes_on("00004", "00007")) == ["M"], "twice"
    named = goes_on("00004", "00007")
    named[2] = "UBND"
    assert places(client, named) == ["C"]
    lives_longer = ["00002", "", "UBND xã Cũ", "xã", "74", "2020-01-01", str(DAY), "", "", "", "", "", ""]
    assert places(client, lives_longer, goes_on("00002", "00004")) == ["F"]


def test_a_person_of_one_province_imports_nothing_about_another(tree: Tree, sign_in: Enter) -> None:
    elsewhere = Office.objects.create(code="01", name="Thành phố Xa", kind="province", valid_from=DAY)
    client = sign_in(office=tree.province)
    assert places(client, official(elsewhere.code, "cb-01", "A"), goes_on("00004", "01")) == ["A", "M"]


def test_a_merger_takes_officials_along_and_names_keys_that_two_have(tree: Tree, sign_in: Enter) -> None:
    made = [
        Official.objects.create(
            office=office, desk=office.desks.first(), code="cb-01", name=name, valid_from=DAY
        )
        for office, name in ((tree.one, "An"), (tree.two, "Bê"))
    ]
    fields = {
        "sources": [tree.one.pk, tree.two.pk], "day": str(tree.day(10)), "into": "", "ident": "",
        "name": "UBND xã Đường Bến", "code": "00099", "action": "preview",
    }  # fmt: skip
    client = sign_in()
    preview = client.post("/offices/merge/", fields)
    assert preview.context["change"].parts[0].shared_codes == ["cb-01"]
    assert "cb-01" in preview.content.decode()
    seen = preview.context["seen"]
    assert client.post("/offices/merge/", {**fields, "action": "confirm", "seen": seen}).status_code == 302
    for old in made:
        old.refresh_from_db()
        after = Official.objects.get(before=old)
        assert (old.valid_to, after.valid_from, after.name) == (tree.day(11), tree.day(10), old.name)
        assert after.desk is not None
        assert after.desk.office.code == "00099"
    there = Official.objects.filter(valid_to=None).values("desk")
    assert Desk.objects.filter(pk__in=there, office__code="00099").count() == 2
