"""What headquarters may ask of a tablet: every wish typed, checked and optional. Pure.

A wish that does not fit refuses the whole document: half a configuration is worse than the last good one.
Wishes that this version does not know are kept under ``more`` and written back.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from sync.errors import ContractError
from sync.plain import as_plain, fields_of

LOOPBACK = ("127.0.0.1", "localhost", "::1")
ROLES = ("staff", "admin")
MOST_ITEMS, LONGEST_TEXT, SHORT_TEXT = 50, 500, 160
_KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z]{2,8})?")
_DAYS = ("T2", "T3", "T4", "T5", "T6", "T7", "CN")
_HOURS_PART = re.compile(r"\s*(T[2-7]|CN)(?:\s*-\s*(T[2-7]|CN))?\s+(\S.*)")
_SPAN = re.compile(r"\s*(\d{2}):(\d{2})\s*-\s*(\d{2}):(\d{2})\s*", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_HASH = re.compile(r"\$argon2id\$[!-~]{20,200}")


class BadWish(ValueError):
    """A wish that no tablet can grant; names it and what was expected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A free text on the tablet. ``first_day`` and ``last_day`` (YYYY-MM-DD) bound it; empty: unbounded."""

    id: str
    vi: str
    en: str = ""
    first_day: str = ""
    last_day: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Improved:
    """ "Bạn góp ý – Chúng tôi đã sửa": what people said and what was done. ``day``: YYYY-MM-DD or empty."""

    id: str
    said_vi: str
    done_vi: str
    said_en: str = ""
    done_en: str = ""
    day: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PinReset:
    """A PIN set by headquarters. ``hash``: Argon2id as libsodium writes it. The tablet applies each ``id``
    once, so that a PIN chosen later at the tablet is not undone by the next configuration."""

    id: str
    role: str
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """None: the tablet keeps its own. Times in seconds; ``hours`` as in config.yaml, empty for none.

    ``reasons``: keys of the reasons offered, in order. ``staff_blind``: staff see no figures before closing
    time, nor any under N = 5.
    """

    address: str | None = None
    slogans: str | None = None
    level_1: str | None = None
    hours: str | None = None
    language: str | None = None
    languages: tuple[str, ...] | None = None
    idle_s: float | None = None
    cool_down_s: float | None = None
    closing_s: float | None = None
    sync_every_s: float | None = None
    staff_blind: bool | None = None
    reasons: tuple[str, ...] | None = None
    notices: tuple[Notice, ...] | None = None
    improved: tuple[Improved, ...] | None = None
    pin_resets: tuple[PinReset, ...] | None = None
    more: dict[str, Any] = field(default_factory=dict)


KNOWN = tuple(name for name in Wishes.__dataclass_fields__ if name != "more")


def read_wishes(value: Any) -> Wishes:
    """The wishes of a JSON object; raises BadWish."""
    if not isinstance(value, dict):
        raise BadWish("wishes: expected an object")
    _check_text(value)
    found = {name: _READERS[name](value[name], name) for name in KNOWN if value.get(name) is not None}
    if found.get("language") and found.get("languages") and found["language"] not in found["languages"]:
        raise BadWish("language: expected one of languages")
    more = {name: value[name] for name in value if name not in KNOWN}
    return Wishes(**found, more=more)


def wishes_as_plain(wishes: Wishes) -> dict[str, Any]:
    """A JSON object: what is wished and nothing else."""
    plain = as_plain(wishes)
    more = plain.pop("more")
    return {**more, **{name: value for name, value in plain.items() if value is not None}}


def _check_text(value: dict[str, Any]) -> None:
    """Everything in it can be written, signed and stored: no lone surrogate and no NaN."""
    try:
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    except (UnicodeEncodeError, ValueError, TypeError) as error:
        raise BadWish("wishes: expected letters and numbers that can be written") from error


_Reader = Callable[[Any, str], Any]


def _matching(pattern: re.Pattern[str], expected: str, empty: bool = False) -> _Reader:
    def read(value: Any, name: str) -> str:
        if not isinstance(value, str) or not (pattern.fullmatch(value) or (empty and value == "")):
            raise BadWish(f"{name}: expected {expected}")
        return value

    return read


def _seconds(low: float, high: float) -> _Reader:
    def read(value: Any, name: str) -> float:
        # NaN and infinity fail the comparison.
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            raise BadWish(f"{name}: expected a number of seconds from {low:g} to {high:g}")
        return float(value)

    return read


def _hours(value: Any, name: str) -> str:
    """One line of config.yaml, or none: each day once, the spans of a day in order."""
    seen: set[int] = set()
    for part in value.split(";") if isinstance(value, str) and value else ():
        found = _HOURS_PART.fullmatch(part)
        first = _DAYS.index(found[1]) if found else 0
        days = set(range(first, _DAYS.index(found[2] or found[1]) + 1)) if found else set()
        if found is None or not days or days & seen or not _rising(found[3]):
            value = None
            break
        seen |= days
    if not isinstance(value, str):
        raise BadWish(f"{name}: expected hours such as T2-T6 07:30-11:30, 13:30-17:00; T7 07:30-11:30")
    return value


def _rising(spans: str) -> bool:
    last = -1
    for span in spans.split(","):
        found = _SPAN.fullmatch(span)
        if found is None:
            return False
        hour, minute, to_hour, to_minute = map(int, found.groups())
        opens, closes = hour * 60 + minute, to_hour * 60 + to_minute
        if max(minute, to_minute) > 59 or closes > 24 * 60 or not last < opens < closes:
            return False
        last = closes
    return True


def _yes_no(value: Any, name: str) -> bool:
    if not isinstance(value, bool):
        raise BadWish(f"{name}: expected true or false")
    return value


def _address(value: Any, name: str) -> str:
    """https anywhere; plain http only to the very machine."""
    try:
        parts = urlsplit(value if isinstance(value, str) else "")
        plain_http = parts.scheme == "http" and parts.hostname in LOOPBACK
        right = (parts.scheme == "https" or plain_http) and bool(parts.hostname) and parts.port != 0
    except ValueError:
        right = False
    if not right or parts.query or parts.fragment or parts.username or any(map(str.isspace, value)):
        raise BadWish(f"{name}: expected an https:// address")
    return str(value).rstrip("/")


def _tuple_of(read_one: _Reader) -> _Reader:
    def read(value: Any, name: str) -> tuple[Any, ...]:
        if not isinstance(value, list | tuple) or len(value) > MOST_ITEMS:
            raise BadWish(f"{name}: expected a list of at most {MOST_ITEMS}")
        items = tuple(read_one(item, f"{name}[{place}]") for place, item in enumerate(value))
        names = [getattr(item, "id", item) for item in items]
        if len(set(names)) != len(names):
            raise BadWish(f"{name}: the same item twice")
        return items

    return read


def _item_of(kind: Any, **patterns: _Reader) -> _Reader:
    def read(value: Any, name: str) -> Any:
        try:
            fields = fields_of(kind, value, name)
        except ContractError as error:
            raise BadWish(str(error)) from error
        for key, text in fields.items():
            if len(text) > LONGEST_TEXT:
                raise BadWish(f"{name}.{key}: expected at most {LONGEST_TEXT} characters")
            if key in patterns:
                patterns[key](text, f"{name}.{key}")
        return kind(**fields)

    return read


def _role(value: Any, name: str) -> str:
    if value not in ROLES:
        raise BadWish(f"{name}: expected one of: {', '.join(ROLES)}")
    return str(value)


def _said(value: Any, name: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise BadWish(f"{name}: expected some text")
    return value


def _brief(value: Any, name: str) -> str:
    """What has room on the tablet's board in letters that can be read from afar; may be empty."""
    if not isinstance(value, str) or len(value) > SHORT_TEXT:
        raise BadWish(f"{name}: expected at most {SHORT_TEXT} characters")
    return value


def _short(value: Any, name: str) -> str:
    return _brief(_said(value, name), name)


_key = _matching(_KEY, "a key such as binh-duong-2023")
_day = _matching(_DATE, "a date such as 2026-11-20", empty=True)
_language = _matching(_LANGUAGE, "a language such as vi")

_READERS: dict[str, _Reader] = {
    "address": _address,
    "slogans": _key,
    "level_1": _key,
    "hours": _hours,
    "language": _language,
    "languages": _tuple_of(_language),
    "idle_s": _seconds(5, 300),
    "cool_down_s": _seconds(0, 60),
    "closing_s": _seconds(3, 60),
    "sync_every_s": _seconds(1, 3600),
    "staff_blind": _yes_no,
    "reasons": _tuple_of(_key),
    "notices": _tuple_of(_item_of(Notice, id=_key, vi=_said, first_day=_day, last_day=_day)),
    "improved": _tuple_of(
        _item_of(Improved, id=_key, said_vi=_short, done_vi=_short, said_en=_brief, done_en=_brief, day=_day)
    ),
    "pin_resets": _tuple_of(
        _item_of(PinReset, id=_key, role=_role, hash=_matching(_HASH, "an Argon2id hash"))
    ),
}
