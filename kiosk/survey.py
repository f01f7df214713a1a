"""What is asked: the three levels, and the slogan sets offices have published. Imports nothing of ours."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Any

import yaml


class Level(IntEnum):
    """Mức hài lòng, as the plan of Bom Bo 2024 names the three. Never converted to five."""

    UNSATISFIED = 1  # chưa hài lòng
    SATISFIED = 2  # hài lòng
    VERY_SATISFIED = 3  # rất hài lòng


LABELS_VERSION = "chua-hai-long-1"
"""Which words the levels wore when a rating was given; stored with every rating."""
LEVEL_1_LABELS = ("chua-hai-long", "khong-hai-long")
"""Level 1 may be called "Chưa hài lòng", or "Không hài lòng" as the one-stop forms do."""


def labels_version(level_1: str) -> str:
    """The version of the words when level 1 wears the label ``level_1``."""
    return f"{level_1}-1"


_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Reason:
    """A usual reason, good or bad. ``key`` is stored and never changes; ``text`` is the English msgid."""

    key: str
    text: str
    icon: str


REASONS: tuple[Reason, ...] = (
    Reason("thoi-gian", "Time", "clock-outline"),
    Reason("thai-do", "Manner", "account-tie-outline"),
    Reason("huong-dan", "Guidance", "sign-direction"),
    Reason("thu-tuc", "Procedure", "file-document-outline"),
    Reason("phi", "Fees and charges", "cash-multiple"),
    Reason("ket-qua", "Result", "clipboard-check-outline"),
)


@dataclass(frozen=True, slots=True)
class Promise:
    """One slogan. ``detail`` is the explanation under it, ``icon`` a Material Design Icons name."""

    key: str
    text: str
    detail: str
    icon: str
    english: str
    english_detail: str


@dataclass(frozen=True, slots=True)
class PromiseGroup:
    """Such as "5 biết": ``number`` is 0 where the source gives the group no number."""

    key: str
    number: int
    title: str
    english: str
    promises: tuple[Promise, ...]


@dataclass(frozen=True, slots=True)
class SloganSet:
    """A published set (bộ khẩu hiệu), word for word, with the plan it comes from."""

    key: str
    version: int
    office: str
    source: str
    mottos: tuple[str, ...]
    groups: tuple[PromiseGroup, ...]

    @property
    def promises(self) -> tuple[Promise, ...]:
        """All promises in reading order."""
        return tuple(promise for group in self.groups for promise in group.promises)


class SloganError(ValueError):
    """A slogan file that cannot be used; names file and place."""


def slogan_sets(directory: Path) -> tuple[str, ...]:
    """Keys of the sets in ``directory``, sorted."""
    return tuple(sorted(path.stem for path in directory.glob("*.yaml")))


def load_slogans(directory: Path, key: str) -> SloganSet:
    """The set ``key``; raises SloganError naming what is missing and the sets there are."""
    path = directory / f"{key}.yaml"
    try:
        raw = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506 - a safe loader
    except FileNotFoundError as error:
        there = ", ".join(slogan_sets(directory))
        raise SloganError(f"{path.name}: no such slogan set; there are: {there}") from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SloganError(f"{path.name}: {error}") from error
    return _slogan_set(raw, path.name, key)


def _slogan_set(raw: Any, where: str, key: str) -> SloganSet:
    top = _mapping(raw, where)
    groups = tuple(
        _group(item, f"{where}: groups[{i}]") for i, item in enumerate(_list(top, "groups", where))
    )
    return SloganSet(
        key=key,
        version=int(_text(top, "version", where)),
        office=_text(top, "office", where),
        source=_text(top, "source", where),
        mottos=tuple(str(motto) for motto in top.get("mottos") or ()),
        groups=groups,
    )


def _group(raw: Any, where: str) -> PromiseGroup:
    item = _mapping(raw, where)
    rows = enumerate(_list(item, "promises", where))
    return PromiseGroup(
        key=_text(item, "key", where),
        number=int(_text(item, "number", where, default="0")),
        title=_text(item, "title", where),
        english=_text(item, "english", where, default=""),
        promises=tuple(_promise(row, f"{where}.promises[{i}]") for i, row in rows),
    )


def _promise(raw: Any, where: str) -> Promise:
    item = _mapping(raw, where)
    return Promise(
        key=_text(item, "key", where),
        text=_text(item, "text", where),
        detail=_text(item, "detail", where, default=""),
        icon=_text(item, "icon", where),
        english=_text(item, "english", where, default=""),
        english_detail=_text(item, "english_detail", where, default=""),
    )


def _mapping(raw: Any, where: str) -> dict[str, Any]:
    if not isinstance(raw, dict):
        raise SloganError(f"{where}: expected named fields")
    return raw


def _list(item: dict[str, Any], name: str, where: str) -> list[Any]:
    value = item.get(name)
    if not isinstance(value, list) or not value:
        raise SloganError(f"{where}: '{name}' must be a list with at least one entry")
    return value


def _text(item: dict[str, Any], name: str, where: str, default: str | None = None) -> str:
    value = item.get(name, default)
    if not isinstance(value, (str, int)) or isinstance(value, bool):
        raise SloganError(f"{where}: '{name}' is missing or not a text")
    return str(value)
