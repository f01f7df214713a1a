"""Importing and exporting tree and transactions: round trip, dry run, and whatever people may send."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from headquarters.accounts.roles import Role
from headquarters.audit.models import Entry
from headquarters.offices.models import Desk, Formerly, Office
from headquarters.ratings.models import Transactions
from headquarters.web.offices import tree_format
from tests.headquarters.offices.conftest import Tree

pytestmark = [pytest.mark.django_db, pytest.mark.screen_only]
Enter = Callable[..., Client]

HEAD = [names[0] for names in tree_format.HEADS]
NEW = ["00031", "", "UBND xã Nậm Ngừ", "xã", "74", "2026-01-01", "", "", ""]


def _csv(
    *rows: list[str], head: list[str] | None = None, delimiter: str = ",", encoding: str = "utf-8-sig"
) -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows([head or HEAD, *rows])
    return out.getvalue().encode(encoding)


def _xlsx(*rows: list[Any], head: list[str] | None = None) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        page = book.add_worksheet()
        for number, row in enumerate([head or HEAD, *rows]):
            for column, cell in enumerate(row):
                if isinstance(cell, str) and cell.startswith("="):
                    page.write_formula(number, column, cell)
                elif isinstance(cell, str):
                    page.write_string(number, column, cell)
                else:
                    page.write(number, column, cell)
    return out.getvalue()


def _look(client: Client, body: bytes, path: str = "/offices/import/", name: str = "a.csv") -> Any:
    return client.post(path, {"file": SimpleUploadedFile(name, body)})


def _import(client: Client, body: bytes, path: str = "/offices/import/") -> str:
    looked = _look(client, body, path)
    assert looked.status_code == 200, [*looked.context.get("faults", []), looked.context.get("error")]
    done = client.post(path, {"seen": looked.context["seen"]})
    assert done.status_code == 200
    return str(done.content.decode())


def _state() -> list[Any]:
    offices = list(
        Office.objects.order_by("code").values_list(
            "code", "ident", "name", "kind", "parent__code", "valid_from", "valid_to"
        )
    )
    desks = list(
        Desk.objects.order_by("office__code", "name").values_list(
            "office__code", "name", "unit", "valid_from", "valid_to"
        )
    )
    return [*offices, *desks]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_what_was_exported_can_be_imported_unchanged_and_into_an_empty_house(
    tree: Tree, sign_in: Enter, form: str
) -> None:
    client = sign_in()
    Office.objects.filter(pk=tree.one.pk).update(ident="H74.04")
    closed = tree.desk(tree.two, "Quầy cũ")
    Desk.objects.filter(pk=closed.pk).update(valid_to=tree.day(3))
    Office.objects.filter(pk=tree.department.pk).update(valid_to=tree.day(2))
    body = client.get(f"/offices/export.{form}").content
    before = _state()
    looked = _look(client, body)
    assert (looked.context["plan"].new, looked.context["plan"].changed, looked.context["plan"].same) == (
        0,
        0,
        9,
    )
    assert _state() == before
    _forget_everything()
    _import(client, body)
    assert _state() == before
    assert client.get(f"/offices/export.{form}").status_code == 200
    assert Entry.objects.filter(action="office.exported").exists()


def _forget_everything() -> None:
    from headquarters.tablets.models import Placement, Tablet

    Placement.objects.all().delete()
    Tablet.objects.all().delete()
    Desk.objects.all().delete()
    Office.objects.update(parent=None)
    Office.objects.all().delete()


def test_exported_files_calculate_nothing_and_keep_zeros(tree: Tree, sign_in: Enter) -> None:
    Office.objects.filter(pk=tree.one.pk).update(name="=cmd|' /C calc'!A0")
    Desk.objects.filter(office=tree.two, name="Quầy 1").update(name="+84")
    client = sign_in()
    book = openpyxl.load_workbook(io.BytesIO(client.get("/offices/export.xlsx").content))
    cells = [cell for row in book.worksheets[0].iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    values = [str(cell.value) for cell in cells]
    assert "00004" in values
    assert "'=cmd|' /C calc'!A0" in values
    rows = list(csv.reader(io.StringIO(client.get("/offices/export.csv").content.decode("utf-8-sig"))))
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]


@pytest.mark.parametrize(
    "body",
    [
        _csv(NEW),
        _csv(NEW, encoding="utf-8"),
        _csv(NEW, encoding="utf-16"),
        _csv(NEW, delimiter=";"),
        _csv(NEW, delimiter="\t", encoding="utf-16"),
        _csv(NEW, head=[names[1] for names in tree_format.HEADS]),
        _csv([*NEW[:5], "01/01/2026", "", "", ""]),
        _xlsx(NEW),
    ],
)
def test_list_in_any_usual_form_is_taken(tree: Tree, sign_in: Enter, body: bytes) -> None:
    client = sign_in()
    assert "1 mục mới" in _import(client, body)
    made = Office.objects.get(code="00031")
    assert (made.name, made.parent, str(made.valid_from)) == ("UBND xã Nậm Ngừ", tree.province, "2026-01-01")
    assert "0 mục mới" in _import(client, body)  # a second time nothing changes
    assert Office.objects.count() == 5


def test_all_faults_are_told_at_once_with_their_cells_and_nothing_is_stored(
    tree: Tree, sign_in: Enter
) -> None:
    body = _csv(
        NEW,
        ["4", "", "UBND xã B", "xã", "74", "", "", "", ""],
        ["00031", "", "", "sao", "77", "hôm qua", "", "", ""],
        ["00032", "h1", "=1+1", "xã", "74", "2026-02-01", "2026-01-01", "", ""],
        ["00099", "", "", "", "", "", "", "Quầy 1", ""],
        ["00004", "", "x", "", "", "", "", "Quầy 2", ""],
        ["00033", "", "UBND xã C", "xã", "00034", "", "", "", ""],
        ["00034", "", "UBND xã D", "xã", "00033", "", "", "", ""],
        ["00035", "", "UBND xã E", "xã", "74", "", "", "", "Nhóm"],
        ["00036", "", "UBND xã G", "xã", "74", "", "", "", "", "thừa"],
    )
    answer = _look(sign_in(), body)
    assert answer.status_code == 400
    told = {fault.where for fault in answer.context["faults"]}
    assert told >= {
        "dòng 3, cột A", "dòng 4, cột A", "dòng 4, cột C", "dòng 4, cột D", "dòng 4, cột F", "dòng 5, cột B",
        "dòng 5, cột C", "dòng 5, cột G", "dòng 6, cột A", "dòng 7, cột C", "dòng 8, cột E", "dòng 10, cột I",
        "dòng 11, cột J",
    }  # fmt: skip
    assert "dòng 2" not in " ".join(told)
    assert Office.objects.count() == 4
    assert "Dòng 5, cột C" in answer.content.decode()


@pytest.mark.parametrize(
    ("cell", "place"),
    [
        ("=1+1", "cột C"),
        ("@SUM(A1)", "cột C"),
        ("-2+3", "cột C"),
        ("'=1", "cột C"),
        ("x" * 1001, "cột C"),
        ("a\u202eb", "cột C"),
    ],
)
@pytest.mark.parametrize("make", [_csv, _xlsx])
def test_formula_or_odd_text_is_refused(
    tree: Tree, sign_in: Enter, make: Callable[..., bytes], cell: str, place: str
) -> None:
    row = [*NEW]
    row[2] = cell
    answer = _look(sign_in(), make(row))
    assert answer.status_code == 400
    assert [fault.where for fault in answer.context["faults"]] == [f"dòng 2, {place}"]


def test_code_that_lost_its_zeros_in_a_spreadsheet_is_seen(tree: Tree, sign_in: Enter) -> None:
    client = sign_in()
    lost = _look(client, _xlsx([31, *NEW[1:]]))
    assert "số 0 ở đầu" in lost.content.decode()
    assert _look(client, _xlsx([26740, *NEW[1:]])).status_code == 200
    other = _look(client, _xlsx([7, "", "Sở Y tế", "sở", "74", "", "", "", ""]))
    assert "số 0 ở đầu" in other.content.decode()


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "rỗng"),
        (b"\n\n\n", "rỗng"),
        (b"x" * (5 * 1024 * 1024 + 1), "5 MB"),
        (",".join(HEAD).encode() + b"\n" + b"x\n" * 20_000, "20.000"),
        ("Mã,Tên\n".encode("latin-1", "replace"), "CSV UTF-8"),
        (b"\x00\x01\x02\x03", "CSV UTF-8"),
        (b"PK\x03\x04 but no zip", "XLSX"),
        (b"%PDF-1.7", "tiêu đề cột"),
        ("Tên,Mã\nA,1\n".encode(), "Dòng 1, cột A"),
        (",".join(HEAD).encode(), "Không có dòng nào"),
        (",".join(HEAD).encode() + b'\n"00031', "ngoặc kép"),
    ],
    ids=[
        "nothing",
        "blank",
        "large",
        "long",
        "latin-1",
        "binary",
        "no zip",
        "pdf",
        "other heads",
        "heads only",
        "torn",
    ],
)
def test_file_that_is_no_list_is_refused_in_words(
    tree: Tree, sign_in: Enter, body: bytes, words: str
) -> None:
    client = sign_in()
    for path in ("/offices/import/", "/offices/import/transactions/"):
        answer = _look(client, body, path)
        assert answer.status_code == 400
        if path == "/offices/import/":
            assert words in answer.content.decode()
    assert client.post("/offices/import/").status_code == 400


def _bomb(member: str, content: bytes) -> bytes:
    """A workbook one of whose parts is something else."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(_xlsx(NEW))) as good,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bad,
    ):
        for info in good.infolist():
            bad.writestr(info.filename, content if info.filename == member else good.read(info.filename))
    return out.getvalue()


def test_bombs_go_off_nowhere(tree: Tree, sign_in: Enter) -> None:
    client = sign_in()
    large = _bomb("xl/worksheets/sheet1.xml", b" " * 70_000_000)
    assert len(large) < 5 * 1024 * 1024
    assert "giải nén" in _look(client, large).content.decode()
    laughs = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;">]>'
    for part, body in (
        ("xl/worksheets/sheet1.xml", laughs + b"<worksheet><sheetData>&c;</sheetData></worksheet>"),
        ("xl/workbook.xml", laughs + b"<workbook>&c;</workbook>"),
        ("xl/sharedStrings.xml", laughs + b"<sst><si><t>&c;</t></si></sst>"),
    ):
        answer = _look(client, _bomb(part, body))
        assert answer.status_code == 400, part
        assert "XLSX" in answer.content.decode(), part


def test_change_by_import_keeps_the_former_name_and_place(tree: Tree, sign_in: Enter) -> None:
    row = ["00004", "H74.04", "UBND phường Khác", "xã", "SNV", "2025-07-01", "", "", ""]
    client = sign_in()
    looked = _look(client, _csv(row))
    assert [*looked.context["told"]] == [("00004", "UBND phường Khác", "tên, mã định danh, đơn vị cấp trên")]
    _import(client, _csv(row))
    tree.one.refresh_from_db()
    assert (tree.one.name, tree.one.parent, tree.one.ident) == ("UBND phường Khác", tree.department, "H74.04")
    past = Formerly.objects.get(office=tree.one)
    assert (past.name, past.parent) == ("UBND phường Đường Xưa", tree.province)


def test_import_touches_only_the_persons_subtree(tree: Tree, sign_in: Enter) -> None:
    client = sign_in(Role.SYSTEM_ADMIN, tree.one)
    foreign = _look(client, _csv(["00007", "", "Bị đổi", "xã", "00004", "", "", "", ""]))
    assert "ngoài phạm vi" in foreign.content.decode()
    assert _look(client, _csv(NEW)).status_code == 400  # its parent is not this person's
    topless = _look(client, _csv([*NEW[:4], "", *NEW[5:]]))
    assert "đơn vị cấp trên" in topless.content.decode()
    assert _look(client, _csv([*NEW[:4], "00004", *NEW[5:]])).status_code == 200
    assert _look(client, client.get("/offices/export.csv").content).context["plan"].same == 3


def test_only_the_file_that_was_looked_at_is_imported(tree: Tree, sign_in: Enter) -> None:
    client = sign_in()
    seen = _look(client, _csv(NEW)).context["seen"]
    _look(client, _csv([*NEW[:2], "UBND xã Khác", *NEW[3:]]))
    assert client.post("/offices/import/", {"seen": seen}).status_code == 400
    assert client.post("/offices/import/", {"seen": "../../etc/passwd"}).status_code == 400
    assert Office.objects.count() == 4


COUNTS = ["Mã đơn vị", "Ngày", "Số giao dịch"]


def test_transactions_are_imported_and_replaced(tree: Tree, sign_in: Enter) -> None:
    client, path = sign_in(), "/offices/import/transactions/"
    day = str(tree.day(3))
    assert "Đã nhập 2" in _import(client, _csv(["00004", day, "120"], ["00007", day, "0"], head=COUNTS), path)
    _import(client, _xlsx(["00004", day, 130], head=COUNTS), path)
    kept = dict(Transactions.objects.values_list("office_id", "n"))
    assert kept == {tree.one.pk: 130, tree.two.pk: 0}
    assert Entry.objects.filter(action="transactions.imported").count() == 2


def test_wrong_transactions_are_told_with_their_cells(tree: Tree, sign_in: Enter) -> None:
    day, later = str(tree.day(3)), str(tree.day(-3))
    body = _csv(
        ["00004", day, "1"], ["00004", day, "2"], ["00001", day, "3"], ["00007", later, "4"],
        ["00007", day, "-1"], ["00007", day, "1.5"], ["00007", "x", "1000001"], ["", "", "٣"], head=COUNTS,
    )  # fmt: skip
    answer = _look(sign_in(), body, "/offices/import/transactions/")
    assert answer.status_code == 400
    assert [fault.where for fault in answer.context["faults"]] == [
        "dòng 3, cột B", "dòng 4, cột A", "dòng 5, cột B", "dòng 6, cột C", "dòng 6, cột C", "dòng 7, cột C",
        "dòng 8, cột B", "dòng 8, cột C", "dòng 9, cột A", "dòng 9, cột B", "dòng 9, cột C",
    ]  # fmt: skip
    assert not Transactions.objects.exists()
