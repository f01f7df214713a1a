"""The queue's way to headquarters, on its own thread: read a batch, push it, settle what was confirmed.

It never gives up and never holds a tap back: the store's thread does the reading and settling in small
jobs between taps. Only a receipt that names an event clears it.
"""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from kiosk.admin import SyncStatus
from kiosk.admin.memory import recall, remember
from kiosk.admin.stick import Queue
from kiosk.clock import Clock
from kiosk.health import Condition, heartbeat
from kiosk.renewal import UNKNOWN
from kiosk.store import QueueState, StorageError
from sync import contract, retry
from sync.configuration import ConfigurationReply, ConfigurationRequest
from sync.contract import Batch, Heartbeat, Reply, WireEvent
from sync.errors import Halve, Hold, SyncError, Wait
from sync.gaps import GapsReply, GapsRequest

if TYPE_CHECKING:
    from sync.client import Parcel
    from sync.renewal import KeyReply, KeyRequest
    from sync.signing import Signer

log = logging.getLogger(__name__)
T = TypeVar("T")
BEAT_S = 900.0
"""Headquarters hears from a tablet at least so often, however seldom that pushes by its settings."""
SLICE_S = 5.0
"""So often the network is looked at while waiting."""
HOLD_S = 3600.0
"""Pause after 401 or 403: somebody must act, and "Đồng bộ ngay" tries at once."""


class Courier(Protocol):
    """Headquarters, or what stands for it: sync.client.Client."""

    def prepare(self, batch: Batch) -> Parcel: ...
    def send(self, parcel: Parcel) -> Reply: ...
    def gaps(self, request: GapsRequest) -> GapsReply: ...
    def fetch_configuration(self, request: ConfigurationRequest) -> ConfigurationReply: ...
    def renew(self, request: KeyRequest, signer: Signer) -> KeyReply: ...


class Keys(Protocol):
    """The tablet's own key: kiosk.renewal.KeyRing."""

    @property
    def staged(self) -> bool: ...
    @property
    def due(self) -> bool: ...
    def renew(self, post: Courier) -> None: ...
    def fall_back(self) -> bool: ...


class Configuration(Protocol):
    """Told after each round that succeeded which version headquarters has issued."""

    def heard(self, courier: Courier, version: int) -> None: ...
    def trouble(self) -> str: ...


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
        chores: Callable[[Courier], None] | None = None,
        health: Callable[[], Condition] = Condition,
        came_up: Callable[[], bool] = lambda: False,
        configuration: Configuration | None = None,
        memory: Path | None = None,
        keys: Keys | None = None,
    ) -> None:
        """``chores``: called after each round that succeeded. ``came_up``: whether the network is back.
        ``memory``: the file that keeps the last success and the last error over a restart. ``keys``: renewed
        when headquarters asks; ``courier`` makes one that signs with the present one."""
        self._queue, self._make_courier, self._sender = queue, courier, sender
        self._every_s, self._uniform, self._clock = every_s, uniform, clock
        self._chores, self._health, self._came_up = chores, health, came_up
        self._configuration, self._issued, self._answered = configuration, 0, False
        self._keys, self._strange, self._fell = keys, False, False
        self._courier: Courier | None = None
        self._packer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="packer")
        self._limit = contract.MAX_EVENTS
        self._behind = 0
        self._failures = 0
        self._last_error = ""
        self._memory = memory
        self._status = self._kept = recall(memory) if memory is not None else SyncStatus()
        self._stop, self._wake, self._cancelled = threading.Event(), threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._loop, name="uploader", daemon=True)

    def start(self) -> None:
        """Begin; the first push is tried at once."""
        self._thread.start()

    def wake(self) -> None:
        """Try now: "Đồng bộ ngay", or the network came back."""
        self._failures = 0
        self._cancelled.clear()
        self._wake.set()

    def cancel(self) -> None:
        """ "Dừng": end the run after the batch that is on its way; the next one comes at its usual time."""
        self._cancelled.set()

    def status(self) -> SyncStatus:
        """What was done last and is done now, for any thread."""
        return self._status

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
        if self._keys is not None and self._keys.staged:
            self._renew(self._keys)  # first: whether the old key still opens anything is not known
        while not self._halted:
            stepped_over = self._behind
            step = self._pass()
            settled += step
            if step == 0 and not stepped_over:
                break
        return settled

    @property
    def _halted(self) -> bool:
        return self._stop.is_set() or self._cancelled.is_set()

    def _loop(self) -> None:
        while not self._stop.is_set():
            wait_s = self._round()
            if self._configuration is not None and self._answered and not self._stop.is_set():
                self._configuration.heard(self._headquarters(), self._issued)
            if self._keys is not None and self._keys.due and self._answered and not self._stop.is_set():
                self._renew(self._keys)
            if self._chores is not None and not self._failures and not self._stop.is_set():
                self._chores(self._headquarters())
            self._rest(wait_s)

    def _rest(self, wait_s: float) -> None:
        """Until the time has come, somebody asks, or the network is back."""
        until_s = time.monotonic() + wait_s
        while (left_s := until_s - time.monotonic()) > 0 and not self._wake.wait(min(SLICE_S, left_s)):
            if self._came_up():
                self._failures = 0
                self._wake.wait(self._uniform(0.0, SLICE_S))  # not every tablet in the same second
                break
        self._wake.clear()

    def _round(self) -> float:
        """One drain; the seconds to wait before the next."""
        self._cancelled.clear()
        self._answered = False  # ``wake`` forgets failures from another thread
        self._tell(running=True, confirmed=0, total=0, began_s=self._clock().mono_ms / 1000)
        try:
            self.drain()
        except Hold as error:
            self._note(error, error.code)
            return self._pause(error)
        except SyncError as error:
            self._note(error, error.code)
            return retry.delay_s(self._failures, self._uniform, error.retry_after_s)
        except StorageError as error:
            self._note(error, error.reason)
            return retry.delay_s(self._failures, self._uniform)
        except OSError as error:  # the data folder cannot be looked at
            self._note(error, "disk")
            return retry.delay_s(self._failures, self._uniform)
        finally:
            self._tell(running=False)
        self._failures, self._last_error, self._answered, self._fell = 0, "", True, False
        if not self._halted:
            now_ms = self._clock().wall_ms
            self._tell(succeeded_ms=now_ms, succeeded_events=self._status.confirmed, error="")
        self._remember()
        return min(BEAT_S, self._uniform(0.8, 1.2) * self._every_s)

    def _renew(self, keys: Keys) -> None:
        """A renewal that fails holds no rating up: the next round tries again."""
        self._strange = False
        try:
            keys.renew(self._headquarters())
        except (SyncError, OSError) as error:
            self._strange = isinstance(error, Hold) and error.code == UNKNOWN  # the old key and the new one
            log.warning("the key is not renewed yet: %s", error)
        else:
            self._courier = None  # the next one signs with the new key

    def _pause(self, error: Hold) -> float:
        """Seconds until the next try behind a refusal of this tablet: soon where another key may be known."""
        keys = self._keys
        if keys is None or error.code != UNKNOWN:
            return HOLD_S
        if keys.staged and not self._strange:  # the answer to the new key was lost, and is asked for again
            return retry.delay_s(self._failures, self._uniform)
        self._fell = not self._fell and self._fell_back(keys)  # then a pause, then the other way
        return 0.0 if self._fell else HOLD_S

    def _fell_back(self, keys: Keys) -> bool:
        try:
            fell = keys.fall_back()
        except OSError as error:
            log.warning("identity: %s", error)
            return False
        if fell:
            self._courier = None
        return fell

    def _remember(self) -> None:
        """On disk, where it tells anything new; a success alone only now and then."""
        now, kept = self._status, self._kept
        age_ms = abs((now.succeeded_ms or 0) - (kept.succeeded_ms or 0))
        changed = (now.error, now.failed_ms) != (kept.error, kept.failed_ms) or now.confirmed > 0
        if self._memory is None or not (changed or age_ms >= BEAT_S * 1000):
            return
        try:
            remember(self._memory, now)
        except OSError as error:
            log.warning("sync: %s could not be written: %s", self._memory.name, error.strerror)
        self._kept = now

    def _note(self, error: Exception, code: str) -> None:
        self._failures += 1
        self._last_error = f"{type(error).__name__} {code}".strip()
        name = code or type(error).__name__.lower()
        self._tell(error=name, last_error=name, failed_ms=self._clock().wall_ms)
        self._remember()
        log.warning("sync: try %d failed: %s", self._failures, error)

    def _pass(self) -> int:
        """Once through the queue from its oldest event; sends a heartbeat even when nothing waits.

        While one batch is on its way the next is read and packed, and the last one settled, on other threads.
        """
        done = 0
        settling: Future[tuple[int, int]] | None = None
        behind, self._behind = self._behind, 0
        parcel = self._prepare(behind, 0)
        self._tell(total=self._status.confirmed + parcel.batch.pending)
        while True:
            events = parcel.batch.events
            following = self._packer.submit(self._prepare, events[-1].seq, len(events)) if events else None
            reply = self._send(parcel)
            done += self._finish(settling)
            if reply is None:
                return done + 1
            self._issued = reply.config_version
            settling = self._settle(events, reply)
            self._limit = min(contract.MAX_EVENTS, self._limit * 2)
            parcel = following.result() if following is not None else parcel
            self._tell(reached_seq=reply.contiguous_seq)
            if following is None or not parcel.batch.events or self._halted:
                return done + self._finish(settling)

    def _prepare(self, after_seq: int, in_flight: int) -> Parcel:
        """The next batch behind ``after_seq``, ready to be sent; ``in_flight`` events are on their way."""
        limit = self._limit
        read = self._queue.submit(lambda store: (store.pending(limit, after_seq), store.queue_state()))
        events, state = read.result()
        return self._headquarters().prepare(self._batch(events, state, in_flight))

    def _settle(self, events: Sequence[WireEvent], reply: Reply) -> Future[tuple[int, int]]:
        return self._queue.submit(lambda store: store.settle(events, reply.results))

    def _tell(self, **changes: Any) -> None:
        """One thread writes, any reads: the whole status is put in place at once."""
        self._status = replace(self._status, **changes)

    def _finish(self, settling: Future[tuple[int, int]] | None) -> int:
        if settling is None:
            return 0
        confirmed, quarantined = settling.result()
        self._tell(confirmed=self._status.confirmed + confirmed + quarantined)
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
        except Wait as error:
            if error.smaller and parcel.batch.events:
                self._lighten(parcel.batch.events)
            raise

    def _lighten(self, events: Sequence[WireEvent]) -> None:
        """The line may be too slow for so much, or headquarters falls over one event: next time send half;
        where one alone does not pass, try those behind it first."""
        self._limit = max(1, len(events) // 2)
        if len(events) == 1:
            self._behind = events[0].seq

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
        trouble = self._configuration.trouble() if self._configuration is not None else ""
        error = self._last_error or trouble
        return heartbeat(self._clock(), sender.app_version, sender.directory, state, self._health(), error)

    def _headquarters(self) -> Courier:
        """Made on first use, on this thread: importing requests takes a third of a second."""
        if self._courier is None:
            self._courier = self._make_courier()
        return self._courier
