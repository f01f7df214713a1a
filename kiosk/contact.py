"""How a citizen may be reached for a reply: read as people write it, refused with a code, ready to be sealed.

The words for the codes are the screen's. Nothing here is ever written anywhere in the clear: ``repr`` shows
no name, no number and no address, so that no log can.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from kiosk.yaml_lines import Entry, LineError, compose

NAME_MOST, PHONE_MOST, EMAIL_MOST, LOCAL_MOST = 80, 24, 254, 64
MOBILE_DIGITS, LANDLINE_DIGITS = 10, 11
SEALED_VERSION = 1


class Place(Enum):
    """The field a fault belongs to."""

    NAME = "name"
    PHONE = "phone"
    EMAIL = "email"


class Fault(Enum):
    """Why something typed cannot be used yet."""

    NAME_LONG = "name-long"
    PHONE_SIGNS = "phone-signs"  # something that is no digit
    PHONE_START = "phone-start"  # no Vietnamese number begins like this
    PHONE_SHORT = "phone-short"
    PHONE_LONG = "phone-long"
    EMAIL_AT = "email-at"  # none, or more than one
    EMAIL_SPACE = "email-space"
    EMAIL_MARKS = "email-marks"  # letters with Vietnamese marks
    EMAIL_NAME = "email-name"  # before the @
    EMAIL_DOMAIN = "email-domain"  # behind it
    EMAIL_LONG = "email-long"
    NO_WAY = "no-way"  # neither phone nor e-mail


class Unusable(ValueError):
    """Carries the code, never the text."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Contact:
    """Checked and in one form: ``phone`` as +84…, ``email`` as it is dialled; each may be "", not both.

    ``guardian``: a parent or guardian answers for a child.
    """

    name: str = field(repr=False)
    phone: str = field(repr=False)
    email: str = field(repr=False)
    guardian: bool


def contact_of(name: str, phone: str, email: str, guardian: bool) -> Contact:
    """What was typed as a Contact; raises Unusable when ``faults`` is not empty."""
    for fault in faults(name, phone, email).values():
        raise Unusable(fault)
    return Contact(
        name_of(name),
        phone_of(phone) if phone.strip() else "",
        email_of(email) if email.strip() else "",
        guardian,
    )


def faults(name: str, phone: str, email: str) -> dict[Place, Fault]:
    """What is wrong, by field; empty when a contact can be made of it.

    With neither phone nor e-mail both fields carry NO_WAY: which of the two is the citizen's choice.
    """
    found: dict[Place, Fault] = {}
    typed = {Place.NAME: (name, name_of), Place.PHONE: (phone, phone_of), Place.EMAIL: (email, email_of)}
    for place, (text, read) in typed.items():
        try:
            if text.strip():
                read(text)
        except Unusable as unusable:
            found[place] = unusable.fault
    if not phone.strip() and not email.strip():
        found |= {Place.PHONE: Fault.NO_WAY, Place.EMAIL: Fault.NO_WAY}
    return found


def name_of(raw: str) -> str:
    """One line, NFC, at most 80 characters."""
    name = " ".join(unicodedata.normalize("NFC", raw).split())
    if len(name) > NAME_MOST:
        raise Unusable(Fault.NAME_LONG)
    return name


# -- phone -------------------------------------------------------------------------------------------------

_BETWEEN = re.compile(r"[\s.()\-‐-–—/]")
_COUNTRY = re.compile(r"(?:\+84|0084|84)0?")
_MOBILE, _LANDLINE = "35789", "2"


def phone_of(raw: str) -> str:
    """A Vietnamese number as +84…: mobile 03 05 07 08 09 with ten digits, landline 02 with eleven."""
    number = national(raw)
    if not re.fullmatch(r"\+?[0-9]+", number):
        raise Unusable(Fault.PHONE_SIGNS)
    kind = number[1:2]
    if number[0] != "0" or (kind and kind not in _MOBILE + _LANDLINE):
        raise Unusable(Fault.PHONE_START)
    wanted = LANDLINE_DIGITS if kind == _LANDLINE else MOBILE_DIGITS
    if len(number) != wanted:
        raise Unusable(Fault.PHONE_SHORT if len(number) < wanted else Fault.PHONE_LONG)
    return f"+84{number[1:]}"


def national(raw: str) -> str:
    """What was typed without spaces and dots, +84 as the 0 it stands for; not checked."""
    plain = _BETWEEN.sub("", unicodedata.normalize("NFKC", raw))
    country = _COUNTRY.match(plain)
    return f"0{plain[country.end() :]}" if country else plain


def spaced(number: str) -> str:
    """ "0912345678" → "0912 345 678", as it is read aloud; anything else as it is."""
    whole = len(number) in (MOBILE_DIGITS, LANDLINE_DIGITS) and number.isascii() and number.isdigit()
    return f"{number[:4]} {number[4:7]} {number[7:]}" if whole else number


# -- e-mail ------------------------------------------------------------------------------------------------

_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~\-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~\-]+)*")
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9\-]{0,61}[A-Za-z0-9])?"
_DOMAIN = re.compile(rf"(?:{_LABEL}\.)+(?:[A-Za-z]{{2,63}}|xn--[A-Za-z0-9\-]{{1,59}})")


def email_of(raw: str) -> str:
    """The address, its domain in small letters. Plain rules: only a letter can tell whether it exists."""
    text = unicodedata.normalize("NFC", raw).strip()
    if any(char.isspace() for char in text):
        raise Unusable(Fault.EMAIL_SPACE)
    if not text.isascii():
        raise Unusable(Fault.EMAIL_MARKS)
    local, at, domain = text.partition("@")
    if not at or "@" in domain:
        raise Unusable(Fault.EMAIL_AT)
    if len(text) > EMAIL_MOST or len(local) > LOCAL_MOST:
        raise Unusable(Fault.EMAIL_LONG)
    if not _LOCAL.fullmatch(local):
        raise Unusable(Fault.EMAIL_NAME)
    if not _DOMAIN.fullmatch(domain):
        raise Unusable(Fault.EMAIL_DOMAIN)
    return f"{local}@{domain.lower()}"


# -- sealing -----------------------------------------------------------------------------------------------


def to_sealed_json(contact: Contact, consent_ms: int, purpose_version: str) -> bytes:
    """The plain bytes to be sealed to headquarters' public key; nothing else of the contact leaves the page.

    UTF-8 JSON, one object, these fields and no others:
        v           1
        name        NFC, "" when not given
        phone       +84…, "" when not given
        email       "" when not given; never both empty
        guardian    true: a parent or guardian answers for a child
        consent_ms  when "Gửi" was touched with "Tôi đồng ý" ticked; Unix milliseconds by the tablet's clock
        purpose     key of assets/privacy.yaml: which sentence was agreed to
    """
    return json.dumps(
        {
            "v": SEALED_VERSION,
            "name": contact.name,
            "phone": contact.phone,
            "email": contact.email,
            "guardian": contact.guardian,
            "consent_ms": consent_ms,
            "purpose": purpose_version,
        },
        ensure_ascii=False,
        separators=(",", ":"),
    ).encode("utf-8")


# -- what the citizen agrees to ----------------------------------------------------------------------------

DAYS_MOST, SENTENCE_MOST = 3650, 160
"""A longer sentence would not stand on the page in the largest letters."""


class PurposeError(LineError):
    """A privacy.yaml that cannot be used."""


@dataclass(frozen=True, slots=True)
class Purpose:
    """Why contact data is asked for and how long it is kept, in one sentence per language.

    ``key`` goes with every consent, so that it stays known which sentence was agreed to.
    """

    key: str
    days: int
    source: str
    words: Mapping[str, str]

    def sentence(self, language: str) -> str:
        """In this language, else in Vietnamese."""
        return self.words.get(language, self.words["vi"]).format(days=self.days)


def load_purpose(path: Path) -> Purpose:
    """The purpose that ``path`` states; raises PurposeError naming file, line and key."""
    entry = Entry(
        compose(path, PurposeError), path.name, "", PurposeError, ("key", "days", "source", "words")
    )
    return Purpose(entry.text("key", 40), _days(entry), entry.text("source", 400), _words(entry))


def _days(entry: Entry) -> int:
    raw = entry.text("days")
    if not re.fullmatch(r"[0-9]{1,4}", raw) or int(raw) > DAYS_MOST:
        raise entry.wrong(
            "days", f"cần số ngày từ 0 đến {DAYS_MOST}; đang là '{raw}'", f"expected days; found '{raw}'"
        )
    return int(raw)


def _words(entry: Entry) -> dict[str, str]:
    words = dict(entry.rows("words", SENTENCE_MOST, needed=True))
    if "vi" not in words:
        raise entry.wrong("words", "cần một dòng '- vi: …'", "expected a line '- vi: …'")
    for text in words.values():
        # Any other brace would only fail on the page, in front of a citizen.
        if set("{}") & set(text.replace("{days}", "")):
            raise entry.wrong("words", "chỉ được dùng {days}", "only {days} may stand in braces")
        if "{days}" not in text:
            raise entry.wrong("words", "mỗi câu phải nói {days}", "every sentence must tell {days}")
    return words
