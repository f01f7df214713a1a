"""Telex: s f r x j z for the tones, a doubled letter or w for the marks, dd for đ."""

from __future__ import annotations

from kiosk.typing import syllable
from kiosk.typing.letters import BREVE, CIRCUMFLEX, HORN, VOWELS, Letter, Tone
from kiosk.typing.marks import type_bar, type_marks, type_tone
from kiosk.typing.word import Word

_TONES = {"s": Tone.SAC, "f": Tone.HUYEN, "r": Tone.HOI, "x": Tone.NGA, "j": Tone.NANG, "z": Tone.LEVEL}
_W = HORN | BREVE


def press(word: Word, key: str) -> None:
    """One letter key."""
    if not _command(word, key, key.lower()):
        word.append(key)


def _command(word: Word, key: str, low: str) -> bool:
    if low in _TONES:
        return type_tone(word, key, _TONES[low])
    if low in CIRCUMFLEX:
        return type_marks(word, key, {low: CIRCUMFLEX[low]})
    if low == "w":
        return _bare_w_again(word, key) or type_marks(word, key, _W) or _bare_w(word, key)
    return low == "d" and type_bar(word, key)


def _bare_w(word: Word, key: str) -> bool:
    """A w with nothing to mark is ư itself: nhw → như."""
    chars = word.chars
    onset_only = chars == "gi" or not syllable.split(chars).vowels
    if not onset_only or chars not in syllable.ONSETS or chars == "qu":
        return False
    word.letters.append(Letter("ư", key.isupper(), key))
    return True


def _bare_w_again(word: Word, key: str) -> bool:
    """ww → w."""
    if not word.letters or not _is_bare(word.letters[-1]):
        return False
    word.letters[-1].char = "w"
    word.settle()
    return True


def _is_bare(letter: Letter) -> bool:
    return letter.char == "ư" and letter.keys[:1] in ("w", "W")


def foreign(word: Word) -> bool:
    """Whether the keys were those of another language, though the letters make a Vietnamese syllable.

    data → dât, WC → ƯC: no syllable ends in a stop without a tone, so a mark that was no plain doubling was
    none. virus → víu: nobody changes a tone after having typed another vowel.
    """
    return _toneless_stop(word) or _tone_typed_twice(word)


def _toneless_stop(word: Word) -> bool:
    shape = syllable.split(word.chars)
    if word.tone is not Tone.LEVEL or shape.final not in syllable.STOPS:
        return False
    across = any(low in CIRCUMFLEX for letter in word.letters[shape.end :] for low in letter.keys[1:].lower())
    return across or any(_is_bare(letter) for letter in word.letters)


def _tone_typed_twice(word: Word) -> bool:
    toned = [at for at, letter in enumerate(word.letters) if _TONES.keys() & set(letter.keys[1:].lower())]
    if len(toned) < 2:
        return False
    between = word.letters[toned[0] + 1 : toned[-1] + 1]
    return any(letter.char in VOWELS for letter in between)
