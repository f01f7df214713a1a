"""Where a reply may go: sealed at the tablet and at headquarters, opened with one file and nothing else."""

from __future__ import annotations

import base64
import json
import stat
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from nacl.public import PrivateKey

from headquarters import config, sealing
from headquarters.ratings.models import Event
from headquarters.sealing import CannotOpen
from headquarters.tablets.enrolment import new_code
from headquarters.tablets.phone import phone_key
from kiosk.contact import contact_of, to_sealed_json
from sync import contract
from sync.sealing import key_id, seal
from tests.headquarters.conftest import Office26740, verdicts
from tests.headquarters.test_phone import everything_in_the_database
from tests.support import FakeTablet, body_of

NAME, PHONE, EMAIL = "Nguyễn Thị Hoa", "+84912345678", "hoa.nguyen1962@gmail.com"
PLAIN = to_sealed_json(contact_of(NAME, "0912 345 678", EMAIL, guardian=False), 1_763_700_000_000, "hoi-am-1")
CODE = "4K7PX-V2M9H-RT3C7"


def enrolled(office: Office26740, tablet: FakeTablet) -> contract.EnrolmentReply:
    body = body_of(tablet.enrolment(new_code(office.desk())))
    status, answer = office.post(contract.ENROL_PATH, body, tablet.headers(body))
    assert status == 200, answer
    return contract.decode_enrolment_reply(answer)


def test_from_the_tablets_page_to_the_handlers_eye(office: Office26740) -> None:
    tablet = FakeTablet()
    key = enrolled(office, tablet).sealing_key
    body = {"sealed": seal(PLAIN, key), "key_id": key_id(key), "lookup": CODE}
    event = tablet.append(tablet.event(contract.CONTACT, body))
    assert verdicts(office.push(tablet, [event])) == ["accepted"]
    kept = contract.decode_event(Event.objects.get(kind="contact").stored).body
    assert kept["key_id"] == sealing.own_key_id()
    opened = json.loads(sealing.open_sealed(kept["sealed"]))
    assert (opened["name"], opened["phone"], opened["email"]) == (NAME, PHONE, EMAIL)


def test_the_database_holds_no_plain_text_and_no_key(office: Office26740) -> None:
    tablet = FakeTablet()
    reply = enrolled(office, tablet)
    body = {"sealed": seal(PLAIN, reply.sealing_key), "key_id": key_id(reply.sealing_key), "lookup": CODE}
    office.push(tablet, [tablet.append(tablet.event(contract.CONTACT, body))])
    text = everything_in_the_database()
    assert body["sealed"] in text, "the look must be able to find things"
    private = config.sealing_key(settings.DATA)
    for secret in (NAME, "Hoa", "912345678", EMAIL, "hoa.nguyen", private, reply.phone_key):
        assert secret not in text, secret
    assert repr(bytes.fromhex(private))[2:-1] not in text
    dumped = base64.b64encode(PLAIN).decode()
    assert dumped[:24] not in text


def test_both_keys_come_with_the_enrolment_and_stay_the_same(office: Office26740) -> None:
    first, second = FakeTablet(), FakeTablet()
    replies = [enrolled(office, tablet) for tablet in (first, second, first)]
    assert {reply.sealing_key for reply in replies} == {sealing.public_key()}
    keys = [reply.phone_key for reply in replies]
    assert keys[0] == keys[2] != keys[1], "each tablet's own"
    assert all(len(bytes.fromhex(key)) == 32 for key in keys)
    assert settings.SECRET_KEY not in keys


def test_the_phone_key_is_derived_from_the_secret(
    tablet: FakeTablet, monkeypatch: pytest.MonkeyPatch
) -> None:
    import uuid

    before = phone_key(uuid.UUID(tablet.tablet_id))
    monkeypatch.setattr(settings, "SECRET_KEY", "another" * 9)
    assert phone_key(uuid.UUID(tablet.tablet_id)) != before


@pytest.mark.parametrize(
    "sealed",
    [
        "",
        "AAAA",
        "không phải base64",
        seal(PLAIN, bytes(PrivateKey(b"\x01" * 32).public_key).hex()),
    ],
)
def test_what_was_sealed_to_another_does_not_open(sealed: str) -> None:
    with pytest.raises(CannotOpen):
        sealing.open_sealed(sealed)


def test_what_was_changed_does_not_open() -> None:
    raw = bytearray(base64.b64decode(seal(PLAIN, sealing.public_key())))
    raw[-1] ^= 1
    with pytest.raises(CannotOpen):
        sealing.open_sealed(base64.b64encode(raw).decode())


def test_the_private_key_is_its_owners_file_and_is_never_replaced(tmp_path: Path) -> None:
    key = config.sealing_key(tmp_path)
    path = tmp_path / "sealing.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert config.sealing_key(tmp_path) == key
    assert key != config.secret_key(tmp_path)
    assert list(tmp_path.glob("*.key.*")) == []


@pytest.mark.parametrize("text", ["", "zz" * 32, "ab" * 31, "AB" * 32, "ab" * 33])
def test_a_damaged_key_file_is_named_and_left_alone(tmp_path: Path, text: str) -> None:
    (tmp_path / "sealing.key").write_text(text, encoding="ascii")
    with pytest.raises(config.ConfigError, match=r"sealing\.key"):
        config.sealing_key(tmp_path)
    assert (tmp_path / "sealing.key").read_text(encoding="ascii") == text


def test_no_migration_is_missing(db: None) -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)
