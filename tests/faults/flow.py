"""A tablet that goes on whatever becomes of headquarters, and the count of what became of its ratings."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from scripts.stage import Headquarters, wait_for
from sync.errors import SyncError
from tests.faults.conftest import Trials
from tests.faults.holding import received
from tests.faults.invariant import databases_of, judge
from tests.faults.proxy import Proxy
from tests.journeys.tablet import QuietTablet


class Flow:
    """A tablet that rates and sends on a thread of its own, whatever becomes of headquarters."""

    def __init__(self, folder: Path, headquarters: Headquarters) -> None:
        self.headquarters, self.folder = headquarters, folder
        self.proxy = Proxy(headquarters.port)
        self.tablet = QuietTablet(folder, self.proxy.address, headquarters.code())
        self.shown: list[str] = []
        self.failed: list[str] = []
        self.sent = 0

    def rate(self, count: int) -> list[str]:
        """They are shown when this returns."""
        given = self.tablet.rate(*(1 + number % 3 for number in range(count)))
        self.shown += given
        return given

    @contextmanager
    def sending(self, rates: bool = False) -> Iterator[None]:
        """Try after try beside what is done here, with a rating between them where it ``rates``."""
        ended = threading.Event()

        def send() -> None:
            while not ended.is_set():
                if rates:
                    self.rate(1)
                try:
                    self.tablet.uploader.drain()
                    self.sent += 1
                except SyncError as error:
                    self.failed.append(str(error))
                    ended.wait(0.05)

        thread = threading.Thread(target=send)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join(60)
        assert not thread.is_alive(), "the tablet hangs"

    def weigh(self, trials: Trials, where: str) -> None:
        """The invariant over both sides, as they are now."""
        trials.count(judge(self.shown, databases_of(self.folder), where))

    def settle(self, where: str) -> None:
        """Everything arrives, and is confirmed."""
        wait_for(self._drained, "the queue drains", 60)
        verdict = judge(self.shown, databases_of(self.folder), where)
        assert verdict.holds, str(verdict)
        assert (verdict.pending, verdict.quarantined) == (0, 0)
        assert verdict.confirmed == len(self.shown)
        assert set(self.shown) <= received(where)

    def _drained(self) -> bool:
        with suppress(SyncError):
            self.tablet.uploader.drain()
        return self.tablet.pending() == 0

    def close(self) -> None:
        self.tablet.close()
        self.proxy.close()
