"""The queue's way to headquarters, on its own thread: read a batch, push it, settle what was confirmed.

It never gives up and never holds a tap back: the store's thread does the reading and settling in small
jobs between taps. Only a receipt that names an event clears it.
"""

from __future__ import annotations

import logging
import shutil
import threading
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from kiosk.clock import Clock
from kiosk.store import QueueState, StorageError
from sync import contract, retry
from sync.contract import Batch, Heartbeat, Reply, WireEvent
from sync.errors import Halve, Hold, SyncError

if TYPE_CHECKING:
    from kiosk.store.log import Store
    from sync.client import Parcel

log = logging.getLogger(__name__)
T = TypeVar("T")
HOLD_S = 3600.0
"""Pause after 401 or 403: somebody must act, and "Đồng bộ ngay" tries at once."""


class Queue(Protocol):
    """The store's thread."""

    def submit(self, job: Callable[[Store], T]) -> Future[T]: ...


class Courier(Protocol):
    """Headquarters, or what stands for it: sync.client.Client."""

    def prepare(self, batch: Batch) -> Parcel: ...
    def send(self, parcel: Parcel) -> Reply: ...


@dataclass(frozen=True, slots=True)
class Sender:
    """What every batch says of its tablet."""

    tablet_id: str
    install_id: str
    app_version: str
    directory: Path


class Uploader:
    """Drains the queue now and every ``every_s`` seconds; waits longer after failures."""

    def __init__(
        self,
        queue: Queue,
        courier: Callable[[], Courier],
        sender: Callable[[], Sender],
        *,
        every_s: float,
        uniform: retry.Uniform,
        clock: Clock,
    ) -> None:
        self._queue, self._make_courier, self._sender = queue, courier, sender
        self._every_s, self._uniform, self._clock = every_s, uniform, clock
        self._courier: Courier | None = None
        self._packer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="packer")
        self._limit = contract.MAX_EVENTS
        self._failures = 0
        self._last_error = ""
        self._stop, self._wake = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._loop, name="uploader", daemon=True)

    def start(self) -> None:
        """Begin; the first push is tried at once."""
        self._thread.start()

    def wake(self) -> None:
        """Try now: "Đồng bộ ngay", or the network came back."""
        self._failures = 0
        self._wake.set()

    def stop(self, timeout_s: float = 5.0) -> None:
        """Ask the thread to end after the request it is in."""
        self._stop.set()
        self._wake.set()
        if self._thread.is_alive():  # a tablet that is not enrolled never starts it
            self._thread.join(timeout_s)
        self._packer.shutdown(wait=False, cancel_futures=True)

    def drain(self) -> int:
        """Push until nothing waits: how many events were settled. Raises SyncError or StorageError."""
        settled = 0
        while not self._stop.is_set():
            step = self._pass()
            settled += step
            if step == 0:
                break
        return settled

    def _loop(self) -> None:
        while not self._stop.is_set():
            wait_s = self._round()
            self._wake.wait(wait_s)
            self._wake.clear()

    def _round(self) -> float:
        """One drain; the seconds to wait before the next."""
        try:
            self.drain()
        except Hold as error:
            self._note(error, error.code)
            return HOLD_S
        except SyncError as error:
            self._note(error, error.code)
            return retry.delay_s(self._failures, self._uniform, error.retry_after_s)
        except StorageError as error:
            self._note(error, error.reason)
            return retry.delay_s(self._failures, self._uniform)
        self._failures, self._last_error = 0, ""
        return self._uniform(0.8, 1.2) * self._every_s

    def _note(self, error: Exception, code: str) -> None:
        self._failures += 1
        self._last_error = f"{type(error).__name__} {code}".strip()
        log.warning("sync: try %d failed: %s", self._failures, error)

    def _pass(self) -> int:
        """Once through the queue from its oldest event; sends a heartbeat even when nothing waits.

        While one batch is on its way the next is read and packed, and the last one settled, on other threads.
        """
        done = 0
        settling: Future[tuple[int, int]] | None = None
        parcel = self._prepare(0, 0)
        while True:
            events = parcel.batch.events
            following = self._packer.submit(self._prepare, events[-1].seq, len(events)) if events else None
            reply = self._send(parcel)
            done += self._finish(settling)
            if reply is None:
                return done + 1
            settling = self._settle(events, reply)
            self._limit = min(contract.MAX_EVENTS, self._limit * 2)
            parcel = following.result() if following is not None else parcel
            if following is None or not parcel.batch.events or self._stop.is_set():
                return done + self._finish(settling)

    def _prepare(self, after_seq: int, in_flight: int) -> Parcel:
        """The next batch behind ``after_seq``, ready to be sent; ``in_flight`` events are on their way."""
        limit = self._limit
        read = self._queue.submit(lambda store: (store.pending(limit, after_seq), store.queue_state()))
        events, state = read.result()
        return self._headquarters().prepare(self._batch(events, state, in_flight))

    def _settle(self, events: Sequence[WireEvent], reply: Reply) -> Future[tuple[int, int]]:
        return self._queue.submit(lambda store: store.settle(events, reply.results))

    @staticmethod
    def _finish(settling: Future[tuple[int, int]] | None) -> int:
        if settling is None:
            return 0
        confirmed, quarantined = settling.result()
        if quarantined:
            log.warning("sync: headquarters quarantined %d events", quarantined)
        return confirmed + quarantined

    def _send(self, parcel: Parcel) -> Reply | None:
        """The reply; None when the batch was refused for its content and has been made smaller."""
        try:
            return self._headquarters().send(parcel)
        except Halve as error:
            if not parcel.batch.events:
                raise
            self._shrink(parcel.batch.events, error)
            return None

    def _shrink(self, events: Sequence[WireEvent], error: Halve) -> None:
        """Halve what is sent until the culprit stands alone, then set it aside."""
        if len(events) > 1:
            self._limit = max(1, len(events) // 2)
            return
        code = f"refused_{error.code}"
        self._queue.submit(lambda store: store.quarantine(events[0], code)).result()
        log.error("sync: event %d cannot be received (%s): set aside", events[0].seq, error.code)

    def _batch(self, events: Sequence[WireEvent], state: QueueState, in_flight: int) -> Batch:
        sender = self._sender()
        return Batch(
            batch_id=str(uuid.uuid4()),
            tablet_id=sender.tablet_id,
            install_id=sender.install_id,
            events=tuple(events),
            max_seq=state.max_seq,
            pending=max(0, state.pending - in_flight),
            heartbeat=self._heartbeat(sender, state),
        )

    def _heartbeat(self, sender: Sender, state: QueueState) -> Heartbeat:
        now = self._clock()
        return Heartbeat(
            wall_ms=now.wall_ms,
            mono_ms=now.mono_ms,
            boot_id=now.boot_id,
            app_version=sender.app_version,
            quarantined=state.quarantined,
            oldest_pending_ms=state.oldest_ms,
            free_mb=shutil.disk_usage(sender.directory).free // 2**20,
            last_error=self._last_error,
        )

    def _headquarters(self) -> Courier:
        """Made on first use, on this thread: importing requests takes a third of a second."""
        if self._courier is None:
            self._courier = self._make_courier()
        return self._courier
