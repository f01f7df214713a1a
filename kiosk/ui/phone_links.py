"""The address behind the phone's QR, made anew every minute on a thread of its own. No Kivy.

One address is good for one rating. Two citizens who scan the same picture within its minute share it; the
second is told so on the phone and scans again.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from functools import lru_cache

REFRESH_S = 60.0


class PhoneLinks:
    """``make`` mints an address; ``draw`` is called with it on the thread, to have its picture ready."""

    def __init__(
        self,
        make: Callable[[], str],
        draw: Callable[[str], object],
        mono_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._make, self._draw, self._mono_s = make, draw, mono_s
        self._link, self._made_s = "", 0.0
        self._lock = threading.Lock()

    @property
    def current(self) -> str:
        """The address that stands, "" when it is time for another."""
        return self._link if self.left_s > 0 else ""

    @property
    def left_s(self) -> float:
        """Seconds until the next one."""
        return self._made_s + REFRESH_S - self._mono_s() if self._link else 0.0

    def renew(self, then: Callable[[str], None]) -> threading.Thread:
        """Make the next one; ``then`` gets it on the new thread."""
        thread = threading.Thread(target=self._renew, args=(then,), name="phone-link", daemon=True)
        thread.start()
        return thread

    def _renew(self, then: Callable[[str], None]) -> None:
        # Two pages may ask at once, as when one follows the other; the second takes the first's.
        with self._lock:
            if not self.current:
                link = self._make()
                self._draw(link)
                self._link, self._made_s = link, self._mono_s()
        then(self._link)


@lru_cache(maxsize=1)
def links_of(make: Callable[[], str], draw: Callable[[str], object]) -> PhoneLinks:
    """The one chain of addresses of this tablet: all pages show the same."""
    return PhoneLinks(make, draw)
