"""Invitations and new passwords by a link that works once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from headquarters.accounts.models import Link, User
from headquarters.accounts.roles import Role
from headquarters.audit.models import Entry
from tests.headquarters.accounts.conftest import Land, digits, enter, give_phone, link_in, sign_in

pytestmark = pytest.mark.screen_only

Make = Callable[..., User]
CHOSEN = {"password": "sông Sài Gòn chảy", "again": "sông Sài Gòn chảy"}


def invite(admin: User, land: Land, name: str = "binh", role: str = "desk_staff", **more: str) -> Any:
    form = {"username": name, "display_name": "Lê Bình", "role": role, "office": str(land.ward.pk), **more}
    return enter(admin).post("/accounts/invite/", form)


@pytest.fixture
def admin(land: Land, make: Make) -> User:
    return make("admin", Role.OFFICE_ADMIN, land.ward)


def test_from_the_invitation_to_the_first_page_without_e_mail(land: Land, admin: User) -> None:
    page = invite(admin, land).content
    path = link_in(page)
    assert b'<svg class="qr"' in page
    person = User.objects.get(username="binh")
    assert (person.role, person.office, person.has_usable_password()) == ("desk_staff", land.ward, False)
    browser = Client()
    assert "binh" in browser.get(path).content.decode()
    assert browser.post(path, CHOSEN).headers["Location"] == "/"
    assert browser.get("/me/").status_code == 200
    assert sign_in("binh", CHOSEN["password"])[1] == "/"
    assert mail.outbox == []
    assert Client().get(path).status_code == 404, "works once"
    assert Client().post(path, CHOSEN).status_code == 404
    actions = Entry.objects.filter(target="binh").order_by("pk").values_list("who", "action")
    assert list(actions)[:2] == [("admin", "account.invited"), ("binh", "account.joined")]


def test_only_a_hash_of_the_link_is_kept(land: Land, admin: User) -> None:
    token = link_in(invite(admin, land).content).split("/")[2]
    kept = Link.objects.get()
    assert token not in str(kept.__dict__)
    assert len(kept.hash) == 64


def test_the_link_is_also_sent_where_there_is_a_mail_server(land: Land, admin: User, settings: Any) -> None:
    settings.EMAIL_HOST = "mail.example"
    page = invite(admin, land, email="binh@example.gov.vn").content
    (sent,) = mail.outbox
    assert sent.to == ["binh@example.gov.vn"]
    assert link_in(page) in sent.body
    assert "binh@example.gov.vn" in page.decode()


def test_after_seven_days_it_opens_nothing(land: Land, admin: User) -> None:
    path = link_in(invite(admin, land).content)
    link = Link.objects.get()
    assert dt.timedelta(days=6, hours=23) < link.expires_at - timezone.now() <= dt.timedelta(days=7)
    Link.objects.update(expires_at=timezone.now() - dt.timedelta(seconds=1))
    assert Client().get(path).status_code == 404
    assert Client().post(path, CHOSEN).status_code == 404
    assert not User.objects.get(username="binh").has_usable_password()


def test_a_newer_link_voids_the_older(land: Land, admin: User) -> None:
    old = link_in(invite(admin, land).content)
    person = User.objects.get(username="binh")
    new = link_in(enter(admin).post(f"/accounts/{person.pk}/", {"action": "link"}).content)
    assert [Client().get(path).status_code for path in (old, new)] == [404, 200]
    assert Link.objects.get().kind == Link.Kind.INVITATION


def test_switching_off_voids_the_link(land: Land, admin: User) -> None:
    path = link_in(invite(admin, land).content)
    person = User.objects.get(username="binh")
    enter(admin).post(f"/accounts/{person.pk}/", {"action": "off"})
    assert Client().post(path, CHOSEN).status_code == 404


def test_a_new_password_signs_out_everywhere_and_does_not_go_round_the_second_step(
    land: Land, admin: User, make: Make
) -> None:
    person = make("binh", Role.DESK_STAFF, land.ward)
    key = give_phone(person)
    thief = enter(person)
    path = link_in(enter(admin).post(f"/accounts/{person.pk}/", {"action": "link"}).content)
    assert Link.objects.get().kind == Link.Kind.PASSWORD
    browser = Client()
    assert browser.post(path, CHOSEN).headers["Location"] == "/sign-in/code/"
    assert browser.get("/me/").status_code == 302, "not in yet"
    assert thief.get("/me/").status_code == 302, "out"
    assert browser.post("/sign-in/code/", {"code": digits(key)}).headers["Location"] == "/"


def test_an_invited_administrator_sets_the_second_step_up_first(
    land: Land, admin: User, second_step: None
) -> None:
    path = link_in(invite(admin, land, role="office_admin").content)
    browser = Client()
    assert browser.post(path, CHOSEN).headers["Location"] == "/sign-in/second-step/"
    assert browser.get("/accounts/").status_code == 302, "no right before it is set up"
    key = browser.session["second_key"]
    done = browser.post("/sign-in/second-step/", {"code": digits(key)})
    assert done.content.decode().count("<li>") == 10, "backup codes"
    assert browser.get("/accounts/").status_code == 200


@pytest.mark.parametrize(
    ("password", "again", "words"),
    [
        ("ngan", "ngan", "quá ngắn"),
        ("123456789012345", "123456789012345", "chữ số"),
        ("sông Sài Gòn chảy", "sông Sài Gòn trôi", "không giống nhau"),
        ("password1234", "password1234", "phổ biến"),
    ],
)
def test_a_weak_password_is_refused_in_plain_words(
    land: Land, admin: User, password: str, again: str, words: str
) -> None:
    path = link_in(invite(admin, land).content)
    answer = Client().post(path, {"password": password, "again": again})
    assert (answer.status_code, words in answer.content.decode()) == (400, True), answer.content.decode()
    assert not User.objects.get(username="binh").has_usable_password()


@pytest.mark.parametrize("token", ["x", "%00", "a" * 3000, "%F0%9F%92%A9", "%ED%A0%80"])
def test_a_made_up_link_opens_nothing(db: None, token: str) -> None:
    assert Client().get(f"/welcome/{token}/").status_code == 404


@pytest.mark.parametrize(
    ("name", "words"),
    [("ADMIN", "đã có người dùng"), ("a b", "hợp lệ"), ("", "Chưa nhập"), ("x" * 151, "150")],
)
def test_a_user_name_that_cannot_be_is_named(land: Land, admin: User, name: str, words: str) -> None:
    answer = invite(admin, land, name)
    assert answer.status_code == 400
    assert words in answer.content.decode(), answer.content.decode()
