"""Wording and rules of letters, from a file: ``letters.toml`` of the data folder, else the one here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from headquarters import own_file
from headquarters.cases.models import Case
from headquarters.config import ConfigError
from headquarters.letters import fields
from headquarters.letters.kinds import Kind, Reason

NAME = "letters.toml"
_KIND = {"title": str, "symbol": str, "source": str, "remark": str, "paragraphs": list, "begins": dict,
         "usual": dict}  # fmt: skip
_RULE = {"letter": str, "reason": str, "cases": list, "states": list, "levels": list, "late": bool,
         "published": bool, "days": int, "source": str}  # fmt: skip
OF_A_CASE = ("ngay_nhan", "han_tra_loi")
"""Names that only ``begins`` knows besides the letter's fields: days of the case."""


@dataclass(frozen=True, slots=True)
class Wording:
    """How one kind of letter is written. ``begins``: by reason, what its own words begin with; ``usual``: by
    field. ``source`` and ``remark`` are shown to staff, never printed."""

    title: str
    symbol: str
    source: str
    remark: str
    paragraphs: tuple[str, ...]
    begins: dict[str, str]
    usual: dict[str, str]


@dataclass(frozen=True, slots=True)
class Rule:
    """When a letter is suggested; ``states`` and ``levels`` empty: any. ``days`` after the case's receipt."""

    letter: Kind
    reason: Reason
    cases: tuple[str, ...]
    states: tuple[str, ...]
    levels: tuple[int, ...]
    late: bool
    published: bool
    days: int
    source: str


@dataclass(frozen=True, slots=True)
class Letters:
    """The whole file."""

    kinds: dict[Kind, Wording]
    rules: tuple[Rule, ...]


def load(path: Path | None = None) -> Letters:
    """What is in force, read anew; ConfigError names the file and the key."""
    path = path or own_file.place(NAME, __file__)
    found = own_file.read(path)
    if set(found) != {"kinds", "rules"} or set(found["kinds"]) != set(Kind.values):
        raise ConfigError(f"{path}: expected [[rules]] and [kinds] with exactly {', '.join(Kind.values)}")
    kinds = {Kind(name): _wording(path, Kind(name), table) for name, table in found["kinds"].items()}
    rules = tuple(_rule(f"{path}: rule {number}", table) for number, table in enumerate(found["rules"], 1))
    return Letters(kinds, rules)


def _shape(where: str, table: dict[str, Any], wanted: Mapping[str, type]) -> None:
    """Every key, no other, each of its kind."""
    if not isinstance(table, dict) or set(table) != set(wanted):
        raise ConfigError(f"{where}: must have exactly {', '.join(wanted)}")
    for name, kind in wanted.items():
        if type(table[name]) is not kind:
            raise ConfigError(f"{where}: {name}: expected a {kind.__name__}, found {table[name]!r}")


def _wording(path: Path, kind: Kind, table: dict[str, Any]) -> Wording:
    where = f"{path}: kinds.{kind}"
    _shape(where, table, _KIND)
    known = {field.name for field in fields.of(kind)}
    for text in table["paragraphs"]:
        _known(where, text, known)
    for reason, text in table["begins"].items():
        _among(where, "begins", [reason], Reason.values)
        _known(where, text, known | set(OF_A_CASE))
    _among(where, "usual", table["usual"], known)
    return Wording(**{**table, "paragraphs": tuple(table["paragraphs"])})


def _known(where: str, text: object, names: set[str]) -> None:
    if not isinstance(text, str):
        raise ConfigError(f"{where}: expected text, found {text!r}")
    if strange := fields.names_in(text) - names:
        raise ConfigError(f"{where}: no such field: {', '.join(sorted(strange))}")


def _among(where: str, key: str, given: Any, known: Any) -> None:
    if strange := [one for one in given if one not in known]:
        raise ConfigError(f"{where}: {key}: {strange} is none of {', '.join(map(str, known))}")


def _rule(where: str, table: dict[str, Any]) -> Rule:
    _shape(where, table, _RULE)
    _among(where, "letter", [table["letter"]], Kind.values)
    _among(where, "reason", [table["reason"]], Reason.values)
    _among(where, "cases", table["cases"], Case.Kind.values)
    _among(where, "states", table["states"], Case.State.values)
    _among(where, "levels", table["levels"], (1, 2, 3))
    if not 1 <= table["days"] <= 3650:
        raise ConfigError(f"{where}: days: from 1 to 3650")
    listed = {key: tuple(table[key]) for key in ("cases", "states", "levels")}
    typed = {"letter": Kind(table["letter"]), "reason": Reason(table["reason"])}
    return Rule(**{**table, **listed, **typed})
