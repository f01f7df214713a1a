"""The mornings of those who keep the machine: tablets, people, the log. The others are in test_mornings."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from headquarters.accounts.models import User
from headquarters.accounts.roles import Role
from headquarters.audit.models import Entry
from headquarters.ratings.models import Event
from headquarters.tablets.models import ChainCheck, Tablet
from sync.device import DeviceState
from tests.headquarters.accounts.conftest import digits, give_phone
from tests.headquarters.web.people import PHONE, Somebody, deeds, somebody
from tests.headquarters.web.test_approval import Waiting
from tests.headquarters.web.wards import Wards, wards

__all__ = ["somebody", "wards"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.screen_only]

CHOSEN = "sông Sài Gòn chảy"


@pytest.fixture
def waiting(live_server: object) -> Iterator[Waiting]:
    made = Waiting(str(live_server))
    yield made
    made.close()


def test_an_office_admin_lets_a_tablet_in_and_publishes_on_a_phone(
    wards: Wards, somebody: Somebody, waiting: Waiting
) -> None:
    codes = waiting.show()
    width, height = PHONE
    tam = somebody("tam", Role.OFFICE_ADMIN, wards.ward, width=width, height=height)
    tam.arrive()
    tam.turn_to("Máy tính bảng")
    tam.sees("1 máy", "Quầy 3")
    tam.follow("Duyệt máy mới")
    tam.field("Mã trên màn hình máy").fill(codes.user_code.lower())
    tam.press("Tiếp tục")
    tam.sees(codes.user_code)
    assert "Phú Cường" not in tam.main.inner_text(), "a desk of another ward is no place for it"
    tam.main.get_by_text("Quầy chưa có trong danh sách").click()
    tam.field("Đơn vị").select_option("UBND phường Thủ Dầu Một")
    tam.field("Tên quầy mới").fill("Quầy 5")
    tam.press("Chấp nhận")
    tam.sees_heading("Máy đã được chấp nhận")
    assert waiting.ask(codes).state is DeviceState.APPROVED
    tablet = waiting.tablet
    assert waiting.client.push(tablet.batch([tablet.rating()])).contiguous_seq == 1
    made = Tablet.objects.get(pk=tablet.tablet_id)
    assert made.desk is not None
    assert (made.desk.name, made.desk.office) == ("Quầy 5", wards.ward)

    tam.follow("Tất cả máy")
    tam.sees_heading("Máy tính bảng")
    tam.sees("2 máy")
    tam.follow("Cấu hình")
    tam.field("Mức thấp nhất gọi là").select_option("Không hài lòng")
    tam.press("Xem trước")
    tam.sees("Xem trước: 2 máy sẽ nhận", "Không hài lòng")
    assert Tablet.objects.filter(config_issued__gt=0).count() == 0, "only looked at"
    tam.field("Lý do (ghi vào lịch sử)").fill("Theo chỉ đạo của phường")
    tam.press("Ban hành")
    tam.sees("Đã ban hành.", "Theo chỉ đạo của phường", "đang áp dụng")
    newest = {one.pk: one.config_issued for one in Tablet.objects.all()}
    assert newest[made.pk] > 0
    assert newest[Tablet.objects.get(desk__office=wards.sister).pk] == 0, "not theirs"

    beat = tablet.heartbeat(config_version=newest[made.pk])
    waiting.client.push(tablet.batch([tablet.rating()], heartbeat=beat))
    tam.follow("Tất cả máy")
    tam.sees_heading("Máy tính bảng")
    tam.sees("2 máy")
    line = tam.main.get_by_role("row", name="Quầy 5").inner_text()
    assert f"{newest[made.pk]}" in line
    assert "mới nhất" not in line, "it goes by the newest"
    tam.field("Trạng thái").select_option("Cấu hình cũ")
    tam.press("Tìm kiếm")
    tam.sees("1 máy", "Quầy 3")
    assert deeds("tam") == ["tablet.approved", "tablet.configured", "tablet.configured"]
    tam.leave()


def test_a_system_admin_invites_somebody_who_chooses_a_password(
    wards: Wards, somebody: Somebody, settings: Any
) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    son, khanh = somebody("son", Role.SYSTEM_ADMIN, None, "Phạm Sơn"), somebody("khanh")
    key = give_phone(User.objects.get(username="son"))
    son.window.go()
    son.sign_in()
    son.sees_heading("Bước hai")
    son.field("Mã").fill(digits(key))
    son.press("Tiếp tục")
    son.sees_heading("Tổng quan")
    son.turn_to("Tài khoản")
    son.follow("Mời người dùng")
    son.field("Họ tên, chức vụ").fill("Đỗ Vân Khánh")
    son.field("Tên đăng nhập").fill("khanh")
    son.main.get_by_role("radio", name="Cán bộ quầy").check()
    son.field("Đơn vị (và mọi đơn vị trực thuộc)").select_option("UBND phường Phú Cường (26741)")
    son.press("Tạo lời mời")
    son.sees_heading("Đường dẫn dùng một lần")
    link = son.field("Đường dẫn").input_value()
    assert link.startswith(son.window.address), "to the door this person came in by"
    assert not User.objects.get(username="khanh").has_usable_password()

    khanh.page.goto(link)
    khanh.sees("Đỗ Vân Khánh", "khanh")
    khanh.field("Mật khẩu mới").fill(CHOSEN)
    khanh.field("Nhập lại lần nữa").fill(CHOSEN)
    khanh.press("Lưu và tiếp tục")
    khanh.sees_heading("Tổng quan")
    assert "Đỗ Vân Khánh" in khanh.page.locator(".rail").inner_text()
    invited = User.objects.get(username="khanh")
    assert (invited.role, invited.office, invited.check_password(CHOSEN)) == (
        Role.DESK_STAFF, wards.sister, True,
    )  # fmt: skip
    assert Client().get(link).status_code == 404, "works once"

    son.follow("Đỗ Vân Khánh")
    son.sees("đang dùng", "Cán bộ quầy", "UBND phường Phú Cường")
    assert (deeds("son"), deeds("khanh")) == (["account.invited"], ["account.joined"])
    for one in (son, khanh):
        one.leave()


def test_an_auditor_reads_the_log_takes_it_and_proves_an_event(wards: Wards, somebody: Somebody) -> None:
    wards.rated()
    before = _events()
    _leader_took_figures(wards)
    kiem = somebody("kiem", Role.AUDITOR, wards.province)
    kiem.arrive()
    kiem.turn_to("Nhật ký")
    kiem.sees("Đăng nhập", "binh", "kiem")
    kiem.field("Loại").select_option("Tệp đã xuất")
    kiem.press("Tìm")
    kiem.sees("1 mục", "binh", "Xuất tệp")
    with kiem.page.expect_download() as coming:
        kiem.follow("Tệp CSV")
    file = coming.value
    assert re.fullmatch(r"nhat-ky-[\d-]+\.csv", file.suggested_filename)
    heads, *rows = csv.reader(io.StringIO(file.path().read_text("utf-8-sig")), delimiter=";")
    assert heads[:4] == ["Lúc", "Ai", "Tên", "Việc"]
    assert [row[1:4] for row in rows] == [["binh", "Lê Văn Bình", "Xuất tệp"]]

    kiem.turn_to("Toàn vẹn số liệu")
    kiem.follow("Quầy 3 · UBND phường Thủ Dầu Một")
    kiem.sees("Không thiếu vị trí nào")
    kiem.press("Kiểm tra ngay")
    kiem.sees("Không có gì bị sửa hay bị xóa")
    assert ChainCheck.objects.get().tablet_id == Tablet.objects.get(desk__office=wards.ward).pk
    kiem.field("Vị trí trong chuỗi, mã sự kiện hoặc mã tra cứu").fill("7")
    kiem.press("Xem chứng minh")
    kiem.sees_heading("Sự kiện ở vị trí 7")
    proved = Event.objects.get(tablet_id=wards.tablet.tablet_id, seq=7)
    kiem.sees("Đúng như máy đã gửi", bytes(proved.hash).hex(), str(proved.event_id))
    kiem.follow("Quầy 3 · UBND phường Thủ Dầu Một")
    kiem.sees_heading("Chuỗi đánh giá")
    kiem.follow("Tất cả các chuỗi")
    kiem.sees_heading("Chuỗi lượt đánh giá của các máy")
    assert deeds("kiem") == ["export.file", "chain.walked", "event.proved"]
    assert Entry.objects.get(action="event.proved").target == str(proved.event_id)
    assert _events() == before, "an auditor changes nothing"
    kiem.leave()


def _events() -> list[tuple[Any, bytes]]:
    found = Event.objects.order_by("tablet_id", "seq").values_list("event_id", "hash")
    return [(event_id, bytes(own)) for event_id, own in found]


def _leader_took_figures(wards: Wards) -> None:
    """Yesterday's work of somebody else, for the log."""
    leader = User.objects.create(
        username="binh", display_name="Lê Văn Bình", role=Role.LEADER, office=wards.province
    )
    client = Client()
    client.force_login(leader, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/figures/offices.csv").status_code == 200
