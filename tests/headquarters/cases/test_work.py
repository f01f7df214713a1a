"""What may happen to a case when, who may do it, what stays of it, and every wrong order of deeds."""

from __future__ import annotations

import datetime as dt
import shutil
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone, translation

from headquarters import workdays
from headquarters.accounts.models import User
from headquarters.accounts.roles import Right, Role
from headquarters.audit.models import Entry
from headquarters.cases import staff, terms, work
from headquarters.cases.models import Case, Step
from headquarters.config import ConfigError
from headquarters.offices.models import Office, Succession
from headquarters.privacy.models import Hold
from tests.headquarters.cases import made

State = Case.State
Deed = Callable[[Case], object]


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """Reasons are looked for in their own words."""
    with translation.override("en"):
        yield


@pytest.fixture
def office(db: None) -> Office:
    province = Office.objects.create(code="74", name="Tỉnh Bình Dương")
    return Office.objects.create(code="26740", name="UBND phường Thủ Dầu Một", parent=province)


def person(name: str, role: Role, office: Office | None) -> User:
    return User.objects.create(username=name, display_name=name, role=role, office=office)


@pytest.fixture
def handler(office: Office) -> User:
    return person("Lan", Role.CASE_HANDLER, office)


@pytest.fixture
def leader(office: Office) -> User:
    return person("Minh", Role.LEADER, office)


@pytest.fixture
def case(office: Office) -> Case:
    return made.case(office=office, tablet_id=uuid.uuid4(), contact_event=uuid.uuid4(), visit_id="v")


def whats(case: Case) -> list[str]:
    return list(case.steps.values_list("what", flat=True))


def test_from_the_receipt_to_the_answer(case: Case, handler: User, leader: User) -> None:
    work.classify(case, Case.Kind.SUGGESTION, by=handler)
    work.assign(case, handler, by=handler)
    work.draft(case, " Đang ", by=handler)
    case.refresh_from_db()
    assert (case.state, case.answer, case.assigned_to) == (State.WORKING, "Đang", handler)
    work.submit(case, "Chúng tôi xin lỗi.", by=handler)
    work.send_back(case, "Xin nói rõ ngày.", by=leader)
    work.submit(case, "Chúng tôi xin lỗi; từ nay hẹn đúng ngày.", by=handler)
    work.approve(case, by=leader)
    case.refresh_from_db()
    assert (case.state, case.approved_by, case.written_by) == (State.TOLD, leader, handler)
    assert case.told_at == case.closed_at == case.approved_at
    assert case.told_at is not None
    assert not case.late
    assert whats(case) == ["classified", "assigned", "submitted", "sent_back", "submitted", "approved"]
    log = Entry.objects.filter(target=case.number).order_by("pk")
    assert [entry.action for entry in log] == [
        "case.classified", "case.assigned", "case.drafted", "case.submitted", "case.sent_back",
        "case.submitted", "case.approved",
    ]  # fmt: skip
    assert {entry.office_id for entry in log} == {case.office_id}
    assert "xin lỗi" not in str([entry.__dict__ for entry in log]), "the log does not repeat what was written"


def test_its_kind_sets_its_term_from_the_day_of_the_receipt(case: Case, handler: User) -> None:
    law = terms.load()
    for kind in Case.Kind:
        found = work.classify(case, kind, by=handler)
        assert found.due_on == workdays.add(case.counted_from, law.due[kind])
    with pytest.raises(work.Refused, match="choose what"):
        work.classify(case, "nonsense", by=handler)


def test_only_who_handles_cases_of_the_office_is_given_one(
    case: Case, office: Office, handler: User, leader: User
) -> None:
    sister = Office.objects.create(code="26743", name="UBND phường Phú Lợi", parent=office.parent)
    below = Office.objects.create(code="x", name="Tổ Một cửa", parent=office)
    gone = person("gone", Role.CASE_HANDLER, office)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    above = person("An", Role.CASE_HANDLER, office.parent)
    everywhere = person("Bình", Role.CASE_HANDLER, None)
    others = [person("b", Role.CASE_HANDLER, sister), person("c", Role.CASE_HANDLER, below), gone, leader]
    assert staff.who_may(Right.HANDLE_CASES, office) == [above, everywhere, handler]
    for other in others:
        with pytest.raises(work.Refused, match="handles cases"):
            work.assign(case, other, by=handler)
    assert work.assign(case, above, by=handler).assigned_to == above


def test_who_follows_an_office_goes_on_with_its_cases(case: Case, office: Office, handler: User) -> None:
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    new = Office.objects.create(code="26800", name="UBND phường Mới", parent=office.parent)
    theirs = person("Mới", Role.CASE_HANDLER, new)
    assert list(staff.seen(theirs)) == []
    Office.objects.filter(pk=office.pk).update(valid_to=yesterday)
    Succession.objects.create(predecessor=office, successor=new, day=timezone.localdate())
    assert list(staff.seen(theirs)) == [case]
    assert staff.who_may(Right.HANDLE_CASES, office) == [handler, theirs]
    assert work.assign(case, theirs, by=handler).assigned_to == theirs


def test_nobody_approves_their_own_words_while_another_may(case: Case, office: Office, handler: User) -> None:
    writer = person("Vân", Role.OFFICE_ADMIN, office)
    work.assign(case, writer, by=handler)
    found = work.submit(case, "Xin lỗi.", by=writer)
    other = person("Tư", Role.LEADER, office.parent)
    assert not work.may_approve(found, writer)
    with pytest.raises(work.Refused, match="somebody else"):
        work.approve(case, by=writer)
    User.objects.filter(pk=other.pk).update(is_active=False)
    assert work.approve(case, by=writer).state == State.TOLD, "alone in the office"


def test_an_answer_after_its_day_is_late_for_ever(case: Case, handler: User, leader: User) -> None:
    work.assign(case, handler, by=handler)
    work.submit(case, "Xin lỗi.", by=handler)
    day_after = timezone.make_aware(dt.datetime.combine(case.due_on + dt.timedelta(days=1), dt.time(12)))
    assert work.approve(case, by=leader, now=day_after).late
    found = work.reopen(case, "chưa được", now=day_after)
    assert found.late
    assert found.due_on == workdays.add(timezone.localdate(day_after), terms.load().reopen_days)
    work.submit(case, "Xin lỗi lần nữa.", by=handler)
    assert work.approve(case, by=leader, now=day_after).late, "the next answer in time does not undo it"


def test_a_complaint_is_referred_and_never_answered_here(case: Case, handler: User) -> None:
    work.classify(case, Case.Kind.COMPLAINT, by=handler)
    work.assign(case, handler, by=handler)
    with pytest.raises(work.Refused, match="refer it"):
        work.submit(case, "Trả lời", by=handler)
    today = timezone.localdate()
    for to, reason, day, words in (
        ("", "vì", today, "to whom"),
        ("Thanh tra", " ", today, "why it was"),
        ("Thanh tra", "vì", today + dt.timedelta(days=1), "in the future"),
        ("Thanh tra", "vì", today - dt.timedelta(days=3), "before the receipt"),
    ):
        with pytest.raises(work.Refused, match=words):
            work.refer(case, to, reason, day, by=handler)
    found = work.refer(case, "Thanh tra tỉnh", "Đơn khiếu nại", today, by=handler)
    assert (found.state, found.referred_to, found.referred_on) == (State.REFERRED, "Thanh tra tỉnh", today)
    assert found.closed_at is not None
    assert found.told_at is None
    step = case.steps.get(what="referred")
    assert "Thanh tra tỉnh" in step.text
    assert "Đơn khiếu nại" in step.text


def test_the_citizen_opens_it_again_as_often_and_long_as_the_terms_allow(
    case: Case, handler: User, leader: User
) -> None:
    law, now = terms.load(), timezone.now()

    def answered() -> None:
        if Case.objects.get(pk=case.pk).state == State.RECEIVED:
            work.assign(case, handler, by=handler)
        work.submit(case, "Xin lỗi.", by=handler)
        work.approve(case, by=leader, now=now)

    answered()
    too_late = now + dt.timedelta(days=law.reopen_within, seconds=1)
    with pytest.raises(work.Refused, match="asked about again"):
        work.reopen(case, "chưa được", now=too_late)
    for n in range(1, law.reopen_most + 1):
        found = work.reopen(case, "chưa được", now=now)
        assert (found.state, found.reopened, found.assigned_to) == (State.WORKING, n, handler)
        assert (found.told_at, found.closed_at, found.approved_by) == (None, None, None)
        assert found.answer == "Xin lỗi.", "what was written is where the next answer begins"
        answered()
    assert not work.may_reopen(Case.objects.get(pk=case.pk), now)
    with pytest.raises(work.Refused, match="asked about again"):
        work.reopen(case, "chưa được", now=now)
    with pytest.raises(work.Refused, match="why it is opened"):
        work.reopen(case, " ", by=handler)
    assert work.reopen(case, "họ gọi điện", by=handler).reopened == law.reopen_most + 1, "staff always may"
    step = case.steps.filter(what="reopened").first()
    assert step is not None
    assert (step.by, step.text) == (None, "chưa được")
    who = Entry.objects.filter(action="case.reopened").order_by("pk").values_list("who", flat=True)
    assert list(who) == ["citizen", "citizen", "Lan"]


def test_the_contact_is_held_until_its_term_after_the_end(case: Case, handler: User, leader: User) -> None:
    work.assign(case, handler, by=handler)
    work.submit(case, "Xin lỗi.", by=handler)
    work.approve(case, by=leader)
    until = timezone.localdate() + dt.timedelta(days=terms.load().contact_days)
    assert Hold.objects.get(event_id=case.contact_event).until == until
    work.reopen(case, "chưa được")
    assert Hold.objects.get(event_id=case.contact_event).until is None


def deeds(handler: User, leader: User) -> dict[str, tuple[Deed, set[str]]]:
    """Every deed, and the states in which it is allowed."""
    today = timezone.localdate()
    return {
        "classify": (lambda c: work.classify(c, "gop-y", by=handler), {"received", "working"}),
        "assign": (lambda c: work.assign(c, handler, by=handler), {"received", "working"}),
        "draft": (lambda c: work.draft(c, "x", by=handler), {"working"}),
        "submit": (lambda c: work.submit(c, "x", by=handler), {"working"}),
        "approve": (lambda c: work.approve(c, by=leader), {"answered"}),
        "send_back": (lambda c: work.send_back(c, "x", by=leader), {"answered"}),
        "refer": (lambda c: work.refer(c, "x", "x", today, by=handler), {"received", "working"}),
        "reopen": (lambda c: work.reopen(c, "x"), {"told"}),
        "reopen by staff": (lambda c: work.reopen(c, "x", by=handler), {"told", "referred"}),
        "note": (lambda c: work.note(c, "x", by=handler), set(State.values)),
    }


DEEDS = (
    "classify", "assign", "draft", "submit", "approve", "send_back", "refer", "reopen", "reopen by staff",
    "note",
)  # fmt: skip


@pytest.mark.parametrize("deed", DEEDS)
def test_what_does_not_follow_is_refused_and_changes_nothing(
    office: Office, handler: User, leader: User, deed: str
) -> None:
    do, allowed = deeds(handler, leader)[deed]
    for state in State.values:
        now = timezone.now() if state in ("told", "referred") else None
        case = made.case(office=office, state=state, written_by=handler, told_at=now, closed_at=now)
        before = Case.objects.filter(pk=case.pk).values().get()
        if state in allowed:
            do(case)
            continue
        with pytest.raises(work.TooLate):
            do(case)
        assert Case.objects.filter(pk=case.pk).values().get() == before, (deed, state)
        assert not case.steps.exists()
        assert not Entry.objects.filter(target=case.number).exists()


@pytest.mark.parametrize("text", ["", "  \n ", "\x00"])
def test_empty_words_are_asked_for(case: Case, handler: User, leader: User, text: str) -> None:
    work.assign(case, handler, by=handler)
    for do in (work.submit, work.note):
        with pytest.raises(work.Refused):
            do(case, text, by=handler)
    work.submit(case, "Được", by=handler)
    with pytest.raises(work.Refused):
        work.send_back(case, text, by=leader)
    assert Step.objects.filter(case=case).count() == 2


def test_how_much_waits_for_somebody(office: Office, handler: User, leader: User) -> None:
    made.case(office=office)
    made.case(office=office, due_on=dt.date(2026, 1, 5))
    made.case(office=office, assigned_to=handler, state=State.WORKING)
    made.case(office=office, state=State.ANSWERED, written_by=handler, assigned_to=handler)
    made.told(office=office, assigned_to=handler, due_on=dt.date(2026, 1, 5))
    foreign = Office.objects.create(code="92", name="Tỉnh khác")
    made.case(office=foreign, due_on=dt.date(2026, 1, 5))
    assert staff.waiting(handler) == 3
    assert staff.waiting(leader) == 2, "the late one and the answer that awaits approval"


@pytest.mark.screen_only
@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("report = 10", "report = 0", "due.report"),
        ("report = 10", 'report = "10"', "due.report"),
        ("report = 10", "", "[due] must have exactly"),
        ("most = 2", "most = -1", "reopen.most"),
        ("[contact]", "[contacts]", "[contact]"),
        ("days_after_closing = 30", "days_after_closing = true", "contact.days_after_closing"),
        ("[due]", "[due", "case-terms.toml"),
    ],
)
def test_wrong_terms_are_named(tmp_path: Path, old: str, new: str, words: str) -> None:
    text = Path(terms.__file__).with_name(terms.NAME).read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / terms.NAME
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        terms.load(path)
    assert words in str(caught.value)


@pytest.mark.screen_only
def test_the_offices_own_terms_take_the_place_of_ours(tmp_path: Path, settings: Any) -> None:
    settings.DATA = tmp_path
    shutil.copy(Path(terms.__file__).with_name(terms.NAME), tmp_path)
    own = tmp_path / terms.NAME
    own.write_text(own.read_text(encoding="utf-8").replace("report = 10", "report = 3"), encoding="utf-8")
    assert terms.load().due_on(Case.Kind.REPORT, dt.date(2026, 11, 20)) == dt.date(2026, 11, 25)
