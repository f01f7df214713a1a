"""How it stands with headquarters: what the uploader did last, what waits, and one lamp for both. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from kiosk.store import QueueState


@dataclass(frozen=True, slots=True)
class SyncStatus:
    """What the uploader last did and does now. Times: ``_s`` monotonic, ``_ms`` on the tablet's wall.

    ``confirmed`` of ``total`` events were settled since the present or last run began at ``began_s``;
    ``reached_seq``: headquarters has every event up to this one. ``error``: code of the last failure,
    empty once a run succeeded after it.
    """

    running: bool = False
    confirmed: int = 0
    total: int = 0
    began_s: float = 0.0
    reached_seq: int | None = None
    succeeded_ms: int | None = None
    succeeded_events: int = 0
    failed_ms: int | None = None
    error: str = ""
    last_error: str = ""


class Lamp(Enum):
    """GREEN only when headquarters has confirmed everything up to the newest event."""

    GREEN = "all"
    SENDING = "sending"
    WAITING = "waiting"
    TROUBLE = "trouble"
    ALONE = "alone"
    """Not enrolled: nothing is sent."""


@dataclass(frozen=True, slots=True)
class Overview:
    """Queue and status at one moment; ``now_s`` by the same clock as ``began_s``."""

    queue: QueueState
    sync: SyncStatus
    enrolled: bool
    now_s: float
    now_ms: int

    @property
    def lamp(self) -> Lamp:
        """One word for all of it."""
        if not self.enrolled:
            return Lamp.ALONE
        if self.sync.running and self.sync.confirmed < self.sync.total:
            return Lamp.SENDING
        if self.queue.quarantined:
            return Lamp.TROUBLE
        if self.queue.pending == 0 and self.sync.reached_seq == self.queue.max_seq:
            return Lamp.GREEN
        return Lamp.TROUBLE if self.sync.error else Lamp.WAITING

    @property
    def share(self) -> float:
        """How much of the run is done, 0 to 1; with no run, of all events."""
        if self.sync.running and self.sync.total:
            return min(1.0, self.sync.confirmed / self.sync.total)
        if not self.queue.max_seq:
            return 1.0
        return 1 - min(1.0, self.queue.pending / self.queue.max_seq)

    @property
    def per_second(self) -> float | None:
        """Events a second in this run; None before the first was confirmed."""
        spent = self.now_s - self.sync.began_s
        if not (self.sync.running and self.sync.confirmed and spent > 0):
            return None
        return self.sync.confirmed / spent

    @property
    def seconds_left(self) -> int | None:
        """Until the run is through, at its speed so far."""
        speed = self.per_second
        return None if not speed else -int(-(self.sync.total - self.sync.confirmed) / speed // 1)

    @property
    def oldest_s(self) -> int | None:
        """Age of the oldest waiting event; a clock that was set back makes none negative."""
        oldest = self.queue.oldest_ms
        return None if oldest is None else max(0, (self.now_ms - oldest) // 1000)
