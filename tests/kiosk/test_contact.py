"""How a citizen may be reached: numbers as people write them, addresses, and nothing in any log."""

from __future__ import annotations

import json
import logging
import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kiosk.contact import (
    Contact,
    Fault,
    Place,
    PurposeError,
    Unusable,
    contact_of,
    email_of,
    faults,
    load_purpose,
    name_of,
    national,
    phone_of,
    spaced,
    to_sealed_json,
)

ASSETS = Path(__file__).resolve().parents[2] / "assets"


def outcome(read, raw):
    """What was read, or the fault."""
    try:
        return read(raw)
    except Unusable as unusable:
        return unusable.fault


def fault_of(read, raw):
    with pytest.raises(Unusable) as refused:
        read(raw)
    return refused.value.fault


# -- phone -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        ("0912345678", "+84912345678"),
        ("0328 123 456", "+84328123456"),
        ("056.812.3456", "+84568123456"),
        (" 070-812-3456 ", "+84708123456"),
        ("(089) 812 3456", "+84898123456"),
        ("+84 912 345 678", "+84912345678"),
        ("+84 (0)912 345 678", "+84912345678"),
        ("84912345678", "+84912345678"),
        ("0084 912345678", "+84912345678"),
        ("０９１２３４５６７８", "+84912345678"),
        ("0912\u00a0345\u2013678", "+84912345678"),
        ("0274 3822 825", "+842743822825"),
        ("024.3825.1234", "+842438251234"),
        ("+84 28 3829 1234", "+842838291234"),
    ],
)
def test_a_number_as_people_write_it(raw, number):
    assert phone_of(raw) == number


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        ("09123", Fault.PHONE_SHORT),
        ("0", Fault.PHONE_SHORT),
        ("+84", Fault.PHONE_SHORT),
        ("091234567", Fault.PHONE_SHORT),
        ("0274382282", Fault.PHONE_SHORT),
        ("09123456789", Fault.PHONE_LONG),
        ("027438228251", Fault.PHONE_LONG),
        ("912345678", Fault.PHONE_START),
        ("0112345678", Fault.PHONE_START),
        ("01681234567", Fault.PHONE_START),
        ("0412345678", Fault.PHONE_START),
        ("0612345678", Fault.PHONE_START),
        ("+1 202 555 0123", Fault.PHONE_START),
        ("19001234", Fault.PHONE_START),
        ("079012345678", Fault.PHONE_LONG),  # an identity number
        ("0912 345 67a", Fault.PHONE_SIGNS),
        ("khong co", Fault.PHONE_SIGNS),
        ("٠٩١٢٣٤٥٦٧٨", Fault.PHONE_SIGNS),
        ("0912+345678", Fault.PHONE_SIGNS),
        ("..", Fault.PHONE_SIGNS),
        ("", Fault.PHONE_SIGNS),
    ],
)
def test_what_is_wrong_with_a_number(raw, fault):
    assert fault_of(phone_of, raw) is fault


digits = st.text("0123456789", min_size=8, max_size=8)
mobiles = st.tuples(st.sampled_from("35789"), digits).map(lambda parts: "0" + "".join(parts))
landlines = st.tuples(digits, st.sampled_from("0123456789")).map(lambda parts: "02" + "".join(parts))
numbers = mobiles | landlines
betweens = st.sampled_from(["", " ", ".", "-", "  ", " - ", "\u00a0", "–"])


@st.composite
def written(draw):
    """A number, and one of the ways to write it."""
    number = draw(numbers)
    head = draw(st.sampled_from(["0", "+84", "84", "0084", "+840", "(+84)", "+84 (0)"]))
    body = "".join(char + draw(betweens) for char in number[1:])
    return number, draw(betweens) + head + draw(betweens) + body


@given(written())
def test_however_it_is_written_it_is_one_number(pair):
    number, raw = pair
    assert phone_of(raw) == f"+84{number[1:]}"


@given(numbers)
def test_a_number_in_its_own_form_stays_as_it_is(number):
    once = phone_of(number)
    assert phone_of(once) == once
    assert national(once) == number
    assert phone_of(spaced(number)) == once


@given(st.text(max_size=40) | st.text("0123456789+84 .-", max_size=20))
@example("+")
@example("0")
def test_any_text_is_a_number_or_one_fault(raw):
    number = outcome(phone_of, raw)

    if isinstance(number, Fault):
        assert number.value.startswith("phone-")
    else:
        assert re.fullmatch(r"\+84(?:[35789][0-9]{8}|2[0-9]{9})", number)


@given(numbers, st.integers(min_value=2, max_value=9), st.sampled_from("0123456789"))
def test_a_digit_missing_or_too_many_is_never_accepted(number, place, digit):
    """From the third digit on: the second decides how many there are."""
    assert outcome(phone_of, number[:place] + number[place + 1 :]) is Fault.PHONE_SHORT
    assert outcome(phone_of, number[:place] + digit + number[place:]) is Fault.PHONE_LONG


# -- e-mail and name -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "address"),
    [
        ("hoa.nguyen@gmail.com", "hoa.nguyen@gmail.com"),
        (" Hoa_62+gopy@Mail.BinhDuong.GOV.vn ", "Hoa_62+gopy@mail.binhduong.gov.vn"),
        ("a@b.vn", "a@b.vn"),
        ("o'neil@xn--vi-7ja.vn", "o'neil@xn--vi-7ja.vn"),
    ],
)
def test_an_address(raw, address):
    assert email_of(raw) == address


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        ("hoa.gmail.com", Fault.EMAIL_AT),
        ("hoa@nguyen@gmail.com", Fault.EMAIL_AT),
        ("hoa nguyen@gmail.com", Fault.EMAIL_SPACE),
        ("hòa@gmail.com", Fault.EMAIL_MARKS),
        ("hoa@côngan.vn", Fault.EMAIL_MARKS),
        ("@gmail.com", Fault.EMAIL_NAME),
        (".hoa@gmail.com", Fault.EMAIL_NAME),
        ("hoa..n@gmail.com", Fault.EMAIL_NAME),
        ("hoa,n@gmail.com", Fault.EMAIL_NAME),
        ("hoa@gmail", Fault.EMAIL_DOMAIN),
        ("hoa@gmail.", Fault.EMAIL_DOMAIN),
        ("hoa@-gmail.com", Fault.EMAIL_DOMAIN),
        ("hoa@gmail..com", Fault.EMAIL_DOMAIN),
        ("hoa@gmail.c", Fault.EMAIL_DOMAIN),
        ("hoa@192.168.1.1", Fault.EMAIL_DOMAIN),
        ("h" * 65 + "@gmail.com", Fault.EMAIL_LONG),
        ("hoa@" + "a." * 130 + "vn", Fault.EMAIL_LONG),
    ],
)
def test_what_is_wrong_with_an_address(raw, fault):
    assert fault_of(email_of, raw) is fault


@given(st.text(max_size=60) | st.text("ab@. -_ò", max_size=12))
def test_any_text_is_an_address_or_one_fault(raw):
    address = outcome(email_of, raw)

    if isinstance(address, Fault):
        assert address.value.startswith("email-")
    else:
        assert email_of(address) == address
        assert address.isascii()
        assert address.count("@") == 1


def test_a_name_is_one_line_in_one_form():
    assert name_of(unicodedata.normalize("NFD", "  Nguyễn \n Thị Hòa ")) == "Nguyễn Thị Hòa"
    assert name_of("a" * 80) == "a" * 80
    assert fault_of(name_of, "a" * 81) is Fault.NAME_LONG


# -- the contact -----------------------------------------------------------------------------------------


def test_one_way_is_enough_and_none_is_not():
    assert faults("", "0912345678", "") == {}
    assert faults("", " ", "hoa@gmail.com") == {}
    assert faults("Hoa", " ", "") == {Place.PHONE: Fault.NO_WAY, Place.EMAIL: Fault.NO_WAY}


def test_what_is_typed_must_be_right_even_beside_one_that_is():
    assert faults("", "0912345678", "hoa@") == {Place.EMAIL: Fault.EMAIL_DOMAIN}
    assert faults("x" * 81, "09", "hoa@gmail.com") == {
        Place.NAME: Fault.NAME_LONG,
        Place.PHONE: Fault.PHONE_SHORT,
    }
    with pytest.raises(Unusable, match="email-domain"):
        contact_of("", "0912345678", "hoa@", False)


def test_a_contact_is_what_was_typed_in_one_form():
    assert contact_of(" Hòa ", "0912 345 678", " Hoa@Gmail.com ", True) == Contact(
        "Hòa", "+84912345678", "Hoa@gmail.com", True
    )


def test_no_log_and_no_error_shows_a_contact(caplog):
    contact = contact_of("Nguyễn Thị Hòa", "0912345678", "hoa@gmail.com", True)
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("kiosk").warning("%s %r %s", contact, contact, [contact])
    assert caplog.records
    for secret in ("Hòa", "912345678", "hoa@"):
        assert secret not in caplog.text
    for read, raw in ((phone_of, "0912345"), (email_of, "hoa@gmail"), (name_of, "Hòa" * 40)):
        with pytest.raises(Unusable) as refused:
            read(raw)
        assert raw not in str(refused.value) + repr(refused.value)


# -- what is sealed --------------------------------------------------------------------------------------


def test_what_will_be_sealed_has_these_fields_and_no_others():
    sealed = to_sealed_json(Contact("Hòa", "+84912345678", "", True), 1_767_225_600_000, "tra-loi-2026-1")

    assert json.loads(sealed) == {
        "v": 1,
        "name": "Hòa",
        "phone": "+84912345678",
        "email": "",
        "guardian": True,
        "consent_ms": 1_767_225_600_000,
        "purpose": "tra-loi-2026-1",
    }
    assert "Hòa".encode() in sealed, "UTF-8, as it is"


# -- the sentence ----------------------------------------------------------------------------------------


def test_the_sentence_names_purpose_term_and_law():
    purpose = load_purpose(ASSETS / "privacy.yaml")

    for language in ("vi", "en"):
        sentence = purpose.sentence(language)
        assert str(purpose.days) in sentence
        assert "91/2025/QH15" in sentence
        assert sentence.count(".") == 1, "one sentence"
    assert purpose.sentence("fr") == purpose.sentence("vi")
    assert "91/2025/QH15" in purpose.source
    assert purpose.key


GOOD = 'key: a\ndays: 30\nsource: luật\nwords:\n  - vi: "Giữ {days} ngày"\n'


def written_purpose(tmp_path, text):
    path = tmp_path / "privacy.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_an_offices_own_sentence(tmp_path):
    purpose = load_purpose(written_purpose(tmp_path, GOOD.replace("30", "0")))

    assert purpose.sentence("vi") == "Giữ 0 ngày"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("days: 30", "days: một tháng"), "dòng 2: days: cần số ngày"),
        (("days: 30", "days: -1"), "dòng 2: days: cần số ngày"),
        (("days: 30", "days: 9999"), "dòng 2: days: cần số ngày"),
        (("source: luật\n", ""), "source: thiếu"),
        (("- vi:", "- en:"), "words: cần một dòng"),
        (("{days}", "30"), "words: mỗi câu"),
        (("Giữ", "Giữ {office}"), "words: chỉ được dùng"),
        (("Giữ", "Giữ }"), "words: chỉ được dùng"),
        (("Giữ", "Giữ " * 40), "words[1]: cần một câu từ 1 đến 160"),
        (("key: a", "keys: a"), "dòng 1: keys: không có khóa này"),
    ],
)
def test_a_sentence_that_cannot_be_used_is_named_by_line(tmp_path, change, message):
    with pytest.raises(PurposeError, match=re.escape("privacy.yaml")) as refused:
        load_purpose(written_purpose(tmp_path, GOOD.replace(*change)))
    assert message in str(refused.value)
