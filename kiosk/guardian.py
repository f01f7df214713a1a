"""Tells the service manager that the kiosk lives, as systemd's sd_notify does: one datagram to a socket.

The pulse must come from the screen's own loop: a loop that hangs falls silent and is killed and begun anew.
Where no manager listens (Windows, Android, a developer's shell) there is no guardian.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import socket

log = logging.getLogger(__name__)
PULSES = 3
"""In the time the manager waits for one."""


class Guardian:
    """``limit_s``: silence for that long is death; None where the manager only wants to know of the start."""

    def __init__(self, address: str, limit_s: float | None = None) -> None:
        self._address = f"\0{address[1:]}" if address.startswith("@") else address
        self._limit_s = limit_s
        self._heard = True

    @cached_property
    def _socket(self) -> socket.socket:
        import socket  # behind the first frame

        made = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        made.setblocking(False)  # a full socket must not become the hang it is there to find
        return made

    @property
    def every_s(self) -> float | None:
        """How often to call ``alive``; None: never."""
        return None if self._limit_s is None else self._limit_s / PULSES

    def ready(self, status: str) -> None:
        """The first page is on the screen."""
        self._say(f"READY=1\nSTATUS={status}\nWATCHDOG=1")

    def alive(self) -> None:
        """The screen's loop turns."""
        self._say("WATCHDOG=1")

    def stopping(self) -> None:
        """The end is wanted."""
        self._say("STOPPING=1")

    def _say(self, message: str) -> None:
        try:
            self._socket.sendto(message.encode(), self._address)
        except OSError as error:
            if self._heard:
                log.warning("the service manager cannot be told: %s", error.strerror)
            self._heard = False
        else:
            self._heard = True


def from_environment(environment: Mapping[str, str], pid: int) -> Guardian | None:
    """The guardian this process was started with; a limit meant for another process does not bind it."""
    address = environment.get("NOTIFY_SOCKET", "")
    if not address.startswith(("/", "@")):
        return None
    limit = environment.get("WATCHDOG_USEC", "")
    meant = environment.get("WATCHDOG_PID", str(pid)) == str(pid)
    return Guardian(address, int(limit) / 1e6 if meant and limit.isdigit() and int(limit) else None)
