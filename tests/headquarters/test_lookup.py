"""Following a lookup code: whether it has arrived, to whoever has it, and nothing else."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from headquarters.citizens.models import Try
from headquarters.ratings import lookups
from headquarters.ratings.models import Lookup
from sync import lookup
from tests.headquarters.conftest import Office26740, verdicts
from tests.headquarters.test_phone import everything_in_the_database, words
from tests.support import FakeTablet

SECRET = "Cán bộ quầy 3 hẹn bốn lần."


@pytest.fixture
def code() -> str:
    return lookup.new_code(secrets.token_bytes)


def comment(code: Any, **changes: Any) -> dict[str, Any]:
    return {"text": SECRET, "topic": "gop-y", "masked": [], "review": False, "lookup": code, **changes}


def left(office: Office26740, tablet: FakeTablet, body: dict[str, Any], kind: str = "comment") -> None:
    assert verdicts(office.push(tablet, [tablet.append(tablet.event(kind, body))])) == ["accepted"]


def ask(code: str, **query: str) -> tuple[int, str]:
    answer = Client().get(f"/tra-cuu/{code}", query)
    return answer.status_code, words(answer)  # type: ignore[arg-type]


def test_a_comment_that_arrived_is_found_by_its_code(
    office: Office26740, tablet: FakeTablet, code: str
) -> None:
    left(office, tablet, comment(code))
    status, text = ask(code)
    assert status == 200
    assert f"Đã nhận ngày {timezone.localdate():%d/%m/%Y}, đang chờ xem." in text
    assert code in text


def test_nothing_of_what_was_written_is_shown(office: Office26740, tablet: FakeTablet, code: str) -> None:
    left(office, tablet, comment(code))
    _status, text = ask(code)
    assert SECRET not in text
    assert "Thủ Dầu Một" not in text
    assert "Quầy" not in text


def test_a_contact_alone_is_found_too_and_the_first_of_two_counts(
    office: Office26740, tablet: FakeTablet, code: str
) -> None:
    left(office, tablet, {"sealed": "AAAA", "key_id": "0" * 16, "lookup": code}, kind="contact")
    Lookup.objects.update(received_at=timezone.now() - dt.timedelta(days=3))
    left(office, tablet, comment(code))
    assert Lookup.objects.count() == 2
    first = timezone.localdate() - dt.timedelta(days=3)
    assert f"{first:%d/%m/%Y}" in ask(code)[1]


def test_a_code_that_has_not_come_may_still_be_on_the_tablet(db: None, code: str) -> None:
    status, text = ask(code)
    assert status == 404
    assert "Chưa thấy mã này." in text
    assert "Máy tại quầy có thể chưa gửi" in text


def test_a_wrong_letter_is_told_without_a_look_and_without_a_try(
    db: None, code: str, django_assert_num_queries: Any
) -> None:
    wrong = code[:-1] + next(c for c in lookup.ALPHABET if c != code[-1])
    with django_assert_num_queries(1):  # whether this address may ask
        status, text = ask(wrong)
    assert status == 400
    assert "Mã không đúng" in text
    assert Try.objects.count() == 0


@pytest.mark.parametrize("typed", ["", "x", "0" * 500, "<b>4K7PX</b>", "\x00", "ạ" * 15])
def test_whatever_is_typed_is_answered_kindly(db: None, typed: str) -> None:
    answer = Client().get("/tra-cuu", {"ma": typed})
    assert answer.status_code == 400
    assert "Mã không đúng" in answer.content.decode()
    assert "<b>4K7PX" not in answer.content.decode()


@pytest.mark.parametrize("change", [str, str.lower, lambda code: code.replace("-", " "), lambda c: f" {c} "])
def test_a_code_may_be_typed_in_any_way(
    office: Office26740, tablet: FakeTablet, code: str, change: Any
) -> None:
    left(office, tablet, comment(code))
    answer = Client().get("/tra-cuu", {"ma": change(code)}, follow=True)
    assert answer.redirect_chain == [(f"/tra-cuu/{code}", 302)]
    assert "đang chờ xem" in answer.content.decode()


def test_a_tablet_may_send_the_code_in_any_form(office: Office26740, tablet: FakeTablet, code: str) -> None:
    left(office, tablet, comment(code.lower().replace("-", "")))
    assert ask(code)[0] == 200


@pytest.mark.parametrize("code", ["", "4K7PX", None, 7, ["x"], {"a": 1}, "x" * 5000])
def test_an_event_with_a_code_that_is_none_is_stored_and_not_found(
    office: Office26740, tablet: FakeTablet, code: Any
) -> None:
    left(office, tablet, comment(code))
    without = comment("")
    del without["lookup"]
    left(office, tablet, without)
    assert Lookup.objects.count() == 0


def test_only_comments_and_contacts_carry_codes(office: Office26740, tablet: FakeTablet, code: str) -> None:
    left(office, tablet, {"how": "done", "page": "home", "lookup": code}, kind="session_end")
    assert ask(code)[0] == 404


def test_an_event_sent_twice_has_one_row(office: Office26740, tablet: FakeTablet, code: str) -> None:
    event = tablet.append(tablet.event("comment", comment(code)))
    assert verdicts(office.push(tablet, [event])) == ["accepted"]
    assert verdicts(office.push(tablet, [event])) == ["duplicate"]
    assert Lookup.objects.count() == 1


def test_an_event_that_is_not_believed_is_not_found(
    office: Office26740, tablet: FakeTablet, code: str
) -> None:
    event = tablet.append_text('{"kind": "comment", "body": {"lookup": "' + code + '"}}', "x")
    assert verdicts(office.push(tablet, [event])) == ["quarantined:unreadable"]
    assert ask(code)[0] == 404


def test_the_table_of_codes_holds_no_code(office: Office26740, tablet: FakeTablet, code: str) -> None:
    left(office, tablet, comment(code))
    assert lookups.received(code) is not None
    assert code not in repr(list(Lookup.objects.values()))


def test_guessing_is_stopped_and_only_guessing(
    office: Office26740, tablet: FakeTablet, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    bounds = {name: (3, within) for name, (_most, within) in settings.CITIZEN_LIMITS.items()}
    monkeypatch.setattr(settings, "CITIZEN_LIMITS", bounds)
    left(office, tablet, comment(code))
    guess = Client(REMOTE_ADDR="203.0.113.5")
    assert [guess.get(f"/tra-cuu/{code}").status_code for _ in range(5)] == [200] * 5
    tries = [guess.get(f"/tra-cuu/{lookup.new_code(secrets.token_bytes)}").status_code for _ in range(4)]
    assert tries == [404, 404, 404, 429]
    assert guess.get(f"/tra-cuu/{code}").status_code == 429
    assert Client(REMOTE_ADDR="203.0.113.6").get(f"/tra-cuu/{code}").status_code == 200
    assert "203.0.113" not in everything_in_the_database()


def test_english_is_kept_through_the_form(office: Office26740, tablet: FakeTablet, code: str) -> None:
    left(office, tablet, comment(code))
    page = Client().get("/tra-cuu", {"lang": "en"}).content.decode()
    assert '<input type="hidden" name="lang" value="en">' in page
    answer = Client().get("/tra-cuu", {"ma": code, "lang": "en"}, follow=True)
    assert answer.redirect_chain == [(f"/tra-cuu/{code}?lang=en", 302)]
    assert "waiting to be read" in answer.content.decode()


def test_addresses_in_capitals_and_with_a_slash_are_the_same(db: None, code: str) -> None:
    assert Client().get(f"/TRA-CUU/{code}").status_code == 404
    assert "Chưa thấy" in Client().get(f"/TRA-CUU/{code}").content.decode()
    assert Client().get("/tra-cuu/").status_code == 200


def test_the_page_is_for_anybody_and_leaves_nothing(db: None, code: str) -> None:
    for path in ("/tra-cuu", f"/tra-cuu/{code}"):
        answer = Client().get(path)
        assert dict(answer.cookies) == {}
        assert (answer["Cache-Control"], answer["Referrer-Policy"]) == ("no-store", "no-referrer")
        assert Client().post(path).status_code == 405
