"""What a tablet's home screen looks like with some wishes: its board, question, faces and languages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import yaml

from headquarters.web.wish_forms import LANGUAGES, SLOGANS
from sync.wishes import Wishes

USUAL = "binh-duong-2023"
"""The set a tablet begins with (config.yaml)."""
_LEVEL_1 = {"khong-hai-long": ("Không hài lòng", "Not satisfied")}


@dataclass(frozen=True, slots=True)
class Likeness:
    """``groups``: (number or none, title, promises as (icon, text)). ``faces``: (level, label)."""

    language: str
    question: str
    groups: list[tuple[int, str, list[tuple[str, str]]]]
    faces: list[tuple[int, str]]
    languages: list[str]
    known: bool


def of(wishes: Wishes) -> Likeness:
    """The home screen of a tablet that goes by these wishes; what they leave open is as a tablet begins."""
    english = wishes.language == "en"
    chosen = wishes.slogans or USUAL
    board = _read(chosen)
    low = _LEVEL_1.get(wishes.level_1 or "", ("Chưa hài lòng", "Not satisfied yet"))[english]
    labels = ("Very satisfied", "Satisfied") if english else ("Rất hài lòng", "Hài lòng")
    asked = (
        "Ông/Bà thấy việc giải quyết công việc hôm nay thế nào?",
        "How was the service you received today?",
    )
    return Likeness(
        language="en" if english else "vi",
        question=asked[english],
        groups=[_group(one, english) for one in board.get("groups", [])],
        faces=[(3, labels[0]), (2, labels[1]), (1, low)],
        languages=[LANGUAGES.get(code, code) for code in wishes.languages or ("vi", "en")],
        known=bool(board),
    )


def _read(name: str) -> dict[str, Any]:
    """A set that lies here; empty for one that only tablets know."""
    path = SLOGANS / f"{name}.yaml"
    if path.parent != SLOGANS or not path.is_file():
        return {}
    found: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


def _group(found: dict[str, Any], english: bool) -> tuple[int, str, list[tuple[str, str]]]:
    name = "english" if english else "text"
    title = found.get("english" if english else "title", "")
    promises = [(one["icon"], one.get(name, one["text"])) for one in found.get("promises", [])]
    return int(found.get("number", 0)), title, promises
