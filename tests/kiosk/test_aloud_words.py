"""What is written on the screen, as it is said: no sign and no abbreviation is left to a machine's guess."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

from kiosk.aloud import spoken
from kiosk.aloud.numerals import cardinal, roman
from kiosk.survey import load_slogans, slogan_sets

ASSETS = Path(__file__).resolve().parents[2] / "assets"

VIETNAMESE = [
    # short forms
    ("UBND phường Thủ Dầu Một", "Ủy ban nhân dân phường Thủ Dầu Một"),
    ("HĐND TP. Hà Nội", "Hội đồng nhân dân thành phố Hà Nội"),
    ("TP.HCM, TX. Bến Cát, TT. Chơn Thành", "thành phố Hồ Chí Minh, thị xã Bến Cát, thị trấn Chơn Thành"),
    ("TP Huế", "thành phố Huế"),
    ("P.Phú Lợi, Q.3, P5", "phường Phú Lợi, quận ba, phường năm"),
    ("Giải quyết TTHC đúng hẹn", "Giải quyết thủ tục hành chính đúng hẹn"),
    ("CCCD hoặc CMND", "căn cước công dân hoặc chứng minh nhân dân"),
    ("PAKN; KN-TC", "phản ánh, kiến nghị; khiếu nại, tố cáo"),
    ("BHXH, BHYT", "bảo hiểm xã hội, bảo hiểm y tế"),
    ("Sở TN&MT", "Sở Tài nguyên và Môi trường"),
    ("PCT UBND; CT UBND", "Phó Chủ tịch Ủy ban nhân dân; Chủ tịch Ủy ban nhân dân"),
    ("ThS. Lê An, PGS.TS. Trần Bình", "Thạc sĩ Lê An, Phó Giáo sư Tiến sĩ Trần Bình"),
    ("v/v giải quyết", "về việc giải quyết"),
    ("Đ/c: 12 Cách Mạng", "địa chỉ: mười hai Cách Mạng"),
    ("đ/c Hoa", "đồng chí Hoa"),
    ("mã QR, USB", "mã quy rờ, u ét bê"),
    ("Xin nhập e-mail", "Xin nhập thư điện tử"),
    (
        "TT 01/2018/TT-VPCP",
        "thông tư không một trên hai nghìn không trăm mười tám trên thông tư, Văn phòng Chính phủ",
    ),
    (
        "QĐ 1989/QĐ-BGDĐT",
        "quyết định một nghìn chín trăm tám mươi chín trên quyết định, Bộ Giáo dục và Đào tạo",
    ),
    ("số 61/2018/NĐ-CP", "số sáu mươi mốt trên hai nghìn không trăm mười tám trên nghị định, Chính phủ"),
    ("Luật 91/2025/QH15", "Luật chín mươi mốt trên hai nghìn không trăm hai mươi lăm trên Quốc hội mười lăm"),
    ("số 12/KH-UBND", "số mười hai trên kế hoạch, Ủy ban nhân dân"),
    # in capitals for looks, not for shortness
    ("KHIẾU NẠI, TỐ CÁO", "KHIẾU NẠI, TỐ CÁO"),
    ("BỘ PHẬN MỘT CỬA", "BỘ PHẬN MỘT CỬA"),
    # numbers
    ("5 biết", "năm biết"),
    ("3 thể hiện · 4 luôn", "ba thể hiện, bốn luôn"),
    ("sau 8 giây", "sau tám giây"),
    ("21, 24, 25, 15, 105", "hai mươi mốt, hai mươi tư, hai mươi lăm, mười lăm, một trăm linh năm"),
    ("4.329 lượt", "bốn nghìn ba trăm hai mươi chín lượt"),
    ("6,6%", "sáu phẩy sáu phần trăm"),
    ("0,05", "không phẩy không năm"),
    ("05 ngày, 01 bản", "năm ngày, một bản"),
    ("0–500 ký tự", "không đến năm trăm ký tự"),
    ("5-7 ngày", "năm đến bảy ngày"),
    ("Bước 1/3", "Bước một trên ba"),
    ("thứ 4, tháng 4, lần thứ 1", "thứ tư, tháng tư, lần thứ nhất"),
    ("Quý IV/2025, Khóa XV", "Quý bốn năm hai nghìn không trăm hai mươi lăm, Khóa mười lăm"),
    ("１２ bước", "mười hai bước"),
    ("hạng B2, giấy A4", "hạng bê hai, giấy A bốn"),
    ("25 m², m²", "hai mươi lăm mét vuông, mét vuông"),
    ("38°C", "ba mươi tám độ xê"),
    # money
    ("50.000đ/lần", "năm mươi nghìn đồng mỗi lần"),
    ("1.500.000 VNĐ", "một triệu năm trăm nghìn đồng"),
    ("1000000 đồng", "một triệu đồng"),
    # days and hours
    ("ngày 21/11/2025", "ngày hai mươi mốt tháng mười một năm hai nghìn không trăm hai mươi lăm"),
    (
        "Thứ Sáu, 21/11/2025",
        "Thứ Sáu, ngày hai mươi mốt tháng mười một năm hai nghìn không trăm hai mươi lăm",
    ),
    ("2025-11-21", "ngày hai mươi mốt tháng mười một năm hai nghìn không trăm hai mươi lăm"),
    ("01.04.2024", "ngày một tháng tư năm hai nghìn không trăm hai mươi tư"),
    ("tháng 11/2025", "tháng mười một năm hai nghìn không trăm hai mươi lăm"),
    ("trước 30/11", "trước ngày ba mươi tháng mười một"),
    ("24/7", "hai mươi tư trên bảy"),
    ("07:30", "bảy giờ ba mươi"),
    ("07:00, 7h, 17g30", "bảy giờ, bảy giờ, mười bảy giờ ba mươi"),
    ("13:05", "mười ba giờ năm phút"),
    ("Sáng 7g-11g", "Sáng bảy giờ đến mười một giờ"),
    (
        "T2-T6 07:30-11:30, 13:30-17:00",
        "thứ hai đến thứ sáu, bảy giờ ba mươi đến mười một giờ ba mươi, mười ba giờ ba mươi đến mười bảy giờ",
    ),
    ("CN 08:00", "chủ nhật, tám giờ"),
    # sign by sign
    ("Hotline: 1900 1234", "đường dây nóng: một chín không không, một hai ba bốn"),
    ("19001234", "một chín không không, một hai ba bốn"),
    ("tổng đài 1022", "tổng đài một không hai hai"),
    ("(0274) 3822 222", "không hai bảy bốn, ba tám hai hai, hai hai hai"),
    ("0912345678", "không chín một hai, ba bốn năm, sáu bảy tám"),
    ("+84 912 345 678", "cộng tám bốn, chín một hai, ba bốn năm, sáu bảy tám"),
    ("hcc@binhduong.gov.vn", "hát xê xê a còng binhduong chấm gốp chấm vê nờ"),
    ("https://dichvucong.gov.vn", "dichvucong chấm gốp chấm vê nờ"),
    ("mã 4K7PX-V2M9H-RT3CJ", "mã bốn ca bảy pê ích, vê hai mờ chín hát, rờ tê ba xê gi"),
    ("H08-251121-0001", "hát không tám, hai năm một một hai một, không không không một"),
    ("bắt đầu bằng 02, 03 hoặc 09", "bắt đầu bằng không hai, không ba hoặc không chín"),
    ("thủ tục 1.004194", "thủ tục một chấm không không bốn một chín bốn"),
    # pauses, and what is only for the eye
    ("Ông/Bà", "ông bà"),
    ("và/hoặc", "và hoặc"),
    ("cơ quan/đơn vị", "cơ quan, đơn vị"),
    ("Trách nhiệm - kỷ cương – gương mẫu", "Trách nhiệm, kỷ cương, gương mẫu"),
    ("Đánh giá **Rất hài lòng** đã được lưu.", "Đánh giá Rất hài lòng đã được lưu."),
    ("“Biết xin lỗi” (không bắt buộc)", "Biết xin lỗi, không bắt buộc"),
    ("Đang đọc…", "Đang đọc."),
    ("Tự về màn hình đầu\nsau 10 giây", "Tự về màn hình đầu sau mười giây"),
    ("Xong\n\nCảm ơn", "Xong. Cảm ơn"),
    ("\U000f012c Xong ✓", "Xong"),
    ("[[hello]] {a} <b>", "hello, a, b"),
]

ENGLISH = [
    ("UBND phường Phú Lợi", "People's Committee phường Phú Lợi"),
    ("Saved at 07:30, 21/11/2025", "Saved at 7 30, 21 November 2025"),
    ("at 13:00 or 13:05", "at 13 o'clock or 13 oh 5"),
    ("Mon–Fri 07:30–11:30", "Monday to Friday 7 30 to 11 30"),
    ("1900 1234", "1 9 0 0, 1 2 3 4"),
    ("0274 3822 222", "0 2 7 4, 3 8 2 2, 2 2 2"),
    ("hcc@binhduong.gov.vn", "H C C at binhduong dot gov dot V N"),
    ("6.6% of 4,329", "6.6 percent of 4,329"),
    ("4K7PX-V2M9H-RT3CJ", "4 K 7 P X, V 2 M 9 H, R T 3 C J"),
    ("No ID numbers, please.", "No I D numbers, please."),
    ("5 to know · 3 to show", "5 to know, 3 to show"),
    ("Step 1/3", "Step 1 of 3"),
    ("The answer “**Satisfied**” is kept.", "The answer Satisfied is kept."),
    ("50,000đ & more", "50,000 dong and more"),
    ("before the @ of hoa@gmail.com", "before the at sign of hoa at gmail dot com"),
    ("Thank you!", "Thank you!"),
]


@pytest.mark.parametrize(("written", "said"), VIETNAMESE)
def test_vietnamese_is_said_as_at_a_desk(written: str, said: str) -> None:
    assert spoken(written, "vi") == said


@pytest.mark.parametrize(("written", "said"), ENGLISH)
def test_english_is_said_as_at_a_desk(written: str, said: str) -> None:
    assert spoken(written, "en") == said


@pytest.mark.parametrize(
    ("language", "written"), [*(("vi", row[0]) for row in VIETNAMESE), *(("en", row[0]) for row in ENGLISH)]
)
def test_what_was_made_for_the_ear_stays_so(language: str, written: str) -> None:
    once = spoken(written, language)
    assert spoken(once, language) == once


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "không"),
        (10, "mười"),
        (44, "bốn mươi tư"),
        (1_005, "một nghìn không trăm linh năm"),
        (10_010, "mười nghìn không trăm mười"),
        (1_000_005, "một triệu không trăm linh năm"),
        (2_000_000_000, "hai tỷ"),
        (1_005_000_000, "một tỷ không trăm linh năm triệu"),
        (111_221_331, "một trăm mười một triệu hai trăm hai mươi mốt nghìn ba trăm ba mươi mốt"),
    ],
)
def test_numbers_are_said_as_schools_teach_them(number: int, words: str) -> None:
    assert cardinal(number) == words


def test_roman_numerals() -> None:
    assert [roman(text) for text in ("I", "IV", "IX", "XIV", "XL")] == [1, 4, 9, 14, 40]


def test_two_numbers_never_sound_the_same() -> None:
    assert len({cardinal(number) for number in range(20_000)}) == 20_000


def screen_words(language: str) -> list[str]:
    """Every catalogue entry, its gaps filled with numbers, and every promise and motto."""
    with (ASSETS / "locale" / language / "LC_MESSAGES" / "kiosk.po").open("rb") as file:
        texts = [re.sub(r"\{\w+\}", "8", str(message.string or message.id)) for message in read_po(file)]
    for key in slogan_sets(ASSETS / "slogans") if language == "vi" else ():
        slogans = load_slogans(ASSETS / "slogans", key)
        texts += [*slogans.mottos, slogans.office, slogans.source]
        texts += [text for promise in slogans.promises for text in (promise.text, promise.detail)]
    return [text for text in texts if text]


def test_every_word_of_the_screen_can_be_said() -> None:
    said = {text: spoken(text, "vi") for text in screen_words("vi")}
    assert len(said) > 100
    wrong = re.compile(r"\d|[/·*_@%&+\[\]{}()“”]|(?<!\w)[BCDFGHJKLMNPQRSTVWXZĐ]{2,}(?!\w)")
    # Signs that stand alone are said by nobody: "−", "›".
    spoken_for = {text: words for text, words in said.items() if any(map(str.isalnum, text))}
    assert {text: words for text, words in spoken_for.items() if not words or wrong.search(words)} == {}


def test_every_english_word_of_the_screen_can_be_said() -> None:
    said = {text: spoken(text, "en") for text in screen_words("en") if any(map(str.isalnum, text))}
    wrong = re.compile(r"[·*_@%&+\[\]{}()“”]")
    assert {text: words for text, words in said.items() if not words or wrong.search(words)} == {}


@pytest.mark.parametrize("language", ["vi", "en", "km"])
@given(text=st.text(max_size=60))
def test_whatever_has_letters_is_said(language: str, text: str) -> None:
    said = spoken(text, language)
    assert said or not any(map(str.isalpha, text))
    assert said == said.strip()


# Shapes that rules look for, thrown together.
PIECES = st.sampled_from(
    [
        *"0123456789./-:,+@%()· đhgTPQ",
        "UBND",
        "19",
        "2025",
        "21/11",
        "07:30",
        "QĐ",
        "TP.",
        "ngày ",
        "vn",
        "CN",
    ]
)


@given(text=st.text(max_size=40) | st.lists(PIECES, max_size=20).map("".join))
def test_no_digit_is_left_for_the_machine(text: str) -> None:
    assert not re.search(r"\d", spoken(text, "vi"))


@given(text=st.lists(PIECES, max_size=12).map("".join))
def test_saying_what_was_said_changes_nothing_a_rule_looks_for(text: str) -> None:
    once = spoken(text, "vi")
    assert spoken(spoken(once, "vi"), "vi") == spoken(once, "vi")


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("piece", ["0", "1.", "a.", "0 ", "-", "T2-", "P.", "a@", "1/", "A1-", "\n ", "…"])
def test_long_text_takes_no_long_time(language: str, piece: str) -> None:
    began = time.process_time()
    spoken(piece * 4000, language)
    assert time.process_time() - began < 2.0
