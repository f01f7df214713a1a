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
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

log = logging.getLogger(__name__)
FOLDER, FILE_NAME = "logs", "kiosk.log"
MAX_BYTES, KEPT = 1_000_000, 4
"""At most five files of a megabyte: months of quiet, days of trouble."""
LINE = "%(levelname)s %(name)s: %(message)s"
TIMED = f"%(asctime)s {LINE}"


class _BoundedFile(RotatingFileHandler):
    """A log that cannot be written, on a full disk perhaps, is no reason to stop or to say so each time:
    the line stands on standard error as well."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        self.unwritten = record


def to_stderr() -> None:
    """What every command does. The journal adds the time itself."""
    journal = "JOURNAL_STREAM" in os.environ
    logging.basicConfig(level=logging.INFO, format=LINE if journal else TIMED)


def to_file(directory: Path) -> None:
    """Also keep a log in the data folder ``directory``; what ends a thread or the program goes there too."""
    folder = directory / FOLDER
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        log.warning("no log file: %s", error.strerror)
        return
    handler = _BoundedFile(
        folder / FILE_NAME, maxBytes=MAX_BYTES, backupCount=KEPT, encoding="utf-8", delay=True
    )
    handler.setFormatter(logging.Formatter(TIMED))
    logging.getLogger().addHandler(handler)
    sys.excepthook = _log_crash
    threading.excepthook = _log_thread_crash


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


def _log_crash(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    log.critical("the program ended: %s", kind.__name__, exc_info=(kind, error, trace))


def _log_thread_crash(crash: threading.ExceptHookArgs) -> None:
    name = crash.thread.name if crash.thread else "?"
    value = crash.exc_value or crash.exc_type()
    log.critical("thread %s ended", name, exc_info=(crash.exc_type, value, crash.exc_traceback))
