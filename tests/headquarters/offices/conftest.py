"""A small tree with people, and a browser where one is asked for."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.test import Client
from django.utils import timezone

from headquarters.accounts.models import User
from headquarters.accounts.roles import Role
from headquarters.offices.models import Desk, Office
from headquarters.tablets import placement
from headquarters.tablets.models import Tablet
from tests.headquarters.web.conftest import browser, make_user, town, visitor

__all__ = ["browser", "make_user", "town", "visitor"]

LONG_AGO = dt.date(2025, 7, 1)


@dataclass
class Tree:
    """A province with a department and two communes; each commune has two desks with a tablet."""

    province: Office
    department: Office
    one: Office
    two: Office

    def desk(self, office: Office, name: str) -> Desk:
        return Desk.objects.create(office=office, name=name, unit="Bộ phận Một cửa", valid_from=LONG_AGO)

    def tablet(self, desk: Desk) -> Tablet:
        number = uuid.uuid4()
        made: Tablet = Tablet.objects.create(id=number, desk=desk, public_key=b"", key_id=number.hex[:16])
        placement.begin(made)
        return made

    def day(self, ago: int) -> dt.date:
        return timezone.localdate() - dt.timedelta(days=ago)


@pytest.fixture
def tree(db: None) -> Tree:
    def office(code: str, name: str, kind: str, parent: Office | None) -> Office:
        made: Office = Office.objects.create(
            code=code, name=name, kind=kind, parent=parent, valid_from=LONG_AGO
        )
        return made

    province = office("74", "Tỉnh Đông", "province", None)
    found = Tree(
        province,
        office("SNV", "Sở Nội vụ", "department", province),
        office("00004", "UBND phường Đường Xưa", "commune", province),
        office("00007", "UBND xã Bến Mới", "commune", province),
    )
    for commune in (found.one, found.two):
        for name in ("Quầy 1", "Quầy 2" if commune is found.one else "Quầy 3"):
            found.tablet(found.desk(commune, name))
    return found


@pytest.fixture
def sign_in(client: Client) -> Callable[..., Client]:
    """A client of a person with a role, at an office or everywhere. No password: hashing one takes long."""

    def enter(role: Role = Role.SYSTEM_ADMIN, office: Office | None = None, name: str = "ha") -> Client:
        user = User.objects.create(username=name, display_name="Nguyễn Thị Hà", role=role, office=office)
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return enter
