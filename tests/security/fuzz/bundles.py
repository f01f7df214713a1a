"""The file on a stick, at three depths: any bytes; any sealed stream under a right header; any lines under
a right seal, as a tablet with odd software would write them.
"""

from __future__ import annotations

import base64
import io
import struct
import zlib
from collections.abc import Iterator
from typing import Any

import atheris
from nacl import bindings
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, SealedBox

from tests.security.fuzz import golden
from tests.security.fuzz.run import run

with atheris.instrument_imports(include=["sync"], enable_loader_override=False):
    from sync import bundle, bundle_lines
    from sync.bundle import BundleError, Header
    from sync.contract import WireEvent
    from sync.plain import encode
    from sync.signing import Signer

SIGNER = Signer(bytes.fromhex(golden.value("signature")["seed"]))
OWNER = PrivateKey(bytes.fromhex(golden.value("sealing")["private_key"]))
SEALING_KEY = bytes(OWNER.public_key).hex()
WHO = golden.value("batch")
GOLDEN = golden.packed("bundle", "file_base64")


def open_sealed(sealed: str) -> bytes:
    """As headquarters does, with its own error."""
    try:
        return SealedBox(OWNER).decrypt(base64.b64decode(sealed, validate=True))
    except (ValueError, TypeError, CryptoError) as error:
        raise BundleError("cannot_open", "sealed to another key") from error


def once(data: bytes) -> None:
    """One input."""
    depth, body = (data[:1] or b"\0")[0] % 3, data[1:]
    if depth == 0:
        _any_bytes(body)
    elif depth == 1:
        _read(_sealed([body], len(body) % 7))
    else:
        packed = zlib.compress(body, 1, wbits=31)
        _read(_sealed([packed[:40], packed[40:]], body.count(b"\n")))


def _any_bytes(body: bytes) -> None:
    file = io.BytesIO(body)
    try:
        bundle.check(file, SIGNER.public_key)
        assert body == GOLDEN, "nobody signed this"
    except BundleError:
        pass
    _read(body)


def _read(body: bytes) -> None:
    events = bundle.read_events(io.BytesIO(body), open_sealed)
    try:
        for number, event in enumerate(events):
            assert isinstance(event, WireEvent)
            assert number < 100_000
    except BundleError:
        return


def _sealed(pieces: list[bytes], count: int) -> bytes:
    """A bundle of these pieces, whatever they are."""
    key = bindings.crypto_secretstream_xchacha20poly1305_keygen()
    state = bindings.crypto_secretstream_xchacha20poly1305_state()
    stream = bindings.crypto_secretstream_xchacha20poly1305_init_push(state, key)
    head: dict[str, Any] = {
        "tablet_id": WHO["tablet_id"], "install_id": WHO["install_id"],
        "key_id": SIGNER.key_id, "count": count, "max_seq": count, "made_ms": 0, "app_version": "fuzz",
        "sealing_key_id": "",
    }  # fmt: skip
    box = SealedBox(OWNER.public_key)
    sealed_key = base64.b64encode(box.encrypt(key)).decode()
    text = encode(Header(**head, sealed_key=sealed_key, stream=base64.b64encode(stream).decode()))
    return bundle.MAGIC + struct.pack(">I", len(text)) + text + b"".join(_frames(state, pieces))


def _frames(state: Any, pieces: list[bytes]) -> Iterator[bytes]:
    more, last = (
        bindings.crypto_secretstream_xchacha20poly1305_TAG_MESSAGE,
        bindings.crypto_secretstream_xchacha20poly1305_TAG_FINAL,
    )
    for number, piece in enumerate(pieces, 1):
        tag = last if number == len(pieces) else more
        sealed = bindings.crypto_secretstream_xchacha20poly1305_push(state, piece[: bundle.PIECE], None, tag)
        yield struct.pack(">I", len(sealed)) + sealed


def seeds() -> list[bytes]:
    """The golden bundle, its packed lines, its lines."""
    events = list(bundle.read_events(io.BytesIO(GOLDEN), open_sealed))
    lines = b"".join(encode(event) + b"\n" for event in events)
    joined = bundle_lines.Joined(bundle.PIECE)
    packed = b"".join(piece for piece, _last in joined.pieces(lines.splitlines(keepends=True)))
    return [b"\0" + GOLDEN, b"\1" + packed, b"\2" + lines, b"\0" + bundle.MAGIC]


if __name__ == "__main__":
    run(once, seeds())
