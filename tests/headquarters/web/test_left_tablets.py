"""A tablet that was moved away or replaced: read by the office where it stood, changed by where it stands."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from headquarters.accounts.models import User
from headquarters.accounts.roles import Role
from headquarters.audit.models import Entry
from headquarters.ratings.models import Event
from headquarters.tablets.models import Deed, Tablet, WishList
from tests.headquarters.conftest import Office26740
from tests.headquarters.privacy.test_contacts import MakeUser, make_user, signed_in
from tests.headquarters.privacy.test_moved import CODES, SEEN, Moved, moved, replaced
from tests.support import FakeTablet

__all__ = ["make_user", "moved", "replaced"]
NAMES = ("A", "B", "C", "D")


@pytest.fixture
def auditors(make_user: MakeUser) -> dict[str, Client]:
    return _people(make_user, Role.AUDITOR)


@pytest.fixture
def admins(make_user: MakeUser) -> dict[str, Client]:
    return _people(make_user, Role.OFFICE_ADMIN)


def _people(make_user: MakeUser, role: Role) -> dict[str, Client]:
    offices = {name: User.objects.get(username=f"người-{name}").office for name in NAMES}
    return {name: signed_in(make_user(f"{role}-{name}", role=role, office=offices[name])) for name in NAMES}


@pytest.mark.parametrize(("who", "seen"), SEEN)
def test_a_chain_is_read_by_every_office_where_the_tablet_stood(
    moved: Moved, auditors: dict[str, Client], who: str, seen: str
) -> None:
    web, path = auditors[who], f"/tablets/{moved.tablet.pk}/chain/"
    assert (path in web.get("/tablets/chains/").content.decode()) == bool(seen)
    assert web.get(path).status_code == (200 if seen else 404)
    assert web.post(path).status_code == (302 if seen else 404)
    walked = Entry.objects.filter(action="chain.walked")
    assert [one.office for one in walked] == [moved.a if who == "A" else moved.b] * bool(seen)


@pytest.mark.parametrize(("who", "seen"), SEEN)
def test_an_event_is_proved_by_the_office_where_it_happened(
    moved: Moved, auditors: dict[str, Client], who: str, seen: str
) -> None:
    web, at = auditors[who], f"/tablets/{moved.tablet.pk}"
    for event in Event.objects.order_by("seq"):
        theirs = event.visit_id.removeprefix("visit-") in seen
        answer = web.get(f"{at}/events/{event.event_id}/")
        assert answer.status_code == (200 if theirs else 404), event.seq
        for typed in (str(event.seq), str(event.event_id)):
            found = web.get(f"{at}/chain/find/", {"q": typed})
            if seen:
                assert ("/events/" in found.headers["Location"]) == theirs
            else:
                assert found.status_code == 404
        proved = Entry.objects.filter(action="event.proved", target=str(event.event_id))
        assert [one.office for one in proved] == [moved.a if event.seq <= 3 else moved.b] * theirs
    for name in CODES if seen else ():
        found = web.get(f"{at}/chain/find/", {"q": CODES[name]})
        assert ("/events/" in found.headers["Location"]) == (name in seen)


def test_a_neighbour_of_another_office_is_named_without_a_way_to_it(
    moved: Moved, auditors: dict[str, Client]
) -> None:
    third, fourth = Event.objects.filter(seq__in=(3, 4)).order_by("seq")
    path = f"/tablets/{moved.tablet.pk}/events/{third.event_id}/"
    for who, linked in (("A", False), ("D", True)):
        page = auditors[who].get(path).content.decode()
        assert "vị trí 4" in page
        assert (str(fourth.event_id) in page) == linked


@pytest.mark.parametrize("who", NAMES)
def test_a_replaced_tablet_is_read_by_its_ward_and_changed_by_nobody_there(
    replaced: Moved, auditors: dict[str, Client], admins: dict[str, Client], who: str
) -> None:
    sees = who in "AD"
    path = f"/tablets/{replaced.tablet.pk}/"
    event = Event.objects.get(seq=3)
    for web, page in (
        (auditors[who], "chain/"),
        (auditors[who], f"events/{event.event_id}/"),
        (admins[who], ""),
    ):
        answer = web.get(path + page)
        assert answer.status_code == (200 if sees else 404), page
        assert ("Quầy 3 · UBND phường Thủ Dầu Một (đến " in answer.content.decode()) == sees
    assert (path in admins[who].get("/tablets/", {"state": "left"}).content.decode()) == sees
    assert path not in admins[who].get("/tablets/").content.decode(), "the list is for what needs somebody"
    _changes_nothing(replaced.tablet, admins[who])


def test_the_log_of_the_ward_says_that_its_tablet_was_replaced(replaced: Moved) -> None:
    entry = Entry.objects.get(action="tablet.replaced")
    assert (entry.target, entry.office_id) == (str(replaced.tablet.pk), replaced.a.pk)


def _changes_nothing(tablet: Tablet, web: Client) -> None:
    before, deeds = Tablet.objects.values().get(pk=tablet.pk), Deed.objects.count()
    path = f"/tablets/{tablet.pk}/"
    for action in ("revoke", "move", "replace", "renew", "keep_key", "", "reset"):
        assert web.post(path, {"action": action, "role": "staff", "challenge": "x"}).status_code == 404, (
            action
        )
    assert web.get("/tablets/configuration/", {"tablet": str(tablet.pk)}).status_code == 404
    assert Tablet.objects.values().get(pk=tablet.pk) == before
    assert (Deed.objects.count(), WishList.objects.count()) == (deeds, 0)


def test_a_moved_tablet_is_changed_where_it_stands_only(moved: Moved, admins: dict[str, Client]) -> None:
    path = f"/tablets/{moved.tablet.pk}/"
    page = admins["A"].get(path).content.decode()
    assert "Máy không còn đặt ở đây" in page
    assert "Quầy 9" not in page, "where it went is not theirs"
    assert "/tablets/configuration/?tablet=" not in page
    assert 'name="action"' not in page
    _changes_nothing(moved.tablet, admins["A"])
    _changes_nothing(moved.tablet, admins["C"])
    assert "Quầy 9" in admins["B"].get(path).content.decode()
    assert admins["B"].post(path, {"action": "revoke"}).status_code == 302
    assert Tablet.objects.get(pk=moved.tablet.pk).revoked_at


@pytest.mark.parametrize("who", NAMES)
def test_those_that_left_are_cut_by_office(
    moved: Moved, admins: dict[str, Client], make_user: MakeUser, who: str
) -> None:
    """D looks after it still: it only went from one of its wards to the other."""
    path = f"/tablets/{moved.tablet.pk}/"
    shown = path in admins[who].get("/tablets/", {"state": "left"}).content.decode()
    assert shown == (who == "A")
    here = admins["A"].get("/tablets/", {"state": "left", "office": str(moved.a.pk)}).content.decode()
    assert path in here
    everybody = signed_in(make_user("mọi-nơi", role=Role.OFFICE_ADMIN))
    assert path not in everybody.get("/tablets/", {"state": "left"}).content.decode()


def test_whoever_sees_everything_finds_a_replaced_tablet_by_its_last_desk(
    replaced: Moved, make_user: MakeUser
) -> None:
    web = signed_in(make_user("mọi-nơi", role=Role.OFFICE_ADMIN))
    path = f"/tablets/{replaced.tablet.pk}/"
    page = web.get("/tablets/", {"state": "left"}).content.decode()
    assert path in page
    assert "Quầy 3 · UBND phường Thủ Dầu Một (đến " in page
    assert web.post(path, {"action": "revoke"}).status_code == 302


def test_the_list_of_chains_asks_no_more_for_many_that_left(
    office: Office26740, replaced: Moved, auditors: dict[str, Client], django_assert_max_num_queries: Any
) -> None:
    from headquarters.tablets import standing

    for number in range(12):
        old = office.place(FakeTablet(), desk=office.desk(f"Bàn {number}"))
        standing.replace(old, office.place(FakeTablet(), desk=office.desk("Kho")), None)
    with django_assert_max_num_queries(14):
        page = auditors["A"].get("/tablets/chains/").content.decode()
    assert page.count("(đến ") == 13
