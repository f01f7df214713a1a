"""The second proof at sign-in: an authenticator app, backup codes, and no way round it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from headquarters.accounts import second_factor
from headquarters.accounts.models import BackupCode, User
from headquarters.accounts.roles import Role
from headquarters.audit.models import Entry
from tests.headquarters.accounts.conftest import Land, digits, enter, give_phone, sign_in

pytestmark = pytest.mark.screen_only

Make = Callable[..., User]
CODE = "/sign-in/code/"
MUST = {Role.OFFICE_ADMIN, Role.CASE_HANDLER, Role.AUDITOR, Role.SYSTEM_ADMIN}


def earlier(user: User, seconds: int = 3600) -> None:
    """The wrong codes were typed long ago."""
    TOTPDevice.objects.filter(user=user).update(
        throttling_failure_timestamp=timezone.now() - dt.timedelta(seconds=seconds)
    )


@pytest.mark.parametrize("role", list(Role))
def test_roles_with_rights_over_others_must_set_it_up(make: Make, second_step: None, role: Role) -> None:
    make("ha", role)
    assert sign_in("ha")[1] == ("/sign-in/second-step/" if role in MUST else "/")


def test_where_it_is_optional_nobody_must(make: Make) -> None:
    make("ha", Role.SYSTEM_ADMIN)
    assert sign_in("ha")[1] == "/"


def test_the_first_administrator_is_led_to_set_it_up_and_then_to_the_page_wanted(
    make: Make, second_step: None
) -> None:
    user = make("ha", Role.SYSTEM_ADMIN)
    browser, where = sign_in("ha", to="/accounts/")
    page = browser.get(where).content.decode()
    key = browser.session["second_key"]
    assert second_factor.letters(key) in page
    assert '<svg class="qr"' in page
    assert browser.post(where, {"code": "000000"}).status_code == 400
    assert browser.get("/accounts/").status_code == 302, "not in yet"
    done = browser.post(where, {"code": digits(key)}).content.decode()
    assert 'href="/accounts/"' in done
    assert len(re.findall(r"<li>[2-9A-Z]{5}-[2-9A-Z]{5}</li>", done)) == 10
    assert browser.get("/accounts/").status_code == 200
    assert second_factor.on(user)
    assert sign_in("ha")[1] == CODE


def test_right_password_alone_opens_no_page(make: Make) -> None:
    give_phone(make("ha", Role.SYSTEM_ADMIN))
    browser, where = sign_in("ha")
    assert where == CODE
    for path in ("/", "/me/", "/accounts/", "/audit/"):
        assert browser.get(path).headers["Location"].startswith("/sign-in/?next="), path
    assert browser.get("/sign-in/second-step/").headers["Location"] == "/sign-in/", "no new phone either"


def test_the_apps_code_opens_once(make: Make) -> None:
    key = give_phone(make("ha"))
    first, second = sign_in("ha")[0], sign_in("ha")[0]
    code = digits(key)
    assert first.post(CODE, {"code": f" {code[:3]} {code[3:]} "}).headers["Location"] == "/"
    assert second.post(CODE, {"code": code}).status_code == 400, "seen over a shoulder"
    assert first.get("/me/").status_code == 200
    assert second.get("/me/").status_code == 302


def test_each_wrong_code_doubles_the_wait(make: Make) -> None:
    user = make("ha")
    key = give_phone(user)
    browser = sign_in("ha")[0]
    for failures in range(1, 7):
        assert browser.post(CODE, {"code": "nonsense" if failures % 2 else "000000"}).status_code == 400
        kept = TOTPDevice.objects.get(user=user)
        assert kept.throttling_failure_count == failures
        answer = browser.post(CODE, {"code": digits(key)})
        assert answer.status_code == 429, "not even the right one, for a while"
        earlier(user, seconds=2 ** (failures - 1))
    assert browser.post(CODE, {"code": digits(key)}).status_code == 302
    assert Entry.objects.filter(action="door.second_failed", target="ha").count() == 6


def test_a_backup_code_opens_once_and_only_its_owner_s_door(make: Make) -> None:
    user, other = make("ha"), make("binh")
    give_phone(user), give_phone(other)
    codes = second_factor.new_backup_codes(user)
    foreign = sign_in("binh")[0]
    assert foreign.post(CODE, {"code": codes[0]}).status_code == 400
    assert (
        sign_in("ha")[0].post(CODE, {"code": codes[0].lower().replace("-", " ")}).headers["Location"] == "/"
    )
    assert sign_in("ha")[0].post(CODE, {"code": codes[0]}).status_code == 400
    assert second_factor.backup_codes_left(user) == 9
    assert Entry.objects.get(action="door.backup_code").detail == "9 left"
    assert not BackupCode.objects.filter(hash__in=codes).exists(), "only hashes are kept"


def test_new_backup_codes_void_the_old_and_want_the_password(make: Make) -> None:
    user = make("ha")
    give_phone(user)
    old = second_factor.new_backup_codes(user)
    browser = enter(user)
    assert browser.post("/me/", {"action": "codes", "present": "sai"}).status_code == 400
    assert second_factor.backup_codes_left(user) == 10
    page = browser.post("/me/", {"action": "codes", "present": "một-mật-khẩu-dài"}).content.decode()
    assert len(re.findall(r"<li>[2-9A-Z]{5}-[2-9A-Z]{5}</li>", page)) == 10
    assert sign_in("ha")[0].post(CODE, {"code": old[0]}).status_code == 400


def test_the_wait_for_a_code_ends_with_the_password_and_with_time(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = make("ha")
    key = give_phone(user)
    browser = sign_in("ha")[0]
    session = browser.session
    session["second_step"] = session["second_step"] | {"at": session["second_step"]["at"] - 601}
    session.save()
    assert browser.post(CODE, {"code": digits(key)}).headers["Location"] == "/sign-in/"
    browser = sign_in("ha")[0]
    user.set_password("một mật khẩu khác hẳn")
    user.save()
    assert browser.post(CODE, {"code": digits(key)}).headers["Location"] == "/sign-in/"
    assert Client().get(CODE).headers["Location"] == "/sign-in/"


def test_moved_to_another_phone_with_the_password_only(make: Make) -> None:
    user = make("ha")
    old = give_phone(user)
    browser = enter(user)
    browser.get("/me/second-step/")
    key = browser.session["new_second_key"]
    assert browser.post("/me/second-step/", {"code": digits(key), "present": "sai"}).status_code == 400
    assert TOTPDevice.objects.get(user=user).key == old
    assert (
        browser.post("/me/second-step/", {"code": "000000", "present": "một-mật-khẩu-dài"}).status_code == 400
    )
    assert (
        browser.post("/me/second-step/", {"code": digits(key), "present": "một-mật-khẩu-dài"}).status_code
        == 200
    )
    assert TOTPDevice.objects.get(user=user).key == key


@pytest.mark.parametrize(
    ("path", "typed", "marked"),
    [
        ("/me/second-step/", {"code": "000000", "present": "sai"}, "present"),
        ("/me/second-step/", {"code": "000000", "present": "một-mật-khẩu-dài"}, "code"),
        ("/me/", {"action": "codes", "present": "sai"}, "codes-present"),
    ],
)
def test_the_field_that_is_wrong_is_marked(make: Make, path: str, typed: dict[str, str], marked: str) -> None:
    user = make("ha")
    give_phone(user)
    browser = enter(user)
    browser.get("/me/second-step/")
    page = browser.post(path, typed).content.decode()
    assert re.findall(r'<input[^>]*id="([^"]+)"[^>]*aria-invalid="true"', page) == [marked]


def test_it_never_leads_to_another_site(make: Make) -> None:
    key = give_phone(make("ha"))
    browser = sign_in("ha", to="https://elsewhere.example/")[0]
    assert browser.post(CODE, {"code": digits(key)}).headers["Location"] == "/"


def test_the_app_is_told_the_name_and_the_key_in_the_usual_form(land: Land, make: Make) -> None:
    told = second_factor.address(make("hà"), "00" * 20)
    assert told == f"otpauth://totp/Headquarters%3Ah%C3%A0?secret={'A' * 32}&issuer=Headquarters"
