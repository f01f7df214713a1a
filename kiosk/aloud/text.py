"""What is said for a text that was written to be seen."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from kiosk.aloud.english import english
from kiosk.aloud.vietnamese import vietnamese

_LANGUAGES = {"vi": vietnamese, "en": english}
_PAUSES = str.maketrans(dict.fromkeys("·•|→⇒", ", ") | {"…": ". ", "\u2028": ". ", "\u2029": ". "})
_SPEAKABLE_SIGNS = frozenset("°")


def spoken(text: str, language: str) -> str:
    """The words for the ear: numbers, dates, signs and abbreviations in full, pauses as commas and stops.

    In a language without rules of its own only what nobody could say is taken out. Empty when there is
    nothing to say.
    """
    say = _LANGUAGES.get(language)
    readable = _readable(text)
    return _tidy(say(readable) if say else readable)


def _readable(text: str) -> str:
    """NFC, ASCII digits, no symbols; a bullet is a pause, and an empty line ends a sentence."""
    text = re.sub(r"[^\S\n]*\n\s*\n\s*", ". ", unicodedata.normalize("NFC", text).replace("\r\n", "\n"))
    return unicodedata.normalize("NFC", "".join(map(_char, text.translate(_PAUSES))))


@lru_cache(maxsize=4096)
def _char(char: str) -> str:
    digit = unicodedata.digit(char, None)
    if digit is not None:
        return str(digit)
    if char in _SPEAKABLE_SIGNS:
        return char
    category = unicodedata.category(char)
    if category in ("No", "Nl"):  # ½, Ⅳ
        plain = unicodedata.normalize("NFKD", char).replace("⁄", "/")
        return plain if plain.isascii() else " "
    # Pictures, private letters (the icon font), controls: espeak-ng would name or stumble over them.
    return " " if category in ("So", "Sk", "Sc", "Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp") else char


_TIDYING = (
    (re.compile(r"[(){}<>]"), ", "),
    (re.compile(r"(?<=\w)\s*/\s*(?=\w)"), ", "),
    (re.compile(r"[\"“”„‟«»‹›*_#~^`\\/=\[\]≥≤@&+%°]"), " "),
    # A dash inside a word belongs to it, any other is a breath.
    (re.compile(r"(?<!\w)[-‐‑‒–—―−]+|[-‐‑‒–—―−]+(?!\w)|[‒–—―−]+"), ", "),
    (re.compile(r"\s+"), " "),
    (re.compile(r" (?=[,.;:?!])"), ""),
    (re.compile(r"[,;:.?!]*([.?!])[,;:.?!]*"), r"\1"),
    (re.compile(r"[,;:]*([,;:])"), r"\1"),
    (re.compile(r"^[\s,.;:?!]+|[\s,;:]+$"), ""),
)


def _tidy(text: str) -> str:
    for pattern, instead in _TIDYING:
        text = pattern.sub(instead, text)
    return text
