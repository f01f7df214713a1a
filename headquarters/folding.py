"""Text as it is searched: without accents, in small letters. In Python, so that both databases fold alike."""

from __future__ import annotations

import unicodedata


def fold(text: str) -> str:
    """``Đường xá`` and ``duong xa`` become the same. đ is a letter of its own, which no decomposition opens;
    ð is what some keyboards give for it."""
    plain = text.casefold().replace("đ", "d").replace("ð", "d")
    return "".join(
        letter for letter in unicodedata.normalize("NFD", plain) if not unicodedata.combining(letter)
    )
