"""The phone's token: made offline by one tablet, short enough for its QR, good for a quarter of an hour."""

from __future__ import annotations

import string

import pytest
import qrcode
from hypothesis import given
from hypothesis import strategies as st
from qrcode.constants import ERROR_CORRECT_L

from sync import phone
from sync.phone import EARLY_S, GRACE_S, NONCE_BYTES, VALID_S, Token, Verdict

KEY_ID = "56475aa75463474c"
KEY = "ab" * 32
NOW = 1_763_700_000 // 60 * 60
HOUR = 3600

seconds = st.integers(0, 2**28 * 60 - 1)
nonces = st.binary(min_size=NONCE_BYTES, max_size=NONCE_BYTES)
ids = st.text("0123456789abcdef", min_size=16, max_size=16)
keys = st.binary(min_size=32, max_size=32).map(bytes.hex)


def minted(made_s: float = NOW, nonce: bytes = b"\x00\x01\x02\x03") -> Token:
    token = phone.read(phone.mint(KEY_ID, KEY, made_s, nonce))
    assert token is not None
    return token


@given(ids, keys, seconds, nonces)
def test_what_is_minted_is_read_back_and_believed(key_id: str, key: str, now_s: int, nonce: bytes) -> None:
    text = phone.mint(key_id, key, now_s, nonce)
    token = phone.read(text)
    assert token is not None
    assert (token.who, token.made_s, token.nonce) == (key_id[:8], now_s // 60 * 60, nonce)
    assert phone.verify(token, key, now_s) is Verdict.OK
    assert phone.read(text.lower()) == token


def test_it_is_capitals_and_digits_only_and_of_one_length() -> None:
    text = phone.mint(KEY_ID, KEY, NOW, b"\xff" * 4)
    assert len(text) == phone.LENGTH == 32
    assert set(text) <= set(string.ascii_uppercase + string.digits)


@pytest.mark.parametrize("host", ["A.VN", "DANHGIA.BINHDUONG.GOV.VN", "X" * 34])
def test_the_whole_address_fits_a_small_qr(host: str) -> None:
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_L)
    code.add_data(f"HTTPS://{host}{phone.PATH.upper()}{phone.mint(KEY_ID, KEY, NOW, b'1234')}")
    code.make(fit=True)
    assert code.modules_count <= 29


@given(ids, keys, keys, nonces)
def test_another_key_did_not_make_it(key_id: str, key: str, other: str, nonce: bytes) -> None:
    token = phone.read(phone.mint(key_id, key, NOW, nonce))
    assert token is not None
    assert (phone.verify(token, other, NOW) is Verdict.FORGED) == (key != other)


def test_every_changed_letter_is_refused() -> None:
    text = phone.mint(KEY_ID, KEY, NOW, b"1234")
    for at, letter in enumerate(text):
        for other in "A7":
            token = phone.read(text[:at] + other + text[at + 1 :])
            changed = other != letter
            assert token is None or (phone.verify(token, KEY, NOW) is Verdict.FORGED) == changed, at


@pytest.mark.parametrize(
    ("text"), ["", "A" * 31, "A" * 33, "1" * 32, "Ạ" * 32, "A" * 31 + "=", " " * 32, "A" * 32, "7" * 32]
)
def test_what_is_no_token_is_not_read(text: str) -> None:
    assert phone.read(text) is None


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    token = phone.read(text)
    assert token is None or phone.verify(token, KEY, NOW) is Verdict.FORGED


@pytest.mark.parametrize(
    ("age_s", "verdict"),
    [
        (0, Verdict.OK),
        (VALID_S, Verdict.OK),
        (VALID_S + 1, Verdict.EXPIRED),
        (10 * 365 * 24 * HOUR, Verdict.EXPIRED),
        (-EARLY_S, Verdict.OK),
        (-EARLY_S - 1, Verdict.EARLY),
    ],
)
def test_it_lives_for_a_quarter_of_an_hour(age_s: int, verdict: Verdict) -> None:
    assert phone.verify(minted(), KEY, NOW + age_s) is verdict


def test_who_opened_the_page_in_time_may_answer_later() -> None:
    late = NOW + VALID_S + GRACE_S
    assert phone.verify(minted(), KEY, late) is Verdict.EXPIRED
    assert phone.verify(minted(), KEY, late, valid_s=VALID_S + GRACE_S) is Verdict.OK
    assert phone.verify(minted(), KEY, late + 1, valid_s=VALID_S + GRACE_S) is Verdict.EXPIRED


@pytest.mark.parametrize("drift_s", [-400 * 24 * HOUR, -7 * HOUR, 3 * HOUR, 30 * 24 * HOUR])
def test_a_clock_known_to_be_wrong_does_not_matter(drift_s: int) -> None:
    token = minted(NOW + drift_s)
    assert phone.verify(token, KEY, NOW) is not Verdict.OK
    assert phone.verify(token, KEY, NOW, drift_s) is Verdict.OK
    assert phone.verify(token, KEY, NOW + VALID_S + 1, drift_s) is Verdict.EXPIRED


def test_a_clock_set_right_since_the_last_heartbeat_does_not_matter_either() -> None:
    assert phone.verify(minted(), KEY, NOW, drift_s=3 * HOUR) is Verdict.OK
    assert phone.verify(minted(), KEY, NOW, drift_s=-3 * HOUR) is Verdict.OK


def test_tokens_of_one_minute_differ_by_their_nonce_alone() -> None:
    assert minted(nonce=b"aaaa").once != minted(nonce=b"bbbb").once
    assert minted(NOW + 59).once == minted(NOW).once
    assert minted(NOW + 60).once != minted(NOW).once


@pytest.mark.parametrize("nonce", [b"", b"123", b"12345"])
def test_a_nonce_of_another_size_is_refused(nonce: bytes) -> None:
    with pytest.raises(ValueError, match="4 bytes"):
        phone.mint(KEY_ID, KEY, NOW, nonce)


def test_a_clock_before_1970_makes_a_token_all_the_same() -> None:
    assert minted(-5).minute == 0
