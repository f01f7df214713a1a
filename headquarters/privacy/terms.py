"""The terms of personal data, from a file: ``terms.toml`` of the data folder, else the one beside this."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from headquarters import own_file, workdays
from headquarters.config import ConfigError
from headquarters.workdays import Calendar

NAME = "terms.toml"
DAYS_MOST = 3650
_FIELDS: dict[str, dict[str, type]] = {
    "contact": {"days_after_receipt": int, "source": str},
    "requests": {
        "answer_working_days": int,
        "answer_source": str,
        "access_days": int,
        "correction_days": int,
        "withdrawal_days": int,
        "erasure_days": int,
        "days_source": str,
    },
    "calendar": {"days_off": list},
}


@dataclass(frozen=True, slots=True)
class Terms:
    """``days`` by kind of request; ``calendar`` with the file's own days off (headquarters.workdays)."""

    contact_days: int
    contact_source: str
    answer_working_days: int
    answer_source: str
    days: dict[str, int]
    days_source: str
    calendar: Calendar

    def answer_by(self, day: dt.date) -> dt.date:
        """The last day for the first answer to what was received on ``day``."""
        return self.calendar.add(day, self.answer_working_days)

    def done_by(self, kind: str, day: dt.date) -> dt.date:
        """The last day to have done what was asked on ``day``."""
        return day + dt.timedelta(days=self.days[kind])


def load(path: Path | None = None) -> Terms:
    """The terms in force, read anew; ConfigError names the file and the key."""
    path = path or own_file.place(NAME, __file__)
    found = own_file.read(path)
    _check(path, found)
    contact, asked = found["contact"], found["requests"]
    return Terms(
        contact_days=contact["days_after_receipt"],
        contact_source=contact["source"],
        answer_working_days=asked["answer_working_days"],
        answer_source=asked["answer_source"],
        days={name[:-5]: asked[name] for name in asked if name.endswith("_days") and "working" not in name},
        days_source=asked["days_source"],
        calendar=workdays.calendar().without(_days_off(path, found["calendar"]["days_off"])),
    )


def _check(path: Path, found: dict[str, Any]) -> None:
    """Every key, no other, each of its kind."""
    for section, fields in _FIELDS.items():
        there = found.get(section)
        if not isinstance(there, dict) or set(there) != set(fields):
            raise ConfigError(f"{path}: [{section}] must have exactly {', '.join(fields)}")
        for name, kind in fields.items():
            value: Any = there[name]
            if type(value) is not kind or (isinstance(value, int) and not 1 <= value <= DAYS_MOST):
                expected = f"days from 1 to {DAYS_MOST}" if kind is int else f"a {kind.__name__}"
                raise ConfigError(f"{path}: {section}.{name}: expected {expected}, found {value!r}")
    if set(found) != set(_FIELDS):
        raise ConfigError(f"{path}: only {', '.join(_FIELDS)} may stand here")


def _days_off(path: Path, texts: list[Any]) -> frozenset[dt.date]:
    try:
        return frozenset(dt.date.fromisoformat(text) for text in texts)
    except (TypeError, ValueError) as error:
        raise ConfigError(f'{path}: calendar.days_off: expected days such as "2027-01-01"') from error
