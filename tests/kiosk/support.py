"""Real parts for tablet tests: a clock that can be set, and a store on a real file."""

from __future__ import annotations

import uuid
from pathlib import Path

from kiosk.clock import Moment
from kiosk.store.log import Store

NOON = 1_763_697_600_000  # 2025-11-21 11:00 in Vietnam


class SetClock:
    """A clock the test moves."""

    def __init__(self, wall_ms: int = NOON) -> None:
        self.wall_ms, self.mono_ms, self.boot_id = wall_ms, 1000, "5f8d2c1e-0000-4000-8000-000000000001"

    def __call__(self) -> Moment:
        self.mono_ms += 1
        return Moment(self.wall_ms, self.mono_ms, self.boot_id, 420)


def new_id() -> str:
    return str(uuid.uuid4())


TABLET_ID = "7d0e2f7a-0000-4000-8000-0000000000aa"


def open_store(directory: Path, clock: SetClock | None = None) -> Store:
    return Store(directory, TABLET_ID, clock or SetClock(), new_id)


def rate(store: Store, level: int = 3) -> str:
    return store.append("rating", new_id(), {"level": level, "channel": "tablet"}).event_id
