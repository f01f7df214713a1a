"""English for the ear. espeak-ng reads English numbers well, so only what it gets wrong is changed: days and
hours, codes and telephones, and the Vietnamese offices' short forms.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from re import Match, Pattern

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_WEEKDAYS = {
    "Mon": "Monday", "Tue": "Tuesday", "Wed": "Wednesday", "Thu": "Thursday",
    "Fri": "Friday", "Sat": "Saturday", "Sun": "Sunday",
}  # fmt: skip
FORMS = {
    "UBND": "People's Committee",
    "HĐND": "People's Council",
    "TTHC": "administrative procedures",
    "CCCD": "citizen identity card",
    "CMND": "identity card",
    "PAKN": "reports and requests",
    "KN-TC": "complaints and denunciations",
    "BHXH": "social insurance",
    "BHYT": "health insurance",
    "TP.HCM": "Ho Chi Minh City",
    "VND": "dong",
    "VNĐ": "dong",
    "QR": "Q R",
    "ID": "I D",
    "USB": "U S B",
    "No.": "number",
    "e.g.": "for example,",
    "i.e.": "that is,",
    "etc.": "and so on.",
    "Wi-Fi": "why fye",
    "and/or": "and or",
}
_SIGNS = {"@": "at", ".": "dot", "-": "dash", "_": "underscore", "/": "slash"}
_CLOCK = r"(?<![\d:])(?:[01]?\d|2[0-4]):[0-5]\d(?![\d:])"

Rule = tuple[Pattern[str], Callable[[Match[str]], str]]


def english(text: str) -> str:
    """Days, hours, codes, signs and short forms in words; punctuation may be left untidy."""
    for pattern, say in _RULES:
        text = pattern.sub(say, text)
    return text


def _address(match: Match[str]) -> str:
    parts = re.findall(r"[^\W\d_]+|\d|[@._/-]", match[0])
    return f" {' '.join(map(_address_part, parts))} "


def _address_part(part: str) -> str:
    if part in _SIGNS:
        return _SIGNS[part]
    return part if re.search(r"[aeiouy]", part, re.I) and part != "ubnd" else " ".join(part.upper())


def _apart(match: Match[str]) -> str:
    """Sign by sign, with a breath where the print has a gap."""
    return f" {', '.join(' '.join(group) for group in re.findall(r'[A-Za-z0-9]+', match[0]))} "


def _phone(match: Match[str]) -> str:
    plus = "plus " if "+" in match[0] else ""
    digits = sum(char.isdigit() for char in match[0])
    return f" {plus}{_apart(match).strip()} " if digits >= 8 else match[0]


def _date(match: Match[str]) -> str:
    return f"{int(match['day'])} {MONTHS[int(match['month']) - 1]} {match['year']}"


def _clock(match: Match[str]) -> str:
    hour, minute = match[0].split(":")
    if minute == "00":
        return f"{int(hour)} o'clock"
    return f"{int(hour)} oh {int(minute)}" if int(minute) < 10 else f"{int(hour)} {minute}"


def _always(words: str) -> Callable[[Match[str]], str]:
    return lambda _: words


_FORM = "|".join(re.escape(form) for form in sorted(FORMS, key=len, reverse=True))
_RULES: tuple[Rule, ...] = tuple(
    (re.compile(pattern), say)
    for pattern, say in (
        (r"https?://(?=[^\W\d_])", _always("")),
        (r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+", _address),
        (r"(?<![\w.-])(?:[\w-]+\.)+(?:vn|com|net|org|edu)(?:/[\w/-]*)?(?!\w)", _address),
        (r"(?<!\w)[A-Z0-9]{5}(?:-[A-Z0-9]{5}){2}(?!\w)", _apart),
        (r"(?<!\w)(?:\d{3}\.\d\d\.\d\d\.)?[A-Z]\d\d(?:\.\d{1,3})*-\d{6}-\d{2,6}(?!\w)", _apart),
        (r"(?<![\w.,/-])1[89]00(?:[ .-]?\d{2,4}){1,2}(?![\d/])", _phone),
        (r"(?<![\w.,/-])(?:\(?\+84\)?|\(?0)\d{0,11}\)?(?:[ .-]\d{2,5}){0,4}(?![\d/])", _phone),
        (r"(?<![\d/])(?P<day>\d{1,2})/(?P<month>0?[1-9]|1[0-2])/(?P<year>\d{4})(?![\d/])", _date),
        (r"(?<![\d-])(?P<year>\d{4})-(?P<month>0[1-9]|1[0-2])-(?P<day>\d\d)(?![\d-])", _date),
        (rf"({_CLOCK})\s*[-–—]\s*(?=\d)", lambda match: f"{match[1]} to "),
        (_CLOCK, _clock),
        (r"(?<!\w)(Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b\.?", lambda match: _WEEKDAYS[match[1]]),
        (r"(day)\s*[-–—]\s*(?=[MTWFS]\w+day)", lambda match: f"{match[1]} to "),
        (rf"(?<![\w-])({_FORM})(?!\w)", lambda match: FORMS[match[1]]),
        (r"(\d)\s?[-–—]\s?(?=\d)", lambda match: f"{match[1]} to "),
        (r"(\d)\s?đ(?!\w)", lambda match: f"{match[1]} dong"),
        (r"(\d)\s?/\s?(?=\d)", lambda match: f"{match[1]} of "),
        (r"%", _always(" percent ")),
        (r"&", _always(" and ")),
        (r"\+", _always(" plus ")),
        (r"@", _always(" at sign ")),
    )
)
