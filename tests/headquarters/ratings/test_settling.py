"""Days that are due are counted before anybody reads, once for many batches, and never forgotten."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from django.db import OperationalError

from headquarters.ratings import cells, settling, slices, sql
from headquarters.ratings.models import Due, TabletCell
from headquarters.ratings.rollup import audit
from headquarters.tablets.models import Tablet
from tests.headquarters.conftest import Office26740
from tests.support import FakeTablet

NOON = 1_763_700_000_000
DAY_MS = 86_400_000
DAY = sql.as_day("2025-11-21")


def ever() -> int:
    return slices.total(slices.Query(DAY, DAY)).n


def test_many_batches_of_a_day_are_counted_once(
    office: Office26740, tablet: FakeTablet, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    once = cells.recount
    monkeypatch.setattr(cells, "recount", lambda *args, **named: asked.append(args) or once(*args, **named))
    for _ in range(5):
        office.push(tablet, [tablet.rating(2, wall_ms=NOON), tablet.rating(1, wall_ms=NOON)])
    assert asked == []
    assert Due.objects.count() == 1
    assert ever() == 10
    assert len(asked) == 1
    assert not Due.objects.exists()
    assert list(audit()) == []


def test_whoever_reads_sees_what_was_received_before(office: Office26740, tablet: FakeTablet) -> None:
    for n in range(1, 4):
        office.push(tablet, [tablet.rating(3, wall_ms=NOON)])
        assert ever() == n


def test_a_day_stays_due_when_counting_it_fails(
    office: Office26740, tablet: FakeTablet, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.push(tablet, [tablet.rating(3, wall_ms=NOON)])

    def disk_gone(_: object) -> object:
        raise OperationalError("disk I/O error")

    with monkeypatch.context() as broken:
        broken.setattr(settling, "forget", disk_gone)
        # The reader gets what is there; who must have all of it hears why not.
        assert ever() == 0
        with pytest.raises(OperationalError, match="disk I/O"):
            settling.settle(None)
    assert Due.objects.count() == 1
    assert ever() == 1


def test_a_reader_does_not_wait_for_a_whole_storm(
    office: Office26740, monkeypatch: pytest.MonkeyPatch
) -> None:
    for tablet in (FakeTablet() for _ in range(4)):
        office.place(tablet)
        office.push(tablet, [tablet.rating(3, wall_ms=NOON)])
    clock = iter(range(1000))
    monkeypatch.setattr(time, "monotonic", lambda: float(next(clock)))
    assert settling.settle(2.5) is False
    monkeypatch.undo()
    assert Due.objects.count() == 2
    assert settling.settle() is True
    assert TabletCell.objects.filter(aspect=0).count() == 4


def test_a_tablet_in_the_midst_of_its_queue_is_counted_for_readers_only(
    office: Office26740, tablet: FakeTablet
) -> None:
    office.push(tablet, [tablet.rating(3, wall_ms=NOON)], pending=9)
    settling.settle(None, sending=False)
    assert Due.objects.count() == 1
    assert ever() == 1

    office.push(tablet, [tablet.rating(2, wall_ms=NOON)], pending=9)
    heard = Tablet.objects.get(pk=tablet.tablet_id).last_seen
    assert heard is not None
    Tablet.objects.update(last_seen=heard - timedelta(seconds=settling.SENDING_S + 1))
    settling.settle(None, sending=False)
    assert not Due.objects.exists(), "it fell silent with events left: what it sent is counted"

    office.push(tablet, [tablet.rating(1, wall_ms=NOON)], pending=1)
    settling.settle(None, sending=False)
    assert not Due.objects.exists(), "nothing waits there any more"
    assert ever() == 3


@pytest.mark.django_db
def test_days_of_a_tablet_that_is_gone_are_forgotten() -> None:
    stranger = FakeTablet().tablet_id
    Due.objects.create(tablet_id=stranger, day=DAY)
    assert settling.settle(None, sending=False) is True
    assert not Due.objects.exists()


@pytest.mark.django_db
def test_a_database_that_is_away_is_told_of_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def away(_most_s: float | None, sending: bool) -> bool:
        raise OperationalError("gone")

    with monkeypatch.context() as patch:
        patch.setattr(settling, "settle", away)
        assert not settling.turned(waited=False)
        assert not settling.turned(waited=True)
    assert settling.turned(waited=True)
    assert settling.turned(waited=False)
    assert [line.getMessage() for line in caplog.records] == [
        "settling waits: OperationalError",
        "settling goes on",
    ]
