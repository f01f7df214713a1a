"""A tablet that reaches headquarters through a proxy, and what every test of a bad line asks at its end."""

from __future__ import annotations

import random
import uuid
from concurrent.futures import Future
from pathlib import Path

import pytest

from kiosk import enrolment
from kiosk.clock import system_clock
from kiosk.uploader import Sender, Uploader
from sync.client import Client
from sync.errors import SyncError
from tests.faults.ground import Ground
from tests.faults.invariant import Verdict
from tests.faults.proxy import LOST_REPLY, Proxy, Toxic
from tests.journeys.tablet import QuietTablet

PATIENT, HASTY = (10.0, 30.0), (0.5, 0.5)
"""Seconds to connect and to read: where nothing hangs, and where something does on purpose."""


class Line:
    """``shown``: ids of all ratings so far."""

    def __init__(self, ground: Ground, directory: Path) -> None:
        self.ground, self.directory = ground, directory
        self.proxy = Proxy(ground.headquarters.port)
        self.tablet = QuietTablet(directory, self.proxy.address, ground.codes(1)[0])
        self.shown: list[str] = []
        self._clients: list[Client] = []
        self.uploader = self.uploader_to(self.proxy.address)

    def uploader_to(
        self, address: str, timeout_s: tuple[float, float] = PATIENT, roots: Path | None = None
    ) -> Uploader:
        """The product's uploader over the product's client; only the patience is ours."""
        client = Client(address, self.tablet.identity.signer(), timeout_s, roots)
        self._clients.append(client)
        sender = Sender(self.tablet.identity.tablet_id, self.tablet.install_id, "test", self.directory)
        clock = system_clock()
        return Uploader(
            self.tablet.desk, lambda: client, lambda: sender, every_s=1, uniform=random.uniform, clock=clock
        )

    def rate(self, count: int = 1) -> list[str]:
        """So many citizens are thanked."""
        done: list[Future[str]] = [
            self.tablet.desk.save_rating(f"visit-{random.getrandbits(64):x}", level)  # type: ignore[arg-type]
            for level in random.choices((1, 2, 3), k=count)
        ]
        ids = [future.result() for future in done]
        self.shown += ids
        return ids

    def fails(self, *toxics: Toxic, uploader: Uploader | None = None) -> SyncError:
        """One try with these toxics, which must not succeed; what it raised."""
        self.proxy.once(*toxics)
        with pytest.raises(SyncError) as caught:
            (uploader or self.uploader).drain()
        return caught.value

    def judge(self) -> Verdict:
        """The invariant, with the tablet's file as it is now."""
        return self.ground.judge(self.shown, self.directory)

    def arrives(self) -> Verdict:
        """The network is well: everything goes, and is there once."""
        self.proxy.heal()
        self.uploader.drain()
        verdict = self.judge()
        assert self.tablet.pending() == 0
        assert verdict.holds, str(verdict)
        received = {str(row) for row in self.received()}
        assert set(self.shown) <= received
        return verdict

    def revoke(self) -> None:
        """As ``headquarters revoke`` leaves it, without a process for each turn."""
        wire_id = self.tablet.identity.tablet_id
        key = wire_id if self.ground.headquarters.database_url else uuid.UUID(wire_id).hex
        self.ground.rows(f"UPDATE tablets_tablet SET revoked_at = CURRENT_TIMESTAMP WHERE id = '{key}'")

    def place_again(self, lose: bool) -> None:
        """By a fresh code; ``lose``: the first reply is lost, the same code is answered again."""
        self.proxy.heal()
        code = self.ground.codes(1)[0]
        client = self.tablet.client(self.proxy.address)
        request = enrolment.request(self.tablet.identity, code, self.tablet.install_id, "test")
        try:
            if lose:
                # Not once: a request that was given up earlier may come through only now, and use it up.
                self.proxy.always(LOST_REPLY)
                with pytest.raises(SyncError):
                    client.enrol(request)
                self.proxy.heal()
            reply = client.enrol(request)
        finally:
            client.close()
        assert enrolment.enrolled(self.tablet.identity, reply).tablet_id == self.tablet.identity.tablet_id

    def begin_anew(self) -> None:
        """The app ended and began again on the same folder."""
        self.tablet.close()
        self.tablet = QuietTablet(self.directory, self.proxy.address)
        self.uploader = self.uploader_to(self.proxy.address)

    def received(self) -> list[str]:
        """Ids of this tablet's ratings at headquarters."""
        wanted = uuid.UUID(self.tablet.identity.tablet_id)
        rows = self.ground.rows("SELECT event_id, tablet_id FROM ratings_event WHERE kind = 'rating'")
        return [str(uuid.UUID(str(one))) for one, owner in rows if uuid.UUID(str(owner)) == wanted]

    def close(self) -> None:
        for client in self._clients:
            client.close()
        self.tablet.close()
        self.proxy.close()
