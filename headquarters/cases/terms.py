"""The terms of cases, from a file: ``case-terms.toml`` of the data folder, else the one beside this."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from headquarters import own_file, workdays
from headquarters.cases.models import Case
from headquarters.config import ConfigError

NAME = "case-terms.toml"
_MOST = 3650
_KINDS = {
    Case.Kind.SUGGESTION: "suggestion",
    Case.Kind.PRAISE: "praise",
    Case.Kind.REPORT: "report",
    Case.Kind.COMPLAINT: "complaint",
}
_FIELDS: dict[str, tuple[str, ...]] = {
    "due": tuple(_KINDS.values()),
    "reopen": ("most", "within_days", "working_days"),
    "contact": ("days_after_closing",),
}
_LEAST = {"most": 0}


@dataclass(frozen=True, slots=True)
class Terms:
    """``due`` in working days by kind; ``reopen_days`` working days, ``reopen_within`` and ``contact_days``
    calendar days."""

    due: dict[str, int]
    due_source: str
    reopen_most: int
    reopen_within: int
    reopen_days: int
    contact_days: int

    def due_on(self, kind: str, day: dt.date) -> dt.date:
        """The last day for an answer to what counts from ``day``."""
        return workdays.add(day, self.due[kind])

    def due_again(self, day: dt.date) -> dt.date:
        """The last day for another answer to what was opened again on ``day``."""
        return workdays.add(day, self.reopen_days)


def load(path: Path | None = None) -> Terms:
    """The terms in force, read anew; ConfigError names the file and the key."""
    path = path or own_file.place(NAME, __file__)
    found = own_file.read(path)
    _check(path, found)
    again = found["reopen"]
    return Terms(
        due={kind: found["due"][name] for kind, name in _KINDS.items()},
        due_source=found["due"]["source"],
        reopen_most=again["most"],
        reopen_within=again["within_days"],
        reopen_days=again["working_days"],
        contact_days=found["contact"]["days_after_closing"],
    )


def _check(path: Path, found: dict[str, Any]) -> None:
    """Every key, no other, each of its kind."""
    if set(found) != set(_FIELDS):
        raise ConfigError(f"{path}: exactly {', '.join(f'[{name}]' for name in _FIELDS)} must stand here")
    for section, names in _FIELDS.items():
        there = found[section]
        if not isinstance(there, dict) or set(there) != {*names, "source"}:
            raise ConfigError(f"{path}: [{section}] must have exactly {', '.join(names)}, source")
        if not isinstance(there["source"], str):
            raise ConfigError(f"{path}: {section}.source: expected a text, found {there['source']!r}")
        for name in names:
            least, value = _LEAST.get(name, 1), there[name]
            if type(value) is not int or not least <= value <= _MOST:
                raise ConfigError(
                    f"{path}: {section}.{name}: expected a number from {least} to {_MOST}, found {value!r}"
                )
