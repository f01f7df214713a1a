"""Comments become cases: by themselves where an answer is wanted, by hand, and never twice."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone, translation

from headquarters import rounds
from headquarters.accounts.models import User
from headquarters.accounts.roles import Role
from headquarters.audit.models import Entry
from headquarters.cases import raising, terms, work
from headquarters.cases.models import Case, Counter
from headquarters.offices.models import Desk
from headquarters.privacy import erasing
from headquarters.privacy.models import Erasure, Hold
from headquarters.ratings import lookups, settling
from headquarters.ratings.models import Comment, Event
from sync import contract
from tests.headquarters.conftest import Office26740
from tests.headquarters.privacy.test_contacts import CODE, left
from tests.support import FakeTablet

TEXT = "Chờ lâu quá, Đề nghị mở thêm quầy"


def said(tablet: FakeTablet, visit: str = "v-1", topic: str = "phan-anh", code: str = CODE) -> Any:
    body = {"text": TEXT, "topic": topic, "masked": [], "review": False, "lookup": code}
    return tablet.append(tablet.event(contract.COMMENT, body, visit_id=visit))


def subject(tablet: FakeTablet, dossier: str, visit: str = "v-1") -> Any:
    return tablet.append(tablet.event(contract.SUBJECT, {"dossier": dossier}, visit_id=visit))


@pytest.fixture
def staff(office: Office26740) -> User:
    return User.objects.create(username="lan", display_name="Lan", role=Role.DESK_STAFF)


def test_a_comment_with_a_contact_becomes_a_case_by_itself_once(
    office: Office26740, tablet: FakeTablet
) -> None:
    rating = tablet.rating(1, visit_id="v-1")
    events = [rating, subject(tablet, "000.00.01"), subject(tablet, "H26.12-1"), said(tablet)]
    office.push(tablet, [*events, left(tablet, visit="v-1")])
    assert rounds.go(rounds.each_round, timezone.now()).count("1 cases made") == 1
    assert raising.catch_up() == 0
    case = Case.objects.get()
    desk = Desk.objects.get()
    year = timezone.localdate().year
    assert case.number == f"PA-{year}-000001"
    assert (case.text, case.level, case.kind) == (TEXT, 1, Case.Kind.REPORT)
    assert (case.office, case.desk, case.dossier) == (desk.office, desk, "H26.12-1")
    assert case.code_hash == lookups.hashed(CODE)
    assert case.contact_event == Event.objects.get(kind="contact").event_id
    assert case.raised_by is None
    assert case.due_on == terms.load().due_on(case.kind, timezone.localdate(case.received_at))
    assert case.received_at == Event.objects.get(kind="comment").received_at
    hold = Hold.objects.get()
    assert (hold.event_id, hold.until) == (case.contact_event, None)
    assert [step.what for step in case.steps.all()] == ["raised"]
    entry = Entry.objects.get(action="case.raised")
    assert (entry.who, entry.target, entry.office_id) == ("headquarters", case.number, case.office_id)
    assert "de nghi mo them quay" in case.folded


def test_a_comment_nobody_left_a_contact_with_waits_for_a_hand(
    office: Office26740, tablet: FakeTablet, staff: User
) -> None:
    office.push(tablet, [tablet.rating(2, visit_id="v-1"), said(tablet, topic="gop-y")])
    assert raising.catch_up() == 0
    settling.settle(None)
    comment = Comment.objects.get()
    first = raising.of_comment(comment, by=staff)
    assert raising.of_comment(comment, by=staff) == first
    assert (first.raised_by, first.kind, first.contact_event) == (staff, Case.Kind.SUGGESTION, None)
    assert first.code_hash == lookups.hashed(CODE), "its author can follow it all the same"
    assert timezone.now() - first.received_at < dt.timedelta(minutes=1)
    assert Case.objects.count() == Counter.objects.get().last == 1
    assert raising.of_visits([comment]) == {(comment.tablet_id, "v-1"): first}


def test_a_contact_that_comes_after_the_case_belongs_to_it(
    office: Office26740, tablet: FakeTablet, staff: User
) -> None:
    office.push(tablet, [tablet.rating(1, visit_id="v-1"), said(tablet)])
    settling.settle(None)
    case = raising.of_comment(Comment.objects.get(), by=staff)
    office.push(tablet, [left(tablet, visit="v-1")])
    assert raising.catch_up() == 0
    case.refresh_from_db()
    assert case.contact_event == Event.objects.get(kind="contact").event_id
    assert Hold.objects.get().until is None
    office.push(tablet, [left(tablet, visit="v-1", phone="+84900000000")])
    assert raising.catch_up() == 0
    assert Hold.objects.count() == 2
    assert Case.objects.count() == 1


def test_a_case_by_hand_takes_the_contact_along(office: Office26740, tablet: FakeTablet, staff: User) -> None:
    office.push(tablet, [tablet.rating(1, visit_id="v-1"), said(tablet), left(tablet, visit="v-1")])
    settling.settle(None)
    case = raising.of_comment(Comment.objects.get(), by=staff)
    assert case.contact_event is not None
    assert Hold.objects.get().event_id == case.contact_event


def test_a_contact_waits_for_its_comment(office: Office26740, tablet: FakeTablet) -> None:
    office.push(tablet, [tablet.rating(1, visit_id="v-1"), left(tablet, visit="v-1")])
    assert raising.catch_up() == 0
    office.push(tablet, [said(tablet)])
    assert raising.catch_up() == 1


def test_a_comment_whose_rating_is_not_here_yet_belongs_to_no_office(
    office: Office26740, tablet: FakeTablet, staff: User
) -> None:
    comment, contact, rating = said(tablet), left(tablet, visit="v-1"), tablet.rating(1, visit_id="v-1")
    office.push(tablet, [comment, contact])
    assert raising.catch_up() == 0
    with translation.override("en"), pytest.raises(work.Refused, match="not arrived yet"):
        raising.of_comment(Comment.objects.get(), by=staff)
    office.push(tablet, [rating])
    assert raising.catch_up() == 1


def test_what_was_erased_makes_no_case_and_is_copied_nowhere(
    office: Office26740, tablet: FakeTablet, staff: User
) -> None:
    events = [tablet.rating(1, visit_id="v-1"), said(tablet), left(tablet, visit="v-1")]
    office.push(tablet, events)
    erasing.erase(Event.objects.filter(kind="contact"), Erasure.Reason.REQUEST, "Hà")
    assert raising.catch_up() == 0
    settling.settle(None)
    case = raising.of_comment(Comment.objects.get(), by=staff)
    assert case.contact_event is None
    Case.objects.filter(pk=case.pk).update(state=Case.State.TOLD, told_at=timezone.now())
    work.reopen(case, "Tôi tên Hoa, chưa được")
    erasing.erase(Event.objects.filter(kind="comment"), Erasure.Reason.REQUEST, "Hà")
    case.refresh_from_db()
    assert (case.text, case.folded) == ("", case.number.casefold())
    assert "Hoa" not in str(list(case.steps.values_list("text", flat=True)))


def test_two_who_make_it_at_one_moment_get_the_same_case(
    office: Office26740, tablet: FakeTablet, staff: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.push(tablet, [tablet.rating(1, visit_id="v-1"), said(tablet)])
    settling.settle(None)
    comment, look, seen = Comment.objects.get(), raising._there, []

    def too_early(asked: Comment) -> Case | None:
        seen.append(asked)
        return None if len(seen) == 1 else look(asked)

    first = raising.of_comment(comment, by=staff)
    monkeypatch.setattr(raising, "_there", too_early)
    assert raising.of_comment(comment, by=staff) == first
    assert len(seen) == 2
    assert Case.objects.count() == 1
    assert Counter.objects.get().last == 1, "no number is lost"
    assert first.steps.count() == 1


def test_numbers_begin_anew_each_year(office: Office26740, tablet: FakeTablet, staff: User) -> None:
    office.push(tablet, [*(tablet.rating(1, visit_id=f"v-{n}") for n in range(3))])
    office.push(tablet, [said(tablet, f"v-{n}", code="") for n in range(3)])
    settling.settle(None)
    years = (2026, 2026, 2027)
    for year, comment in zip(years, Comment.objects.order_by("visit_id"), strict=True):
        raising.of_comment(comment, by=staff, now=dt.datetime(year, 5, 4, 3, tzinfo=dt.UTC))
    numbers = sorted(Case.objects.values_list("number", flat=True))
    assert numbers == ["PA-2026-000001", "PA-2026-000002", "PA-2027-000001"]
