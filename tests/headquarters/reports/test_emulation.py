"""Sheets for emulation: least number, classes at their boundaries, repeated low ratings, review, reply."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from headquarters.accounts.roles import Role
from headquarters.audit.models import Entry
from headquarters.config import ConfigError
from headquarters.ratings.figures import Tally
from headquarters.reports import emulation, emulation_layout
from headquarters.reports.models import Review
from headquarters.reports.periods import Kind, named
from tests.headquarters.reports.conftest import Province, browser, writer

pytestmark = pytest.mark.django_db
QUARTER = named(Kind.QUARTER, "2025-Q3")
LATER = dt.date(2025, 11, 5)
CLASSES = """
minimum_n = {n}
low_months = 2
source = "Quy chế"
classes = [{{ from = 95, name = "Tốt" }}, {{ from = 80.5, name = "Khá" }}, {{ from = 0, name = "Chưa đạt" }}]
classes_source = "Quyết định số 1"
"""


@pytest.fixture
def data(settings: Any, tmp_path: Path) -> Path:
    settings.DATA = tmp_path
    return tmp_path


@pytest.mark.parametrize(
    ("tally", "klass"),
    [
        (Tally(5, 45, 50), "Tốt"), (Tally(51, 449, 500), "Khá"), (Tally(195, 405, 400), "Khá"),
        (Tally(196, 404, 400), "Chưa đạt"), (Tally(0, 0, 29), ""), (Tally(0, 0, 30), "Tốt"),
        (Tally(30, 0, 0), "Chưa đạt"),
        # Rounded it would be 95,0 per cent; it is less.
        (Tally(501, 4500, 4999), "Khá"),
    ],
)  # fmt: skip
def test_a_share_at_a_boundary_belongs_to_the_class_that_begins_there(
    data: Path, tally: Tally, klass: str
) -> None:
    (data / "emulation.toml").write_text(CLASSES.format(n=30), encoding="utf-8")
    assert emulation.load().class_of(tally) == klass


def test_the_least_number_is_never_under_thirty_and_nothing_is_preset(data: Path) -> None:
    assert emulation.load().class_of(Tally(0, 50, 50)) == ""
    (data / "emulation.toml").write_text(CLASSES.format(n=3), encoding="utf-8")
    assert emulation.load().minimum_n == 30


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("from = 0,", "from = 1,"), ("from = 95", "from = 70"), ("low_months = 2", "low_months = 1"),
        ('classes_source = "Quyết định số 1"', ""), ("minimum_n = 30", ""), ("[{", "[["),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_used_is_refused_by_its_name(data: Path, wrong: str, right: str) -> None:
    text = CLASSES.format(n=30)
    assert wrong in text
    (data / "emulation.toml").write_text(text.replace(wrong, right, 1), encoding="utf-8")
    with pytest.raises(ConfigError, match=r"emulation\.toml"):
        emulation.load()


@pytest.fixture
def rated(province: Province) -> Province:
    """Desk 1 is low in July and August, desk 2 in July only, desk 3 too seldom rated to say."""
    one, two, three = (province.desk(province.a, f"Quầy {n}") for n in (1, 2, 3))
    for month in (7, 8, 9):
        day = dt.date(2025, month, 8)
        province.rate(one, day, 15, 5, 20 if month < 9 else 1)
        province.rate(two, day, 40, 40, 60 if month == 7 else 1)
        province.rate(three, day, 0, 0, 5)
        province.rate(province.desk(province.b), day, 60, 40)
    return province


def test_only_who_was_low_again_and_again_is_named(rated: Province) -> None:
    sheet = emulation.sheet(rated.top, QUARTER, LATER)
    assert [(desk.name, desk.low, desk.months) for desk in sheet.named] == [("Quầy 1", 2, 2)]
    low = {(desk.note, desk.name): desk.low for desk in sheet.desks}
    assert low["UBND phường An Lạc", "Quầy 2"] == 1
    assert low["UBND phường An Lạc", "Quầy 3"] == 0


def text_of(docx: bytes) -> str:
    made = Document(io.BytesIO(docx))
    cells = [cell.text for table in made.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in made.paragraphs), *cells])


def test_review_and_reply_stand_beside_and_until_then_it_is_not_used(rated: Province) -> None:
    user = writer(rated.top)
    web = browser(user)
    query = f"office={rated.top.pk}&kind=quarter&of=2025-Q3"
    page = web.get(f"/reports/emulation/?{query}").content.decode()
    assert "2 trên 2 tháng" in page
    file = f"/reports/emulation/file/docx/?{query}"
    before = text_of(web.get(file).content)
    assert emulation_layout.NOT_REVIEWED in before
    assert emulation_layout.NO_REPLY in before
    desk = rated.desk(rated.a, "Quầy 1")
    said = {"finding": "Quầy thiếu một người.", "reply": "Hồ sơ tăng gấp đôi."}
    assert web.post(f"/reports/emulation/review/{desk.pk}/?{query}", said).status_code == 302
    after = text_of(web.get(file).content)
    assert "Quầy thiếu một người." in after
    assert "Hồ sơ tăng gấp đôi." in after
    assert (Review.objects.get().by, "Quầy 3" in after) == (user, False)
    kept = Entry.objects.exclude(action__startswith="door.").order_by("pk").values_list("action", flat=True)
    assert list(kept) == ["export.file", "report.reviewed", "export.file"]


def test_others_neither_read_nor_write_it(rated: Province) -> None:
    desk = rated.desk(rated.a, "Quầy 1")
    staff = browser(writer(rated.a, "staff", Role.DESK_STAFF))
    assert staff.get("/reports/emulation/").status_code == 403
    ward = browser(writer(rated.b, "b"))
    assert ward.get(f"/reports/emulation/?office={rated.a.pk}").status_code == 404
    assert ward.post(f"/reports/emulation/review/{desk.pk}/", {}).status_code == 404
    for odd in ("kind=month", "kind=x", "of=2", "office=²", "kind=year&of=2999"):
        assert ward.get(f"/reports/emulation/?{odd}").status_code == 404, odd


def test_an_office_without_ratings_has_a_sheet_that_says_so(province: Province) -> None:
    web = browser(writer(province.b))
    for form in ("pdf", "docx"):
        answer = web.get(f"/reports/emulation/file/{form}/?kind=quarter&of=2025-Q3")
        assert answer.status_code == 200
    assert "không có lượt đánh giá nào" in text_of(answer.content)
    assert "không có lượt" not in web.get("/reports/emulation/").content.decode()


def test_a_file_of_settings_that_cannot_be_used_is_named_on_the_page(province: Province, data: Path) -> None:
    (data / "emulation.toml").write_text("minimum_n = ", encoding="utf-8")
    web = browser(writer(province.b))
    assert "emulation.toml" in web.get("/reports/emulation/").content.decode()
    assert web.get("/reports/emulation/file/pdf/").status_code == 302
