"""What citizens left belongs to the office where the tablet stood then, wherever that went since."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from headquarters import sealing
from headquarters.accounts.models import User
from headquarters.accounts.roles import Role
from headquarters.audit.models import Entry
from headquarters.cases import raising
from headquarters.cases.models import Case
from headquarters.offices.models import Desk, Office, Succession
from headquarters.privacy import contacts, erasing
from headquarters.privacy.models import Erasure, SubjectRequest
from headquarters.ratings.models import Event
from headquarters.tablets import standing
from headquarters.tablets.models import Placement, Tablet
from sync import contract, lookup
from sync.sealing import key_id, seal
from tests.headquarters.conftest import Office26740
from tests.headquarters.privacy.test_contacts import MakeUser, make_user, signed_in
from tests.support import FakeTablet

__all__ = ["make_user"]
HOUR = dt.timedelta(hours=1)
CODES = {name: lookup.new_code(lambda count, n=n: bytes([n] * count)) for n, name in enumerate("AB", 1)}
PHONES = {"A": "+84912345678", "B": "+84987654321"}
REASON = {"reason": "một lý do đủ dài"}


@pytest.fixture(autouse=True)
def no_list() -> Any:
    yield
    (settings.DATA / erasing.LIST).unlink(missing_ok=True)


def _at(when: dt.datetime) -> int:
    return round(when.timestamp() * 1000)


def visit(office: Office26740, tablet: FakeTablet, name: str, when: dt.datetime) -> None:
    """A visit with a rating, a comment and a contact, all of one moment."""
    key = sealing.public_key()
    plain = json.dumps({"name": f"Bà {name}", "phone": PHONES[name]}).encode()
    bodies = {
        contract.RATING: {"level": 1, "channel": "tablet"},
        contract.COMMENT: {"text": f"Chờ lâu ở {name}", "lookup": CODES[name]},
        contract.CONTACT: {"sealed": seal(plain, key), "key_id": key_id(key), "lookup": CODES[name]},
    }
    events = [
        tablet.append(tablet.event(kind, body, visit_id=f"visit-{name}", wall_ms=_at(when)))
        for kind, body in bodies.items()
    ]
    office.push(tablet, events)


@dataclass
class Moved:
    """A tablet that stood at ward A, and since two hours ago at ward B; a citizen at each. ``people``: a
    handler of A, of B, of D above both, and of the foreign ward C."""

    tablet: Tablet
    a: Office
    b: Office
    people: dict[str, Client]

    def event(self, name: str, kind: str = contract.CONTACT) -> Event:
        found: Event = Event.objects.get(visit_id=f"visit-{name}", kind=kind)
        return found

    def path(self, name: str) -> str:
        return f"/contacts/{self.tablet.pk}/{self.event(name).event_id}/"


def _offices() -> dict[str, Office]:
    above = Office.objects.create(code="SNV", name="Sở Nội vụ")
    Office.objects.filter(code="26740").update(parent=above)
    return {
        "A": Office.objects.get(code="26740"),
        "B": Office.objects.create(code="26743", name="UBND phường Phú Lợi", parent=above),
        "C": Office.objects.create(code="26746", name="UBND phường Khác"),
        "D": above,
    }


@pytest.fixture
def moved(office: Office26740, tablet: FakeTablet, make_user: MakeUser) -> Moved:
    now, offices = timezone.now(), _offices()
    visit(office, tablet, "A", now - 3 * HOUR)
    row = Tablet.objects.get(pk=tablet.tablet_id)
    standing.move(row, Desk.objects.create(office=offices["B"], name="Quầy 9"), now - 2 * HOUR, None)
    visit(office, tablet, "B", now - HOUR)
    people = {name: signed_in(make_user(f"người-{name}", office=one)) for name, one in offices.items()}
    return Moved(row, offices["A"], offices["B"], people)


@pytest.fixture
def replaced(office: Office26740, tablet: FakeTablet, make_user: MakeUser) -> Moved:
    """The same, but another tablet took the desk in A; the old one stands nowhere."""
    offices = _offices()
    visit(office, tablet, "A", timezone.now() - HOUR)
    fresh = office.place(FakeTablet(), desk=office.desk("Kho"))
    row = Tablet.objects.get(pk=tablet.tablet_id)
    standing.replace(row, fresh, None)
    people = {name: signed_in(make_user(f"người-{name}", office=one)) for name, one in offices.items()}
    return Moved(row, offices["A"], offices["B"], people)


SEEN = [("A", "A"), ("B", "B"), ("C", ""), ("D", "AB")]
"""Whose handler, and whose citizens they may know of, of ``moved``."""


@pytest.mark.parametrize(("who", "seen"), SEEN)
def test_a_moved_tablets_contacts_stay_with_the_office_where_they_were_left(
    moved: Moved, who: str, seen: str
) -> None:
    web = moved.people[who]
    page = web.get("/contacts/").content.decode()
    for name in "AB":
        assert (moved.event(name).visit_id[:8] in page) == (name in seen)
        path = moved.path(name)
        assert web.get(path).status_code == (200 if name in seen else 404)
        answer = web.post(path, REASON)
        assert (PHONES[name] in answer.content.decode()) == (name in seen)
        entries = Entry.objects.filter(action="contact.opened", actor__username=f"người-{who}")
        office = {"A": moved.a, "B": moved.b}[name]
        assert entries.filter(office=office).count() == (name in seen)
    assert Entry.objects.filter(action="contact.opened").count() == len(seen)


@pytest.mark.parametrize(("who", "seen"), [("A", True), ("B", False), ("C", False), ("D", True)])
def test_a_replaced_tablets_contacts_stay_with_its_ward(replaced: Moved, who: str, seen: bool) -> None:
    web = replaced.people[who]
    page = web.get("/contacts/").content.decode()
    assert ("visit-A" in page, "Quầy 3" in page) == (seen, seen)
    answer = web.post(replaced.path("A"), REASON)
    assert (answer.status_code, PHONES["A"] in answer.content.decode()) == (200 if seen else 404, seen)
    assert Entry.objects.filter(action="contact.opened", office=replaced.a).count() == seen


def _request(web: Client, office: Office, name: str, by: str) -> SubjectRequest:
    asked = {"kind": "erasure", "office": office.pk, "received_on": timezone.localdate().isoformat()}
    who = {"code": CODES[name], "phone": ""} if by == "code" else {"code": "", "phone": PHONES[name]}
    answer = web.post("/requests/", {**asked, **who, "name": ""})
    assert answer.status_code == 302, answer.content.decode()[-2000:]
    return SubjectRequest.objects.latest("pk")


def _data(web: Client, found: SubjectRequest, what: str) -> Any:
    return web.post(f"/requests/{found.pk}/data", {"what": what, "sure": "yes"})


@pytest.mark.parametrize("by", ["code", "phone"])
@pytest.mark.parametrize(("who", "seen"), SEEN)
def test_requests_reach_what_was_left_at_the_offices_own_desks(
    moved: Moved, who: str, seen: str, by: str
) -> None:
    web, own = moved.people[who], User.objects.get(username=f"người-{who}").office
    assert own
    places = {"A": ("UBND phường Thủ Dầu Một", "Quầy 3"), "B": ("UBND phường Phú Lợi", "Quầy 9")}
    for name in "AB":
        found = _request(web, own, name, by)
        visits = json.loads(_data(web, found, "exported").content)["visits"]
        assert [(one["office"], one["desk"]) for one in visits] == [places[name]] * (name in seen)
        assert [len(one["events"]) for one in visits] == [3] * (name in seen)
        assert _data(web, found, "erased").status_code == 302
        gone = {contract.COMMENT, contract.CONTACT} if name in seen else set()
        erased = Erasure.objects.values_list("event_id", flat=True)
        mine = Event.objects.filter(visit_id=f"visit-{name}", event_id__in=erased)
        assert set(mine.values_list("kind", flat=True)) == gone


@pytest.mark.parametrize("by", ["code", "phone"])
@pytest.mark.parametrize(("who", "seen"), [("A", True), ("B", False), ("C", False), ("D", True)])
def test_requests_reach_what_a_replaced_tablet_took(replaced: Moved, who: str, seen: bool, by: str) -> None:
    web, own = replaced.people[who], User.objects.get(username=f"người-{who}").office
    assert own
    found = _request(web, own, "A", by)
    visits = json.loads(_data(web, found, "exported").content)["visits"]
    assert [one["desk"] for one in visits] == ["Quầy 3"] * seen
    _data(web, found, "erased")
    assert Erasure.objects.count() == 2 * seen


@pytest.mark.parametrize("how", ["moved", "replaced"])
def test_a_cases_link_opens_the_contact_after_the_tablet_has_gone(
    how: str, request: pytest.FixtureRequest
) -> None:
    world: Moved = request.getfixturevalue(how)
    raising.catch_up()
    case = Case.objects.get(office=world.a)
    for who in "AD":
        page = world.people[who].get(f"/cases/{case.pk}/").content.decode()
        assert world.path("A") in page
        assert world.people[who].get(world.path("A")).status_code == 200


def test_a_move_that_was_forgotten_takes_what_was_left_since_along(moved: Moved) -> None:
    """Noted only now: what the figures count for B is B's to answer; the case stays with A."""
    raising.catch_up()
    case = Case.objects.get(office=moved.a)
    desk = Desk.objects.create(office=moved.b, name="Quầy 10")
    standing.move(moved.tablet, desk, timezone.now() - 4 * HOUR, None)
    assert moved.people["A"].get(moved.path("A")).status_code == 404
    assert "Quầy 10" in moved.people["B"].get(moved.path("A")).content.decode()
    page = moved.people["A"].get(f"/cases/{case.pk}/").content.decode()
    assert "/contacts/" + str(moved.tablet.pk) not in page, "no link to a page that is not theirs"


@pytest.mark.parametrize("hours", [-400_000, 400_000])
def test_a_wrong_clock_counts_for_the_first_place_or_the_last(moved: Moved, hours: int) -> None:
    event = moved.event("A")
    Event.objects.filter(event_id=event.event_id).update(wall_ms=_at(timezone.now()) + hours * 3_600_000)
    for who in "AB":
        theirs = (who == "A") == (hours < 0)
        assert moved.people[who].get(moved.path("A")).status_code == (200 if theirs else 404)


def test_the_earliest_place_holds_for_whatever_came_before_it(moved: Moved) -> None:
    first = Placement.objects.filter(tablet=moved.tablet).first()
    assert first
    Placement.objects.filter(pk=first.pk).update(since_ms=moved.event("A").wall_ms + 60_000)
    assert "Quầy 3" in moved.people["A"].get(moved.path("A")).content.decode()
    assert moved.people["B"].get(moved.path("A")).status_code == 404


def test_a_tablet_that_came_back_leaves_out_the_time_between(moved: Moved, office: Office26740) -> None:
    standing.move(moved.tablet, office.desk(), timezone.now() - HOUR / 2, None)
    for who, name, status in (("A", "A", 200), ("A", "B", 404), ("B", "A", 404), ("B", "B", 200)):
        assert moved.people[who].get(moved.path(name)).status_code == status, (who, name)


def test_whoever_sees_everything_opens_what_was_left_nowhere(moved: Moved, make_user: MakeUser) -> None:
    Placement.objects.filter(tablet=moved.tablet).update(desk=None)
    everybody = signed_in(make_user("mọi-nơi"))
    assert "chưa có quầy" in everybody.get("/contacts/").content.decode()
    assert PHONES["A"] in everybody.post(moved.path("A"), REASON).content.decode()
    assert {web.get(moved.path("A")).status_code for web in moved.people.values()} == {404}


def test_a_request_is_gone_on_with_by_the_office_that_followed(moved: Moved) -> None:
    found = _request(moved.people["A"], moved.a, "A", "code")
    ended = timezone.localdate() - dt.timedelta(days=1)
    assert moved.people["B"].get(f"/requests/{found.pk}/").status_code == 404
    Succession.objects.create(predecessor=moved.a, successor=moved.b, day=timezone.localdate())
    Office.objects.filter(pk=moved.a.pk).update(valid_to=ended)
    assert moved.people["B"].get(f"/requests/{found.pk}/").status_code == 200
    visits = json.loads(_data(moved.people["B"], found, "exported").content)["visits"]
    assert [one["desk"] for one in visits] == ["Quầy 3"]
    assert moved.people["C"].get(f"/requests/{found.pk}/").status_code == 404


def test_the_list_asks_as_often_for_a_hundred_as_for_one(
    office: Office26740, moved: Moved, django_assert_max_num_queries: Any
) -> None:
    user = User.objects.get(username="người-A")
    assert contacts.described(contacts.of(user), 60)
    other = FakeTablet()
    office.place(other)
    key = sealing.public_key()
    body = {"sealed": seal(b"{}", key), "key_id": key_id(key)}
    office.push(other, [other.append(other.event(contract.CONTACT, body)) for _ in range(100)])
    with django_assert_max_num_queries(11):
        assert len(contacts.described(contacts.of(user), 60)) == 101


def test_roles_without_the_right_open_nothing_by_having_had_the_tablet(
    moved: Moved, make_user: MakeUser
) -> None:
    admin = signed_in(make_user("quản-trị", role=Role.OFFICE_ADMIN, office=moved.a))
    assert admin.post(moved.path("A"), REASON).status_code == 403
