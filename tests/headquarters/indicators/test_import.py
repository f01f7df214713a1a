"""Importing dossier totals and the codes of late dossiers: a dry run that names cells, then in earnest."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from headquarters.accounts.roles import Role
from headquarters.audit.models import Entry
from headquarters.indicators.models import DossierTotal, LateDossier
from headquarters.web.offices import dossiers_file
from tests.headquarters.offices.conftest import Tree

pytestmark = pytest.mark.django_db
Enter = Callable[..., Client]

TOTALS, LATE = "/offices/import/dossiers/", "/offices/import/late-dossiers/"
HEAD = ";".join(names[0] for names in dossiers_file.HEADS)
LATE_HEAD = ",".join(names[1] for names in dossiers_file.LATE_HEADS)


def csv(*rows: str, head: str = HEAD) -> bytes:
    return "\r\n".join((head, *rows)).encode("utf-8-sig")


def look(client: Client, body: bytes, path: str = TOTALS) -> Any:
    return client.post(path, {"file": SimpleUploadedFile("a.csv", body)})


def bring(client: Client, body: bytes, path: str = TOTALS) -> Any:
    looked = look(client, body, path)
    assert looked.status_code == 200, [*looked.context.get("faults", []), looked.context.get("error")]
    done = client.post(path, {"seen": looked.context["seen"]})
    assert done.status_code == 200
    return looked.context["plan"]


def kept() -> list[tuple[str, str, int, int]]:
    rows = DossierTotal.objects.order_by("office__code", "month")
    return [(row.office.code, f"{row.month:%Y-%m-%d}", row.handled, row.late) for row in rows]


def faults(answer: Any) -> list[tuple[str, str]]:
    assert answer.status_code == 400
    return [(fault.where, fault.words) for fault in answer.context["faults"]]


def test_totals_are_looked_at_kept_replaced_and_the_same_again_changes_nothing(
    tree: Tree, sign_in: Enter
) -> None:
    client = sign_in()
    body = csv("00004;UBND phường;2026-05;120;3", "00007;;05/2026;80;0", "00007;;2026-06-01;90;1")
    plan = look(client, body).context["plan"]
    assert (plan.change.new, plan.offices, plan.handled, plan.late) == (3, 2, 290, 4)
    assert kept() == []
    bring(client, body)
    first = kept()
    assert first == [
        ("00004", "2026-05-01", 120, 3), ("00007", "2026-05-01", 80, 0), ("00007", "2026-06-01", 90, 1)
    ]  # fmt: skip
    before = DossierTotal.objects.values_list("imported_at").order_by("pk").first()
    again = bring(client, body)
    assert (again.change.new, again.change.changed, again.change.same) == (0, 0, 3)
    assert DossierTotal.objects.values_list("imported_at").order_by("pk").first() == before
    other = bring(client, csv("00004;;2026-05;121;3"))
    assert other.change.changed == 1
    assert kept() == [("00004", "2026-05-01", 121, 3), *first[1:]]
    entries = Entry.objects.filter(action="dossiers.imported").order_by("pk")
    assert [entry.detail for entry in entries][1] == "0 new, 0 changed, 3 same, 2026-05 to 2026-06"
    assert DossierTotal.objects.get(handled=121).imported_by == entries[0].actor


@pytest.mark.screen_only
def test_every_fault_names_its_cell_and_nothing_is_kept(tree: Tree, sign_in: Enter) -> None:
    coming = timezone.localdate()
    rows = (
        "99999;;2026-05;1;0", "00004;;tháng 5;1;0", f"00004;;{coming:%Y-%m};1;0", "00004;;2026-05;x;0",
        "00004;;2026-05;5;6", "00004;;2026-06;5;0", "00004;;06/2026;5;0", "00004;;2026-13;5;0",
        "00007;;2026-05;5;",
    )  # fmt: skip
    with_faults = faults(look(sign_in(), csv(*rows)))
    assert [where for where, _words in with_faults] == [
        "dòng 2, cột A", "dòng 3, cột C", "dòng 4, cột C", "dòng 5, cột D", "dòng 6, cột E", "dòng 8, cột C",
        "dòng 9, cột C", "dòng 10, cột E",
    ]  # fmt: skip
    assert "7" in with_faults[5][1]
    assert kept() == []


@pytest.mark.screen_only
def test_a_number_for_a_code_is_told_of_in_a_spreadsheet(tree: Tree, sign_in: Enter) -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, [names[0] for names in dossiers_file.HEADS])
        page.write_row(1, 0, [4, "", "2026-05", 10, 0])
        page.write_row(2, 0, ["00004", ""])
        page.write_datetime(2, 2, dt.datetime(2026, 5, 1), book.add_format({"num_format": "mm/yyyy"}))  # noqa: DTZ001
        page.write_row(2, 3, [10, 0])
    (only,) = faults(look(sign_in(), out.getvalue()))
    assert only[0] == "dòng 2, cột A"
    assert "định dạng" in only[1]


def test_an_office_administrator_imports_for_their_own_offices_only(tree: Tree, sign_in: Enter) -> None:
    client = sign_in(Role.OFFICE_ADMIN, tree.one)
    ((where, words),) = faults(look(client, csv("00007;;2026-05;80;0")))
    assert where == "dòng 2, cột A"
    assert "00007" in words
    bring(client, csv("00004;;2026-05;80;0"))
    assert Entry.objects.get(action="dossiers.imported").office_id == tree.one.pk


@pytest.mark.screen_only
def test_others_may_not(tree: Tree, sign_in: Enter) -> None:
    client = sign_in(Role.LEADER)
    assert [client.get(path).status_code for path in (TOTALS, LATE)] == [403, 403]


def test_codes_of_late_dossiers_must_be_all_of_them(tree: Tree, sign_in: Enter) -> None:
    client = sign_in()
    rows = ("00004,2026-05,H12.1-260504-0001", "00004,2026-05,h12.1-260504–0002")
    ((where, _words),) = faults(look(client, csv(*rows, head=LATE_HEAD), LATE))
    assert where == "dòng 2, cột B"
    bring(client, csv("00004;;2026-05;120;2"))
    ((where, words),) = faults(look(client, csv(rows[0], head=LATE_HEAD), LATE))
    assert (where, "2" in words) == ("dòng 2, cột B", True)
    assert faults(look(client, csv(rows[0], rows[0], "00004,2026-05,", head=LATE_HEAD), LATE))[1:] == [
        ("dòng 3, cột C", "hồ sơ này đã có ở dòng 2"),
        ("dòng 4, cột C", "cần một mã hồ sơ, nhiều nhất 64 ký tự"),
    ]
    bring(client, csv(*rows, head=LATE_HEAD), LATE)
    bring(client, csv(*rows, head=LATE_HEAD), LATE)
    codes = sorted(LateDossier.objects.values_list("code", flat=True))
    assert codes == ["H12.1-260504-0001", "H12.1-260504-0002"]
    bring(client, csv("00004,2026-05,X-1", "00004,2026-05,X-2", head=LATE_HEAD), LATE)
    assert sorted(LateDossier.objects.values_list("code", flat=True)) == ["X-1", "X-2"]


def test_a_list_goes_where_the_number_of_late_ones_is_another(tree: Tree, sign_in: Enter) -> None:
    client = sign_in()
    bring(client, csv("00004;;2026-05;120;1", "00007;;2026-05;50;1"))
    bring(client, csv("00004,2026-05,A-1", "00007,2026-05,B-1", head=LATE_HEAD), LATE)
    plan = bring(client, csv("00004;;2026-05;120;2", "00007;;2026-05;60;1"))
    assert plan.change.lists == 1
    assert list(LateDossier.objects.values_list("code", flat=True)) == ["B-1"]


@pytest.mark.screen_only
def test_the_empty_list_holds_the_persons_offices_and_can_be_filled_in(tree: Tree, sign_in: Enter) -> None:
    client = sign_in(Role.OFFICE_ADMIN, tree.one)
    answer = client.get("/offices/import/dossiers.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    head, *rows = book.worksheets[0].iter_rows(values_only=True)
    assert head == tuple(names[0] for names in dossiers_file.HEADS)
    assert [row[:2] for row in rows] == [("00004", tree.one.name)]
    book.worksheets[0]["D2"], book.worksheets[0]["E2"] = "33", "1"
    out = io.BytesIO()
    book.save(out)
    bring(client, out.getvalue())
    assert kept()[0][2:] == (33, 1)
    assert client.get("/offices/import/late_dossiers.xlsx").status_code == 200
    assert client.get("/offices/import/others.xlsx").status_code == 404
    assert Entry.objects.filter(action="export.file", target="ho-so-theo-thang.xlsx").exists()
