"""What an office publishes reaches its tablets' idle screen where a configuration wants it, and leaves it."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from django.utils import timezone

from headquarters.accounts.roles import Role
from headquarters.cases import publishing
from headquarters.offices.models import Desk, Office
from headquarters.tablets import configuration
from headquarters.tablets.configuration import EVERYBODY, PUBLISHED, Place
from headquarters.tablets.models import IssuedConfiguration, Tablet
from headquarters.web import wish_forms
from kiosk.granting import with_wishes
from kiosk.office import OfficeBook
from sync.configuration import parse
from sync.wishes import Improved, Wishes, read_wishes
from tests.headquarters.accounts.conftest import enter
from tests.headquarters.cases import made
from tests.headquarters.cases.test_publishing import DONE, SAID, person
from tests.headquarters.cases.test_publishing import Desk as People
from tests.headquarters.conftest import Office26740
from tests.headquarters.test_configuration import fetched
from tests.support import FakeTablet

ON, OFF = read_wishes({PUBLISHED: True}), read_wishes({PUBLISHED: False})


@pytest.fixture
def ward(office: Office26740, tablet: FakeTablet) -> Office:
    return office.desk().office


def shown(tablet: FakeTablet) -> list[str]:
    found = Tablet.objects.select_related("desk__office").get(pk=tablet.tablet_id)
    return [one.said_vi for one in configuration.effective(found).improved or ()]


def test_off_unless_a_configuration_wants_it(tablet: FakeTablet, ward: Office) -> None:
    made.published(timezone.now(), ward)
    assert shown(tablet) == []
    configuration.publish(EVERYBODY, ON, None)
    assert shown(tablet) == ["Phải chờ lâu."]
    configuration.publish(Place(office=ward), OFF, None)
    assert shown(tablet) == []


def test_it_goes_down_when_it_is_published_and_up_when_withdrawn(
    office: Office26740, tablet: FakeTablet, ward: Office
) -> None:
    people = People(ward)
    configuration.publish(EVERYBODY, ON, None)
    people.write()
    assert office.push(tablet).config_version == 0
    people.decide("publish")
    assert office.push(tablet).config_version == 1
    taken = fetched(office, tablet)
    assert [(one.said_vi, one.done_vi) for one in taken.wishes.improved or ()] == [(SAID, DONE)]
    book = with_wishes(OfficeBook(), taken.wishes, timezone.localdate(), timezone.localdate())
    assert (book.improvements[0].said, book.improvements[0].date) == (SAID, timezone.localdate())
    people.decide("withdraw")
    assert office.push(tablet).config_version == taken.version + 1, "else it would never ask"
    assert fetched(office, tablet, taken.version).wishes.improved is None


def test_the_wire_knows_nothing_of_the_switch(office: Office26740, tablet: FakeTablet, ward: Office) -> None:
    made.published(timezone.now(), ward)
    configuration.publish(EVERYBODY, ON, None)
    payload = fetched(office, tablet)
    assert payload.wishes.more == {}
    issued = IssuedConfiguration.objects.get(tablet_id=tablet.tablet_id).payload
    assert PUBLISHED not in json.loads(issued)["wishes"]
    assert parse(issued) == payload


def test_only_the_own_office_and_the_five_newest_behind_what_was_written_by_hand(
    tablet: FakeTablet, ward: Office
) -> None:
    now = timezone.now()
    for days in range(7):
        made.published(now - dt.timedelta(days=days), ward, said=f"{days}")
    made.published(now, Office.objects.create(code="92", name="B"), said="Nơi khác")
    by_hand = Improved(id="ghe", said_vi="Thiếu ghế", done_vi="Đã thêm ghế")
    configuration.publish(EVERYBODY, Wishes(improved=(by_hand,), more={PUBLISHED: True}), None)
    assert shown(tablet) == ["Thiếu ghế", "0", "1", "2", "3", "4"]


def test_a_desk_that_moves_shows_its_new_offices(tablet: FakeTablet, ward: Office) -> None:
    made.published(timezone.now(), ward)
    configuration.publish(EVERYBODY, ON, None)
    other = Office.objects.create(code="92", name="B")
    Tablet.objects.update(desk=Desk.objects.create(office=other, name="1"))
    assert shown(tablet) == []
    Tablet.objects.update(desk=None)
    assert shown(tablet) == []


def test_words_of_any_length_fit_the_contract(ward: Office) -> None:
    made.published(timezone.now(), ward, said="ữ" * 300, done="đ" * 300)
    (item,) = publishing.on_tablets(ward)
    assert read_wishes({"improved": [vars_of(item)]}).improved == (item,)


def vars_of(item: Improved) -> dict[str, Any]:
    return {name: getattr(item, name) for name in item.__dataclass_fields__}


@pytest.mark.screen_only
def test_the_switch_stands_on_the_configuration_page(tablet: FakeTablet, ward: Office) -> None:
    made.published(timezone.now(), ward, said="Quầy 3 chờ lâu")
    browser = enter(person(Role.SYSTEM_ADMIN, None))
    sent = {"published": "yes", "action": "preview"}
    page = browser.post("/tablets/configuration/", sent).content.decode()
    assert "Màn hình chờ: nội dung cơ quan đã công khai" in page
    assert "Quầy 3 chờ lâu →" in page
    seen = page.partition('name="seen" value="')[2].partition('"')[0]
    browser.post("/tablets/configuration/", {**sent, "action": "publish", "seen": seen})
    assert shown(tablet) == ["Quầy 3 chờ lâu"]
    now = configuration.wishes_of(configuration.in_force(EVERYBODY))
    assert wish_forms.initial(now)["published"] == "yes"
    assert now.improved is None
