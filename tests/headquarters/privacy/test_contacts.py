"""What citizens left for a reply: sealed until somebody says why, gone when its term is over."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from headquarters import sealing
from headquarters.accounts.models import User
from headquarters.accounts.roles import Role
from headquarters.audit.models import Entry
from headquarters.config import ConfigError
from headquarters.offices.models import Office
from headquarters.privacy import contacts, erasing, terms
from headquarters.privacy.models import Erasure
from headquarters.ratings import integrity, rollup
from headquarters.ratings.models import Comment, Event
from headquarters.tablets.models import Placement, Tablet
from headquarters.web.offices import changes
from sync import chain, contract
from sync.sealing import key_id, seal
from tests.headquarters.conftest import Office26740, verdicts
from tests.support import FakeTablet

PHONE, NAME = "+84912345678", "Nguyễn Thị Hoa"
CODE = "4K7PX-V2M9H-RT3C7"
MakeUser = Callable[..., User]


@pytest.fixture
def make_user(db: None) -> MakeUser:
    def make(name: str = "ha", **fields: Any) -> User:
        return User.objects.create_user(
            name, display_name="Lê Văn Minh", **{"role": Role.CASE_HANDLER, **fields}
        )

    return make


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def left(
    tablet: FakeTablet, phone: str = PHONE, visit: str = "visit-1", code: str = CODE, **changes: Any
) -> contract.WireEvent:
    """A contact as the tablet's page makes it."""
    plain = {
        "v": 1, "name": NAME, "phone": phone, "email": "", "guardian": False,
        "consent_ms": 1_763_700_000_000, "purpose": "tra-loi-2026-1", **changes,
    }  # fmt: skip
    key = sealing.public_key()
    body = {"sealed": seal(json.dumps(plain).encode(), key), "key_id": key_id(key), "lookup": code}
    return tablet.append(tablet.event(contract.CONTACT, body, visit_id=visit))


def comment(tablet: FakeTablet, text: str = "Chờ lâu quá", visit: str = "visit-1") -> contract.WireEvent:
    return tablet.append(tablet.event(contract.COMMENT, {"text": text, "lookup": CODE}, visit_id=visit))


@pytest.fixture
def event(office: Office26740, tablet: FakeTablet) -> Event:
    office.push(tablet, [tablet.rating(1), left(tablet)])
    return Event.objects.get(kind="contact")


def path_of(event: Event) -> str:
    return f"/contacts/{event.tablet_id}/{event.event_id}/"


def test_the_list_says_that_something_was_left_and_not_what(event: Event, make_user: MakeUser) -> None:
    page = signed_in(make_user()).get("/contacts/").content.decode()
    assert "UBND phường Thủ Dầu Một" in page
    assert event.visit_id[:8] in page
    for secret in (NAME, "912345678", contacts.body(event)["sealed"], CODE):
        assert secret not in page


@pytest.mark.parametrize("role", [role for role in Role if role != Role.CASE_HANDLER])
def test_only_case_handlers_are_let_in(event: Event, make_user: MakeUser, role: Role) -> None:
    client = signed_in(make_user(role=role))
    for path in ("/contacts/", path_of(event), "/requests/", "/requests/1/"):
        assert client.get(path).status_code == 403, path
    assert client.post(path_of(event), {"reason": "tôi muốn xem lắm"}).status_code == 403
    assert Client().get("/contacts/").status_code == 302


def test_a_contact_of_a_sister_office_is_not_there(event: Event, make_user: MakeUser) -> None:
    sister = Office.objects.create(code="26743", name="UBND phường Phú Lợi")
    client = signed_in(make_user(office=sister))
    assert client.get(path_of(event)).status_code == 404
    assert client.post(path_of(event), {"reason": "một lý do đủ dài"}).status_code == 404
    assert event.visit_id[:8] not in client.get("/contacts/").content.decode()
    own = signed_in(make_user("own", office=Office.objects.get(code="26740")))
    assert own.get(path_of(event)).status_code == 200


@pytest.mark.parametrize("reason", ["", "   ", "vì", "x\x00" * 20, "ẳ" * 301, "a  a  a  a"])
def test_without_a_reason_nothing_opens_and_nothing_is_written(
    event: Event, make_user: MakeUser, reason: str
) -> None:
    answer = signed_in(make_user()).post(path_of(event), {"reason": reason})
    assert answer.status_code == 400
    assert "912345678" not in answer.content.decode()
    assert not Entry.objects.filter(action="contact.opened").exists()


def test_with_a_reason_it_opens_once_and_leaves_a_trace(
    event: Event, make_user: MakeUser, caplog: pytest.LogCaptureFixture
) -> None:
    client = signed_in(make_user())
    answer = client.post(path_of(event), {"reason": "Trả lời phản ánh <b>số 12</b>"})
    page = answer.content.decode()
    assert NAME in page
    assert PHONE in page
    assert "no-store" in answer.headers["Cache-Control"]
    entry = Entry.objects.get(action="contact.opened")
    assert (entry.who, entry.detail) == (str(entry.actor), "Trả lời phản ánh <b>số 12</b>")
    assert entry.office is not None
    assert NAME not in str(entry.__dict__)
    assert "912345678" not in client.get(path_of(event)).content.decode(), "another look needs another reason"
    assert "912345678" not in caplog.text


def test_what_was_sealed_to_another_key_says_so(
    office: Office26740, tablet: FakeTablet, make_user: MakeUser
) -> None:
    body = {"sealed": seal(b"{}", "ab" * 32), "key_id": "0" * 16, "lookup": ""}
    broken = {"sealed": seal(b"\xff no json", sealing.public_key()), "key_id": "0" * 16}
    none = {"lookup": 5}
    events = [tablet.append(tablet.event(contract.CONTACT, one)) for one in (body, broken, none)]
    office.push(tablet, events)
    client = signed_in(make_user())
    for found in Event.objects.filter(kind="contact"):
        page = client.post(path_of(found), {"reason": "một lý do đủ dài"}).content.decode()
        assert "niêm phong bằng khóa khác" in page
    assert client.get("/contacts/").status_code == 200


def test_nobody_has_to_be_there(make_user: MakeUser) -> None:
    client = signed_in(make_user())
    assert "Chưa có ai" in client.get("/contacts/").content.decode()
    for page in ("0", "-1", "x", "9" * 40, "ẳ"):
        assert client.get("/contacts/", {"page": page}).status_code == 200
    assert client.get(f"/contacts/{'0' * 8}-0000-4000-8000-{'0' * 12}/not-an-id/").status_code == 404


# -- the purge ---------------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def no_list() -> Any:
    (settings.DATA / erasing.LIST).unlink(missing_ok=True)
    yield
    (settings.DATA / erasing.LIST).unlink(missing_ok=True)


def test_after_its_term_the_contact_is_gone_and_its_place_stays(
    office: Office26740, tablet: FakeTablet, django_capture_on_commit_callbacks: Any
) -> None:
    events = [tablet.rating(1), left(tablet), tablet.rating(3)]
    office.push(tablet, events)
    before = {one.seq: one for one in Event.objects.all()}
    now = timezone.now()
    days = terms.load().contact_days
    assert erasing.purge("command", days, now + dt.timedelta(days=days - 1))["term"] == 0
    with django_capture_on_commit_callbacks(execute=True):
        assert erasing.purge("command", days, now + dt.timedelta(days=days + 1))["term"] == 1
    after = {one.seq: one for one in Event.objects.all()}
    assert "sealed" not in after[2].stored
    assert contract.decode_event(after[2].stored).body == {"erased": True}
    assert bytes(after[2].hash) == bytes(before[2].hash)
    assert bytes(after[3].prev_hash) == bytes(after[2].hash), "the chain goes through it"
    for seq in (1, 3):
        assert after[seq].stored == before[seq].stored
        told = chain.link(bytes(after[seq].prev_hash), after[seq].stored)
        assert told == bytes(after[seq].hash), "the others are proved as ever"
    gone = Erasure.objects.get()
    assert (gone.event_id, gone.reason, gone.who) == (after[2].event_id, "term", "command")
    assert erasing.purge("command", days, now + dt.timedelta(days=days + 1)) == {
        "term": 0,
        "again": 0,
        "quarantine": 0,
    }
    assert verdicts(office.push(tablet, events)) == ["duplicate"] * 3, "a resend brings nothing back"
    assert "sealed" not in Event.objects.get(seq=2).stored
    assert str(after[2].event_id) in (settings.DATA / erasing.LIST).read_text()


def test_verify_chain_knows_a_lawful_erasure_from_any_other(office: Office26740, tablet: FakeTablet) -> None:
    office.push(tablet, [tablet.rating(1), left(tablet), comment(tablet), tablet.rating(3)])
    here = Tablet.objects.get(pk=tablet.tablet_id)
    erasing.erase(Event.objects.filter(kind__in=erasing.ERASABLE), Erasure.Reason.REQUEST, "Hà")
    assert integrity.verify(here).findings == []
    found = Event.objects.get(kind="contact")
    assert integrity.prove(found).holds
    Event.objects.filter(event_id=found.event_id).update(stored=found.stored.replace("true", '"x"'))
    assert [one.kind for one in integrity.verify(here).findings] == ["changed"], "something else in its place"
    Event.objects.filter(event_id=found.event_id).update(stored=found.stored)
    Erasure.objects.filter(event_id=found.event_id).delete()
    assert [one.kind for one in integrity.verify(here).findings] == ["changed"], "nobody stands for it"
    rating = Event.objects.get(seq=1)
    Event.objects.filter(event_id=rating.event_id).update(stored=erasing.tombstone(rating.stored))
    Erasure.objects.create(
        tablet_id=here.pk, event_id=rating.event_id, at=timezone.now(), reason="term", who="x"
    )
    assert [one.seq for one in integrity.verify(here).findings] == [1, 2], "a rating is never erased"


def test_what_a_restored_backup_brings_back_is_erased_again(
    event: Event, django_capture_on_commit_callbacks: Any
) -> None:
    stored = event.stored
    with django_capture_on_commit_callbacks(execute=True):
        erasing.erase([event], Erasure.Reason.REQUEST, "Hà")
    # As an older backup would have it.
    Event.objects.filter(event_id=event.event_id).update(stored=stored)
    Erasure.objects.all().delete()
    with (settings.DATA / erasing.LIST).open("a") as handle:
        handle.write("not a line\n\nx y request 2026\n" + "a b c d e\n")
    assert erasing.purge("command", 3650)["again"] == 1
    assert "sealed" not in Event.objects.get(event_id=event.event_id).stored
    assert Erasure.objects.get().reason == "request"


def test_no_rating_can_be_erased(event: Event) -> None:
    with pytest.raises(ValueError, match="never erased"):
        erasing.erase([Event.objects.get(kind="rating")], Erasure.Reason.REQUEST, "Hà")
    assert not Erasure.objects.exists()


def test_an_erased_comment_is_gone_from_search_too(office: Office26740, tablet: FakeTablet) -> None:
    office.push(tablet, [tablet.rating(1), comment(tablet)])
    assert Comment.objects.count() == 1
    erasing.erase([Event.objects.get(kind="comment")], Erasure.Reason.REQUEST, "Hà")
    assert not Comment.objects.exists()
    assert "Chờ lâu" not in Event.objects.get(kind="comment").stored
    assert list(rollup.audit()) == [], "a recount finds nothing missing"


@pytest.mark.parametrize("stored", ["", "[]", "no json", '{"body":' * 2000, "5", '{"a":1}'])
def test_a_tombstone_can_be_put_on_anything(stored: str) -> None:
    once = erasing.tombstone(stored)
    assert json.loads(once)["body"] == {"erased": True}
    assert erasing.tombstone(once) == once


# -- the terms ---------------------------------------------------------------------------------------------


@pytest.mark.screen_only
def test_working_days_leave_out_weekends_and_days_off() -> None:
    law = terms.load()
    friday, monday = dt.date(2026, 11, 20), dt.date(2026, 11, 23)
    assert law.answer_by(friday) == dt.date(2026, 11, 24)
    assert law.answer_by(monday) == dt.date(2026, 11, 25)
    assert law.answer_by(dt.date(2026, 11, 21)) == dt.date(2026, 11, 24)
    assert [law.done_by(kind, monday).day for kind in ("access", "erasure")] == [8, 13]
    assert "91/2025/QH15" in law.contact_source
    assert "356/2025" in law.answer_source


@pytest.mark.screen_only
@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("days_after_receipt = 60", "days_after_receipt = 0", "contact.days_after_receipt"),
        ("days_after_receipt = 60", "days_after_receipt = true", "contact.days_after_receipt"),
        ("days_after_receipt = 60", 'days_after_receipt = "60"', "contact.days_after_receipt"),
        ("days_after_receipt = 60", "", "[contact] must have exactly"),
        ("access_days = 15", "acces_days = 15", "[requests] must have exactly"),
        ("days_off = []", 'days_off = ["2/9"]', "calendar.days_off"),
        ("days_off = []", "days_off = [5]", "calendar.days_off"),
        ("[calendar]", "[calender]", "[calendar]"),
        ("[contact]", "[contact", "terms.toml"),
    ],
)
def test_wrong_terms_are_named(tmp_path: Any, old: str, new: str, words: str) -> None:
    text = (Path(terms.__file__).with_name("terms.toml")).read_text(encoding="utf-8")
    path = tmp_path / "terms.toml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        terms.load(path)
    assert words in str(caught.value)


def test_an_office_that_was_merged_hands_its_contacts_on(event: Event, make_user: MakeUser) -> None:
    """With a tablet that stands at the new office's desk now, and one that nobody moved."""
    day, old = timezone.localdate(), Office.objects.get(code="26740")
    other = Office.objects.create(code="26743", name="UBND phường Phú Lợi", valid_from=dt.date(2025, 7, 1))
    Office.objects.filter(pk=old.pk).update(valid_from=dt.date(2025, 7, 1))
    old.refresh_from_db()
    third = signed_in(make_user("third", office=Office.objects.create(code="26746", name="UBND phường Ba")))
    heir = signed_in(make_user(office=other))
    # A moment of yesterday: of today, the new desk would be its place.
    Event.objects.filter(event_id=event.event_id).update(wall_ms=event.wall_ms - 86_400_000)
    assert heir.get(path_of(event)).status_code == 404
    (made,) = changes.carry_out(changes.merger([old, other], other, day))
    assert made == other
    assert "UBND phường Thủ Dầu Một" in heir.get("/contacts/").content.decode(), "where it was left"
    assert NAME in heir.post(path_of(event), {"reason": "một lý do đủ dài"}).content.decode()
    assert Entry.objects.get(action="contact.opened").office == other, "whose auditors read it"
    assert third.get(path_of(event)).status_code == 404
    Placement.objects.all().delete()
    Tablet.objects.filter(pk=event.tablet_id).update(desk=old.desks.get(name="Quầy 3"))
    assert heir.get(path_of(event)).status_code == 200
