"""Dossier codes (mã hồ sơ) as they stand on a receipt slip: typed, or read from its QR. No Kivy.

A code of the national scheme is the receiving unit, the day and the day's number (TT 01/2018/TT-VPCP; units
by QĐ 20/2020/QĐ-TTg): "000.00.17.H12-251021-0001", "H12.34.5-251021-0001". Offices' own systems write others,
such as "03706/2026/07906" (social insurance) or "HS-2023-001"; these are taken as they are. A number that
names a person is none of them, and nothing of it may be stored.
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import parse_qsl, unquote_plus, urlsplit

from kiosk.masking import mask

LEAST, MOST = 6, 40
LONGEST = 1000
"""As much of a scanned text as is looked at; a slip's QR holds far less."""

_DAY = r"\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_UNIT = r"(?:\d{2,3}\.){0,4}[A-Z]\d\d(?:\.\d{1,4}){0,5}"
_NATIONAL = rf"{_UNIT}-{_DAY}-\d{{2,7}}"
_DATED = rf"[A-Z0-9]{{2,12}}(?:\.[A-Z0-9]{{1,6}}){{0,5}}-{_DAY}-\d{{2,7}}"
_INSURANCE = r"\d{3,6}/20\d\d/\d{3,7}"
_PLAIN = re.compile(r"[A-Z0-9]+(?:[./-][A-Z0-9]+)*")
_KNOWN = re.compile(rf"{_NATIONAL}|{_INSURANCE}")
_DATED_ONLY = re.compile(_DATED)
_SOMEWHERE = re.compile(
    rf"(?<![A-Z0-9.-]){_NATIONAL}(?![A-Z0-9])(?![.-][A-Z0-9])"  # a slash may stand beside it in an address
    rf"|(?<![A-Z0-9./-]){_INSURANCE}(?![A-Z0-9])(?![./-][A-Z0-9])"
)
_AFTER_ITS_NAME = re.compile(
    r"(?<![A-Z])(?:MA|SO)(?: SO)?[ _-]?(?:HO[ _-]?SO|HS)(?![A-Z])[ :=#.]{0,4}"
    r"(?P<code>[A-Z0-9][A-Z0-9./-]*[A-Z0-9])"
)
_NAMES = re.compile(r"(?:ma|so)_?-?(?:ho_?-?so|hs)|ma_?tra_?cuu|code|dossier(?:code|no|id)?", re.IGNORECASE)
_CALENDAR_DAY = re.compile(r"\d{1,2}[./-]\d{1,2}[./-](?:19|20)\d\d")
_PASSPORT = re.compile(r"[A-Z]\d{7,8}")
_HEALTH_CARD = re.compile(r"[A-Z]{2}\d{13}")
_LONGEST_NUMBER = 8
"""Digits alone that may still be a code: from nine on they are an identity card, a phone, a tax number."""


def parse(text: str) -> str | None:
    """The dossier code in what was typed or scanned, in capitals; None when there is none to be sure of.

    A QR may hold the code inside an address or among other words: then it must have the shape of the national
    scheme or be called by its name, and there must be only one.
    """
    said = _plain(text)
    if _is_plain(said):
        return None if _names_a_person(said) else said
    found = {code for code in _candidates(said) if _is_plain(code) and not _names_a_person(code)}
    return found.pop() if len(found) == 1 else None


def personal(text: str) -> bool:
    """Whether this looks like an identity card, a phone, an e-mail… and is therefore to be forgotten."""
    said = _plain(text)
    if _is_plain(said):
        return _names_a_person(said)
    return parse(text) is None and bool(mask(said).found)


def groups(code: str) -> tuple[str, ...]:
    """The code in the pieces people read aloud: "H12.34.5-251021" → "H12.34.5", "-", "251021"."""
    return tuple(re.findall(r"[^-/]+|[-/]", code))


def _plain(text: str) -> str:
    """Capitals, one kind of dash, no space at the ends."""
    text = unicodedata.normalize("NFKC", text[:LONGEST]).strip()
    return re.sub(r"[‐-―−]", "-", text).upper()


def _is_plain(text: str) -> bool:
    """Six to forty letters and digits with signs between; but a calendar day is somebody's birthday."""
    if not LEAST <= len(text) <= MOST or _CALENDAR_DAY.fullmatch(text):
        return False
    return _PLAIN.fullmatch(text) is not None and any(char.isdigit() for char in text)


def _names_a_person(code: str) -> bool:
    """Of a plain code. The known shapes are spared, whatever their digits look like."""
    if _KNOWN.fullmatch(code):
        return False
    if _PASSPORT.fullmatch(code) or _HEALTH_CARD.fullmatch(code):
        return True
    # Slashes between the digits of a phone must not hide it.
    if mask(code.replace("/", ".")).found:
        return True
    digits = sum(char.isdigit() for char in code)
    letters = any(char.isalpha() for char in code)
    return not letters and digits > _LONGEST_NUMBER and not _DATED_ONLY.fullmatch(code)


def _candidates(said: str) -> set[str]:
    """Everything in a longer text that could be meant."""
    whole = unquote_plus(said)
    found = {match[0] for match in _SOMEWHERE.finditer(whole)}
    if found:
        return found
    found = {match["code"] for match in _AFTER_ITS_NAME.finditer(_bare(whole))}
    return found or {value for name, value in _query(said) if _NAMES.fullmatch(name)}


def _query(said: str) -> list[tuple[str, str]]:
    """What an address asks for; empty when it is no address."""
    try:
        parts = urlsplit(said)
    except ValueError:
        return []
    return parse_qsl(parts.query) + parse_qsl(parts.fragment.partition("?")[2]) if parts.netloc else []


def _bare(text: str) -> str:
    """ "MÃ HỒ SƠ" → "MA HO SO"."""
    letters = unicodedata.normalize("NFD", text.replace("Đ", "D"))
    return "".join(char for char in letters if unicodedata.category(char) != "Mn")
