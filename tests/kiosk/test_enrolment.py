"""Who a tablet is: kept across starts, versions and enrolments, and never replaced by itself."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kiosk.enrolment import (
    FILE_NAME,
    Identity,
    IdentityError,
    enrolled,
    load_identity,
    request,
    save_identity,
)
from sync.contract import EnrolmentReply
from sync.signing import key_id

ID = "3f8d6c1e-52a7-4b0e-9d34-7c1f0a2b9e10"
REPLY = EnrolmentReply(
    tablet_id=ID,
    key_id="56475aa75463474c",
    office="UBND phường Thủ Dầu Một",
    desk="Quầy 3",
    server_time_ms=0,
    sealing_key="8f" * 32,
    phone_key="79" * 32,
)


def loaded(folder: Path) -> Identity:
    return load_identity(folder, lambda: ID)


def test_first_start_makes_an_identity_that_stays(tmp_path: Path) -> None:
    first = loaded(tmp_path)
    assert (first.tablet_id, first.enrolled, first.sealing_key, first.phone_key) == (ID, False, "", "")
    assert load_identity(tmp_path, lambda: "another") == first
    assert (tmp_path / FILE_NAME).stat().st_mode & 0o777 == 0o600


def test_enrolment_brings_both_keys_and_they_are_kept(tmp_path: Path) -> None:
    save_identity(tmp_path, enrolled(loaded(tmp_path), REPLY))
    kept = loaded(tmp_path)
    assert kept.enrolled
    assert (kept.office, kept.desk) == (REPLY.office, REPLY.desk)
    assert (kept.sealing_key, kept.phone_key) == (REPLY.sealing_key, REPLY.phone_key)


def test_identity_of_an_earlier_version_is_still_this_tablets(tmp_path: Path) -> None:
    old = {"tablet_id": ID, "seed": "11" * 32, "key_id": "ab" * 8, "office": "UBND", "desk": "Quầy 1"}
    (tmp_path / FILE_NAME).write_text(json.dumps(old), encoding="utf-8")
    found = loaded(tmp_path)
    assert (found.seed, found.key_id, found.desk) == (old["seed"], old["key_id"], "Quầy 1")
    assert (found.sealing_key, found.phone_key) == ("", "")


def test_reply_of_an_earlier_headquarters_leaves_no_key_behind(tmp_path: Path) -> None:
    old = EnrolmentReply(tablet_id=ID, key_id="56475aa75463474c", office="", desk="", server_time_ms=0)
    again = enrolled(enrolled(loaded(tmp_path), REPLY), old)
    assert (again.sealing_key, again.phone_key) == ("", "")


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", '{"tablet_id": "x"}', '{"seed": "00"}', '{"tablet_id": "x", "seed": "zz"}'],
)
def test_unusable_file_is_named_and_left_alone(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE_NAME).write_text(text, encoding="utf-8")
    with pytest.raises(IdentityError, match=r"identity\.json"):
        loaded(tmp_path)
    assert (tmp_path / FILE_NAME).read_text(encoding="utf-8") == text


def test_request_brings_the_public_key_and_no_secret(tmp_path: Path) -> None:
    identity = loaded(tmp_path)
    message = request(identity, "7K4Q-2M9X-RTBD", "install", "0.1.0")
    assert key_id(bytes.fromhex(message.public_key)) == identity.signer().key_id
    assert identity.seed not in repr(message)
