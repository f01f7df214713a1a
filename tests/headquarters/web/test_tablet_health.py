"""A tablet's last days, its moves, and another tablet in its place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client as Browser
from django.utils import timezone

from headquarters.accounts.models import User
from headquarters.accounts.roles import Role
from headquarters.offices.models import Desk
from headquarters.ratings import slices
from headquarters.ratings.slices import Query
from headquarters.tablets import health, placement
from headquarters.tablets.models import Deed, HealthHour, Tablet
from tests.headquarters.conftest import Office26740
from tests.headquarters.web.conftest import Town
from tests.headquarters.web.test_tablet_pages import signed_in, text_of
from tests.support import FakeTablet, now_ms

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def web(make_user: Callable[..., User]) -> Browser:
    return signed_in(make_user(role=Role.SYSTEM_ADMIN))


def test_hours_keep_the_worst_of_what_waited_and_the_last_of_the_rest(town: Town) -> None:
    now = timezone.now().replace(minute=30)
    tablet = town.tablet(town.office("A"), last_seen=now, pending=40, free_mb=900, battery_percent=80)
    assert health.sample(now) == 1
    Tablet.objects.update(pending=2, free_mb=700, battery_percent=60)
    health.sample(now + dt.timedelta(minutes=5))
    hour = HealthHour.objects.get(tablet=tablet)
    assert (hour.pending, hour.free_mb, hour.battery_percent) == (40, 700, 60)
    assert health.sample(now + HOUR) == 0
    Tablet.objects.update(last_seen=now + HOUR)
    health.sample(now + HOUR)
    assert HealthHour.objects.count() == 2
    assert health.forget(now + dt.timedelta(days=91)) == 2


def test_backlog_is_aged_by_our_clock(town: Town) -> None:
    now = timezone.now()
    fast = 86_400_000
    oldest = now_ms() + fast - 7_200_000
    town.tablet(town.office("A"), last_seen=now, pending=3, oldest_pending_ms=oldest, drift_ms=fast)
    health.sample(now)
    assert HealthHour.objects.get().oldest_s == pytest.approx(7200, abs=60)


def test_the_page_draws_the_days_and_breaks_the_line_at_silence(town: Town, web: Browser) -> None:
    tablet = town.tablet(town.office("A"), last_seen=timezone.now())
    assert "Chưa có ghi chép" in text_of(web.get(f"/tablets/{tablet.pk}/"))
    first = timezone.now().replace(minute=0, second=0, microsecond=0) - dt.timedelta(days=2)
    for k in (0, 1, 2, 20, 21):
        HealthHour.objects.create(tablet=tablet, hour=first + k * HOUR, pending=k, free_mb=2000 - k, boots=1)
    text = text_of(web.get(f"/tablets/{tablet.pk}/"))
    assert text.count("<polyline") == 6  # two runs of waiting, of the oldest, of free space
    assert "7 ngày qua" in text


def test_move_counts_for_the_new_desk_from_its_moment_on(
    office: Office26740, tablet: FakeTablet, web: Browser
) -> None:
    now = timezone.now()
    old, new = office.desk(), office.desk("Quầy 9")
    office.push(tablet, [tablet.rating(1, wall_ms=now_ms() - 3 * 3_600_000), tablet.rating(3)])
    at = timezone.localtime(now - HOUR).strftime("%Y-%m-%dT%H:%M")
    path = f"/tablets/{tablet.tablet_id}/"
    assert web.post(path, {"action": "move", "desk": str(new.pk), "at": at}).status_code == 302
    day = timezone.localdate()
    desks = slices.by_desk(Query(day - dt.timedelta(days=1), day))
    assert (desks[old.pk].n1, desks[new.pk].n3) == (1, 1)
    text = text_of(web.get(path))
    assert "Quầy 9" in text
    assert "Chuyển quầy" in text
    assert Deed.objects.get(kind=Deed.Kind.MOVED).detail.endswith("Quầy 9")


@pytest.mark.parametrize("at", ["", "hôm qua", "2031-01-01T00:00", "2019-01-01T00:00", "9999-12-31T23:59"])
def test_odd_moments_of_a_move_are_told(
    office: Office26740, tablet: FakeTablet, web: Browser, at: str
) -> None:
    desk = office.desk("Quầy 9")
    answer = web.post(f"/tablets/{tablet.tablet_id}/", {"action": "move", "desk": str(desk.pk), "at": at})
    assert "Xin ghi ngày giờ chuyển máy" in text_of(answer, 400)
    assert Tablet.objects.get().desk == office.desk()


def test_another_tablet_takes_the_desk_and_the_history_stays(
    office: Office26740, tablet: FakeTablet, web: Browser
) -> None:
    office.push(tablet, [tablet.rating(1)])
    fresh = FakeTablet()
    office.place(fresh, desk=office.desk("Kho"))
    before = office.desk()
    answer = web.post(f"/tablets/{tablet.tablet_id}/", {"action": "replace", "new": fresh.tablet_id})
    assert answer.headers["Location"] == f"/tablets/{fresh.tablet_id}/"
    office.push(fresh, [fresh.rating(3, wall_ms=now_ms() + 1000)])
    office.push(tablet, [tablet.rating(2, wall_ms=now_ms() - 60_000)])  # it had waited there
    day = timezone.localdate()
    found = slices.by_desk(Query(day - dt.timedelta(days=1), day + dt.timedelta(days=1)))[before.pk]
    assert (found.n1, found.n2, found.n3) == (1, 1, 1)
    assert Tablet.objects.get(pk=tablet.tablet_id).desk is None
    assert placement.history(Tablet.objects.get(pk=fresh.tablet_id))[-1].desk == before


def test_a_foreign_desk_or_tablet_is_not_taken(
    office: Office26740, tablet: FakeTablet, make_user: Callable[..., User], town: Town
) -> None:
    own = signed_in(make_user("own", role=Role.OFFICE_ADMIN, office=office.desk().office))
    foreign = town.tablet(town.office("Phường khác"))
    path = f"/tablets/{tablet.tablet_id}/"
    at = timezone.localtime().strftime("%Y-%m-%dT%H:%M")
    assert foreign.desk
    for values in (
        {"action": "move", "desk": str(foreign.desk.pk), "at": at},
        {"action": "replace", "new": str(foreign.pk)},
        {"action": "replace", "new": "x"},
        {"action": "move", "desk": "²", "at": at},
    ):
        assert own.post(path, values).status_code == 400, values
    assert Tablet.objects.get(pk=tablet.tablet_id).desk == Desk.objects.get(pk=office.desk().pk)


@pytest.mark.parametrize(
    ("state", "shown"), [("silent", "im"), ("wait", "chờ"), ("behind", "chờ"), ("gone", "đi")]
)
def test_the_list_is_cut_by_state_and_office(town: Town, web: Browser, state: str, shown: str) -> None:
    now = timezone.now()
    offices = {name: town.office(f"Phường {name}") for name in ("im", "chờ", "đi")}
    town.tablet(offices["im"], last_seen=now - 2 * HOUR)
    town.tablet(offices["chờ"], last_seen=now, pending=3, config_issued=2, config_version=1)
    town.tablet(offices["đi"], last_seen=now, revoked_at=now)
    rows = text_of(web.get("/tablets/", {"state": state})).split("<tbody>")[1]
    assert [name for name in offices if f"Phường {name}" in rows] == [shown]
    own = text_of(web.get("/tablets/", {"office": str(offices["im"].pk)})).split("<tbody>")[1]
    assert [name for name in offices if f"Phường {name}" in own] == ["im"]
