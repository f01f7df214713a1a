"""Working days: weekends, holidays that move on, Saturdays worked instead, and files that are wrong."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headquarters import workdays
from headquarters.config import ConfigError
from headquarters.privacy import terms

pytestmark = pytest.mark.screen_only
SHIPPED = workdays.load(Path(workdays.__file__).with_name(workdays.NAME))
DAYS = st.dates(dt.date(2025, 1, 1), dt.date(2027, 12, 31))


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("text", "works"),
    [
        ("2026-11-20", True),  # Friday
        ("2026-11-21", False),
        ("2026-11-22", False),
        ("2025-01-27", False),  # Tết
        ("2025-02-03", True),
        ("2025-05-02", False),  # given up for ...
        ("2025-04-26", True),  # ... a Saturday
        ("2026-02-23", True),
        ("2026-04-26", False),  # Giỗ Tổ on a Sunday ...
        ("2026-04-27", False),  # ... moves on to Monday
        ("2026-04-28", True),
        ("2026-09-01", False),
        ("2027-02-10", False),  # two days of Tết on a weekend move on behind it
        ("2027-02-11", False),
        ("2027-02-12", True),
        ("2027-05-01", False),
        ("2027-05-03", False),  # 1/5 on a Saturday
        ("2030-09-02", False),  # fixed holidays are known of every year
    ],
)
def test_the_days_of_the_file(text: str, works: bool) -> None:
    assert SHIPPED.is_working(day(text)) is works


def test_a_term_over_tet_leaves_tet_out() -> None:
    assert SHIPPED.add(day("2026-02-12"), 2) == day("2026-02-23")
    assert SHIPPED.between(day("2026-02-12"), day("2026-02-23")) == 2
    assert SHIPPED.between(day("2026-02-23"), day("2026-02-12")) == -2
    assert SHIPPED.add(day("2026-02-14"), 0) == day("2026-02-14")
    assert SHIPPED.years == {2025, 2026, 2027}
    with pytest.raises(ValueError, match="negative"):
        SHIPPED.add(day("2026-02-14"), -1)


@given(DAYS, st.integers(1, 60))
def test_the_nth_working_day_is_n_working_days_away(first: dt.date, n: int) -> None:
    last = SHIPPED.add(first, n)
    assert SHIPPED.is_working(last)
    assert SHIPPED.between(first, last) == n


WHOLE = (
    '[every_year]\ndays = ["01-01"]\nsource = "x"\n'
    '[year.2026]\nholidays = [2026-02-17]\noff = []\nworking = [2026-01-10]\nsource = "x"\n'
)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('["01-01"]', '["1/1"]', "every_year.days"),
        ('["01-01"]', '["02-30"]', "every_year.days"),
        ('["01-01"]', "5", "every_year.days"),
        ("[every_year]", "[everyyear]", "only [every_year]"),
        ("[year.2026]", "[year.now]", "year.now"),
        ("[year.2026]", "[year.2027]", "year.2027.holidays"),
        ("holidays = [2026-02-17]", "holidays = ['2026-02-17']", "year.2026.holidays"),
        ("holidays = [2026-02-17]", "holiday = []", "[year.2026] must have exactly"),
        ("working = [2026-01-10]", "working = [2026-01-09]", "year.2026.working: 2026-01-09"),
        ("off = []", "off = 5", "year.2026.off"),
        ('working = [2026-01-10]\nsource = "x"', "working = [2026-01-10]\nsource = 5", "year.2026.source"),
        ("off = []", "off = [", "holidays.toml"),
    ],
)
def test_a_wrong_file_is_named_with_its_key(tmp_path: Path, old: str, new: str, words: str) -> None:
    assert old in WHOLE
    path = tmp_path / workdays.NAME
    path.write_text(WHOLE.replace(old, new), encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        workdays.load(path)
    assert words in str(caught.value)
    assert str(path) in str(caught.value)


def test_a_calendar_without_working_days_ends_in_an_error() -> None:
    every = frozenset(day("2026-01-01") + dt.timedelta(days=k) for k in range(30_000))
    with pytest.raises(ValueError, match="too few"):
        workdays.Calendar(every).add(day("2026-01-01"), 1)


def test_the_offices_own_file_takes_the_place_of_ours_at_once(tmp_path: Path, settings: Any) -> None:
    settings.DATA = tmp_path
    assert workdays.is_working(day("2026-11-24"))
    own = tmp_path / workdays.NAME
    own.write_text(WHOLE.replace('["01-01"]', '["11-24"]'), encoding="utf-8")
    assert not workdays.is_working(day("2026-11-24"))
    assert workdays.is_working(day("2026-01-01")), "ours no longer counts"
    assert workdays.add(day("2026-11-23"), 1) == day("2026-11-25")
    assert workdays.between(day("2026-11-23"), day("2026-11-25")) == 1
    own.write_text(WHOLE, encoding="utf-8")
    os.utime(own, (0, 0))
    assert workdays.is_working(day("2026-11-24")), "a changed file is read anew"


def test_terms_of_personal_data_go_by_it(tmp_path: Path, settings: Any) -> None:
    settings.DATA = tmp_path
    assert terms.load().answer_by(day("2026-08-28")) == day("2026-09-04"), "Friday, then Quốc khánh"
    text = Path(terms.__file__).with_name("terms.toml").read_text(encoding="utf-8")
    own = text.replace("days_off = []", 'days_off = ["2026-09-03"]')
    (tmp_path / "terms.toml").write_text(own, encoding="utf-8")
    assert terms.load().answer_by(day("2026-08-28")) == day("2026-09-07"), "and its own day off"
