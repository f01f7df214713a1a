"""Room on the disk: collecting stops, and says so, before the disk is full; a reserve lets the rest go on.

What was collected must still be confirmed and purged on a full disk, and the file be closed in order. All of
that writes. So a reserve file holds blocks that are given up when nothing else is left.
"""

from __future__ import annotations

import logging
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

from kiosk.store.errors import StorageError

log = logging.getLogger(__name__)
MB = 2**20
RESERVE = "reserve.bin"
RESERVE_BYTES = 16 * MB
LAST_BYTES = RESERVE_BYTES // 4
"""With less than this left the reserve is given up."""
LOOK_EVERY_S = 3.0


class NoRoom(StorageError):
    """Nothing was tried: there is too little room for more, though some is left."""

    def __init__(self, message: str) -> None:
        super().__init__("full", message)


def _free(directory: Path) -> int:
    return shutil.disk_usage(directory).free


class Room:
    """Used on the store's thread, before each event; asks the system every few seconds at most."""

    def __init__(
        self,
        directory: Path,
        least_mb: float,
        *,
        free: Callable[[Path], int] = _free,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """``least_mb``: with less free than this nothing is collected. ``free``: bytes free in a folder."""
        self._directory, self._least = directory, round(least_mb * MB)
        self._free_in, self._monotonic = free, monotonic
        self._looked_s: float | None = None
        self._short = False

    @property
    def reserve(self) -> Path:
        """The file whose blocks can be given up."""
        return self._directory / RESERVE

    def need(self) -> None:
        """Raise NoRoom when there is too little for more."""
        now_s = self._monotonic()
        if self._looked_s is None or now_s - self._looked_s >= LOOK_EVERY_S:
            self._looked_s = now_s
            self._look()
        if self._short:
            raise NoRoom(f"less than {self._least // MB} MB free in {self._directory}")

    def release(self) -> bool:
        """Give the reserve up, because the disk is full; whether there was one."""
        try:
            self.reserve.unlink()
        except FileNotFoundError:
            return False
        except OSError as error:
            log.warning("the reserve could not be given up: %s", error)
            return False
        log.error("the disk is full: the reserve of %d MB is given up", RESERVE_BYTES // MB)
        return True

    def _look(self) -> None:
        try:
            free = self._free_in(self._directory)
        except OSError as error:  # then only trying can tell
            log.warning("free space is not known: %s", error)
            self._short = False
            return
        was_short, self._short = self._short, free < self._least
        if self._short != was_short:
            log.error("collecting %s: %d MB free", "stops" if self._short else "goes on", free // MB)
        if free < LAST_BYTES:
            self.release()
        elif free >= self._least + RESERVE_BYTES and not self.reserve.exists():
            self._keep()

    def _keep(self) -> None:
        """Make the reserve, with real blocks; whoever takes them before it is there keeps them."""
        fresh = self.reserve.with_suffix(".new")
        try:
            with fresh.open("wb", buffering=0) as file:
                _allocate(file.fileno(), RESERVE_BYTES)
            os.replace(fresh, self.reserve)
        except OSError as error:
            log.warning("no reserve could be made: %s", error)
            fresh.unlink(missing_ok=True)


def _allocate(descriptor: int, size: int) -> None:
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(descriptor, 0, size)
        return
    for _ in range(size // MB):
        os.write(descriptor, bytes(MB))
