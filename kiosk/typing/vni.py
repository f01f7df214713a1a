"""VNI: 1 2 3 4 5 for the tones, 0 takes the tone away, 6 ^, 7 horn, 8 breve, 9 đ."""

from __future__ import annotations

from kiosk.typing.letters import BREVE, CIRCUMFLEX, HORN, Tone
from kiosk.typing.marks import type_bar, type_marks, type_tone
from kiosk.typing.word import Word

_TONES = dict(zip("012345", Tone, strict=True))
_MARKS = {"6": CIRCUMFLEX, "7": HORN, "8": BREVE}


def press(word: Word, key: str) -> None:
    """One letter or digit key."""
    if not _command(word, key):
        word.append(key)


def _command(word: Word, key: str) -> bool:
    if key in _TONES:
        return type_tone(word, key, _TONES[key])
    if key in _MARKS:
        return type_marks(word, key, _MARKS[key])
    return key == "9" and type_bar(word, key)
