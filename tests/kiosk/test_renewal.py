"""The tablet's key is replaced when headquarters asks, whatever is lost on the way."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kiosk.enrolment import FILE_NAME, Identity, IdentityError, load_identity, save_identity
from kiosk.renewal import KeyRing
from sync.errors import Hold, Refused, Unreachable
from sync.renewal import KeyReply, KeyRequest, is_proved
from sync.signing import Signer, key_id

ID = "3f8d6c1e-52a7-4b0e-9d34-7c1f0a2b9e10"
OLD = Signer(bytes(range(32)))


class House:
    """Headquarters' rules for keys; loses the next ``lost`` replies behind what it did, or before it."""

    def __init__(self) -> None:
        self.key_id, self.asked, self.lost, self.deaf = OLD.key_id, True, 0, 0

    def renew(self, request: KeyRequest, signer: Signer) -> KeyReply:
        if self.deaf:
            self.deaf -= 1
            raise Unreachable("no answer")
        new = bytes.fromhex(request.public_key)
        assert is_proved(request, new)
        if signer.key_id != self.key_id:
            raise Hold("strange", code="unknown_key")
        if self.key_id != key_id(new):
            if not self.asked:
                raise Refused("not asked", code="renewal_not_asked")
            self.key_id, self.asked = key_id(new), False
        if self.lost:
            self.lost -= 1
            raise Unreachable("the reply was lost")
        return KeyReply(tablet_id=request.tablet_id, key_id=self.key_id, server_time_ms=1)


@pytest.fixture
def house() -> House:
    return House()


@pytest.fixture
def ring(tmp_path: Path) -> KeyRing:
    save_identity(
        tmp_path, Identity(ID, bytes(range(32)).hex(), OLD.key_id, office="UBND", reset_key="77" * 32)
    )
    return opened(tmp_path)


def opened(folder: Path, wanted: str = OLD.key_id) -> KeyRing:
    """As after a restart."""
    return KeyRing(folder, load_identity(folder, lambda: "never"), lambda: wanted)


def test_it_is_due_for_the_key_that_is_named_alone(ring: KeyRing, tmp_path: Path) -> None:
    assert ring.due
    assert not opened(tmp_path, "").due
    assert not opened(tmp_path, "0" * 16).due
    assert not KeyRing(tmp_path, Identity(ID, "11" * 32)).due, (
        "a tablet nobody enrolled has no key to replace"
    )


def test_the_new_key_is_kept_and_the_rest_stays(ring: KeyRing, house: House, tmp_path: Path) -> None:
    before = ring.identity
    ring.renew(house)
    kept = load_identity(tmp_path, lambda: "never")
    assert kept == ring.identity
    assert (kept.key_id, kept.signer().key_id) == (house.key_id, house.key_id) != (OLD.key_id, OLD.key_id)
    assert (kept.tablet_id, kept.office, kept.reset_key) == (
        before.tablet_id,
        before.office,
        before.reset_key,
    )
    assert ring.wants_anew()
    assert not ring.due
    assert (tmp_path / FILE_NAME).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("restarted", [False, True])
@pytest.mark.parametrize("lost", [1, 2, 3])
def test_a_lost_reply_is_asked_for_again_by_the_new_key(
    ring: KeyRing, house: House, tmp_path: Path, lost: int, restarted: bool
) -> None:
    house.lost = lost
    for _ in range(lost):
        with pytest.raises(Unreachable):
            ring.renew(house)
        assert ring.staged
        ring = opened(tmp_path) if restarted else ring
    ring.renew(house)
    assert (ring.identity.key_id, ring.identity.signer().key_id) == (house.key_id, house.key_id)
    assert not ring.staged


def test_nobody_there_leaves_the_old_key_in_use_and_the_same_new_one_waiting(
    ring: KeyRing, house: House
) -> None:
    house.deaf = 2
    staged = set()
    for _ in range(2):
        with pytest.raises(Unreachable):
            ring.renew(house)
        staged.add(ring.identity.next_seed)
    assert len(staged) == 1, "each try offers the same key"
    assert ring.identity.signer().key_id == house.key_id == OLD.key_id
    ring.renew(house)
    assert ring.identity.key_id == house.key_id != OLD.key_id


def test_a_wish_taken_back_leaves_everything_as_it_was(ring: KeyRing, house: House) -> None:
    house.asked = False
    before = ring.identity
    with pytest.raises(Refused):
        ring.renew(house)
    assert ring.identity == before


def test_a_withdrawn_tablet_keeps_both_keys_and_says_so(ring: KeyRing, house: House) -> None:
    house.key_id = "0" * 16
    with pytest.raises(Hold) as held:
        ring.renew(house)
    assert held.value.code == "unknown_key"
    assert ring.staged
    assert ring.identity.signer().key_id == OLD.key_id


def test_a_headquarters_put_back_hears_the_key_before_and_then_the_new_one_again(
    ring: KeyRing, house: House
) -> None:
    ring.renew(house)
    newest = house.key_id
    house.key_id, house.asked = OLD.key_id, False  # from a backup of the day before
    assert ring.fall_back()
    assert ring.identity.signer().key_id == ring.identity.key_id == OLD.key_id
    with pytest.raises(Refused):
        ring.renew(house)
    assert not ring.staged, "that headquarters wants nothing: the key before it is in use"
    assert not ring.fall_back(), "there is no other"
    assert ring.identity.key_id == house.key_id
    assert newest != house.key_id


def test_fallen_back_by_mistake_the_newest_key_is_found_again(ring: KeyRing, house: House) -> None:
    ring.renew(house)
    assert ring.fall_back()
    ring.renew(house)
    assert ring.identity.signer().key_id == ring.identity.key_id == house.key_id


@pytest.mark.parametrize("name", ["next_seed", "former_seed"])
def test_half_a_key_in_the_file_is_refused(ring: KeyRing, tmp_path: Path, name: str) -> None:
    path = tmp_path / FILE_NAME
    path.write_text(json.dumps({**json.loads(path.read_text()), name: "abcd"}))
    with pytest.raises(IdentityError, match="32 bytes"):
        opened(tmp_path)
