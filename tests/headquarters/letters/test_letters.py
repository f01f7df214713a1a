"""Letters on their way: drafted, ready, signed outside, noted as sent; templates of offices."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from headquarters.accounts.models import User
from headquarters.accounts.roles import Role
from headquarters.audit.models import Entry
from headquarters.cases.models import Case
from headquarters.letters import choosing, drafts, printing
from headquarters.letters.inspection import Refused
from headquarters.letters.kinds import Kind
from headquarters.letters.models import Letter, Template
from headquarters.offices.models import Office
from tests.headquarters.accounts.conftest import Land, enter, land
from tests.headquarters.cases import made
from tests.headquarters.letters.conftest import GOOD, lines_of, word_file

__all__ = ["land"]
pytestmark = pytest.mark.django_db
FILLED = {
    "nguoi_nhan": "Bà Trần Thị B",
    "xung_ho": "Bà",
    "noi_dung": "Chậm hai ngày.",
    "bien_phap": "Đã sửa.",
}


@pytest.fixture
def writer(land: Land) -> User:
    return User.objects.create(
        username="writer", first_name="Người", last_name="Soạn", role=Role.OFFICE_ADMIN, office=land.ward
    )


@pytest.fixture
def browser(writer: User) -> Client:
    client = enter(writer)
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def case(land: Land) -> Case:
    return made.told(office=land.ward, level=1)


def new(browser: Client, case: Case, action: str = "save", **values: str) -> Letter:
    answer = browser.post(
        f"/letters/new/?kind=xin-loi&case={case.pk}&reason=error", {**values, "action": action}
    )
    assert answer.status_code == 302, answer.content.decode()
    return Letter.objects.get()


def test_a_letter_from_a_case_until_it_is_sent(browser: Client, case: Case, writer: User) -> None:
    page = browser.get(f"/letters/new/?kind=xin-loi&case={case.pk}&reason=error").content.decode()
    assert case.number in page
    letter = new(browser, case, **FILLED)
    assert (letter.state, letter.case, letter.reason, letter.office) == ("draft", case, "error", case.office)
    url = f"/letters/{letter.pk}/"
    browser.post(url, {**FILLED, "noi_dung": "Chậm ba ngày.", "action": "save"})
    browser.post(url, {**FILLED, "noi_dung": "Chậm ba ngày.", "action": "ready"})
    letter.refresh_from_db()
    assert letter.state == "ready"
    assert [one.values["noi_dung"] for one in letter.versions.all()] == ["Chậm ba ngày.", "Chậm hai ngày."]
    early = browser.post(url, {"action": "sent", "number": "7/TXL", "on": "2999-01-01"})
    assert "has not come yet" in early.content.decode()
    browser.post(url, {"action": "sent", "number": "07/TXL-UBND", "on": timezone.localdate().isoformat()})
    letter.refresh_from_db()
    assert (letter.state, letter.sent_number, letter.noted_by) == ("sent", "07/TXL-UBND", writer)
    assert [step.text.split(" (")[0] for step in case.steps.all()] == [
        "Thư xin lỗi: đã soạn bản thảo",
        "Thư xin lỗi: đã trình ký",
        "Thư xin lỗi: đã gửi",
    ]
    deeds = list(Entry.objects.filter(action__startswith="letter").values_list("action", "office_id"))
    assert sorted(deeds) == [
        (f"letter.{what}", case.office_id) for what in ("drafted", "ready", "sent", "written")
    ]
    assert "07/TXL-UBND" in browser.get(f"/cases/{case.pk}/").content.decode()


def test_a_ready_letter_is_kept_as_it_was_printed(browser: Client, case: Case, writer: User) -> None:
    letter = new(browser, case, "ready", **FILLED)
    first = browser.get(f"/letters/{letter.pk}/1/docx/")
    assert first["Content-Disposition"] == f'attachment; filename="thu-xin-loi-{letter.pk}-1.docx"'
    assert "Kính gửi: Bà Trần Thị B" in lines_of(first.content)
    assert browser.get(f"/letters/{letter.pk}/1/pdf/").content.startswith(b"%PDF")
    choosing.put_in_force(
        choosing.add(Kind.APOLOGY, case.office, "a.docx", word_file("Khác: {{ nguoi_nhan }}"), writer), writer
    )
    assert browser.get(f"/letters/{letter.pk}/1/docx/").content == first.content
    browser.post(f"/letters/{letter.pk}/", {"action": "back"})
    assert lines_of(browser.get(f"/letters/{letter.pk}/2/docx/").content) == ["Khác: Bà Trần Thị B"]
    assert browser.get(f"/letters/{letter.pk}/1/docx/").content == first.content
    assert browser.get(f"/letters/{letter.pk}/1/exe/").status_code == 404


def test_a_letter_with_empty_places_stays_a_draft_and_says_which(browser: Client, case: Case) -> None:
    letter = new(browser, case, "ready", **{**FILLED, "nguoi_nhan": "  "})
    assert letter.state == "draft"
    page = browser.get(f"/letters/{letter.pk}/").content.decode()
    assert "Please fill in: To whom." in page
    answer = browser.post(f"/letters/{letter.pk}/", {**FILLED, "noi_dung": "", "action": "ready"})
    assert (answer.status_code, Letter.objects.get().state) == (409, "draft")
    assert 'aria-invalid="true" aria-describedby="noi_dung-empty"' in answer.content.decode()
    assert answer.content.decode().count("This field is required.") == 1


def test_nobodys_name_is_ever_filled_in(land: Land, case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(text="Tôi là Trần Văn Kín", contact_event=None)
    for kind in Kind:
        for reason in ("late", "error", "complaint", "contribution", "praise", ""):
            values = drafts.beginning(kind, case.office, case, reason)
            assert values["nguoi_nhan"] == ""
            assert "Kín" not in str(values)
            assert "{{" not in str(values), "every name in the usual words is known"


def test_two_people_do_not_do_it_twice(browser: Client, case: Case, writer: User) -> None:
    letter = new(browser, case, "ready", **FILLED)
    drafts.sent(Letter.objects.get(), "1", timezone.localdate(), writer)
    answer = browser.post(f"/letters/{letter.pk}/", {"action": "back"})
    assert answer.status_code == 409
    assert "Somebody else was faster" in answer.content.decode()
    for deed in (drafts.make_ready, drafts.take_back, drafts.lay_aside):
        with pytest.raises(drafts.TooLate):
            deed(Letter.objects.get(), writer)
    assert Letter.objects.get().state == "sent"


def test_a_letter_laid_aside_can_be_taken_up_again(browser: Client, case: Case) -> None:
    letter = new(browser, case, **FILLED)
    browser.post(f"/letters/{letter.pk}/", {"action": "drop"})
    assert "laid aside" in browser.get(f"/letters/{letter.pk}/").content.decode()
    browser.post(f"/letters/{letter.pk}/", {"action": "back"})
    letter.refresh_from_db()
    assert (letter.state, letter.versions.count()) == ("draft", 2)


def test_a_case_of_another_office_is_not_there(browser: Client, land: Land) -> None:
    theirs = made.told(office=land.sister)
    assert browser.get(f"/letters/new/?kind=xin-loi&case={theirs.pk}").status_code == 404
    assert browser.get("/letters/new/?kind=xin-loi&case=abc").status_code == 404
    assert browser.post("/letters/preview/", {"of_kind": "cam-on", "of_case": theirs.pk}).status_code == 404
    answer = browser.post("/letters/preview/", {"of_kind": "cam-on", "office": land.sister.pk})
    assert answer.status_code == 400
    answer = browser.post("/letters/new/?kind=cam-on", {**FILLED, "office": land.sister.pk, "action": "save"})
    assert (answer.status_code, Letter.objects.count()) == (400, 0)


def test_the_likeness_follows_what_is_typed_and_keeps_nothing(browser: Client, land: Land) -> None:
    def likeness(**values: str) -> bytes:
        asked = {"of_kind": "cam-on", "office": land.ward.pk, **values}
        answer = browser.post("/letters/preview/", asked)
        assert answer.status_code == 200
        return answer.content

    assert likeness(noi_dung="Một") != likeness(noi_dung="Hai")
    assert b"data:image/png;base64,iVBOR" in likeness(noi_dung="<b>&\n#hash $x$ @y *z* _w_ \\ ~ `q`")
    assert Letter.objects.count() == 0


def upload(browser: Client, data: bytes, office: Office | None = None, kind: Kind = Kind.APOLOGY) -> Any:
    file = SimpleUploadedFile("mau.docx", data)
    return browser.post(
        "/letters/templates/", {"kind": kind, "office": office.pk if office else "", "file": file}
    )


def test_a_template_is_looked_at_before_it_is_in_force(browser: Client, land: Land, case: Case) -> None:
    answer = upload(browser, word_file(*GOOD[:3]), land.ward)
    template = Template.objects.get()
    assert answer.headers["Location"] == f"/letters/templates/{template.pk}/"
    assert choosing.chosen(Kind.APOLOGY, land.ward) is None
    page = browser.get(f"/letters/templates/{template.pk}/").content.decode()
    assert "data:image/png;base64," in page
    assert "<code>bien_phap</code>" in page, "warned of: it is missing"
    browser.post(f"/letters/templates/{template.pk}/", {"action": "force"})
    assert choosing.chosen(Kind.APOLOGY, land.ward) == template
    upload(browser, word_file(*GOOD), land.ward)
    second = Template.objects.get(number=2)
    browser.post(f"/letters/templates/{second.pk}/", {"action": "force"})
    assert choosing.chosen(Kind.APOLOGY, land.ward) == second
    browser.post(f"/letters/templates/{template.pk}/", {"action": "force"})
    assert choosing.chosen(Kind.APOLOGY, land.ward) == template, "an older version comes back"
    browser.post(f"/letters/templates/{template.pk}/", {"action": "end"})
    assert choosing.chosen(Kind.APOLOGY, land.ward) is None
    assert Template.objects.count() == 2
    deeds = Entry.objects.filter(action__startswith="letter_template").values_list("action", flat=True)
    assert sorted(deeds) == [
        "letter_template.ended",
        *["letter_template.in_force"] * 3,
        *["letter_template.uploaded"] * 2,
    ]
    assert browser.get(f"/letters/templates/{template.pk}/file/").content == bytes(template.file)


def test_a_template_that_is_refused_is_not_kept_and_the_page_says_why(browser: Client, land: Land) -> None:
    answer = upload(browser, word_file("Kính gửi {{ ai_do }}"), land.ward)
    assert answer.status_code == 400
    assert "There is no field “ai_do”" in answer.content.decode()
    answer = upload(browser, word_file(*GOOD), land.sister)
    assert answer.status_code == 400
    answer = upload(browser, word_file(*GOOD))
    assert answer.status_code == 400, "everybody's template is for who sees every office"
    assert Template.objects.count() == 0


def test_the_nearest_office_above_lends_its_template(land: Land, writer: User) -> None:
    def put(office: Office | None, kind: Kind = Kind.THANKS) -> Template:
        made_one = choosing.add(kind, office, "x.docx", word_file("{{ noi_dung }}"), writer)
        choosing.put_in_force(made_one, writer)
        return made_one

    everybody = put(None)
    assert [choosing.chosen(Kind.THANKS, office) for office in land] == [everybody] * 4
    province = put(land.province)
    assert choosing.chosen(Kind.THANKS, land.ward) == province
    own = put(land.ward)
    assert [choosing.chosen(Kind.THANKS, office) for office in land] == [province, own, province, everybody]
    assert choosing.chosen(Kind.APOLOGY, land.ward) is None
    choosing.end(own)
    assert choosing.chosen(Kind.THANKS, land.ward) == province
    again = put(None)
    assert (again.number, choosing.chosen(Kind.THANKS, land.foreign)) == (2, again)


def test_an_upload_is_never_kept_unlooked_at(land: Land, writer: User) -> None:
    with pytest.raises(Refused):
        choosing.add(Kind.THANKS, land.ward, "x.docx", b"PK", writer)
    assert Template.objects.count() == 0


def test_the_template_to_begin_with_can_be_taken_uploaded_and_put_in_force(
    browser: Client, land: Land
) -> None:
    for kind in Kind:
        taken = browser.get(f"/letters/templates/start/{kind}/")
        assert taken["Content-Disposition"] == f'attachment; filename="mau-{kind}.docx"'
        assert upload(browser, taken.content, land.ward, kind).status_code == 302
    assert browser.get("/letters/templates/start/thu-khac/").status_code == 404


def test_days_are_typed_as_days_and_printed_as_on_forms(browser: Client, land: Land) -> None:
    asked = {"office": land.ward.pk, "ngay_hen": "2026-11-02", "ma_ho_so": "H1", "action": "save"}
    assert browser.post("/letters/new/?kind=gia-han", asked).status_code == 302
    letter = Letter.objects.get()
    values = drafts.latest(letter).values
    assert values["ngay_hen"] == "02/11/2026"
    assert 'value="2026-11-02"' in browser.get(f"/letters/{letter.pk}/").content.decode()
    printed = printing.printed(letter, values, None)
    assert any("hẹn trả kết quả ngày 02/11/2026" in line for line in lines_of(printed.docx()))


def test_letters_and_cases_of_other_offices_are_in_no_list(land: Land, writer: User, case: Case) -> None:
    theirs = made.told(office=land.sister, level=1)
    unseen = made.told(office=land.sister, level=1)
    drafts.start(Kind.APOLOGY, land.sister, theirs, "error", FILLED, writer)
    client = enter(writer)
    page = client.get("/letters/?show=suggested").content.decode()
    assert case.number in page
    assert unseen.number not in page
    assert theirs.number not in client.get("/letters/?show=drafts").content.decode()
    province = User.objects.create(username="above", role=Role.LEADER, office=land.province)
    assert theirs.number in enter(province).get("/letters/?show=drafts").content.decode()


@pytest.mark.screen_only
def test_lists_show_each_letter_in_its_place(browser: Client, case: Case, writer: User) -> None:
    def shows(what: str) -> bool:
        return case.number in browser.get(f"/letters/?show={what}").content.decode()

    assert [shows(what) for what in ("suggested", "drafts", "done", "aside")] == [True, False, False, False]
    letter = new(browser, case, "ready", **FILLED)
    assert [shows(what) for what in ("suggested", "drafts", "done", "aside")] == [False, True, False, False]
    drafts.sent(letter, "1", dt.date(2026, 11, 2), writer)
    assert [shows(what) for what in ("suggested", "drafts", "done", "aside")] == [False, False, True, False]
