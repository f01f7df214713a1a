"""Signatures: by the key's owner, over these bytes, in one spelling."""

import io
import string

import pytest

from sync import receipt
from sync.contract import Result, Verdict
from sync.signing import Signer, verify

ALPHABET = string.ascii_uppercase + string.ascii_lowercase + string.digits + "+/"
SIGNER = Signer(bytes(range(32)))


def other_spelling(signature: str) -> str:
    """The same 64 bytes: the four lowest bits of the last letter before the padding say nothing."""
    letter = signature[-3]
    return signature[:-3] + ALPHABET[ALPHABET.index(letter) ^ 1] + "=="


def test_a_signature_has_one_spelling() -> None:
    signature = SIGNER.sign(b"body")
    assert verify(SIGNER.public_key, b"body", signature)
    assert not verify(SIGNER.public_key, b"body", other_spelling(signature))


@pytest.mark.parametrize("signature", ["", "=", "AAAA", "ẵ", "\x00" * 88, SIGNER.sign(b"body")[:-1]])
def test_what_is_no_signature_is_refused(signature: str) -> None:
    assert not verify(SIGNER.public_key, b"body", signature)


def test_a_receipt_changed_or_cut_by_a_byte_is_refused() -> None:
    """Every one of them, to the last."""
    file = io.BytesIO()
    head = receipt.ReceiptHead(
        tablet_id="t", install_id="i", bundle="b", count=1, contiguous_seq=1, issued_ms=1
    )
    receipt.write(file, head, [Result(event_id="e", verdict=Verdict.ACCEPTED)], SIGNER.key_id, SIGNER.sign)
    honest, keys = file.getvalue(), [SIGNER.public_key.hex()]
    assert receipt.check(io.BytesIO(honest), "t", keys) == head
    for place in range(len(honest)):
        flipped = honest[:place] + bytes([honest[place] ^ 1]) + honest[place + 1 :]
        for forged in (flipped, honest[:place]):
            with pytest.raises(receipt.ReceiptError):
                receipt.check(io.BytesIO(forged), "t", keys)
