"""Who follows whom, and what codes and identifiers must look like."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from headquarters.offices.lineage import predecessors, successors
from headquarters.offices.models import Desk, Office, Succession

pytestmark = pytest.mark.django_db

DAY = dt.date(2026, 7, 1)


def _office(code: str, ended: dt.date | None = None) -> Office:
    return Office.objects.create(code=code, name=code, valid_from=dt.date(2020, 1, 1), valid_to=ended)


def _follow(old: Office, new: Office, day: dt.date = DAY) -> None:
    Succession.objects.create(predecessor=old, successor=new, day=day)


def test_mergers_are_followed_to_the_office_of_today() -> None:
    a, b, c = (_office(code, DAY - dt.timedelta(days=1)) for code in "abc")
    ab = _office("ab", dt.date(2026, 9, 30))
    abc = _office("abc")
    _follow(a, ab)
    _follow(b, ab)
    _follow(ab, abc, dt.date(2026, 10, 1))
    _follow(c, abc, dt.date(2026, 10, 1))
    today = dt.date(2026, 11, 21)
    assert successors([a.pk, b.pk, c.pk, ab.pk, abc.pk], today) == dict.fromkeys(
        [a.pk, b.pk, c.pk, ab.pk, abc.pk], abc.pk
    )
    assert predecessors(abc.pk, today) == {a.pk, b.pk, c.pk, ab.pk}
    # On the day of the first merger the second had not happened.
    assert successors([a.pk, ab.pk], DAY) == {a.pk: ab.pk, ab.pk: ab.pk}
    assert successors([a.pk], DAY - dt.timedelta(days=1)) == {a.pk: a.pk}


def test_office_that_was_split_keeps_its_own_figures() -> None:
    old = _office("old", DAY - dt.timedelta(days=1))
    _follow(old, _office("one"))
    _follow(old, two := _office("two"))
    assert successors([old.pk]) == {old.pk: old.pk}
    assert predecessors(two.pk) == set()


def test_office_that_lives_on_beside_what_was_taken_out_of_it_keeps_its_own_figures() -> None:
    old, out = _office("old"), _office("out")
    _follow(old, out)
    assert successors([old.pk, out.pk]) == {old.pk: old.pk, out.pk: out.pk}


def test_offices_that_follow_each_other_in_a_circle_end_the_walk() -> None:
    a, b = (_office(code, DAY - dt.timedelta(days=1)) for code in "ab")
    _follow(a, b)
    _follow(b, a)
    assert set(successors([a.pk, b.pk]).values()) <= {a.pk, b.pk}


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"kind": "commune", "code": "26740"}, None),
        ({"kind": "commune", "code": "00004"}, None),
        ({"kind": "commune", "code": "4"}, "code"),
        ({"kind": "commune", "code": "2674٠"}, "code"),
        ({"kind": "province", "code": "01"}, None),
        ({"kind": "province", "code": "001"}, "code"),
        ({"code": "SNV"}, None),
        ({"code": "=cmd"}, "code"),
        ({"code": "Sở"}, "code"),
        ({"code": "A", "ident": "H26.12.04"}, None),
        ({"code": "A", "ident": "000.00.01.G12"}, None),
        ({"code": "A", "ident": "h26"}, "ident"),
        ({"code": "A", "ident": "H26..1"}, "ident"),
        ({"code": "A", "ident": "1" * 36}, "ident"),
        ({"code": "A", "valid_to": dt.date(2019, 1, 1)}, "valid_to"),
    ],
)
def test_codes_and_identifiers_have_their_official_shapes(
    fields: dict[str, object], wrong: str | None
) -> None:
    office = Office(**{"name": "UBND", "valid_from": dt.date(2020, 1, 1), **fields})
    if wrong is None:
        office.full_clean()
        return
    with pytest.raises(ValidationError) as caught:
        office.full_clean()
    assert set(caught.value.message_dict) == {wrong}


def test_two_offices_never_share_an_identifier_but_many_have_none() -> None:
    _office("a")
    _office("b")
    Office.objects.filter(code="a").update(ident="H26")
    with pytest.raises(IntegrityError), transaction.atomic():
        Office.objects.filter(code="b").update(ident="H26")


def test_days_of_offices_and_desks() -> None:
    office = _office("a", DAY)
    assert office.exists_on(DAY)
    assert not office.exists_on(DAY + dt.timedelta(days=1))
    assert list(Office.objects.valid_on(DAY)) == [office]
    assert not Office.objects.valid_on(DAY + dt.timedelta(days=1)).exists()
    assert Desk(office=office, name="1").exists_on(dt.date(1990, 1, 1))
    assert not Desk(office=office, name="1", valid_to=DAY).exists_on(DAY + dt.timedelta(days=1))
