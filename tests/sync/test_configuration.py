"""What makes a tablet take headquarters' configuration, and what does not."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from sync.configuration import (
    Configuration,
    ConfigurationError,
    Document,
    Trust,
    encode_payload,
    sign,
    verify,
)
from sync.signing import Signer
from sync.wishes import BadWish, Improved, Wishes, read_wishes, wishes_as_plain

NOW, NEXT, LATER = (Signer(bytes([place]) * 32) for place in (1, 2, 3))
TRUST = Trust(tablet_id="t-1", config_key=NOW.public_key.hex())


def document(key: Signer = NOW, **changes: Any) -> Document:
    usual = Configuration(version=1, tablet_id="t-1", issued_ms=5, wishes=Wishes(slogans="bom-bo"))
    return sign(encode_payload(replace(usual, **changes)), key.key_id, key.sign)


def code_of(refused: Document, trust: Trust = TRUST) -> str:
    with pytest.raises(ConfigurationError) as raised:
        verify(refused, trust)
    return raised.value.code


def test_a_document_of_the_pinned_key_is_taken() -> None:
    found = verify(document(), TRUST)
    assert (found.version, found.wishes.slogans, found.wishes.idle_s) == (1, "bom-bo", None)


def test_a_changed_letter_is_noticed() -> None:
    good = document()
    assert code_of(replace(good, payload=good.payload.replace("bom-bo", "bom-ba"))) == "bad_signature"


def test_another_key_is_not_believed_whatever_name_it_takes() -> None:
    assert code_of(document(LATER)) == "bad_signature"
    assert code_of(replace(document(LATER), key_id=NOW.key_id)) == "bad_signature"


@pytest.mark.parametrize("signature", ["", "ä", "AAAA", "!" * 88])
def test_an_odd_signature_is_a_wrong_one(signature: str) -> None:
    assert code_of(replace(document(), signature=signature)) == "bad_signature"


def test_another_tablet_s_document_is_refused() -> None:
    assert code_of(document(tablet_id="t-2")) == "other_tablet"


@pytest.mark.parametrize("version", [6, 7])
def test_an_older_document_and_the_same_again_are_refused(version: int) -> None:
    assert code_of(document(version=version), replace(TRUST, version=7)) == "not_newer"


def test_signed_nonsense_is_unreadable() -> None:
    assert code_of(sign("[]", NOW.key_id, NOW.sign)) == "unreadable"
    assert code_of(sign('{"version":1}', NOW.key_id, NOW.sign)) == "unreadable"


def test_the_announced_key_becomes_the_pinned_one_when_it_has_signed() -> None:
    announcing = document(next_key=NEXT.public_key.hex())
    trust = TRUST.after(announcing, verify(announcing, TRUST))
    assert (trust.config_key, trust.next_key) == (NOW.public_key.hex(), NEXT.public_key.hex())
    still_the_old = document(version=2, next_key=NEXT.public_key.hex())
    trust = trust.after(still_the_old, verify(still_the_old, trust))
    first_of_the_next = document(NEXT, version=3)
    trust = trust.after(first_of_the_next, verify(first_of_the_next, trust))
    assert (trust.config_key, trust.next_key, trust.version) == (NEXT.public_key.hex(), "", 3)
    assert code_of(document(version=4), trust) == "bad_signature"


def test_a_key_that_announces_itself_announces_none() -> None:
    own = document(next_key=NOW.public_key.hex())
    assert TRUST.after(own, verify(own, TRUST)).next_key == ""


def test_an_announcement_can_be_taken_back() -> None:
    announcing = document(next_key=NEXT.public_key.hex())
    trust = TRUST.after(announcing, verify(announcing, TRUST))
    silent = document(version=2)
    trust = trust.after(silent, verify(silent, trust))
    assert code_of(document(NEXT, version=3), trust) == "bad_signature"


def test_wishes_of_later_versions_are_kept_and_written_back() -> None:
    found = read_wishes({"slogans": "bom-bo", "hologram": {"on": True}})
    assert found.more == {"hologram": {"on": True}}
    assert wishes_as_plain(found) == {"slogans": "bom-bo", "hologram": {"on": True}}


def test_every_wish_survives_the_way_there() -> None:
    plain = {
        "address": "https://hailong.example", "slogans": "a-1", "level_1": "khong-hai-long",
        "hours": "T2-T6 07:30-11:30, 13:30-17:00; T7 07:30-11:30",
        "language": "vi", "languages": ["vi", "en"],
        "idle_s": 30.0, "cool_down_s": 3.0, "closing_s": 8.0, "sync_every_s": 120.0, "staff_blind": False,
        "reasons": ["time", "clear"],
        "notices": [{"id": "n", "vi": "Nghỉ", "en": "", "first_day": "", "last_day": "2026-01-01"}],
        "improved": [
            {"id": "i", "said_vi": "Ồn", "done_vi": "Yên", "said_en": "", "done_en": "", "day": ""}
        ],
        "pin_resets": [{"id": "p", "role": "staff", "hash": "$argon2id$v=19$m=65536,t=2,p=1$c2FsdA$aGFzaA"}],
    }  # fmt: skip
    found = read_wishes(json.loads(json.dumps(plain)))
    assert wishes_as_plain(found) == {
        name: [dict(row) if isinstance(row, dict) else row for row in value]
        if isinstance(value, list)
        else value
        for name, value in plain.items()
    }
    assert found.improved == (Improved(id="i", said_vi="Ồn", done_vi="Yên"),)


@pytest.mark.parametrize(
    ("wish", "value"),
    [
        ("address", "http://hailong.example"),
        ("address", "https://x:99999/"),
        ("address", "https://a b"),
        ("address", 5),
        ("slogans", "../../etc/passwd"),
        ("hours", "always"),
        ("hours", 7),
        ("hours", "T2-T6 07:30-25:00"),
        ("hours", "T2 07:30-07:30"),
        ("hours", "T2 07:60-11:00"),
        ("hours", "T2 13:30-17:00, 07:30-11:30"),
        ("hours", "T6-T2 07:30-11:30"),
        ("hours", "T2-T6 07:30-11:30; T3 08:00-09:00"),
        ("hours", "T2-T6 07:30-11:30;"),
        ("notices", [{"id": "x", "vi": "\ud800"}]),
        ("improved", [{"id": "x", "said_vi": "ơ" * 161, "done_vi": "y"}]),
        ("improved", [{"id": "x", "said_vi": "x", "done_vi": "y", "done_en": "z" * 161}]),
        ("later", {"x": "\ud800"}),
        ("later", float("nan")),
        ("language", "Vietnamese, please"),
        ("languages", ["vi", "vi"]),
        ("languages", "vi"),
        ("idle_s", 4),
        ("idle_s", float("nan")),
        ("idle_s", True),
        ("idle_s", "30"),
        ("staff_blind", 1),
        ("reasons", ["a"] * 51),
        ("notices", [{"id": "x"}]),
        ("notices", [{"id": "x", "vi": " "}]),
        ("notices", [{"id": "x", "vi": "a" * 501}]),
        ("notices", [{"id": "x", "vi": "a", "last_day": "Tết"}]),
        ("notices", [{"id": "x", "vi": "a"}, {"id": "x", "vi": "b"}]),
        ("pin_resets", [{"id": "x", "role": "root", "hash": "$argon2id$v=19$m=65536,t=2,p=1$c2FsdA$aGFzaA"}]),
        ("pin_resets", [{"id": "x", "role": "staff", "hash": "123456"}]),
    ],
)
def test_a_wish_that_no_tablet_can_grant_refuses_all_and_names_it(wish: str, value: object) -> None:
    with pytest.raises(BadWish, match=f"{wish}|wishes"):
        read_wishes({wish: value})
    text = json.dumps({"version": 1, "tablet_id": "t-1", "issued_ms": 5, "wishes": {wish: value}})
    assert code_of(sign(text, NOW.key_id, NOW.sign)) == "bad_value"


def test_the_first_language_is_one_of_those_offered() -> None:
    with pytest.raises(BadWish, match="language"):
        read_wishes({"language": "en", "languages": ["vi"]})


@pytest.mark.parametrize("fields", [{"version": 0}, {"version": 2**31}, {"next_key": "abc"}])
def test_signed_fields_out_of_range_are_refused(fields: dict[str, Any]) -> None:
    text = json.dumps({"version": 1, "tablet_id": "t-1", "issued_ms": 5, "wishes": {}, **fields})
    assert code_of(sign(text, NOW.key_id, NOW.sign)) == "bad_value"
