"""Officials on the sheet for emulation: who sees them, who is named, and the right of reply."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from headquarters.accounts.roles import Role
from headquarters.audit.models import Entry
from headquarters.offices.models import Official
from headquarters.reports import emulation, emulation_layout
from headquarters.reports.models import Review
from headquarters.reports.periods import Kind, named
from tests.headquarters.reports.conftest import Province, browser, writer
from tests.headquarters.reports.test_emulation import text_of

pytestmark = pytest.mark.django_db
QUARTER = named(Kind.QUARTER, "2025-Q3")
LATER = dt.date(2025, 11, 5)
QUERY = "kind=quarter&of=2025-Q3"


@pytest.fixture
def rated(province: Province) -> Province:
    """An is low in July and August, Bê never, Cúc has too few ratings."""
    desk = province.desk(province.a)
    for code, name in (("cb-2", "An"), ("cb-1", "Bê"), ("cb-3", "Cúc")):
        Official.objects.create(office=province.a, code=code, name=name, valid_from=dt.date(2025, 1, 1))
    for month in (7, 8, 9):
        day = dt.date(2025, month, 8)
        province.rate(desk, day, 15, 5, 20 if month < 9 else 1, official="cb-2")
        province.rate(desk, day, 60, 40, official="cb-1")
        province.rate(desk, day, 0, 0, 5, official="cb-3")
    return province


def test_only_who_was_low_again_and_again_is_named_and_few_ratings_have_no_line(rated: Province) -> None:
    sheet = emulation.sheet(rated.a, QUARTER, LATER, officials=True)
    assert sheet.officials is not None
    assert [(one.name, one.tally.n) for one in sheet.officials.lines] == [("An", 101), ("Bê", 300)]
    assert sheet.officials.few == 1
    assert [(one.name, one.low, one.months) for one in sheet.officials.named] == [("An", 2, 2)]


def test_months_that_are_not_over_do_not_count(rated: Province) -> None:
    sheet = emulation.sheet(rated.a, QUARTER, dt.date(2025, 9, 30), officials=True)
    assert sheet.officials is not None
    assert {one.name: one.tally.n for one in sheet.officials.lines} == {"An": 80, "Bê": 200}
    assert emulation.sheet(rated.a, QUARTER, dt.date(2025, 7, 20), officials=True).officials is None


def test_a_sheet_of_many_offices_names_nobody(rated: Province) -> None:
    rated.rate(rated.desk(rated.b), dt.date(2025, 7, 8), 5)
    assert emulation.sheet(rated.top, QUARTER, LATER, officials=True).officials is None


def test_who_may_not_see_persons_gets_the_sheet_without(rated: Province) -> None:
    technician = browser(writer(rated.a, "tech", Role.SYSTEM_ADMIN))
    assert technician.get(f"/reports/emulation/?{QUERY}").context["sheet"].officials is None
    assert "Theo cán bộ" not in text_of(technician.get(f"/reports/emulation/file/docx/?{QUERY}").content)
    one = Official.objects.get(code="cb-2")
    assert technician.post(f"/reports/emulation/review/officials/{one.pk}/?{QUERY}", {}).status_code == 403
    assert not Entry.objects.filter(action="official.seen").exists()


def test_review_and_reply_of_the_official_stand_beside(rated: Province) -> None:
    leader = writer(rated.a, "lan", Role.LEADER)
    web = browser(leader)
    page = web.get(f"/reports/emulation/?{QUERY}").content.decode()
    assert "Ý kiến của cán bộ" in page
    before = text_of(web.get(f"/reports/emulation/file/docx/?{QUERY}").content)
    assert before.index("An") < before.index("Bê")
    assert "Cúc" not in before
    assert emulation_layout.NO_REPLY in before
    one = Official.objects.get(code="cb-2")
    said = {"finding": "Được giao cả việc của người nghỉ.", "reply": "Em đã đề nghị thêm người."}
    assert web.post(f"/reports/emulation/review/officials/{one.pk}/?{QUERY}", said).status_code == 302
    after = text_of(web.get(f"/reports/emulation/file/docx/?{QUERY}").content)
    assert all(words in after for words in said.values())
    entry = Entry.objects.get(action="report.reviewed")
    assert "cb-2" in entry.target
    assert "An" not in entry.target.replace("An Lạc", "")
    assert Entry.objects.filter(action="official.seen").count() == 3
    other = browser(writer(rated.b, "b", Role.LEADER))
    assert other.post(f"/reports/emulation/review/officials/{one.pk}/?{QUERY}", said).status_code == 404


def test_a_review_is_of_a_desk_or_of_an_official(rated: Province) -> None:
    fields = {"kind": "quarter", "first": QUARTER.first, "by": writer(), "at": timezone.now()}
    for about in ({}, {"desk": rated.desk(rated.a), "official": Official.objects.first()}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Review.objects.create(**about, **fields)
