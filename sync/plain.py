"""Dataclasses ↔ JSON without a library: what all messages of the seam share."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import MISSING, fields
from functools import cache
from operator import attrgetter
from typing import Any

from sync.errors import ContractError

LARGEST = 2**63 - 1
"""What databases and floating point take without a fuss; JSON itself knows no end."""
_PLAIN = (str, int, type(None), bool, dict)
_TYPES: dict[str, tuple[type, ...]] = {
    "str": (str,),
    "int": (int,),
    "int | None": (int, type(None)),
    "bool": (bool,),
    "bool | None": (bool, type(None)),
    "str | None": (str, type(None)),
    "dict[str, Any]": (dict,),
}


def encode(message: Any) -> bytes:
    """UTF-8 JSON of a message: no spaces, no escapes for Vietnamese."""
    return json.dumps(as_plain(message), separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def as_plain(message: Any) -> dict[str, Any]:
    """``asdict`` without its deep copies: a batch is encoded on every push."""
    kind: type = type(message)
    names, values = _reader(kind)
    return {
        name: value if type(value) in _PLAIN else _value(value)
        for name, value in zip(names, values(message), strict=True)
    }


@cache
def _reader(kind: type) -> tuple[tuple[str, ...], Callable[[Any], tuple[Any, ...]]]:
    """The names of a message's fields, and what reads them all at once."""
    names = tuple(field.name for field in fields(kind))
    return names, attrgetter(*names) if len(names) > 1 else lambda message: (getattr(message, names[0]),)


def _value(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_value(item) for item in value]
    return as_plain(value) if hasattr(value, "__dataclass_fields__") else value


def object_of(text: str | bytes, where: str) -> dict[str, Any]:
    """The JSON object in ``text``, or ContractError."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ContractError(f"{where}: not JSON ({error})") from error
    if not isinstance(value, dict):
        raise ContractError(f"{where}: expected an object")
    return value


def list_of(fields: dict[str, Any], name: str, where: str) -> list[Any]:
    """The list under ``name``, or ContractError."""
    rows = fields.get(name)
    if not isinstance(rows, list):
        raise ContractError(f"{where}.{name}: expected a list")
    return rows


def fields_of(cls: Any, value: Any, where: str) -> dict[str, Any]:
    """The known fields of ``value``, checked for presence and simple types; unknown ones are passed over."""
    if not isinstance(value, dict):
        raise ContractError(f"{where}: expected an object")
    found: dict[str, Any] = {}
    for name, spec in cls.__dataclass_fields__.items():
        if name not in value:
            if spec.default is not MISSING:
                continue
            raise ContractError(f"{where}.{name}: missing")
        if not _fits(value[name], spec.type):
            raise ContractError(f"{where}.{name}: expected {spec.type}")
        found[name] = value[name]
    return found


def _fits(value: Any, expected: str) -> bool:
    wanted = _TYPES.get(expected)
    if wanted is None:
        return True
    if type(value) is int:
        return int in wanted and -LARGEST - 1 <= value <= LARGEST
    if type(value) is str and not is_text(value):
        return False
    # True is an int to Python, not to us.
    return isinstance(value, wanted) and (not isinstance(value, bool) or bool in wanted)


def is_text(value: str) -> bool:
    """Whether files, logs and columns can keep it: JSON may escape half a letter, which UTF-8 cannot."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
