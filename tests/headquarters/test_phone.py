"""A rating on the citizen's own phone: one token, one rating, counted like any other, and no trace."""

from __future__ import annotations

import datetime as dt
import json
import re
import secrets
import uuid
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from headquarters.citizens import limits
from headquarters.citizens.models import Try
from headquarters.ratings import phone as ratings
from headquarters.ratings import streaming
from headquarters.ratings.models import Alarm, Event, Quarantine
from headquarters.ratings.rollup import audit
from headquarters.tablets.models import Install, Tablet
from headquarters.tablets.phone import phone_key
from sync import chain, contract, phone
from tests.headquarters.conftest import Office26740, rollup, verdicts
from tests.support import FakeTablet, now_ms

MINUTE = 60


class Citizen:
    """A phone that scanned the tablet's QR: follows redirects, keeps what the server gave it."""

    def __init__(self, tablet: FakeTablet, seconds_ago: float = 0, **headers: str) -> None:
        key = phone_key(uuid.UUID(tablet.tablet_id))
        made_s = now_ms() / 1000 - seconds_ago
        self.token = phone.mint(tablet.signer.key_id, key, made_s, secrets.token_bytes(phone.NONCE_BYTES))
        self.page = secrets.token_hex(8)
        self.client = Client(headers=headers)

    def look(self, **query: str) -> HttpResponse:
        return self.client.get(f"/p/{self.token}", query)  # type: ignore[return-value]

    def tap(self, level: Any, **extra: Any) -> HttpResponse:
        path = f"/p/{self.token}"
        sent = {"level": level, "page": self.page}
        return self.client.post(path, sent, follow=True, **extra)  # type: ignore[return-value]

    def say(self, *reasons: str) -> HttpResponse:
        path = f"/p/{self.token}/cam-on"
        return self.client.post(path, {"chosen": reasons}, follow=True)  # type: ignore[return-value]


def words(answer: HttpResponse) -> str:
    """What the page says, as somebody reads it."""
    body = re.sub(r"<(head|svg)\b.*?</\1>", " ", answer.content.decode(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


def events(tablet: FakeTablet) -> list[Event]:
    install = uuid.uuid5(uuid.UUID(tablet.tablet_id), "phone")
    return list(Event.objects.filter(tablet_id=tablet.tablet_id, install_id=install).order_by("seq"))


def today() -> dt.date:
    return timezone.localdate()


@pytest.fixture
def citizen(tablet: FakeTablet) -> Citizen:
    return Citizen(tablet)


@pytest.fixture
def few_tries(monkeypatch: pytest.MonkeyPatch) -> None:
    bounds = {name: (3, within) for name, (_most, within) in settings.CITIZEN_LIMITS.items()}
    monkeypatch.setattr(settings, "CITIZEN_LIMITS", bounds)


def test_the_page_asks_the_tablets_question_and_names_the_desk(citizen: Citizen) -> None:
    answer = citizen.look()
    assert answer.status_code == 200
    text = words(answer)
    for expected in (
        "UBND phường Thủ Dầu Một",
        "Quầy 3",
        "Ông/Bà thấy việc giải quyết công việc hôm nay thế nào?",
        "Rất hài lòng",
        "Hài lòng",
        "Chưa hài lòng",
    ):
        assert expected in text
    order = re.findall(r'name="level" value="(\d)"', answer.content.decode())
    assert order == ["3", "2", "1"], "as on the tablet"


@pytest.mark.parametrize("level", [1, 2, 3])
def test_one_tap_is_counted_before_it_is_thanked_for(
    citizen: Citizen, tablet: FakeTablet, level: int
) -> None:
    answer = citizen.tap(level)
    assert answer.status_code == 200
    assert ("Chúng tôi xin lỗi Ông/Bà." in words(answer)) == (level == 1)
    assert ("Cảm ơn Ông/Bà!" in words(answer)) == (level > 1)
    assert rollup(tablet) == {(today(), level): 1}
    (event,) = events(tablet)
    assert (event.kind, event.level, event.seq, event.time_quality) == ("rating", level, 1, 0)
    stored = contract.decode_event(event.stored)
    assert stored.body == {"level": level, "channel": "phone", "flags": []}
    assert stored.labels_version == ratings.LABELS_VERSION
    assert list(audit()) == []


def test_phone_ratings_have_a_chain_of_their_own_beside_the_tablets(
    office: Office26740, tablet: FakeTablet
) -> None:
    assert verdicts(office.push(tablet, [tablet.rating(3), tablet.rating(2)])) == ["accepted"] * 2
    for level in (1, 2, 3):
        Citizen(tablet).tap(level)
    assert verdicts(office.push(tablet, [tablet.rating(1)])) == ["accepted"]
    prev = chain.GENESIS
    for seq, event in enumerate(events(tablet), start=1):
        assert (event.seq, bytes(event.prev_hash)) == (seq, prev)
        prev = chain.link(prev, event.stored)
        assert bytes(event.hash) == prev
    installs = Install.objects.filter(tablet_id=tablet.tablet_id).order_by("contiguous_seq")
    assert [(i.contiguous_seq, i.max_seq, i.chain_broken) for i in installs] == [(3, 3, False)] * 2
    assert rollup(tablet) == {(today(), level): 2 for level in (1, 2, 3)}
    assert (Alarm.objects.count(), Quarantine.objects.count(), list(audit())) == (0, 0, [])


def test_a_phone_does_not_make_a_silent_tablet_look_alive(citizen: Citizen, tablet: FakeTablet) -> None:
    before = Tablet.objects.filter(pk=tablet.tablet_id).values().get()
    citizen.tap(3)
    assert Tablet.objects.filter(pk=tablet.tablet_id).values().get() == before
    assert before["last_seen"] is None


def test_a_second_tap_is_told_kindly_that_the_code_is_used(citizen: Citizen, tablet: FakeTablet) -> None:
    citizen.tap(3)
    for answer in (citizen.tap(1), citizen.look()):
        assert answer.status_code == 409
        assert "đã được dùng" in words(answer)
        assert "quét mã mới trên máy tại quầy" in words(answer)
    assert rollup(tablet) == {(today(), 3): 1}


def test_the_same_tap_sent_twice_counts_once_and_is_thanked_for_twice(
    citizen: Citizen, tablet: FakeTablet
) -> None:
    assert words(citizen.tap(2)) == words(citizen.tap(2))
    assert rollup(tablet) == {(today(), 2): 1}


def test_whoever_scans_the_same_picture_second_is_not_thanked_for_nothing(
    citizen: Citizen, tablet: FakeTablet
) -> None:
    second = Citizen(tablet)
    second.token = citizen.token
    assert citizen.tap(3).status_code == 200
    answer = second.tap(3)
    assert answer.status_code == 409
    assert "Cảm ơn" not in words(answer)
    assert rollup(tablet) == {(today(), 3): 1}
    assert citizen.tap(3).status_code == 200, "the first one's second tap still is"


def test_two_taps_that_both_found_the_code_unused_are_one_rating(tablet: FakeTablet) -> None:
    visit = ratings.Visit(uuid.UUID(tablet.tablet_id), b"token", "page")
    now = timezone.now()
    assert ratings.rate(visit, 3, now)
    assert not ratings.rate(visit, 1, now)
    assert ratings.rated(visit, now) == (3, visit.visit_id)
    assert [event.seq for event in events(tablet)] == [1]
    assert (Alarm.objects.count(), Quarantine.objects.count()) == (0, 0)


def test_every_phone_gets_a_page_of_its_own(citizen: Citizen) -> None:
    found = [re.findall(r'name="page" value="(\w+)"', citizen.look().content.decode()) for _ in range(2)]
    assert found[0] != found[1]
    assert all(len(one) == 1 and len(one[0]) == 16 for one in found)


@pytest.mark.parametrize("page", ["", "x" * 5000, "\x00ạ'--"])
def test_a_page_that_is_none_does_no_harm(citizen: Citizen, tablet: FakeTablet, page: str) -> None:
    citizen.page = page
    assert citizen.tap(2).status_code == 200
    assert citizen.tap(2).status_code == 200
    assert rollup(tablet) == {(today(), 2): 1}


@pytest.mark.parametrize(("minutes", "status"), [(0, 200), (13, 200), (17, 410), (60 * 24 * 400, 410)])
def test_a_code_opens_the_page_for_a_quarter_of_an_hour(
    tablet: FakeTablet, minutes: float, status: int
) -> None:
    answer = Citizen(tablet, minutes * MINUTE).look()
    assert answer.status_code == status
    assert ("hết hạn" in words(answer)) == (status == 410)


def test_who_reads_slowly_may_still_answer(tablet: FakeTablet) -> None:
    assert Citizen(tablet, 25 * MINUTE).tap(3).status_code == 200
    assert Citizen(tablet, 32 * MINUTE).tap(3).status_code == 410
    assert rollup(tablet) == {(today(), 3): 1}


@pytest.mark.parametrize("hours", [-30, -3, 5, 24 * 365])
def test_a_tablet_with_a_wrong_clock_has_good_codes_once_headquarters_knows_it(
    tablet: FakeTablet, hours: float
) -> None:
    citizen = Citizen(tablet, seconds_ago=-hours * 3600)
    assert citizen.look().status_code in (403, 410)
    Tablet.objects.update(drift_ms=int(hours * 3600_000))
    assert citizen.look().status_code == 200
    assert citizen.tap(3).status_code == 200
    (event,) = events(tablet)
    assert abs(event.wall_ms - now_ms()) < 60_000, "the rating has headquarters' time"
    # The clock is set right before the next heartbeat: good as well.
    assert Citizen(tablet).look().status_code == 200


def test_a_code_from_the_future_says_what_to_do(tablet: FakeTablet) -> None:
    answer = Citizen(tablet, seconds_ago=-20 * MINUTE).look()
    assert answer.status_code == 403
    assert "Đồng hồ" in words(answer)


@pytest.mark.parametrize("text", ["x", "A" * 32, "%00", "a" * 3000, "Ạ" * 32])
def test_what_no_tablet_made_finds_nothing(tablet: FakeTablet, text: str) -> None:
    for answer in (Client().get(f"/p/{text}"), Client().post(f"/p/{text}", {"level": 3})):
        assert answer.status_code == 404
        assert "Không đọc được mã này" in answer.content.decode()
    assert events(tablet) == []


def test_every_changed_letter_is_a_forgery(citizen: Citizen, tablet: FakeTablet) -> None:
    token = citizen.token
    for at in range(len(token)):
        citizen.token = f"{token[:at]}{'A' if token[at] != 'A' else 'B'}{token[at + 1 :]}"
        assert citizen.tap(1).status_code == 404, at
    assert events(tablet) == []


def test_another_tablets_key_makes_no_code_of_this_one(office: Office26740, tablet: FakeTablet) -> None:
    other = FakeTablet()
    office.place(other)
    citizen = Citizen(tablet)
    key = phone_key(uuid.UUID(other.tablet_id))
    citizen.token = phone.mint(tablet.signer.key_id, key, now_ms() / 1000, b"1234")
    assert citizen.tap(3).status_code == 404


def test_two_tablets_with_the_same_short_name_are_told_apart(office: Office26740, tablet: FakeTablet) -> None:
    who = tablet.signer.key_id[: phone.WHO_DIGITS]
    twin = FakeTablet()
    office.place(twin, key_id=who + "0" * 8)
    key = phone_key(uuid.UUID(twin.tablet_id))
    citizen = Citizen(tablet)
    citizen.tap(3)
    citizen.token = phone.mint(who, key, now_ms() / 1000, b"1234")
    citizen.tap(1)
    assert (rollup(tablet), rollup(twin)) == ({(today(), 3): 1}, {(today(), 1): 1})


def test_a_revoked_tablets_codes_are_nobodys(citizen: Citizen, tablet: FakeTablet) -> None:
    Tablet.objects.update(revoked_at=timezone.now())
    assert citizen.look().status_code == 404
    assert citizen.tap(3).status_code == 404
    assert events(tablet) == []


@pytest.mark.parametrize("level", ["", "0", "4", "3 ", "ba", "٣"])
def test_an_answer_that_is_none_is_asked_for_again(citizen: Citizen, tablet: FakeTablet, level: str) -> None:
    answer = citizen.tap(level)
    assert answer.status_code == 400
    assert "Chạm vào một khuôn mặt" in words(answer)
    assert events(tablet) == []


def test_thanks_cannot_be_reached_without_a_saved_rating(citizen: Citizen) -> None:
    answer = citizen.client.get(f"/p/{citizen.token}/cam-on")
    assert (answer.status_code, answer["Location"]) == (303, f"/p/{citizen.token}")


def test_reasons_may_follow_and_are_the_same_visits(citizen: Citizen, tablet: FakeTablet) -> None:
    assert 'name="chosen"' in citizen.tap(1).content.decode()
    answer = citizen.say("thai-do", "thoi-gian", "made-up")
    assert "Cũng đã lưu Thời gian Thái độ" in words(answer)
    assert 'name="chosen"' not in answer.content.decode()
    rating, reasons = (contract.decode_event(event.stored) for event in events(tablet))
    assert (reasons.kind, reasons.visit_id) == ("reasons", rating.visit_id)
    assert reasons.body == {"chosen": ["thoi-gian", "thai-do"], "good": False}
    citizen.say("phi")
    assert len(events(tablet)) == 2
    assert rollup(tablet) == {(today(), 1): 1}


def test_reasons_of_a_good_rating_are_good_ones(citizen: Citizen, tablet: FakeTablet) -> None:
    assert "Điều gì Ông/Bà thấy tốt?" in words(citizen.tap(2))
    citizen.say("ket-qua")
    assert contract.decode_event(events(tablet)[1].stored).body == {"chosen": ["ket-qua"], "good": True}


def test_no_reason_chosen_is_nothing_said(citizen: Citizen, tablet: FakeTablet) -> None:
    citizen.tap(3)
    assert citizen.say().status_code == 200
    assert citizen.say("made-up").status_code == 200
    assert [event.kind for event in events(tablet)] == ["rating"]


def test_reasons_without_a_rating_are_not_kept(citizen: Citizen, tablet: FakeTablet) -> None:
    citizen.say("phi")
    assert events(tablet) == []


def test_english_stays_english_through_the_whole_visit(citizen: Citizen) -> None:
    page = citizen.look(lang="en")
    assert (page["Content-Language"], "How was the service you received today?" in words(page)) == (
        "en",
        True,
    )
    assert 'action="?lang=en"' in page.content.decode()
    answer = citizen.client.post(f"/p/{citizen.token}?lang=en", {"level": 3}, follow=True)
    assert "Thank you!" in words(answer)
    assert 'lang="en"' in answer.content.decode()
    assert "Chúng tôi" not in words(answer)


def test_small_and_large_letters_of_the_address_are_the_same(citizen: Citizen, tablet: FakeTablet) -> None:
    assert citizen.client.get(f"/P/{citizen.token}").status_code == 200
    citizen.tap(3)
    citizen.token = citizen.token.lower()
    assert citizen.look().status_code == 409
    assert len(events(tablet)) == 1


def test_nothing_is_set_on_the_phone_and_nothing_is_told_onwards(citizen: Citizen) -> None:
    for answer in (citizen.look(), citizen.tap(3), citizen.say("phi"), Client().get("/p/x")):
        assert dict(answer.cookies) == {}
        assert answer["Referrer-Policy"] == "no-referrer"
        assert answer["Cache-Control"] == "no-store"
        assert answer["X-Frame-Options"] == "DENY"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in answer["Content-Security-Policy"]
        assert "<script" not in answer.content.decode()
    assert dict(citizen.client.cookies) == {}


def test_a_leaders_session_is_neither_needed_nor_looked_at(tablet: FakeTablet) -> None:
    strict = Client(enforce_csrf_checks=True)
    citizen = Citizen(tablet)
    citizen.client = strict
    assert citizen.tap(3, HTTP_ORIGIN="null").status_code == 200


def everything_in_the_database() -> str:
    """All rows of all tables as text."""
    with connection.cursor() as cursor:
        found = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            found.append(
                repr([[bytes(x) if isinstance(x, memoryview) else x for x in row] for row in cursor])
            )
    return "\n".join(found)


def test_no_address_is_kept_anywhere(tablet: FakeTablet) -> None:
    citizen = Citizen(tablet, user_agent="Điện thoại Nokia 3310")
    citizen.tap(3, REMOTE_ADDR="203.0.113.77")
    Client(REMOTE_ADDR="203.0.113.77").get("/p/forged")
    assert Try.objects.count() >= 2
    text = everything_in_the_database()
    assert "203.0.113.77" not in text
    assert "Nokia" not in text
    stored = json.loads(events(tablet)[0].stored)
    assert set(stored) == {
        *("v", "event_id", "tablet_id", "install_id", "seq", "kind", "visit_id", "boot_id", "mono_ms"),
        *("wall_ms", "utc_offset_min", "labels_version", "config_version", "body"),
    }


def test_a_desk_is_not_swamped(few_tries: None, office: Office26740, tablet: FakeTablet) -> None:
    for number in range(3):
        assert Citizen(tablet).tap(3, REMOTE_ADDR=f"203.0.113.{number}").status_code == 200
    late = Citizen(tablet)
    answer = late.tap(3, REMOTE_ADDR="203.0.113.9")
    assert answer.status_code == 429
    assert "chưa lưu gì" in words(answer)
    assert rollup(tablet) == {(today(), 3): 3}
    other = FakeTablet()
    office.place(other)
    assert Citizen(other).tap(3, REMOTE_ADDR="203.0.113.10").status_code == 200, "the next desk goes on"
    Try.objects.update(at=timezone.now() - dt.timedelta(hours=2))
    assert late.tap(3).status_code == 200, "the same code, later"
    assert Try.objects.count() == 2, "what counts no more is gone"


def test_one_address_rates_no_more_than_its_limit(few_tries: None, office: Office26740) -> None:
    statuses = []
    for _ in range(4):
        tablet = FakeTablet()
        office.place(tablet)
        statuses.append(Citizen(tablet).tap(3, REMOTE_ADDR="203.0.113.1").status_code)
    assert statuses == [200, 200, 200, 429]


def test_forgers_are_stopped_and_nobody_else(few_tries: None, tablet: FakeTablet) -> None:
    forger = Client(REMOTE_ADDR="203.0.113.1")
    assert [forger.get("/p/" + "A" * 32).status_code for _ in range(5)] == [404, 404, 404, 429, 429]
    good = Citizen(tablet).token
    assert forger.get(f"/p/{good}").status_code == 429
    assert forger.get(f"/p/{good}/cam-on").status_code in (303, 429)
    assert Client(REMOTE_ADDR="203.0.113.2").get(f"/p/{good}").status_code == 200


def test_a_double_tap_is_no_second_try(few_tries: None, citizen: Citizen) -> None:
    for _ in range(6):
        assert citizen.tap(3).status_code == 200
    assert not limits.exhausted("phone-tablet", "anybody")
    assert Try.objects.count() == 2


def test_a_lost_database_is_not_thanked_for(
    citizen: Citizen, monkeypatch: pytest.MonkeyPatch, tablet: FakeTablet
) -> None:
    from django.db import OperationalError

    def gone(*_: object) -> None:
        raise OperationalError("the server closed the connection")

    monkeypatch.setattr(streaming, "append", gone)
    answer = citizen.tap(3)
    assert answer.status_code == 503
    assert "Chưa ghi nhận được" in words(answer)
    assert "Cảm ơn" not in words(answer)
    assert events(tablet) == []
