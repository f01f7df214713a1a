"""Every number in DOCX, PDF and XLSX is the dashboard's, and what raw events say when counted one by one."""

from __future__ import annotations

import csv
import datetime as dt
import io
from typing import Any, NamedTuple

import openpyxl
import pytest
from django.urls import reverse
from docx import Document

from headquarters.accounts.roles import Role
from headquarters.ratings import transactions
from headquarters.reports import building, gather, periods
from headquarters.reports.model import Texts
from headquarters.reports.models import File
from headquarters.reports.periods import Kind
from tests.headquarters.documents import reading
from tests.headquarters.reports.conftest import Province, browser, writer
from tests.headquarters.reports.counting import Counted, Levels, count, line, thousands, written

pytestmark = pytest.mark.django_db
QUARTER = periods.named(Kind.QUARTER, "2025-Q3")
LATER = dt.date(2025, 11, 5)


class Made(NamedTuple):
    files: dict[File.Form, bytes]
    now: Counted
    before: Counted


@pytest.fixture
def made(province: Province) -> Made:
    a1, a2 = province.desk(province.a), province.desk(province.a, "Quầy 2")
    b = province.desk(province.b)
    good, bad = ["nghe-dan-noi", "cam-on"], ["thoi-gian", "nghe-dan-noi"]
    province.rate(a1, dt.date(2025, 7, 1), 40, 11, 9, flagged=4, chosen={3: good, 1: bad}, meant=3)
    province.rate(a2, dt.date(2025, 8, 14), 4, 2, 1)
    province.rate(b, dt.date(2025, 9, 30), 21, 30, 2, chosen={2: ["xin-loi"], 1: ["thai-do"]})
    province.rate(b, dt.date(2025, 10, 1), 50)
    province.rate(a1, dt.date(2025, 6, 30), 30, 10, 4)
    province.rate(b, dt.date(2025, 4, 1), 5, 5, 5)
    transactions.put([(province.a.pk, dt.date(2025, 7, 1), 150), (province.b.pk, dt.date(2025, 9, 30), 90)])
    figures = gather.figures(province.top, QUARTER, LATER)
    return Made(
        dict(building.files(figures, Texts(), province.top)),
        count(QUARTER.first, QUARTER.last),
        count(QUARTER.before.first, QUARTER.before.last),
    )


def _the_count_by_hand_sees_what_was_sent(made: Made) -> None:
    """So that the tests below compare something."""
    assert made.now.whole == (66, 43, 11)
    assert made.before.whole == (35, 15, 9)
    assert (made.now.flagged, made.now.kept["cam-on"], made.now.missed["nghe-dan-noi"]) == ((0, 0, 4), 40, 8)


def _tables(docx: bytes) -> list[list[list[str]]]:
    return [
        [[cell.text.strip() for cell in row.cells] for row in table.rows]
        for table in Document(io.BytesIO(docx)).tables
    ]


def _rows_of(tables: list[list[list[str]]], name: str) -> list[list[str]]:
    """Every line about something, in any table."""
    return [row for table in tables for row in table if name in row[:2]]


def _three(now: Levels, before: Levels) -> list[list[str]]:
    """The lines of the first table."""
    names = ("Rất hài lòng", "Hài lòng", "Chưa hài lòng")
    n, m = sum(now), sum(before)
    lines = []
    for name, x, y in (*zip(names, now, before, strict=True), ("Tỷ lệ hài lòng", n - now[2], m - before[2])):
        points = written(abs(x / n - y / m))
        sign = "−" if x / n < y / m else "+"
        lines.append([name, thousands(x), written(x / n), thousands(y), written(y / m), f"{sign}{points}"])
    lines.insert(3, ["Tổng số lượt (N)", thousands(n), "100,0", thousands(m), "100,0", ""])
    return lines


def _word_says_what_the_events_say(made: Made) -> None:
    tables, now = _tables(made.files[File.Form.DOCX]), made.now
    for wanted in _three(now.whole, made.before.whole):
        assert wanted in [row for table in tables for row in table], wanted
    for name, levels in now.offices.items():
        (row, *_flags) = _rows_of(tables, name)
        assert row[2:6] == line(levels), name
    for (office, desk), levels in now.desks.items():
        (row,) = _rows_of(tables, f"{desk} – {office}")
        assert row[2:6] == line(levels), (office, desk)
    (flagged,) = _rows_of(tables, "Riêng lượt gắn cờ")
    assert flagged[1:5] == ["4", "0", "0", "4"]
    (both,) = _rows_of(tables, "Tính cả lượt gắn cờ")
    assert both[1:5] == [str(n) for n in (124, 66, 43, 15)]
    for key, name in (
        ("nghe-dan-noi", "Biết nghe dân nói"),
        ("thoi-gian", "Thời gian"),
        ("thai-do", "Thái độ"),
    ):
        (row,) = _rows_of(tables, name)
        assert row[1:3] == [str(now.kept[key]), str(now.missed[key])], name


def _pdf_says_what_word_says(made: Made) -> None:
    """Line for line, all tables."""
    pdf = [" ".join(words.split()) for _page, words in reading.lines(made.files[File.Form.PDF])]
    text = " ".join(pdf)
    for table in _tables(made.files[File.Form.DOCX])[1:-1]:
        for row in table:
            figures = " ".join(cell for cell in row[1:] if cell and cell[0].isdigit())
            assert figures in text, row
    for row in _three(made.now.whole, made.before.whole):
        assert " ".join(cell for cell in row if cell) in pdf, row


def _sentences_say_what_the_events_say(made: Made) -> None:
    words = [paragraph.text for paragraph in Document(io.BytesIO(made.files[File.Form.DOCX])).paragraphs]
    text = " ".join(words).replace("\u00a0", " ")
    n3, n2, n1 = made.now.whole
    then = made.before.whole
    n, points = n3 + n2 + n1, n1 / (n1 + n2 + n3) - then[2] / sum(then)
    assert f"Trong kỳ có {n} lượt đánh giá (quý II: {sum(then)} lượt)." in text
    # 113 of the ratings fell on days whose transactions are known.
    assert f"113 lượt đánh giá trên 240 lượt giao dịch, tỷ lệ tham gia {written(113 / 240)}%" in text
    assert (
        f"chưa hài lòng là {written(n1 / n)}%, giảm {written(-points)} điểm phần trăm so với quý II" in text
    )
    assert "không tính 4 lượt gắn cờ" in text
    assert "UBND xã Suối Mây có tỷ lệ chưa hài lòng thấp nhất (3,8%, N = 53)" in text
    assert "UBND phường An Lạc cao nhất (13,4%, N = 67)" in text
    assert "SIPAS" not in text


def _sheet(xlsx: bytes, name: str) -> list[list[Any]]:
    book = openpyxl.load_workbook(io.BytesIO(xlsx))
    return [[cell.value for cell in row] for row in book[name].iter_rows(min_row=3)]


def _excel_says_what_the_events_say_as_real_numbers(made: Made) -> None:
    xlsx, now, before = made.files[File.Form.XLSX], made.now, made.before
    summary = {row[0]: row[1:6] for row in _sheet(xlsx, "Tổng hợp")}
    n, m = sum(now.whole), sum(before.whole)
    names = ("Rất hài lòng", "Hài lòng", "Chưa hài lòng")
    for name, x, y in zip(names, now.whole, before.whole, strict=True):
        assert summary[name] == [
            x,
            pytest.approx(x / n),
            y,
            pytest.approx(y / m),
            pytest.approx(x / n - y / m),
        ]
    assert (summary["Tổng số lượt (N)"][0], summary["Lượt gắn cờ (không tính ở trên)"][0]) == (n, 4)
    assert summary["Lượt đánh giá trong những ngày có số giao dịch"][:2] == [113, pytest.approx(113 / 240)]
    offices = {row[0]: tuple(row[1:5]) for row in _sheet(xlsx, "Theo đơn vị")}
    for name, levels in now.offices.items():
        assert offices[name] == (sum(levels), *levels)
    desks = {(row[1], row[0]): tuple(row[2:6]) for row in _sheet(xlsx, "Theo quầy")}
    for place, levels in now.desks.items():
        assert desks[place] == (sum(levels), *levels)
    days = [row for row in _sheet(xlsx, "Theo ngày")[1:] if row[1]]
    assert [(row[0].date(), row[1]) for row in days] == [
        (dt.date(2025, 7, 1), 60), (dt.date(2025, 8, 14), 7), (dt.date(2025, 9, 30), 53),
    ]  # fmt: skip
    promises = {row[0]: row[1:3] for row in _sheet(xlsx, "Cam kết")}
    assert promises["Biết nghe dân nói"] == [now.kept["nghe-dan-noi"], now.missed["nghe-dan-noi"]]
    reasons = {row[0]: row[1:3] for row in _sheet(xlsx, "Lý do")}
    assert reasons["Thời gian"] == [now.kept["thoi-gian"], now.missed["thoi-gian"]]


def _the_dashboard_says_the_same(made: Made, province: Province) -> None:
    web = browser(writer(province.top, role=Role.LEADER))
    period = {"from": QUARTER.first.isoformat(), "to": QUARTER.last.isoformat()}
    for slug, found in (
        ("offices", made.now.offices),
        ("desks", {desk if office == "UBND xã Suối Mây" else f"{office} {desk}": levels
                   for (office, desk), levels in made.now.desks.items()}),
    ):  # fmt: skip
        answer = web.get(reverse("web:table-csv", args=[slug]), period)
        rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
        shown = sorted(
            tuple(int(row[name]) for name in ("Rất hài lòng", "Hài lòng", "Chưa hài lòng")) for row in rows
        )
        assert shown == sorted(levels for levels in found.values()), slug


def test_every_number_is_the_events_and_the_dashboards(made: Made, province: Province) -> None:
    """One province, rated through ingest: corrections, flagged taps, promises, transactions."""
    _the_count_by_hand_sees_what_was_sent(made)
    _word_says_what_the_events_say(made)
    _pdf_says_what_word_says(made)
    _sentences_say_what_the_events_say(made)
    _excel_says_what_the_events_say_as_real_numbers(made)
    _the_dashboard_says_the_same(made, province)
