"""The store's own thread: one worker owns the connection; callers get Futures at once.

A damaged database is set aside and a fresh one begun on this thread, so that the next tap is saved.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

from kiosk.pins import PinAnswer, PinBook
from kiosk.store.errors import StorageError, system_error
from kiosk.store.room import NoRoom, Room
from kiosk.store.types import Comment, Tally
from kiosk.survey import Level
from sync import kinds

log = logging.getLogger(__name__)
if TYPE_CHECKING:
    from kiosk.contact import Contact
    from kiosk.store.figures import Apart, Cell, DayFigures
    from kiosk.store.log import Store

T = TypeVar("T")


def _no_flags(level: Level) -> list[str]:
    return []


class StoreThread:
    """Serialises all use of the store; implements what the conductor and the uploader need."""

    def __init__(
        self,
        open_store: Callable[[], Store],
        pins: PinBook,
        flags: Callable[[Level], list[str]] = _no_flags,
        seal: Callable[[Contact], tuple[str, str]] | None = None,
        room: Room | None = None,
    ) -> None:
        """``room``: asked before each event; without one only a full disk itself stops collecting."""
        self._open, self._pins, self._flags, self._seal = open_store, pins, flags, seal
        self._room = room
        self._store: Store | None = None
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="store")

    def open(self) -> Future[str]:
        """Open the database; gives the install id. Until it succeeds every tap tries again."""
        return self.submit(lambda store: store.install_id)

    def submit(self, job: Callable[[Store], T]) -> Future[T]:
        """Run ``job`` with the store on its thread; once that has ended, the Future says so."""
        try:
            return self._worker.submit(self._run, job)
        except RuntimeError:  # the executor's word for a thread that has ended
            closed: Future[T] = Future()
            closed.set_exception(StorageError("closed"))
            return closed

    def save_rating(self, visit_id: str, level: Level) -> Future[str]:
        """Store a rating; the Future holds its event id once it is durable."""
        return self.submit(lambda store: self._rate(store, visit_id, level))

    def _rate(self, store: Store, visit_id: str, level: Level) -> str:
        """Flags are found here, where ratings pass one after the other."""
        body = {"level": int(level), "channel": "tablet", "flags": self._flags(level)}
        return self._store_event(store, kinds.RATING, visit_id, body)

    def save_correction(self, visit_id: str, level: Level, corrects: str) -> Future[str]:
        """Store that the rating ``corrects`` was meant as ``level``."""
        body = {"level": int(level), "corrects": corrects}
        return self._append(kinds.CORRECTION, visit_id, body)

    def save_choice(self, visit_id: str, chosen: frozenset[str], good: bool) -> Future[str]:
        """Store the whole choice of promises and reasons; ``good``: what was good, else what was missed."""
        return self._append(kinds.REASONS, visit_id, {"chosen": sorted(chosen), "good": good})

    def save_comment(self, visit_id: str, comment: Comment) -> Future[str]:
        """Store a comment whose personal numbers are covered already."""
        body = {
            "text": comment.text,
            "topic": comment.topic,
            "masked": list(comment.masked),
            "review": comment.review,
            "lookup": comment.lookup,
        }
        return self._append(kinds.COMMENT, visit_id, body)

    def save_about(self, visit_id: str, about: frozenset[tuple[str, str]]) -> Future[str]:
        """Store the whole of what the visit was about: desk, service, official, dossier."""
        return self._append(kinds.SUBJECT, visit_id, dict(sorted(about)))

    def save_contact(self, visit_id: str, contact: Contact, lookup: str) -> Future[str]:
        """Store a contact that only headquarters can open. Sealed here: libsodium loads off the screen's
        thread, and the words never reach the disk."""
        return self.submit(lambda store: self._contact(store, visit_id, contact, lookup))

    def _contact(self, store: Store, visit_id: str, contact: Contact, lookup: str) -> str:
        if self._seal is None:
            raise StorageError("no_seal")
        sealed, key_id = self._seal(contact)
        body = {"sealed": sealed, "key_id": key_id, "lookup": lookup}
        return self._store_event(store, kinds.CONTACT, visit_id, body)

    def save_end(self, visit_id: str, how: str, page: str) -> Future[str]:
        """Store how the visit ended."""
        return self._append(kinds.SESSION_END, visit_id, {"how": how, "page": page})

    def save_swallowed(self, visit_id: str, count: int) -> Future[str]:
        """Store how many taps the cool-down took."""
        return self._append(kinds.MISUSE_COUNTER, visit_id, {"cool_down": count})

    def _append(self, kind: str, visit_id: str, body: dict[str, Any]) -> Future[str]:
        return self.submit(lambda store: self._store_event(store, kind, visit_id, body))

    def _store_event(self, store: Store, kind: str, visit_id: str, body: dict[str, Any]) -> str:
        if self._room is not None:
            self._room.need()
        return store.append(kind, visit_id, body).event_id

    def tally_today(self) -> Future[Tally]:
        """Today's counts."""
        return self.submit(lambda store: store.tally_today())

    def staff_day(self, day: date | None) -> Future[DayFigures]:
        """All the staff page shows of a day, or of today."""
        return self.submit(lambda store: store.staff_day(day))

    def staff_days(self, first: date, last: date) -> Future[dict[date, Apart]]:
        """The counts of each day that has any."""
        return self.submit(lambda store: store.staff_days(first, last))

    def staff_cells(self, first: date, last: date) -> Future[list[Cell]]:
        """The finest counts there are, for an export."""
        return self.submit(lambda store: store.staff_cells(first, last))

    def check_pin(self, role: str, pin: str) -> Future[PinAnswer]:
        """Check a PIN here, because hashing takes tens of milliseconds."""
        return self._worker.submit(self._pins.check, role, pin)

    def close(self) -> None:
        """Finish what is queued, then close the file."""
        self._worker.submit(self._close)
        self._worker.shutdown(wait=True)

    def _run(self, job: Callable[[Store], T]) -> T:
        try:
            return self._attempt(job)
        except OSError as error:  # of a file beside the database: the screen has words for it, too
            raise system_error(error) from error
        except StorageError as error:
            if error.reason != "full" or isinstance(error, NoRoom):
                raise
            if self._room is None or not self._room.release():
                raise
            return self._attempt(job)

    def _attempt(self, job: Callable[[Store], T]) -> T:
        """A disk that fails to read once looks to SQLite like a damaged file: it is opened anew, and only
        what is damaged still is set aside."""
        for begin in (self._opened, self._reopened):
            try:
                return job(begin())
            except StorageError as error:
                if error.reason != "damaged":
                    raise
        return job(self._begin_afresh())

    def _opened(self) -> Store:
        if self._store is None:
            self._store = self._open()
        return self._store

    def _reopened(self) -> Store:
        self._close()
        return self._opened()

    def _begin_afresh(self) -> Store:
        """Set the damaged file aside; only reached with a store open."""
        damaged = self._store
        self._store = None
        if damaged is not None:
            damaged.set_aside()
        self._store = self._open()
        return self._store

    def _close(self) -> None:
        if self._store is not None:
            self._store.close()
            self._store = None
