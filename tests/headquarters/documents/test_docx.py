"""The DOCX keeps to NĐ 30/2020/NĐ-CP, read from the file itself by python-docx."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Iterator
from typing import Any

import docx
import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH as AT
from docx.oxml.ns import qn
from docx.shared import RGBColor
from docx.table import Table as DocxTable
from docx.text.paragraph import Paragraph as Line
from PIL import Image

from headquarters.documents import docx as printer
from headquarters.documents import measures as m
from headquarters.documents.blocks import Annex, Heading, Paragraph, Run, text
from tests.headquarters.documents.samples import CLOSING, LONG_NAME, ONE_LINE, annexed, bars, report, table

pytestmark = pytest.mark.screen_only


def read(data: bytes) -> Any:
    return docx.Document(io.BytesIO(data))


@pytest.fixture(scope="module")
def made() -> Any:
    return read(printer.write(report()))


@pytest.fixture(scope="module")
def long() -> Any:
    return read(printer.write(annexed()))


def every_line(document: Any) -> Iterator[Line]:
    """Every paragraph, those in cells too, in their order."""
    for element in document.element.body.iter(qn("w:p")):
        yield Line(element, document)


def line(document: Any, begins: str) -> Line:
    return next(one for one in every_line(document) if one.text.startswith(begins))


def look(one: Line, run: int = 0) -> tuple[float, bool, bool]:
    """(points, bold, italic) as a reader sees them: the run's own, else the style's."""
    font, style = one.runs[run].font, one.style.font
    size = font.size or style.size
    bold = style.bold if font.bold is None else font.bold
    italic = style.italic if font.italic is None else font.italic
    return size.pt, bool(bold), bool(italic)


def test_the_paper_and_its_margins(long: Any) -> None:
    for section in long.sections:
        assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
        for side, allowed in (
            (section.top_margin, m.TOP_RANGE), (section.bottom_margin, m.BOTTOM_RANGE),
            (section.left_margin, m.LEFT_RANGE), (section.right_margin, m.RIGHT_RANGE),
        ):  # fmt: skip
            assert allowed[0] - 0.05 <= side.mm <= allowed[1] + 0.05


def test_times_new_roman_for_every_script_and_no_theme(made: Any) -> None:
    used = {one.style.style_id for one in every_line(made)} | {"Normal", "Header"}
    for style in (style for style in made.styles if style.style_id in used):
        fonts = style.element.rPr.rFonts
        named = {name.rpartition("}")[2]: value for name, value in fonts.attrib.items()}
        assert named == dict.fromkeys(("ascii", "hAnsi", "cs", "eastAsia"), "Times New Roman"), style.name
    assert not list(made.element.body.iter(qn("w:rFonts"))), "no run has a typeface of its own"


def test_everything_is_black(made: Any) -> None:
    assert {one.style.font.color.rgb for one in every_line(made)} == {RGBColor(0, 0, 0)}
    assert not list(made.element.body.iter(qn("w:color")))
    borders = [one.get(qn("w:color")) for one in made.element.body.iter() if one.get(qn("w:color"))]
    assert set(borders) == {"000000"}


@pytest.mark.parametrize(
    ("begins", "size", "bold", "italic", "align"),
    [
        ("ỦY BAN NHÂN DÂN", m.OFFICE_RANGE, True, False, AT.CENTER),
        ("PHƯỜNG THỦ DẦU MỘT", m.OFFICE_RANGE, True, False, AT.CENTER),
        ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", m.NATION_RANGE, True, False, AT.CENTER),
        ("Độc lập - Tự do - Hạnh phúc", m.MOTTO_RANGE, True, False, AT.CENTER),
        ("Số:", (13.0, 13.0), False, False, AT.CENTER),
        ("Thủ Dầu Một, ngày 05 tháng 11 năm 2025", m.PLACE_RANGE, False, True, AT.CENTER),
        ("BÁO CÁO", m.TITLE_RANGE, True, False, AT.CENTER),
        ("Kết quả khảo sát", m.TITLE_RANGE, True, False, AT.CENTER),
        ("Thực hiện phương châm “5 biết", m.BODY_RANGE, False, False, AT.JUSTIFY),
        ("I. KẾT QUẢ", m.BODY_RANGE, True, False, AT.LEFT),
        ("1. Quy mô", m.BODY_RANGE, True, False, AT.LEFT),
        ("a) Theo quầy", m.BODY_RANGE, False, True, AT.LEFT),
        ("Bảng 1.", (12.0, 14.0), False, True, AT.CENTER),
        ("Nơi nhận:", (12.0, 12.0), True, True, AT.LEFT),
        ("- Ủy ban nhân dân tỉnh (báo cáo);", (11.0, 11.0), False, False, AT.LEFT),
        ("- Lưu: VT.", (11.0, 11.0), False, False, AT.LEFT),
        ("TM. ỦY BAN NHÂN DÂN", m.SIGN_RANGE, True, False, AT.CENTER),
        ("CHỦ TỊCH", m.SIGN_RANGE, True, False, AT.CENTER),
    ],
)
def test_size_style_and_place(
    made: Any, begins: str, size: m.Range, bold: bool, italic: bool, align: Any
) -> None:
    found = line(made, begins)
    points, is_bold, is_italic = look(found)
    assert size[0] <= points <= size[1]
    assert (is_bold, is_italic) == (bold, italic)
    assert (
        found.alignment if found.alignment is not None else found.style.paragraph_format.alignment
    ) == align


def test_runs_have_their_own_look(made: Any) -> None:
    found = line(made, "Quầy 3 có")
    assert [look(found, i)[1:] for i in range(4)] == [
        (False, False), (True, False), (False, False), (False, True),
    ]  # fmt: skip
    assert "(N\u00a0=\u00a0357)" in found.text


def test_the_body_is_drawn_in_with_air_between(made: Any) -> None:
    form = line(made, CLOSING[:20]).style.paragraph_format
    assert m.INDENT_RANGE[0] <= form.first_line_indent.mm <= m.INDENT_RANGE[1]
    assert (form.space_before.pt or 0) + form.space_after.pt >= 6
    assert 1 <= form.line_spacing <= 1.5
    plain = read(printer.write(report(Paragraph((Run("x"),), align="center", indent=False))))
    assert line(plain, "x").paragraph_format.first_line_indent == 0
    assert line(plain, "x").alignment == AT.CENTER


def rules(document: Any) -> list[float]:
    """Millimetres of the rules: of the office's name, of the motto, of the title."""
    rooms = (m.HEAD_LEFT, m.HEAD_RIGHT, m.TEXT_WIDTH)
    found = [one for one in every_line(document) if one.style.name == "Rule"]
    return [
        room - one.paragraph_format.left_indent.mm - one.paragraph_format.right_indent.mm
        for room, one in zip(rooms, found, strict=True)
    ]


def test_rules_of_the_head(made: Any) -> None:
    name, motto, title = rules(made)
    # Times New Roman, bold: the advance widths of the letters at 13 points.
    assert motto == pytest.approx(56.1, abs=0.3)
    assert 1 / 3 <= name / 50.45 <= 1 / 2
    assert 1 / 3 <= title / 94.2 <= 1 / 2
    first = next(one for one in every_line(made) if one.style.name == "Rule")
    top = first._p.pPr.find(qn("w:pBdr")).find(qn("w:top"))
    assert top.get(qn("w:val")) == "single"


def test_the_page_number(long: Any) -> None:
    first, *annexes = long.sections
    assert first.different_first_page_header_footer
    assert first.first_page_header.is_linked_to_previous or not first.first_page_header.paragraphs[0].text
    (number,) = first.header.paragraphs
    assert "PAGE" in "".join(one.text for one in number._p.iter(qn("w:instrText")))
    assert number.style.paragraph_format.alignment == AT.CENTER
    assert 13 <= number.style.font.size.pt <= 14
    assert first.header_distance.mm < first.top_margin.mm
    for section in annexes:
        assert section.different_first_page_header_footer
        assert section.header.is_linked_to_previous
        assert section._sectPr.find(qn("w:pgNumType")).get(qn("w:start")) == "1"
    assert [section.start_type.name for section in annexes] == ["NEW_PAGE", "NEW_PAGE"]


def grids(document: Any) -> list[DocxTable]:
    """The tables of figures: without head and foot."""
    return [one for one in document.tables if one._tbl.find(".//" + qn("w:tblHeader")) is not None]


def test_a_table_repeats_its_head_and_tears_no_row(long: Any) -> None:
    big = grids(long)[1]
    rows = big._tbl.findall(qn("w:tr"))
    assert len(rows) == 2 + 81
    repeated = [row.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None for row in rows]
    assert repeated == [True, True] + [False] * 81
    assert all(row.find(f"{qn('w:trPr')}/{qn('w:cantSplit')}") is not None for row in rows)
    assert LONG_NAME in rows[2].find(qn("w:tc")).find(qn("w:p")).find(qn("w:r")).find(qn("w:t")).text


def test_a_table_has_its_spans_borders_and_the_texts_width(made: Any) -> None:
    (grid,) = grids(made)
    first, last = "Mức đánh giá", "Chênh lệch\n(điểm %)"
    months = ["Tháng 10/2025"] * 2 + ["Tháng 9/2025"] * 2
    assert [cell.text for cell in grid.rows[0].cells] == [first, *months, last]
    assert [cell.text for cell in grid.rows[1].cells][0::5] == [first, last]
    assert [cell.text for cell in grid.rows[1].cells][1:5] == ["Số lượt", "Tỷ lệ (%)"] * 2
    properties = grid._tbl.tblPr
    borders = {one.get(qn("w:val")) for one in properties.find(qn("w:tblBorders"))}
    assert borders == {"single"}
    width = int(properties.find(qn("w:tblW")).get(qn("w:w"))) / 1440 * 25.4
    assert width == pytest.approx(160, abs=0.2)
    columns = sum(int(one.get(qn("w:w"))) for one in grid._tbl.tblGrid) / 1440 * 25.4
    assert columns == pytest.approx(160, abs=0.2)
    total = next(row for row in grid.rows if row.cells[0].text.startswith("Tổng"))
    assert all(run.bold for cell in total.cells for one in cell.paragraphs for run in one.runs)


def test_head_and_foot_are_not_justified(made: Any) -> None:
    for grid in (made.tables[0], made.tables[-1]):
        for cell in (cell for row in grid.rows for cell in row.cells):
            for one in cell.paragraphs:
                assert one.alignment is None
                assert one.style.paragraph_format.alignment != AT.JUSTIFY


def keeps(one: Line) -> bool:
    own = one.paragraph_format.keep_with_next
    return bool(one.style.paragraph_format.keep_with_next if own is None else own)


def test_headings_stay_with_what_follows(made: Any) -> None:
    for begins in ("I. KẾT QUẢ", "1. Quy mô", "a) Theo", "Bảng 1.", "Hình 1."):
        assert keeps(line(made, begins)), begins
    assert [line(made, begins).style.name for begins in ("I. KẾT", "1. Quy", "a) Theo")] == [
        "Heading 1", "Heading 2", "Heading 3",
    ]  # fmt: skip


def test_the_signature_keeps_two_lines_of_the_body() -> None:
    one = read(printer.write(report(text("Trước."), text(CLOSING), text(ONE_LINE))))
    assert [keeps(line(one, begins)) for begins in ("Trước", CLOSING[:9], ONE_LINE)] == [False, True, True]
    two = read(printer.write(report(text("Trước."), text(CLOSING))))
    assert [keeps(line(two, begins)) for begins in ("Trước", CLOSING[:9])] == [False, True]
    for row in two.tables[-1].rows:
        assert row._tr.find(f"{qn('w:trPr')}/{qn('w:cantSplit')}") is not None
    assert line(two, CLOSING[:9]).style.paragraph_format.widow_control
    behind = read(printer.write(report(text(CLOSING), table(9))))
    rows = grids(behind)[0].rows
    kept = [all(keeps(one) for cell in row.cells for one in cell.paragraphs) for row in rows]
    assert kept == [True, True] + [False] * 8 + [True, True], "heads, and the last two rows"


def test_a_short_table_is_not_parted_between_pages() -> None:
    made = read(printer.write(report(table(5), table(20), text(ONE_LINE))))
    short, long = (
        [all(keeps(one) for cell in row.cells for one in cell.paragraphs) for row in grid.rows]
        for grid in grids(made)
    )
    assert short == [True] * 7 + [False]
    assert long[:20] == [True, True] + [False] * 18


def test_charts_are_pictures_with_words(made: Any) -> None:
    (shape,) = made.inline_shapes
    assert shape.width.mm == pytest.approx(160, abs=0.1)
    said = shape._inline.docPr.get("descr")
    assert "Tháng 10/2025: rất hài lòng 64,1%, hài lòng 29,6%, chưa hài lòng 6,3%" in said
    part = made.part.related_parts[shape._inline.graphic.graphicData.pic.blipFill.blip.embed]
    image = Image.open(io.BytesIO(part.blob))
    assert image.width / (shape.width.mm / 25.4) >= 200, "dots an inch"


def test_the_number_is_blank_and_so_is_an_open_day() -> None:
    made = read(printer.write(report(day=None, year=2026)))
    number = line(made, "Số:").text
    assert re.fullmatch(r"Số:\u00a0{8,}/BC-UBND", number)
    assert re.fullmatch(
        r"Thủ Dầu Một, ngày\u00a0{3,}tháng\u00a0{3,}năm 2026", line(made, "Thủ Dầu Một,").text
    )
    dated = read(printer.write(report(day=dt.date(2026, 2, 1))))
    assert line(dated, "Thủ Dầu Một,").text == "Thủ Dầu Một, ngày 01 tháng 02 năm 2026"


def test_annexes_come_after_the_signature(long: Any) -> None:
    said = [one.text for one in every_line(long)]
    assert said.index("CHỦ TỊCH") < said.index("Phụ lục I") < said.index("Phụ lục II")
    assert look(line(long, "THEO CƠ QUAN")) == (14.0, True, False)
    single = read(printer.write(report(text(CLOSING), Annex(""), Heading("I. A"), text("x"))))
    assert line(single, "Phụ lục").text == "Phụ lục"


def test_no_rows_and_one_rating_only() -> None:
    made = read(printer.write(report(table(0), table(1), bars((100.0, 0.0, 0.0), ()), text(ONE_LINE))))
    empty, one = grids(made)
    assert {cell.text for cell in empty.rows[2].cells} == {"Không có số liệu"}
    assert len(one.rows) == 4
    assert "Tháng 9/2025: không có số liệu" in made.inline_shapes[0]._inline.docPr.get("descr")


def test_words_that_look_like_markup_stay_words() -> None:
    nasty = '<w:p/> & {{ x }} {% y %} "z"\x0b\x00'
    made = read(printer.write(report(text(nasty), table(1, nasty), title=nasty)))
    assert line(made, "<w:p/>").text == "<w:p/> & {{ x }} {% y %} “z”"
    assert grids(made)[0].rows[2].cells[0].text == '<w:p/> & {{ x }} {% y %} "z" 0'
    assert made.core_properties.title.startswith("Báo cáo <w:p/>")


def test_nothing_of_the_template_it_was_made_of(made: Any) -> None:
    properties = made.core_properties
    assert (properties.author, properties.comments, properties.language) == ("", "", "vi-VN")
    assert properties.title.startswith("Báo cáo Kết quả khảo sát")
