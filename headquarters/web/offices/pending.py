"""A file between its dry run and its import: one for each person and purpose, on disk, for us only."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from django.conf import settings


def keep(purpose: str, person_id: int, body: bytes) -> str:
    """Put a file aside; its fingerprint."""
    path = _path(purpose, person_id)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    fresh = path.with_suffix(".new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as handle:
        handle.write(body)
    fresh.replace(path)
    return hashlib.sha256(body).hexdigest()


def take(purpose: str, person_id: int, fingerprint: str) -> bytes | None:
    """The file that was put aside, if it is still the one with this fingerprint."""
    try:
        body = _path(purpose, person_id).read_bytes()
    except FileNotFoundError:
        return None
    return body if hashlib.sha256(body).hexdigest() == fingerprint else None


def drop(purpose: str, person_id: int) -> None:
    """The file has done its work."""
    _path(purpose, person_id).unlink(missing_ok=True)


def _path(purpose: str, person_id: int) -> Path:
    return Path(settings.DATA) / "imports" / f"{purpose}-{person_id}.bin"
