"""A file of figures or words (TOML) that an office may replace: the data folder's, else the shipped one."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings

from headquarters.config import ConfigError


def place(name: str, module: str) -> Path:
    """The one in force: ``name`` in the data folder, else beside ``module`` (its ``__file__``)."""
    own: Path = settings.DATA / name
    return own if own.exists() else Path(module).with_name(name)


def read(path: Path, parse_float: Callable[[str], Any] = float) -> dict[str, Any]:
    """What it says; ConfigError names a file that is no TOML."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"), parse_float=parse_float)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: {error}") from error
