"""The golden files of the wire, as bytes to begin from."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[3] / "sync" / "golden" / "v1"


def text(name: str) -> bytes:
    """A file as it is."""
    return (FOLDER / f"{name}.json").read_bytes()


def value(name: str) -> Any:
    """What it says."""
    return json.loads(text(name))


def packed(name: str, field: str) -> bytes:
    """A field of it that is base64."""
    return base64.b64decode(value(name)[field])
