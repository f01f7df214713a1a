"""Opens the store behind the first frame. While that cannot be, the screen says so and asks for no answer
that would be lost. Kivy's thread only."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Future

from kivy.clock import Clock

from kiosk.store import StorageError

log = logging.getLogger(__name__)
HALTING = ("too_new", "locked")
"""Reasons that no tap can mend. With any other the tablet goes on: the next tap may be saved. The data of a
newer program wait for a new program, and with it for a new start; the other program may end."""
AGAIN_S = 5.0


class Opening:
    """``open_store`` gives a Future at once; ``halt`` is told the reason, or "" once there is none."""

    def __init__(self, open_store: Callable[[], Future[str]], halt: Callable[[str], None]) -> None:
        self._open, self._halt = open_store, halt
        self._told = ""

    def begin(self) -> None:
        """Try; as long as another program holds the data, try again."""
        self._open().add_done_callback(lambda done: Clock.schedule_once(lambda _: self._opened(done), 0))

    def _opened(self, done: Future[str]) -> None:
        error = done.exception()
        reason = error.reason if isinstance(error, StorageError) else ""
        reason = reason if reason in HALTING else ""
        if reason != self._told:
            log.error("the store cannot be used: %s", error) if reason else log.info("the store is open")
            self._told = reason
            self._halt(reason)
        if reason == "locked":
            Clock.schedule_once(lambda _: self.begin(), AGAIN_S)
