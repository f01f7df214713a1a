"""The PDF keeps to NĐ 30/2020/NĐ-CP, read from the file itself by poppler and pypdf."""

from __future__ import annotations

import datetime as dt
import io
from itertools import pairwise

import pytest
from PIL import Image
from pypdf import PdfReader

from headquarters.documents import arrange, pdf
from headquarters.documents import measures as m
from headquarters.documents.blocks import Annex, Document, Heading, Letterhead, Paragraph, Run, text
from tests.headquarters.documents import reading
from tests.headquarters.documents.samples import (
    CLOSING,
    LONG_NAME,
    ONE_LINE,
    annexed,
    bars,
    body,
    report,
    table,
)

pytestmark = pytest.mark.screen_only
EDGE = 0.35
"""Millimetres by which a letter's own box may stand out of its place."""


@pytest.fixture(scope="module")
def made() -> bytes:
    return pdf.write(report())


@pytest.fixture(scope="module")
def long() -> bytes:
    return pdf.write(annexed())


def within(size: float, allowed: m.Range) -> bool:
    return allowed[0] <= size <= allowed[1]


def test_the_paper_is_a4(long: bytes) -> None:
    for page in PdfReader(io.BytesIO(long)).pages:
        width, height = (float(side) * reading.MM_PER_POINT for side in page.mediabox[2:])
        assert (round(width, 1), round(height, 1)) == (210.0, 297.0)


def test_every_word_is_inside_the_margins_and_they_are_the_decrees(long: bytes) -> None:
    found = [word for word in reading.words(long) if word.bottom > m.TOP]
    left, right = min(word.left for word in found), 210 - max(word.right for word in found)
    top, bottom = min(word.top for word in found), 297 - max(word.bottom for word in found)
    assert 30 - EDGE <= left <= 35
    assert right >= 15 - EDGE
    assert top >= 20 - EDGE
    assert bottom >= 20 - EDGE
    assert right <= 20 + EDGE, "justified to the right margin"


def test_only_the_twin_of_times_new_roman_and_all_of_it_embedded(long: bytes) -> None:
    fonts = reading.fonts(long)
    assert {font[0].partition("+")[2].partition("-")[0] for font in fonts} == {"LiberationSerif"}
    assert {tuple(font[-5:-2]) for font in fonts} == {("yes", "yes", "yes")}


def test_all_vietnamese_letters_are_in_the_font() -> None:
    letters = "ĂÂĐÊÔƠƯăâđêôơưÀÁÃÈÉÌÍĨÒÓÕÙÚŨÝ" + "".join(chr(code) for code in range(0x1EA0, 0x1EFA))
    said = "".join(line for _, line in reading.lines(pdf.write(report(text(" ".join(letters))))))
    assert set(letters) <= set(said)


@pytest.mark.parametrize(
    ("begins", "size", "style"),
    [
        ("ỦY BAN NHÂN DÂN", m.OFFICE_RANGE, "Bold"),
        ("PHƯỜNG THỦ DẦU MỘT", m.OFFICE_RANGE, "Bold"),
        ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", m.NATION_RANGE, "Bold"),
        ("Độc lập - Tự do - Hạnh phúc", m.MOTTO_RANGE, "Bold"),
        ("Số:", (13.0, 13.0), ""),
        ("Thủ Dầu Một, ngày 05 tháng 11 năm 2025", m.PLACE_RANGE, "Italic"),
        ("BÁO CÁO", m.TITLE_RANGE, "Bold"),
        ("Kết quả khảo sát", m.TITLE_RANGE, "Bold"),
        ("Thực hiện phương châm “5 biết, 3 thể hiện”", m.BODY_RANGE, ""),
        ("I. KẾT QUẢ", m.BODY_RANGE, "Bold"),
        ("1. Quy mô", m.BODY_RANGE, "Bold"),
        ("thấp nhất", m.BODY_RANGE, "Bold"),
        ("theo số liệu", m.BODY_RANGE, "Italic"),
        ("Bảng 1.", (12.0, 14.0), "Italic"),
        ("Nơi nhận:", (12.0, 12.0), "BoldItalic"),
        ("- Ủy ban nhân dân tỉnh (báo cáo);", (11.0, 11.0), ""),
        ("- Lưu: VT.", (11.0, 11.0), ""),
        ("TM. ỦY BAN NHÂN DÂN", m.SIGN_RANGE, "Bold"),
        ("CHỦ TỊCH", m.SIGN_RANGE, "Bold"),
    ],
)
def test_size_and_style(made: bytes, begins: str, size: m.Range, style: str) -> None:
    found = reading.piece(made, begins)
    assert within(found.size, size), found
    assert found.font == "LiberationSerif" + (f"-{style}" if style else "")


def test_superior_is_not_bold_and_above_the_office() -> None:
    made = pdf.write(report(letterhead=Letterhead("Ủy ban nhân dân tỉnh X", "Sở Nội vụ", "SNV", "X")))
    above, name = reading.piece(made, "ỦY BAN NHÂN DÂN TỈNH X"), reading.piece(made, "SỞ NỘI VỤ")
    assert (above.font, name.font) == ("LiberationSerif", "LiberationSerif-Bold")
    assert above.base > name.base
    assert any("/BC-SNV" in line for _, line in reading.lines(made))


def test_the_first_line_of_a_paragraph_is_drawn_in(made: bytes) -> None:
    first = reading.piece(made, "Thực hiện phương châm").left - m.LEFT
    assert within(first, m.INDENT_RANGE)
    second = next(one for one in reading.pieces(made) if one.text.endswith("phường Thủ Dầu Một."))
    assert second.left == pytest.approx(30, abs=0.1)


def test_air_between_lines_and_paragraphs() -> None:
    made = pdf.write(report(text("một " * 60), text("hai " * 60)))
    body = [one for one in reading.pieces(made) if one.text.startswith(("một một", "hai hai"))]
    pitches = [(a.base - b.base) / reading.MM_PER_POINT for a, b in pairwise(body)]
    single = m.SINGLE * m.BODY_SIZE
    usual = pitches[0]
    assert single - 0.1 <= usual <= 1.5 * single
    turn = next(i for i, one in enumerate(body) if one.text.startswith("hai")) - 1
    assert pitches[turn] - usual >= 6 - 0.05, "at least 6 pt between paragraphs"


def test_rules_of_the_head(made: bytes) -> None:
    motto = [word for word in reading.words(made) if word.text in ("Độc", "phúc")][:2]
    words, base = motto[1].right - motto[0].left, motto[0].bottom
    name, under = sorted(reading.rules(made, 1, base - 2, base + 2), key=lambda rule: rule[1])
    assert under[2] == pytest.approx(words, abs=0.5), "as long as the motto"
    assert under[1] == pytest.approx(motto[0].left, abs=0.5)
    office = [word for word in reading.words(made) if word.text in ("PHƯỜNG", "MỘT")][:2]
    assert 1 / 3 <= name[2] / (office[1].right - office[0].left) <= 1 / 2
    middle = (office[0].left + office[1].right) / 2
    assert name[1] + name[2] / 2 == pytest.approx(middle, abs=0.5)


def test_rule_under_the_title(made: bytes) -> None:
    last = [word for word in reading.words(made) if 55 < word.top < 66 and word.text in ("của", "2025")]
    width = last[-1].right - last[0].left
    (rule,) = reading.rules(made, 1, last[0].bottom, last[0].bottom + 3)
    assert 1 / 3 <= rule[2] / width <= 1 / 2


def test_page_number_is_in_the_top_margins_middle_and_not_on_page_one(long: bytes) -> None:
    upper = [word for word in reading.words(long) if word.bottom < m.TOP]
    pages = len(PdfReader(io.BytesIO(long)).pages)
    assert upper[0].page == 2
    assert [word.text for word in upper if word.page == 2] == ["2"]
    annex_pages = [line[0] for line in reading.lines(long) if line[1] in ("Phụ lục I", "Phụ lục II")]
    numbered = {word.page for word in upper}
    assert numbered == set(range(1, pages + 1)) - {1, *annex_pages}, "an annex begins anew"
    for word in upper:
        assert (word.left + word.right) / 2 == pytest.approx(30 + 160 / 2, abs=0.5)
    sizes = [one.size for one in reading.pieces(long) if one.base > 297 - m.TOP]
    assert all(13 <= size <= 14 for size in sizes)


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (dt.date(2026, 1, 9), "ngày 09 tháng 01 năm 2026"),
        (dt.date(2026, 2, 10), "ngày 10 tháng 02 năm 2026"),
        (dt.date(2026, 3, 1), "ngày 01 tháng 3 năm 2026"),
        (dt.date(2026, 12, 31), "ngày 31 tháng 12 năm 2026"),
        (None, "ngày tháng năm 2027"),
    ],
)
def test_the_day_has_its_nought_and_an_open_one_its_blanks(day: dt.date | None, words: str) -> None:
    lines = " ".join(line for _, line in reading.lines(pdf.write(report(day=day, year=2027))))
    assert f"Thủ Dầu Một, {words}" in " ".join(lines.split())


def test_the_number_is_blank(made: bytes) -> None:
    found = reading.piece(made, "Số:").text
    blank = found.removeprefix("Số:").removesuffix("/BC-UBND")
    assert blank.strip() == ""
    assert len(blank) >= 8


def tail(document: Document) -> tuple[int, int]:
    """(lines of the body above the signature on its page, pages)."""
    found = reading.lines(pdf.write(document))
    page, at = next((p, i) for i, (p, line) in enumerate(found) if "TM. ỦY BAN NHÂN DÂN" in line)
    own = [line for p, line in found[:at] if p == page and not line.isdigit() and line != "Nơi nhận:"]
    return len(own), found[-1][0]


@pytest.mark.parametrize("last", [ONE_LINE, CLOSING, f"{CLOSING} " * 5], ids=["a line", "two", "many"])
def test_the_signature_is_never_alone_whatever_the_length(last: str) -> None:
    seen = set()
    for n in range(8, 24):
        above, pages = tail(report(*(text(f"Đoạn {i}.") for i in range(n)), text(last.strip())))
        assert above >= 2, (n, above)
        seen.add(pages)
    assert seen == {1, 2}, "the lengths must reach over the page's end"


@pytest.mark.parametrize("rows", [1, 2, 12, 16, 18, 19, 20, 21, 22, 23, 24, 25, 26, 30, 70])
def test_nor_behind_a_table(rows: int) -> None:
    assert tail(report(text(CLOSING), table(rows)))[0] >= 3


def test_a_long_last_paragraph_gives_only_its_last_lines() -> None:
    def pages_of(n: int) -> list[int]:
        written = pdf.write(report(*(text("Đoạn.") for _ in range(n)), text(" ".join(["mười"] * 130))))
        return [page for page, line in reading.lines(written) if "mười" in line]

    split = [pages_of(n) for n in range(10, 22)]
    torn = [pages for pages in split if len(set(pages)) == 2]
    assert torn, "some length must tear it"
    assert all(pages.count(1) >= 2 and pages.count(2) >= 2 for pages in torn)


def test_no_heading_is_last_on_its_page() -> None:
    for n in range(14, 24):
        filled = [text(f"Đoạn {i}.") for i in range(n)]
        headings = (Heading("II. TỒN TẠI"), Heading("1. Chung", 2))
        found = reading.lines(pdf.write(report(*filled, *headings, text(CLOSING), text(CLOSING * 3))))
        page = next(p for p, line in found if line == "II. TỒN TẠI")
        last = [line for p, line in found if p == page][-1]
        assert last not in ("II. TỒN TẠI", "1. Chung"), n


def test_a_table_repeats_its_head_and_tears_no_row(long: bytes) -> None:
    found = reading.lines(long)
    tables = {page for page, line in found if "871" in line and page > 1}
    assert len(tables) > 3
    for page in tables:
        assert any("Mức đánh giá" in line for p, line in found if p == page), page
    assert sum(line.count("871") for p, line in found if p > 1) == 80
    names = [word for word in reading.words(long) if word.page in tables and word.text == "Trung"]
    ends = [word for word in reading.words(long) if word.page in tables and word.text == "số"]
    assert len(names) == 80
    for page in tables:
        begun = sum(word.page == page for word in names)
        assert begun <= sum(word.page == page for word in ends), "a name goes on overleaf"


def test_a_short_table_is_not_parted_between_pages() -> None:
    seen = set()
    for n in range(12, 22):
        filled = [text(f"Đoạn {i}.") for i in range(n)]
        found = reading.lines(pdf.write(report(*filled, table(5), text(CLOSING), text(CLOSING))))
        pages = {page for page, line in found if line.startswith(("Sở Nội vụ", "Tổng", "Bảng 1", "Mức"))}
        assert len(pages) == 1, n
        seen |= pages
    assert seen == {1, 2}


def test_annexes_come_after_the_signature_each_on_a_new_page(long: bytes) -> None:
    found = reading.lines(long)
    places = {line: i for i, (_, line) in enumerate(found)}
    sign = next(i for i, (_, line) in enumerate(found) if "CHỦ TỊCH" in line)
    assert sign < places["Phụ lục I"] < places["Phụ lục II"]
    for name in ("Phụ lục I", "Phụ lục II"):
        page = found[places[name]][0]
        assert next(line for p, line in found if p == page) == name
    assert reading.piece(long, "THEO CƠ QUAN").font == "LiberationSerif-Bold"


def test_nothing_given_is_read_as_typst() -> None:
    nasty = (
        '#panic("x") *b* _i_ $a$ @x <y> \\ [z] #import "document.typ" // no /* comment */ = H - a + b ~ "q"'
    )
    made = pdf.write(
        report(
            text(nasty), Heading(nasty), table(1, nasty), bars((50.0, 25.0, 25.0)), Annex(nasty),
            title=nasty, letterhead=Letterhead(nasty, nasty, "#x", nasty), receivers=(nasty,),
        )
    )  # fmt: skip
    said = " ".join(" ".join(line for _, line in reading.lines(made)).split())
    assert "#panic(“x”) *b* _i_ $a$ @x <y> \\ [z] #import “document.typ” // no /* comment */" in said


def test_no_rows_and_one_rating_only() -> None:
    made = pdf.write(report(table(0), table(1), bars((100.0, 0.0, 0.0), ()), text(ONE_LINE)))
    said = [line for _, line in reading.lines(made)]
    assert any("Không có số liệu" in line for line in said)
    assert sum("Tháng 10/2025" in line for line in said) == 3, "two heads and a bar"


def test_charts_are_told_apart_without_colour() -> None:
    (picture,) = pdf.pictures([bars((40.0, 30.0, 30.0))])
    image = Image.open(io.BytesIO(picture))
    assert image.info["dpi"][0] >= 199
    assert image.width / m.CHART_DPI * 25.4 == pytest.approx(m.TEXT_WIDTH, abs=0.5)
    grey = image.convert("L")
    y = next(y for y in range(grey.height) if grey.getpixel((grey.width // 4, y)) == 58)
    inside = grey.crop((0, y, grey.width, y + 1)).tobytes()
    assert inside.count(58) / inside.count(160) == pytest.approx(4 / 3, rel=0.25), "widths are the shares"


def test_a_chart_of_two_hundred_offices_goes_on() -> None:
    chart = bars(*((60.0, 30.0, 10.0),) * 200)
    made = pdf.write(report(chart, text(CLOSING)))
    found = [word for word in reading.words(made) if word.text == "60,0"]
    assert len(found) == 200
    assert max(word.bottom for word in found) <= 297 - 20


def test_long_names_of_offices_are_broken_into_lines_of_about_one_length() -> None:
    head = Letterhead("Ủy ban nhân dân tỉnh Bà Rịa – Vũng Tàu", LONG_NAME, "TTPVHCC", "Thủ Dầu Một")
    made = pdf.write(report(letterhead=head))
    name = [one for one in reading.pieces(made) if one.page == 1 and one.left < 80 and one.base > 240]
    lengths = [arrange.width(one.text, one.size, bold=True) for one in name if one.font.endswith("Bold")]
    assert len(lengths) == 5
    assert max(lengths) <= m.HEAD_LEFT
    assert min(lengths) > max(lengths) * 0.6
    assert all(one.left >= 30 for one in name)


def test_names_are_not_torn_where_it_reads_badly() -> None:
    head = Letterhead("Ủy ban nhân dân tỉnh Mẫu", "Sở Nội vụ", "SNV", "Mẫu")
    found = arrange.head(
        report(letterhead=head, title="Kết quả khảo sát sự hài lòng của người dân, tổ chức " * 2)
    )
    assert found.superior == ("ỦY BAN NHÂN DÂN", "TỈNH MẪU")
    assert not any(line.endswith((" tổ", " hài", " người")) for line in found.title)
    assert not any("\ue000" in line for line in found.title)


def test_said_for_who_does_not_see(made: bytes) -> None:
    reader = PdfReader(io.BytesIO(made))
    root = reader.root_object
    assert root["/Lang"] == "vi-VN"
    assert root["/MarkInfo"].get_object() == {"/Marked": True, "/Suspects": False}
    assert reader.metadata is not None
    assert str(reader.metadata.title).startswith("BÁO CÁO Kết quả khảo sát")
    objects = [reader.get_object(number) for number in range(1, len(reader.xref[0]) + 1)]
    alts = [str(one.get("/Alt", "")) for one in objects if isinstance(one, dict)]
    assert any("Tháng 9/2025: rất hài lòng 61,8%, hài lòng 30,3%" in alt for alt in alts)


def test_the_same_document_gives_the_same_bytes() -> None:
    assert pdf.write(report()) == pdf.write(report(*body()))


def test_runs_keep_their_spaces() -> None:
    made = pdf.write(report(Paragraph((Run("một "), Run("hai", bold=True), Run(" ba"), Run("bốn")))))
    assert any("một hai babốn" in line for _, line in reading.lines(made))


def test_every_line_but_a_paragraphs_last_reaches_the_right_margin() -> None:
    """The paragraph that stays with the signature, too, whose last two lines are set apart."""
    made = pdf.write(report(text("mười, " * 60), text(f"{CLOSING} " * 3), text(ONE_LINE)))
    rows: dict[int, float] = {}
    for word in (word for word in reading.words(made) if 68 < word.top < 140):
        rows[round(word.bottom)] = max(rows.get(round(word.bottom), 0), word.right)
    ends = [right for _, right in sorted(rows.items())]
    reached = [abs(right - 190) < 0.1 for right in ends]
    assert reached.count(False) <= 4, ends
    assert reached[:4] == [True] * 4
    assert max(ends) <= 190.1, "no comma stands out into the margin"
