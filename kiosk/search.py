"""Vietnamese words found without their marks: "le phi" finds "Lệ phí". Imports nothing of ours."""

from __future__ import annotations

import re
import unicodedata

MARKS = re.compile(r"[\u0300-\u036f]+")
BREAKS = re.compile(r"[\W_]+")


def fold(text: str) -> str:
    """Small letters without marks, words parted by one space; đ is a letter of its own to Unicode."""
    bare = MARKS.sub("", unicodedata.normalize("NFD", text.casefold()))
    return BREAKS.sub(" ", bare.replace("đ", "d")).strip()


def matches(wanted: str, *texts: str) -> bool:
    """Whether every word wanted begins a word of the texts. Wanting nothing matches nothing."""
    words = f" {fold(' '.join(texts))}"
    return bool(fold(wanted)) and all(f" {word}" in words for word in fold(wanted).split())
