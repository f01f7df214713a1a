"""Logs that repeat nothing a citizen typed or scanned: for people by the line, for machines as JSON.

Paths of citizens' pages carry their token or code, queries carry whatever was typed, and the words of most
exceptions repeat the value that was wrong. None of them is written.
"""

from __future__ import annotations

import json
import logging
import re
import traceback
from typing import Any

_CITIZENS = re.compile(r"(/(?:p|tra-cuu)/)[^\s'\"?]+", re.IGNORECASE)
_QUERY = re.compile(r"(/[^\s'\"?]*)\?[^\s'\"]*")
_UNSHOWN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_HIDDEN = "…"
_PLAIN_WORDS = {
    *("OSError", "OperationalError", "InterfaceError", "ImproperlyConfigured", "ConfigError"),
    *("TypeError", "AttributeError", "NameError", "ImportError"),
}
"""Errors of the machine and of the program: their words repeat no citizen. By name, up the class tree."""
_MOST_PLACES = 20


def discreet(text: str) -> str:
    """Without codes of citizens' pages, without queries."""
    return _QUERY.sub(rf"\1?{_HIDDEN}", _CITIZENS.sub(rf"\1{_HIDDEN}", text))


def one_line(text: str) -> str:
    """Nobody writes entries of their own by a line end, or hides one from who reads it in a terminal."""
    return _UNSHOWN.sub(lambda found: ascii(found[0])[1:-1], text)


def told(error: BaseException) -> str:
    """The kind of an error, and its words where they are the machine's."""
    kinds = {kind.__name__ for kind in type(error).__mro__}
    words = discreet(str(error)) if kinds & _PLAIN_WORDS else ""
    return f"{type(error).__name__}: {words}" if words else type(error).__name__


class Line(logging.Formatter):
    """One line, and under it where an error came from: files, lines and functions."""

    def __init__(self) -> None:
        # With its distance from UTC: lines of several machines are put together.
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s", "%Y-%m-%dT%H:%M:%S%z")

    def format(self, record: logging.LogRecord) -> str:
        # Another handler may have kept the traceback in words that are not ours.
        record.exc_text = None
        text = super().format(record)
        record.exc_text = None
        return text

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the library's name
        record.message = one_line(discreet(record.message))
        return super().formatMessage(record)

    def formatException(self, ei: Any) -> str:  # noqa: N802 - the library's name
        return "\n".join([*(f"  {place}" for place in _places(ei[1])), one_line(told(ei[1]))])


class Json(logging.Formatter):
    """One object a line: at, level, logger, message; error and places when there was one."""

    def format(self, record: logging.LogRecord) -> str:
        found: dict[str, Any] = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": discreet(record.getMessage()),
        }
        status = getattr(record, "status_code", None)
        if isinstance(status, int):
            found["status"] = status
        if record.exc_info and record.exc_info[1]:
            found["error"] = told(record.exc_info[1])
            found["places"] = _places(record.exc_info[1])
        return json.dumps(found, ensure_ascii=False)


def _places(error: BaseException) -> list[str]:
    frames = traceback.extract_tb(error.__traceback__)
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames][-_MOST_PLACES:]
