"""Who issues and who signs: made of kind, name and tree, or an office's own words, kept on a page."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from headquarters.accounts.models import User
from headquarters.accounts.roles import Role
from headquarters.audit.models import Entry
from headquarters.documents import letterheads
from headquarters.documents.blocks import Letterhead
from headquarters.documents.letterheads import Words
from headquarters.documents.models import HeadWords, Way
from headquarters.offices.models import Office
from tests.headquarters.accounts.conftest import enter
from tests.headquarters.documents import reading

pytestmark = [pytest.mark.django_db, pytest.mark.screen_only]
Kind = Office.Kind


def office(name: str, kind: str, code: str, parent: Office | None = None) -> Office:
    return Office.objects.create(name=name, kind=kind, code=code, parent=parent)


@pytest.fixture
def province(db: None) -> Office:
    return office("Tỉnh Bình Dương", Kind.PROVINCE, "74")


@pytest.fixture
def ward(province: Office) -> Office:
    return office("UBND phường Thủ Dầu Một", Kind.COMMUNE, "26740", province)


def test_a_province_and_a_commune_are_peoples_committees(province: Office, ward: Office) -> None:
    assert letterheads.of(province) == Letterhead(
        "", "Ủy ban nhân dân\nTỉnh Bình Dương", "UBND", "Bình Dương"
    )
    assert letterheads.of(ward) == Letterhead(
        "", "Ủy ban nhân dân\nphường Thủ Dầu Một", "UBND", "Thủ Dầu Một"
    )
    assert letterheads.signature_of(ward).lines == ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH")
    assert letterheads.receivers_of(ward)[0].startswith("Ủy ban nhân dân tỉnh")
    assert letterheads.receivers_of(ward)[-1] == "Lưu: VT"


def test_a_department_names_who_is_above_it(province: Office) -> None:
    found = office("Sở Nông nghiệp và Môi trường (demo)", Kind.DEPARTMENT, "SNNMT", province)
    assert letterheads.of(found) == Letterhead(
        "Ủy ban nhân dân tỉnh Bình Dương", "Sở Nông nghiệp và Môi trường", "SNNMT", "Bình Dương"
    )
    assert letterheads.signature_of(found).lines == ("GIÁM ĐỐC",)
    tax = office("Thuế tỉnh", Kind.DEPARTMENT, "THUE", province)
    assert letterheads.of(tax).superior == "", (
        "is not under the committee, though it stands there in the tree"
    )


def test_a_one_stop_group_prints_under_its_office(ward: Office) -> None:
    group = office("Bộ phận Một cửa", Kind.ONE_STOP, "26740.MC", ward)
    assert letterheads.of(group) == letterheads.of(ward)
    assert letterheads.signature_of(group) == letterheads.signature_of(ward)
    assert letterheads.issuing(group) == ward
    HeadWords.objects.create(office=ward, name="Riêng", symbol="R", place="P", head="Trưởng")
    assert letterheads.of(group).name == "Riêng"


@pytest.mark.parametrize(
    ("name", "head"),
    [
        ("Trung tâm Phục vụ hành chính công tỉnh", "GIÁM ĐỐC"),
        ("Ban Quản lý các khu công nghiệp", "TRƯỞNG BAN"),
        ("Thanh tra tỉnh", "CHÁNH THANH TRA"),
        ("Văn phòng Ủy ban nhân dân tỉnh", "CHÁNH VĂN PHÒNG"),
        ("Kho lưu trữ", "THỦ TRƯỞNG"),
    ],
)
def test_who_leads_by_the_name(province: Office, name: str, head: str) -> None:
    assert letterheads.signature_of(office(name, Kind.DEPARTMENT, "X", province)).lines == (head,)


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("Thành phố Hồ Chí Minh", "Thành phố Hồ Chí Minh"),
        ("Thành phố Huế", "Huế"),
        ("UBND phường 14", "Phường 14"),
        ("Đặc khu Côn Đảo", "Côn Đảo"),
    ],
)
def test_the_place_has_its_kind_only_before_digits_and_a_persons_name(name: str, place: str) -> None:
    assert letterheads.of(office(name, Kind.COMMUNE, "00001")).place == place


@pytest.mark.parametrize(
    ("way", "title", "lines"),
    [
        (Way.HEAD, "", ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH")),
        (Way.ACTING, "", ("TM. ỦY BAN NHÂN DÂN", "Q. CHỦ TỊCH")),
        (Way.DEPUTY, "", ("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH")),
        (Way.DEPUTY, "Phó Chủ tịch Thường trực", None),
        (Way.ORDER, "Chánh Văn phòng", ("TL. CHỦ TỊCH", "CHÁNH VĂN PHÒNG")),
        (Way.MANDATE, "Giám đốc Trung tâm", ("TUQ. CHỦ TỊCH", "GIÁM ĐỐC TRUNG TÂM")),
    ],
)
def test_in_whose_place_somebody_signs(way: str, title: str, lines: tuple[str, ...] | None) -> None:
    words = Words("", "x", "UBND", "x", "Ủy ban nhân dân", "Chủ tịch", way, title, "Nguyễn Văn A")
    usual = ("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH THƯỜNG TRỰC")
    assert words.signature().lines == (lines or usual)
    assert words.signature().name == "Nguyễn Văn A"


def test_of_a_department_a_deputy_signs_for_the_director() -> None:
    words = Words("UBND tỉnh", "Sở Nội vụ", "SNV", "x", "", "Giám đốc", Way.DEPUTY)
    assert words.signature().lines == ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC")


# The page --------------------------------------------------------------------------------------------------


@pytest.fixture
def admin(ward: Office) -> Client:
    return enter(User.objects.create(username="q", role=Role.OFFICE_ADMIN, office=ward), accept_language="vi")


def given(**changes: str) -> dict[str, str]:
    usual = {
        "superior": "", "name": "Ủy ban nhân dân\nphường  Thủ Dầu Một", "symbol": "UBND",
        "place": "Thủ Dầu Một", "collective": "Ủy ban nhân dân", "head": "Chủ tịch", "way": "deputy",
        "title": "", "signer": "",
        "receivers": "Như trên\r\n\r\nLưu: VT",
    }  # fmt: skip
    return {**usual, **changes}


def test_what_is_kept_is_printed_and_logged(admin: Client, ward: Office) -> None:
    answer = admin.post(f"/letterheads/{ward.pk}/", given())
    assert answer.status_code == 302
    assert letterheads.signature_of(ward).lines == ("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH")
    assert letterheads.receivers_of(ward) == ("Như trên", "Lưu: VT")
    assert letterheads.of(ward).name == "Ủy ban nhân dân\nphường Thủ Dầu Một"
    entry = Entry.objects.get(action="letterhead.kept")
    assert (entry.office_id, entry.detail) == (ward.pk, "way, receivers")
    made = admin.get(f"/letterheads/{ward.pk}/sample.pdf")
    said = [line for _, line in reading.lines(made.content)]
    assert any("KT. CHỦ TỊCH" in line for line in said)
    assert made["Content-Type"] == "application/pdf"


def test_what_does_not_fit_is_told_and_not_kept(admin: Client, ward: Office) -> None:
    for wrong, words in (
        ({"way": "order"}, "ký thừa lệnh"),
        ({"name": "\n".join("abcdef")}, "Nhiều nhất 5 dòng"),
        ({"symbol": ""}, "field wrong"),
        ({"head": ""}, "Xin xem lại các ô được đánh dấu."),
        ({"head": ""}, "Chưa nhập mục này."),
        ({"receivers": "x\n" * 26}, "Nhiều nhất 25 dòng"),
    ):
        answer = admin.post(f"/letterheads/{ward.pk}/", given(**wrong))
        assert answer.status_code == 400
        assert words in answer.content.decode(), wrong
    assert not HeadWords.objects.exists()
    assert not Entry.objects.filter(action="letterhead.kept").exists()


def test_the_likeness_follows_what_is_typed_and_keeps_nothing(admin: Client, ward: Office) -> None:
    address = f"/letterheads/{ward.pk}/preview/"
    before = admin.get(address).content
    typed = admin.post(address, given(head="Quyền Chủ tịch lâm thời")).content
    assert before.startswith(b'<img class="head-likeness" src="data:image/png;base64,')
    assert typed != before
    half = admin.post(address, given(symbol="", head="Quyền Chủ tịch lâm thời"))
    assert half.content == typed, "what is wrong is shown as it was"
    assert not HeadWords.objects.exists()


def test_own_words_are_dropped(admin: Client, ward: Office) -> None:
    admin.post(f"/letterheads/{ward.pk}/", given(head="Trưởng"))
    assert b"derive" in admin.get(f"/letterheads/{ward.pk}/").content
    admin.post(f"/letterheads/{ward.pk}/derive/")
    assert letterheads.signature_of(ward).lines[-1] == "CHỦ TỊCH"
    assert Entry.objects.filter(action="letterhead.dropped", office_id=ward.pk).count() == 1


def test_only_the_own_offices_and_only_who_manages_documents(
    admin: Client, ward: Office, province: Office
) -> None:
    other = office("Phường B", Kind.COMMUNE, "26741", province)
    for foreign in (other, province):
        for tail in ("", "preview/", "sample.pdf"):
            assert admin.get(f"/letterheads/{foreign.pk}/{tail}").status_code == 404
        assert admin.post(f"/letterheads/{foreign.pk}/", given()).status_code == 404
        assert admin.post(f"/letterheads/{foreign.pk}/derive/").status_code == 404
    listed = admin.get("/letterheads/").content.decode()
    assert "UBND phường Thủ Dầu Một" in listed
    assert "Phường B" not in listed
    reader = enter(User.objects.create(username="r", role=Role.CASE_HANDLER, office=ward))
    assert reader.get(f"/letterheads/{ward.pk}/").status_code == 403


def test_the_list_is_found_by_name_and_says_whose_words(admin: Client, ward: Office) -> None:
    def said(query: str = "") -> str:
        return admin.get(f"/letterheads/{query}").content.decode()

    assert "theo tên" in said()
    admin.post(f"/letterheads/{ward.pk}/", given())
    assert "riêng" in said("?q=Dầu")
    assert "Không có đơn vị nào có tên như vậy." in said("?q=Huế")


def test_documents_are_vietnamese_on_an_english_page(ward: Office, settings: Any) -> None:
    with translation.override("en"):
        assert letterheads.signature_of(ward).lines == ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH")
