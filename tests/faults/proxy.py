"""A proxy between tablet and headquarters that does to a request what networks do: toxics, one a request.

It knows just enough of HTTP to tell one request from the next on a kept connection (heads, Content-Length).
"""

from __future__ import annotations

import re
import socket
import struct
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

_LENGTH = re.compile(rb"content-length:\s*(\d+)", re.IGNORECASE)
_RESET = struct.pack("ii", 1, 0)
Instead = Callable[[bytes], bytes | None]
SLOW_BYTES = 512
"""After so many slow bytes a toxic has shown what it does: the rest goes at full speed."""


@dataclass(frozen=True, slots=True)
class Toxic:
    """What happens to one request.

    ``request_upto``, ``reply_upto``: so many bytes go through, then both ends are hung up (``reset``: with
    RST); a shorter one passes whole. ``instead``: answered in headquarters' place, which hears nothing; where
    it gives None the request passes. ``edit``: what becomes of the reply. ``up_s``, ``down_s``: a pause
    behind each byte. ``silent``: what was let through was all, but nobody hangs up.
    """

    name: str = ""
    request_upto: int | None = None
    reply_upto: int | None = None
    instead: Instead | None = None
    edit: Callable[[bytes], bytes] | None = None
    up_s: float = 0.0
    down_s: float = 0.0
    silent: bool = False
    reset: bool = False


CLEAN = Toxic("clean")
LOST_REPLY = Toxic("lost reply", reply_upto=0)


@dataclass
class Proxy:
    """Listens on loopback and forwards to ``port``. Toxics of ``once`` are used up first, then ``always``
    (for every request) holds. ``done`` says what was done to which request."""

    port: int
    done: list[str] = field(default_factory=list)
    requests: list[bytes] = field(default_factory=list)
    _next: deque[Toxic] = field(default_factory=deque)
    _always: Toxic = CLEAN

    def __post_init__(self) -> None:
        self._open: set[socket.socket] = set()
        self._healed = threading.Event()
        self._server = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.getsockname()[1]}"

    @property
    def lost(self) -> int:
        """How many replies did not get through although headquarters gave them."""
        return self.done.count(LOST_REPLY.name)

    def once(self, *toxics: Toxic) -> None:
        """These for the next requests, in turn."""
        self._next.extend(toxics)

    def always(self, toxic: Toxic) -> None:
        """This for every request that has none of its own."""
        self._always = toxic
        self._healed.clear()

    def lose_next_reply(self) -> None:
        """Headquarters answers after COMMIT; nobody hears it."""
        self.once(LOST_REPLY)

    def heal(self) -> None:
        """The network is well; what hung is hung up."""
        self._next.clear()
        self._always = CLEAN
        self._healed.set()
        for end in list(self._open):
            _hang_up(end)
        self._healed = threading.Event()

    def close(self) -> None:
        self.heal()
        self._server.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._server.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(near,), daemon=True).start()

    def _serve(self, near: socket.socket) -> None:
        self._open.add(near)
        far: socket.socket | None = None
        with suppress(OSError):
            while first := near.recv(1):
                far = far or self._far()
                if not self._pass(near, far, first):
                    break
        for end in (near, far):
            if end is not None:
                self._open.discard(end)
                _hang_up(end)
                end.close()

    def _far(self) -> socket.socket:
        far = socket.create_connection(("127.0.0.1", self.port))
        self._open.add(far)
        return far

    def _pass(self, near: socket.socket, far: socket.socket, first: bytes) -> bool:
        """One request and its reply; False when the connection is over."""
        toxic = self._next.popleft() if self._next else self._always
        healed = self._healed
        self.done.append(toxic.name)
        request = _whole(near, first, toxic.up_s)
        self.requests.append(request)
        if toxic.instead is not None and (said := toxic.instead(request)) is not None:
            _send(near, said, toxic.down_s)
            return True  # it was well-formed: who closes now, races with the next request
        if toxic.request_upto is not None and len(request) > toxic.request_upto:
            far.sendall(request[: toxic.request_upto])
            return self._over(near, toxic, healed)
        far.sendall(request)
        reply = _whole(far)
        if toxic.edit is not None:
            reply = toxic.edit(reply)
        _send(near, reply[: toxic.reply_upto], toxic.down_s)
        if toxic.silent or toxic.edit is not None or len(reply[: toxic.reply_upto]) < len(reply):
            return self._over(near, toxic, healed)
        return True

    @staticmethod
    def _over(near: socket.socket, toxic: Toxic, healed: threading.Event) -> bool:
        if toxic.silent:
            healed.wait(60)
        elif toxic.reset:
            near.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            near.close()
        return False


def _whole(end: socket.socket, first: bytes = b"", pause_s: float = 0.0) -> bytes:
    """A whole message, as long as its head says."""
    found, slow = bytearray(first), SLOW_BYTES if pause_s else 0
    while _missing(found):
        piece = end.recv(1 if slow > 0 else 65536)  # whoever asks waits for the answer: no more comes
        if not piece:
            raise ConnectionError("hung up in the middle")
        found += piece
        if slow > 0:
            slow -= 1
            time.sleep(pause_s)
    return bytes(found)


def _missing(found: bytearray) -> bool:
    """Whether the message goes on."""
    end = found.find(b"\r\n\r\n")
    if end < 0:
        return len(found) < 65536
    length = _LENGTH.search(found, 0, end)
    return len(found) - end - 4 < (int(length[1]) if length else 0)


def _send(end: socket.socket, data: bytes, pause_s: float) -> None:
    slow = min(len(data), SLOW_BYTES) if pause_s else 0
    for place in range(slow):
        end.sendall(data[place : place + 1])
        time.sleep(pause_s)
    end.sendall(data[slow:])


def _hang_up(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)


def http(status: int, body: bytes = b"", /, **headers: str) -> bytes:
    """A raw answer; a header's underscores stand for dashes."""
    lines = [f"HTTP/1.1 {status} Said", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body
