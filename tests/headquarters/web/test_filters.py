"""What an address asks for is shown, kept by every link and refused in words where it means nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.http import Http404, QueryDict
from django.test import Client
from django.utils import translation

from headquarters.accounts.models import User
from headquarters.web import filter_bar, filters, periods
from tests.headquarters.web.conftest import Town

pytestmark = [pytest.mark.django_db, pytest.mark.screen_only]
TODAY = dt.date(2026, 11, 21)


def _read(query: str, scope: frozenset[int] | None = None) -> filters.Filters:
    return filters.read(QueryDict(query), scope, TODAY)


@pytest.mark.parametrize(
    ("query", "first", "last"),
    [
        ("", "2026-10-23", "2026-11-21"),
        ("period=7d", "2026-11-15", "2026-11-21"),
        ("period=1d", "2026-11-21", "2026-11-21"),
        ("period=2026-11", "2026-11-01", "2026-11-21"),
        ("period=2026-02", "2026-02-01", "2026-02-28"),
        ("period=2026-q4", "2026-10-01", "2026-11-21"),
        ("period=2025-q1", "2025-01-01", "2025-03-31"),
        ("period=2025", "2025-01-01", "2025-12-31"),
        ("from=2026-03-04&to=2026-03-05", "2026-03-04", "2026-03-05"),
    ],
)
def test_periods_of_every_kind_are_understood(query: str, first: str, last: str) -> None:
    found = _read(query)
    assert (found.period.first.isoformat(), found.period.last.isoformat()) == (first, last)
    assert found.refused == ()


@pytest.mark.parametrize(
    ("query", "way", "first", "last"),
    [
        ("period=2026-11", "previous", "2026-10-11", "2026-10-31"),
        ("period=2026-11", "month", "2026-10-01", "2026-10-21"),
        ("period=2026-02", "month", "2026-01-01", "2026-01-31"),
        ("from=2026-03-31&to=2026-03-31", "month", "2026-02-28", "2026-02-28"),
        ("from=2024-02-29&to=2024-02-29", "year", "2023-02-28", "2023-02-28"),
        ("period=2025", "year", "2024-01-01", "2024-12-31"),
    ],
)
def test_comparison_is_of_the_same_days(query: str, way: str, first: str, last: str) -> None:
    found = _read(f"{query}&compare={way}").comparison
    assert (found.first.isoformat(), found.last.isoformat()) == (first, last)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("period=tuần", "Không có kỳ “tuần”."),
        ("period=2026-13", "Không có kỳ “2026-13”."),
        ("period=2027-01", "Không có kỳ “2027-01”."),
        ("period=0d", "Không có kỳ “0d”."),
        ("period=999d", "Không có kỳ “999d”."),
        ("from=0001-01-01&to=0001-01-02", "Không có lượt đánh giá nào ở thời gian ấy."),
        ("compare=tomorrow", "“tomorrow” không dùng được cho “compare”."),
        ("flagged=maybe", "“maybe” không dùng được cho “flagged”."),
        ("channel=fax", "“fax” không dùng được cho “channel”."),
        ("lineage=%00", "“\x00” không dùng được cho “lineage”."),
        ("office=-1", "“-1” không dùng được cho “office”."),
        ("desk=" + "9" * 40, "không dùng được cho “desk”"),
    ],
)
def test_value_that_means_nothing_is_said_in_words_and_the_usual_is_shown(query: str, words: str) -> None:
    with translation.override("vi"):
        found = _read(query)
    assert words in " ".join(found.refused)
    assert found.parameters == {}


def test_short_address_holds_only_what_differs_and_reads_back_the_same(town: Town) -> None:
    office = town.office("Phường Tân Hòa")
    desk = town.tablet(office).desk
    assert desk
    asked = (
        f"office={office.pk}&desk={desk.pk}&period=2026-q4&compare=year&flagged=1&channel=phone&lineage=then"
    )
    found = _read(asked)
    assert found.query == f"?{asked}"
    assert _read(found.query[1:]) == found
    assert _read("period=30d&compare=previous&flagged=0&lineage=now").query == ""


def test_changing_one_value_keeps_the_others(town: Town) -> None:
    office = town.office("Phường Tân Hòa")
    found = _read(f"office={office.pk}&from=2026-01-01&to=2026-01-31&flagged=1")
    assert found.changed(period="7d") == f"?office={office.pk}&period=7d&flagged=1"
    assert found.changed(flagged="") == f"?office={office.pk}&from=2026-01-01&to=2026-01-31"
    assert found.changed(office="") == "?from=2026-01-01&to=2026-01-31&flagged=1"


def test_office_counts_with_all_below_it_and_never_beyond_the_scope(town: Town) -> None:
    province = town.office("Tỉnh")
    mine, other = town.office("Phường A", province), town.office("Phường B", province)
    assert _read(f"office={province.pk}").offices == {province.pk, mine.pk, other.pk}
    scope = frozenset({mine.pk})
    assert _read(f"office={mine.pk}", scope).offices == scope
    for foreign in (province.pk, other.pk, 10**9):
        with pytest.raises(Http404):
            _read(f"office={foreign}", scope)


def test_desk_of_a_foreign_office_is_not_found(town: Town) -> None:
    mine, other = town.office("Phường A"), town.office("Phường B")
    foreign = town.tablet(other).desk
    assert foreign
    with pytest.raises(Http404):
        _read(f"desk={foreign.pk}", frozenset({mine.pk}))


@pytest.mark.parametrize("path", ["/", "/figures/desks/", "/figures/offices.csv", "/comments/", "/wall/"])
def test_pages_do_not_know_a_foreign_office(
    client: Client, town: Town, make_user: Callable[..., User], path: str
) -> None:
    mine, other = town.office("Phường A"), town.office("Phường B")
    client.force_login(make_user(office=mine), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(f"{path}?office={mine.pk}").status_code == 200
    assert client.get(f"{path}?office={other.pk}").status_code == 404
    assert client.get(f"/figures/offices/{other.pk}/").status_code == 404


def test_every_link_of_the_page_and_its_tables_keeps_the_filters(
    client: Client, town: Town, make_user: Callable[..., User]
) -> None:
    office = town.office_with("Phường Tân Hòa", (40, 100, 260))
    client.force_login(make_user(), backend="django.contrib.auth.backends.ModelBackend")
    text = client.get(f"/?office={office.pk}&flagged=1&period=90d").content.decode()
    links = [part.split('"')[0].replace("&amp;", "&") for part in text.split('href="')[1:]]
    kept = f"?office={office.pk}&period=90d&flagged=1"
    for path in ("/figures/days.csv", "/figures/offices.csv", "/figures/promises.csv", "/wall/"):
        assert path + kept in links
    assert f"/figures/offices/{office.pk}/?period=90d&flagged=1" in links


def test_thirteen_months_five_quarters_and_three_years_are_offered() -> None:
    found = dict(periods.offered(TODAY))
    assert [period.name for period in found["month"]][:2] == ["2026-11", "2026-10"]
    assert [period.name for period in found["month"]][-1] == "2025-11"
    assert [period.name for period in found["quarter"]] == [
        "2026-q4",
        "2026-q3",
        "2026-q2",
        "2026-q1",
        "2025-q4",
    ]
    assert [period.name for period in found["year"]] == ["2026", "2025", "2024"]


def test_office_that_has_ended_is_counted_as_it_was_then(town: Town) -> None:
    office = town.office("Xã cũ")
    office.valid_from, office.valid_to = TODAY - dt.timedelta(days=90), TODAY - dt.timedelta(days=30)
    office.save()
    assert _read(f"office={office.pk}").slice().lineage == "then"
    living = town.office("Xã mới")
    assert _read(f"office={living.pk}").slice().lineage == "now"


def test_bar_says_the_days_and_names_another_year() -> None:
    quarter = _read("period=2026-q3&compare=year")
    with translation.override("vi"):
        assert filter_bar.days(quarter.period) == "01/07 – 30/09/2026"
        assert filter_bar.days(quarter.comparison, beside=quarter.period) == "01/07 – 30/09/2025"
        assert filter_bar.days(quarter.period.compared("month"), beside=quarter.period) == "01/06 – 31/08"
        assert filter_bar.days(_read("period=2026-11").period) == "01 – 21/11/2026"
        assert filter_bar.days(_read("period=1d").period) == "21/11/2026"
