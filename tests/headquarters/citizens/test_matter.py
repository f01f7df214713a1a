"""The page of a lookup code once a case was made: where it stands, the answer, three faces for the answer."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from headquarters.audit.models import Entry
from headquarters.cases import satisfaction
from headquarters.cases.models import Case, Step
from headquarters.cases.satisfaction import Outcome
from tests.headquarters.cases import made
from tests.headquarters.test_phone import everything_in_the_database, words

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def code() -> str:
    return made.code()


def look(code: str, **query: str) -> str:
    answer = Client().get(f"/tra-cuu/{code}", query)
    assert answer.status_code == 200
    assert dict(answer.cookies) == {}
    return words(answer)  # type: ignore[arg-type]


def tap(code: str, level: Any, query: str = "") -> Any:
    return Client().post(f"/tra-cuu/{code}/danh-gia{query}", {"level": level})


@pytest.mark.parametrize(
    ("state", "vietnamese", "english"),
    [
        ("received", "Đã nhận, đang chờ phân công.", "Received, waiting to be taken up."),
        ("working", "Đang xử lý.", "Being handled."),
        ("answered", "câu trả lời đang chờ duyệt", "the answer is being approved"),
        ("told", "Đã trả lời.", "Answered."),
        ("referred", "Đã chuyển cơ quan có thẩm quyền.", "Passed on to the authority in charge."),
    ],
)
def test_the_page_says_where_the_case_stands(code: str, state: str, vietnamese: str, english: str) -> None:
    at = timezone.now()
    made.case(code, state=state, told_at=at if state == "told" else None)
    assert vietnamese in look(code)
    assert english in look(code, lang="en")


def test_it_names_the_office_and_the_day_and_nobody(code: str) -> None:
    case = made.case(code, state="working")
    text = look(code)
    assert "UBND phường Thủ Dầu Một" in text
    assert f"{case.due_on:%d/%m/%Y}" in text
    assert case.number in text
    assert made.TEXT not in text


@pytest.mark.parametrize("state", ["received", "working", "answered", "referred"])
def test_what_is_not_approved_is_not_shown(code: str, state: str) -> None:
    made.case(code, state=state, answer=made.ANSWER)
    text = look(code)
    assert "phiếu hẹn" not in text
    assert "hài lòng với câu trả lời" not in text


def test_a_late_case_says_so_and_says_sorry(code: str) -> None:
    case = made.case(code, state="working", due_on=timezone.localdate())
    assert "Đã quá hạn" not in look(code)
    Case.objects.filter(pk=case.pk).update(due_on=timezone.localdate() - DAY)
    assert "Đã quá hạn. Chúng tôi xin lỗi" in look(code)


def test_a_referred_case_says_to_whom(code: str) -> None:
    made.case(code, state="referred", referred_to="Thanh tra tỉnh", referred_on=dt.date(2026, 11, 20))
    text = look(code)
    assert "Thanh tra tỉnh" in text
    assert "20/11/2026" in text


def test_the_answer_is_there_with_three_faces(code: str) -> None:
    made.told(code, answer="<b>Đã sửa</b>\n\nCảm ơn.")
    text = look(code)
    assert "&lt;b&gt;Đã sửa" in text
    assert "Ông/Bà có hài lòng với câu trả lời này không?" in text


def test_one_tap_is_kept_and_thanked_for_in_its_language(code: str) -> None:
    case = made.told(code)
    answer = tap(code, 3, "?lang=en")
    assert (answer.status_code, answer["Location"]) == (303, f"/tra-cuu/{code}?lang=en")
    case.refresh_from_db()
    assert (case.satisfaction, case.steps.get().what, case.steps.get().text) == (3, "rated", "3")
    assert case.steps.get().by is None
    assert "Thank you for your opinion" in look(code, lang="en")


def test_the_same_tap_twice_is_one(code: str) -> None:
    made.told(code)
    assert [tap(code, 2).status_code for _ in range(2)] == [303, 303]
    assert Step.objects.count() == 1


def test_a_slip_can_be_put_right_within_a_day_and_no_longer(code: str) -> None:
    case = made.told(code, told_at=timezone.now() - 9 * DAY)
    tap(code, 1)
    tap(code, 2)
    case.refresh_from_db()
    assert case.satisfaction == 2
    assert "Chọn lại" in look(code)
    # The time of the first tap counts: who changes and changes cannot go on for ever.
    Case.objects.filter(pk=case.pk).update(satisfaction_at=timezone.now() - DAY)
    assert "Chọn lại" not in look(code)
    refused = tap(code, 3)
    assert refused.status_code == 409
    assert f"/tra-cuu/{code}" in refused.content.decode()
    case.refresh_from_db()
    assert case.satisfaction == 2


def test_a_change_does_not_move_the_time_of_the_first_tap(code: str) -> None:
    case, now = made.told(code), timezone.now()
    satisfaction.rate(case.pk, 1, now)
    satisfaction.rate(case.pk, 2, now + dt.timedelta(hours=20))
    assert satisfaction.rate(case.pk, 3, now + dt.timedelta(hours=30)) is Outcome.CLOSED


@pytest.mark.parametrize("state", ["received", "working", "answered", "referred"])
def test_without_an_answer_there_is_nothing_to_rate(code: str, state: str) -> None:
    case = made.case(code, state=state)
    assert tap(code, 3).status_code == 409
    case.refresh_from_db()
    assert case.satisfaction is None


@pytest.mark.parametrize("level", ["", "0", "4", "x", "²", "3 "])
def test_what_is_no_level_is_not_kept(code: str, level: str) -> None:
    made.told(code)
    assert tap(code, level).status_code == 303
    assert Step.objects.count() == 0


def test_a_new_answer_is_asked_about_anew(code: str) -> None:
    case = made.told(code)
    tap(code, 1)
    Case.objects.filter(pk=case.pk).update(told_at=timezone.now() + dt.timedelta(minutes=1))
    assert "Ông/Bà có hài lòng với câu trả lời này không?" in look(code)
    assert satisfaction.rate(case.pk, 3, timezone.now() + dt.timedelta(minutes=2)) is Outcome.KEPT
    assert [step.text for step in case.steps.all()] == ["1", "3"]


def test_one_code_may_say_so_much_and_others_are_free(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "CITIZEN_LIMITS", {**settings.CITIZEN_LIMITS, "lookup-said": (3, DAY)})
    other = made.code()
    made.told(code)
    made.told(other)
    assert [tap(code, level).status_code for level in (1, 2, 1, 3)] == [303, 303, 303, 429]
    assert tap(other, 3).status_code == 303
    assert code not in everything_in_the_database()


def test_guesses_at_the_faces_count_as_guesses(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "CITIZEN_LIMITS", {**settings.CITIZEN_LIMITS, "lookup-wrong": (2, DAY)})
    assert [tap(made.code(), 3).status_code for _ in range(3)] == [404, 404, 429]
    assert tap("4K7PX", 3).status_code == 429


def test_opening_the_address_of_the_faces_leads_to_the_page(code: str) -> None:
    made.told(code)
    answer = Client().get(f"/tra-cuu/{code}/danh-gia")
    assert (answer.status_code, answer["Location"]) == (303, f"/tra-cuu/{code}")
    assert Step.objects.count() == 0


def again(code: str, said: str = "") -> Any:
    return Client().post(f"/tra-cuu/{code}/xem-lai", {"words": said})


def test_whom_it_does_not_satisfy_has_it_opened_again(code: str) -> None:
    case = made.told(code)
    tap(code, 1)
    assert "Đề nghị xem xét lại" in look(code)
    assert again(code, "Vẫn phải chờ. Gọi tôi 0912 345 678 nhé").status_code == 303
    case.refresh_from_db()
    assert (case.state, case.reopened, case.told_at) == (Case.State.RECEIVED, 1, None)
    text = look(code)
    assert "Đang xem xét lại theo đề nghị của Ông/Bà." in text
    assert "Vẫn phải chờ" not in text
    assert "phiếu hẹn" not in text
    step = case.steps.get(what="reopened")
    assert (step.by, step.text) == (None, "Vẫn phải chờ. Gọi tôi ••• nhé")
    assert Entry.objects.get(action="case.reopened").address is None


def test_it_is_opened_again_once_however_often_it_is_sent(code: str) -> None:
    case = made.told(code)
    tap(code, 1)
    assert [again(code).status_code for _ in range(2)] == [303, 303]
    case.refresh_from_db()
    assert case.reopened == 1


@pytest.mark.parametrize("level", [None, 2, 3])
def test_only_whom_it_does_not_satisfy_opens_it_again(code: str, level: int | None) -> None:
    case = made.told(code)
    if level:
        tap(code, level)
    again(code)
    case.refresh_from_db()
    assert case.state == Case.State.TOLD
    assert "Đề nghị xem xét lại" not in look(code)


def test_who_asked_often_enough_is_told_where_else_to_go(code: str) -> None:
    case = made.told(code, reopened=99)
    tap(code, 1)
    text = look(code)
    assert "Mời Ông/Bà gặp UBND phường Thủ Dầu Một vào ngày tiếp công dân." in text
    again(code)
    case.refresh_from_db()
    assert case.state == Case.State.TOLD
