"""Letters as they leave: every word in DOCX and PDF alike, blank where the paper is written on by hand."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Callable
from typing import Any

import docx
import pytest
from docx.shared import Mm
from pypdf import PdfReader

from headquarters.documents import measures
from headquarters.letters import fields, filling, printing, reprint, word_reading, wording
from headquarters.letters.kinds import Kind
from headquarters.letters.models import Template
from headquarters.offices.models import Office
from tests.headquarters.letters.conftest import lines_of, saved

pytestmark = [pytest.mark.django_db, pytest.mark.screen_only]

TYPED = {
    "nguoi_nhan": "Bà Ngô Thị Ưởng & con",
    "xung_ho": "Bà",
    "dia_chi": "Số 7 <ngõ 3>, đường Nguyễn Huệ",
    "noi_dung": "Quầy 3 trả kết quả chậm hai ngày.\nChúng tôi đã kiểm tra: {{ nguoi_nhan }} nói đúng.",
    "bien_phap": "Đã mở thêm quầy; hẹn trả trước 16 giờ.",
    "ma_ho_so": "H00.01-261122-0001",
    "ten_thu_tuc": "Đăng ký lại khai sinh",
    "ngay_tiep_nhan": "02/11/2026",
    "ngay_hen": "16/11/2026",
    "ly_do": "chờ xác minh.",
    "ngay_hen_moi": "23/11/2026",
}
SIGNED = {
    "commune": ("UBND phường Thủ Dầu Một", ["TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"], "UBND"),
    "department": ("Sở Nội vụ", ["GIÁM ĐỐC"], "SNV"),
}


@pytest.fixture
def office(db: None) -> Callable[[str], Office]:
    """A commune or a department of one province."""

    def make(kind: str) -> Office:
        province = Office.objects.create(code="68", name="Tỉnh Bình Dương", kind=Office.Kind.PROVINCE)
        code = "26740" if kind == "commune" else "68.01"
        return Office.objects.create(code=code, name=SIGNED[kind][0], kind=kind, parent=province)

    return make


def pdf_words(data: bytes) -> str:
    """Everything a PDF says, in one line."""
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)
    return plain(text)


def plain(text: str) -> str:
    """Without what only lays out; composed letters, as Vietnamese is typed."""
    return unicodedata.normalize("NFC", re.sub(r"[\s\u00a0]+", "", text))


def typed(kind: Kind) -> dict[str, str]:
    return {one.name: TYPED[one.name] for one in fields.typed(kind)}


def _same(printed: printing.Printed) -> list[str]:
    """The DOCX's lines, after each was found in the PDF, and in the PDF nothing else."""
    lines, pdf = lines_of(printed.docx()), pdf_words(printed.pdf())
    assert [line for line in lines if plain(line) not in pdf] == []
    assert sorted(plain("".join(lines))) == sorted(pdf)
    return lines


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("whose", list(SIGNED))
def test_a_letter_says_who_signs_and_leaves_number_and_day_blank(
    office: Callable[[str], Office], kind: Kind, whose: str
) -> None:
    lines = _same(printing.of(kind, office(whose), None, typed(kind), None))
    _name, signs, symbol = SIGNED[whose]
    words = wording.load().kinds[kind]
    at = lines.index(signs[0])
    assert lines[at : at + len(signs)] == signs
    assert [line for line in lines if re.fullmatch(rf"Số:[\s\u00a0]+/{words.symbol}-{symbol}", line)]
    assert [line for line in lines if re.search(r", ngày[\s\u00a0]+tháng[\s\u00a0]+năm \d{4}$", line)]
    assert " ".join(words.title.split()) in " ".join(lines)
    assert f"Kính gửi: {TYPED['nguoi_nhan']}" in lines
    assert f"Địa chỉ: {TYPED['dia_chi']}" in lines
    if kind != Kind.EXTENSION:
        assert lines[lines.index("Quầy 3 trả kết quả chậm hai ngày.") + 1].endswith(
            "{{ nguoi_nhan }} nói đúng."
        )
    left = {name for line in lines for name in fields.names_in(line)}
    assert left <= {"nguoi_nhan"}, "only the braces that somebody typed"


def test_every_typed_value_is_printed_once_or_more(office: Callable[[str], Office]) -> None:
    ward = office("commune")
    for kind in Kind:
        words = pdf_words(printing.of(kind, ward, None, typed(kind), None).pdf())
        for name in typed(kind):
            assert plain(TYPED[name]) in words, (kind, name)


def test_an_unnamed_receiver_is_dotted_and_an_empty_address_takes_no_line(
    office: Callable[[str], Office],
) -> None:
    lines = _same(printing.of(Kind.THANKS, office("commune"), None, {}, None))
    assert f"Kính gửi: {printing.RECEIVER_BLANK}" in lines
    assert "trân trọng cảm ơn Ông/Bà." in " ".join(lines)
    assert not [line for line in lines if line.startswith("Địa chỉ")]


@pytest.mark.parametrize("kind", list(Kind))
def test_the_template_to_begin_with_is_a_good_one_and_prints_the_same_letter(
    office: Callable[[str], Office], kind: Kind
) -> None:
    start = printing.start(kind)
    assert filling.look(start, kind).missing == ()
    assert word_reading.lost(start) == []
    ward = office("commune")
    own = Template(kind=kind, office=ward, number=1, file=start)
    ours = _same(printing.of(kind, ward, None, typed(kind), own))
    built_in = _same(printing.of(kind, ward, None, typed(kind), None))
    # Long names are broken into lines by hand in the one and by Word in the other.
    assert plain("".join(ours)) == plain("".join(built_in))


def _pages(data: bytes) -> list[Any]:
    return list(PdfReader(io.BytesIO(data)).pages)


def test_an_offices_own_layout_is_kept() -> None:
    made = docx.Document()
    section = made.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = Mm(33)
    made.add_paragraph("Trái")
    made.add_paragraph("Phải").alignment = docx.enum.text.WD_ALIGN_PARAGRAPH.RIGHT
    table = made.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "Nơi nhận", "Chủ tịch"
    made.add_page_break()
    made.add_paragraph("Trang hai")
    section.header.paragraphs[0].text = "Đầu trang"
    pages = _pages(reprint.pdf(saved(made)))
    assert [plain(page.extract_text()) for page in pages] == [
        plain("Đầu trang Trái Phải Nơi nhận Chủ tịch"),
        plain("Đầu trang Trang hai"),
    ]
    assert [float(side) / 72 * 25.4 for side in pages[0].mediabox[2:]] == pytest.approx([210, 297], abs=0.1)
    where: dict[str, float] = {}

    def visit(text: str, cm: Any, tm: Any, *_font: Any) -> None:
        where.setdefault(text.strip(), (cm[4] + tm[4]) / 72 * 25.4)

    pages[0].extract_text(visitor_text=visit)
    assert where["Trái"] == pytest.approx(33, abs=0.3)
    assert where["Phải"] > 150


def test_only_the_embedded_twin_is_used(office: Callable[[str], Office]) -> None:
    for template in (None, Template(kind=Kind.APOLOGY, number=1, file=printing.start(Kind.APOLOGY))):
        made = printing.of(
            Kind.APOLOGY, office("commune") if template is None else _ward(), None, {}, template
        )
        for page in _pages(made.pdf()):
            for font in page["/Resources"]["/Font"].values():
                assert measures.TWIN.replace(" ", "") in font.get_object()["/BaseFont"]
                descriptor = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"]
                assert {"/FontFile2", "/FontFile3"} & set(descriptor.get_object())


def _ward() -> Office:
    return Office.objects.get(code="26740")


def test_the_wording_shipped_knows_its_fields() -> None:
    for kind, words in wording.load().kinds.items():
        known = {one.name for one in fields.of(kind)}
        for text in words.paragraphs:
            assert fields.names_in(text) <= known
        assert words.source
    assert "pháp chế" in wording.load().kinds[Kind.EXTENSION].remark
