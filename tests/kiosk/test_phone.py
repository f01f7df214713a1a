"""The address in the phone's QR: made offline, of this tablet, or none at all."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk import phone
from kiosk.enrolment import Identity
from sync import phone as tokens
from sync.phone import Verdict

KEY = "cd" * 32
IDENTITY = Identity(
    tablet_id="3f8d6c1e-52a7-4b0e-9d34-7c1f0a2b9e10",
    seed="00" * 32,
    key_id="56475aa75463474c",
    phone_key=KEY,
)
NOW = 1_763_700_000.0


def link(address: str = "https://danhgia.binhduong.gov.vn", identity: Identity = IDENTITY) -> str:
    return phone.link(address, identity, NOW, b"1234")


def test_headquarters_believes_what_the_tablet_links_to() -> None:
    before, token = link().rsplit("/", 1)
    assert before == "HTTPS://DANHGIA.BINHDUONG.GOV.VN/P"
    read = tokens.read(token)
    assert read is not None
    assert read.who == IDENTITY.key_id[:8]
    assert tokens.verify(read, KEY, NOW) is Verdict.OK


@pytest.mark.parametrize(
    ("address", "before"),
    [
        ("http://127.0.0.1:8480", "HTTP://127.0.0.1:8480/P/"),
        ("http://127.0.0.1:8480/", "HTTP://127.0.0.1:8480/P/"),
        ("https://so.gov.vn/Danh-Gia/", "HTTPS://SO.GOV.VN/Danh-Gia/P/"),
    ],
)
def test_only_what_may_be_in_capitals_is(address: str, before: str) -> None:
    made = link(address)
    assert made.startswith(before)
    assert len(made) == len(before) + tokens.LENGTH


@pytest.mark.parametrize(
    "identity", [replace(IDENTITY, key_id=""), replace(IDENTITY, phone_key=""), Identity("x", "00" * 32)]
)
def test_a_tablet_that_cannot_prove_itself_shows_no_code(identity: Identity) -> None:
    assert link(identity=identity) == ""


def test_a_tablet_without_headquarters_shows_no_code() -> None:
    assert link("") == ""


def test_every_code_is_another(monkeypatch: pytest.MonkeyPatch) -> None:
    made = {phone.link("https://a.vn", IDENTITY, NOW, bytes([n] * 4)) for n in range(50)}
    assert len(made) == 50
