"""The admin's desk: everything the admin pages may ask for. Each call returns at once; Futures answer."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from secrets import token_bytes
from typing import TYPE_CHECKING, Protocol, TypeVar

from kiosk.admin.enrolling import Enrolling, EnrolState, Registrar
from kiosk.admin.preferences import Preferences, Standing
from kiosk.admin.status import Overview, SyncStatus
from kiosk.admin.stick import Courier, Queue, Tell
from kiosk.clock import Clock
from kiosk.pins import PinAnswer, PinBook
from kiosk.store import Quarantined

if TYPE_CHECKING:
    from kiosk.store.log import Store

T = TypeVar("T")


log = logging.getLogger(__name__)


class Sync(Protocol):
    """The uploader."""

    def status(self) -> SyncStatus: ...
    def wake(self) -> None: ...
    def cancel(self) -> None: ...


class AdminDesk:
    """``sync`` gives the uploader, None before the tablet is enrolled; ``report`` makes the text of the
    diagnostics file, off the screen's thread."""

    def __init__(
        self,
        queue: Queue,
        pins: PinBook,
        *,
        sync: Callable[[], Sync | None],
        enrolled: Callable[[], bool],
        registrar: Callable[[], Registrar],
        report: Callable[[], str],
        courier: Callable[[], Courier],
        reset_key: Callable[[], str],
        clock: Clock,
        preferences: Callable[[], Preferences] | None = None,
    ) -> None:
        self._queue, self._pins = queue, pins
        self._sync, self._enrolled, self._registrar = sync, enrolled, registrar
        self._report, self._courier, self._clock = report, courier, clock
        self._reset_key, self._preferences = reset_key, preferences
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="admin")

    def now_s(self) -> float:
        """Monotonic, the clock of the uploader and of what ``enrol`` tells."""
        return self._clock().mono_ms / 1000

    def overview(self) -> Future[Overview]:
        """How it stands with headquarters."""
        return self._queue.submit(self._look)

    def _look(self, store: Store) -> Overview:
        sync = self._sync()
        status = sync.status() if sync is not None else SyncStatus()
        if status.reached_seq is None or status.error:
            # Headquarters has not answered since the start: what it confirmed before, or by a receipt, holds.
            status = replace(status, reached_seq=store.newest_confirmed_contiguous())
        return Overview(
            store.queue_state(),
            status,
            self._enrolled(),
            self.now_s(),
            self._clock().wall_ms,
        )

    def sync_now(self) -> None:
        """ "Đồng bộ ngay"."""
        sync = self._sync()
        if sync is not None:
            sync.wake()

    def cancel(self) -> None:
        """ "Dừng": after the batch that is on its way; what was confirmed stays confirmed."""
        sync = self._sync()
        if sync is not None:
            sync.cancel()

    def quarantined(self) -> Future[list[Quarantined]]:
        """What headquarters would not take, with its reasons."""
        return self._queue.submit(lambda store: store.quarantined())

    def replay(self) -> Future[int]:
        """Let what was set aside wait again, and send it."""

        def job(store: Store) -> int:
            count = store.replay_quarantined()
            self.sync_now()
            return count

        return self._queue.submit(job)

    def enrol(self, tell: Callable[[EnrolState], None]) -> Enrolling:
        """Begin to be let in by QR; ``tell`` is called on another thread."""
        enrolling = Enrolling(self._registrar, self.now_s, tell)
        enrolling.start()
        return enrolling

    def set_pin(self, role: str, pin: str) -> Future[None]:
        """A new PIN for ``role``; the Future fails with PinError. Hashing takes tens of milliseconds."""
        return self._worker.submit(self._pins.set, role, pin)

    def challenge(self) -> Future[str]:
        """What to read to headquarters for a reset code; empty where this tablet has no key for that."""
        return self._worker.submit(self._challenge)

    def _challenge(self) -> str:
        from sync.reset import new_challenge

        return self._pins.challenge(lambda: new_challenge(token_bytes)) if self._reset_key() else ""

    def try_code(self, role: str, code: str) -> Future[PinAnswer]:
        """Whether headquarters' code fits; it is not used up by this."""
        return self._worker.submit(lambda: self._pins.try_code(self._opens(role, code)))

    def reset_pin(self, role: str, code: str, pin: str) -> Future[PinAnswer]:
        """A new PIN by headquarters' code; the Future fails with PinError for a PIN that may not be set."""
        return self._worker.submit(lambda: self._pins.reset(role, self._opens(role, code), pin))

    def _opens(self, role: str, code: str) -> Callable[[str], bool]:
        from sync import reset

        return lambda challenge: reset.opens(self._reset_key(), role, challenge, code)

    @property
    def has_settings(self) -> bool:
        """Whether anything can be set here."""
        return self._preferences is not None

    def settings(self) -> Future[Standing]:
        """What can be set, and how it stands."""
        return self._worker.submit(lambda: self._chosen().look())

    def keep(self, values: Mapping[str, str]) -> Future[Standing]:
        """Changes of keys of config.yaml; ValueError or OSError: nothing changed."""
        return self._worker.submit(lambda: self._chosen().keep(values))

    def dials(self) -> Future[dict[str, int]]:
        """Volume and brightness in percent, where the machine lets them be turned."""
        return self._worker.submit(lambda: self._chosen().dials.read())

    def turn(self, name: str, percent: int) -> Future[dict[str, int]]:
        """Turn a dial, at once; how all of them stand then."""
        return self._worker.submit(lambda: self._chosen().dials.turn(name, percent))

    def _chosen(self) -> Preferences:
        if self._preferences is None:
            raise ValueError("nothing can be set here")
        return self._preferences()

    def diagnostics(self) -> Future[str]:
        """The text of the diagnostics file."""
        return self._worker.submit(self._report)

    def carry_out(self, tell: Tell) -> None:
        """What waits goes onto a USB stick; ``tell`` is called on another thread."""
        self._worker.submit(lambda: self._courier().carry_out(tell)).add_done_callback(_log_failure)

    def bring_in(self, tell: Tell) -> None:
        """Receipts are taken from a USB stick; ``tell`` is called on another thread."""
        self._worker.submit(lambda: self._courier().bring_in(tell)).add_done_callback(_log_failure)

    def close(self) -> None:
        """The kiosk ends."""
        self._worker.shutdown(wait=False, cancel_futures=True)


def _log_failure(done: Future[None]) -> None:
    error = None if done.cancelled() else done.exception()
    if error is not None:
        log.error("the admin's errand failed", exc_info=error)
