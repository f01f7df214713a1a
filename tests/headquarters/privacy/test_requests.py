"""What persons ask about their own data: found, given out, erased; each step written down."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from headquarters import sealing
from headquarters.accounts.roles import Role
from headquarters.audit.models import Entry
from headquarters.offices.models import Office
from headquarters.privacy import contacts, erasing
from headquarters.privacy.models import Erasure, Step, SubjectRequest
from headquarters.ratings import integrity
from headquarters.ratings.models import Event
from headquarters.tablets.models import Tablet
from sync import lookup
from tests.headquarters.conftest import Office26740
from tests.headquarters.privacy.test_contacts import (
    CODE,
    NAME,
    PHONE,
    MakeUser,
    comment,
    left,
    make_user,
    signed_in,
)
from tests.headquarters.test_phone import everything_in_the_database
from tests.support import FakeTablet

__all__ = ["make_user"]
OTHER_CODE = lookup.new_code(lambda count: bytes(range(count)))


@pytest.fixture(autouse=True)
def no_list() -> Any:
    yield
    (settings.DATA / erasing.LIST).unlink(missing_ok=True)


@pytest.fixture
def visited(office: Office26740, tablet: FakeTablet) -> FakeTablet:
    """A visit with a rating, a comment and a contact; and another person's."""
    office.push(
        tablet, [tablet.rating(1, visit_id="visit-1"), comment(tablet), left(tablet), tablet.rating(2)]
    )
    other = FakeTablet()
    office.place(other, desk=office.desk("Quầy 4"))
    office.push(
        other, [other.rating(3), left(other, "+84987654321", "visit-2", OTHER_CODE, name="Trần Văn Bình")]
    )
    return tablet


@pytest.fixture
def client(make_user: MakeUser) -> Client:
    return signed_in(make_user())


def fields(**changes: Any) -> dict[str, Any]:
    office = Office.objects.get(code="26740")
    today = timezone.localdate().isoformat()
    usual = {
        "kind": "erasure",
        "office": office.pk,
        "received_on": today,
        "code": "",
        "phone": "0912 345 678",
    }
    return {**usual, "name": "Bà Hoa, trả lời qua điện thoại", **changes}


def registered(client: Client, **changes: Any) -> SubjectRequest:
    answer = client.post("/requests/", fields(**changes))
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    return SubjectRequest.objects.latest("pk")


def data(client: Client, found: SubjectRequest, what: str, **more: str) -> Any:
    return client.post(f"/requests/{found.pk}/data", {"what": what, **more})


def test_who_asks_is_sealed_and_the_clocks_run(visited: FakeTablet, client: Client) -> None:
    found = registered(client)
    text = everything_in_the_database()
    for secret in ("Bà Hoa", "912345678", "0912 345 678"):
        assert secret not in text, secret
    assert json.loads(sealing.open_sealed(found.sealed))["phone"] == "912345678"
    today = timezone.localdate()
    assert found.done_by == today + dt.timedelta(days=20)
    assert today + dt.timedelta(days=2) <= found.answer_by <= today + dt.timedelta(days=4)
    page = client.get(f"/requests/{found.pk}/").content.decode()
    assert "Xóa dữ liệu" in page
    assert "Bà Hoa" not in page
    assert str(found.pk) in client.get("/requests/").content.decode()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"phone": "", "code": ""}, "mã tra cứu hoặc số điện thoại"),
        ({"phone": "12345"}, "không phải số điện thoại"),
        ({"phone": "=cmd|' /C calc'!A0"}, "không phải số điện thoại"),
        ({"phone": "٠٩١٢٣٤٥٦٧٨"}, "không phải số điện thoại"),
        ({"code": "4K7PX-V2M9H-RT3C8"}, "không phải mã tra cứu"),
        ({"code": "ẲẲẲ"}, "không phải mã tra cứu"),
        ({"code": "x" * 5000}, "wrong-words"),
        ({"received_on": "2999-01-01"}, "ngày gần đây"),
        ({"received_on": "1999-01-01"}, "ngày gần đây"),
        ({"received_on": "hôm nay"}, "wrong-words"),
        ({"kind": "everything"}, "wrong-words"),
        ({"office": "0"}, "wrong-words"),
        ({"office": "x\x00"}, "wrong-words"),
        ({"name": "ẳ" * 201}, "wrong-words"),
        ({"name": "a\x00b"}, "wrong-words"),
    ],
)
def test_what_cannot_be_registered_is_named(
    visited: FakeTablet, client: Client, changes: dict[str, Any], words: str
) -> None:
    answer = client.post("/requests/", fields(**changes))
    assert (answer.status_code, words in answer.content.decode()) == (400, True), answer.content.decode()[
        -2000:
    ]
    assert not SubjectRequest.objects.exists()


@pytest.mark.parametrize("by", ["code", "phone"])
def test_one_persons_data_are_given_out_and_erased_and_nobody_elses(
    visited: FakeTablet, client: Client, by: str
) -> None:
    found = registered(client, **({"code": CODE, "phone": ""} if by == "code" else {}))
    page = data(client, found, "shown").content.decode()
    assert NAME in page
    assert "Chờ lâu quá" in page
    assert "987654321" not in page
    given = data(client, found, "exported")
    assert given["Content-Disposition"] == f'attachment; filename="request-{found.pk}.json"'
    assert "no-store" in given["Cache-Control"]
    visits = json.loads(given.content)["visits"]
    contents = [
        event["content"] for visit in visits for event in visit["events"] if visit["desk"] == "Quầy 3"
    ]
    assert contents == [
        {"channel": "tablet", "level": 1},
        {"lookup": CODE, "text": "Chờ lâu quá"},
        {"name": NAME, "phone": PHONE, "email": "", "guardian": False},
    ]
    assert [visit["desk"] for visit in visits] == ["Quầy 3"]
    unsure = data(client, found, "erased")
    assert (unsure.status_code, Erasure.objects.count()) == (400, 0)
    assert data(client, found, "erased", sure="yes").status_code == 302
    mine = Event.objects.filter(tablet_id=visited.tablet_id)
    gone = [erasing.tombstone(one.stored) == one.stored for one in mine.order_by("seq")]
    assert gone == [False, True, True, False]
    assert integrity.verify(Tablet.objects.get(pk=visited.tablet_id)).findings == []
    if by == "phone":
        assert (
            Event.objects.exclude(tablet_id=visited.tablet_id).get(kind="contact").stored.count("sealed") == 1
        )
    steps = list(Step.objects.filter(request=found).values_list("what", flat=True))
    assert steps == ["registered", "shown", "exported", "erased"]
    entries = list(
        Entry.objects.filter(action__startswith="request.").order_by("pk").values_list("action", flat=True)
    )
    assert entries == ["request.registered", "request.shown", "request.exported", "request.erased"]
    if by == "phone":
        assert "contacts opened to compare 2" in Entry.objects.get(action="request.shown").detail
    assert "Chờ lâu" not in everything_in_the_database()
    again = data(client, found, "shown").content.decode()
    assert NAME not in again


def test_another_office_is_not_searched(visited: FakeTablet, make_user: MakeUser) -> None:
    sister = Office.objects.create(code="26743", name="UBND phường Phú Lợi")
    away = signed_in(make_user("away", office=sister))
    found = registered(away, office=sister.pk, code=CODE)
    page = data(away, found, "shown").content.decode()
    assert NAME not in page
    assert "Không có dữ liệu nào" in page
    assert away.post("/requests/", fields()).status_code == 400, "nor may it register for that one"
    here = signed_in(make_user("here", office=Office.objects.get(code="26740")))
    for answer in (here.get(f"/requests/{found.pk}/"), data(here, found, "erased", sure="yes")):
        assert answer.status_code == 404


def test_steps_go_on_until_it_is_closed(visited: FakeTablet, client: Client) -> None:
    found = registered(client)
    path = f"/requests/{found.pk}/"
    for state in ("answered", "done"):
        assert client.post(path, {"state": state, "note": "đã gọi điện"}).status_code == 302
    assert client.post(path, {"state": "refused"}).status_code == 302
    found.refresh_from_db()
    assert (found.state, found.closed_at is not None) == ("done", True)
    assert list(found.steps.values_list("what", flat=True)) == ["registered", "answered", "done"]
    for bad in ({"state": "received"}, {"state": ""}, {}, {"state": "done", "note": "x" * 301}):
        assert client.post(path, bad).status_code == 400, bad
    for wrong in ({"what": "dropped"}, {}):
        assert client.post(f"{path}data", wrong).status_code == 404
    assert client.get(f"{path}data").status_code == 405
    assert client.get(f"/requests/{'9' * 40}/").status_code == 404


def test_a_late_request_says_so(visited: FakeTablet, client: Client) -> None:
    found = registered(client)
    SubjectRequest.objects.filter(pk=found.pk).update(
        answer_by=dt.date(2026, 1, 2), done_by=dt.date(2999, 1, 1)
    )
    for path in ("/requests/", f"/requests/{found.pk}/"):
        page = client.get(path).content.decode()
        assert "quá hạn" in page
    client.post(f"/requests/{found.pk}/", {"state": "done"})
    assert "quá hạn" not in client.get("/requests/").content.decode()


def test_english_pages_are_english(visited: FakeTablet, client: Client) -> None:
    found = registered(client)
    client.cookies["django_language"] = "en"
    page = client.get(f"/requests/{found.pk}/").content.decode()
    assert "First answer: 2 working days, Monday to Friday" in page
    assert "Public holidays are left out." in page


@pytest.mark.screen_only
@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        ("0912 345 678", "912345678"),
        ("+84 912.345.678", "912345678"),
        ("0084912345678", "912345678"),
        ("84912345678", "912345678"),
        ("(0271) 3-888-999-1", "27138889991"[:0]),
        ("02713 888 999", "2713888999"),
        ("", ""),
        ("+", ""),
        ("+84+84912345678", ""),
        ("9" * 400, ""),
    ],
)
def test_phones_are_compared_by_their_digits(typed: str, digits: str) -> None:
    assert contacts.dialled(typed) == digits


def test_an_auditor_sees_every_step(visited: FakeTablet, client: Client, make_user: MakeUser) -> None:
    registered(client)
    assert make_user("log", role=Role.AUDITOR).role == "auditor"
    assert Entry.objects.filter(action="request.registered", office__code="26740").count() == 1
