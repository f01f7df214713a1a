"""What a report says in every case: risen, fallen, as before, nothing to compare, nothing at all, one rating,
very many offices, names that a spreadsheet would calculate."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import replace

import openpyxl
import pytest
from pypdf import PdfReader

from headquarters.documents import docx, pdf
from headquarters.documents.blocks import Annex, Bars, Block, Heading, Letterhead, Paragraph, Signature, Table
from headquarters.ratings.figures import Tally
from headquarters.reports import layout, sentences, workbook
from headquarters.reports.model import (
    Cases,
    Figures,
    Improved,
    Indicator,
    Kept,
    Named,
    Part,
    Place,
    Row,
    Texts,
    in_order,
    packed,
    unpacked,
)  # fmt: skip
from headquarters.reports.periods import Kind, named

pytestmark = pytest.mark.screen_only
MONTH = named(Kind.MONTH, "2025-10")
HEAD = Letterhead("", "ỦY BAN NHÂN DÂN\nPHƯỜNG THỦ DẦU MỘT", "UBND", "Thủ Dầu Một")
SIGNED = Signature(("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"))
NONE = Tally()
# The figures of the design's picture.
NOW, BEFORE = Tally(86, 402, 871), Tally(102, 391, 798)
EMPTY = Figures(
    Place(1, "25747", "UBND phường Thủ Dầu Một", "commune", "Ủy ban nhân dân phường Thủ Dầu Một"),
    MONTH, MONTH.last, MONTH.before.last,
    dt.date(2025, 11, 5), NONE, NONE, NONE, NONE, None, None, 0, (), (), (), (), (), None, (), (),
)  # fmt: skip
FULL = replace(
    EMPTY, tally=NOW, before=BEFORE, flagged=Tally(7, 5, 5), everything=Tally(93, 407, 876),
    part=Part(1359, 3120), part_before=Part(1291, 3067),
    promises=(Kept("a", "Biết nghe dân nói", 10, 55), Kept("b", "Biết cảm ơn", 66, 5)),
    reasons=(Kept("c", "Thời gian", 1, 44), Kept("d", "Thủ tục", 0, 3)),
    cases=Cases(12, (Named("Phản ánh, kiến nghị", 10), Named("Góp ý", 2)), 8, 1, 3, 1, 1, Tally(1, 2, 3)),
    indicators=(Indicator("R1", "Tỷ lệ đúng hạn", 11, 12, 91.666, "QĐ 766/QĐ-TTg"),),
    improved=(Improved("Ghế chờ ít", "thêm 20 ghế", dt.date(2025, 10, 9)),),
)  # fmt: skip


def rows(n: int, name: str = "UBND xã {}", rated: int = 40) -> tuple[Row, ...]:
    one = Tally(2, rated // 2, rated - rated // 2 - 2)
    return in_order(tuple(Row(name.format(k), "", replace(one, n1=2 + k % 9), one, one) for k in range(n)))


def blocks(f: Figures, texts: Texts = Texts()) -> list[Block]:  # noqa: B008 - frozen
    return list(layout.document(f, texts, HEAD, SIGNED).blocks)


def said(f: Figures, texts: Texts = Texts()) -> str:  # noqa: B008 - frozen
    """Headings and sentences, one below the other."""
    lines = []
    for block in blocks(f, texts):
        if isinstance(block, Paragraph):
            lines.append("".join(run.text for run in block.runs))
        elif isinstance(block, Heading):
            lines.append(block.text)
    return "\n".join(lines)


def test_the_designs_own_report_word_for_word() -> None:
    text = said(FULL)
    assert (
        "Trong kỳ có 1.359 lượt đánh giá trên 3.120 lượt giao dịch, tỷ lệ tham gia 43,6% (tháng 9: 42,1%)."
        " Số liệu không tính 17 lượt gắn cờ;"
    ) in text
    assert (
        "Tỷ lệ chưa hài lòng là 6,3%, giảm 1,6 điểm phần trăm so với tháng 9. Tỷ lệ hài lòng (gồm rất hài"
        " lòng và hài lòng) đạt 93,7%, khoảng tin cậy 95% từ 92,3% đến 94,8%."
    ) in text
    (levels,) = [b for b in blocks(FULL) if isinstance(b, Table) and b.caption.startswith("Bảng 1.")]
    assert [[cell.text for cell in row] for row in levels.rows] == [
        ["Rất hài lòng", "871", "64,1", "798", "61,8", "+2,3"],
        ["Hài lòng", "402", "29,6", "391", "30,3", "−0,7"],
        ["Chưa hài lòng", "86", "6,3", "102", "7,9", "−1,6"],
        ["Tổng số lượt (N)", "1.359", "100,0", "1.291", "100,0", ""],
        ["Tỷ lệ hài lòng", "1.273", "93,7", "1.189", "92,1", "+1,6"],
    ]


def test_headings_follow_each_other_without_gaps() -> None:
    heads = [line for line in said(FULL).splitlines() if line.split(". ")[0] in ("I", "II", "III", "IV", "V")]
    assert heads == [
        "I. KẾT QUẢ KHẢO SÁT", "II. XỬ LÝ PHẢN ÁNH, KIẾN NGHỊ", "III. NHỮNG VIỆC ĐÃ CẢI THIỆN",
        "IV. KHÓ KHĂN, VƯỚNG MẮC VÀ NGUYÊN NHÂN", "V. ĐỀ XUẤT, KIẾN NGHỊ",
    ]  # fmt: skip
    assert "III. KHÓ KHĂN" in said(EMPTY)


@pytest.mark.parametrize(
    ("now", "before", "words"),
    [
        (Tally(20, 40, 40), Tally(10, 45, 45), "là 20,0%, tăng 10,0 điểm phần trăm so với tháng 9."),
        (Tally(10, 45, 45), Tally(20, 40, 40), "là 10,0%, giảm 10,0 điểm phần trăm so với tháng 9."),
        (Tally(10, 45, 45), Tally(10, 45, 45), "là 10,0%, không thay đổi so với tháng 9."),
        (Tally(1000, 1, 9000), Tally(999, 1, 9000), "gần như không thay đổi so với tháng 9."),
        (Tally(10, 45, 45), NONE, "Không có số liệu của tháng 9 để so sánh."),
        (Tally(10, 45, 45), Tally(1, 2, 3), "(tháng 9 có 6 lượt, dưới 30 lượt nên không so sánh)."),
        (Tally(3, 4, 5), Tally(10, 45, 45), "Số lượt đánh giá dưới 30 nên chưa đủ cơ sở để nhận định."),
        (Tally(0, 1, 0), NONE, "Trong kỳ chỉ có 1 lượt đánh giá (hài lòng), chưa đủ cơ sở để nhận định."),
        (Tally(11, 45, 45), Tally(10, 45, 45), "nằm trong khoảng dao động ngẫu nhiên của mẫu."),
    ],
)
def test_the_summary_is_right_in_every_case(now: Tally, before: Tally, words: str) -> None:
    found = sentences.satisfaction(replace(EMPTY, tally=now, before=before))
    assert words in found
    if now.n < 30 or before.n < 30:
        assert "tăng" not in found
        assert "giảm" not in found


def test_an_office_without_any_rating_says_so_and_has_no_empty_tables() -> None:
    text = said(EMPTY)
    assert "Trong kỳ không có lượt đánh giá nào." in text
    assert "Không có số liệu để tính tỷ lệ hài lòng." in text
    assert "Trong kỳ không có phản ánh, kiến nghị nào" in text
    assert not [block for block in blocks(EMPTY) if isinstance(block, Table | Bars | Annex)]
    assert "(tháng 9: 1.291 lượt)" in said(replace(EMPTY, before=BEFORE))


def test_what_people_write_becomes_paragraphs_and_what_they_do_not_is_none() -> None:
    text = said(EMPTY, Texts(difficulties="Máy hỏng.\n\n Thiếu người.", receivers="Sở Nội vụ"))
    assert "1. Khó khăn, vướng mắc\nMáy hỏng.\nThiếu người.\n2. Nguyên nhân\nKhông có.\n" in text


def test_nothing_is_ranked_under_thirty() -> None:
    few = (*rows(2, rated=25), Row("UBND xã Đủ", "", Tally(9, 20, 20), NONE, NONE))
    few = (Row("UBND xã Ba lượt", "", Tally(3, 0, 0), NONE, NONE), *few)
    found = in_order(few)
    assert [row.name for row in found] == ["UBND xã Đủ", "UBND xã 0", "UBND xã 1", "UBND xã Ba lượt"]
    text = sentences.ends(found, "đơn vị")
    assert (
        text
        == "UBND xã Đủ có tỷ lệ chưa hài lòng 18,4% (N = 49). Có 3 đơn vị có N dưới 30 nên không so sánh."
    )
    table = [
        b for b in blocks(replace(FULL, offices=found)) if isinstance(b, Table) and "đơn vị" in b.caption
    ]
    assert [row[0].text for row in table[0].rows] == ["1", "–", "–", "–"]


def test_r1_to_r3_are_absent_where_their_inputs_are_missing() -> None:
    def captions(f: Figures) -> list[str]:
        return [block.caption for block in blocks(f) if isinstance(block, Table)]

    assert any("Chỉ số" in caption for caption in captions(FULL))
    assert not any("Chỉ số" in caption for caption in captions(replace(FULL, indicators=())))


def test_a_running_period_says_up_to_when_it_was_counted() -> None:
    cut = replace(FULL, until=dt.date(2025, 10, 15), before_until=dt.date(2025, 9, 15))
    assert "tính đến hết ngày 15/10/2025; kỳ trước được tính đến hết ngày 15/9/2025" in said(cut).replace(
        "15/09/2025", "15/9/2025"
    )


def test_it_is_never_called_by_the_survey_that_it_is_not() -> None:
    assert "SIPAS" not in packed(FULL) + said(FULL)


def test_the_snapshot_gives_back_what_was_put_in() -> None:
    f = replace(FULL, offices=rows(3))
    assert unpacked(packed(f)) == f


def test_two_hundred_offices_with_long_names_fit_on_pages() -> None:
    name = "Chi nhánh Văn phòng đăng ký đất đai khu vực và Trung tâm Phục vụ hành chính công số {}"
    f = replace(FULL, offices=rows(200, name), desks=rows(70, "Quầy {}"))
    said_by_it = layout.document(f, Texts(), HEAD, SIGNED)
    book = PdfReader(io.BytesIO(pdf.write(said_by_it)))
    text = " ".join(" ".join(page.extract_text().split()) for page in book.pages)
    assert 8 < len(book.pages) < 40
    assert all(f"công số {k} " in f"{text} " for k in (0, 99, 199))
    assert "70 quầy được nêu tại bảng tính" in text
    assert len(docx.write(said_by_it)) > 10_000


def test_the_spreadsheet_has_its_sheets_frozen_heads_charts_and_no_formula() -> None:
    f = replace(FULL, offices=rows(3, "=1+{}"), desks=(Row("+Quầy", "@xã", NOW, BEFORE, NOW),))
    content = workbook.write(f)
    assert workbook.write(f) == content
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.sheetnames == [
        "Tổng hợp", "Theo đơn vị", "Theo quầy", "Theo ngày", "Cam kết", "Lý do", "Vụ việc", "Chú giải",
    ]  # fmt: skip
    for sheet in book:
        assert sheet.freeze_panes == "B4", sheet.title
        assert (sheet.page_setup.paperSize, sheet.print_title_rows) == (9, "$3:$3"), sheet.title
        cells = [cell for row in sheet.iter_rows() for cell in row]
        assert [cell.coordinate for cell in cells if cell.data_type == "f"] == []
    assert book["Theo đơn vị"]["A4"].value.startswith("'=1+")
    share = book["Tổng hợp"]["C4"]
    assert (share.value, share.number_format) == (pytest.approx(871 / 1359), "0.0%")
    assert [len(book[name]._charts) for name in ("Tổng hợp", "Cam kết", "Lý do")] == [1, 1, 1]


def test_an_empty_report_is_written_in_every_form() -> None:
    nothing = layout.document(EMPTY, Texts(), HEAD, SIGNED)
    assert pdf.write(nothing).startswith(b"%PDF")
    assert docx.write(nothing).startswith(b"PK")
    assert workbook.write(EMPTY).startswith(b"PK")
