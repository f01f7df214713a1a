"""Every word of headquarters has a Vietnamese one, and numbers and files follow the language."""

import csv
import datetime as dt
import io
from collections.abc import Callable

import pytest
from babel.messages.pofile import read_po
from django.test import Client
from django.utils import translation

from headquarters import formats
from headquarters.accounts.models import User
from headquarters.ratings.figures import DayFigures, Interval, OfficeFigures, Tally
from headquarters.web import charts, exports, findings, periods, tables
from headquarters.web.catalogue import PO_FILE, messages
from tests.headquarters.web.conftest import Town

pytestmark = pytest.mark.screen_only


def test_no_message_is_missing_fuzzy_or_left_over() -> None:
    with PO_FILE.open("rb") as file:
        known = read_po(file, locale="vi")
    wanted = {message.id for message in messages() if message.id}
    there = {message.id for message in known if message.id}
    assert (wanted - there, there - wanted) == (set(), set())
    assert [message.id for message in known if message.id and message.fuzzy] == []
    empty = [
        m.id for m in known if m.id and not (m.string if isinstance(m.string, str) else all(m.string or ()))
    ]
    assert empty == []


def test_translations_use_the_same_names_as_their_messages() -> None:
    with PO_FILE.open("rb") as file:
        known = read_po(file, locale="vi")
    errors = [(message.id, str(error)) for message, found in known.check() for error in found]
    assert errors == []


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("vi", ("6,6%", "4.329", "5,9 – 7,4%", "21/11/2026")),
        ("en", ("6.6%", "4,329", "5.9 – 7.4%", "21 Nov 2026")),
    ],
)
def test_numbers_and_dates_follow_the_language(language: str, words: tuple[str, ...]) -> None:
    with translation.override(language):
        found = (
            formats.percent(286 / 4329),
            formats.count(4329),
            formats.interval(Interval(0.0590, 0.0739)),
            formats.day(dt.date(2026, 11, 21)),
        )
    assert found == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (30, "dưới một phút"),
        (61, "1 phút"),
        (11_520, "3 giờ"),
        (259_200, "3 ngày"),
        (-5, "dưới một phút"),
    ],
)
def test_lengths_of_time_are_said_roughly(seconds: float, words: str) -> None:
    with translation.override("vi"):
        assert formats.duration(seconds) == words


def _days(*tallies: Tally) -> list[DayFigures]:
    return [DayFigures(dt.date(2026, 11, 2) + dt.timedelta(days=k), tally) for k, tally in enumerate(tallies)]


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (_days(Tally(30, 0, 70), Tally(5, 0, 95)), "giảm từ 30,0% xuống 5,0%"),
        (_days(Tally(5, 0, 95), Tally(30, 0, 70)), "tăng từ 5,0% lên 30,0%"),
        (_days(Tally(6, 0, 94), Tally(8, 0, 92)), "quanh mức 7,0%, chưa thấy tăng hay giảm rõ"),
        (_days(Tally(1, 0, 9), Tally(0, 0, 10)), "còn ít lượt đánh giá"),
        (_days(Tally()), "Chưa có lượt đánh giá nào"),
    ],
)
def test_trend_is_only_called_one_when_it_is(days: list[DayFigures], words: str) -> None:
    with translation.override("vi"):
        assert words in findings.trend(days)


def test_worst_office_is_only_named_when_it_stands_out() -> None:
    def office(name: str, n1: int) -> OfficeFigures:
        return OfficeFigures(1, name, "", Tally(n1, 0, 100 - n1))

    with translation.override("vi"):
        assert findings.offices([office("A", 40), office("B", 5)]).startswith("A có tỷ lệ")
        assert findings.offices([office("A", 8), office("B", 5)]).startswith("Chưa thấy đơn vị nào")
        assert findings.offices([office("A", 8)]).startswith("Còn ít")
        # 16 against 8 of 100 would do for one comparison, but here the highest of six was picked.
        six = [office("A", 16), *(office(name, 8) for name in "BCDEF")]
        assert findings.offices(six).startswith("Chưa thấy đơn vị nào")


def test_change_needs_enough_ratings_on_both_sides() -> None:
    with translation.override("vi"):
        assert findings.change(Tally(5, 0, 95), Tally(1, 0, 9)) is None
        fell, same = (findings.change(Tally(5, 0, 95), Tally(n, 0, 100 - n)) for n in (30, 6))
    assert fell
    assert fell["words"] == "giảm 25,0 điểm so với kỳ trước"
    assert same
    assert same["css"] == "same"


def test_weekend_without_ratings_is_a_day_off_and_a_weekday_is_a_gap() -> None:
    week = _days(*[Tally(1)] * 4, Tally(), Tally(), Tally(2))  # Monday to Sunday
    shown = tables.shown_days({day.day: day.tally for day in week})
    assert [day.day.weekday() for day in shown] == [0, 1, 2, 3, 4, 6]


def test_chart_keeps_empty_days_as_gaps_and_the_band_inside_the_axis() -> None:
    data = charts.trend(_days(Tally(1, 0, 9), Tally(), Tally(2, 0, 8)))
    assert data is not None
    assert data["rates"] == [10.0, None, 20.0]
    assert data["last"]["at"] == 2
    low, spread = data["low"][2], data["spread"][2]
    assert low is not None
    assert spread is not None
    assert low + spread <= data["top"]


def _read(body: bytes, delimiter: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig")), delimiter=delimiter))


@pytest.mark.parametrize(("language", "delimiter", "rate"), [("vi", ";", "10,00"), ("en", ",", "10.00")])
@pytest.mark.django_db
def test_csv_opens_in_the_readers_spreadsheet(
    client: Client, town: Town, make_user: Callable[..., User], language: str, delimiter: str, rate: str
) -> None:
    town.office_with("Phường Tân Hòa", (40, 100, 260))
    client.force_login(make_user(), backend="django.contrib.auth.backends.ModelBackend")
    client.cookies["django_language"] = language
    offices = _read(client.get("/figures/offices.csv").content, delimiter)
    assert offices[1][0] == "Phường Tân Hòa"
    assert offices[1][2:7] == ["400", "260", "100", "40", rate]
    days = _read(client.get("/figures/days.csv").content, delimiter)
    assert days[-1][1] == "400" or days[-2][1] == "400"
    assert client.get("/figures/days.csv").content.startswith(b"\xef\xbb\xbf")


def test_name_like_a_formula_is_not_calculated_by_a_spreadsheet() -> None:
    day = dt.date(2026, 11, 21)
    row = tables.Row("=HYPERLINK(1)", Tally(1, 2, 3), "@x")
    table = tables.Ratings("offices", "", "Office", [row], "Belongs to")
    with translation.override("en"):
        cells = _read(exports.answer(table, periods.Period(day, day)).content, ",")[1]
    assert cells[:2] == ["'=HYPERLINK(1)", "'@x"]
