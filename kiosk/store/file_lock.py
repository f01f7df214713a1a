"""An open file as a lock between programs; the system lets go of it when the program ends anyhow."""

from __future__ import annotations

import importlib
from typing import IO, Any

_fcntl: Any
try:
    import fcntl as _fcntl
except ImportError:  # Windows
    _fcntl = None


def take(handle: IO[bytes]) -> None:
    """Lock the empty file until ``handle`` is closed; OSError when another program has it. Never waits."""
    if _fcntl is not None:
        _fcntl.flock(handle, _fcntl.LOCK_EX | _fcntl.LOCK_NB)
        return
    windows = importlib.import_module("msvcrt")
    windows.locking(handle.fileno(), windows.LK_NBLCK, 1)
