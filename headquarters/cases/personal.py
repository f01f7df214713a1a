"""Numbers and addresses that name a person, in what staff write for everybody and citizens on their phones.

Simpler and stricter than the tablet's own masking (kiosk.masking, which knows dossier codes and sums of money
from personal numbers): what goes to everybody's eyes can be put in other words.
"""

from __future__ import annotations

import re
import unicodedata

MOST_DIGITS = 8
"""Nine digits are the old identity card, ten a phone, twelve the personal number (số định danh cá nhân)."""
COVER = "•••"
_PLACE = re.compile(
    r"(?P<email>[\w.+-]{1,64} ?@ ?[\w-]{1,63}(?:\.[\w-]{1,63}){0,4})"
    r"|(?P<digits>(?:\+ ?)?\d(?:[ .()\-]{0,3}\d)*)"
)
_MONEY = re.compile(r"[1-9]\d{0,2}(?:[.,]\d{3})+")
_DATE = re.compile(r"\d{1,2}[.\-]\d{1,2}[.\-]\d{4}")


def found(text: str) -> list[str]:
    """The places that look like a phone's or an identity number or a mail address, as they were written."""
    return [text[start:end] for start, end in _places(text)]


def covered(text: str) -> str:
    """The text with such places made unreadable."""
    for start, end in reversed(_places(text)):
        text = text[:start] + COVER + text[end:]
    return text


def _places(text: str) -> list[tuple[int, int]]:
    view = "".join(_plain(char) for char in text)
    return [match.span() for match in _PLACE.finditer(view) if match["email"] or _long(match["digits"])]


def _long(digits: str) -> bool:
    if _DATE.fullmatch(digits) or _MONEY.fullmatch(digits):
        return False
    return sum(char.isdigit() for char in digits) > MOST_DIGITS


def _plain(char: str) -> str:
    """One character for one: other scripts' digits, dashes and spaces as the usual ones."""
    digit = unicodedata.digit(char, None)
    if digit is not None:
        return str(digit)
    category = unicodedata.category(char)
    if category == "Pd":
        return "-"
    return " " if category in ("Zs", "Cf") else char
