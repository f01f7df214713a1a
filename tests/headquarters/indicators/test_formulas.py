"""R1, R2, R3: counted by hand, and against an independent count."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headquarters.indicators import counting, criteria, formulas
from headquarters.indicators.counting import Material, Matter, Named, Total
from headquarters.indicators.criteria import Form, Step
from headquarters.indicators.formulas import Dossiers, Inputs, Matters, Missing, Result

pytestmark = pytest.mark.screen_only

RULES = criteria.load(Path(criteria.__file__).with_name(criteria.NAME))
MAY, JUNE = dt.date(2026, 5, 1), dt.date(2026, 6, 1)
FIRST, LAST = MAY, dt.date(2026, 6, 30)
DAY = dt.date(2026, 5, 12)


def matter(office: int = 1, day: dt.date = DAY, dossier: str = "", **marks: bool) -> Matter:
    usual = {"pending": False, "late": False, "dissatisfied": False}
    return Matter(office, day, day, dossier=dossier, **{**usual, **marks})


def results(material: Material, first: dt.date = FIRST, last: dt.date = LAST) -> list[Result]:
    inputs = counting.total(counting.count(material, first, last, RULES).values())
    return list(formulas.all_of(inputs, RULES, len(counting.whole_months(first, last))))


def test_r1_and_r2_counted_by_hand() -> None:
    # Ten in charge: seven good, one late, one that dissatisfied, one both; an eleventh is not due yet.
    cases = [matter() for _ in range(7)]
    cases += [matter(late=True), matter(dissatisfied=True), matter(late=True, dissatisfied=True)]
    r1, r2, _r3 = results(Material(matters=(*cases, matter(pending=True))))
    assert (r1.numerator, r1.denominator, r1.value) == (8, 10, 80.0)
    assert (r2.numerator, r2.denominator, r2.value) == (7, 10, 70.0)
    assert "766/QĐ-TTg" in r1.source


def test_r3_counts_every_dossier_once() -> None:
    # Of 200 dossiers: A complained of twice and late, B on the tablet, C as a case, D late only: four.
    found = Material(
        matters=(matter(dossier="A"), matter(dossier="C")),
        named=(Named(1, DAY, "A", 2), Named(1, DAY, "B", 1), Named(1, DAY, "", 40)),
        totals=(Total(1, MAY, 200, 2, frozenset({"A", "D"})),),
        expected=frozenset({1}),
    )
    r3 = results(found)[2]
    assert (r3.numerator, r3.denominator, r3.value, r3.other) == (196, 200, 98.0, None)


def test_late_dossiers_without_codes_are_taken_off_besides_the_others_or_within_them() -> None:
    found = Material(
        named=(Named(1, DAY, "A", 1), Named(1, DAY, "B", 1)), totals=(Total(1, MAY, 100, 5),)
    )  # fmt: skip
    careful = results(found)[2]
    assert (careful.numerator, careful.other) == (93, 95)
    inputs = counting.total(counting.count(found, FIRST, LAST, RULES).values())
    kind = formulas.r3(inputs.dossiers, replace(RULES, overlap_apart=False), 2)
    assert (kind.numerator, kind.other) == (95, 93)


def test_never_more_is_taken_off_than_there_is() -> None:
    found = Material(named=(Named(1, DAY, "A", 1),), totals=(Total(1, MAY, 3, 3),))
    assert results(found)[2].numerator == 0


def test_what_is_missing_is_said_and_never_nought() -> None:
    r1, r2, r3 = results(Material(expected=frozenset({1})))
    assert [one.missing for one in (r1, r2, r3)] == [Missing.CASES, Missing.CASES, Missing.TOTALS]
    assert {one.value for one in (r1, r2, r3)} == {None}
    assert {(one.numerator, one.denominator, one.share) for one in (r1, r2, r3)} == {(None, None, None)}
    only_totals = Material(totals=(Total(1, MAY, 50, 0),))
    assert results(only_totals)[2].missing is Missing.NAMED
    named = replace(only_totals, named=(Named(1, DAY, "", 1),))
    assert results(named)[2].value == 100.0
    assert results(named, DAY, LAST.replace(day=29))[2].missing is Missing.MONTH
    nothing = replace(named, totals=(Total(1, MAY, 0, 0),))
    assert results(nothing)[2].missing is Missing.NOTHING_HANDLED


def test_an_office_without_totals_is_left_out_of_both_sides_and_counted_as_left_out() -> None:
    found = Material(
        named=(Named(1, DAY, "A", 1), Named(2, DAY, "B", 1)),
        totals=(Total(1, MAY, 10, 0),),
        expected=frozenset({1, 2, 3}),
    )
    inputs = counting.total(counting.count(found, FIRST, LAST, RULES).values()).dossiers
    assert (inputs.handled, inputs.most, inputs.offices, inputs.without_totals) == (10, 1, 1, 2)


def test_dossiers_count_in_months_that_are_whole_and_whose_totals_are_here() -> None:
    may, june = Total(1, MAY, 10, 0), Total(1, JUNE, 20, 0)
    named = (Named(1, DAY, "A", 1), Named(1, JUNE, "B", 1), Named(1, dt.date(2026, 7, 2), "C", 1))
    found = Material(named=named, totals=(may, june, Total(1, dt.date(2026, 7, 1), 99, 9)))
    assert [results(found, FIRST, last)[2].denominator for last in (LAST, dt.date(2026, 7, 3))] == [30, 30]
    assert results(found, DAY, LAST)[2].numerator == 19
    assert counting.whole_months(dt.date(2026, 1, 31), dt.date(2026, 2, 27)) == []
    assert counting.whole_months(dt.date(2028, 2, 1), dt.date(2028, 2, 29)) == [dt.date(2028, 2, 1)]
    assert counting.whole_months(dt.date(2026, 12, 1), dt.date(2027, 1, 31))[-1] == dt.date(2027, 1, 1)


@pytest.mark.parametrize(
    ("part", "whole", "points"),
    [(95, 100, 2), (94, 100, 1), (19, 20, 2), (949, 999, 1), (4, 5, 1), (799, 1000, 0), (0, 7, 0), (7, 7, 2)],
)
def test_a_value_at_a_boundary_belongs_to_the_step_that_begins_there(
    part: int, whole: int, points: int
) -> None:
    steps = tuple(Step(Fraction(since), Fraction(given)) for since, given in ((95, 2), (80, 1), (0, 0)))
    form = Form("Chấm điểm", "R1", steps, "văn bản")
    found = formulas.points(Result("R1", part, whole, ""), [form, replace(form, indicator="R2")])
    assert [step.points for _form, step in found] == [points]
    assert formulas.points(Result("R1", None, None, "", Missing.CASES), [form]) == []


CASES = st.lists(
    st.builds(
        matter,
        office=st.integers(1, 3),
        day=st.dates(dt.date(2026, 4, 20), dt.date(2026, 7, 10)),
        dossier=st.sampled_from(["", "A", "B", "C"]),
        pending=st.booleans(),
        late=st.booleans(),
        dissatisfied=st.booleans(),
    ),
    max_size=30,
)
NAMED = st.lists(
    st.builds(
        Named,
        st.integers(1, 3),
        st.dates(dt.date(2026, 4, 20), dt.date(2026, 7, 10)),
        st.sampled_from(["", "A", "B", "D"]),
        st.integers(1, 3),
    ),
    max_size=20,
)
TOTALS = st.dictionaries(
    st.tuples(st.integers(1, 3), st.sampled_from([MAY, JUNE])),
    st.tuples(st.integers(4, 50), st.sets(st.sampled_from("ADEF"))),
    max_size=6,
)


@given(CASES, NAMED, TOTALS)
def test_as_an_independent_count(
    cases: list[Matter], named: list[Named], totals: dict[tuple[int, dt.date], tuple[int, set[str]]]
) -> None:
    sent = [
        Total(office, month, n, len(late), frozenset(late)) for (office, month), (n, late) in totals.items()
    ]
    r1, r2, r3 = results(Material(tuple(cases), tuple(named), tuple(sent), frozenset({1, 2, 3})))
    mine = [one for one in cases if FIRST <= one.on <= LAST and not one.pending]
    if mine:
        late = sum(one.late for one in mine)
        angry_or_late = len([one for one in mine if one.late or one.dissatisfied])
        assert r1.exact == Fraction(100 * (len(mine) - late), len(mine))
        assert r2.exact == Fraction(100 * (len(mine) - angry_or_late), len(mine))
    else:
        assert r1.value is r2.value is None
    handled = spoiled = 0
    for office in (1, 2, 3):
        months = {month for of, month in totals if of == office}
        near = [one for one in named if one.office == office and one.day.replace(day=1) in months]
        if not months or not near:
            continue
        codes = {one.dossier for one in near}
        codes |= {one.dossier for one in cases if one.office == office and one.on.replace(day=1) in months}
        codes |= {code for month in months for code in totals[office, month][1]}
        here = sum(totals[office, month][0] for month in months)
        handled += here
        spoiled += min(here, len(codes - {""}))
    if handled:
        assert (r3.numerator, r3.denominator) == (handled - spoiled, handled)
    else:
        assert r3.value is None


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=8))
def test_parts_add_up(parts: list[tuple[int, int]]) -> None:
    found = [Inputs(Matters(n, n, 0), Dossiers(handled=n, most=m, offices=1)) for n, m in parts]
    both = counting.total(found)
    assert both.matters.n == sum(n for n, _m in parts)
    assert (both.dossiers.most, both.dossiers.offices) == (sum(m for _n, m in parts), len(parts))


@pytest.mark.parametrize("text", ["h12.34-251021–0001", " H12.34-251021-0001 ", "Ｈ12.34-251021‑0001"])
def test_a_code_is_known_however_it_is_written(text: str) -> None:
    assert counting.plain_code(text) == "H12.34-251021-0001"
