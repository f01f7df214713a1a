"""Requests made of the OpenAPI document itself, against a server as an office runs it: none may fail in a way
that the document does not tell, and none gets in without what it asks for. ``--long``: many more of them.
"""

from __future__ import annotations

import gzip
import http.client
import json
import os
import re
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from scripts.stage import Headquarters
from sync import contract
from sync.client import Client
from sync.signing import Signer
from tests.support import FakeTablet

pytestmark = pytest.mark.screen_only
ROOT = Path(__file__).resolve().parents[2]
TOOL = Path(sys.executable).with_name("schemathesis")
# Which codes offices have, and that "from" and "to" lie 400 days apart at most, no schema can say: such a
# question is well formed and refused all the same. What no schema can say of signatures is in SIGNED below.
CONFIG = """
[checks.positive_data_acceptance]
expected-statuses = ["2xx", "400", "401", "403", "404", "409", "410", "429"]
"""
TOKEN = """
import datetime, hashlib, secrets
from headquarters.accounts.models import User
from headquarters.api.models import Token
from django.utils import timezone
plain = "hqr_" + secrets.token_urlsafe(32)
user = User.objects.create_user("machine", role="system_admin")
hash = hashlib.sha256(plain.encode()).hexdigest()
until = timezone.now() + datetime.timedelta(days=1)
Token.objects.create(name="test", hash=hash, prefix=plain[:10], made_by=user, expires_at=until)
print(plain)
"""


@pytest.fixture(scope="module")
def server(
    tmp_path_factory: pytest.TempPathFactory, migrated_database: Callable[[Path], str]
) -> Iterator[Headquarters]:
    data = tmp_path_factory.mktemp("schemathesis")
    made = Headquarters(data, migrated_database(data))
    made.start()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def tablet(server: Headquarters) -> FakeTablet:
    """Enrolled, with a few ratings there."""
    made = FakeTablet()
    client = Client(server.address, made.signer, timeout_s=(5, 20))
    client.enrol(made.enrolment(server.code("Quầy 1")))
    client.push(made.batch([made.rating(level) for level in (1, 2, 3, 3, 3)]))
    client.close()
    return made


@pytest.fixture(scope="module")
def token(server: Headquarters, tablet: FakeTablet) -> str:
    settings = {"DJANGO_SETTINGS_MODULE": "headquarters.settings", "HEADQUARTERS_DATA": str(server.data)}
    done = subprocess.run(
        [sys.executable, "-c", f"import django; django.setup()\n{TOKEN}"],
        env={**server.environment, **settings}, cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout.strip()


def attack(address: str, folder: Path, *how: str, examples: int) -> str:
    """What the tool said; its verdict must be that nothing failed."""
    config = folder / "schemathesis.toml"
    config.write_text(CONFIG, encoding="utf-8")
    command = [
        str(TOOL),
        "--config-file",
        str(config),
        "run",
        f"{address}/api/openapi.json",
        "--url",
        address,
    ]
    limits = ["--seed", "7", "-n", str(examples), "--suppress-health-check", "all"]
    done = subprocess.run(
        [*command, *limits, "--generation-database", "none", "--warnings", "off", *how],
        cwd=folder, env={**os.environ, "NO_COLOR": "1"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    return done.stdout


def generated(said: str) -> int:
    return int(re.findall(r"(\d+) generated", said)[0])


@contextmanager
def limits_forgotten(server: Headquarters) -> Iterator[None]:
    """The limit of 900 questions in a quarter of an hour would answer all the later ones."""
    stop = threading.Event()

    def forget() -> None:
        with closing(sqlite3.connect(server.data / "headquarters.sqlite3", timeout=20)) as db:
            while not stop.wait(0.5):
                with db:
                    db.execute("DELETE FROM tablets_attempt")
                    db.execute("DELETE FROM tablets_enrolmentfailure")

    thread = threading.Thread(target=forget)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def test_the_read_api_does_what_its_document_says(
    server: Headquarters, token: str, tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    long = pytestconfig.getoption("--long")
    phases = "coverage,fuzzing,stateful" if long else "coverage,stateful"
    with limits_forgotten(server):
        said = attack(
            server.address, tmp_path, "--include-path-regex", "/read/", "--checks", "all",
            "-H", f"Authorization: Bearer {token}", "--phases", phases, examples=1000 if long else 2,
        )  # fmt: skip
    assert generated(said) > 100
    assert re.search(r"Stateful \(in", said), "links lead from one answer to the next question"


def test_without_a_token_or_a_signature_nothing_is_answered_but_refusals(
    server: Headquarters, tablet: FakeTablet, tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    long = pytestconfig.getoption("--long")
    phases = "coverage,fuzzing,stateful" if long else "fuzzing"
    with limits_forgotten(server):
        said = attack(
            server.address, tmp_path, "--checks", "all", "--phases", phases, examples=200 if long else 3
        )
    assert generated(said) > 20


# What does not hold of requests that are signed on the way: a signature too many, ids that are exchanged.
SIGNED = ("ignored_auth", "missing_required_header", "negative_data_rejection", "positive_data_acceptance")


def test_what_is_signed_well_and_means_anything_is_answered_as_documented(
    server: Headquarters, tablet: FakeTablet, tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    long = pytestconfig.getoption("--long")
    phases = "coverage,fuzzing" if long else "fuzzing"
    with signing_proxy(server.address, tablet) as (address, statuses), limits_forgotten(server):
        attack(
            address, tmp_path, "--include-path-regex", "/(batches|configurations|gaps)$", "--checks", "all",
            "--exclude-checks", ",".join(SIGNED), "--phases", phases, examples=1000 if long else 12,
        )  # fmt: skip
    assert {200, 400} <= set(statuses), "the requests reach the work itself"


@contextmanager
def signing_proxy(address: str, tablet: FakeTablet) -> Iterator[tuple[str, list[int]]]:
    """Packs and signs as the tablet whatever is sent; its own ids in their places, so that it is believed."""
    statuses: list[int] = []
    target, signer = urlsplit(address), tablet.signer

    class Proxy(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = gzip.compress(_as_own(self.rfile.read(length), tablet))
            line = http.client.HTTPConnection(str(target.hostname), target.port, timeout=60)
            with closing(line):
                line.request(self.command, self.path, body, _headers(signer, body))
                answer = line.getresponse()
                self._pass_on(answer, answer.read())

        def _pass_on(self, answer: http.client.HTTPResponse, body: bytes) -> None:
            statuses.append(answer.status)
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in (
                    "connection",
                    "transfer-encoding",
                    "content-length",
                    "server",
                    "date",
                ):
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        def log_message(self, *_words: Any) -> None: ...

    for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY"):
        setattr(Proxy, f"do_{method}", Proxy.do)
    proxy = ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
    thread = threading.Thread(target=proxy.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{proxy.server_port}", statuses
    finally:
        proxy.shutdown()
        thread.join()
        proxy.server_close()


def _headers(signer: Signer, body: bytes) -> dict[str, str]:
    return {"Content-Type": "application/json", "Content-Encoding": "gzip", **signer.headers(body)}


def _as_own(body: bytes, tablet: FakeTablet) -> bytes:
    try:
        message = json.loads(body)
    except ValueError:
        return body
    if isinstance(message, dict):
        own = {"tablet_id": tablet.tablet_id, "install_id": tablet.install_id, "batch_id": tablet.install_id}
        message |= {name: own[name] for name in own if isinstance(message.get(name), str)}
    return json.dumps(message).encode()


def test_a_header_sent_twice_is_no_signature(server: Headquarters, tablet: FakeTablet) -> None:
    """On a real socket: what a server makes of two is not ours to say, but it must not let anybody in."""
    body = gzip.compress(contract.encode_message(tablet.batch([tablet.rating()])))
    line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    with closing(line):
        for _ in range(2):
            line.putrequest("POST", contract.BATCH_PATH)
            for name, value in _headers(tablet.signer, body).items():
                line.putheader(name, value)
            line.putheader("Kiosk-Signature", "A" * 86 + "==")
            line.putheader("Content-Length", str(len(body)))
            line.endheaders(body)
            answer = line.getresponse()
            problem = contract.decode_problem(answer.read())
            assert problem is not None
            assert (answer.status, problem.code) == (401, "bad_signature")
