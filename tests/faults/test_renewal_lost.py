"""Fault 18: the tablet's key is replaced; the reply is lost, the program ends, headquarters is put back."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from kiosk import enrolment
from kiosk.clock import system_clock
from kiosk.renewal import KeyRing
from kiosk.uploader import HOLD_S, Sender, Uploader
from sync.client import Client
from sync.errors import SyncError
from sync.signing import Signer
from tests.faults.conftest import Trials
from tests.faults.ground import Migrated, common
from tests.faults.lines import PATIENT, Line
from tests.faults.proxy import LOST_REPLY

HOW = {"well": 0, "a reply lost": 1, "the next one, too": 2, "three": 3, "the program ended": 2}
"""Which answers to the wish for a new key are lost, one after the other."""


@pytest.fixture
def line(tmp_path: Path, migrated_database: Migrated) -> Iterator[Line]:
    made = Line(common(migrated_database), tmp_path / "kiosk")
    yield made
    made.close()


class Keyed:
    """A tablet's uploader with its ring of keys, as kiosk.wiring builds them."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.begin()

    def begin(self) -> None:
        """As the program begins: with what is on the disk."""
        line = self.line
        identity = enrolment.load_identity(line.directory, lambda: "never")
        self.ring = KeyRing(line.directory, identity, lambda: self.wanted)
        self.wanted = identity.key_id
        sender = Sender(identity.tablet_id, line.tablet.install_id, "test", line.directory)
        self.uploader = Uploader(
            line.tablet.desk, self._client, lambda: sender, every_s=1, uniform=random.uniform,
            clock=system_clock(), keys=self.ring,
        )  # fmt: skip

    def _client(self) -> Client:
        made = Client(self.line.proxy.address, self.ring.identity.signer(), PATIENT)
        self.line._clients.append(made)
        return made

    def round(self) -> float:
        """As the uploader's thread goes round once."""
        wait_s = self.uploader._round()
        if self.ring.due and self.uploader._answered:
            self.uploader._renew(self.ring)
        return wait_s

    def at_headquarters(self, what: str) -> object:
        tablet = self.line.tablet.identity.tablet_id
        key = tablet if self.line.ground.headquarters.database_url else uuid.UUID(tablet).hex
        return self.line.ground.rows(what.format(key=f"'{key}'"))

    def ask(self) -> None:
        """As ``headquarters renew-key`` leaves it; the configuration that says so has come."""
        self.at_headquarters("UPDATE tablets_tablet SET renew_asked_at = CURRENT_TIMESTAMP WHERE id = {key}")
        self.wanted = self.ring.identity.key_id

    @property
    def known(self) -> str:
        """The key that headquarters knows."""
        rows = self.at_headquarters("SELECT key_id FROM tablets_tablet WHERE id = {key}")
        assert isinstance(rows, list)
        return str(rows[0][0])


def test_the_key_is_replaced_in_mid_queue_whatever_is_lost(line: Line, long: bool, trials: Trials) -> None:
    trials.of(18)
    keyed = Keyed(line)
    used = {keyed.known}
    for turn in range(100 if long else 5):
        how = list(HOW)[turn % len(HOW)]
        line.rate(2)
        keyed.round()
        keyed.ask()
        if HOW[how]:
            line.proxy.once(*[LOST_REPLY] * HOW[how])
            with suppress(SyncError):
                keyed.ring.renew(keyed._client())
        line.rate(2)
        if how == "the program ended":
            keyed.begin()
        for _ in range(4):
            keyed.round()
        line.rate(1)
        keyed.round()
        assert line.tablet.pending() == 0, how
        assert keyed.ring.identity.key_id == keyed.known, how
        assert not keyed.ring.staged, how
        assert keyed.known not in used, how
        used.add(keyed.known)
        trials.count(line.judge())
    former = keyed.at_headquarters("SELECT key_id FROM tablets_formerkey WHERE tablet_id = {key}")
    assert isinstance(former, list)
    assert {key for (key,) in former} == used - {keyed.known}


def test_a_headquarters_put_back_to_before_the_renewal_is_spoken_to_by_the_key_before(
    line: Line, trials: Trials
) -> None:
    trials.of(18)
    keyed = Keyed(line)
    old = keyed.ring.identity
    line.rate(3)
    keyed.round()
    keyed.ask()
    keyed.round()
    assert keyed.known == keyed.ring.identity.key_id != old.key_id
    _put_back(keyed, Signer(bytes.fromhex(old.seed)))
    line.rate(2)
    assert keyed.round() == 0.0, "at once, with the other key"
    for _ in range(2):
        keyed.round()
    assert (line.tablet.pending(), keyed.ring.identity.key_id) == (0, old.key_id)
    trials.count(line.judge())


def test_put_back_while_a_new_key_is_under_way(line: Line, trials: Trials) -> None:
    """Headquarters knows neither the key in use nor the one that was offered to it: the one before both."""
    trials.of(18)
    keyed = Keyed(line)
    first = keyed.ring.identity
    keyed.ask()
    keyed.round()
    assert keyed.known != first.key_id
    keyed.ask()
    line.proxy.once(LOST_REPLY)
    with suppress(SyncError):
        keyed.ring.renew(keyed._client())
    _put_back(keyed, Signer(bytes.fromhex(first.seed)))
    line.rate(2)
    for _ in range(4):
        keyed.round()
    assert (line.tablet.pending(), keyed.ring.identity.key_id) == (0, first.key_id)
    assert not keyed.ring.staged
    trials.count(line.judge())


def test_a_tablet_of_which_headquarters_knows_no_key_waits_and_loses_nothing(
    line: Line, trials: Trials
) -> None:
    trials.of(18)
    keyed = Keyed(line)
    keyed.ask()
    keyed.round()
    newest = keyed.ring.identity
    _put_back(keyed, Signer(bytes(range(32))))
    line.rate(4)
    assert [keyed.round() for _ in range(3)] == [0.0, HOLD_S, HOLD_S]
    assert line.tablet.pending() == 4
    trials.count(line.judge())
    _put_back(keyed, Signer(bytes.fromhex(newest.seed)))
    for _ in range(2):
        keyed.round()
    assert (line.tablet.pending(), keyed.ring.identity.key_id) == (0, newest.key_id)
    trials.count(line.judge())


def _put_back(keyed: Keyed, signer: Signer) -> None:
    """Headquarters knows this key as the tablet's, and of no other."""
    raw = (
        f"'\\x{signer.public_key.hex()}'::bytea"
        if keyed.line.ground.headquarters.database_url
        else (f"x'{signer.public_key.hex()}'")
    )
    keyed.at_headquarters("DELETE FROM tablets_formerkey WHERE tablet_id = {key}")
    keyed.at_headquarters(
        f"UPDATE tablets_tablet SET key_id = '{signer.key_id}', public_key = {raw}, renew_asked_at = NULL"
        " WHERE id = {key}"
    )
