"""What the tablet does for itself at night: look its database over, let go of what headquarters has had for a
month, fold and shrink the file, and ask headquarters what it misses after all.

Run on the uploader's thread between two rounds, or on one of its own where the tablet is not enrolled. What
needs the store's thread is asked of it in small jobs, so that a tap comes in between; looking the database
over has a connection of its own.
"""

from __future__ import annotations

import json
import logging
import threading
import uuid
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

from kiosk import health
from kiosk.admin.stick import Queue
from kiosk.clock import Clock, Moment
from kiosk.health import Condition
from kiosk.private_file import write_json
from kiosk.store import StorageError
from kiosk.uploader import Courier, Sender
from sync.contract import Batch, WireEvent
from sync.errors import Halve, SyncError
from sync.gaps import GapsRequest, SeqRange

log = logging.getLogger(__name__)
FILE_NAME = "chores.json"
HOUR = 2
"""From this hour on, local time, the night's chores are due."""
QUIET_MS = 10 * 60_000
"""So long nobody has rated: now is a good moment. After a day without chores any moment is."""
DAY_MS = 86_400_000
RETRY_MS = 60 * 60_000
LOOK_EVERY_S = 600.0
"""So often a tablet without an uploader looks what is due."""
KEPT_MS = 30 * DAY_MS
"""Confirmed events stay so long on the tablet."""
PURGE_ROWS = 200
"""So many at once: a tap that comes meanwhile waits for some 15 ms."""
SLACK_BYTES, SLACK_SHARE = 8 * 2**20, 0.25
"""The file is written anew when more of it than both of these is unused."""
RESENT_BATCHES = 100
"""Of a hole so many batches are sent at once; what waits in the queue comes before the rest of it."""


@dataclass(frozen=True, slots=True)
class Done:
    """When each chore was done last (its local day and ms since 1970), and what the last check said."""

    day: dict[str, str]
    at_ms: dict[str, int]
    integrity: str = ""
    integrity_ms: int | None = None


class Chores:
    """``chores(courier)`` does what is due now, if anything; never raises what disk or network do."""

    def __init__(
        self,
        queue: Queue,
        sender: Callable[[], Sender],
        clock: Clock,
        directory: Path,
        *,
        drift: Callable[[], int | None] = lambda: None,
    ) -> None:
        """``drift``: how far this tablet's clock is ahead, None where that is not known."""
        self._queue, self._sender, self._clock, self._directory = queue, sender, clock, directory
        self._drift = drift
        self._done = _load(directory / FILE_NAME)
        self._not_before: dict[str, int] = {}
        """By the monotonic clock: a chore that failed has an hour's rest."""
        self.condition: Callable[[], Condition] = Condition

    def checked(self) -> tuple[str, int | None]:
        """What the last look at the database said, and when; before that, what lies aside now."""
        return health.set_aside(self._directory) or self._done.integrity, self._done.integrity_ms

    def __call__(self, courier: Courier | None) -> None:
        """Do what is due; a chore that fails comes again in an hour, and the others go on. Without
        ``courier`` headquarters is not asked: it does not know this tablet."""
        chores: list[tuple[str, Callable[[], bool]]] = [("check", self._check)]
        if courier is not None:
            chores.append(("reconcile", lambda: self._reconcile(courier)))
        chores += [("purge", lambda: self._purge(asked=courier is not None)), ("tidy", self._tidy)]
        for name, chore in chores:
            try:
                if self._due(name) and chore():
                    self._note(name)
            except (SyncError, StorageError, OSError) as error:
                self._not_before[name] = self._clock().mono_ms + RETRY_MS
                log.warning("chores: %s failed, again in an hour: %s", name, error)

    def _due(self, name: str) -> bool:
        now = self._clock()
        if now.mono_ms < self._not_before.get(name, 0):
            return False
        last_ms = self._done.at_ms.get(name)
        if last_ms is not None and now.wall_ms - last_ms > DAY_MS:
            return True
        today = self._done.day.get(name) == now.local_day
        return not today and _hour(now) >= HOUR and self._is_quiet()

    def _is_quiet(self) -> bool:
        newest_ms = self._queue.submit(lambda store: store.newest_ms()).result()
        return newest_ms is None or abs(self._clock().wall_ms - newest_ms) >= QUIET_MS

    def _note(self, name: str) -> None:
        """Remember across restarts that a chore is done."""
        now, done = self._clock(), self._done
        day, at_ms = {**done.day, name: now.local_day}, {**done.at_ms, name: now.wall_ms}
        self._done = replace(done, day=day, at_ms=at_ms)
        write_json(self._directory / FILE_NAME, asdict(self._done))

    def _check(self) -> bool:
        """Every page of the database is read, on a connection of its own."""
        from kiosk.store.upkeep import check  # behind the first frame: sqlite_utils takes 0.3 s to import

        found = check(self._directory)
        if found != "ok":
            log.error("chores: the database is not sound: %s", found)
        aside = health.damaged(self._directory)
        if aside:
            log.warning("chores: %d damaged databases are kept for salvage", aside)
        self._done = replace(self._done, integrity=found[:80], integrity_ms=self._clock().wall_ms)
        return True

    def _purge(self, asked: bool) -> bool:
        """By the earlier of the two clocks, so that one that is years ahead lets nothing go too soon.

        ``asked``: headquarters can be, and says first what it misses: it may have been put back from a
        backup while this tablet lay in a drawer.
        """
        if asked and abs(self._clock().wall_ms - self._done.at_ms.get("reconcile", 0)) > DAY_MS:
            return False
        before_ms = self._clock().wall_ms - max(0, self._drift() or 0) - KEPT_MS
        gone = 0
        while step := self._queue.submit(lambda store: store.purge_confirmed(before_ms, PURGE_ROWS)).result():
            gone += step
        if gone:
            log.info("chores: %d events confirmed a month ago were let go", gone)
        return True

    def _tidy(self) -> bool:
        size = self._queue.submit(lambda store: store.size()).result()
        if size.unused > max(SLACK_BYTES, size.total * SLACK_SHARE) and self._is_quiet():
            self._queue.submit(lambda store: store.shrink()).result()
            log.info("chores: the database was written anew, %d MB smaller", size.unused // 2**20)
        self._queue.submit(lambda store: store.fold()).result()
        return True

    def _reconcile(self, courier: Courier) -> bool:
        """Send again what headquarters misses although it once confirmed it; True when all of that is done.

        What still waits goes its usual way. What was let go a month after its confirmation is lost if it is
        missing there: headquarters shows it as a gap.
        """
        sender, reached, left = self._sender(), 0, RESENT_BATCHES
        believed = self._queue.submit(lambda store: store.newest_confirmed()).result()
        while believed and left > 0:
            question = GapsRequest(tablet_id=sender.tablet_id, install_id=sender.install_id, max_seq=believed)
            answer = courier.gaps(question)
            fresh = [hole for hole in answer.missing if hole.last > reached]
            if not fresh:
                return True
            for hole in fresh:
                left, reached = self._fill(courier, hole, left)
                if left <= 0 and reached < hole.last:
                    return False
            if not answer.more:
                return True
        return not believed

    def _fill(self, courier: Courier, hole: SeqRange, left: int) -> tuple[int, int]:
        """Send what is here of ``hole`` in at most ``left`` batches: (batches left, seq reached)."""
        first, sent = hole.first, 0
        while left > 0 and first <= hole.last:
            events = self._stored(first, hole.last)
            if not events:
                first = hole.last + 1
                break
            sent += self._send(courier, events)
            first, left = events[-1].seq + 1, left - 1
        log.warning("chores: headquarters misses %d to %d: sent %d again", hole.first, first - 1, sent)
        return left, first - 1

    def _stored(self, first: int, last: int) -> list[WireEvent]:
        return self._queue.submit(lambda store: store.stored_between(first, last)).result()

    def _send(self, courier: Courier, events: Iterable[WireEvent]) -> int:
        """How many went; what headquarters cannot receive is passed over. Delivery states stay."""
        batch = self._batch(tuple(events))
        try:
            courier.send(courier.prepare(batch))
        except Halve as error:
            if len(batch.events) == 1:
                log.error("chores: event %d cannot be received: %s", batch.events[0].seq, error.code)
                return 0
            half = len(batch.events) // 2
            return self._send(courier, batch.events[:half]) + self._send(courier, batch.events[half:])
        return len(batch.events)

    def _batch(self, events: tuple[WireEvent, ...]) -> Batch:
        sender = self._sender()
        state = self._queue.submit(lambda store: store.queue_state()).result()
        return Batch(
            batch_id=str(uuid.uuid4()),
            tablet_id=sender.tablet_id,
            install_id=sender.install_id,
            events=events,
            max_seq=state.max_seq,
            pending=state.pending,
            heartbeat=health.heartbeat(
                self._clock(), sender.app_version, self._directory, state, self.condition()
            ),
        )


class Caretaker:
    """Calls the chores of a tablet that is not enrolled, on a thread of its own."""

    def __init__(self, chores: Callable[[None], None], every_s: float = LOOK_EVERY_S) -> None:
        self._chores, self._every_s, self._stop = chores, every_s, threading.Event()
        self._thread = threading.Thread(target=self._loop, name="caretaker", daemon=True)

    def start(self) -> None:
        """Begin; the chores themselves know when they are due."""
        self._thread.start()

    def stop(self, timeout_s: float = 5.0) -> None:
        """Ask the thread to end after the chore it is at."""
        self._stop.set()
        self._thread.join(timeout_s)

    def _loop(self) -> None:
        while not self._stop.is_set():
            self._chores(None)
            self._stop.wait(self._every_s)


def _hour(now: Moment) -> int:
    return datetime.fromtimestamp(now.wall_ms / 1000, timezone(timedelta(minutes=now.utc_offset_min))).hour


def _load(path: Path) -> Done:
    """What was done before; nothing when the file cannot be used: then all is due again."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        integrity_ms = found["integrity_ms"]
        return Done(
            day={str(name): str(day) for name, day in found["day"].items()},
            at_ms={str(name): int(at) for name, at in found["at_ms"].items()},
            integrity=str(found["integrity"]),
            integrity_ms=None if integrity_ms is None else int(integrity_ms),
        )
    except FileNotFoundError:
        return Done({}, {})
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        log.warning("%s cannot be used, chores begin anew: %s", FILE_NAME, error)
        return Done({}, {})
