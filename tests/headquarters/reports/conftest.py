"""A province whose ratings went through ingest, and people who read and write its reports."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from headquarters.accounts.models import User
from headquarters.accounts.roles import Role
from headquarters.offices.models import Desk, Office
from headquarters.reports import jobs
from headquarters.reports.models import Job
from sync import contract, kinds
from tests.headquarters.conftest import Office26740
from tests.support import FakeTablet, new_id

_VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


@dataclass
class Province:
    """Two wards with desks; ``rate`` sends ratings of a day as a tablet does."""

    headquarters: Office26740
    top: Office
    a: Office
    b: Office
    tablets: dict[int, FakeTablet] = field(default_factory=dict)

    def desk(self, office: Office, name: str = "Quầy 1") -> Desk:
        return Desk.objects.get_or_create(office=office, name=name)[0]

    def rate(
        self, desk: Desk, day: dt.date, n3: int = 0, n2: int = 0, n1: int = 0, flagged: int = 0,
        chosen: dict[int, list[str]] | None = None, meant: int = 0, official: str = "",
    ) -> None:  # fmt: skip
        """``chosen``: level → keys that every rating of that level names. ``flagged``: more, of level 1.
        ``meant``: the level to which the last rating is put right. ``official``: whom all of them name."""
        tablet = self._tablet(desk)
        at = round(dt.datetime.combine(day, dt.time(9), _VIETNAM).timestamp() * 1000)
        events = []
        for level in [3] * n3 + [2] * n2 + [1] * (n1 + flagged):
            at, visit = at + 1000, new_id()
            body = {"level": level, "channel": "tablet"}
            if level == 1 and flagged:
                flagged -= 1
                body["flags"] = ["burst"]
            events.append(tablet.rating(level, at, visit_id=visit, body=body))
            if official:
                about = tablet.event(kinds.SUBJECT, {"official": official}, visit_id=visit, wall_ms=at)
                events.append(tablet.append(about))
            if (keys := (chosen or {}).get(level)) is not None:
                said = tablet.event(
                    contract.REASONS, {"chosen": keys, "good": level > 1}, visit_id=visit, wall_ms=at
                )
                events.append(tablet.append(said))
        if meant:
            put_right = tablet.event(contract.CORRECTION, {"level": meant}, visit_id=visit, wall_ms=at)
            events.append(tablet.append(put_right))
        for start in range(0, len(events), 400):
            self.headquarters.push(tablet, events[start : start + 400])

    def _tablet(self, desk: Desk) -> FakeTablet:
        if desk.pk not in self.tablets:
            made = self.tablets[desk.pk] = FakeTablet()
            self.headquarters.place(made, desk=desk)
        return self.tablets[desk.pk]


@pytest.fixture
def province(office: Office26740) -> Province:
    old = {"valid_from": dt.date(2024, 1, 1)}
    top = Office.objects.create(code="99", name="UBND tỉnh Mẫu", kind="province", **old)
    wards = (
        Office.objects.create(code=code, name=name, kind="commune", parent=top, **old)
        for code, name in (("99001", "UBND phường An Lạc"), ("99002", "UBND xã Suối Mây"))
    )
    return Province(office, top, *wards)


@pytest.fixture(autouse=True)
def jobs_at_once(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Jobs are done where they are asked for: a thread would not see what this test has not committed."""
    begun: list[int] = []

    def begin(job: Job) -> None:
        begun.append(job.pk)
        jobs.run(job.pk)

    monkeypatch.setattr(jobs, "begin", begin)
    return begun


def writer(office: Office | None = None, name: str = "van-phong", role: Role = Role.OFFICE_ADMIN) -> User:
    made: User = User.objects.create_user(name, password=None, role=role, office=office)
    return made


def browser(user: User) -> Client:
    """A browser that is signed in."""
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client
