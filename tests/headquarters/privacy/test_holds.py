"""A contact is kept while its case is open and its own term after, whatever the usual term says."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from headquarters.privacy import contacts, erasing, holds
from headquarters.privacy.models import Erasure
from headquarters.ratings.models import Event
from tests.headquarters.conftest import Office26740
from tests.headquarters.privacy.test_contacts import MakeUser, left, make_user, path_of, signed_in
from tests.support import FakeTablet

__all__ = ["make_user"]
DAYS = 60


@pytest.fixture
def event(office: Office26740, tablet: FakeTablet) -> Event:
    office.push(tablet, [tablet.rating(1), left(tablet)])
    return Event.objects.get(kind="contact")


def purged(after_days: int) -> int:
    return erasing.purge("command", DAYS, timezone.now() + dt.timedelta(days=after_days))["term"]


def test_an_open_case_keeps_its_contact_beyond_the_usual_term(event: Event) -> None:
    holds.keep(event.tablet_id, event.event_id)
    assert purged(DAYS * 5) == 0
    holds.keep(event.tablet_id, event.event_id, timezone.localdate() + dt.timedelta(days=DAYS * 6))
    assert purged(DAYS * 6) == 0, "the last day belongs to the term"
    assert purged(DAYS * 6 + 1) == 1
    assert "sealed" not in Event.objects.get(kind="contact").stored


def test_a_case_that_closed_early_lets_its_contact_go_before_the_usual_term(event: Event) -> None:
    holds.keep(event.tablet_id, event.event_id, timezone.localdate() + dt.timedelta(days=7))
    assert purged(7) == 0
    assert purged(8) == 1


def test_another_contact_is_not_held(office: Office26740, tablet: FakeTablet, event: Event) -> None:
    office.push(tablet, [left(tablet, visit="visit-2")])
    holds.keep(event.tablet_id, event.event_id)
    assert purged(DAYS + 1) == 1
    assert Erasure.objects.get().event_id != event.event_id


def test_who_asks_for_erasure_is_not_held_up(event: Event) -> None:
    holds.keep(event.tablet_id, event.event_id)
    assert erasing.erase([event], Erasure.Reason.REQUEST, "Hà") == 1
    assert "sealed" not in Event.objects.get(kind="contact").stored


def test_pages_say_how_long(event: Event, make_user: MakeUser) -> None:
    user = make_user()
    holds.keep(event.tablet_id, event.event_id)
    (kept,) = contacts.described([event], DAYS)
    assert kept.until is None
    for path in ("/contacts/", path_of(event)):
        assert "khi vụ việc kết thúc" in signed_in(user).get(path).content.decode()
    holds.keep(event.tablet_id, event.event_id, dt.date(2031, 3, 1))
    assert "01/03/2031" in signed_in(user).get(path_of(event)).content.decode()
