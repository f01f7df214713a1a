"""What a tablet reads from whoever answers: replies, refusals, documents, receipts on a stick.

The first byte chooses. Only the declared error may come out, and what is taken can be kept: encoded again it
is the same, in numbers that a database holds and texts that a file holds.
"""

from __future__ import annotations

import io

import atheris

from tests.security.fuzz import golden
from tests.security.fuzz.run import run

with atheris.instrument_imports(include=["sync"], enable_loader_override=False):
    from sync import configuration, contract, device, gaps, receipt
    from sync.configuration import ConfigurationError, Document, Trust
    from sync.errors import ContractError
    from sync.receipt import ReceiptError

DECODERS = (
    contract.decode_reply,
    contract.decode_enrolment_reply,
    device.decode_authorization,
    configuration.decode_configuration_reply,
    gaps.decode_gaps_reply,
)
NAMES = ("reply", "enrolment-reply", "device-authorization", "configuration-reply", "gaps-reply")
PROBLEM, PAYLOAD, DOCUMENT, RECEIPT = range(len(DECODERS), len(DECODERS) + 4)
KEYS = [golden.value("configuration-key")["public_key"]]


def once(data: bytes) -> None:
    """One input."""
    choice, body = (data[:1] or b"\0")[0] % (RECEIPT + 1), data[1:]
    if choice == PROBLEM:
        _problem(body)
    elif choice == PAYLOAD:
        _payload(body.decode("utf-8", "replace"))
    elif choice == DOCUMENT:
        _document(body)
    elif choice == RECEIPT:
        _receipt(body)
    else:
        _message(choice, body)


def _message(choice: int, body: bytes) -> None:
    decode = DECODERS[choice]
    try:
        found = decode(body)
    except ContractError:
        return
    assert decode(contract.encode_message(found)) == found


def _problem(body: bytes) -> None:
    found = contract.decode_problem(body)
    if found is not None:
        assert contract.decode_problem(contract.encode_problem(found)) == found
        assert len(found.code) <= 64
        assert len(found.message) <= 300


def _payload(text: str) -> None:
    """Signed by the right key, it is obeyed: every wish within its bounds, or none."""
    try:
        found = configuration.parse(text)
    except ConfigurationError:
        return
    assert configuration.parse(configuration.encode_payload(found)) == found


def _document(body: bytes) -> None:
    trust = Trust(tablet_id=golden.value("reply")["batch_id"], config_key=KEYS[0])
    document = Document(
        payload=body.decode("utf-8", "surrogateescape"), key_id=golden.value("configuration-key")["key_id"],
        signature=body[:90].decode("latin-1"),
    )  # fmt: skip
    try:
        configuration.verify(document, trust)
    except ConfigurationError:
        return
    raise AssertionError("nobody signed this")


def _receipt(body: bytes) -> None:
    file = io.BytesIO(body)
    try:
        head = receipt.check(file, golden.value("batch")["tablet_id"], KEYS)
    except ReceiptError:
        head = None
    assert head is None or body == _golden_receipt()
    try:
        results = list(receipt.read_results(file))
    except ReceiptError:
        return
    assert len(results) <= len(body)


def _golden_receipt() -> bytes:
    return ("\n".join(golden.value("receipt")["lines"]) + "\n").encode()


def seeds() -> list[bytes]:
    """Each golden answer."""
    made = [bytes([place]) + golden.text(name) for place, name in enumerate(NAMES)]
    payload = golden.value("configuration-reply")["document"]["payload"].encode()
    made += [bytes([PROBLEM]) + golden.text("problem"), bytes([PAYLOAD]) + payload]
    return [*made, bytes([DOCUMENT]) + payload, bytes([RECEIPT]) + _golden_receipt()]


if __name__ == "__main__":
    run(once, seeds())
