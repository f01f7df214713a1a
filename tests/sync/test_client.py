"""The client against a real HTTP server that answers as told."""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from sync import contract
from sync.client import Client
from sync.contract import Batch, EnrolmentRequest, Heartbeat, Problem, Reply, Result, Verdict
from sync.errors import Halve, Hold, NotHeadquarters, Refused, ServerTrouble, Unreachable
from sync.signing import KEY_ID_HEADER, SIGNATURE_HEADER, Signer, verify

BATCH = Batch(
    batch_id="b-1",
    tablet_id="t-1",
    install_id="i-1",
    events=(),
    max_seq=0,
    pending=0,
    heartbeat=Heartbeat(wall_ms=1, mono_ms=1, boot_id="x", app_version="0"),
)
REPLY = Reply(
    batch_id="b-1",
    server_time_ms=5,
    results=(Result(event_id="e", verdict=Verdict.ACCEPTED),),
    contiguous_seq=0,
    config_version=0,
)


class Told(BaseHTTPRequestHandler):
    status, body, headers_out = 200, b"", {}
    seen: list[tuple[str, dict[str, str], bytes]] = []  # noqa: RUF012 - one server per test resets it

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        Told.seen.append((self.path, dict(self.headers), body))
        if Told.status == 0:
            self.connection.close()
            return
        self.send_response(Told.status)
        for name, value in Told.headers_out.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(Told.body)))
        self.end_headers()
        self.wfile.write(Told.body)

    do_GET = do_POST  # noqa: N815 - the server library's name

    def log_message(self, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def server() -> Iterator[str]:
    Told.status, Told.body, Told.headers_out, Told.seen = 200, contract.encode_message(REPLY), {}, []
    http = ThreadingHTTPServer(("127.0.0.1", 0), Told)
    thread = threading.Thread(target=http.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{http.server_port}"
    http.shutdown()
    http.server_close()


SIGNER = Signer(bytes(range(32)))


def client(address: str) -> Client:
    return Client(address, SIGNER, timeout_s=(2.0, 2.0))


def test_a_batch_goes_out_packed_and_signed_over_the_sent_bytes(server: str) -> None:
    assert client(server).push(BATCH) == REPLY
    path, headers, body = Told.seen[0]
    assert path == contract.BATCH_PATH
    assert headers[KEY_ID_HEADER] == SIGNER.key_id
    assert verify(SIGNER.public_key, body, headers[SIGNATURE_HEADER])
    assert json.loads(gzip.decompress(body))["batch_id"] == "b-1"


def problem(code: str, **more: str) -> bytes:
    status = contract.PROBLEMS[code][0]
    Told.status, Told.headers_out = status, more
    Told.body = contract.encode_problem(Problem(code=code, message="said why", status=status))
    return Told.body


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("bad_envelope", Halve),
        ("too_large", Halve),
        ("not_gzip", Halve),
        ("bad_signature", Hold),
        ("unknown_key", Hold),
        ("revoked", Hold),
        ("unavailable", ServerTrouble),
    ],
)
def test_a_refusal_is_named_by_its_remedy(server: str, code: str, error: type[Exception]) -> None:
    problem(code)
    with pytest.raises(error) as caught:
        client(server).push(BATCH)
    assert len(Told.seen) == 1, "a hidden retry would hide the count"
    if error is not ServerTrouble:
        assert caught.value.code == code  # type: ignore[attr-defined]


def test_retry_after_reaches_the_caller(server: str) -> None:
    problem("unavailable", **{"Retry-After": "120"})
    with pytest.raises(ServerTrouble) as caught:
        client(server).push(BATCH)
    assert caught.value.retry_after_s == 120.0


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b"<html>Free wifi: please sign in</html>"),
        (200, b"{}"),
        (200, contract.encode_message(REPLY)[:-9]),
        (200, contract.encode_message(REPLY).replace(b"b-1", b"b-2")),
        (204, b""),
        (403, b"<html>Blocked by proxy</html>"),
        (413, b"<html>nginx: too large</html>"),
        (404, b""),
    ],
)
def test_what_is_not_headquarters_never_confirms_anything(server: str, status: int, body: bytes) -> None:
    Told.status, Told.body = status, body
    with pytest.raises(NotHeadquarters):
        client(server).push(BATCH)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_redirects_are_not_followed(server: str, status: int) -> None:
    Told.status, Told.headers_out = status, {"Location": f"{server}/elsewhere"}
    with pytest.raises(NotHeadquarters):
        client(server).push(BATCH)
    assert [path for path, _, _ in Told.seen] == [contract.BATCH_PATH]


def test_a_dropped_connection_is_unreachable(server: str) -> None:
    Told.status = 0
    with pytest.raises(Unreachable):
        client(server).push(BATCH)


def test_no_server_is_unreachable() -> None:
    with pytest.raises(Unreachable):
        client("http://127.0.0.1:9").push(BATCH)


def test_a_verdict_of_a_later_version_waits(server: str) -> None:
    Told.body = contract.encode_message(REPLY).replace(b"accepted", b"archived")
    assert client(server).push(BATCH).results[0].verdict is Verdict.RETRY


ENROL = EnrolmentRequest(code="C", tablet_id="t", install_id="i", public_key="00", app_version="0")


@pytest.mark.parametrize("code", ["code_used", "code_expired", "code_unknown", "key_taken", "bad_signature"])
def test_a_refused_code_says_which_way(server: str, code: str) -> None:
    problem(code)
    with pytest.raises(Refused) as caught:
        client(server).enrol(ENROL)
    assert caught.value.code == code


def test_enrolling_through_a_captive_portal_is_no_success(server: str) -> None:
    Told.body = b"<html>"
    with pytest.raises(NotHeadquarters):
        client(server).enrol(ENROL)
