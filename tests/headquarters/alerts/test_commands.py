"""``headquarters watch`` and ``headquarters chores``, as a timer runs them."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.utils import timezone

from headquarters.__main__ import main
from headquarters.alerts import chores
from headquarters.alerts.models import Alert, Heard, Kind, Message
from headquarters.tablets.models import HealthHour
from tests.headquarters.alerts.conftest import Bell
from tests.headquarters.conftest import Office26740
from tests.support import FakeTablet


def test_one_pass_looks_rings_and_notes_how_tablets_feel(
    office: Office26740, tablet: FakeTablet, bell: Bell, capsys: pytest.CaptureFixture[str]
) -> None:
    bell.rule(Kind.QUARANTINE)
    office.push(tablet, [tablet.rating(9)])
    assert main(["watch", "--once"]) == 0
    assert capsys.readouterr().out == "1 rang, 0 sent, 0 failed, 1 tablets noted\n"
    assert main(["watch", "--once"]) == 0
    assert capsys.readouterr().out == "0 rang, 0 sent, 0 failed, 1 tablets noted\n"
    assert (Alert.objects.count(), HealthHour.objects.count()) == (1, 1)


def test_the_night_finds_what_was_touched_and_forgets_what_is_old(
    office: Office26740, tablet: FakeTablet, bell: Bell, capsys: pytest.CaptureFixture[str]
) -> None:
    office.push(tablet, [tablet.rating(1), tablet.rating(2)])
    long_ago = timezone.now() - dt.timedelta(days=100)
    Message.objects.create(way="mail", key="k", subject="x", body="", made_at=long_ago)
    HealthHour.objects.create(tablet=bell.tablet, hour=long_ago)
    Heard.objects.create(what="low:1", at=long_ago)
    Heard.objects.create(what="low:2", at=timezone.now() - dt.timedelta(days=8))
    assert main(["chores"]) == 0
    assert (Message.objects.count(), HealthHour.objects.count()) == (0, 0)
    # What may still be looked back at is not forgotten, or it would ring again.
    assert [heard.what for heard in Heard.objects.all()] == ["low:2"]
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM ratings_event WHERE seq = 1")
    assert main(["chores", "--quick"]) == 0
    assert main(["chores"]) == 1
    assert "deleted: place 1" in capsys.readouterr().out
    bell.rule(Kind.CHAIN_BROKEN)
    assert [alert.kind for alert in bell.look()] == ["chain_broken"]
    assert chores.open_counts() == {Kind.CHAIN_BROKEN: 1}
