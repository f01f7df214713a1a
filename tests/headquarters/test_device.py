"""Enrolment by QR (RFC 8628): who may ask, who decides, and what a tablet hears meanwhile."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from typing import Any

import pytest
from django.utils import timezone

from headquarters.accounts.models import User
from headquarters.tablets import attempts, grants
from headquarters.tablets.models import Attempt, Deed, DeviceGrant, Tablet
from sync import contract, device
from sync.device import DeviceAuthorization, DeviceRequest, DeviceTokenRequest
from tests.headquarters.conftest import Office26740, problem_of, verdicts
from tests.support import FakeTablet, body_of, body_of_json, new_id


@pytest.fixture
def fresh() -> FakeTablet:
    return FakeTablet()


@pytest.fixture
def admin(db: None) -> User:
    return User.objects.create_superuser("admin", password="một-mật-khẩu-dài")


def request_of(tablet: FakeTablet, **changes: Any) -> DeviceRequest:
    usual = {"tablet_id": tablet.tablet_id, "install_id": tablet.install_id, "app_version": "test"}
    return DeviceRequest(**{"public_key": tablet.signer.public_key.hex(), **usual, **changes})


def post(office: Office26740, tablet: FakeTablet, path: str, message: object) -> tuple[int, bytes]:
    body = body_of(message)
    return office.post(path, body, tablet.headers(body))


def shown(office: Office26740, tablet: FakeTablet) -> DeviceAuthorization:
    status, answer = post(office, tablet, device.AUTHORIZE_PATH, request_of(tablet))
    assert status == 200, answer
    return device.decode_authorization(answer)


def ask(office: Office26740, tablet: FakeTablet, device_code: str, **changes: Any) -> tuple[int, bytes]:
    message = DeviceTokenRequest(**{"device_code": device_code, "tablet_id": tablet.tablet_id, **changes})
    return post(office, tablet, device.TOKEN_PATH, message)


def heard(office: Office26740, tablet: FakeTablet, device_code: str, **changes: Any) -> str:
    return problem_of(*ask(office, tablet, device_code, **changes)).code


def grant() -> DeviceGrant:
    return DeviceGrant.objects.get()


def pass_time(seconds: float) -> None:
    """Let time pass for every request there is."""
    step = dt.timedelta(seconds=seconds)
    for one in DeviceGrant.objects.all():
        one.expires_at -= step
        one.polled_at = one.polled_at and one.polled_at - step
        one.save()


def test_an_approved_tablet_hears_of_it_and_may_push(
    office: Office26740, fresh: FakeTablet, admin: User
) -> None:
    codes = shown(office, fresh)
    assert heard(office, fresh, codes.device_code) == "authorization_pending"
    assert not Tablet.objects.exists()
    grants.approve(grant(), office.desk(), admin)
    status, answer = ask(office, fresh, codes.device_code)
    assert status == 200, answer
    reply = contract.decode_enrolment_reply(answer)
    assert (reply.tablet_id, reply.key_id, reply.desk) == (fresh.tablet_id, fresh.signer.key_id, "Quầy 3")
    assert all(
        len(key) == 64 for key in (reply.sealing_key, reply.phone_key, reply.config_key, reply.reset_key)
    )
    assert verdicts(office.push(fresh, [fresh.rating()])) == ["accepted"]
    deed = Deed.objects.get()
    assert (deed.kind, deed.actor, str(deed.tablet_id)) == ("approved", admin, fresh.tablet_id)


def test_what_the_tablet_shows_fits_the_page_that_decides(office: Office26740, fresh: FakeTablet) -> None:
    codes = shown(office, fresh)
    assert device.normalise_user_code(codes.user_code) == codes.user_code
    assert codes.verification_uri == "http://testserver/thiet-bi"
    assert codes.verification_uri_complete == f"{codes.verification_uri}?ma={codes.user_code}"
    assert (codes.expires_in, codes.interval) == (900, 5)
    assert codes.device_code not in str(list(DeviceGrant.objects.values()))


def test_an_approval_is_answered_again_when_the_first_reply_was_lost(
    office: Office26740, fresh: FakeTablet, admin: User
) -> None:
    codes = shown(office, fresh)
    grants.approve(grant(), office.desk(), admin)
    assert [ask(office, fresh, codes.device_code)[0] for _ in range(2)] == [200, 200]
    pass_time(901)
    assert heard(office, fresh, codes.device_code) == "expired_token"


def test_a_denied_tablet_hears_so_and_nothing_is_enrolled(
    office: Office26740, fresh: FakeTablet, admin: User
) -> None:
    codes = shown(office, fresh)
    assert grants.deny(grant(), admin)
    assert heard(office, fresh, codes.device_code) == "access_denied"
    assert not Tablet.objects.exists()
    assert grants.approve(grant(), office.desk(), admin) is None, "decided is decided"
    assert Deed.objects.get().kind == "denied"


def test_a_code_runs_out_and_cannot_be_approved_any_more(
    office: Office26740, fresh: FakeTablet, admin: User
) -> None:
    codes = shown(office, fresh)
    pass_time(901)
    assert heard(office, fresh, codes.device_code) == "expired_token"
    assert grants.open_grant(codes.user_code) is None
    assert grants.approve(grant(), office.desk(), admin) is None
    assert not Tablet.objects.exists()


def test_asking_too_fast_slows_it_down_for_good(office: Office26740, fresh: FakeTablet) -> None:
    code = shown(office, fresh).device_code
    assert heard(office, fresh, code) == "authorization_pending"
    assert heard(office, fresh, code) == "slow_down"
    pass_time(6)
    assert heard(office, fresh, code) == "slow_down", "ten seconds now, and it was six"
    pass_time(15)
    assert heard(office, fresh, code) == "authorization_pending"
    pass_time(14)
    assert heard(office, fresh, code) == "slow_down"


def test_at_the_given_pace_it_is_never_slowed(office: Office26740, fresh: FakeTablet) -> None:
    code = shown(office, fresh).device_code
    for _ in range(4):
        assert heard(office, fresh, code) == "authorization_pending"
        pass_time(5)


def test_somebody_who_overheard_the_device_code_gets_nothing(
    office: Office26740, fresh: FakeTablet, admin: User
) -> None:
    code, thief = shown(office, fresh).device_code, FakeTablet()
    grants.approve(grant(), office.desk(), admin)
    assert heard(office, thief, code) == "invalid_grant"
    shown(office, thief)
    assert heard(office, thief, code) == "invalid_grant"
    assert heard(office, thief, code, tablet_id=fresh.tablet_id) == "invalid_grant"


def test_another_tablet_s_id_is_refused(office: Office26740, fresh: FakeTablet) -> None:
    assert heard(office, fresh, shown(office, fresh).device_code, tablet_id=new_id()) == "invalid_grant"


def test_a_request_of_another_key_than_it_brings_is_refused(office: Office26740, fresh: FakeTablet) -> None:
    other = FakeTablet()
    message = request_of(fresh)
    assert problem_of(*post(office, other, device.AUTHORIZE_PATH, message)).code == "bad_signature"
    body = body_of(message)
    headers = fresh.headers(body) | {"Kiosk-Signature": other.headers(body)["Kiosk-Signature"]}
    assert problem_of(*office.post(device.AUTHORIZE_PATH, body, headers)).code == "bad_signature"
    assert not DeviceGrant.objects.exists()


def test_an_ask_with_a_wrong_signature_is_refused(office: Office26740, fresh: FakeTablet) -> None:
    code = shown(office, fresh).device_code
    body = body_of(DeviceTokenRequest(device_code=code, tablet_id=fresh.tablet_id))
    headers = fresh.headers(body) | {"Kiosk-Signature": fresh.headers(b"x")["Kiosk-Signature"]}
    assert problem_of(*office.post(device.TOKEN_PATH, body, headers)).code == "bad_signature"


def test_odd_letters_of_a_version_break_nothing(office: Office26740, fresh: FakeTablet) -> None:
    message = {**asdict(request_of(fresh)), "app_version": "0.4\x00\ud800" + "x" * 100}
    body = body_of_json(message)
    assert office.post(device.AUTHORIZE_PATH, body, fresh.headers(body))[0] == 200
    assert grant().app_version == "0.4?" + "x" * 36


@pytest.mark.parametrize("changes", [{"tablet_id": "T"}, {"install_id": "1"}, {"public_key": "00"}])
def test_a_malformed_request_is_refused(
    office: Office26740, fresh: FakeTablet, changes: dict[str, str]
) -> None:
    answer = post(office, fresh, device.AUTHORIZE_PATH, request_of(fresh, **changes))
    assert problem_of(*answer).code == "bad_envelope"


def test_a_fresh_request_makes_the_older_code_void(office: Office26740, fresh: FakeTablet) -> None:
    first, second = shown(office, fresh), shown(office, fresh)
    assert grants.open_grant(first.user_code) is None
    assert grants.open_grant(second.user_code) is not None
    assert heard(office, fresh, first.device_code) == "invalid_grant"


def test_a_known_id_with_another_key_cannot_be_approved(
    office: Office26740, fresh: FakeTablet, admin: User
) -> None:
    office.place(fresh)
    thief = FakeTablet(tablet_id=fresh.tablet_id)
    codes = shown(office, thief)
    with pytest.raises(Exception, match="key_taken"):
        grants.approve(grant(), office.desk(), admin)
    assert grant().state == "pending", "nothing was decided"
    assert heard(office, thief, codes.device_code) == "authorization_pending"


def test_approval_brings_a_revoked_tablet_back_to_another_desk(
    office: Office26740, fresh: FakeTablet, admin: User
) -> None:
    office.place(fresh, revoked_at=timezone.now())
    shown(office, fresh)
    tablet = grants.approve(grant(), office.desk("Quầy 9"), admin)
    assert tablet is not None
    tablet.refresh_from_db()
    assert tablet.revoked_at is None
    assert tablet.desk is not None
    assert tablet.desk.name == "Quầy 9"


def test_a_tablet_revoked_after_its_approval_is_told_so(
    office: Office26740, fresh: FakeTablet, admin: User
) -> None:
    code = shown(office, fresh).device_code
    grants.approve(grant(), office.desk(), admin)
    Tablet.objects.update(revoked_at=timezone.now())
    assert heard(office, fresh, code) == "revoked"


def test_an_address_may_ask_for_so_many_codes_only(office: Office26740, fresh: FakeTablet) -> None:
    now = timezone.now()
    Attempt.objects.bulk_create(
        Attempt(what="device", who="127.0.0.1", at=now) for _ in range(attempts.MOST["device"])
    )
    answer = post(office, fresh, device.AUTHORIZE_PATH, request_of(fresh))
    assert problem_of(*answer).code == "too_many_tries"
    Attempt.objects.update(at=now - attempts.WITHIN)
    shown(office, fresh)
