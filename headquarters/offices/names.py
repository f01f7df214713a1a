"""Names of offices and desks as people type them."""

from __future__ import annotations

import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from headquarters.spreadsheets import like_a_formula


def clean_name(text: str) -> str:
    """The name with single blanks, its letters composed. Raises ValidationError for what no name can be.

    Composed, because a name typed on a Mac ("e" and its accent apart) must equal the same name of a list. A
    name like a formula would be calculated by the first spreadsheet that it meets.
    """
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if any(unicodedata.category(letter) in ("Cc", "Cs", "Co") for letter in name):
        raise ValidationError(_("A name has no control characters."))
    if like_a_formula(name):
        raise ValidationError(_("A name does not begin with = + - or @: spreadsheets would calculate it."))
    return name
