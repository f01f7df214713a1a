"""What a Vietnamese syllable may look like, and which of its letters carries the tone.

Two questions are asked of a word. While it is being typed: *could* it become a syllable once the missing
marks are typed (``possible``; "nguoi" could, "iis" could not)? At its end: *is* it one, or the beginning of
one (``complete``; "ngươi" is, "nguoi" with a tone on it is not)?

Sources: the school spelling rules of quốc ngữ; names of places in the Central Highlands for the exceptions.
"""

from __future__ import annotations

from itertools import product
from typing import NamedTuple

from kiosk.typing.letters import BASE, VOWELS, Style, Tone


def _listed(names: str) -> frozenset[str]:
    return frozenset("" if name == "-" else name for name in names.split())


# kr only for Krông and Krăng; other pairs would turn "press" and "green" into Vietnamese.
ONSETS = _listed("- b c ch d đ g gh gi h k kh kr l m n ng ngh nh p ph qu r s t th tr v x")

_OPEN = _listed("-")
# A nucleus and its glide → the finals that may follow; "-" is none.
_PLAIN = {
    "a": _listed("- c ch m n ng nh p t"),
    "e": _listed("- c m n ng p t"),
    "i": _listed("- ch m n nh p t"),
    "o": _listed("- c m n ng p t"),
    "u": _listed("- c m n ng p t"),
    "y": _listed("- ch m n nh p t"),
    "oa": _listed("- c ch m n ng nh p t"),
    "oe": _listed("- m n ng t"),
    "oo": _listed("- c ng"),
    "uy": _listed("- ch n nh p t"),
}
_GLIDED = _listed(
    "ai ao au ay eo ia iu oi ua ui yu oai oao oay oeo uya uyu "
    "âu ây êu ôi ơi ưa ưi ưu iêu yêu uôi ươi ươu uây uêu"
)
# No other language writes these, so every final is taken, even where no dictionary has the word.
_MARKED = _listed("ă â ê ô ơ ư iê yê uô uơ ươ oă uâ uê uyê")
_FINALS = _listed("- c ch m n ng nh p t")
# Typed letter by letter they stay (every known engine does so: lawo → lăo), but no mark is put on late
# to make them (aiw stays aiw).
_TOLERATED = _listed("ăi ăo ău ăy ơu ưo")
# Before -k, as in Đắk Lắk, Krông Búk, Đắk Pék. Not ê and ô: "week" and "book" are commoner than Yốk (below).
_BEFORE_K = _listed("a ă e i o u ư")
# Syllables of place names that break the rules: Kon Plông, Chư Prông, Ia Drăng, M'Đrắk, Đắk Jrăng, Ia Hlốp,
# Cư Jút, Yốk Đôn, Ia Trốk, Chư Păh, Chư Pưh, Đạ Tẻh, Bar Măih.
_NAMES = _listed("plông prông drăng đrăk jrăng hlôp jut yôk trôk păh pưh teh măih")

STOPS = frozenset({"c", "ch", "p", "t"})
_STOP_TONES = frozenset({Tone.LEVEL, Tone.SAC, Tone.NANG})


def _strict() -> dict[str, frozenset[str]]:
    """Vowels as they must be written → finals. Half-typed ones (khă, thươ, giê) stand open among them."""
    table = _PLAIN | dict.fromkeys(_MARKED, _FINALS) | dict.fromkeys(_GLIDED | _TOLERATED, _OPEN)
    for vowels in _BEFORE_K:
        table[vowels] |= {"k"}
    return table


def _unmarked(chars: str) -> set[str]:
    """The word with each of its marks typed or not yet typed: "ươ" → ươ ưo uơ uo."""
    return {"".join(choice) for choice in product(*({char, BASE.get(char, char)} for char in chars))}


def _loose(strict: dict[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    """Vowels with marks still missing → finals, and the beginnings of finals."""
    table: dict[str, frozenset[str]] = {}
    for vowels, finals in strict.items():
        if vowels in _TOLERATED:
            continue
        begun = finals | {final[:1] for final in finals}
        for typed in _unmarked(vowels):
            table[typed] = table.get(typed, frozenset()) | begun
    return table


_STRICT = _strict()
_LOOSE = _loose(_STRICT)
_STRICT_NAMES = frozenset(name[:end] for name in _NAMES for end in range(2, len(name) + 1))
_LOOSE_NAMES = frozenset(typed for name in _STRICT_NAMES for typed in _unmarked(name))


class Shape(NamedTuple):
    """A word cut in three; ``vowels`` begin at ``start``. What follows the first vowels is all ``final``."""

    onset: str
    vowels: str
    final: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.vowels)


def split(chars: str) -> Shape:
    """The u of "qu" and the i of "gi" before a vowel belong to the onset: qu|y, gi|a, but g|i."""
    start = 0
    if chars.startswith("qu") or (chars.startswith("gi") and chars[2:3] in VOWELS):
        start = 2
    while start < len(chars) and chars[start] not in VOWELS:
        start += 1
    end = start
    while end < len(chars) and chars[end] in VOWELS:
        end += 1
    return Shape(chars[:start], chars[start:end], chars[end:], start)


def possible(chars: str) -> bool:
    """Whether a word with a vowel could be a syllable once its missing letters and marks are typed."""
    shape = split(chars)
    if shape.onset in ONSETS and shape.final in _LOOSE.get(shape.vowels, ()):
        return True
    return bool(shape.vowels) and chars in _LOOSE_NAMES


def known(chars: str) -> bool:
    """Whether the word is a possible syllable, or one of the tolerated (lăo)."""
    shape = split(chars)
    return possible(chars) or (shape.onset in ONSETS and shape.final in _STRICT.get(shape.vowels, ()))


def stopped(chars: str, tone: Tone) -> bool:
    """Whether the word ends in c ch p t, after which no other tones are spoken than sắc and nặng."""
    return split(chars).final in STOPS and tone not in _STOP_TONES


def takes_tone(chars: str, tone: Tone) -> bool:
    """Whether the tone may be typed on this word: "cat" takes sắc, not hỏi; "iis" and "qu" take none."""
    return known(chars) and not stopped(chars, tone)


def complete(chars: str, tone: Tone) -> bool:
    """Whether the word is a syllable, the beginning of one, or an abbreviation without vowels (qđ, hđnd)."""
    shape = split(chars)
    if not shape.vowels:
        return True
    if stopped(chars, tone):
        return False
    if chars in _STRICT_NAMES:
        return True
    if shape.final == "k" and tone not in _STOP_TONES and not any(char in BASE for char in chars):
        return False  # "dark", "work"; but đảk, whose đ is nothing else
    return shape.onset in ONSETS and shape.final in _STRICT.get(shape.vowels, ())


def settled_place(chars: str, style: Style) -> int | None:
    """Where the tone stands in a word that looks Vietnamese; None where no rule says so."""
    return _place(split(chars), style) if known(chars) else None


def any_place(chars: str, style: Style) -> int | None:
    """Where a tone would go in any word with a vowel: its last vowels take it ("internet" → the last e)."""
    place, head = None, 0
    while (shape := split(chars[head:])).vowels:
        place = head + _place(shape, style)
        head += shape.end
    return place


def _place(shape: Shape, style: Style) -> int:
    vowels, last = shape.vowels, len(shape.vowels) - 1
    for index in range(last, -1, -1):
        if vowels[index] in BASE:
            return shape.start + index
    if last == 0 or shape.final:
        return shape.start + last
    if last >= 2:
        return shape.start + 1
    if vowels in ("oa", "oe", "uy"):
        return shape.start + (1 if style is Style.NEW else 0)
    # Half-typed iê, yê, uê, uô: the tone already waits on the letter that will be marked.
    return shape.start + (1 if vowels in ("ie", "ye", "ue", "uo") else 0)
