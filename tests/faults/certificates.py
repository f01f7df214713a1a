"""A certificate authority for one test, by the openssl command: certificates as they go wrong in offices."""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

_CURVE = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
_CONFIG = """\
[ca]
default_ca = it
[it]
new_certs_dir = {folder}
database = {folder}/index.txt
private_key = {folder}/root.key
certificate = {folder}/root.pem
default_md = sha256
policy = any
unique_subject = no
rand_serial = yes
[any]
commonName = supplied
"""


class Authority:
    """Signs for whomever it is told to."""

    def __init__(self, folder: Path) -> None:
        if shutil.which("openssl") is None:
            pytest.skip("the openssl command is not here: certificates cannot be made")
        folder.mkdir(parents=True)
        self._folder, self.root = folder, folder / "root.pem"
        (folder / "index.txt").touch()
        (folder / "ca.cnf").write_text(_CONFIG.format(folder=folder), encoding="ascii")
        root = ("-keyout", folder / "root.key", "-out", self.root, "-subj", "/CN=Test Root", "-days", "3650")
        self._run("req", "-x509", *_CURVE, *root)

    def issue(self, name: str, *, host: str = "IP:127.0.0.1", first: str = "", last: str = "") -> Path:
        """A file with a certificate and its key. ``first`` and ``last``: YYMMDDHHMMSSZ."""
        at = self._folder / name
        key, wish, made = at.with_suffix(".key"), at.with_suffix(".csr"), at.with_suffix(".pem")
        words = at.with_suffix(".ext")
        words.write_text(f"subjectAltName={host}\n", encoding="ascii")
        self._run("req", *_CURVE, "-keyout", key, "-out", wish, "-subj", f"/CN={name}")
        days = ["-startdate", first, "-enddate", last] if first else ["-days", "3000"]
        config = ("-config", self._folder / "ca.cnf", "-extfile", words)
        self._run("ca", "-batch", "-notext", *config, *days, "-in", wish, "-out", made)
        made.write_bytes(made.read_bytes() + key.read_bytes())
        return made

    @staticmethod
    def _run(*arguments: object) -> None:
        subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)


@dataclass
class Front:
    """TLS before headquarters, as nginx is: passes on what it could decrypt. ``certificate`` None: whoever
    listens there speaks no TLS. ``heard``: the first bytes of each connection as they went over the wire."""

    port: int
    certificate: Path | None

    def __post_init__(self) -> None:
        self.heard: list[bytes] = []
        self._server = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def address(self) -> str:
        return f"https://127.0.0.1:{self._server.getsockname()[1]}"

    def close(self) -> None:
        self._server.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._server.accept()
                threading.Thread(target=self._serve, args=(near,), daemon=True).start()

    def _serve(self, near: socket.socket) -> None:
        with suppress(OSError), near:
            self.heard.append(near.recv(65536, socket.MSG_PEEK))
            if self.certificate is None:
                near.sendall(b"HTTP/1.1 302 Found\r\nLocation: http://portal.example/\r\n\r\n")
                return
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(self.certificate)
            with context.wrap_socket(near, server_side=True) as clear:
                self._pump(clear)

    def _pump(self, clear: ssl.SSLSocket) -> None:
        """One way in a thread, the other here."""
        with socket.create_connection(("127.0.0.1", self.port)) as far:
            threading.Thread(target=_copy, args=(clear, far), daemon=True).start()
            _copy(far, clear)


def _copy(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while piece := source.recv(65536):
            target.sendall(piece)
    with suppress(OSError):
        target.shutdown(socket.SHUT_RDWR)
