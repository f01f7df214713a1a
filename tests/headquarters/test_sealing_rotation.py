"""A new sealing key: tablets are told, and what was sealed to the old one goes on being opened."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest
from django.conf import settings

from headquarters import config, sealing
from headquarters.config import ConfigError
from headquarters.privacy import contacts
from headquarters.ratings.models import Event
from headquarters.sealing import CannotOpen
from headquarters.tablets import configuration
from headquarters.tablets.configuration import EVERYBODY
from headquarters.tablets.enrolment import new_code
from sync import contract
from sync.sealing import key_id, seal
from sync.wishes import Wishes
from tests.headquarters.conftest import Office26740, verdicts
from tests.headquarters.test_configuration import fetched, reply
from tests.headquarters.test_contact import PLAIN
from tests.support import FakeTablet, body_of


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(settings, "DATA", tmp_path)
    return tmp_path


def rotate() -> str:
    """A whole rotation, as the command does it; the kept file's name."""
    kept = config.rotate_sealing_key(settings.DATA)
    configuration.issue_all()
    return kept


def test_what_was_sealed_before_and_after_opens(office: Office26740, tablet: FakeTablet) -> None:
    sealed_to = [sealing.public_key()]
    for _ in range(2):
        rotate()
        sealed_to.append(fetched(office, tablet, have=len(sealed_to) - 1).sealing_key)
    assert len(set(sealed_to)) == 3
    for key in sealed_to:
        body = {"sealed": seal(PLAIN, key), "key_id": key_id(key), "lookup": ""}
        event = tablet.append(tablet.event(contract.CONTACT, body))
        assert verdicts(office.push(tablet, [event])) == ["accepted"]
    opened = [json.loads(contacts_sealed(event)) for event in Event.objects.filter(kind="contact")]
    assert opened == [json.loads(PLAIN)] * 3
    assert sealing.opening_key_ids() == [key_id(sealed_to[2]), *sorted(map(key_id, sealed_to[:2]))]


def contacts_sealed(event: Event) -> bytes:
    return sealing.open_sealed(contract.decode_event(event.stored).body["sealed"])


def test_a_contact_of_the_old_key_opens_on_the_handler_s_page(
    office: Office26740, tablet: FakeTablet
) -> None:
    key = sealing.public_key()
    body = {"sealed": seal(PLAIN, key), "key_id": key_id(key), "lookup": ""}
    office.push(tablet, [tablet.append(tablet.event(contract.CONTACT, body))])
    rotate()
    assert contacts.opened(Event.objects.get()).name == json.loads(PLAIN)["name"]


def test_nothing_else_opens(own_folder: Path) -> None:
    config.rotate_sealing_key(own_folder)
    for text in (
        seal(b"x", "8f40c5adb68f25624ae5b214ea767a6ec94d829d3d7b5e1ad1ba6f3e2138285f"),
        "",
        "%",
        "QUJD",
    ):
        with pytest.raises(CannotOpen):
            sealing.open_sealed(text)
    for path in own_folder.glob("sealing-old-*.key"):
        path.write_text("z" * 64)
    with pytest.raises(ConfigError, match="not a key"):
        sealing.open_sealed("QUJD")


def test_only_a_rotation_is_told_and_it_is_told_for_good(office: Office26740, tablet: FakeTablet) -> None:
    """A tablet that is told nothing seals to its enrolment's key, whose file may be gone by then."""
    configuration.publish(EVERYBODY, Wishes(slogans="a"), None)
    assert fetched(office, tablet).sealing_key == ""
    kept = rotate()
    found = fetched(office, tablet, have=1)
    assert (found.sealing_key, found.wishes.slogans) == (sealing.public_key(), "a")
    assert reply(office, tablet, have=2).document is None, "said once"
    (settings.DATA / kept).unlink()
    configuration.publish(EVERYBODY, Wishes(slogans="b"), None)
    assert fetched(office, tablet, have=2).sealing_key == sealing.public_key()


def test_a_tablet_that_nobody_wished_anything_of_is_told_too(office: Office26740, tablet: FakeTablet) -> None:
    assert reply(office, tablet).document is None
    config.rotate_sealing_key(settings.DATA)
    found = fetched(office, tablet)
    assert (found.version, found.sealing_key, found.renew_key) == (1, sealing.public_key(), "")


def test_a_tablet_let_in_afterwards_has_the_new_key_from_the_start(office: Office26740) -> None:
    rotate()
    fresh = FakeTablet()
    body = body_of(fresh.enrolment(new_code(office.desk())))
    status, answer = office.post(contract.ENROL_PATH, body, fresh.headers(body))
    assert status == 200, answer
    assert contract.decode_enrolment_reply(answer).sealing_key == sealing.public_key()


def test_files_are_their_owner_s_only_and_named_by_their_key(own_folder: Path) -> None:
    first, own = sealing.own_key_id(), config.sealing_key(own_folder)
    kept = config.rotate_sealing_key(own_folder)
    assert kept == f"sealing-old-{first}.key"
    assert (own_folder / kept).read_text() == own != config.sealing_key(own_folder)
    assert {path.name for path in own_folder.iterdir()} == {"sealing.key", kept}
    for path in own_folder.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path


def test_a_rotation_cut_short_loses_no_key_and_can_be_done_again(
    own_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At no moment is the folder without a key, or another process would make one and hand it out."""
    first = config.sealing_key(own_folder)

    def full(_number: int) -> None:
        assert config.sealing_key(own_folder) == first
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space"):
            config.rotate_sealing_key(own_folder)
    assert config.sealing_key(own_folder) == first
    kept = config.rotate_sealing_key(own_folder)
    assert (own_folder / kept).read_text() == first
    assert config.sealing_key(own_folder) != first
