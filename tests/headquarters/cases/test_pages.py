"""The cases' pages: whose cases one sees, how they are found, the way of one case through its pages."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from headquarters import folding, workdays
from headquarters.accounts.models import User
from headquarters.accounts.roles import Role
from headquarters.audit.models import Entry
from headquarters.cases import terms
from headquarters.cases.models import Case
from headquarters.offices.models import Office
from headquarters.ratings.models import Comment
from tests.headquarters.cases import made
from tests.headquarters.cases.test_raising import TEXT, left, said
from tests.headquarters.conftest import Office26740
from tests.support import FakeTablet

pytestmark = [pytest.mark.django_db, pytest.mark.screen_only]
TODAY = dt.date(2026, 11, 23)
LATE = dt.date(2026, 1, 5)


def signed_in(user: User, language: str = "vi") -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    client.cookies["django_language"] = language
    return client


def person(name: str, role: Role, office: Office | None) -> User:
    return User.objects.create(username=name, display_name=name, role=role, office=office)


@pytest.fixture
def ward(db: None) -> Office:
    province = Office.objects.create(code="74", name="Tỉnh Bình Dương")
    return Office.objects.create(code="26740", name="UBND phường Thủ Dầu Một", parent=province)


@pytest.fixture
def sister(ward: Office) -> Office:
    return Office.objects.create(code="26743", name="UBND phường Phú Lợi", parent=ward.parent)


@pytest.fixture
def handler(ward: Office) -> User:
    return person("Lê Lan", Role.CASE_HANDLER, ward)


@pytest.fixture
def leader(ward: Office) -> User:
    return person("Trần Minh", Role.LEADER, ward)


def text_of(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, answer.content[:600]
    return str(answer.content.decode())


def numbers(page: str) -> list[str]:
    return re.findall(r'row-link" href="/cases/\d+/">([^<]+)</a>', page)


def case(number: str, office: Office, text: str = "Chờ lâu quá", **fields: Any) -> Case:
    folded = f"{folding.fold(text)} {number.casefold()}"
    return made.case(number=number, office=office, text=text, folded=folded, **fields)


def test_overdue_ones_come_first_and_closed_ones_only_when_asked_for(
    ward: Office, sister: Office, handler: User
) -> None:
    case("PA-2026-000001", ward)
    case("PA-2026-000002", ward, due_on=LATE)
    case("PA-2026-000003", sister, due_on=LATE)
    made.told(number="PA-2026-000004", office=ward, due_on=LATE, closed_at=timezone.now())
    web = signed_in(handler)
    assert numbers(text_of(web.get("/cases/"))) == ["PA-2026-000002", "PA-2026-000001"]
    assert "quá hạn" in text_of(web.get("/cases/"))
    both = numbers(text_of(web.get("/cases/", {"state": "all"})))
    assert both == ["PA-2026-000002", "PA-2026-000001", "PA-2026-000004"]
    assert numbers(text_of(web.get("/cases/", {"state": "told"}))) == ["PA-2026-000004"]
    above = signed_in(person("An", Role.AUDITOR, ward.parent))
    assert len(numbers(text_of(above.get("/cases/")))) == 3


def test_filters_and_a_search_without_accents(ward: Office, sister: Office, handler: User) -> None:
    top = signed_in(person("An", Role.CASE_HANDLER, ward.parent))
    case("PA-2026-000001", ward, "Đường hẹp quá", kind="gop-y")
    case("PA-2026-000002", sister, "Xin mở thêm quầy", due_on=LATE)
    case("PA-2026-000003", sister, "Cảm ơn", kind="khen-ngoi", assigned_to=handler, state="working")

    def asked(**words: str) -> list[str]:
        return [number[-1] for number in numbers(text_of(top.get("/cases/", words)))]

    assert asked(q="duong HEP") == ["1"]
    assert asked(q="pa-2026-000003") == ["3"]
    assert asked(q="%") == []
    assert asked(office=str(sister.pk)) == ["2", "3"]
    assert asked(kind="gop-y") == ["1"]
    assert asked(overdue="1") == ["2"]
    assert asked(mine="1") == []
    assert asked(state="working") == ["3"]
    assert asked(state="x", kind="x", office="9" * 30, page="x") == ["2", "1", "3"]
    mine = Client()
    mine.force_login(handler, backend="django.contrib.auth.backends.ModelBackend")
    assert numbers(text_of(mine.get("/cases/", {"office": str(sister.pk)}))) == ["PA-2026-000001"], (
        "not theirs"
    )


def test_the_board_has_a_column_for_each_state(ward: Office, handler: User) -> None:
    case("PA-2026-000001", ward)
    made.told(number="PA-2026-000002", office=ward, closed_at=timezone.now())
    page = text_of(signed_in(handler).get("/cases/board/"))
    assert numbers(page) == ["PA-2026-000001", "PA-2026-000002"]
    assert page.count('class="column"') == len(Case.State.values)


def test_the_file_says_what_the_list_says_and_calculates_nothing(ward: Office, handler: User) -> None:
    case("PA-2026-000001", ward, "=HYPERLINK(1)", due_on=LATE, level=1)
    answer = signed_in(handler).get("/cases/cases.csv", {"overdue": "1", "q": "hyperlink"})
    head, line = answer.content.decode("utf-8-sig").splitlines()
    assert head.startswith("Số;Trạng thái")
    assert line.startswith("PA-2026-000001;Mới tiếp nhận") or "PA-2026-000001" in line
    assert "'=HYPERLINK(1)" in line
    assert "Chưa hài lòng" in line
    entry = Entry.objects.get(action="export.file")
    assert "hyperlink" not in entry.detail, "what was searched for may be a name"


def test_from_the_comment_to_the_answer_through_the_pages(office: Office26740, tablet: FakeTablet) -> None:
    """As in life: it comes by itself, is handled and approved; every page is opened on the way."""
    office.push(tablet, [tablet.rating(1, visit_id="v-1"), said(tablet), left(tablet, visit="v-1")])
    ward = office.desk().office
    handler, leader = person("Lê Lan", Role.CASE_HANDLER, ward), person("Trần Minh", Role.LEADER, ward)
    lan, minh = signed_in(handler), signed_in(leader)
    assert TEXT in text_of(lan.get("/cases/")), "opening the list makes the case"
    found = Case.objects.get()
    page = text_of(lan.get(f"/cases/{found.pk}/"))
    assert f"/contacts/{found.tablet_id}/{found.contact_event}/" in page
    assert "912345678" not in page
    assert "/contacts/" not in text_of(minh.get(f"/cases/{found.pk}/"))

    def does(web: Client, where: str, action: str, status: int = 302, **fields: str) -> str:
        answer = web.post(f"/cases/{found.pk}/{where}", {"action": action, **fields})
        assert answer.status_code == status, (action, answer.content[:400])
        return "" if status == 302 else str(answer.content.decode())

    does(lan, "handle", "classify", kind="gop-y")
    found.refresh_from_db()
    assert found.due_on == workdays.add(found.counted_from, terms.load().due["gop-y"])
    does(lan, "handle", "assign", to=str(handler.pk))
    does(lan, "handle", "draft", text="Đang xem")
    assert "Đang xem" in text_of(lan.get(f"/cases/{found.pk}/"))
    assert "Xin ghi nội dung trả lời" in does(lan, "handle", "submit", 400, text=" ")
    does(lan, "handle", "submit", text="Chúng tôi xin lỗi.\nMở thêm quầy từ thứ Hai.")
    assert '<span class="nav-badge">1' in text_of(minh.get("/cases/"))
    does(minh, "approve", "send_back", text="Ghi rõ giờ")
    assert "Ghi rõ giờ" in text_of(lan.get(f"/cases/{found.pk}/"))
    does(lan, "handle", "submit", text="Mở thêm quầy từ 7 giờ 30 thứ Hai.")
    assert "nay đã khác" in does(lan, "handle", "submit", 409, text="<b>lần nữa</b>")
    both = does(minh, "approve", "approve", 400, text="Thiếu giờ mở cửa")
    assert "hãy trả lại, hoặc xóa ô đó" in both
    assert ">Thiếu giờ mở cửa</textarea>" in both
    does(minh, "approve", "approve")
    page = text_of(lan.get(f"/cases/{found.pk}/"))
    assert "Mở thêm quầy từ 7 giờ 30" in page
    assert "đúng hạn" in page
    does(lan, "handle", "note", text="Đã gọi <b>cảm ơn</b>")
    assert "Đã gọi &lt;b&gt;cảm ơn&lt;/b&gt;" in text_of(lan.get(f"/cases/{found.pk}/"))
    assert "Vì sao" in text_of(lan.get(f"/cases/{found.pk}/"))
    does(lan, "handle", "reopen", text="Còn thiếu")
    assert "Đang xử lý" in text_of(lan.get(f"/cases/{found.pk}/"))
    english = text_of(signed_in(handler, "en").get(f"/cases/{found.pk}/"))
    assert "Next: write the answer" in english


def test_a_referral_with_a_wrong_day_keeps_what_was_typed(ward: Office, handler: User) -> None:
    web, found = signed_in(handler), case("PA-2026-000001", ward, kind="khieu-nai")
    fields = {"action": "refer", "to": "Thanh tra tỉnh", "text": "Đơn khiếu nại số 5", "day": "2026-13-40"}
    page = text_of(web.post(f"/cases/{found.pk}/handle", fields), 400)
    assert "Xin ghi ngày chuyển" in page
    assert "Đơn khiếu nại số 5" in page
    fields["day"] = timezone.localdate().isoformat()
    assert web.post(f"/cases/{found.pk}/handle", fields).status_code == 302
    assert "Thanh tra tỉnh" in text_of(web.get(f"/cases/{found.pk}/"))


def test_what_a_role_may_not_do_is_neither_shown_nor_done(ward: Office, handler: User, leader: User) -> None:
    found = case("PA-2026-000001", ward, state="answered", answer="Xin lỗi", written_by=handler)
    auditor = signed_in(person("Ki", Role.AUDITOR, ward))
    for web, forms in ((signed_in(leader), 2), (auditor, 0)):
        page = text_of(web.get(f"/cases/{found.pk}/"))
        assert page.count("<form") - 2 == forms, "besides language and sign-out"
    assert signed_in(handler).post(f"/cases/{found.pk}/approve", {"action": "approve"}).status_code == 403
    assert signed_in(leader).post(f"/cases/{found.pk}/handle", {"action": "note"}).status_code == 403
    page = text_of(signed_in(leader).post(f"/cases/{found.pk}/approve", {"action": "classify"}), 400)
    assert "Xin chọn việc cần làm" in page
    own = person("Vân", Role.OFFICE_ADMIN, ward)
    Case.objects.filter(pk=found.pk).update(written_by=own)
    page = text_of(signed_in(own).get(f"/cases/{found.pk}/"))
    assert 'value="approve"' not in page
    assert "cần người khác duyệt" in page


def comment(office: Office, text: str = "Quầy 3 chậm") -> Comment:
    return Comment.objects.create(
        tablet_id=uuid.uuid4(), event_id=uuid.uuid4(), visit_id=uuid.uuid4().hex, day=timezone.localdate(),
        wall_ms=round(timezone.now().timestamp() * 1000), level=1, office_id=office.pk, topic="phan-anh",
        text=text, folded=folding.fold(text),
    )  # fmt: skip


def test_any_comment_is_made_a_case_where_it_stands(ward: Office, sister: Office, handler: User) -> None:
    row, foreign = comment(ward), comment(sister)
    staff = signed_in(person("Mai", Role.DESK_STAFF, ward))
    page = text_of(staff.get("/comments/"))
    address = f"/cases/of/{row.tablet_id}/{row.event_id}"
    assert address in page
    assert staff.post(f"/cases/of/{foreign.tablet_id}/{foreign.event_id}").status_code == 404
    for _again in range(2):
        answer = staff.post(address, {"back": "/comments/?level=1"})
        assert answer.headers["Location"] == "/comments/?level=1", "who sees no cases goes back"
    found = Case.objects.get()
    page = text_of(staff.get("/comments/"))
    assert found.number in page
    assert address not in page
    assert f"/cases/{found.pk}/" not in page
    assert staff.post(address, {"back": "https://elsewhere.example/"}).headers["Location"] == "/comments/"
    lan = signed_in(handler)
    assert lan.post(address).headers["Location"] == f"/cases/{found.pk}/"
    assert f"/cases/{found.pk}/" in text_of(lan.get("/comments/"))
    auditor = signed_in(person("Ki", Role.AUDITOR, ward))
    assert auditor.post(address).status_code == 403


@pytest.mark.parametrize(
    ("due", "words"),
    [
        ("2026-11-26", "còn 3 ngày làm việc"),
        ("2026-11-23", "hết hạn hôm nay"),
        ("2026-11-19", "quá hạn 2 ngày làm việc"),
    ],
)
def test_what_is_left_is_said_in_working_days(ward: Office, due: str, words: str) -> None:
    from headquarters.cases import words as says

    found = case("PA-2026-000001", ward, due_on=dt.date.fromisoformat(due))
    from django.utils import translation

    with translation.override("vi"):
        assert says.due(found, TODAY).words == words


def test_nothing_to_do_is_said_kindly(handler: User) -> None:
    web = signed_in(handler)
    assert "Không có vụ việc nào đang xử lý" in text_of(web.get("/cases/"))
    assert "Không có vụ việc nào khớp" in text_of(web.get("/cases/", {"q": "x"}))
    assert "<ul" not in text_of(web.get("/cases/board/")).split('class="board"')[1].split("</main>")[0]
