"""Masks what names a person in a comment (góp ý) before it is stored.

Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15: what is not needed is not kept. Pure: text in, text out; the
caller passes NFC. Digits count in any script, and what stands between them (spaces, dots, dashes, brackets,
invisible characters) does not help a number through.

Out of scope, and to be said on the comment page: digits spelled as words ("không chín không một…"), letters
typed for digits ("O9O…"), names, street addresses, links to social pages. In doubt a number is masked: a
landline may be the office's own, "03 05 2025 07 30" a day and an hour. A lost hotline costs less than a
kept phone number.
"""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.masking.search import find
from kiosk.masking.shapes import Found, Kind

__all__ = ["PLACEHOLDERS", "Found", "Kind", "Masked", "mask"]

PLACEHOLDERS = {
    Kind.PHONE: "[số điện thoại]",
    Kind.IDENTITY: "[số giấy tờ]",
    Kind.EMAIL: "[e-mail]",
    Kind.PLATE: "[biển số]",
    Kind.ACCOUNT: "[số tài khoản]",
}
"""What stands in the comment instead; the same for every length, so that nothing of the number is left."""


@dataclass(frozen=True, slots=True)
class Masked:
    """``text`` may be stored; ``found`` are the places in the text as it was typed, in reading order."""

    text: str
    found: tuple[Found, ...]


def mask(text: str) -> Masked:
    """``text`` with every number that names a person replaced. Twice is the same as once."""
    found = find(text)
    parts, upto = [], 0
    for hit in found:
        parts += [text[upto : hit.start], PLACEHOLDERS[hit.kind]]
        upto = hit.end
    return Masked("".join([*parts, text[upto:]]), found)
