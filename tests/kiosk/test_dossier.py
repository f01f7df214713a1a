"""Dossier codes: what is one, what is found in a QR, and what is refused because it names a person."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.dossier import LEAST, MOST, groups, parse, personal
from kiosk.masking import mask

CODE = "000.00.17.H12-251021-0001"


@pytest.mark.parametrize(
    "code",
    [
        CODE,
        "H12.34.5-251021-0001",
        "38.98.H29-210519-0013",  # a ward of Thành phố Hồ Chí Minh
        "G22.99-251225-020175",  # a ministry's department
        "000.00.01.H29-260310-0420",
        "123-251021-0001",  # a unit without a letter
        "03706/2026/07906",  # social insurance
        "HS-2023-001",
        "TS2026-00102",
        "HS001928",
        "123456",
    ],
)
def test_codes_of_offices_are_taken_as_they_are(code):
    assert parse(code) == code
    assert not personal(code)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (" h12.34.5-251021-0001\n", "H12.34.5-251021-0001"),
        ("H12.34.5–251021–0001", "H12.34.5-251021-0001"),
        ("Ｈ12.34.5－251021－0001", "H12.34.5-251021-0001"),
    ],
)
def test_spelling_is_made_one(text, code):
    assert parse(text) == code


@pytest.mark.parametrize(
    "text",
    [
        f"https://dichvucong.gov.vn/tra-cuu?ma_ho_so={CODE}",
        f"https://dichvucong.gov.vn/tra-cuu?x=1&id={CODE.lower()}#top",
        f"https://motcua.example.gov.vn/hoso/{CODE}/",
        f"https%3A%2F%2Fmotcua.example.gov.vn%2F?m={CODE}",
        f"Mã hồ sơ: {CODE}. Họ tên: Nguyễn Văn A. ĐT: 0912345678",
        f"{CODE}|Cấp bản sao trích lục hộ tịch|21/10/2025",
        f"{CODE}\n{CODE}",
    ],
)
def test_code_of_the_national_scheme_is_found_inside_a_qr(text):
    assert parse(text) == CODE
    assert not personal(text)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("https://motcua.example.vn/#/tra-cuu?maHoSo=HS-2023-001&t=5", "HS-2023-001"),
        ("https://motcua.example.vn/?code=TS2026-00102", "TS2026-00102"),
        ("Số hồ sơ: 12/2025/HS-88; nhận ngày 21/10/2025", "12/2025/HS-88"),
        ("MÃ SỐ HỒ SƠ HS001928.", "HS001928"),
    ],
)
def test_an_offices_own_code_is_found_where_it_is_called_by_its_name(text, code):
    assert parse(text) == code


@pytest.mark.parametrize(
    "text",
    [
        "001090012345",
        "001.090.012.345",
        "001-090-012-345",
        "001/090/012/345",
        "123456789",  # CMND
        "123.456.789",
        "7412345678",  # social insurance, tax
        "0912345678",
        "0912.345.678",
        "0912/345/678",
        "0912 345 678",
        "+84912345678",
        "02743822123",
        "B1234567",
        "P01234567",
        "GD4797912345678",
        "51F-123.45",
        "nguyenvana@example.vn",
        "001090012345|123456789|Nguyễn Văn A|01011990|Nam|Bình Dương|01012021",  # the QR of an identity card
        "Mã hồ sơ: 001090012345",
        "https://zalo.me/0912345678",
    ],
)
def test_numbers_that_name_a_person_are_refused_and_known_as_such(text):
    assert parse(text) is None
    assert personal(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "H12",
        "ABCDEF",
        "------",
        "H12.34.5--251021",
        "H12.34.5-251021-",
        "01/01/1990",
        "1.1.1990",
        f"{CODE} 000.00.17.H12-251021-0002",  # which of the two?
        "https://example.gov.vn/",
        "http://[broken?ma_ho_so=",
        "Biên nhận hồ sơ số",
        "A1" * 21,
    ],
)
def test_anything_else_is_no_code_but_nothing_personal_either(text):
    assert parse(text) is None
    assert not personal(text)


def test_code_is_read_aloud_in_groups():
    assert groups(CODE) == ("000.00.17.H12", "-", "251021", "-", "0001")
    assert groups("03706/2026/07906") == ("03706", "/", "2026", "/", "07906")
    assert groups("H12-") == ("H12", "-")
    assert groups("") == ()


@given(st.text(max_size=60) | st.text("0123456789.-/HAB ", max_size=45))
def test_what_is_accepted_is_one_plain_code_and_accepted_again(text):
    code = parse(text)
    if code is not None:
        assert LEAST <= len(code) <= MOST
        assert set(code) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789./-")
        assert parse(code) == code
        assert "".join(groups(code)) == code


@given(
    st.from_regex(r"0\d{11}|0[35789]\d{8}|02\d{9}", fullmatch=True), st.sampled_from(["", ".", "-", "/", " "])
)
def test_no_identity_number_and_no_phone_gets_through_however_it_is_spaced(number, sign):
    text = sign.join([number[:4], number[4:7], number[7:]])
    assert parse(text) is None


def test_a_comment_keeps_what_is_a_code_here():
    """Masking must not cover in a comment what this page would take."""
    for code in (CODE, "H12.34.5-251021-0001", "G22.99-251225-020175"):
        assert mask(f"Hồ sơ {code} trễ hẹn").text == f"Hồ sơ {code} trễ hẹn"


def test_a_scanner_gone_wild_costs_no_time():
    began = time.perf_counter()
    for text in ("1." * 5000, "H12-" * 5000, "MA HO SO " * 2000, "A" * 20_000, "9" * 20_000):
        parse(text)
        personal(text)
    assert time.perf_counter() - began < 2
