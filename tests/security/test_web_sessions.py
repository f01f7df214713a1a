"""A session: its key is new whenever somebody becomes somebody, and it ends by itself."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import pytest
from django.contrib.auth import hashers
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from headquarters.accounts import passwords, second_factor, sessions
from headquarters.accounts.models import SignedIn, User
from headquarters.accounts.roles import Role
from headquarters.audit.models import Entry
from headquarters.offices.models import Office
from tests.headquarters.accounts.conftest import PASSWORD, Land, digits, enter, give_phone, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.screen_only]
NEW = "một-câu-khác-hẳn-dài"


def key(client: Client) -> str | None:
    return client.session.session_key


def opens(client: Client) -> bool:
    return client.get("/me/").status_code == 200


def test_a_key_put_in_somebodys_browser_opens_nothing(make: Callable[..., User]) -> None:
    make("lan")
    client = Client()
    session = client.session
    session["planted"] = True
    session.save()
    planted = str(session.session_key)
    sign_in("lan", client=client)
    assert opens(client)
    assert key(client) != planted
    assert not Session.objects.filter(session_key=planted).exists()


def test_the_key_is_new_after_the_password_and_again_after_the_second_step(make: Callable[..., User]) -> None:
    user = make("lan")
    phone = give_phone(user)
    client = Client()
    client.get("/sign-in/")
    client.post("/sign-in/", {"username": "lan", "password": PASSWORD})
    between = key(client)
    assert between is not None
    assert not opens(client)
    client.post("/sign-in/code/", {"code": digits(phone)})
    assert opens(client)
    assert key(client) != between
    assert not Session.objects.filter(session_key=between).exists()


def test_another_password_has_a_new_key_and_ends_every_other_session(make: Callable[..., User]) -> None:
    user = make("lan")
    here, elsewhere = enter(user), enter(user)
    before = key(here)
    answer = here.post("/me/", {"action": "password", "present": PASSWORD, "password": NEW, "again": NEW})
    assert answer.status_code == 302
    assert opens(here)
    assert not opens(elsewhere)
    assert key(here) != before


def test_another_phone_has_a_new_key_and_ends_every_other_session(make: Callable[..., User]) -> None:
    user = make("lan")
    give_phone(user)
    here, elsewhere = enter(user), enter(user)
    before = key(here)
    here.get("/me/second-step/")
    new = here.session["new_second_key"]
    here.post("/me/second-step/", {"present": PASSWORD, "code": digits(new)})
    assert opens(here)
    assert not opens(elsewhere)
    assert key(here) != before
    assert [one.session_key for one in sessions.of(user)] == [key(here)]


@pytest.mark.parametrize(
    ("idle_s", "old_s", "stays"),
    [(3599, 3599, True), (3602, 3602, False), (60, 12 * 3600 - 2, True), (60, 12 * 3600 + 2, False)],
)
def test_a_session_ends_when_nobody_asks_and_when_it_is_old(
    make: Callable[..., User], idle_s: int, old_s: int, stays: bool
) -> None:
    """Whatever is asked: each "last seen" would begin Django's own twelve hours anew."""
    client = enter(make("lan"))
    was = key(client)
    session = client.session
    now = timezone.now().timestamp()
    session["began_at"], session["seen_at"] = int(now - old_s), int(now - idle_s)
    session.save()
    assert opens(client) is stays
    assert Session.objects.filter(session_key=was).exists() is stays
    assert SignedIn.objects.filter(session_key=was).exists() is stays


def test_a_session_of_an_older_program_ends(make: Callable[..., User]) -> None:
    client = enter(make("lan"))
    session = client.session
    del session["began_at"]
    session.save()
    assert client.get("/me/").headers["Location"].startswith("/sign-in/?next=")


def test_signing_out_ends_it_at_headquarters_too(make: Callable[..., User]) -> None:
    client = enter(make("lan"))
    stolen = Client()
    stolen.cookies = client.cookies.copy()  # type: ignore[attr-defined]
    answer = client.post("/sign-out/")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert not opens(stolen)


@pytest.mark.parametrize(
    ("url", "fields"),
    [
        ("/me/", {"action": "password", "password": NEW, "again": NEW}),
        ("/me/", {"action": "codes"}),
        ("/me/second-step/", {"code": "000000"}),
    ],
)
def test_a_screen_left_open_is_no_place_to_guess_the_password(
    make: Callable[..., User], url: str, fields: dict[str, str]
) -> None:
    user = make("lan")
    give_phone(user)
    client = enter(user)
    client.get("/me/second-step/")
    for _ in range(5):
        last = client.post(url, fields | {"present": "sai-sai-sai-sai"})
    assert last.status_code == 429
    # Now the right one is not looked at either.
    assert client.post(url, fields | {"present": PASSWORD}).status_code in (400, 429)
    user.refresh_from_db()
    assert user.check_password(PASSWORD)
    assert Entry.objects.filter(action="door.failed").exists()


def test_a_name_that_is_not_there_costs_what_a_name_that_is_costs(
    make: Callable[..., User], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counted, not measured: each try is one computation of the slow hash, and the words are the same."""
    make("co-that")
    make("da-nghi", is_active=False)
    User.objects.create(username="duoc-moi", password=hashers.make_password(None))
    hasher = hashers.get_hasher()
    counted: list[str] = []
    encode = type(hasher).encode
    monkeypatch.setattr(
        type(hasher),
        "encode",
        lambda *args: counted.append("encode") or encode(*args),  # type: ignore[func-returns-value]
    )
    verify = type(hasher).verify
    monkeypatch.setattr(
        type(hasher),
        "verify",
        lambda *args: counted.append("verify") or verify(*args),  # type: ignore[func-returns-value]
    )
    told = {}
    for name in ("co-that", "khong-co", "da-nghi", "duoc-moi"):
        counted.clear()
        answer = Client().post("/sign-in/", {"username": name, "password": "sai-mat-khau-dai"})
        told[name] = (len(counted), answer.status_code, _error(answer), sorted(answer.cookies))
    assert len(set(map(str, told.values()))) == 1, told
    assert told["khong-co"][0] == 1


def _error(answer: Any) -> str:
    return str(answer.context["form"].non_field_errors())


def test_the_lock_of_a_name_that_is_not_there_looks_the_same(make: Callable[..., User]) -> None:
    make("co-that")
    told = []
    for name in ("co-that", "khong-co"):
        for _ in range(6):
            answer = Client().post("/sign-in/", {"username": name, "password": "sai-mat-khau-dai"})
        told.append((answer.status_code, re.sub(rb'name="csrf[^>]*>', b"", answer.content)))
    assert told[0] == told[1]
    assert told[0][0] == 429


def test_every_role_can_be_made_to_show_a_second_proof(settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = settings.SECOND_FACTOR_FOR_EVERYONE = True
    assert all(second_factor.required(role) for role in Role)
    settings.SECOND_FACTOR_FOR_EVERYONE = False
    assert not second_factor.required(Role.LEADER)
    assert second_factor.required(Role.SYSTEM_ADMIN)


def test_a_refused_page_is_in_the_log(land: Land) -> None:
    enter(User.objects.create(username="lan", role=Role.LEADER, office=land.ward)).get("/accounts/")
    (entry,) = Entry.objects.filter(action="door.refused")
    assert (entry.who, entry.target, entry.office_id) == ("lan", "/accounts/", land.ward.pk)


@pytest.mark.parametrize(
    ("password", "fine"),
    [
        ("Headquarters2026!", False),
        ("ubnd@phường-2026", False),
        ("Hài lòng 123456789", False),
        ("admin-admin-admin-1", False),
        ("Thủ Dầu Một 2026", False),
        ("con mèo ngủ trên mái", True),
        ("hài lòng thì mời bát phở", True),
        ("7K4Q2M9XRTBD", True),
    ],
)
def test_words_that_everybody_here_would_try_are_no_password(password: str, fine: bool) -> None:
    user = User(username="lan", office=Office(name="UBND phường Thủ Dầu Một"))
    with nullcontext() if fine else pytest.raises(ValidationError):
        passwords.OwnWords().validate(password, user)


def test_a_pass_sentence_of_a_hundred_letters_in_any_script_is_taken(make: Callable[..., User]) -> None:
    user, long = make("lan"), "Ẩm thực  " + "ế🙂" * 50
    client = enter(user)
    client.post("/me/", {"action": "password", "present": PASSWORD, "password": long, "again": long})
    user.refresh_from_db()
    assert user.check_password(long)
    assert not user.check_password(long.strip().casefold())


def test_a_link_ends_by_time(make: Callable[..., User]) -> None:
    from headquarters.accounts import links
    from headquarters.accounts.models import Link

    token = links.make(make("lan"), Link.Kind.PASSWORD, None)
    assert len(token) >= 32
    Link.objects.update(expires_at=timezone.now() - dt.timedelta(seconds=1))
    assert Client().get(f"/welcome/{token}/").status_code == 404
