"""How a full-screen program is told to end. No Kivy."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable


def stop_on_sigterm(stop: Callable[[], None]) -> None:
    """Without a handler of ours SDL takes SIGTERM for Alt+F4, which a kiosk ignores."""
    if threading.current_thread() is not threading.main_thread():
        return
    if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        signal.signal(signal.SIGTERM, lambda *_: stop())
