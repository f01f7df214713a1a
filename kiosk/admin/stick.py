"""Offices without a network: the queue goes to headquarters on a USB stick, the receipt comes back on it.

Events leave the queue only by a receipt that headquarters signed, so a stick that is lost, pulled or read
twice costs nothing.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from kiosk.clock import Clock
from kiosk.enrolment import Identity
from kiosk.removable import RemovableError, sticks, the_stick, write_safely
from sync.contract import MAX_EVENTS, Result, WireEvent

if TYPE_CHECKING:
    from concurrent.futures import Future

    from kiosk.store.log import Store

log = logging.getLogger(__name__)
T = TypeVar("T")
CHUNK = 1 << 20
DRAFT = "bundle.part"


class Queue(Protocol):
    """The store's thread."""

    def submit(self, job: Callable[[Store], T]) -> Future[T]: ...


@dataclass(frozen=True, slots=True)
class Carried:
    """How it goes. ``step``: packing (``done`` of ``total`` entries), writing (bytes), written, read (a
    receipt: ``done`` confirmed, ``aside`` set aside) or failed, then ``reason``: as RemovableError names
    it, or empty (nothing waits), no_key (enrolled
    before headquarters had one), no_receipt, other_tablet, bad_receipt, no_room."""

    step: str
    done: int = 0
    total: int = 0
    aside: int = 0
    name: str = ""
    reason: str = ""


Tell = Callable[[Carried], None]


class Courier:
    """Carries between the store and a stick; every method belongs on a thread that may wait."""

    def __init__(
        self,
        queue: Queue,
        identity: Identity,
        directory: Path,
        clock: Clock,
        version: str,
        root: Path,
        keys: Callable[[], Sequence[str]] | None = None,
    ) -> None:
        """``keys``: headquarters' that may sign a receipt; that of the enrolment where not given."""
        self._queue, self._identity, self._directory = queue, identity, directory
        self._clock, self._version, self._root = clock, version, root
        self._keys = keys or (lambda: [identity.config_key])

    def carry_out(self, tell: Tell) -> None:
        """Everything that waits goes onto the stick, sealed and signed."""
        draft = self._directory / DRAFT
        try:
            self._carry_out(draft, tell)
        except RemovableError as error:
            log.warning("no bundle was written: %s (%s)", error.reason, error)
            tell(Carried("failed", reason=error.reason))
        except OSError as error:
            log.error("no bundle was written: %s", error)
            tell(Carried("failed", reason="no_room"))
        finally:
            draft.unlink(missing_ok=True)

    def _carry_out(self, draft: Path, tell: Tell) -> None:
        if not self._identity.sealing_key:
            tell(Carried("failed", reason="no_key"))
            return
        stick = the_stick(self._root)
        count, max_seq, install_id = self._queue.submit(
            lambda store: (store.queue_state().pending, store.queue_state().max_seq, store.install_id)
        ).result()
        if not count:
            tell(Carried("failed", reason="empty"))
            return
        self._pack(draft, count, max_seq, install_id, tell)
        size, name = draft.stat().st_size, self._name()
        with draft.open("rb") as file:
            chunks = iter(lambda: file.read(CHUNK), b"")
            write_safely(stick.path / name, chunks, lambda n: tell(Carried("writing", n, size, name=name)))
        tell(Carried("written", count, count, name=name))

    def _pack(self, draft: Path, count: int, max_seq: int, install_id: str, tell: Tell) -> None:
        from sync import bundle

        identity = self._identity
        header = bundle.Header(
            tablet_id=identity.tablet_id,
            install_id=install_id,
            key_id=identity.key_id,
            sealing_key_id="",
            count=count,
            max_seq=max_seq,
            made_ms=self._clock().wall_ms,
            app_version=self._version,
        )

        def told(done: int) -> None:
            if done % MAX_EVENTS == 0 or done == count:
                tell(Carried("packing", done, count))

        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            events = islice(self._waiting(), count)
            bundle.write(file, header, events, identity.signer(), identity.sealing_key, told)

    def _waiting(self) -> Iterator[WireEvent]:
        """What waits, oldest first, a batch at a time: a tap in between waits for one batch."""
        after = 0
        while events := self._batch(after):
            yield from events
            after = events[-1].seq

    def _batch(self, after: int) -> list[WireEvent]:
        return self._queue.submit(lambda store: store.pending(MAX_EVENTS, after)).result()

    def _name(self) -> str:
        now = self._clock()
        from sync.bundle import SUFFIX

        return f"kiosk-{self._identity.tablet_id[:8]}-{now.local_day}-{now.wall_ms // 1000}{SUFFIX}"

    def bring_in(self, tell: Tell) -> None:
        """The receipts for this tablet on any stick are taken; one that was taken before changes nothing."""
        from sync import receipt

        there = sticks(self._root)
        files = sorted(
            path for stick in there for path in stick.path.glob(f"*{receipt.SUFFIX}") if path.is_file()
        )
        if not files:
            tell(Carried("failed", reason="no_receipt" if there else "none"))
            return
        taken, worst = [], "bad_receipt"
        for path in files:
            try:
                taken.append(self._take(path))
            except receipt.ReceiptError as error:
                log.warning("receipt %s not taken: %s", path.name, error)
                worst = "other_tablet" if error.code == "other_tablet" else worst
            except OSError as error:
                log.warning("receipt %s cannot be read: %s", path.name, error)
                worst = "gone"
        if not taken:
            tell(Carried("failed", reason=worst))
            return
        confirmed, aside = (sum(column) for column in zip(*taken, strict=True))
        tell(Carried("read", confirmed, aside=aside, name=files[-1].name))

    def _take(self, path: Path) -> tuple[int, int]:
        """(confirmed, set aside) by one file."""
        from sync import receipt

        confirmed = aside = 0
        with path.open("rb") as file:
            receipt.check(file, self._identity.tablet_id, self._keys())
            results = receipt.read_results(file)
            while batch := list(islice(results, MAX_EVENTS)):
                more = self._settled(batch)
                confirmed, aside = confirmed + more[0], aside + more[1]
        return confirmed, aside

    def _settled(self, batch: list[Result]) -> tuple[int, int]:
        return self._queue.submit(lambda store: store.settle_named(batch)).result()
