"""Marks comments with coarse words (lời lẽ thô tục, xúc phạm) so that a person looks at them first.

A mark never blocks, hides or changes a comment: an angry citizen may be right. The list is short on
purpose. Without its tone mark most Vietnamese swearing reads as everyday words (các, lớn, đi, cho con), so
only what has no everyday reading is looked for with any marks or none; a missed insult costs nothing.
"""

from __future__ import annotations

import re
import unicodedata

from kiosk.masking import shapes

_AS_WRITTEN = """
    địt, đụ má, đụ mẹ, đụ mày, đéo, lồn, cặc, đĩ, cứt, đm, đmm, mẹ mày, bố mày, cha mày, mẹ kiếp, con mẹ nó,
    tiên sư nhà, đồ ngu, thằng ngu, lũ ngu, bọn ngu, ngu như, đần độn, đồ chó, thằng chó, chó má, đồ súc vật,
    đồ súc sinh, mất dạy, đồ vô học, đồ điên, thằng điên
"""
"""Only with these very marks: "vô học" alone is southern for going to school, "lũ chó" may be dogs."""

_WITH_ANY_MARKS = """
    dit me, dit con me, dcm, dkm, vcl, vkl, clgt, khon nan, khon kiep, ngu dot, ngu nhu cho,
    fuck, fucking, motherfucker, shit, bitch
"""
"""Each was read with every tone for an everyday meaning; there is none."""


def _pattern(words: str) -> re.Pattern[str]:
    either = "|".join(word.strip().replace(" ", " {1,3}") for word in words.split(","))
    return re.compile(rf"(?<!\w)(?:{either})(?!\w)")


_MARKED, _ANY = _pattern(_AS_WRITTEN), _pattern(_WITH_ANY_MARKS)
_STRETCHED = re.compile(r"(\w)\1{2,}+")
_SPELLED = re.compile(r"(?<!\w)(?<!\d )[^\W\d_](?:[ .*_\-]{1,3}[^\W\d_](?!\w))++")
_FILLING = re.compile(r"[ .*_\-]+")


def flags(text: str) -> bool:
    """Whether a person should read this comment first; "đ.ị.t", "đ m" and "ngu dốtttt" count as well."""
    plain = unicodedata.normalize("NFC", text).lower()
    plain = re.sub(r"[^\S\n]", " ", plain)
    plain = _STRETCHED.sub(r"\1", plain)
    plain = _SPELLED.sub(lambda spelled: _FILLING.sub("", spelled[0]), plain)
    return bool(_MARKED.search(plain) or _ANY.search(shapes.fold(plain)))
