"""Time as the tablet sees it. Everything else gets a ``Clock`` as an argument."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Moment:
    """One reading of all clocks, taken together.

    ``wall_ms`` ms since 1970 UTC by the tablet's clock, which may be wrong; ``mono_ms`` ms since boot,
    which only goes forward within one ``boot_id``; ``utc_offset_min`` minutes east of UTC.
    """

    wall_ms: int
    mono_ms: int
    boot_id: str
    utc_offset_min: int

    @property
    def local_day(self) -> str:
        """ISO date on the tablet's wall when it happened; never changes afterwards."""
        return time.strftime("%Y-%m-%d", time.gmtime(self.wall_ms / 1000 + self.utc_offset_min * 60))


Clock = Callable[[], Moment]


def system_clock(zone: tzinfo | None = None) -> Clock:
    """The machine's clocks; counts sleep as passing time where the system can (Linux, Android). Days are
    those of ``zone``; without one those of the system's own, which on a bare machine is UTC's."""
    boot_id = _boot_id()

    def read() -> Moment:
        wall_s = time.time()
        offset = datetime.fromtimestamp(wall_s, zone).astimezone(zone).utcoffset()
        minutes = 0 if offset is None else round(offset.total_seconds() / 60)
        return Moment(round(wall_s * 1000), round(_since_boot_s() * 1000), boot_id, minutes)

    return read


def _since_boot_s() -> float:
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()


def _boot_id() -> str:
    """The kernel's id of this boot; a fresh one where the system has none, which only costs accuracy."""
    try:
        return str(uuid.UUID(Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()))
    except (OSError, ValueError):
        return str(uuid.uuid4())
