"""The tablet's words, numbers and dates in the citizen's language (gettext). No Kivy, nothing of ours.

The compiled ``kiosk.mo`` is used when it is at least as new as ``kiosk.po``; otherwise the .po is compiled
in memory, so a fresh checkout speaks Vietnamese before any set-up step ran.
"""

from __future__ import annotations

import gettext
from datetime import date, datetime
from functools import lru_cache
from io import BytesIO
from pathlib import Path

DOMAIN = "kiosk"
SAMPLE = "1,234.5"
"""A msgid: the translator writes this number as the language does."""
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
"""Msgids."""


def languages(directory: Path) -> tuple[str, ...]:
    """Codes of the languages whose catalogue is there, Vietnamese first: dropping in a kiosk.po adds one."""
    found = directory.glob(f"*/LC_MESSAGES/{DOMAIN}.*o")
    codes = {path.parent.parent.name for path in found if path.suffix in (".po", ".mo")}
    return tuple(sorted(codes, key=lambda code: (code != "vi", code)))


class Words:
    """Calling it translates: ``words("Done")``; ``words("{n} ratings", n=words.number(12))``."""

    def __init__(self, directory: Path, language: str) -> None:
        if language not in languages(directory):
            known = ", ".join(languages(directory))
            raise ValueError(f"language '{language}' is unknown; there are: {known}")
        self.language = language
        self._catalogue = _catalogue(directory / language / "LC_MESSAGES")
        sample = self(SAMPLE)
        # A catalogue that leaves the sample out, or spoils it, gets English numbers rather than none.
        self._thousands, self._decimal = (sample[1], sample[-2]) if len(sample) == len(SAMPLE) else (",", ".")

    def __call__(self, msgid: str, **params: object) -> str:
        """The words for ``msgid``, its ``{names}`` filled from ``params``."""
        text = self._catalogue.gettext(msgid)
        return text.format(**params) if params else text

    def number(self, value: int) -> str:
        """4329 → "4.329" (vi), "4,329" (en)."""
        return f"{value:,}".replace(",", self._thousands)

    def percent(self, share: float, digits: int = 1) -> str:
        """0.066 → "6,6%" (vi), "6.6%" (en)."""
        return f"{share * 100:.{digits}f}%".replace(".", self._decimal)

    def day(self, when: date) -> str:
        """ "21/11/2025"; day before month in both languages, as every form in the office writes it."""
        return f"{when:%d/%m/%Y}"

    def long_day(self, when: date) -> str:
        """ "Thứ Sáu, 21/11/2025"."""
        return f"{self(WEEKDAYS[when.weekday()])}, {self.day(when)}"

    def clock(self, when: datetime) -> str:
        """ "09:42"."""
        return f"{when:%H:%M}"


def _catalogue(directory: Path) -> gettext.NullTranslations:
    compiled, source = directory / f"{DOMAIN}.mo", directory / f"{DOMAIN}.po"
    # An older .mo would speak yesterday's words after an update that forgot to compile.
    if compiled.exists() and (
        not source.exists() or compiled.stat().st_mtime_ns >= source.stat().st_mtime_ns
    ):
        with compiled.open("rb") as file:
            return gettext.GNUTranslations(file)
    return _compiled(source, source.stat().st_mtime_ns)


@lru_cache(maxsize=8)
def _compiled(source: Path, modified_ns: int) -> gettext.NullTranslations:
    # Imported here: a tablet with compiled catalogues never pays for babel.
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    buffer = BytesIO()
    with source.open("rb") as file:
        write_mo(buffer, read_po(file))
    buffer.seek(0)
    return gettext.GNUTranslations(buffer)
