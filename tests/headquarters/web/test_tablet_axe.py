"""axe-core finds nothing to complain about on the pages about alerts, tablets, groups, chains and proofs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.utils import timezone

from headquarters.accounts.models import User
from headquarters.accounts.roles import Role
from headquarters.alerts import ringing
from headquarters.alerts.models import Kind, Message, Webhook
from headquarters.offices.models import Office
from headquarters.ratings import integrity
from headquarters.ratings.models import Event
from headquarters.tablets.models import HealthHour, Tablet, TabletGroup
from tests.headquarters.conftest import Office26740
from tests.headquarters.web.axe import AXE, RUN
from tests.headquarters.web.conftest import Visitor
from tests.support import FakeTablet

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.screen_only]
_OUT = """() => [...document.querySelectorAll('.card')].flatMap(card => {
    const edge = card.getBoundingClientRect().right;
    return [...card.querySelectorAll('input, select, button, a, h2, p')]
        .filter(one => !one.closest('.scroll') && getComputedStyle(one).position !== 'absolute')
        .filter(one => one.getBoundingClientRect().right > edge)
        .map(one => `${one.tagName} ${one.className} hangs out of its card`);
})"""


@pytest.fixture
def paths(clean_events: None, office: Office26740, tablet: FakeTablet) -> list[str]:
    """The pages, each with something on it."""
    office.push(tablet, [tablet.rating(1), tablet.rating(3)])
    Event.objects.filter(seq=2).update(level=2)
    mine = Tablet.objects.get(pk=tablet.tablet_id)
    integrity.keep(integrity.verify(mine))
    now = timezone.now()
    for hour in (1, 2, 9):
        HealthHour.objects.create(tablet=mine, hour=now - dt.timedelta(hours=hour), pending=hour, free_mb=900)
    group = TabletGroup.objects.create(name="Sảnh")
    group.tablets.add(mine)
    assert mine.desk
    causes = [
        ringing.Cause(Kind.LOW_COMMENT, "desk:1", None, mine.desk.office_id, mine.desk_id),
        ringing.Cause(Kind.SILENT, f"tablet:{mine.pk}", None, mine.desk.office_id, mine.desk_id, mine.pk),
    ]
    alert, _silent = (ringing.ring(cause, now) for cause in causes)
    Webhook.objects.create(name="LGSP", url="https://lgsp.example/x", salt="x")
    Message.objects.create(
        way="mail", key="k", subject="x", body="", made_at=now, tries=2, error="status 500"
    )
    Office.objects.create(code="25000", name="Trung tâm Phục vụ hành chính công thành phố Thủ Dầu Một")
    waiting = office.place(FakeTablet(), renew_asked_at=now)
    waiting.former_keys.create(key_id="0" * 16, public_key=b"", until=now)
    chain = f"/tablets/{mine.pk}/chain/"
    proof = f"/tablets/{mine.pk}/events/{Event.objects.get(seq=2).event_id}/"
    return [
        "/alerts/", "/tablets/?state=key", f"/alerts/{alert.pk}/", "/alerts/rules/",
        "/alerts/rules/silent/", "/alerts/telling/", "/alerts/sending/", f"/tablets/{mine.pk}/", chain, proof,
        "/tablets/groups/", f"/tablets/groups/{group.pk}/", f"/tablets/configuration/?group={group.pk}",
        f"/tablets/{waiting.pk}/",
    ]  # fmt: skip


@pytest.mark.parametrize("language", ["vi", "en"])
def test_axe_finds_nothing(
    paths: list[str], visitor: Visitor, make_user: Callable[..., User], language: str
) -> None:
    visitor.page.add_init_script(path=AXE)
    visitor.speak(language)
    visitor.page.set_viewport_size({"width": 390, "height": 844})
    visitor.enter(make_user(role=Role.SYSTEM_ADMIN))
    faults: list[str] = []
    for path in paths:
        visitor.go(path)
        faults += [f"{path} {fault}" for fault in visitor.page.evaluate(RUN)]
        if visitor.page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            faults.append(f"{path} is wider than the phone")
        faults += [f"{path} {fault}" for fault in visitor.page.evaluate(_OUT)]
    assert faults == []
    assert visitor.complaints == []
