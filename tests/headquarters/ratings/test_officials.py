"""Ratings of a named official: whose they are, what is said of them, and when nothing is."""

from __future__ import annotations

import datetime as dt
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps

from headquarters.config import ConfigError
from headquarters.offices import officials as register
from headquarters.offices.models import Desk, Office, Official, Succession
from headquarters.ratings import officials, rollup, settling
from headquarters.ratings.figures import Tally
from headquarters.ratings.models import Aspect, OfficeCell, Visit
from headquarters.ratings.slices import Query
from headquarters.tablets import placement
from headquarters.tablets.models import Tablet
from sync import kinds
from tests.headquarters.conftest import Office26740
from tests.support import FakeTablet, new_id

pytestmark = pytest.mark.django_db
recount = import_module("headquarters.ratings.migrations.0006_recount").recount
NOON = 1_763_700_000_000
DAY = dt.date(2025, 11, 21)
ONE_DAY = dt.timedelta(days=1)
DAY_MS = 86_400_000


def rate(office: Office26740, tablet: FakeTablet, code: str, *levels: int, day: int = 0) -> None:
    """Ratings ``day`` days after DAY, each of a citizen who says whom they mean."""
    for level in levels:
        visit = new_id()
        rating = tablet.rating(level, wall_ms=NOON + day * DAY_MS, visit_id=visit)
        said = tablet.append(tablet.event(kinds.SUBJECT, {"official": code}, visit_id=visit))
        office.push(tablet, [rating, said])


def person(office: Office, code: str = "cb-01", **fields: object) -> Official:
    usual = {"name": "Nguyễn Văn Mẫu", "valid_from": dt.date(2025, 1, 1)}
    made: Official = Official.objects.create(office=office, code=code, **{**usual, **fields})
    return made


def found(**changes: object) -> officials.Found:
    usual = {"first": DAY - 30 * ONE_DAY, "last": DAY + 30 * ONE_DAY}
    return officials.by_official(Query(**{**usual, **changes}))  # type: ignore[arg-type]


def test_a_rating_counts_for_whom_the_citizen_named(office: Office26740, tablet: FakeTablet) -> None:
    at = office.desk().office
    lan, hoa = person(at), person(at, "cb-02")
    rate(office, tablet, "cb-01", 1, 3)
    rate(office, tablet, "cb-02", 2)
    office.push(tablet, [tablet.rating(1, wall_ms=NOON)])
    assert found().tallies == {lan.pk: Tally(1, 0, 1), hoa.pk: Tally(0, 1, 0)}
    assert found().unknown == ()
    assert list(rollup.audit()) == []


def test_what_is_said_last_counts_and_a_correction_moves_it(office: Office26740, tablet: FakeTablet) -> None:
    at = office.desk().office
    lan, hoa = person(at), person(at, "cb-02")
    rating = tablet.rating(1, wall_ms=NOON, visit_id="v")
    first = tablet.append(tablet.event(kinds.SUBJECT, {"official": "cb-01"}, visit_id="v"))
    last = tablet.append(tablet.event(kinds.SUBJECT, {"official": "cb-02"}, visit_id="v"))
    meant = tablet.append(tablet.event(kinds.CORRECTION, {"level": 3}, visit_id="v"))
    office.push(tablet, [last, rating])
    office.push(tablet, [meant, first])
    assert found().tallies == {hoa.pk: Tally(0, 0, 1)}
    assert lan.pk not in found().tallies


def test_days_outside_those_of_the_person_and_other_offices_are_not_theirs(
    office: Office26740, tablet: FakeTablet
) -> None:
    at = office.desk().office
    elsewhere = Office.objects.create(code="1", name="Sở Nội vụ")
    lan = person(at, valid_from=DAY + ONE_DAY, valid_to=DAY + 2 * ONE_DAY)
    person(elsewhere)
    for day in range(5):
        rate(office, tablet, "cb-01", 2, day=day)
    assert found().tallies == {lan.pk: Tally(0, 2, 0)}
    assert found().unknown == (officials.Unknown(at.pk, "cb-01", 3),)
    assert found(offices=frozenset([elsewhere.pk])).tallies == {}
    assert found(offices=frozenset()).unknown == ()


def test_a_key_of_two_persons_counts_at_the_own_desk_only(office: Office26740, tablet: FakeTablet) -> None:
    desk, other = office.desk(), office.desk("Quầy 9")
    lan, hoa = person(desk.office, desk=desk), person(desk.office, desk=other)
    third = FakeTablet()
    office.place(third, desk=office.desk("Quầy 10"))
    rate(office, tablet, "cb-01", 1)
    rate(office, third, "cb-01", 3)
    assert found().tallies == {lan.pk: Tally(1, 0, 0)}
    assert [one.n for one in found().unknown] == [1]
    hoa.delete()
    assert found().tallies == {lan.pk: Tally(1, 0, 1)}, "alone, ratings of other desks are the person's, too"


def test_after_a_merger_the_person_goes_on_and_the_past_is_kept(
    office: Office26740, tablet: FakeTablet
) -> None:
    desk = office.desk()
    old, new = desk.office, Office.objects.create(code="2", name="UBND xã mới")
    lan = person(old, desk=desk)
    rate(office, tablet, "cb-01", 1)
    next_desk = Desk.objects.create(office=new, name="Quầy 1")
    day = DAY + 2 * ONE_DAY
    placement.move(Tablet.objects.get(), next_desk, dt.datetime.combine(day, dt.time(), dt.UTC))
    Office.objects.filter(pk=old.pk).update(valid_to=day - ONE_DAY)
    Succession.objects.create(predecessor=old, successor=new, day=day)
    after = register.go_on(lan, new, {desk.pk: next_desk}, day)
    rate(office, tablet, "cb-01", 3, day=3)
    lan.refresh_from_db()
    assert (lan.valid_to, after.valid_from, after.desk, after.name) == (
        day - ONE_DAY, day, next_desk, "Nguyễn Văn Mẫu",
    )  # fmt: skip
    assert found().tallies == {lan.pk: Tally(1), after.pk: Tally(0, 0, 1)}
    assert found(lineage="now", offices=frozenset([new.pk])).tallies == {after.pk: Tally(1, 0, 1)}
    assert found(offices=frozenset([new.pk])).tallies == {after.pk: Tally(0, 0, 1)}
    register.forget_name(after)
    assert set(Official.objects.values_list("name", flat=True)) == {""}
    assert found(lineage="now").tallies == {after.pk: Tally(1, 0, 1)}


def test_who_went_to_a_part_of_an_office_that_lives_on_leaves_the_past_there(
    office: Office26740, tablet: FakeTablet
) -> None:
    old, part = office.desk().office, Office.objects.create(code="3", name="UBND xã tách")
    lan = person(old)
    rate(office, tablet, "cb-01", 1)
    Succession.objects.create(predecessor=old, successor=part, day=DAY + ONE_DAY)
    register.go_on(lan, part, {}, DAY + ONE_DAY)
    assert found(lineage="now", offices=frozenset([old.pk])).tallies == {lan.pk: Tally(1)}


def test_events_of_before_the_column_are_read_again(office: Office26740, tablet: FakeTablet) -> None:
    lan = person(office.desk().office)
    rate(office, tablet, "cb-01", 2)
    settling.settle(None)
    Visit.objects.update(official="")
    OfficeCell.objects.filter(aspect=Aspect.OFFICIAL).delete()
    assert len(list(rollup.audit())) > 1
    recount(apps, None)
    assert found().tallies == {lan.pk: Tally(0, 1, 0)}
    assert list(rollup.audit()) == []


def test_an_odd_key_is_kept_as_far_as_a_book_could_have_it(office: Office26740, tablet: FakeTablet) -> None:
    rate(office, tablet, "a/b" * 30, 2)
    (odd,) = found().unknown
    assert odd.code == ("a/b" * 30)[:40]
    assert list(rollup.audit()) == []


@pytest.mark.screen_only
@pytest.mark.parametrize(
    ("first", "last", "today", "shown"),
    [
        ("2026-10-24", "2026-11-22", "2026-11-22", ("2026-10-01", "2026-10-31")),
        ("2026-11-21", "2026-11-22", "2026-11-22", ("2026-10-01", "2026-10-31")),
        ("2026-01-01", "2026-12-31", "2026-11-22", ("2026-01-01", "2026-10-31")),
        ("2024-02-10", "2024-02-11", "2026-11-22", ("2024-02-01", "2024-02-29")),
        ("2025-12-31", "2026-01-01", "2026-02-01", ("2025-12-01", "2026-01-31")),
    ],
)
def test_only_whole_months_that_are_over(first: str, last: str, today: str, shown: tuple[str, str]) -> None:
    days = [dt.date.fromisoformat(text) for text in (first, last, today)]
    assert officials.months(*days) == tuple(dt.date.fromisoformat(text) for text in shown)


@pytest.mark.screen_only
def test_what_could_single_out_a_rating_is_not_asked() -> None:
    asked = Query(DAY, DAY, frozenset([1]), flagged=True, desk=7, channel="phone", lineage="now")
    plain = officials.plain(asked, DAY + 60 * ONE_DAY)
    first, last = dt.date(2025, 11, 1), dt.date(2025, 11, 30)
    assert plain == Query(first, last, frozenset([1]), lineage="now")


@pytest.mark.screen_only
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('minimum_n = 4\nsource = "x"', "from 5 on"),
        ('minimum_n = true\nsource = "x"', "from 5 on"),
        ("minimum_n = 9", "exactly"),
        ('minimum_n = 9\nsource = " "', "which document"),
        ("minimum_n = ", "officials.toml"),
    ],
)
def test_rules_that_cannot_be_used_are_refused_by_name(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / officials.NAME
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=said):
        officials.load(path)


@pytest.mark.screen_only
def test_the_shipped_rules_can_be_used() -> None:
    assert officials.load(Path(officials.__file__).with_name(officials.NAME)).minimum_n >= officials.LEAST
