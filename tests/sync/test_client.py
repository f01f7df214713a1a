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
from sync.configuration import ConfigurationReply, ConfigurationRequest
from sync.contract import (
    Batch,
    EnrolmentReply,
    EnrolmentRequest,
    Heartbeat,
    Problem,
    Reply,
    Result,
    Verdict,
)
from sync.device import DeviceAuthorization, DeviceRequest, DeviceState, DeviceTokenRequest
from sync.errors import Halve, Hold, NotHeadquarters, Refused, ServerTrouble, Unreachable
from sync.gaps import GapsRequest
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


DEVICE = DeviceRequest(tablet_id="t", install_id="i", public_key="00", app_version="0")
ENROLLED = EnrolmentReply(tablet_id="t", key_id="k", office="o", desk="d", server_time_ms=5, config_key="c")


def test_the_codes_to_show_arrive_and_the_request_is_signed(server: str) -> None:
    shown = DeviceAuthorization(
        device_code="s",
        user_code="WDJB-MJHT",
        verification_uri="u",
        verification_uri_complete="v",
        expires_in=9,
    )
    Told.body = contract.encode_message(shown)
    assert client(server).authorize_device(DEVICE) == shown
    path, headers, body = Told.seen[0]
    assert path == "/api/v1/device-authorizations"
    assert verify(SIGNER.public_key, body, headers[SIGNATURE_HEADER])


ASK = DeviceTokenRequest(device_code="s", tablet_id="t")


@pytest.mark.parametrize("state", [state for state in DeviceState if state is not DeviceState.APPROVED])
def test_each_answer_to_a_device_has_its_name(server: str, state: DeviceState) -> None:
    problem(str(state))
    assert client(server).poll_device(ASK).state is state


def test_an_approved_device_gets_its_enrolment(server: str) -> None:
    Told.body = contract.encode_message(ENROLLED)
    answer = client(server).poll_device(ASK)
    assert (answer.state, answer.enrolment) == (DeviceState.APPROVED, ENROLLED)


@pytest.mark.parametrize(
    ("status", "body"), [(200, b"<html>"), (400, b"<html>"), (400, b'{"error":"slow_down"}')]
)
def test_a_captive_portal_approves_nobody(server: str, status: int, body: bytes) -> None:
    Told.status, Told.body = status, body
    with pytest.raises(NotHeadquarters):
        client(server).poll_device(ASK)


def test_other_refusals_of_a_device_say_which_way(server: str) -> None:
    problem("bad_signature")
    with pytest.raises(Refused):
        client(server).poll_device(ASK)
    problem("too_many_tries", **{"Retry-After": "30"})
    with pytest.raises(ServerTrouble) as caught:
        client(server).authorize_device(DEVICE)
    assert caught.value.retry_after_s == 30.0


CONFIGURATION = ConfigurationRequest(tablet_id="t", have_version=6)


def test_nothing_newer_is_an_answer_and_another_question_s_is_none(server: str) -> None:
    reply = ConfigurationReply(tablet_id="t", have_version=6, server_time_ms=5)
    Told.body = contract.encode_message(reply)
    assert client(server).fetch_configuration(CONFIGURATION) == reply
    Told.body = contract.encode_message(ConfigurationReply(tablet_id="t", have_version=5, server_time_ms=5))
    with pytest.raises(NotHeadquarters):
        client(server).fetch_configuration(CONFIGURATION)


def test_a_revoked_tablet_that_asks_is_held_and_a_bad_question_refused(server: str) -> None:
    problem("revoked")
    with pytest.raises(Hold):
        client(server).fetch_configuration(CONFIGURATION)
    problem("bad_envelope")
    with pytest.raises(Refused):
        client(server).gaps(GapsRequest(tablet_id="t", install_id="i", max_seq=9))


@pytest.mark.parametrize("missing", [[{"first": 5, "last": 4}], [{"first": 0, "last": 4}], [5], "1-2"])
def test_gaps_that_make_no_sense_are_not_headquarters_s(server: str, missing: object) -> None:
    Told.body = json.dumps(
        {"install_id": "i", "max_seq": 9, "server_time_ms": 5, "contiguous_seq": 0, "missing": missing}
    ).encode()
    with pytest.raises(NotHeadquarters):
        client(server).gaps(GapsRequest(tablet_id="t", install_id="i", max_seq=9))
