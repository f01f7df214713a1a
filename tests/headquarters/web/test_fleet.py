"""The tablets card: what is silent, what waits, what is well, and for whose eyes."""

import datetime as dt
import uuid

import pytest
from django.utils import timezone, translation

from headquarters.ratings.models import Alarm, Quarantine
from headquarters.tablets.models import Tablet
from headquarters.web import fleet
from tests.headquarters.web.conftest import Town

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 21, 8, 0, tzinfo=dt.UTC)


def ago(**length: float) -> dt.datetime:
    return NOW - dt.timedelta(**length)


def alarm(tablet: Tablet, kind: str) -> None:
    Alarm.objects.create(tablet=tablet, kind=kind, detail="412", created_at=NOW)


def quarantine(tablet: Tablet) -> None:
    Quarantine.objects.create(
        tablet=tablet,
        event_id="e",
        install_id=uuid.uuid4(),
        seq=1,
        hash="",
        stored=b"",
        code="bad_level",
        batch_id=uuid.uuid4(),
        received_at=timezone.now(),
    )


def test_never_heard_and_silent_come_first_and_the_well_need_no_line(town: Town) -> None:
    office = town.office("Phường Tân Hòa")
    town.tablet(office, last_seen=ago(minutes=3), pending=0)
    town.tablet(office, last_seen=ago(minutes=5), pending=None)
    town.tablet(
        office, last_seen=ago(minutes=1), pending=7, oldest_pending_ms=ago(hours=2).timestamp() * 1000
    )
    town.tablet(office, last_seen=ago(hours=3))
    town.tablet(office, last_seen=None)
    found = fleet.status(NOW, None)
    assert (found.tablets, found.heard, found.pending, found.well) == (5, 3, 7, 2)
    assert found.well_silent_s == 300
    assert [(line.state, line.silent_s, line.oldest_s) for line in found.needy] == [
        ("silent", None, None),
        ("silent", 10_800, None),
        ("wait", 60, 7_200),
    ]
    assert found.not_shown == 0


def test_tablets_that_need_care_but_have_no_room_are_counted(town: Town) -> None:
    office = town.office("Phường Tân Hòa")
    for _number in range(fleet.SHOWN_NEEDY + 2):
        town.tablet(office)
    found = fleet.status(NOW, None)
    assert (len(found.needy), found.not_shown) == (fleet.SHOWN_NEEDY, 2)


def test_revoked_tablets_are_no_longer_part_of_the_fleet(town: Town) -> None:
    town.tablet(town.office("Phường Tân Hòa"), revoked_at=NOW)
    assert fleet.status(NOW, None).tablets == 0


def test_other_offices_tablets_alarms_and_quarantine_are_not_seen(town: Town) -> None:
    mine, other = town.tablet(town.office("Của tôi")), town.tablet(town.office("Nơi khác"))
    for tablet in (mine, other, other):
        alarm(tablet, f"kind {Alarm.objects.count()}")
    quarantine(mine)
    quarantine(other)
    assert mine.desk is not None
    found = fleet.status(NOW, frozenset({mine.desk.office_id}))
    assert (found.tablets, found.alarms, found.quarantined) == (1, 1, 1)
    everything = fleet.status(NOW, None)
    assert (everything.tablets, everything.alarms, everything.quarantined) == (2, 3, 2)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("chain_broken", "Chuỗi đánh giá bị đứt"),
        ("clone", "Có bản sao của máy gửi dữ liệu"),
        ("conflict", "Một số thứ tự có hai lượt khác nhau"),
        ("later_kind", "later_kind"),
    ],
)
def test_alarms_are_told_in_words_and_unknown_ones_are_not_hidden(town: Town, kind: str, words: str) -> None:
    alarm(town.tablet(town.office("Phường Tân Hòa")), kind)
    with translation.override("vi"):
        (line,) = fleet.status(NOW, None).latest_alarms
    assert line.words == words
