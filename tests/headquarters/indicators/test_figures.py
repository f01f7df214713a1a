"""Indicators from the database: cases as they stand, ratings that named a dossier, totals."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.utils import timezone

from headquarters.cases.models import Case
from headquarters.indicators import figures
from headquarters.indicators.figures import Query
from headquarters.indicators.formulas import Missing
from headquarters.indicators.models import DossierTotal, LateDossier
from headquarters.offices.models import Desk, Office
from headquarters.tablets import placement
from headquarters.tablets.models import Tablet
from sync import kinds
from tests.headquarters.conftest import Office26740
from tests.headquarters.indicators.test_criteria import written
from tests.support import FakeTablet

pytestmark = pytest.mark.django_db

ZONE = dt.timezone(dt.timedelta(hours=7))
MAY, LAST, TODAY = dt.date(2026, 5, 1), dt.date(2026, 5, 31), dt.date(2026, 7, 1)


def at(day: int, hour: int = 9, month: int = 5) -> dt.datetime:
    return dt.datetime(2026, month, day, hour, tzinfo=ZONE)


def an_office(code: str) -> Office:
    return Office.objects.create(code=code, name=f"UBND {code}", valid_from=dt.date(2025, 7, 1))


def a_case(office: Office, **fields: Any) -> Case:
    """Answered in time, unless said otherwise."""
    usual = {
        "number": uuid.uuid4().hex, "office": office, "text": "Chờ lâu.", "received_at": at(4),
        "due_on": dt.date(2026, 5, 20), "state": Case.State.TOLD, "told_at": at(10),
    }  # fmt: skip
    return Case.objects.create(**{**usual, **fields})


def r1_r2(office: Office | None = None, today: dt.date = TODAY) -> list[tuple[int | None, int | None]]:
    found = figures.results({office.pk} if office else None, MAY, LAST, today)
    return [(one.numerator, one.denominator) for one in found[:2]]


def test_the_indicators_move_when_a_case_is_late_rated_low_or_opened_again() -> None:
    office = an_office("1")
    cases = [a_case(office) for _ in range(4)]
    assert r1_r2() == [(4, 4), (4, 4)]
    Case.objects.filter(pk=cases[0].pk).update(late=True, told_at=at(25))
    assert r1_r2() == [(3, 4), (3, 4)]
    Case.objects.filter(pk=cases[1].pk).update(satisfaction=1, satisfaction_at=at(11))
    assert r1_r2() == [(3, 4), (2, 4)]
    Case.objects.filter(pk=cases[2].pk).update(
        state=Case.State.WORKING, reopened=1, told_at=None, due_on=dt.date(2026, 7, 9)
    )
    # Being handled anew it is neither on time nor late until its new day.
    assert r1_r2() == [(2, 3), (1, 3)]
    assert r1_r2(today=dt.date(2026, 7, 10)) == [(2, 4), (1, 4)]
    Case.objects.filter(pk=cases[2].pk).update(state=Case.State.TOLD, told_at=at(8, month=7), satisfaction=3)
    assert r1_r2() == [(3, 4), (1, 4)]


def test_what_counts_as_a_case_of_the_period() -> None:
    office = an_office("1")
    # 31 May, 23:30 and 1 June, 00:30 in Vietnam: both still May in UTC.
    a_case(office, received_at=at(31, 23).replace(minute=30))
    a_case(office, received_at=at(1, 0, month=6).replace(minute=30))
    a_case(office, kind=Case.Kind.PRAISE)
    a_case(office, kind=Case.Kind.SUGGESTION)
    a_case(office, state=Case.State.REFERRED, told_at=None)
    a_case(office, state=Case.State.RECEIVED, told_at=None, due_on=TODAY)
    assert r1_r2() == [(1, 1), (1, 1)]
    Case.objects.filter(state=Case.State.RECEIVED).update(due_on=TODAY - dt.timedelta(days=1))
    assert r1_r2() == [(1, 2), (1, 2)]


def test_a_rating_of_an_earlier_answer_counts_as_the_opening_again_only(settings: Any, tmp_path: Any) -> None:
    office = an_office("1")
    a_case(office, satisfaction=1, satisfaction_at=at(6), told_at=at(10), reopened=1)
    assert r1_r2() == [(1, 1), (0, 1)]
    settings.DATA = tmp_path
    written(tmp_path, "reopened = true", "reopened = false")
    assert r1_r2() == [(1, 1), (1, 1)]


def test_counted_by_the_day_it_is_due_and_with_referred_ones_where_an_office_says_so(
    settings: Any, tmp_path: Any
) -> None:
    office = an_office("1")
    a_case(office, received_at=at(20, month=4), due_on=dt.date(2026, 5, 4))
    a_case(office, due_on=dt.date(2026, 6, 4))
    a_case(office, state=Case.State.REFERRED, told_at=None, late=True)
    settings.DATA = tmp_path
    path = written(tmp_path, 'counted_by = "received"', 'counted_by = "due"')
    assert r1_r2() == [(1, 1), (1, 1)]
    path.write_text(path.read_text(encoding="utf-8").replace("left-out", "counted"), encoding="utf-8")
    assert r1_r2() == [(1, 2), (1, 2)]


def test_only_the_offices_asked_about() -> None:
    mine, other = an_office("1"), an_office("2")
    a_case(mine)
    a_case(other, late=True)
    assert r1_r2(mine) == [(1, 1), (1, 1)]
    assert r1_r2(other) == [(0, 1), (0, 1)]
    assert figures.results(frozenset(), MAY, LAST, TODAY)[0].missing is Missing.CASES
    found = figures.figures(Query(MAY, LAST, None, {other.pk: mine.pk}), TODAY)
    assert {key: rows[0].denominator for key, rows in found.offices.items()} == {mine.pk: 2}


class Counter:
    """A desk with a tablet, at which people name dossiers."""

    def __init__(self, headquarters: Office26740, office: Office) -> None:
        self.headquarters, self.tablet = headquarters, FakeTablet()
        self.desk = Desk.objects.create(office=office, name="Quầy 9")
        headquarters.place(self.tablet, desk=self.desk)

    def rated(self, level: int, dossier: str, day: dt.datetime, corrected: int = 0, **body: Any) -> None:
        visit, wall = uuid.uuid4().hex, round(day.timestamp() * 1000)
        said = {"level": level, "channel": "tablet", **body}
        events = [self.tablet.rating(visit_id=visit, wall_ms=wall, body=said)]
        if corrected:
            made = self.tablet.event(kinds.CORRECTION, {"level": corrected}, visit_id=visit, wall_ms=wall)
            events.append(self.tablet.append(made))
        about = self.tablet.event(kinds.SUBJECT, {"dossier": dossier}, visit_id=visit, wall_ms=wall + 4000)
        events.append(self.tablet.append(about))
        self.headquarters.push(self.tablet, events)


def sent(office: Office, handled: int, late: int = 0, codes: tuple[str, ...] = ()) -> None:
    DossierTotal.objects.create(
        office=office, month=MAY, handled=handled, late=late, imported_at=timezone.now()
    )
    LateDossier.objects.bulk_create(LateDossier(office=office, month=MAY, code=code) for code in codes)


def test_r3_from_ratings_cases_and_totals(office: Office26740) -> None:
    ward = an_office("1")
    desk = Counter(office, ward)
    desk.rated(1, "H12.1-260504-0001", at(5))
    desk.rated(1, "h12.1-260504-0001", at(6))
    desk.rated(1, "H12.1-260504-0002", at(6), corrected=3)
    desk.rated(1, "H12.1-260504-0007", at(6), corrected=2)
    desk.rated(3, "H12.1-260504-0003", at(6), corrected=1)
    desk.rated(1, "H12.1-260504-0004", at(6), flags=["burst"])
    desk.rated(1, "H12.1-260504-0005", at(1, month=6))
    desk.rated(3, "H12.1-260504-0006", at(7))
    assert figures.results(None, MAY, LAST, TODAY)[2].missing is Missing.TOTALS
    sent(ward, 50, 2, ("H12.1-260504-0001", "H12.1-260504-0009"))
    # 0001, 0003 by ratings, 0009 late.
    assert [figures.results(None, MAY, LAST, TODAY)[2].numerator] == [47]
    a_case(ward, dossier="H12.1-260504–0010")
    a_case(ward, dossier="H12.1-260504-0011", kind=Case.Kind.PRAISE)
    r3 = figures.results(None, MAY, LAST, TODAY)[2]
    assert (r3.numerator, r3.denominator, r3.other) == (46, 50, None)
    with_flagged = figures.figures(Query(MAY, LAST, flagged=True), TODAY)
    assert with_flagged.results[2].numerator == 45
    assert with_flagged.inputs.dossiers.named == 7


def test_a_dossier_counts_for_the_office_where_the_tablet_stood(office: Office26740) -> None:
    first, second = an_office("1"), an_office("2")
    desk = Counter(office, first)
    desk.rated(1, "A-1-2026", at(5))
    kept = Tablet.objects.get(pk=desk.tablet.tablet_id)
    there = Desk.objects.create(office=second, name="Quầy 2")
    placement.move(kept, there, at(10))
    desk.rated(1, "B-1-2026", at(12))
    desk.rated(3, "C-1-2026", at(12))
    sent(first, 10)
    sent(second, 20)
    found = figures.figures(Query(MAY, LAST), TODAY)
    assert {key: (rows[2].numerator, rows[2].denominator) for key, rows in found.offices.items()} == {
        first.pk: (9, 10),
        second.pk: (19, 20),
    }
    assert found.inputs.dossiers.named == 3


def test_by_month(office: Office26740) -> None:
    ward = an_office("1")
    a_case(ward)
    a_case(ward, received_at=at(3, month=6), late=True)
    found = figures.figures(Query(dt.date(2026, 5, 2), dt.date(2026, 6, 30)), TODAY)
    assert {month.month: rows[0].numerator for month, rows in found.by_month.items()} == {5: 1, 6: 0}
    assert [month.month for month in found.whole_months] == [6]
    assert found.by_month[MAY][2].missing is Missing.MONTH
