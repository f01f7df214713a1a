"""Where the tablet's log goes: standard error, which systemd keeps in its journal, and a file of bounded size
in the data folder, for tablets without systemd and for the diagnostics file.

Nothing a citizen wrote is ever handed to a logger.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections import deque
from pathlib import Path
from types import TracebackType

log = logging.getLogger(__name__)
FOLDER, FILE_NAME = "logs", "kiosk.log"
MAX_BYTES, KEPT = 1_000_000, 4
"""At most five files of a megabyte: months of quiet, days of trouble."""
LINE = "%(levelname)s %(name)s: %(message)s"
TIMED = f"%(asctime)s {LINE}"


def to_stderr() -> None:
    """What every command does. The journal adds the time itself."""
    journal = "JOURNAL_STREAM" in os.environ
    logging.basicConfig(level=logging.INFO, format=LINE if journal else TIMED)


def keep_crashes(directory: Path) -> None:
    """From now on, what ends the program or a thread is kept in the data folder ``directory``."""

    def on_crash(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        to_file(directory)
        log.critical("the program ended: %s", kind.__name__, exc_info=(kind, error, trace))

    def on_thread_crash(crash: threading.ExceptHookArgs) -> None:
        to_file(directory)
        name = crash.thread.name if crash.thread else "?"
        value = crash.exc_value or crash.exc_type()
        log.critical("thread %s ended", name, exc_info=(crash.exc_type, value, crash.exc_traceback))

    sys.excepthook, threading.excepthook = on_crash, on_thread_crash


def to_file(directory: Path) -> None:
    """From now on, also keep a log in the data folder ``directory``; a second time changes nothing."""
    folder = directory / FOLDER
    root = logging.getLogger()
    if any(handler.name == FILE_NAME for handler in root.handlers):
        return
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        log.warning("no log file: %s", error.strerror)
        return
    root.addHandler(_bounded_file(folder / FILE_NAME))


def _bounded_file(path: Path) -> logging.Handler:
    from logging.handlers import RotatingFileHandler  # behind the first frame

    class BoundedFile(RotatingFileHandler):
        """A log that cannot be written, on a full disk perhaps, is no reason to stop or to say so each time:
        the line stands on standard error as well."""

        def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
            self.unwritten = record

    handler = BoundedFile(path, maxBytes=MAX_BYTES, backupCount=KEPT, encoding="utf-8", delay=True)
    handler.name = FILE_NAME
    handler.setFormatter(logging.Formatter(TIMED))
    return handler


def tail(directory: Path, lines: int) -> list[str]:
    """The newest lines of the log in ``directory``, oldest first."""
    found: deque[str] = deque(maxlen=lines)
    folder = directory / FOLDER
    names = [f"{FILE_NAME}.{number}" for number in range(KEPT, 0, -1)] + [FILE_NAME]
    for path in (folder / name for name in names):
        try:
            with path.open(encoding="utf-8", errors="replace") as handle:
                found.extend(line.rstrip("\n") for line in handle)
        except OSError:
            continue  # fewer files than there may be
    return list(found)
