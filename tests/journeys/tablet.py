"""A tablet without a window: the real store, uploader and client, for journeys that need no touch."""

from __future__ import annotations

import random
import time
import uuid
from pathlib import Path

from kiosk import enrolment
from kiosk.clock import system_clock
from kiosk.pins import PinBook
from kiosk.store.log import Store
from kiosk.store.thread import StoreThread
from kiosk.survey import Level
from kiosk.uploader import Sender, Uploader
from sync.client import Client


def new_id() -> str:
    return str(uuid.uuid4())


class QuietTablet:
    """Enrolled at ``address`` with ``code``; rates by program and drains when told. Without a code it was
    enrolled before: its folder is opened again."""

    def __init__(self, directory: Path, address: str, code: str = "") -> None:
        self.identity = enrolment.load_identity(directory, new_id)
        clock = system_clock()
        self.desk = StoreThread(
            lambda: Store(directory, self.identity.tablet_id, clock, new_id),
            PinBook(directory / "pins.json", time.monotonic),
        )
        self.install_id = self.desk.open().result()
        client = self.client(address)
        if code:
            reply = client.enrol(enrolment.request(self.identity, code, self.install_id, "test"))
            self.identity = enrolment.enrolled(self.identity, reply)
            enrolment.save_identity(directory, self.identity)
        sender = Sender(self.identity.tablet_id, self.install_id, "test", directory)
        self.uploader = Uploader(
            self.desk, lambda: client, lambda: sender, every_s=1, uniform=random.uniform, clock=clock
        )

    def client(self, address: str) -> Client:
        return Client(address, self.identity.signer(), timeout_s=(5, 20))

    def rate(self, *levels: int) -> list[str]:
        return [self.desk.save_rating(new_id(), Level(level)).result() for level in levels]

    def pending(self) -> int:
        return self.desk.submit(lambda store: store.queue_state()).result().pending

    def close(self) -> None:
        self.desk.close()
