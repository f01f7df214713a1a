"""Which cases and dossiers count: ``indicators.toml`` of the data folder, else the one beside this."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

from headquarters import own_file
from headquarters.config import ConfigError

NAME = "indicators.toml"
KEYS = ("R1", "R2", "R3")
_KINDS = ("phan-anh", "gop-y", "khen-ngoi", "khieu-nai")
_LEFT_OUT = ("left-out", "counted")
_FIELDS: dict[str, dict[str, Any]] = {
    "pakn": {
        "kinds": _KINDS, "counted_by": ("received", "due"), "referred": _LEFT_OUT, "not_due_yet": _LEFT_OUT,
        "source": str,
    },
    "dissatisfaction": {"levels": (1, 2, 3), "reopened": bool, "source": str},
    "dossiers": {"levels": (1, 2, 3), "least_named": int, "overlap": ("apart", "within"), "source": str},
    "sources": dict.fromkeys(KEYS, str),
}  # fmt: skip
_LISTS = ("kinds", "levels")
_FORM = {"name": str, "indicator": str, "steps": list, "source": str}


@dataclass(frozen=True, slots=True)
class Step:
    """From this percentage on, up to the next step's."""

    since: Fraction
    points: Fraction
    name: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """Points that a score form gives for a value; ``steps`` from the highest to 0."""

    name: str
    indicator: str
    steps: tuple[Step, ...]
    source: str

    def step(self, value: Fraction) -> Step:
        """The step of a percentage, 0 to 100. A value at a boundary belongs to the step that begins there."""
        return next(step for step in self.steps if value >= step.since)


@dataclass(frozen=True, slots=True)
class Criteria:
    """As indicators.toml says each of them."""

    kinds: tuple[str, ...]
    by_due: bool
    with_referred: bool
    with_not_due: bool
    dissatisfied: tuple[int, ...]
    with_reopened: bool
    dossier_levels: tuple[int, ...]
    least_named: int
    overlap_apart: bool
    sources: dict[str, str]
    remarks: tuple[str, ...]
    forms: tuple[Form, ...]


def load(path: Path | None = None) -> Criteria:
    """The criteria in force, read anew; ConfigError names the file and the key."""
    path = path or own_file.place(NAME, __file__)
    found = own_file.read(path, Decimal)
    _check(path, found)
    pakn, answer, dossiers = found["pakn"], found["dissatisfaction"], found["dossiers"]
    return Criteria(
        kinds=tuple(pakn["kinds"]),
        by_due=pakn["counted_by"] == "due",
        with_referred=pakn["referred"] == "counted",
        with_not_due=pakn["not_due_yet"] == "counted",
        dissatisfied=tuple(answer["levels"]),
        with_reopened=answer["reopened"],
        dossier_levels=tuple(dossiers["levels"]),
        least_named=dossiers["least_named"],
        overlap_apart=dossiers["overlap"] == "apart",
        sources=found["sources"],
        remarks=tuple(found[section]["source"] for section in ("pakn", "dissatisfaction", "dossiers")),
        forms=tuple(_form(path, form) for form in found["forms"]),
    )


def _check(path: Path, found: dict[str, Any]) -> None:
    """Every key, no other, each of its kind."""
    if set(found) != {*_FIELDS, "forms"}:
        raise ConfigError(f"{path}: expected exactly {', '.join(_FIELDS)}, forms")
    for section, fields in _FIELDS.items():
        there = found[section]
        if not isinstance(there, dict) or set(there) != set(fields):
            raise ConfigError(f"{path}: [{section}] must have exactly {', '.join(fields)}")
        for name, kind in fields.items():
            _check_value(path, f"{section}.{name}", there[name], kind, several=name in _LISTS)
    if found["dossiers"]["least_named"] < 1:
        raise ConfigError(f"{path}: dossiers.least_named: expected 1 or more")
    if not isinstance(found["forms"], list):
        raise ConfigError(f"{path}: forms: expected a list, or [[forms]]")


def _check_value(path: Path, name: str, value: Any, kind: Any, *, several: bool) -> None:
    if isinstance(kind, type):
        # True is an int to Python, not to us.
        if type(value) is not kind or value == "":
            raise ConfigError(f"{path}: {name}: expected {_WORDS[kind]}")
        return
    values = value if several and isinstance(value, list) else [value] if not several else []
    if not values or any(type(one) is not type(kind[0]) or one not in kind for one in values):
        ways = ", ".join(map(repr, kind))
        raise ConfigError(f"{path}: {name}: expected {'some' if several else 'one'} of {ways}")


_WORDS = {str: "a text", bool: "true or false", int: "a whole number", list: "a list"}


def _form(path: Path, form: Any) -> Form:
    if not isinstance(form, dict) or set(form) != set(_FORM):
        raise ConfigError(f"{path}: [[forms]] must have exactly {', '.join(_FORM)}")
    for name, kind in _FORM.items():
        _check_value(path, f"forms.{name}", form[name], kind, several=False)
    if form["indicator"] not in KEYS:
        raise ConfigError(f"{path}: forms.indicator: expected one of {', '.join(KEYS)}")
    steps = tuple(_step(path, step) for step in form["steps"])
    falling = all(one.since > other.since for one, other in pairwise(steps))
    if not steps or not falling or steps[-1].since != 0 or steps[0].since > 100:
        raise ConfigError(f"{path}: forms.steps: expected from 100 or less down to 0, the highest first")
    return Form(form["name"], form["indicator"], steps, form["source"])


def _step(path: Path, step: Any) -> Step:
    if not isinstance(step, dict) or not {"from", "points"} <= set(step) <= {"from", "points", "name"}:
        raise ConfigError(f"{path}: forms.steps: each step must have from, points and may have name")
    numbers = [step["from"], step["points"]]
    if any(type(number) not in (int, Decimal) or not Decimal(number).is_finite() for number in numbers):
        raise ConfigError(f"{path}: forms.steps: from and points must be numbers")
    name = step.get("name", "")
    if not isinstance(name, str):
        raise ConfigError(f"{path}: forms.steps.name: expected a text")
    return Step(Fraction(numbers[0]), Fraction(numbers[1]), name)
