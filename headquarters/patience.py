"""A thread is given to a request when the whole of it is here, not when it begins to come.

gunicorn's threads read from the socket themselves: eight strangers who send a byte a second take all eight
threads of a server, and no tablet is heard any more (nginx in front gathers requests as well; not every
office has one). Here the loop that watches all sockets gathers what comes, at no cost but memory.
"""

from __future__ import annotations

import re
import selectors
import time
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from gunicorn.http import get_parser
from gunicorn.workers.gthread import ThreadWorker

LONGEST_HEAD = 64 * 1024
LARGEST = 16 * 1024 * 1024
"""A body that says it is larger goes on at once: it is refused unread (settings.MOST_REQUEST_BYTES)."""
MOST_HELD = 4 * LARGEST
"""Of all that is gathered; beyond it whoever has sent most is dropped: never a tablet, whose batches are
small."""
PATIENCE_S = 120.0
"""So long a request may take to come: a whole batch over a line of 1 KB a second."""
_BODY = re.compile(
    rb"^(content-length|transfer-encoding|expect)[ \t]*:[ \t]*([^\r\n]*)", re.IGNORECASE | re.M
)


@dataclass(slots=True)
class Heard:
    """What has come of a request on a connection."""

    until_s: float
    data: bytearray = field(default_factory=bytearray)
    told_to_go_on: bool = False


class PatientWorker(ThreadWorker):  # type: ignore[misc]
    """gthread, but for what it does before a request is whole."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._gathering: dict[Any, Heard] = {}
        self._held = 0

    def enqueue_req(self, conn: Any) -> None:
        """Called by the loop when a connection is new, or readable again."""
        if conn.parser is not None and conn.parser.unreader.buf.getvalue():
            super().enqueue_req(conn)  # the beginning of the next request was read along with the last one
            return
        heard = self._gathering[conn] = Heard(time.monotonic() + PATIENCE_S)
        conn.sock.setblocking(False)
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._more, conn, heard))

    def _more(self, conn: Any, heard: Heard, sock: Any) -> None:
        """Something has come, or nothing will any more."""
        try:
            piece = sock.recv(65536)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            piece = b""
        heard.data += piece
        self._held += len(piece)
        if not piece:
            self._drop(conn)
        elif whole(heard.data):
            self._hand_over(conn, heard)
        elif not heard.told_to_go_on and wants_word(heard.data):
            heard.told_to_go_on = True
            with suppress(OSError):
                sock.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        if self._held > MOST_HELD:
            self._drop(max(self._gathering, key=lambda one: len(self._gathering[one].data)))

    def _hand_over(self, conn: Any, heard: Heard) -> None:
        self.poller.unregister(conn.sock)
        self._held -= len(self._gathering.pop(conn).data)
        conn.sock.setblocking(True)
        conn.initialized = conn.data_ready = True
        conn.parser = conn.parser or get_parser(self.cfg, conn.sock, conn.client)
        conn.parser.unreader.unread(bytes(heard.data))
        super().enqueue_req(conn)

    def _drop(self, conn: Any) -> None:
        with suppress(OSError, KeyError, ValueError):
            self.poller.unregister(conn.sock)
        self._held -= len(self._gathering.pop(conn).data)
        self.nr_conns -= 1
        conn.close()

    def murder_pending(self) -> None:
        """Called by the loop every second."""
        super().murder_pending()
        now = time.monotonic()
        for conn in [conn for conn, heard in self._gathering.items() if heard.until_s < now]:
            self._drop(conn)

    def _cap_keepalive(self, deadline: float) -> None:
        """The server stops: who has not begun to ask does not keep it."""
        super()._cap_keepalive(deadline)
        for conn in [conn for conn, heard in self._gathering.items() if not heard.data]:
            self._drop(conn)


def whole(data: bytes | bytearray) -> bool:
    """Whether a thread can work on this without waiting, or refuse it as it is."""
    end = data.find(b"\r\n\r\n")
    if end < 0:
        return len(data) > LONGEST_HEAD
    said = _said(data, end)
    body = len(data) - end - 4
    if b"transfer-encoding" in said:
        return body > LARGEST or data.endswith(b"0\r\n\r\n")
    length = said.get(b"content-length", b"0").strip()
    return not length.isdigit() or len(length) > 9 or int(length) > LARGEST or body >= int(length)


def wants_word(data: bytes | bytearray) -> bool:
    """Whether the body comes only when it is asked for."""
    end = data.find(b"\r\n\r\n")
    return end >= 0 and b"100-continue" in _said(data, end).get(b"expect", b"").lower()


def _said(data: bytes | bytearray, end: int) -> dict[bytes, bytes]:
    """The head's words about the body."""
    return {found[1].lower(): found[2] for found in _BODY.finditer(data, 0, end)}
