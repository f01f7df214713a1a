"""How much comes in from whom within a minute, counted in this process's memory.

For limits on what every request costs: a look into the database for each would cost more than it spares. Each
worker counts for itself, so the limits hold per worker. Limits on guessing are elsewhere, in the database.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

MOST_NAMES = 20_000
"""Of whom anything is kept; beyond it counting begins anew, so that no flood of names fills the memory."""


class Rate:
    """At most ``most`` for each name within ``within_s`` seconds, beginning anew with each such span."""

    def __init__(self, most: int, within_s: float, now_s: Callable[[], float] = time.monotonic) -> None:
        self._most, self._within_s, self._now_s = most, within_s, now_s
        self._span, self._counts, self._lock = 0, dict[str, int](), threading.Lock()

    def take(self, name: str) -> bool:
        """Count one more; False when it is one too many."""
        with self._lock:
            counts = self._current()
            if name not in counts and len(counts) >= MOST_NAMES:
                counts.clear()
            counts[name] = counts.get(name, 0) + 1
            return counts[name] <= self._most

    def exhausted(self, name: str) -> bool:
        """Whether one more would be too many; counts nothing."""
        with self._lock:
            return self._current().get(name, 0) >= self._most

    def forget(self) -> None:
        """Begin anew, for tests."""
        with self._lock:
            self._counts.clear()

    def _current(self) -> dict[str, int]:
        span = int(self._now_s() // self._within_s)
        if span != self._span:
            self._span = span
            self._counts.clear()
        return self._counts
