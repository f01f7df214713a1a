"""config.yaml → frozen settings. Every error names file, line and key, and says what was expected."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import tzinfo
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from yaml.nodes import MappingNode, Node, ScalarNode

from kiosk.hours import Hours
from kiosk.hours import parse as parse_hours
from kiosk.survey import LEVEL_1_LABELS
from kiosk.yaml_lines import LineError, compose
from kiosk.zone import VIETNAM, zone

T = TypeVar("T")
ROTATIONS = ("0", "90", "180", "270")
"""How far the tablet hangs turned clockwise, in degrees."""
HERE = zone(VIETNAM)
LOOPBACK = ("127.0.0.1", "localhost", "::1")


class SettingsError(LineError):
    """A config.yaml that cannot be used."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What config.yaml says, checked. Times in seconds."""

    tablet_name: str
    office_name: str
    unit_name: str
    desk_name: str
    hours: Hours | None
    slogans: str
    language: str
    languages: tuple[str, ...]
    level_1: str
    method: str
    tone_style: str
    aloud: bool
    dossiers: bool
    book: Path | None
    address: str
    cool_down_s: float
    closing_s: float
    idle_s: float
    sync_every_s: float
    data_dir: Path
    rotation: int = 0
    support: str = ""
    staff_blind: bool = False
    timezone: tzinfo = HERE
    least_free_mb: float = 64
    reasons: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    officials: tuple[str, ...] = ()
    roots: Path | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """One key: how to read it, what to say when it is wrong, and its value when left out (None: required)."""

    read: Callable[[str], Any]
    expected_vi: str
    expected_en: str
    default: str | None = None


def _text(raw: str) -> str:
    text = " ".join(raw.split())
    if not text or len(text) > 120:
        raise ValueError
    return text


def _one_of(*allowed: str) -> Callable[[str], str]:
    def read(raw: str) -> str:
        if raw not in allowed:
            raise ValueError
        return raw

    return read


def _between(low: float, high: float) -> Callable[[str], float]:
    def read(raw: str) -> float:
        value = float(raw)
        if not low <= value <= high:
            raise ValueError
        return value

    return read


def _address(raw: str) -> str:
    """https anywhere; plain http only to this very machine."""
    parts = urlsplit(raw)
    secure = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
    if not secure or not parts.hostname or parts.query or parts.fragment or parts.username:
        raise ValueError
    if parts.port is not None and parts.port < 1:
        raise ValueError
    return raw.rstrip("/")


def _list_of(allowed: tuple[str, ...]) -> Callable[[str], tuple[str, ...]]:
    """Some of ``allowed``, separated by commas, each once."""

    def read(raw: str) -> tuple[str, ...]:
        chosen = tuple(part.strip() for part in raw.split(","))
        if not set(chosen) <= set(allowed) or len(set(chosen)) != len(chosen):
            raise ValueError
        return chosen

    return read


def _keys(raw: str) -> tuple[str, ...]:
    """Keys separated by commas, each once; none: all there are, in their usual order."""
    keys = tuple(part.strip() for part in raw.split(",")) if raw.strip() else ()
    if len(set(keys)) != len(keys) or not all(re.fullmatch(r"[a-z0-9-]{1,40}", key) for key in keys):
        raise ValueError
    return keys


def _yes_no(raw: str) -> bool:
    said = raw.lower()
    if said not in ("yes", "true", "có", "no", "false", "không"):
        raise ValueError
    return said in ("yes", "true", "có")


def _hours(raw: str) -> Hours | None:
    return parse_hours(raw) if raw.strip() else None


def _number_field(low: float, high: float, default: str) -> Field:
    vi = f"số giây từ {low:g} đến {high:g}"
    return Field(_between(low, high), vi, f"a number of seconds from {low:g} to {high:g}", default)


def _keys_field() -> Field:
    vi = "các khóa cách nhau bằng dấu phẩy, mỗi khóa một lần"
    return Field(_keys, vi, "keys separated by commas, each once", "")


def _text_field(what_vi: str, what_en: str) -> Field:
    return Field(_text, f"{what_vi}, từ 1 đến 120 ký tự", f"{what_en}, 1 to 120 characters")


def _choice_field(default: str, *allowed: str) -> Field:
    return Field(_one_of(*allowed), " hoặc ".join(allowed), " or ".join(allowed), default)


def _fields(slogan_keys: tuple[str, ...], catalogues: tuple[str, ...]) -> dict[str, Field]:
    """Every key config.yaml may have."""
    sets, known = ", ".join(slogan_keys), ", ".join(catalogues)
    return {
        "tablet.name": _text_field("tên máy", "the tablet's name"),
        "tablet.support": Field(
            lambda raw: _text(raw) if raw.strip() else "",
            "người phụ trách máy và số điện thoại, không quá 120 ký tự",
            "who looks after the tablet, and a number, at most 120 characters",
            "",
        ),
        "tablet.timezone": Field(
            zone,
            f"múi giờ, như {VIETNAM}",
            f"a time zone, such as {VIETNAM}",
            VIETNAM,
        ),
        "office.name": _text_field("tên cơ quan", "the office's name"),
        "office.unit": _text_field("tên bộ phận", "the unit's name"),
        "office.desk": _text_field("tên quầy", "the desk's name"),
        "office.hours": Field(
            _hours,
            "giờ làm việc, như T2-T6 07:30-11:30, 13:30-17:00; T7 07:30-11:30",
            "opening hours, such as T2-T6 07:30-11:30, 13:30-17:00; T7 07:30-11:30",
            "",
        ),
        "slogans": Field(_one_of(*slogan_keys), f"một trong: {sets}", f"one of: {sets}"),
        "office.book": Field(str, "tệp công khai của cơ quan", "the file with what the office publishes", ""),
        "labels.level_1": _choice_field(LEVEL_1_LABELS[0], *LEVEL_1_LABELS),
        "language": _choice_field("vi", *catalogues),
        "languages": Field(
            _list_of(catalogues),
            f"các ngôn ngữ cách nhau bằng dấu phẩy, trong số: {known}",
            f"languages separated by commas, of: {known}",
            "vi, en",
        ),
        "keyboard.method": _choice_field("telex", "telex", "vni", "off"),
        "keyboard.tones": _choice_field("old", "old", "new"),
        "sound.aloud": Field(_yes_no, "yes hoặc no", "yes or no", "no"),
        "office.dossiers": Field(_yes_no, "yes hoặc no", "yes or no", "no"),
        "headquarters.address": Field(
            _address,
            "địa chỉ https:// của trụ sở (http:// chỉ cho chính máy này)",
            "an https:// address of headquarters (http:// only for this machine)",
        ),
        "headquarters.roots": Field(
            str,
            "tệp PEM các chứng thư gốc được tin",
            "a PEM file of the root certificates to believe",
            "",
        ),
        "times.cool_down_s": _number_field(0, 60, "3"),
        "times.closing_s": _number_field(3, 60, "8"),
        "times.idle_s": _number_field(5, 300, "30"),
        "times.sync_every_s": _number_field(1, 3600, "120"),
        "staff.blind": Field(_yes_no, "yes hoặc no", "yes or no", "no"),
        "asked.reasons": _keys_field(),
        "asked.services": _keys_field(),
        "asked.officials": _keys_field(),
        "screen.rotation": _choice_field("0", *ROTATIONS),
        "storage.directory": Field(str, "thư mục dữ liệu", "a folder for the data", ".kiosk"),
        "storage.least_free_mb": Field(
            _between(0, 100_000), "số MB từ 0 đến 100000", "a number of MB from 0 to 100000", "64"
        ),
    }


def load_settings(
    path: Path,
    slogan_keys: tuple[str, ...],
    data_dir: Path | None = None,
    catalogues: tuple[str, ...] = ("vi", "en"),
) -> Settings:
    """The settings of ``path``; raises SettingsError. ``data_dir`` overrides storage.directory;
    ``catalogues`` are the languages whose words are there. Paths stand relative to the file."""
    found = _scalars(compose(path, SettingsError), path.name)
    values = _values(found, _fields(slogan_keys, catalogues), path.name)
    _check_language(values, found, path.name)
    return Settings(
        tablet_name=values["tablet.name"],
        office_name=values["office.name"],
        unit_name=values["office.unit"],
        desk_name=values["office.desk"],
        hours=values["office.hours"],
        slogans=values["slogans"],
        language=values["language"],
        languages=values["languages"],
        level_1=values["labels.level_1"],
        method=values["keyboard.method"],
        tone_style=values["keyboard.tones"],
        aloud=values["sound.aloud"],
        dossiers=values["office.dossiers"],
        book=(path.parent / Path(values["office.book"]).expanduser()) if values["office.book"] else None,
        address=values["headquarters.address"],
        roots=(path.parent / Path(values["headquarters.roots"]).expanduser())
        if values["headquarters.roots"]
        else None,
        cool_down_s=values["times.cool_down_s"],
        closing_s=values["times.closing_s"],
        idle_s=values["times.idle_s"],
        sync_every_s=values["times.sync_every_s"],
        data_dir=data_dir or (path.parent / Path(values["storage.directory"]).expanduser()),
        staff_blind=values["staff.blind"],
        rotation=int(values["screen.rotation"]),
        support=values["tablet.support"],
        timezone=values["tablet.timezone"],
        least_free_mb=values["storage.least_free_mb"],
        reasons=values["asked.reasons"],
        services=values["asked.services"],
        officials=values["asked.officials"],
    )


CHANGEABLE = {
    "office.hours": "hours",
    "slogans": "slogans",
    "labels.level_1": "level_1",
    "language": "language",
    "languages": "languages",
    "sound.aloud": "aloud",
    "headquarters.address": "address",
    "times.cool_down_s": "cool_down_s",
    "times.closing_s": "closing_s",
    "times.idle_s": "idle_s",
    "times.sync_every_s": "sync_every_s",
    "staff.blind": "staff_blind",
    "asked.reasons": "reasons",
    "asked.services": "services",
    "asked.officials": "officials",
}
"""Keys that headquarters or the admin at the tablet may set anew, and what they are called in Settings."""


def changed(
    settings: Settings, values: Mapping[str, str], slogan_keys: tuple[str, ...], catalogues: tuple[str, ...]
) -> Settings:
    """``settings`` with some CHANGEABLE keys said anew, as config.yaml would say them; raises ValueError
    naming the key and what was expected."""
    fields, found = _fields(slogan_keys, catalogues), {}
    for key, raw in values.items():
        try:
            found[CHANGEABLE[key]] = fields[key].read(raw)
        except KeyError as error:
            raise ValueError(f"{key}: cannot be set from here") from error
        except ValueError as error:
            raise ValueError(f"{key}: expected {fields[key].expected_en}") from error
    made = replace(settings, **found)
    if made.language not in made.languages:
        raise ValueError(f"language: expected one of: {', '.join(made.languages)}")
    return made


def _scalars(node: MappingNode, file: str, prefix: str = "") -> dict[str, tuple[str, int]]:
    """Dotted key → (raw text, line) of every value in the tree."""
    found: dict[str, tuple[str, int]] = {}
    for key_node, value in node.value:
        key, line = f"{prefix}{key_node.value}", key_node.start_mark.line + 1
        nested = (
            _scalars(value, file, f"{key}.")
            if isinstance(value, MappingNode)
            else {key: _scalar(value, line)}
        )
        for name, spot in nested.items():
            if name in found:
                raise SettingsError.at(file, spot[1], name, "khóa ghi hai lần", "the key appears twice")
            found[name] = spot
        if isinstance(value, MappingNode) and not nested:
            found[key] = ("", line)
    return found


def _scalar(value: Node, line: int) -> tuple[str, int]:
    return (str(value.value) if isinstance(value, ScalarNode) else repr(type(value).__name__), line)


def _values(found: dict[str, tuple[str, int]], fields: dict[str, Field], file: str) -> dict[str, Any]:
    for key, (_, line) in found.items():
        if key not in fields and not any(known.startswith(f"{key}.") for known in fields):
            raise SettingsError.unknown(file, line, key, tuple(fields))
    return {key: _value(key, field, found, file) for key, field in fields.items()}


def _value(key: str, field: Field, found: dict[str, tuple[str, int]], file: str) -> Any:
    raw, line = found.get(key, (field.default, _section_line(key, found)))
    if raw is None:
        raise SettingsError.at(
            file, line, key, f"thiếu; cần {field.expected_vi}", f"missing; expected {field.expected_en}"
        )
    try:
        return field.read(raw)
    except ValueError as error:
        vi, en = f"cần {field.expected_vi}; đang là '{raw}'", f"expected {field.expected_en}; found '{raw}'"
        raise SettingsError.at(file, line, key, vi, en) from error


def _check_language(values: dict[str, Any], found: dict[str, tuple[str, int]], file: str) -> None:
    """The language a visit begins in is one of those the citizen can choose."""
    language, languages = values["language"], ", ".join(values["languages"])
    if language not in values["languages"]:
        line = found.get("language", found.get("languages", ("", 1)))[1]
        vi = f"'{language}' không có trong languages: {languages}"
        raise SettingsError.at(
            file, line, "language", vi, f"'{language}' is not one of languages: {languages}"
        )


def _section_line(key: str, found: dict[str, tuple[str, int]]) -> int:
    """The line where a missing key would belong: that of its section, else the first."""
    section = key.split(".")[0]
    lines = [line for name, (_, line) in found.items() if name.split(".")[0] == section]
    return max(lines, default=1)
