"""A USB bundle: a tablet's events in one file that only headquarters can read and only this tablet can write.

    KIOSKB1\\n
    u32 length, header as JSON                 who, how many, and the file's key, sealed to headquarters
    (u32 length, XChaCha20-Poly1305 piece)+    gzip of one WireEvent as JSON per line; the last is marked
    u32 zero
    64 bytes                                   the tablet's Ed25519 signature over all before it

Numbers are big-endian. Events are read and written piece by piece: half a million need no more memory than
a hundred. The header is readable to anybody who finds the stick: ids and counts, nothing of a citizen.
"""

from __future__ import annotations

import base64
import hashlib
import struct
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO

from nacl import bindings
from nacl.exceptions import CryptoError

from sync.bundle_lines import Joined, Lines, TooLong
from sync.contract import WireEvent
from sync.errors import ContractError
from sync.plain import encode, fields_of, object_of
from sync.sealing import key_id as sealing_key_id
from sync.sealing import seal
from sync.signing import Signer, verify

MAGIC = b"KIOSKB1\n"
VERSION = 1
SUFFIX = ".kioskb"
PIECE = 64 * 1024
MAX_HEADER = 64 * 1024
KEY_BYTES = 32
SIGNATURE_BYTES = 64
_SIGNED = b"kiosk bundle 1\0"
_MORE = bindings.crypto_secretstream_xchacha20poly1305_TAG_MESSAGE
_LAST = bindings.crypto_secretstream_xchacha20poly1305_TAG_FINAL
_OVERHEAD = bindings.crypto_secretstream_xchacha20poly1305_ABYTES


class BundleError(ValueError):
    """A file that is not taken; ``code`` is for programs, the text for the log.

    ``not_a_bundle`` ``later_version`` ``truncated`` ``bad_signature`` ``cannot_open`` ``unreadable``
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """Who wrote the file and what is in it. ``key_id`` is the tablet's, ``sealing_key_id`` headquarters'.

    ``sealed_key``: 32 bytes sealed to headquarters, base64. ``stream``: the cipher's own header, base64.
    ``made_ms`` by the tablet's clock; ``max_seq`` the newest event of the tablet, in the file or not.
    """

    tablet_id: str
    install_id: str
    key_id: str
    sealing_key_id: str
    count: int
    max_seq: int
    made_ms: int
    app_version: str
    sealed_key: str = ""
    stream: str = ""
    v: int = VERSION


def write(
    file: BinaryIO,
    header: Header,
    events: Iterable[WireEvent],
    signer: Signer,
    sealing_key: str,
    progress: Callable[[int], None] | None = None,
) -> str:
    """Write a bundle of exactly ``header.count`` events; SHA-256 of the file, hex, which a receipt names.

    ``progress`` is told how many events are written; what it raises stops the writing. The caller writes to
    a temporary name, flushes, renames and reads it back (``check``).
    """
    key = bindings.crypto_secretstream_xchacha20poly1305_keygen()
    state = bindings.crypto_secretstream_xchacha20poly1305_state()
    stream = bindings.crypto_secretstream_xchacha20poly1305_init_push(state, key)
    out = _Hashed(file)
    out.write(MAGIC)
    out.framed(encode(_sealed(header, key, stream, sealing_key)))
    joined = Joined(PIECE)
    for piece, last in joined.pieces(_counted(events, header.count, progress)):
        tag = _LAST if last else _MORE
        out.framed(bindings.crypto_secretstream_xchacha20poly1305_push(state, piece, None, tag))
    out.framed(b"")
    out.write(base64.b64decode(signer.sign(_SIGNED + out.sha256.digest())))
    return out.sha256.hexdigest()


def read_header(file: BinaryIO) -> Header:
    """The header of an open file, unverified: it says whose key ``check`` needs."""
    if file.read(len(MAGIC)) != MAGIC:
        raise BundleError("not_a_bundle", "the file is no bundle of a tablet")
    try:
        fields = fields_of(Header, object_of(_frame(file, MAX_HEADER), "header"), "header")
    except ContractError as error:
        raise BundleError("unreadable", str(error)) from error
    if fields.get("v", VERSION) != VERSION:
        raise BundleError("later_version", f"a bundle of version {fields['v']}; this program reads {VERSION}")
    return Header(**fields)


def check(file: BinaryIO, public_key: bytes) -> str:
    """Read the whole file once: SHA-256 of it (hex) if the owner of ``public_key`` wrote every byte of it."""
    file.seek(0)
    read_header(file)
    file.seek(0)
    sha256, tail = hashlib.sha256(), b""
    while piece := file.read(PIECE):
        tail += piece
        sha256.update(tail[:-SIGNATURE_BYTES])
        tail = tail[-SIGNATURE_BYTES:]
    if not verify(public_key, _SIGNED + sha256.digest(), base64.b64encode(tail).decode("ascii")):
        raise BundleError("bad_signature", "cut short, changed since, or written by another tablet")
    sha256.update(tail)
    return sha256.hexdigest()


def read_events(file: BinaryIO, open_sealed: Callable[[str], bytes]) -> Iterator[WireEvent]:
    """The events of a file that ``check`` passed. ``open_sealed`` opens base64 sealed to headquarters."""
    file.seek(0)
    header = read_header(file)
    found = 0
    try:
        for line in Lines().of(_opened(file, header, open_sealed)):
            found += 1
            if found > header.count:
                raise BundleError("unreadable", "more events than the header says")
            yield WireEvent(**fields_of(WireEvent, object_of(line, f"event {found}"), f"event {found}"))
    except (ContractError, TooLong) as error:
        raise BundleError("unreadable", str(error)) from error
    if found != header.count:
        raise BundleError("unreadable", f"{found} events; the header says {header.count}")


def _sealed(header: Header, key: bytes, stream: bytes, sealing_key: str) -> Header:
    return replace(
        header,
        sealing_key_id=sealing_key_id(sealing_key),
        sealed_key=seal(key, sealing_key),
        stream=base64.b64encode(stream).decode("ascii"),
    )


def _counted(
    events: Iterable[WireEvent], count: int, progress: Callable[[int], None] | None
) -> Iterator[bytes]:
    written = 0
    for event in events:
        written += 1
        yield encode(event) + b"\n"
        if progress is not None:
            progress(written)
    if written != count:
        raise ValueError(f"{written} events, {count} announced")


def _opened(file: BinaryIO, header: Header, open_sealed: Callable[[str], bytes]) -> Iterator[bytes]:
    """The plain pieces, until the one that is marked as the last."""
    state = bindings.crypto_secretstream_xchacha20poly1305_state()
    try:
        key = open_sealed(header.sealed_key)
        stream = base64.b64decode(header.stream, validate=True)
        bindings.crypto_secretstream_xchacha20poly1305_init_pull(state, stream, key)
        while True:
            sealed = _frame(file, PIECE + _OVERHEAD)
            piece, tag = bindings.crypto_secretstream_xchacha20poly1305_pull(state, sealed, None)
            yield piece
            if tag == _LAST:
                return
    except (CryptoError, ValueError, TypeError) as error:
        if isinstance(error, BundleError | ContractError | TooLong):
            raise
        raise BundleError("cannot_open", "sealed to another key, or changed since") from error


def _frame(file: BinaryIO, most: int) -> bytes:
    head = file.read(4)
    length = struct.unpack(">I", head)[0] if len(head) == 4 else 0
    if length > most:
        raise BundleError("unreadable", "a piece is larger than any may be")
    piece = file.read(length)
    if not length or len(piece) != length:
        raise BundleError("truncated", "the file ends too early")
    return piece


class _Hashed:
    """Writes and hashes at once."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self.sha256 = file, hashlib.sha256()

    def write(self, data: bytes) -> None:
        self._file.write(data)
        self.sha256.update(data)

    def framed(self, data: bytes) -> None:
        self.write(struct.pack(">I", len(data)) + data)
