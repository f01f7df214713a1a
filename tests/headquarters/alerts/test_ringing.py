"""What rings, that it rings once, and what does not."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.utils import timezone

from headquarters.alerts import hours, ringing, rules
from headquarters.alerts.evaluate import densest
from headquarters.alerts.models import Alert, Kind, Rule, Step
from headquarters.offices.models import Office
from headquarters.ratings.models import Alarm, Aspect, OfficeCell
from headquarters.tablets.models import Tablet
from tests.headquarters.alerts.conftest import MINUTE, Bell, someone
from tests.headquarters.conftest import Office26740
from tests.support import FakeTablet, now_ms

DAY = dt.timedelta(days=1)


def push_low(office: Office26740, tablet: FakeTablet, *minutes_ago: int, level: int = 1) -> None:
    office.push(tablet, [tablet.rating(level, wall_ms=now_ms() - ago * MINUTE) for ago in minutes_ago])


def kinds(found: list[Alert]) -> list[tuple[str, int]]:
    return [(alert.kind, alert.repeats) for alert in found]


def test_low_ratings_in_a_window_ring_once_and_are_counted(
    office: Office26740, tablet: FakeTablet, bell: Bell
) -> None:
    bell.rule(Kind.LOW_COUNT, threshold=3, window_min=60)
    push_low(office, tablet, 30, 20)
    assert bell.look() == []
    push_low(office, tablet, 10)
    (alert,) = bell.look()
    assert (alert.kind, alert.facts["n"], alert.desk) == ("low_count", 3, bell.tablet.desk)
    assert bell.look()[0].repeats == alert.repeats
    push_low(office, tablet, 2, 1)
    (again,) = bell.look()
    assert (again.pk, again.repeats, again.facts["n"]) == (alert.pk, alert.repeats + 2, 5)


@pytest.mark.parametrize(("ago", "rings"), [((59, 30, 0), True), ((80, 30, 10), False)])
def test_only_what_was_given_within_the_window_counts(
    office: Office26740, tablet: FakeTablet, bell: Bell, ago: tuple[int, ...], rings: bool
) -> None:
    bell.rule(Kind.LOW_COUNT, threshold=3, window_min=60)
    push_low(office, tablet, *ago)
    assert bool(bell.look()) is rings


def test_yesterdays_rush_that_arrives_today_rings(
    office: Office26740, tablet: FakeTablet, bell: Bell
) -> None:
    bell.rule(Kind.LOW_COUNT, threshold=3, window_min=60)
    push_low(office, tablet, 1500, 1490, 1480)
    assert kinds(bell.look()) == [("low_count", 3)]


def test_good_corrected_and_flagged_ratings_do_not_count(
    office: Office26740, tablet: FakeTablet, bell: Bell
) -> None:
    bell.rule(Kind.LOW_COUNT, threshold=2, window_min=60)
    slip = tablet.event(body={"level": 1})
    office.push(tablet, [tablet.rating(1), tablet.rating(2), tablet.append(slip)])
    office.push(tablet, [tablet.append(tablet.event("correction", {"level": 3}, visit_id=slip.visit_id))])
    office.push(tablet, [tablet.rating(1, body={"level": 1, "flags": ["burst"]})])
    assert bell.look() == []
    office.push(tablet, [tablet.rating(1)])
    assert len(bell.look()) == 1


def test_closed_alert_rings_anew_only_for_what_came_after(
    office: Office26740, tablet: FakeTablet, bell: Bell
) -> None:
    bell.rule(Kind.LOW_COUNT, threshold=2, window_min=60)
    push_low(office, tablet, 3, 2)
    (first,) = bell.look()
    ringing.close(first, someone())
    assert bell.look() == []
    push_low(office, tablet, 1)
    assert bell.look() == []
    push_low(office, tablet, 0)
    (second,) = bell.look()
    assert second.pk != first.pk


def test_comments_with_low_ratings_ring_for_their_desk(bell: Bell) -> None:
    bell.rule(Kind.LOW_COMMENT)
    bell.commented(level=3)
    assert bell.look() == []
    bell.commented()
    assert kinds(bell.look()) == [("low_comment", 1)]
    bell.commented()
    assert kinds(bell.look()) == [("low_comment", 2)]


def test_share_over_the_threshold_rings_from_the_minimum_on(bell: Bell) -> None:
    bell.rule(Kind.INDEX, threshold=20, window_min=3 * 1440, minimum_n=30)
    assert bell.tablet.desk
    cell = OfficeCell(
        aspect=Aspect.WHOLE, day=timezone.localdate() - DAY, office_id=bell.tablet.desk.office_id, key="",
        n1=20, n2=0, n3=9,
    )  # fmt: skip
    OfficeCell.objects.bulk_create([cell])
    assert bell.look() == []
    cells = OfficeCell.objects.filter(office_id=cell.office_id)
    cells.update(n3=80)
    assert bell.look() == []  # exactly 20 %
    cells.update(n3=79)
    (alert,) = bell.look()
    assert (alert.kind, alert.facts["low"], alert.facts["n"]) == ("index", 20, 99)
    assert bell.look()[0].repeats == 1
    ringing.close(alert, None)
    assert bell.look() == []


def test_silent_tablet_rings_once_and_is_over_when_heard(bell: Bell) -> None:
    bell.rule(Kind.SILENT, threshold=60)
    heard = timezone.now() - dt.timedelta(minutes=59)
    Tablet.objects.update(last_seen=heard)
    assert bell.look() == []
    (alert,) = bell.look(dt.timedelta(minutes=2))
    assert kinds(bell.look(dt.timedelta(minutes=9))) == [("silent", 1)]
    Tablet.objects.update(last_seen=timezone.now() + dt.timedelta(minutes=10))
    assert bell.look(dt.timedelta(minutes=11)) == []
    alert.refresh_from_db()
    assert [step.what for step in alert.steps.all()] == ["opened", "closed"]


def test_silent_alert_that_somebody_has_in_hand_stays_and_says_that_it_is_over(bell: Bell) -> None:
    bell.rule(Kind.SILENT, threshold=60)
    Tablet.objects.update(last_seen=timezone.now() - dt.timedelta(hours=2))
    (alert,) = bell.look()
    ringing.acknowledge(alert, someone())
    Tablet.objects.update(last_seen=timezone.now() + dt.timedelta(minutes=1))
    (alert,) = bell.look(dt.timedelta(minutes=2))
    assert alert.facts["over"]
    assert [step.what for step in alert.steps.all()] == ["opened", "acknowledged", "over"]


def test_closed_silence_keeps_quiet_until_it_has_ended(bell: Bell) -> None:
    bell.rule(Kind.SILENT, threshold=60)
    Tablet.objects.update(last_seen=timezone.now() - dt.timedelta(hours=2))
    (alert,) = bell.look()
    ringing.close(alert, someone())
    assert bell.look(dt.timedelta(hours=5)) == []


def test_old_backlog_rings_by_our_clock(bell: Bell) -> None:
    bell.rule(Kind.BACKLOG, threshold=1440)
    fast = 3 * 24 * 60 * MINUTE
    Tablet.objects.update(pending=4, oldest_pending_ms=now_ms() + fast - 1400 * MINUTE, drift_ms=fast)
    assert bell.look() == []
    assert kinds(bell.look(dt.timedelta(minutes=50))) == [("backlog", 1)]
    Tablet.objects.update(pending=0)
    assert bell.look(dt.timedelta(minutes=60)) == []


@pytest.mark.parametrize("kind", ["chain_broken", "clone", "conflict"])
def test_alarms_of_one_tablet_and_kind_are_one_alert(bell: Bell, kind: str) -> None:
    bell.rule(Kind(kind))
    for detail in ("seq 1", "seq 2"):
        Alarm.objects.create(tablet=bell.tablet, kind=kind, detail=detail, created_at=timezone.now())
    assert kinds(bell.look()) == [(kind, 2)]
    assert kinds(bell.look()) == [(kind, 2)]


def test_events_set_aside_ring(office: Office26740, tablet: FakeTablet, bell: Bell) -> None:
    bell.rule(Kind.QUARANTINE)
    office.push(tablet, [tablet.rating(9), tablet.rating(8)])
    assert kinds(bell.look()) == [("quarantine", 2)]


def test_the_first_look_of_all_takes_what_is_there_as_history(
    office: Office26740, tablet: FakeTablet, bell: Bell
) -> None:
    from headquarters.alerts.models import Chore

    bell.rule(Kind.QUARANTINE)
    bell.rule(Kind.LOW_COMMENT)
    office.push(tablet, [tablet.rating(9)])
    bell.commented()
    Chore.objects.all().delete()
    assert bell.look() == []
    bell.commented()
    assert kinds(bell.look()) == [("low_comment", 1)]


def test_the_rule_of_the_nearest_office_is_in_force(bell: Bell) -> None:
    assert bell.tablet.desk
    own = bell.tablet.desk.office
    own.parent = above = Office.objects.create(code="77", name="Tỉnh")
    own.save()
    far = bell.rule(Kind.LOW_COUNT, threshold=9)
    near = bell.rule(Kind.LOW_COUNT, office=above, threshold=2)
    assert rules.Rules().of(Kind.LOW_COUNT, own.pk) == near
    assert rules.Rules().of(Kind.LOW_COUNT, None) == far
    bell.rule(Kind.LOW_COUNT, office=own, enabled=False)
    assert rules.Rules().of(Kind.LOW_COUNT, own.pk) is None


def test_two_who_find_one_cause_make_one_alert(bell: Bell) -> None:
    cause = ringing.Cause(Kind.CLONE, "tablet:x", None)
    first, second = (ringing.ring(cause, timezone.now()) for _ in range(2))
    assert (first.pk, second.repeats) == (second.pk, 2)
    assert Step.objects.count() == 1


def test_of_two_who_close_one_is_told_that_it_is_too_late(bell: Bell) -> None:
    alert = ringing.ring(ringing.Cause(Kind.CLONE, "tablet:x", None), timezone.now())
    other = Alert.objects.get(pk=alert.pk)
    ringing.close(alert, someone(), "xong")
    with pytest.raises(ringing.TooLate):
        ringing.close(other, None)
    with pytest.raises(ringing.TooLate):
        ringing.comment(other, someone("b"), "muộn")
    assert [(step.what, step.text) for step in alert.steps.all()] == [("opened", ""), ("closed", "xong")]


@pytest.mark.parametrize(
    ("known", "ends", "most"),
    [
        ([], [], 0),
        ([0, 5, 10], [10], 3),
        ([0, 5, 11], [11], 2),
        ([0, 1, 2, 30], [30], 1),
        ([5, 5, 5], [5], 3),
    ],
)
def test_densest_window_holds_the_new_one(known: list[int], ends: list[int], most: int) -> None:
    assert densest(known, ends, 10) == most


@pytest.mark.parametrize(
    ("since", "until", "minutes"),
    [
        ("2026-11-16T07:00", "2026-11-16T08:00", 30),
        ("2026-11-16T11:00", "2026-11-16T14:00", 60),
        ("2026-11-13T16:30", "2026-11-16T07:45", 45),
        ("2026-11-14T08:00", "2026-11-15T20:00", 0),
        ("2026-11-16T17:00", "2026-11-16T07:00", 0),
    ],
)
def test_silence_counts_in_opening_hours_only(since: str, until: str, minutes: int) -> None:
    zone = timezone.get_default_timezone()
    start, end = (dt.datetime.fromisoformat(text).replace(tzinfo=zone) for text in (since, until))
    assert hours.within(rules.HOURS, start, end) == dt.timedelta(minutes=minutes)


def test_usual_rules_cover_every_kind(db: None) -> None:
    Rule.objects.all().delete()
    rules.make_usual()
    rules.make_usual()
    assert sorted(Rule.objects.values_list("kind", flat=True)) == sorted(Kind.values)


def test_unknown_desk_rings_nothing(bell: Bell) -> None:
    bell.rule(Kind.LOW_COUNT, threshold=1)
    Tablet.objects.create(id=uuid.uuid4(), public_key=b"", key_id="x")
    assert bell.look() == []
