"""A TCP proxy between tablet and headquarters that loses replies on request."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress


class Proxy:
    """Listens on loopback and forwards to ``port``. ``lose_next_reply`` cuts the next connection just when
    headquarters begins to answer, which it does only after COMMIT."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._armed = threading.Event()
        self.lost = 0
        self._server = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.getsockname()[1]}"

    def lose_next_reply(self) -> None:
        self._armed.set()

    def close(self) -> None:
        self._server.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._server.accept()
            except OSError:
                return
            far = socket.create_connection(("127.0.0.1", self._target))
            threading.Thread(target=self._forward, args=(near, far), daemon=True).start()
            threading.Thread(target=self._answer, args=(far, near), daemon=True).start()

    def _forward(self, near: socket.socket, far: socket.socket) -> None:
        with suppress(OSError):
            while data := near.recv(65536):
                far.sendall(data)
        with suppress(OSError):
            far.shutdown(socket.SHUT_WR)

    def _answer(self, far: socket.socket, near: socket.socket) -> None:
        with suppress(OSError):
            while data := far.recv(65536):
                if self._armed.is_set():
                    self._armed.clear()
                    self.lost += 1
                    break
                near.sendall(data)
        for end in (near, far):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
