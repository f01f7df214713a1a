"""A receipt: headquarters' verdicts on a bundle's events, carried back on the stick.

One JSON object per line: the head, a result for each event, and at the end the Ed25519 signature of the
configuration key over all lines before it. Not encrypted: ids and verdicts say nothing of a citizen.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from sync.contract import Result, decode_result
from sync.errors import ContractError
from sync.plain import encode, fields_of, object_of

VERSION = 1
SUFFIX = ".kioskr"
LONGEST_LINE = 4096
_SIGNED = b"kiosk receipt 1\0"


class ReceiptError(ValueError):
    """A file that is not taken; ``code`` is for programs, the text for the log.

    ``not_a_receipt`` ``later_version`` ``bad_signature`` ``other_tablet`` ``unreadable``
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptHead:
    """``bundle``: SHA-256 of the bundle's file. ``contiguous_seq`` as in a reply. ``issued_ms`` by
    headquarters' clock."""

    tablet_id: str
    install_id: str
    bundle: str
    count: int
    contiguous_seq: int
    issued_ms: int
    v: int = VERSION


def write(
    file: BinaryIO,
    head: ReceiptHead,
    results: Iterable[Result],
    key_id: str,
    sign: Callable[[bytes], str],
) -> None:
    """Write a receipt; ``sign`` is ``sync.signing.Signer.sign`` of the configuration key."""
    sha256 = hashlib.sha256()
    for message in _all(head, results):
        line = encode(message) + b"\n"
        file.write(line)
        sha256.update(line)
    last = {"key_id": key_id, "signature": sign(_SIGNED + sha256.digest())}
    file.write(json.dumps(last, separators=(",", ":")).encode() + b"\n")


def check(file: BinaryIO, tablet_id: str, config_keys: Iterable[str]) -> ReceiptHead:
    """Read the whole file once: its head, if one of ``config_keys`` (hex: the pinned and the announced one)
    signed it for this tablet."""
    from sync import signing

    file.seek(0)
    head = _head(_line(file))
    file.seek(0)
    sha256, last, lines = hashlib.sha256(), b"", 0
    while line := _line(file):
        sha256.update(last)
        last, lines = line, lines + 1
    end = _end(last)
    keys = {signing.key_id(bytes.fromhex(key)): bytes.fromhex(key) for key in config_keys if key}
    key = keys.get(end[0])
    if key is None or not signing.verify(key, _SIGNED + sha256.digest(), end[1]):
        raise ReceiptError("bad_signature", "cut short, changed since, or not from this headquarters")
    if head.tablet_id != tablet_id:
        raise ReceiptError("other_tablet", "a receipt for another tablet")
    if lines != head.count + 2:
        raise ReceiptError("unreadable", "not as many results as the head says")
    return head


def read_results(file: BinaryIO) -> Iterator[Result]:
    """The results of a file that ``check`` passed."""
    file.seek(0)
    head = _head(_line(file))
    for place in range(head.count):
        try:
            yield decode_result(object_of(_line(file), f"result {place}"), place)
        except ContractError as error:
            raise ReceiptError("unreadable", str(error)) from error


def _all(head: ReceiptHead, results: Iterable[Result]) -> Iterator[ReceiptHead | Result]:
    yield head
    written = 0
    for result in results:
        written += 1
        yield result
    if written != head.count:
        raise ValueError(f"{written} results, {head.count} announced")


def _line(file: BinaryIO) -> bytes:
    line = file.readline(LONGEST_LINE + 1)
    if len(line) > LONGEST_LINE:
        raise ReceiptError("not_a_receipt", "the file is no receipt")
    return line


def _head(line: bytes) -> ReceiptHead:
    try:
        fields = fields_of(ReceiptHead, object_of(line, "head"), "head")
    except ContractError as error:
        raise ReceiptError("not_a_receipt", f"the file is no receipt: {error}") from error
    if fields.get("v", VERSION) != VERSION:
        raise ReceiptError("later_version", f"version {fields['v']}; this program reads {VERSION}")
    return ReceiptHead(**fields)


def _end(line: bytes) -> tuple[str, str]:
    """(key id, signature); empty when the last line is something else: the file was cut short."""
    if not line.endswith(b"\n"):
        return "", ""
    try:
        found = object_of(line, "end")
    except ContractError:
        return "", ""
    return str(found.get("key_id", "")), str(found.get("signature", ""))
