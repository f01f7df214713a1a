"""The keys of the data folder in one sealed file: apart from the database's backup, and never by accident.

The passphrase is stretched by Argon2id, the keys sealed by XSalsa20-Poly1305 (libsodium's secretbox).
"""

from __future__ import annotations

import base64
import json
import os
import secrets
from pathlib import Path

from nacl import pwhash, utils
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from headquarters.commands import CommandError

PASSPHRASE_LEAST = 12
_FORMAT = "headquarters keys 1"
_OPS, _MEM = pwhash.argon2id.OPSLIMIT_MODERATE, pwhash.argon2id.MEMLIMIT_MODERATE
_MOST = 1024 * 1024


def save(data: Path, target: Path, passphrase: str) -> list[str]:
    """Every ``*.key`` of the folder, sealed, into a new file; their names."""
    if len(passphrase) < PASSPHRASE_LEAST:
        raise CommandError(f"a passphrase of {PASSPHRASE_LEAST} or more characters, please")
    found = {path.name: path.read_text(encoding="ascii") for path in sorted(data.glob("*.key"))}
    salt = utils.random(pwhash.argon2id.SALTBYTES)
    box = _box(passphrase, salt).encrypt(json.dumps(found).encode())
    text = {"format": _FORMAT, "salt": _text(salt), "box": _text(bytes(box))}
    try:
        number = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise CommandError(f"{target} is there already; a backup replaces nothing") from error
    with os.fdopen(number, "w", encoding="ascii") as handle:
        json.dump(text, handle)
        handle.flush()
        os.fsync(handle.fileno())
    return list(found)


def put_back(source: Path, data: Path, passphrase: str) -> list[str]:
    """The keys into the folder; one that is there and differs is kept beside it. Names of those written."""
    written = []
    for name, text in load(source, passphrase).items():
        path = data / name
        if path.exists():
            if path.read_text(encoding="ascii") == text:
                continue
            path.rename(data / f"{path.stem}-before-restore-{secrets.token_hex(4)}.key")
        with os.fdopen(
            os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii"
        ) as handle:
            handle.write(text)
            handle.flush()
            os.fsync(handle.fileno())
        written.append(name)
    return written


def load(source: Path, passphrase: str) -> dict[str, str]:
    """What a file of ``save`` holds; CommandError when the passphrase is another or the file was changed."""
    try:
        with source.open("rb") as handle:
            outer = json.loads(handle.read(_MOST))
        if outer["format"] != _FORMAT:
            raise ValueError
        salt, box = (
            base64.b64decode(outer["salt"], validate=True),
            base64.b64decode(outer["box"], validate=True),
        )
        opener = _box(passphrase, salt)
    except (ValueError, KeyError, TypeError) as error:
        raise CommandError(f"{source} is no file of keys") from error
    try:
        found: dict[str, str] = json.loads(opener.decrypt(box))
    except (CryptoError, ValueError) as error:
        raise CommandError(f"{source}: another passphrase, or the file was changed") from error
    if any(Path(name).name != name or not name.endswith(".key") for name in found):
        raise CommandError(f"{source} is no file of keys")
    return found


def _box(passphrase: str, salt: bytes) -> SecretBox:
    return SecretBox(
        pwhash.argon2id.kdf(SecretBox.KEY_SIZE, passphrase.encode(), salt, opslimit=_OPS, memlimit=_MEM)
    )


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")
