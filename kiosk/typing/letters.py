"""Vietnamese letters taken apart and put together: base letter, mark, tone, case.

Throughout the room a *char* is one letter in lower case, with its mark and without its tone: "ơ", "đ", "a".
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import Enum


class Tone(Enum):
    """The six tones; the value is the combining character that writes them."""

    LEVEL = ""
    SAC = "\u0301"
    HUYEN = "\u0300"
    HOI = "\u0309"
    NGA = "\u0303"
    NANG = "\u0323"


class Style(Enum):
    """Where oa, oe and uy carry their tone: hòa, khỏe, thủy (old) or hoà, khoẻ, thuỷ (new)."""

    OLD = "old"
    NEW = "new"


# Restoring needs the keys of the whole word, but not for ever: no word so long is Vietnamese.
LONGEST = 32

VOWELS = frozenset("aăâeêioôơuưy")

CIRCUMFLEX = {"a": "â", "e": "ê", "o": "ô"}
HORN = {"u": "ư", "o": "ơ"}
BREVE = {"a": "ă"}
BASE = {"ă": "a", "â": "a", "đ": "d", "ê": "e", "ô": "o", "ơ": "o", "ư": "u"}

_ALPHABET = frozenset("abcdefghijklmnopqrstuvwxyz") | BASE.keys()


def nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


_TONED = {tone: {vowel: nfc(vowel + tone.value) for vowel in VOWELS} for tone in Tone}
_TONELESS = {toned: (vowel, tone) for tone, row in _TONED.items() for vowel, toned in row.items()}


@dataclass(slots=True)
class Letter:
    """One letter on the screen.

    ``keys`` are the keys pressed while it was the last letter, so that those of a whole word, joined, are
    exactly what was typed. ``guessed``: a rule put its horn there, the hand has not (thuwon → thươn).
    """

    char: str
    upper: bool
    keys: str
    guessed: bool = False

    @property
    def base(self) -> str:
        return BASE.get(self.char, self.char)

    def shown(self, tone: Tone = Tone.LEVEL) -> str:
        glyph = _TONED[tone].get(self.char, self.char)
        return glyph.upper() if self.upper else glyph


def read(glyph: str) -> tuple[Letter, Tone]:
    """A character on the screen → its letter and tone. What is not Vietnamese stays as it is, in ``char``."""
    lower = glyph.lower()
    char, tone = _TONELESS.get(lower, (lower, Tone.LEVEL))
    if char not in _ALPHABET:
        return Letter(glyph, False, glyph), Tone.LEVEL
    return Letter(char, lower != glyph, glyph), tone
