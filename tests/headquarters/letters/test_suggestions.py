"""Which cases ask for a letter, at the edges of the rules."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from headquarters.accounts.models import User
from headquarters.accounts.roles import Role
from headquarters.cases.models import Case
from headquarters.config import ConfigError
from headquarters.letters import drafts, suggestions, wording
from headquarters.letters.kinds import Kind, Reason
from headquarters.offices import tree
from headquarters.offices.models import Office
from tests.headquarters.cases import made

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 11, 20)
APOLOGY, THANKS = Kind.APOLOGY, Kind.THANKS
S, K = Case.State, Case.Kind


def case(**fields: Any) -> Case:
    """Received on 2 November, due on the 23rd, in time and with a good rating unless said otherwise."""
    usual = {
        "received_at": dt.datetime(2026, 11, 2, 2, tzinfo=dt.UTC),
        "due_on": dt.date(2026, 11, 23),
        "kind": K.SUGGESTION,
        "level": 3,
    }
    return made.case(**{**usual, **fields})


def asked(today: dt.date = TODAY, ids: frozenset[int] | None = None) -> list[tuple[Kind, Reason]]:
    found = suggestions.of(ids, wording.load().rules, today)
    return [(one.kind, one.reason) for one in found]


@pytest.mark.parametrize(
    ("fields", "wanted"),
    [
        pytest.param({"due_on": TODAY}, [], id="due today is in time"),
        pytest.param({"due_on": TODAY - dt.timedelta(days=1)}, [(APOLOGY, "late")], id="due yesterday"),
        pytest.param({"due_on": dt.date(2026, 11, 3), "state": S.TOLD}, [], id="told, in time"),
        pytest.param({"state": S.TOLD, "late": True}, [(APOLOGY, "late")], id="told late"),
        pytest.param({"due_on": dt.date(2026, 11, 3), "state": S.REFERRED}, [], id="referred"),
        pytest.param({"state": S.TOLD, "level": 1}, [(APOLOGY, "error")], id="level 1, told"),
        pytest.param({"state": S.TOLD, "level": 2}, [], id="level 2, told"),
        pytest.param({"state": S.ANSWERED, "level": 1}, [], id="level 1, not told yet"),
        pytest.param(
            {"state": S.TOLD, "level": 1, "late": True}, [(APOLOGY, "late")], id="the first rule counts"
        ),
        pytest.param({"state": S.TOLD, "kind": K.REPORT}, [(APOLOGY, "complaint")], id="feedback, told"),
        pytest.param({"state": S.WORKING, "kind": K.REPORT}, [], id="feedback, not told"),
        pytest.param({"state": S.TOLD, "kind": K.PRAISE}, [(THANKS, "praise")], id="praise, told"),
        pytest.param({"state": S.WORKING, "kind": K.PRAISE}, [], id="praise, not told"),
        pytest.param(
            {"state": S.WORKING, "kind": K.PRAISE, "due_on": dt.date(2026, 11, 3)}, [], id="late praise"
        ),
    ],
)
def test_each_rule_at_its_edge(fields: dict[str, Any], wanted: list[tuple[Kind, str]]) -> None:
    case(**fields)
    assert asked() == wanted


def test_a_contribution_is_thanked_for_once_everybody_sees_what_came_of_it() -> None:
    publication = made.published(timezone.now())
    Case.objects.filter(pk=publication.case_id).update(kind=K.SUGGESTION, level=3)
    today = timezone.localdate()
    assert asked(today) == [(THANKS, "contribution")]
    publication.withdrawn_at = timezone.now()
    publication.save()
    assert asked(today) == []
    publication.published_at = publication.withdrawn_at = None
    publication.save()
    assert asked(today) == []


def test_a_rule_forgets_old_cases_on_its_day() -> None:
    case(state=S.TOLD, level=1)
    term = next(rule.days for rule in wording.load().rules if rule.reason == "error")
    last = dt.date(2026, 11, 2) + dt.timedelta(days=term)
    assert asked(last) == [(APOLOGY, "error")]
    assert asked(last + dt.timedelta(days=1)) == []


def test_what_is_written_or_judged_not_needed_is_not_suggested_again() -> None:
    by = User.objects.create(username="writer", role=Role.CASE_HANDLER)
    written, declined = case(state=S.TOLD, level=1), case(state=S.TOLD, level=1)
    letter = drafts.start(APOLOGY, written.office, written, "error", {"noi_dung": "x"}, by)
    drafts.decline(declined, APOLOGY, by)
    drafts.decline(declined, APOLOGY, by)
    assert asked() == []
    assert [step.text for step in declined.steps.all()] == ["Thư xin lỗi: không cần gửi"]
    drafts.lay_aside(letter, by)
    assert asked() == [(APOLOGY, "error")]
    drafts.decline(written, THANKS, by)
    assert asked() == [(APOLOGY, "error")], "thanks are another letter"


def test_only_the_own_offices_are_asked_about() -> None:
    province = Office.objects.create(code="68", name="Tỉnh A")
    ward = Office.objects.create(code="26740", name="Phường A", parent=province)
    sister = Office.objects.create(code="26741", name="Phường B", parent=province)
    for office in (ward, sister):
        case(office=office, state=S.TOLD, level=1)
    assert len(asked(ids=tree.under(ward.pk))) == 1
    assert len(asked(ids=tree.under(province.pk))) == 2
    assert len(asked()) == 2
    assert asked(ids=frozenset()) == []


@pytest.mark.screen_only
@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ('letter = "cam-on"', 'letter = "cam-on-nhieu"', "rule 4: letter"),
        ("levels = [1]", "levels = [4]", "rule 2: levels"),
        ("days = 180", "days = 0", "rule 1: days"),
        ("late = true", "late = 1", "rule 1: late"),
        ("{{ bien_phap }}", "{{ bien_fap }}", "kinds.xin-loi: no such field: bien_fap"),
        ('symbol = "TXL"', "", "kinds.xin-loi: must have exactly"),
        ("kinds.gia-han", "kinds.gia_han", "exactly xin-loi"),
        ('cases = ["khen-ngoi"]', 'cases = ["khen"]', "rule 5: cases"),
    ],
)
def test_a_wrong_file_is_told_with_place_and_key(tmp_path: Path, before: str, after: str, words: str) -> None:
    text = Path(wording.__file__).with_name(wording.NAME).read_text(encoding="utf-8")
    assert before in text
    own = tmp_path / wording.NAME
    own.write_text(text.replace(before, after), encoding="utf-8")
    with pytest.raises(ConfigError, match=r"letters\.toml") as caught:
        wording.load(own)
    assert words in str(caught.value)


@pytest.mark.screen_only
def test_an_offices_own_file_takes_the_place_of_the_shipped_one(settings: Any, tmp_path: Path) -> None:
    text = Path(wording.__file__).with_name(wording.NAME).read_text(encoding="utf-8")
    settings.DATA = tmp_path
    (tmp_path / wording.NAME).write_text(text.replace("levels = [1]", "levels = [1, 2]"), encoding="utf-8")
    case(state=S.TOLD, level=2)
    assert asked() == [(APOLOGY, "error")]
