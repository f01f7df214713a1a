""" "Bạn góp ý – Chúng tôi đã sửa": written by one, published by another, read by everybody, naming nobody."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from headquarters.accounts.models import User
from headquarters.accounts.roles import Role
from headquarters.audit.models import Entry
from headquarters.cases import personal
from headquarters.cases.models import Case, Publication
from headquarters.offices.models import Office
from tests.headquarters.accounts.conftest import enter
from tests.headquarters.cases import made
from tests.headquarters.test_phone import words

pytestmark = pytest.mark.django_db
SAID, DONE = "Phải chờ lâu ở quầy 3.", "Từ tháng 12, quầy 3 mở thêm buổi chiều."


@pytest.fixture
def office() -> Office:
    return Office.objects.create(code="26740", name="UBND phường Thủ Dầu Một")


def person(role: Role, office: Office | None, name: str = "Lê Thị Mai") -> User:
    number = User.objects.count()
    return User.objects.create(username=f"p{number}", display_name=name, role=role, office=office)


class Desk:
    """A told case, who handles it, and who approves."""

    def __init__(self, office: Office) -> None:
        self.case = made.told(office=office)
        self.handler = enter(person(Role.CASE_HANDLER, office, "Trần Văn Nam"))
        self.leader = enter(person(Role.LEADER, office))

    def write(self, said: str = SAID, done: str = DONE, who: Client | None = None) -> Any:
        path = f"/cases/{self.case.pk}/published/words"
        return (who or self.handler).post(path, {"said": said, "done": done})

    def decide(self, action: str, who: Client | None = None, **more: str) -> Any:
        return (who or self.leader).post(
            f"/cases/{self.case.pk}/published/decide", {"action": action, **more}
        )

    def look(self, who: Client | None = None) -> str:
        return words((who or self.handler).get(f"/cases/{self.case.pk}/published"))  # type: ignore[arg-type]


@pytest.fixture
def desk(office: Office) -> Desk:
    return Desk(office)


def board(**query: Any) -> str:
    answer = Client().get("/da-sua", query)
    assert (answer.status_code, dict(answer.cookies)) == (200, {})
    return words(answer)  # type: ignore[arg-type]


def test_the_board_leads_back_to_following_a_code_in_the_same_language(office: Office) -> None:
    for asked, back in (({}, "/tra-cuu"), ({"lang": "en"}, "/tra-cuu?lang=en")):
        assert f'href="{back}"' in Client().get("/da-sua", asked).content.decode()


def test_nobody_reads_it_before_it_was_reviewed(desk: Desk) -> None:
    assert desk.write().status_code == 302
    assert SAID not in board()
    assert "Chưa có nội dung" in board()
    assert "Chờ duyệt" in desk.look()
    desk.decide("publish")
    text = board()
    assert SAID in text
    assert DONE in text
    assert "UBND phường Thủ Dầu Một" in text
    assert made.TEXT not in text
    assert f"{timezone.localdate():%d/%m/%Y}" in text


def test_a_comment_that_was_erased_is_said_to_be(desk: Desk) -> None:
    type(desk.case).objects.filter(pk=desk.case.pk).update(text="")
    assert "(đã xóa theo yêu cầu của người viết)" in desk.look()


def test_every_deed_is_in_the_log(desk: Desk) -> None:
    desk.write()
    desk.decide("back", reason="Nói rõ hơn")
    desk.write()
    desk.decide("publish")
    desk.decide("withdraw")
    found = Entry.objects.filter(action__startswith="publication.").order_by("pk")
    assert [one.action.partition(".")[2] for one in found] == [
        "drafted", "sent_back", "drafted", "published", "withdrawn",
    ]  # fmt: skip
    assert {one.target for one in found} == {desk.case.number}


def test_what_was_sent_back_waits_for_other_words(desk: Desk) -> None:
    desk.write()
    desk.decide("back", reason="Nói rõ hơn")
    assert "Nói rõ hơn" in desk.look()
    assert desk.decide("publish").status_code == 409
    desk.write(said="Chờ quá lâu ở quầy 3 buổi sáng.")
    assert "Nói rõ hơn" not in desk.look()
    assert desk.decide("publish").status_code == 302


def test_sending_back_needs_a_reason(desk: Desk) -> None:
    desk.write()
    assert desk.decide("back", reason=" ").status_code == 409
    assert Publication.objects.get().sent_back == ""


def test_words_for_sending_it_back_are_not_lost_on_the_other_button(desk: Desk) -> None:
    desk.write()
    answer = desk.decide("publish", reason="Nói rõ hơn")
    assert answer.status_code == 409
    assert "hãy trả lại, hoặc xóa ô đó" in words(answer)
    assert ">Nói rõ hơn</textarea>" in answer.content.decode()
    assert SAID not in board()


def test_withdrawn_is_gone_from_the_board_and_kept(desk: Desk) -> None:
    desk.write()
    desk.decide("publish")
    assert desk.write(said="Khác.").status_code == 409
    desk.decide("withdraw")
    assert SAID not in board()
    assert Publication.objects.get().said == SAID
    desk.write(said="Nói lại cho đúng.")
    desk.decide("publish")
    assert "Nói lại cho đúng." in board()


def test_a_handler_does_not_publish_and_a_leader_does_not_write(desk: Desk) -> None:
    desk.write()
    assert desk.decide("publish", desk.handler).status_code == 403
    assert desk.write(who=desk.leader).status_code == 403
    assert Publication.objects.get().published_at is None


def test_own_words_wait_for_somebody_else_where_there_is_one(office: Office, desk: Desk) -> None:
    admin = enter(person(Role.OFFICE_ADMIN, office, "Phạm Thu"))
    desk.write(who=admin)
    assert desk.decide("publish", admin).status_code == 409
    assert desk.decide("publish").status_code == 302


def test_who_is_alone_may_publish_their_own_words(office: Office) -> None:
    case, admin = made.told(office=office), enter(person(Role.OFFICE_ADMIN, office))
    admin.post(f"/cases/{case.pk}/published/words", {"said": SAID, "done": DONE})
    admin.post(f"/cases/{case.pk}/published/decide", {"action": "publish"})
    assert SAID in board()


@pytest.mark.parametrize("fields", [{"state": "working"}, {"state": "referred"}, {"kind": "khieu-nai"}])
def test_only_answered_cases_and_no_complaint(desk: Desk, fields: dict[str, str]) -> None:
    desk.write()
    Case.objects.update(**fields)
    assert desk.decide("publish").status_code == 409
    Publication.objects.all().delete()
    assert desk.write().status_code == 409
    assert not Publication.objects.exists()


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("Gọi 0912 345 678 không ai nghe.", "0912 345 678"),
        ("CCCD 074099001234 bị ghi sai.", "074099001234"),
        ("Gửi về hoa@gmail.com.", "hoa@gmail.com"),
        ("Trần Văn Nam hẹn sai.", "Trần Văn Nam"),
        ("Trần\u00a0Văn  Nam hẹn sai.", "Trần Văn Nam"),
        ("", "Vui lòng viết dòng này"),
        ("x" * 161, "160"),
    ],
)
def test_what_names_a_person_is_refused_and_the_words_stay_in_the_form(
    desk: Desk, said: str, why: str
) -> None:
    answer = desk.write(said=said)
    assert answer.status_code == 400
    text = answer.content.decode()
    assert why in words(answer)
    assert DONE in text
    assert not Publication.objects.exists()


@pytest.mark.screen_only
@pytest.mark.parametrize(
    "text",
    [
        "Quầy 3 mở từ 01/12/2026, 7:30 - 11:30.", "Phí 15.000.000 đồng đã bỏ.", "Số 12-34.",
        "Hạn 20.11.2026 thay cho 30.11.2026", "Nghị định 61/2018, 30/2020, 118/2025",
    ],
)  # fmt: skip
def test_days_and_sums_are_no_personal_numbers(text: str) -> None:
    assert personal.found(text) == []
    assert personal.covered(text) == text


@pytest.mark.screen_only
@pytest.mark.parametrize(
    ("text", "covered"),
    [
        ("gọi ０９１２ 345 678 nhé", "gọi ••• nhé"),
        ("(+84) 912.345.678", "(•••"),
        ("a@b.vn và 123456789", "••• và •••"),
        ("0912345678@zalo.vn", "•••"),
        ("1\u200b2\u200b3\u200b4\u200b5\u200b6\u200b7\u200b8\u200b9", "•••"),
    ],
)
def test_numbers_are_covered_however_they_are_written(text: str, covered: str) -> None:
    assert personal.covered(text) == covered


def test_the_board_is_of_one_office_and_those_below_it(office: Office) -> None:
    province = Office.objects.create(code="68", name="Tỉnh Lâm Đồng")
    Office.objects.filter(pk=office.pk).update(parent=province)
    other = Office.objects.create(code="92", name="Phường khác")
    for place, said in ((office, "Của phường"), (other, "Của nơi khác")):
        Publication.objects.create(
            case=made.told(office=place), said=said, done=DONE, published_at=timezone.now(),
            drafted_by=person(Role.CASE_HANDLER, place),
        )  # fmt: skip
    assert "Của nơi khác" in board()
    assert ("Của phường" in board(office="68"), "Của nơi khác" in board(office="68")) == (True, False)
    assert "Không có cơ quan nào mang mã này" in board(office="\x00x")
    assert "You said – we mended" in board(lang="en")


def test_the_board_is_turned_page_by_page(office: Office) -> None:
    author = person(Role.CASE_HANDLER, office)
    for n in range(21):
        Publication.objects.create(
            case=made.told(office=office), said=f"Số {n} xong", done=DONE, published_at=timezone.now(),
            drafted_by=author,
        )  # fmt: skip
    assert ("Số 20 xong" in board(), "Số 0 xong" in board()) == (True, False)
    assert "Số 0 xong" in board(trang="2")
    assert "Số 20 xong" in board(trang="-1") or "Số 0 xong" in board(trang="-1")


def test_the_list_shows_what_waits_first_and_only_the_own_offices(desk: Desk) -> None:
    desk.write()
    assert SAID in words(desk.leader.get("/published/"))  # type: ignore[arg-type]
    elsewhere = enter(person(Role.LEADER, Office.objects.create(code="92", name="B")))
    assert SAID not in words(elsewhere.get("/published/?state=waiting"))  # type: ignore[arg-type]
    assert elsewhere.get(f"/cases/{desk.case.pk}/published").status_code == 404
    rail = desk.leader.get("/").content.decode()
    assert 'nav-badge">1' in rail
