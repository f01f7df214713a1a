"""HTTP to headquarters: the only place where ``requests`` is imported.

One request in flight, no redirects, no hidden retries: every try is counted by the caller. An answer
counts only if it is ours (it parses and echoes the batch id); a captive portal answers 200 to everything.
"""

from __future__ import annotations

from dataclasses import dataclass

import requests

from sync import contract
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
        try:
            reply = contract.decode_reply(answer.body)
        except ContractError as error:
            raise NotHeadquarters(f"the answer is not headquarters': {error}") from error
        if reply.batch_id != parcel.batch.batch_id:
            raise NotHeadquarters("the answer is about another batch")
        return reply

    def enrol(self, request: contract.EnrolmentRequest) -> contract.EnrolmentReply:
        """Exchange a one-time code for an enrolment of this tablet's key."""
        body = contract.pack(contract.encode_message(request))
        answer = self._post(contract.ENROL_PATH, body, self._signer.headers(body))
        if answer.status != 200:
            raise _failure(answer, lasting=Refused)
        try:
            return contract.decode_enrolment_reply(answer.body)
        except ContractError as error:
            raise NotHeadquarters(f"the answer is not headquarters': {error}") from error

    def close(self) -> None:
        """Drop the kept connection."""
        self._session.close()

    def push(self, batch: contract.Batch) -> contract.Reply:
        """Prepare and send."""
        return self.send(self.prepare(batch))

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


def _failure(answer: Answer, lasting: type[SyncError] = Halve) -> SyncError:
    """The error for a status other than 200; ``lasting`` is for refusals of the content itself."""
    problem = contract.decode_problem(answer.body)
    if answer.status >= 500 or answer.status in (408, 423, 425, 429):
        return ServerTrouble(f"headquarters answered {answer.status}", retry_after_s=answer.retry_after_s)
    if problem is None:
        return NotHeadquarters(f"status {answer.status}, not in headquarters' format")
    kind = Hold if answer.status in (401, 403) and lasting is Halve else lasting
    return kind(problem.message or problem.code, code=problem.code, retry_after_s=answer.retry_after_s)
