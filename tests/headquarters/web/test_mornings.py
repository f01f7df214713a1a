"""Each role's morning in Debian's Chromium: in at the door, through the day's work by visible words, and out;
afterwards the database and the audit log hold what was done. Here those who hear citizens; those who keep
the machine are in test_mornings_of_keepers."""

from __future__ import annotations

from typing import Any

import pytest

from headquarters.accounts.models import User
from headquarters.accounts.roles import Role
from headquarters.alerts.models import Alert
from headquarters.audit.models import Entry
from headquarters.cases.models import Case
from headquarters.reports import jobs, keeping, periods
from headquarters.reports.models import Version
from headquarters.reports.periods import Kind
from tests.headquarters.web.conftest import PASSWORD
from tests.headquarters.web.people import Somebody, Typist, deeds, somebody
from tests.headquarters.web.wards import ANSWER, QUEUE, RUDE, Wards, wards

__all__ = ["somebody", "wards"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.screen_only]


def test_desk_staff_make_a_case_of_what_their_own_office_was_told(wards: Wards, somebody: Somebody) -> None:
    wards.rated()
    lan = somebody("lan", Role.DESK_STAFF, wards.ward)
    lan.arrive()
    assert lan.rail() == ["Tổng quan", "Số liệu", "Ý kiến", "Báo cáo", "Đơn vị"]
    lan.counts(7)
    assert "Phú Cường" not in lan.main.inner_text(), "their own office only"
    lan.turn_to("Ý kiến")
    lan.sees("1 ý kiến", QUEUE, "UBND phường Thủ Dầu Một")
    lan.main.get_by_label("Tìm, có dấu hay không dấu").fill("them quay")
    lan.press("Tìm kiếm")
    lan.page.wait_for_url("**q=them*")
    lan.sees("1 ý kiến", QUEUE)
    lan.main.get_by_role("button", name="Lập thành vụ việc").click()
    lan.sees("Ý kiến này là vụ việc", QUEUE)
    case = Case.objects.get()
    assert case.number in lan.main.inner_text()
    assert lan.main.get_by_role("link", name=case.number).count() == 0, "a page they may not open"
    assert "q=them" in lan.page.url, "back where they were"
    assert (case.raised_by_id, case.office, case.text) == (_id("lan"), wards.ward, QUEUE)
    assert deeds("lan") == ["case.raised"]
    assert RUDE not in lan.page.content()
    lan.leave()


def test_a_case_handler_answers_with_the_keyboard_alone(wards: Wards, somebody: Somebody) -> None:
    wards.rated()
    case = wards.case()
    hoa = somebody("hoa", Role.CASE_HANDLER, wards.ward, "Trần Thị Hoa")
    typist = Typist(hoa.page)
    hoa.window.go()
    hoa.page.wait_for_function("document.activeElement.id === 'id_username'")
    typist.type("hoa")
    typist.tab_to("Mật khẩu")
    typist.type(PASSWORD)
    typist.follow("Đăng nhập")
    hoa.sees_heading("Tổng quan")
    typist.follow("Vụ việc")
    hoa.sees_heading("Vụ việc")
    typist.skip()
    typist.follow(case.number)
    hoa.sees_heading(case.number)
    typist.skip()
    typist.tab_to("Giao cho ai?")
    assert typist.tab_to("Giao xử lý") == 1, "themselves are chosen already"
    typist.enter()
    hoa.sees("Từ nay do Trần Thị Hoa xử lý.")
    typist.skip()
    typist.tab_to("Nội dung người dân sẽ đọc")
    typist.type(ANSWER)
    assert typist.tab_to("Trình duyệt") == 1
    typist.enter()
    hoa.sees("Câu trả lời đang chờ duyệt", "Câu trả lời, chưa duyệt", ANSWER)
    assert hoa.main.get_by_role("button", name="Duyệt", exact=True).count() == 0
    case.refresh_from_db()
    assert (case.state, case.answer, case.told_at) == (Case.State.ANSWERED, ANSWER, None)
    assert case.assigned_to_id == case.written_by_id == _id("hoa")
    assert deeds("hoa") == ["case.assigned", "case.submitted"], "and no contact was opened"
    typist.follow("Đăng xuất")
    hoa.sees_heading("Đăng nhập")
    hoa.was_quiet()


def test_a_leader_hears_the_alert_approves_and_reads(wards: Wards, somebody: Somebody) -> None:
    wards.unhappy()
    handler = User.objects.create(username="hoa", role=Role.CASE_HANDLER, office=wards.ward)
    case, report = wards.answered(handler), _issued(wards)
    binh = somebody("binh", Role.LEADER, wards.province, "Lê Văn Bình")
    binh.arrive()
    alerts = binh.main.locator("section", has=binh.page.get_by_role("heading", name="Cảnh báo"))
    alerts.get_by_role("link", name="UBND phường Thủ Dầu Một · Quầy 3").click()
    binh.sees("Người dân đã viết", QUEUE)
    binh.field("Ghi chú (cho đồng nghiệp)").fill("Tôi gọi Quầy 3 ngay sáng nay.")
    binh.press("Tôi nhận việc này")
    binh.sees("Tôi gọi Quầy 3 ngay sáng nay.", "Lê Văn Bình")
    alert = Alert.objects.get(office_id=wards.ward.pk)
    steps = list(alert.steps.exclude(by=None).values_list("what", "text", "by__username"))
    assert ("acknowledged", "Tôi gọi Quầy 3 ngay sáng nay.", "binh") in steps
    assert Alert.objects.get(office_id=wards.sister.pk).state == Alert.State.OPEN

    binh.turn_to("Vụ việc")
    binh.follow(case.number)
    binh.sees("Câu trả lời, chưa duyệt", ANSWER)
    binh.press("Duyệt")
    binh.sees("Đã duyệt: người dân đọc được câu trả lời từ bây giờ.", "Câu trả lời")
    case.refresh_from_db()
    assert (case.state, case.approved_by_id) == (Case.State.TOLD, _id("binh"))

    binh.turn_to("Báo cáo")
    binh.follow("UBND tỉnh Mẫu")
    binh.sees_heading("UBND tỉnh Mẫu, ")
    binh.sees("Đã phát hành", "Chưa hài lòng")
    with binh.page.expect_download() as coming:
        binh.main.get_by_role("link", name="Word", exact=True).click()
    files: dict[str, Any] = {one.form: bytes(one.content) for one in report.files.all()}
    assert coming.value.path().read_bytes() == files["docx"]
    assert deeds("binh") == ["case.approved", "export.file"]
    binh.leave()


def test_a_view_that_a_leader_shares_shows_another_the_same(wards: Wards, somebody: Somebody) -> None:
    wards.rated()
    binh, mai = (somebody(name, Role.LEADER, wards.province) for name in ("binh", "mai"))
    binh.arrive()
    binh.counts(11)
    binh.main.get_by_text("Tất cả đơn vị").first.click()
    binh.field("Đơn vị").select_option("UBND phường Thủ Dầu Một")
    binh.main.get_by_role("button", name="Hiện", exact=True).first.click()
    binh.counts(7)
    binh.main.locator("details.dates > summary").click()
    binh.follow("7 ngày")
    binh.counts(5)
    shared, figures = binh.page.url, binh.figures()
    assert f"office={wards.ward.pk}" in shared
    assert "period=7d" in shared
    assert figures == ["20,0%", "80,0%", "5", "–"]
    mai.page.goto(shared)
    mai.sign_in()
    mai.sees_heading("Tổng quan")
    assert (mai.page.url, mai.figures()) == (shared, figures), "through the door to where the link leads"
    assert not Entry.objects.filter(action="door.refused").exists()
    for one in (binh, mai):
        one.leave()


def _id(name: str) -> int:
    return int(User.objects.get(username=name).pk)


def _issued(wards: Wards) -> Version:
    """The day's report on the province, as a colleague issued it."""
    period = periods.containing(Kind.DAY, Case.objects.get().received_at.date())
    made = keeping.make(wards.province, period, None)
    version: Version = made.versions.get()
    jobs.ask_here(version)
    version.refresh_from_db()
    keeping.issue(version, None)
    return version
