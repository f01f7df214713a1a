"""HTTP to headquarters: the only place where ``requests`` is imported.

One request in flight, no redirects, no hidden retries: every try is counted by the caller. An answer
counts only if it is ours (it parses and echoes the batch id); a captive portal answers 200 to everything.
"""

from __future__ import annotations

import io
import ssl
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import requests
from requests.exceptions import InvalidURL, ReadTimeout
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    LocationValueError,
    NameResolutionError,
    NewConnectionError,
)

from sync import configuration, contract, device, gaps, renewal
from sync.errors import (
    CAUSES,
    ContractError,
    Halve,
    Hold,
    NotHeadquarters,
    Refused,
    ServerTrouble,
    SyncError,
    Unreachable,
)
from sync.retry import parse_retry_after
from sync.signing import Signer, key_id

Message = TypeVar("Message")
TIMEOUT_S = (10.0, 60.0)
"""Seconds to connect, and to wait for the next byte. Each 16 KB of a body has the first to leave in."""
REPLY_TIMES = 5
"""A reply as a whole may take so many times the wait for a byte: nobody drips for ever."""
MAX_REPLY_BYTES = 4 * 1024 * 1024
"""No message of ours is larger; a portal's film is."""
_TLS = {
    9: "tls_not_yet_valid", 10: "tls_expired", 62: "tls_wrong_host", 64: "tls_wrong_host",
    18: "tls_unknown_root", 19: "tls_unknown_root", 20: "tls_unknown_root", 21: "tls_unknown_root",
}  # fmt: skip
"""OpenSSL's verify codes (x509_vfy.h) by the name of what is to be done."""
_REFUSES = frozenset({400, 413, 415, 422})
"""Statuses that say something of a batch's content."""
_LATE = frozenset({408, 413, 500, 502, 504})
"""Statuses behind which something may have choked on the size, or on one event: a smaller batch may pass."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The raw outcome of one POST."""

    status: int
    body: bytes
    retry_after_s: float | None


@dataclass(frozen=True, slots=True)
class Parcel:
    """A batch ready to be sent: packed body and signature headers."""

    batch: contract.Batch
    body: bytes
    signature: dict[str, str]


class Client:
    """Speaks to one headquarters as one tablet. One thread sends; any may prepare."""

    def __init__(
        self,
        address: str,
        signer: Signer,
        timeout_s: tuple[float, float] = TIMEOUT_S,
        roots: Path | None = None,
    ) -> None:
        """``roots``: a PEM file of the roots to believe instead of the well-known ones."""
        self._address = address.rstrip("/")
        self._signer = signer
        self._timeout_s = timeout_s
        self._session = _Session()
        # The environment's proxies and .netrc are not the office's settings.
        self._session.trust_env = False
        if roots is not None:
            self._session.verify = str(roots)

    def prepare(self, batch: contract.Batch) -> Parcel:
        """Encode, pack and sign a batch. Any thread may do this while another batch is on its way."""
        body = contract.pack(contract.encode_message(batch))
        return Parcel(batch, body, self._signer.headers(body))

    def send(self, parcel: Parcel) -> contract.Reply:
        """Send a batch; returns only a reply to this very batch, raises SyncError otherwise."""
        answer = self._post(contract.BATCH_PATH, parcel.body, parcel.signature)
        if answer.status != 200:
            raise _failure(answer)
        reply = _ours(answer, contract.decode_reply)
        if reply.batch_id != parcel.batch.batch_id:
            raise NotHeadquarters("the answer is about another batch")
        return reply

    def enrol(self, request: contract.EnrolmentRequest) -> contract.EnrolmentReply:
        """Exchange a one-time code for an enrolment of this tablet's key."""
        answer = self._ask(contract.ENROL_PATH, request)
        if answer.status != 200:
            raise _failure(answer, lasting=Refused, known=False)
        return _ours(answer, contract.decode_enrolment_reply)

    def authorize_device(self, request: device.DeviceRequest) -> device.DeviceAuthorization:
        """Ask to be let in: the code and QR to show, and how often to ask for the decision."""
        answer = self._ask(device.AUTHORIZE_PATH, request)
        if answer.status != 200:
            raise _failure(answer, lasting=Refused, known=False)
        return _ours(answer, device.decode_authorization)

    def poll_device(self, request: device.DeviceTokenRequest) -> device.DeviceAnswer:
        """Ask once whether somebody has decided. No answer at all raises SyncError, as everywhere."""
        answer = self._ask(device.TOKEN_PATH, request)
        if answer.status == 200:
            return device.DeviceAnswer(
                device.DeviceState.APPROVED, _ours(answer, contract.decode_enrolment_reply)
            )
        problem = contract.decode_problem(answer.body)
        if answer.status == 400 and problem is not None and problem.code in set(device.DeviceState):
            return device.DeviceAnswer(device.DeviceState(problem.code))
        raise _failure(answer, lasting=Refused, known=False)

    def fetch_configuration(
        self, request: configuration.ConfigurationRequest
    ) -> configuration.ConfigurationReply:
        """The newest document, unverified (``sync.configuration.verify``), or that nothing is newer."""
        answer = self._ask(configuration.PATH, request)
        if answer.status != 200:
            raise _failure(answer, lasting=Refused)
        reply = _ours(answer, configuration.decode_configuration_reply)
        if (reply.tablet_id, reply.have_version) != (request.tablet_id, request.have_version):
            raise NotHeadquarters("the answer is to another question")
        return reply

    def gaps(self, request: gaps.GapsRequest) -> gaps.GapsReply:
        """Which events up to ``max_seq`` are not at headquarters."""
        answer = self._ask(gaps.PATH, request)
        if answer.status != 200:
            raise _failure(answer, lasting=Refused)
        reply = _ours(answer, gaps.decode_gaps_reply)
        if (reply.install_id, reply.max_seq) != (request.install_id, request.max_seq):
            raise NotHeadquarters("the answer is to another question")
        return reply

    def renew(self, request: renewal.KeyRequest, signer: Signer) -> renewal.KeyReply:
        """Ask for the tablet's key to be replaced by the one in ``request``.

        ``signer``: the old key, or the new one where an earlier reply was lost. Raises Hold ``unknown_key``
        for a key that is not this tablet's, Refused for a wish that headquarters does not have.
        """
        body = contract.pack(contract.encode_message(request))
        answer = self._post(renewal.PATH, body, signer.headers(body))
        if answer.status != 200:
            raise _failure(answer, lasting=Refused)
        reply = _ours(answer, renewal.decode_key_reply)
        wanted = key_id(bytes.fromhex(request.public_key))
        if (reply.tablet_id, reply.key_id) != (request.tablet_id, wanted):
            raise NotHeadquarters("the answer is about another key")
        return reply

    def close(self) -> None:
        """Drop the kept connection."""
        self._session.close()

    def push(self, batch: contract.Batch) -> contract.Reply:
        """Prepare and send."""
        return self.send(self.prepare(batch))

    def _ask(self, path: str, message: object) -> Answer:
        body = contract.pack(contract.encode_message(message))
        return self._post(path, body, self._signer.headers(body))

    def _post(self, path: str, body: bytes, signature: dict[str, str]) -> Answer:
        headers = {"Content-Type": "application/json", "Content-Encoding": "gzip", **signature}
        until_s = time.monotonic() + sum(self._timeout_s) * REPLY_TIMES
        try:
            with self._session.post(
                self._address + path,
                # A file goes out piece by piece, each with its own time; bytes would have it for the whole.
                data=io.BytesIO(body),
                headers=headers,
                timeout=self._timeout_s,
                allow_redirects=False,
                stream=True,
            ) as response:
                read = _read(response, until_s)
        # requests lets some of urllib3's through, and Python's own for an address or a root file it rejects.
        except (requests.RequestException, HTTPError, OSError, ValueError) as error:
            raise self._unreachable(error) from error
        retry_after_s = parse_retry_after(response.headers.get("Retry-After"))
        return Answer(response.status_code, read, retry_after_s)

    def _unreachable(self, error: Exception) -> Unreachable:
        code = _cause(error)
        why = CAUSES.get(code, type(error).__name__)
        return Unreachable(f"no answer from {self._address}: {why}", code=code, smaller=code == "interrupted")


class _Session(requests.Session):
    """Looks at no Location: even one that is not followed is parsed by ``requests``, which some do not
    survive."""

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        return None


def _read(response: requests.Response, until_s: float) -> bytes:
    """The whole body, if it is not too large and does not take for ever."""
    found = bytearray()
    while piece := response.raw.read1(65536, decode_content=True):
        found += piece
        if len(found) > MAX_REPLY_BYTES:
            raise NotHeadquarters("the answer is longer than any of headquarters'")
        if time.monotonic() > until_s:
            raise ReadTimeout("the answer takes too long")
    return bytes(found)


def _cause(error: BaseException | None) -> str:
    """A key of CAUSES, from whatever is wrapped in whatever."""
    chain = list(_wrapped(error))
    for inner in chain:
        if isinstance(inner, ssl.SSLCertVerificationError):
            return _TLS.get(inner.verify_code, "tls")
    if any(isinstance(inner, ssl.SSLError) for inner in chain):
        return "tls"
    if any(isinstance(inner, NameResolutionError | LocationValueError | InvalidURL) for inner in chain):
        return "no_name"
    if any(isinstance(inner, ConnectTimeoutError | NewConnectionError) for inner in chain):
        return "no_route"
    return "interrupted" if any(isinstance(inner, HTTPError | ReadTimeout) for inner in chain) else ""


def _wrapped(error: object) -> Iterator[BaseException]:
    """An error and the errors it was made of."""
    waiting, seen = [error], set[int]()
    while waiting:
        one = waiting.pop(0)
        if isinstance(one, BaseException) and id(one) not in seen:
            seen.add(id(one))
            yield one
            waiting += [getattr(one, "reason", None), one.__cause__, one.__context__, *one.args]


def _ours(answer: Answer, decode: Callable[[bytes], Message]) -> Message:
    try:
        return decode(answer.body)
    except ContractError as error:
        raise NotHeadquarters(f"the answer is not headquarters': {error}") from error


def _failure(answer: Answer, lasting: type[SyncError] = Halve, known: bool = True) -> SyncError:
    """The error for a status other than 200; ``lasting`` is for refusals of the content itself. ``known``:
    headquarters ought to know this tablet, so that a refused key holds everything."""
    problem = contract.decode_problem(answer.body)
    code, smaller = problem.code if problem is not None else "", answer.status in _LATE
    if answer.status >= 500 or answer.status in (408, 423, 425, 429):
        said = f"headquarters answered {answer.status}"
        return ServerTrouble(said, code=code, retry_after_s=answer.retry_after_s, smaller=smaller)
    if problem is None:
        return NotHeadquarters(f"status {answer.status}, not in headquarters' format", smaller=smaller)
    if lasting is Halve and answer.status not in (401, 403, *_REFUSES):
        # About the way, the address or the method, not about any event: nothing is set aside for it.
        return NotHeadquarters(f"status {answer.status} ({problem.code})")
    kind = Hold if answer.status in (401, 403) and known else lasting
    return kind(problem.message or problem.code, code=problem.code, retry_after_s=answer.retry_after_s)
