"""What a comment may say about a person when it is stored: nothing that names one, and all of the rest."""

from __future__ import annotations

import re
import time
import unicodedata
from collections.abc import Iterable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kiosk.masking import PLACEHOLDERS, Kind, mask
from kiosk.masking.insults import flags

PHONE, IDENTITY = PLACEHOLDERS[Kind.PHONE], PLACEHOLDERS[Kind.IDENTITY]
EMAIL, PLATE, ACCOUNT = PLACEHOLDERS[Kind.EMAIL], PLACEHOLDERS[Kind.PLATE], PLACEHOLDERS[Kind.ACCOUNT]

PHONES = """
    0901234567
    0351234567
    0561234567
    0781234567
    0881234567
    090 123 4567
    0901 234 567
    0901.234.567
    0901-234-567
    090.123.45.67
    09 01 23 45 67
    0 9 0 1 2 3 4 5 6 7
    090 - 123 - 4567
    088 123 4567
    055 123 4567
    070.123.4567
    (090) 1234567
    +84901234567
    +84 90 123 45 67
    (+84) 901 234 567
    +84 (0) 901 234 567
    84901234567
    84 901 234 567
    0084901234567
    0084 901 234 567
    01681234567
    0128 123 4567
    02438253536
    024 3825 3536
    (024) 3825 3536
    (024)38253536
    0274.3822.259
    0274 3822 259
    0274-382-2259
    028 3829 7052
    +84 24 3825 3536
    (84-24) 3825 3536
    0438253536
    06503822259
    09012345678
    00901234567
    +1 408 555 1234
    +82 10-1234-5678
    ０９０１２３４５６７
    ٠٩٠١٢٣٤٥٦٧
    0901\u00a0234\u00a0567
    0901\u200b234\u200b567
    0901–234–567
    0901·234·567
    0̶9̶0̶1̶2̶3̶4̶5̶6̶7
""".strip("\n").split("\n")

IDENTITIES = """
    079090123456
    001190012345
    079 090 123 456
    0790 9012 3456
    079.090.123.456
    079-090-123456
    001 0 90 123456
    079090 123456
    0 7 9 0 9 0 1 2 3 4 5 6
    912345678901
    4797912345678
    0123456789012345
    ０７９０９０１２３４５６
""".strip("\n").split("\n")

EMAILS = """
    nguyenvana@gmail.com
    nguyen.van-a+1@yahoo.com.vn
    a_b@thuduc.gov.vn
    NGUYENVANA@GMAIL.COM
    nguyenvana@gmail
    0901234567@zalo.me
    nguyễn.văn@gmail.com
    nguyenvana @ gmail.com
    nguyenvana@gmail . com
    nguyenvana@gmail,com
    nguyenvana＠gmail.com
""".strip("\n").split("\n")

PLATES = """
    29A-123.45
    29A 123.45
    29A12345
    29A-12345
    51F 12345
    51F-123.45
    51F - 123.45
    30E-1234
    54T1-2345
    59-X1 234.56
    59X1-234.56
    59 X1 23456
    59X123456
    29-MĐ1 234.56
    29MĐ1-23456
    29-AA 123.45
    80A-012.34
    29LD-01234
    29-B1-2345
    51f-12345
    51f12345
    29a12345
    29a 123.45
    80-011-NG-01
""".strip("\n").split("\n")

CARDS = """
    9704 1234 5678 9012
    4123-4567-8901-2345
""".strip("\n").split("\n")

BESIDE = [
    ("CMND 123456789", f"CMND {IDENTITY}"),
    ("CMND: 123 456 789", f"CMND: {IDENTITY}"),
    ("số CM 123456789", f"số CM {IDENTITY}"),
    ("CMT của tôi là 123456789 nhé", f"CMT của tôi là {IDENTITY} nhé"),
    ("chứng minh nhân dân số 123.456.789", f"chứng minh nhân dân số {IDENTITY}"),
    ("chung minh nhan dan so 123456789", f"chung minh nhan dan so {IDENTITY}"),
    ("CHỨNG MINH THƯ 123456789", f"CHỨNG MINH THƯ {IDENTITY}"),
    ("CMND 123456789 2 tờ", f"CMND {IDENTITY} 2 tờ"),
    ("CMND 123456789 2025", f"CMND {IDENTITY} 2025"),
    ("CMND 123456789 100 nghìn", f"CMND {IDENTITY} 100 nghìn"),
    ("căn cước 123456789", f"căn cước {IDENTITY}"),
    ("CCCD 1234 567 8901", f"CCCD {IDENTITY}"),
    ("CMND 123456789 0901234567", f"CMND {IDENTITY} {PHONE}"),
    ("123456789 (CMND)", f"{IDENTITY} (CMND)"),
    ("123456789 là số CMND của tôi", f"{IDENTITY} là số CMND của tôi"),
    ("CCCD 123 456 789 012", f"CCCD {IDENTITY}"),
    ("CCCD 07909012345", f"CCCD {IDENTITY}"),
    ("căn cước số 0790901234567", f"căn cước số {IDENTITY}"),
    ("mã định danh 12345678", f"mã định danh {IDENTITY}"),
    ("hộ chiếu B1234567", f"hộ chiếu {IDENTITY}"),
    ("hộ chiếu số P01234567", f"hộ chiếu số {IDENTITY}"),
    ("passport c1234567", f"passport {IDENTITY}"),
    ("ho chieu C 1234567", f"ho chieu C {IDENTITY}"),
    ("sổ BHXH 7912345678", f"sổ BHXH {IDENTITY}"),
    ("BHXH 0123456789", f"BHXH {IDENTITY}"),
    ("thẻ BHYT DN4797912345678", f"thẻ BHYT {IDENTITY}"),
    ("bảo hiểm xã hội số 7912345678", f"bảo hiểm xã hội số {IDENTITY}"),
    ("mã số thuế 8012345678", f"mã số thuế {IDENTITY}"),
    ("MST: 0312345678", f"MST: {IDENTITY}"),
    ("MST 0312345678-001", f"MST {IDENTITY}-001"),
    ("GPLX 790123456789", f"GPLX {IDENTITY}"),
    ("sđt 901234567", f"sđt {PHONE}"),
    ("SĐT: +84 901 234 567", f"SĐT: {PHONE}"),
    ("điện thoại 3822259", f"điện thoại {PHONE}"),
    ("dien thoai 3822 259", f"dien thoai {PHONE}"),
    ("zalo 0901234567.", f"zalo {PHONE}."),
    ("sđt 901234567 đồng ý cho gọi", f"sđt {PHONE} đồng ý cho gọi"),
    ("điện thoại (0274) 3822259", f"điện thoại {PHONE}"),
    ("STK 19001234567890", f"STK {ACCOUNT}"),
    ("số tài khoản 12345678 Agribank", f"số tài khoản {ACCOUNT} Agribank"),
    ("tk 0123456789 VCB", f"tk {ACCOUNT} VCB"),
    ("biển số 29h 1234", f"biển số {PLATE}"),
    ("xe 29m1 2345", f"xe {PLATE}"),
    ("xe biển đỏ TM-12-34", f"xe biển đỏ {PLATE}"),
]

IN_SENTENCES = [
    ("Gọi cho tôi theo số 0901234567 nhé!", f"Gọi cho tôi theo số {PHONE} nhé!"),
    ("0901234567,0912345678", f"{PHONE},{PHONE}"),
    ("0901234567 0912345678", f"{PHONE} {PHONE}"),
    ("0901234567/0912345678", f"{PHONE}/{PHONE}"),
    ("1.0901234567 2.0912345678", f"1.{PHONE} 2.{PHONE}"),
    ("(0901234567)", f"({PHONE})"),
    ("0901.234.567 đ, gọi tôi", f"{PHONE} đ, gọi tôi"),
    ("123+84901234567", f"123{PHONE}"),
    ("xe của 0901234567 29h 1234", f"xe của {PHONE} 29h 1234"),
    ("xe 29A-12345", f"xe {PLATE}"),
    ("sđt0901234567đ/c Lan", f"sđt{PHONE}đ/c Lan"),
    ("0901.234.567 đ/c Lan", f"{PHONE} đ/c Lan"),
    ("079090123456 0901234567", f"{IDENTITY} {PHONE}"),
    ("0901234567 12 giờ trưa", f"{PHONE} 12 giờ trưa"),
    ("CCCD 079090123456, sđt 0901234567", f"CCCD {IDENTITY}, sđt {PHONE}"),
    ("CCCD và sđt 901234567", f"CCCD và sđt {PHONE}"),
    ("mail a@b.vn hoặc 0901234567", f"mail {EMAIL} hoặc {PHONE}"),
    ("xe 29A-123.45 đỗ trước cửa", f"xe {PLATE} đỗ trước cửa"),
    ("[29A-123.45]", f"[{PLATE}]"),
    ("số 0790 1900 1234", f"số {IDENTITY}"),
    ("nộp 079090123456đ", f"nộp {IDENTITY}đ"),
    ("100000000000 đồng", f"{IDENTITY} đồng"),
    ("lúc 09-11-2025 0901234567", f"lúc 09-11-2025 {PHONE}"),
    ("09.11.2025.10", PHONE),
]

LEFT_ALONE = """
    Phí 500.000đ là quá cao
    thu 1.200.000 đồng
    thu 1.200.000.000 đồng
    100.000.000.000 đồng
    mất 20 triệu
    50k tiền gửi xe
    phạt 1,5 triệu
    nộp 500000000 đồng
    lệ phí 1.000.000,50 VND
    làm căn cước phải nộp 1.200.000.000 đồng
    mã số thuế nộp 1200000000 đồng
    gọi điện thoại mất 12000000đ
    gọi mấy lần, mất 2000000
    gọi điện thoại mất 1234567đ
    tài khoản bị trừ 500000
    bảo hiểm 1500000
    ngày 21/11/2025
    ngày 21-11-2025
    ngày 21.11.2025
    21 - 11 - 2025
    09-11-2025 10 giờ
    2025-11-21
    từ 01.12.2025-05.12.2025
    01/12/2025 - 05/12/2025
    điện thoại lúc 09-11-2025
    7h30
    07:30-11:30, 13:30-17:00
    07.30-11.30 13.30-17.00
    08h00 - 11h30
    năm 1990
    các năm 2023 2024 2025
    2021 2022 2023 2024
    nhiệm kỳ 2021-2026
    hồ sơ 000.00.15.H08-251121-0042
    hồ sơ H08.15-251121-0042
    mã hồ sơ: G22.99.40-251121-00042
    mã hồ sơ 15-251121-0042
    mã hồ sơ 01-251121-0042
    số biên nhận: 000.16.40-240305-0001
    CCCD làm ở đây, mã hồ sơ H08.15-251121-0042
    thủ tục 1.004194
    làm CCCD theo thủ tục 1.004194
    cấp căn cước 2.000889.000.00.00.H08
    thủ tục 1.001193.000.00.00.H08
    thủ tục 2.000889.000.00.00.H08
    tổng đài 1900 1234
    gọi 19006017
    gọi 1900.6017 không ai nghe
    gọi 1800 1096 hoặc 1022
    1900 545 481
    gọi 113, 114, 115
    111
    QĐ 766/QĐ-TTg
    NĐ 30/2020/NĐ-CP
    Thông tư 01/2018/TT-VPCP ngày 23/11/2018
    Luật 91/2025/QH15
    Thông báo 15TB-1234
    số nhà 12A/34 đường Hùng Vương
    123/45/6 khu phố 7
    nhà 1234
    phòng 12A
    căn hộ 12A05
    quầy số 3
    chờ 3 tiếng 45 phút
    lấy số 1024
    số thứ tự A123
    số thứ tự 20B 2025
    quầy 01, 02, 03, 04, 05, 06
    quầy 01 02 03 04 05 06
    các quầy 03, 05, 07, 08, 09
    thửa đất 123, tờ bản đồ số 45, 120,5 m2
    dài 50m 12345
    dài 50m12345
    20K 50000 ĐỒNG
    mẫu CT01
    mẫu 05A-2024
    123456789
    mã 12345678
    B1234567
    CMND đã cấp 3 lần
    CCCD chờ 15 ngày
    tôi 35 tuổi
    hài lòng 100%
    số liệu 3.141.592
    4.329 lượt
    phường 9, quận 3
    Quốc lộ 13
    24/7
    x@ y
    giá @ 5
    @phuong
    xe 16 chỗ
    xe đời 2015
    biển số xe
    xe 50cc 1990
    [số điện thoại] 3822259
    điện thoại 3 lần không nghe
    điện thoại 500000
    Áp dụng từ 01/07/2025.
    mục 1.2.3.4
    v.v. 5/5
    điểm 8,5-9,0
    192.168.1.10
    COVID-19
    họp 15 04 2025 09 30
    tọa độ 10.762622 106.660172
    giấy CS 01234567, số vào sổ CH 01234
    giấy hẹn số 0042/2025
    điểm 10 10 9 8 10 9 10 10
    G7
    khung giờ 7.30 - 11.30
""".strip("\n").split("\n")


def whole(rows: Iterable[str], placeholder: str) -> list[tuple[str, str]]:
    return [(row.strip(" "), placeholder) for row in rows]


MASKED = [
    *whole(PHONES, PHONE),
    *whole(IDENTITIES, IDENTITY),
    *whole(EMAILS, EMAIL),
    *whole(PLATES, PLATE),
    *whole(CARDS, ACCOUNT),
    *BESIDE,
    *IN_SENTENCES,
]


@pytest.mark.parametrize(("typed", "stored"), MASKED)
def test_what_names_a_person_is_replaced(typed: str, stored: str) -> None:
    assert mask(typed).text == stored


@pytest.mark.parametrize("typed", [row.strip() for row in LEFT_ALONE])
def test_what_names_nobody_is_left_alone(typed: str) -> None:
    assert mask(typed).text == typed


@pytest.mark.parametrize("typed", [row for row, _ in MASKED])
def test_a_number_is_masked_within_a_sentence_as_well_as_alone(typed: str) -> None:
    alone, within = mask(typed), mask(f"Xin chào, {typed}, cảm ơn.")
    assert within.text == f"Xin chào, {alone.text}, cảm ơn."


def test_the_tables_have_at_least_150_rows() -> None:
    assert len(MASKED) + len(LEFT_ALONE) >= 150


def test_what_was_found_is_told_by_kind_and_place_in_the_typed_text() -> None:
    typed = "sđt 0901 234 567, mail a@b.vn"
    found = mask(typed).found
    assert [(hit.kind, typed[hit.start : hit.end]) for hit in found] == [
        (Kind.PHONE, "0901 234 567"),
        (Kind.EMAIL, "a@b.vn"),
    ]


# --- any text ---------------------------------------------------------------------------------------------

WORDS = "đồng|đ|(CMND)|CMND|sđt|STK|xe|mã hồ sơ|gmail.com|hộ chiếu|là số CMND|lúc"
NUMBERS = (
    "09|079|84|0084|1900|000|21-11-2025|251121-0042|H08.15-|0901234567|123456789|079090123456|29A-123.45"
    f"|B1234567|7.30-|1.200.000|０|٣|²|{PHONE}|{IDENTITY}"
)
PIECES = st.sampled_from(
    [
        *"0123456789 .-()+@[]/,:\nABFXHđĐaex\u200b",
        *NUMBERS.split("|"),
        *(f" {word} " for word in WORDS.split("|")),
    ]
)
NUMBERS_AND_WORDS = st.lists(PIECES, max_size=20).map("".join)
ANY_TEXT = st.one_of(st.text(max_size=80), NUMBERS_AND_WORDS)


@settings(max_examples=400, deadline=None)
@given(ANY_TEXT)
@example("123456789 987654321 (CMND)")
@example("0901234567 123456789 (CMND)")
@example("CCCD 12345678 0901234567")
@example("CCCD 1234567 0902 000 567")
@example("0901234567 3822259")
def test_masking_twice_is_masking_once(text: str) -> None:
    once = mask(text).text
    assert mask(once).text == once


@settings(max_examples=300, deadline=None)
@given(ANY_TEXT)
def test_no_twelve_digits_in_a_row_survive(text: str) -> None:
    assert re.search(r"\d{12}", mask(text).text) is None


@settings(max_examples=200, deadline=None)
@given(NUMBERS_AND_WORDS, NUMBERS_AND_WORDS)
def test_a_phone_number_on_a_line_of_its_own_never_survives(before: str, after: str) -> None:
    lines = mask(f"{before}\n0901234567\n{after}").text.split("\n")
    assert lines[before.count("\n") + 1] in PLACEHOLDERS.values()


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200).filter(lambda text: not any(map(_is_digit_or_at, text))))
def test_text_without_digits_and_at_is_unchanged(text: str) -> None:
    assert mask(text).text == text


def _is_digit_or_at(char: str) -> bool:
    return unicodedata.digit(char, None) is not None or unicodedata.normalize("NFKC", char) == "@"


@settings(max_examples=200, deadline=None)
@given(ANY_TEXT)
def test_found_places_are_ordered_apart_and_explain_the_masked_text(text: str) -> None:
    masked = mask(text)
    rebuilt, upto = "", 0
    for hit in masked.found:
        assert upto <= hit.start < hit.end <= len(text)
        rebuilt, upto = rebuilt + text[upto : hit.start] + PLACEHOLDERS[hit.kind], hit.end
    assert rebuilt + text[upto:] == masked.text


HOSTILE = [
    "1",
    "1 ",
    "a",
    "a.",
    "a@",
    "@",
    "CMND ",
    "09",
    "0 ",
    "+84",
    "(0",
    "đ1.",
    "29A",
    "1.000.",
    "[",
    "xe ",
]


@pytest.mark.parametrize(
    "piece", [*HOSTILE, "09-11-2025-", "tài khoản 1", "\u0301", "0901234567 ", "mã hồ sơ ", "H08."]
)
def test_a_hostile_text_costs_time_in_proportion_to_its_length(piece: str) -> None:
    short, long = (_seconds(piece * (size // len(piece))) for size in (5_000, 50_000))
    assert long < 2.0
    assert long < 40 * max(short, 0.002)  # ten times the length; a square would be a hundred times


def _seconds(text: str) -> float:
    def once() -> float:
        began = time.process_time()
        mask(text)
        flags(text)
        return time.process_time() - began

    return min(once() for _ in range(2))


# --- coarse words -----------------------------------------------------------------------------------------

COARSE = """
    đồ ngu
    Thằng ngu này
    ngu như bò
    Ngu dốt!
    ngu dot
    NGU DỐTTTT
    địt mẹ
    đ.ị.t
    đ ị t
    dit me chung may
    đm làm ăn kiểu gì
    đ m
    Đ.M
    làm ăn như cứt
    khốn nạn
    bon khon nan
    đồ   chó
    đéo hiểu
    vcl
    v c l
    mất dạy
    what the fuck
    cán bộ mất dạy, vô trách nhiệm
""".strip("\n").split("\n")

ORDINARY = """
    Các thủ tục rất lớn, đi lại nhiều lần
    cac thu tuc rat lon, di lai nhieu lan
    giay khai sinh con cho toi
    toi cho con ngu roi moi di
    cán bộ đến trễ do ngủ quên
    lũ chó thả rông trước cổng trụ sở
    con tôi vô học lớp 1
    đăng ký nuôi chó
    cán bộ không đeo thẻ
    can bo khong deo the
    dù mà có mưa
    vài lon nước
    20.000 đ/m2
    500.000 đ m
    v.v.
    buổi sáng, buồi chiều
    mẹ nó chưa ký
    nhân viên điểm danh
    ngủ ngon, ngữ văn, ngụ tại phường
    Mức độ phục vụ rất tốt
    phân loại rác, chất thải
    mở tài khoản định danh mức 2
    nộp đĩa CD
    hợp đồng HĐM số 12
    vật liệu xây dựng VL
    mục a b c d
    chăn nuôi gia súc, súc vật
    hạt óc chó
    mất dây điện
    Tôi rất hài lòng
    shipper giao hồ sơ
    mặt đường hỏng
    đi du lịch
    tổ tiên sư phụ
    thằng bé ngoan
""".strip("\n").split("\n")


@pytest.mark.parametrize("text", [row.strip() for row in COARSE])
def test_coarse_words_are_marked_for_review(text: str) -> None:
    assert flags(text)


@pytest.mark.parametrize("text", [row.strip() for row in ORDINARY])
def test_ordinary_words_are_not_marked(text: str) -> None:
    assert not flags(text)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=120))
def test_marking_never_fails(text: str) -> None:
    assert flags(text) in (True, False)
