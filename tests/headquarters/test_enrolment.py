"""A one-time code places one tablet at one desk, and proves nothing else to anybody."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from headquarters.tablets.enrolment import ALPHABET, new_code
from headquarters.tablets.models import EnrolmentCode, Tablet
from sync import contract
from sync.contract import ENROL_PATH, EnrolmentReply, EnrolmentRequest
from tests.headquarters.conftest import Office26740, problem_of, verdicts
from tests.support import FakeTablet, body_of, now_ms


@pytest.fixture
def fresh() -> FakeTablet:
    """A tablet headquarters has not heard of."""
    return FakeTablet()


@pytest.fixture
def code(office: Office26740) -> str:
    return new_code(office.desk())


def ask(office: Office26740, tablet: FakeTablet, request: EnrolmentRequest) -> tuple[int, bytes]:
    body = body_of(request)
    return office.post(ENROL_PATH, body, tablet.headers(body))


def enrolled(office: Office26740, tablet: FakeTablet, code: str) -> EnrolmentReply:
    status, answer = ask(office, tablet, tablet.enrolment(code))
    assert status == 200, answer
    return contract.decode_enrolment_reply(answer)


def refusal(office: Office26740, tablet: FakeTablet, code: str, **changes: str) -> str:
    return problem_of(*ask(office, tablet, tablet.enrolment(code, **changes))).code


def age(minutes: float) -> None:
    """Let time pass for every code there is."""
    for row in EnrolmentCode.objects.all():
        row.expires_at -= dt.timedelta(minutes=minutes)
        row.save()


def test_code_places_a_tablet_which_may_then_push(office: Office26740, fresh: FakeTablet, code: str) -> None:
    reply = enrolled(office, fresh, code)
    assert (reply.tablet_id, reply.key_id) == (fresh.tablet_id, fresh.signer.key_id)
    assert (reply.office, reply.desk) == ("UBND phường Thủ Dầu Một", "Quầy 3")
    assert abs(reply.server_time_ms - now_ms()) < 60_000
    assert verdicts(office.push(fresh, [fresh.rating()])) == ["accepted"]


def test_code_is_long_unambiguous_and_grouped(code: str) -> None:
    groups = code.split("-")
    assert [len(group) for group in groups] == [4, 4, 4]
    assert set("".join(groups)) <= set(ALPHABET)
    assert not set(ALPHABET) & set("01ILO")
    assert len(ALPHABET) ** 12 >= 2**50


def test_code_may_be_typed_small_and_with_spaces(office: Office26740, fresh: FakeTablet, code: str) -> None:
    assert enrolled(office, fresh, code.lower().replace("-", " ")).tablet_id == fresh.tablet_id


def test_code_is_nowhere_in_the_database(office: Office26740, code: str) -> None:
    plain = code.replace("-", "").lower()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            text = repr(cursor.fetchall()).lower().replace("-", "")
            assert plain not in text, table


def test_code_works_for_one_tablet_only(office: Office26740, fresh: FakeTablet, code: str) -> None:
    enrolled(office, fresh, code)
    other = FakeTablet()
    assert refusal(office, other, code) == "code_used"
    assert not Tablet.objects.filter(pk=other.tablet_id).exists()


def test_request_sent_again_after_a_lost_reply_is_answered_again(
    office: Office26740, fresh: FakeTablet, code: str
) -> None:
    first = enrolled(office, fresh, code)
    again = enrolled(office, fresh, code)
    assert replace(again, server_time_ms=0) == replace(first, server_time_ms=0)
    assert Tablet.objects.filter(pk=fresh.tablet_id).count() == 1


def test_lost_reply_is_answered_again_even_after_the_code_ran_out(
    office: Office26740, fresh: FakeTablet, code: str
) -> None:
    enrolled(office, fresh, code)
    age(minutes=60)
    assert enrolled(office, fresh, code).tablet_id == fresh.tablet_id


def test_code_dies_after_15_minutes(office: Office26740, fresh: FakeTablet, code: str) -> None:
    age(minutes=14.9)
    age(minutes=0.2)
    assert refusal(office, fresh, code) == "code_expired"
    assert not Tablet.objects.filter(pk=fresh.tablet_id).exists()


def test_code_lives_for_14_minutes(office: Office26740, fresh: FakeTablet, code: str) -> None:
    age(minutes=14)
    enrolled(office, fresh, code)


@pytest.mark.parametrize("wrong", ["", "AAAA-BBBB-CCCC", "\x00", "ă" * 5000])
def test_unknown_code_is_refused(office: Office26740, fresh: FakeTablet, wrong: str) -> None:
    assert refusal(office, fresh, wrong) == "code_unknown"


def test_key_must_be_proved(office: Office26740, fresh: FakeTablet, code: str) -> None:
    thief = FakeTablet()
    request = thief.enrolment(code, public_key=fresh.signer.public_key.hex())
    assert problem_of(*ask(office, thief, request)).code == "bad_signature"
    body = body_of(request)
    forged = {**thief.headers(body), "Kiosk-Key-Id": fresh.signer.key_id}
    assert problem_of(*office.post(ENROL_PATH, body, forged)).code == "bad_signature"
    enrolled(office, fresh, code)


@pytest.mark.parametrize(
    "changes",
    [
        {"public_key": "00"},
        {"public_key": "zz" * 32},
        {"tablet_id": "x"},
        {"tablet_id": "ABCDEFAB-0000-4000-8000-00000000ABCD"},
        {"install_id": ""},
    ],
)
def test_request_that_names_no_tablet_is_refused(
    office: Office26740, fresh: FakeTablet, code: str, changes: dict[str, str]
) -> None:
    assert refusal(office, fresh, code, **changes) == "bad_envelope"


def test_another_key_cannot_take_a_tablets_id(office: Office26740, fresh: FakeTablet, code: str) -> None:
    enrolled(office, fresh, code)
    thief = FakeTablet(tablet_id=fresh.tablet_id)
    second = new_code(office.desk("Quầy 4"))
    assert refusal(office, thief, second) == "key_taken"
    assert enrolled(office, FakeTablet(), second).desk == "Quầy 4", "a refused request must not use a code up"


def test_one_key_cannot_be_two_tablets(office: Office26740, fresh: FakeTablet, code: str) -> None:
    enrolled(office, fresh, code)
    twin = FakeTablet(seed=fresh.seed)
    assert refusal(office, twin, new_code(office.desk())) == "key_taken"


def test_tablet_moves_to_another_desk_with_a_fresh_code(
    office: Office26740, fresh: FakeTablet, code: str
) -> None:
    enrolled(office, fresh, code)
    office.push(fresh, [fresh.rating()])
    assert enrolled(office, fresh, new_code(office.desk("Quầy 4"))).desk == "Quầy 4"
    assert verdicts(office.push(fresh, [fresh.rating()])) == ["accepted"]


def test_old_code_does_not_move_a_tablet_back(office: Office26740, fresh: FakeTablet, code: str) -> None:
    enrolled(office, fresh, code)
    enrolled(office, fresh, new_code(office.desk("Quầy 4")))
    assert enrolled(office, fresh, code).desk == "Quầy 4", "a resend asks where it stands, it places nothing"


def test_revoked_tablet_comes_back_with_a_fresh_code_only(
    office: Office26740, fresh: FakeTablet, code: str
) -> None:
    enrolled(office, fresh, code)
    Tablet.objects.filter(pk=fresh.tablet_id).update(revoked_at=timezone.now())
    assert refusal(office, fresh, code) == "revoked", "a recorded request must not undo a revocation"
    enrolled(office, fresh, new_code(office.desk()))
    assert verdicts(office.push(fresh, [fresh.rating()])) == ["accepted"]


def test_ten_wrong_codes_close_the_door_to_an_address_for_a_while(
    office: Office26740, fresh: FakeTablet, code: str
) -> None:
    assert [refusal(office, fresh, "AAAA-BBBB-CCCC") for _ in range(10)] == ["code_unknown"] * 10
    assert refusal(office, fresh, "AAAA-BBBB-CCCC") == "too_many_tries"
    assert refusal(office, fresh, code) == "too_many_tries", "or guessing would go on unseen"
    body = body_of(fresh.enrolment(code))
    elsewhere = office.client.post(
        ENROL_PATH, body, content_type="application/json", headers=fresh.headers(body), REMOTE_ADDR="10.0.0.7"
    )
    assert elsewhere.status_code == 200


@pytest.mark.parametrize(("behind_tls", "last"), [(True, "too_many_tries"), (False, "code_unknown")])
def test_behind_the_proxy_the_address_is_the_one_it_names_last(
    office: Office26740, fresh: FakeTablet, settings: Settings, behind_tls: bool, last: str
) -> None:
    settings.BEHIND_TLS = behind_tls
    body = body_of(fresh.enrolment("AAAA-BBBB-CCCC"))

    def knock(forwarded: str, proxy: str) -> str:
        headers = {**fresh.headers(body), "X-Forwarded-For": forwarded}
        kind = "application/json"
        answer = office.client.post(ENROL_PATH, body, content_type=kind, headers=headers, REMOTE_ADDR=proxy)
        return problem_of(answer.status_code, answer.content).code

    for number in range(10):
        knock(f"6.6.6.{number}, 10.0.0.7", f"127.0.0.{number}")
    assert knock("7.7.7.7, 10.0.0.7", "127.0.0.99") == last


def test_right_codes_never_close_the_door(office: Office26740) -> None:
    for number in range(15):
        enrolled(office, FakeTablet(), new_code(office.desk(f"Quầy {number}")))
