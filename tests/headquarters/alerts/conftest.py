"""An office with a desk, rules of its own, and tablets that rate."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.utils import timezone

from headquarters.accounts.models import User
from headquarters.accounts.roles import Role
from headquarters.alerts.evaluate import evaluate
from headquarters.alerts.models import Alert, Chore, Heard, Kind, Rule
from headquarters.ratings.models import Comment
from headquarters.tablets.models import Tablet
from tests.headquarters.conftest import Office26740
from tests.support import FakeTablet, now_ms

MINUTE = 60_000


class Bell:
    """Looks for what rings, as ``headquarters watch`` does; all that was there before is history."""

    def __init__(self, tablet: FakeTablet) -> None:
        Rule.objects.all().delete()
        Heard.objects.all().delete()
        # As if it had looked an hour ago: what comes from now on is new.
        Chore.objects.update_or_create(
            name="evaluate", defaults={"done_at": timezone.now() - dt.timedelta(hours=1)}
        )
        self.tablet = Tablet.objects.select_related("desk__office").get(pk=tablet.tablet_id)

    def rule(self, kind: Kind, **values: Any) -> Rule:
        return Rule.objects.create(kind=kind, **values)

    def look(self, later: dt.timedelta = dt.timedelta()) -> list[Alert]:
        """The open alerts after another look."""
        Chore.objects.filter(name="index").delete()
        evaluate(timezone.now() + later)
        return list(Alert.objects.exclude(open_cause=None).order_by("pk"))

    def commented(self, level: int = 1) -> Comment:
        desk = self.tablet.desk
        assert desk
        made: Comment = Comment.objects.create(
            tablet_id=self.tablet.pk, event_id=uuid.uuid4(), visit_id="v", day=timezone.localdate(),
            wall_ms=now_ms(), level=level, office_id=desk.office_id, desk_id=desk.pk, topic="",
            text="chờ lâu", folded="cho lau",
        )  # fmt: skip
        return made


@pytest.fixture
def bell(office: Office26740, tablet: FakeTablet) -> Bell:
    return Bell(tablet)


def someone(name: str = "ha", role: Role = Role.OFFICE_ADMIN, **fields: Any) -> User:
    """An account that may look after alerts."""
    made: User = User.objects.create_user(name, password=None, role=role, **fields)
    return made
