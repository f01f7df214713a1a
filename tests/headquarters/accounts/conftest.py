"""People of a province, two sister wards and a foreign province."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from django.test import Client
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from headquarters.accounts import second_factor
from headquarters.accounts.models import User
from headquarters.accounts.roles import Role
from headquarters.offices.models import Office

PASSWORD = "một-mật-khẩu-dài"
BACKEND = "django.contrib.auth.backends.ModelBackend"


class Land(NamedTuple):
    """Two provinces; the first with two wards."""

    province: Office
    ward: Office
    sister: Office
    foreign: Office


@pytest.fixture
def land(db: None) -> Land:
    province = Office.objects.create(code="68", name="Tỉnh A")
    ward = Office.objects.create(code="26740", name="Phường A", parent=province)
    sister = Office.objects.create(code="26741", name="Phường B", parent=province)
    return Land(province, ward, sister, Office.objects.create(code="92", name="Tỉnh khác"))


@pytest.fixture
def make(db: None) -> Callable[..., User]:
    def make_person(name: str, role: Role = Role.LEADER, office: Office | None = None, **fields: Any) -> User:
        return User.objects.create_user(name, password=PASSWORD, role=role, office=office, **fields)

    return make_person


@pytest.fixture(autouse=True)
def quick_passwords(settings: Any) -> None:
    """Argon2 is slow on purpose, and proved where people sign in (tests/headquarters/web/test_sign_in)."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def second_step(settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = True


def enter(user: User, **headers: str) -> Client:
    """A browser that is signed in."""
    client = Client(headers=headers)
    client.force_login(user, backend=BACKEND)
    return client


def sign_in(
    name: str, password: str = PASSWORD, client: Client | None = None, to: str = ""
) -> tuple[Client, str]:
    """Through the form; where it leads, empty when it does not lead anywhere."""
    client = client or Client()
    answer = client.post("/sign-in/", {"username": name, "password": password, "next": to})
    return client, answer.headers.get("Location", "")


def digits(key: str, steps: int = 0) -> str:
    """What an authenticator app shows now, or ``steps`` half-minutes later."""
    code = TOTP(bytes.fromhex(key))
    code.time = time.time() + 30 * steps
    return f"{code.token():06d}"


def give_phone(user: User) -> str:
    """The second step, set up long ago; the key."""
    key = second_factor.new_key()
    TOTPDevice.objects.create(user=user, name="totp", key=key, confirmed=True)
    return key


def link_in(page: bytes) -> str:
    """The path of the one-time link on a page."""
    found = re.search(rb"(/welcome/[A-Za-z0-9_-]+/)", page)
    assert found is not None, "no link on the page"
    return found.group(1).decode()
