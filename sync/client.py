"""HTTP to headquarters: the only place where ``requests`` is imported.

One request in flight, no redirects, no hidden retries: every try is counted by the caller. An answer
counts only if it is ours (it parses and echoes the batch id); a captive portal answers 200 to everything.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import requests

from sync import configuration, contract, device, gaps
from sync.errors import (
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
from sync.signing import Signer

Message = TypeVar("Message")
TIMEOUT_S = (10.0, 60.0)
"""Seconds to connect, and to wait for the next byte."""


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

    def __init__(self, address: str, signer: Signer, timeout_s: tuple[float, float] = TIMEOUT_S) -> None:
        self._address = address.rstrip("/")
        self._signer = signer
        self._timeout_s = timeout_s
        self._session = requests.Session()
        # The environment's proxies and .netrc are not the office's settings.
        self._session.trust_env = False

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
        try:
            response = self._session.post(
                self._address + path,
                data=body,
                headers=headers,
                timeout=self._timeout_s,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            raise Unreachable(f"no answer from {self._address}: {type(error).__name__}") from error
        retry_after_s = parse_retry_after(response.headers.get("Retry-After"))
        return Answer(response.status_code, response.content, retry_after_s)


def _ours(answer: Answer, decode: Callable[[bytes], Message]) -> Message:
    try:
        return decode(answer.body)
    except ContractError as error:
        raise NotHeadquarters(f"the answer is not headquarters': {error}") from error


def _failure(answer: Answer, lasting: type[SyncError] = Halve, known: bool = True) -> SyncError:
    """The error for a status other than 200; ``lasting`` is for refusals of the content itself. ``known``:
    headquarters ought to know this tablet, so that a refused key holds everything."""
    problem = contract.decode_problem(answer.body)
    if answer.status >= 500 or answer.status in (408, 423, 425, 429):
        return ServerTrouble(f"headquarters answered {answer.status}", retry_after_s=answer.retry_after_s)
    if problem is None:
        return NotHeadquarters(f"status {answer.status}, not in headquarters' format")
    kind = Hold if answer.status in (401, 403) and known else lasting
    return kind(problem.message or problem.code, code=problem.code, retry_after_s=answer.retry_after_s)
