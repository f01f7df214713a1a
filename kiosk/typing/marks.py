"""Marks and tones asked for by a key: where they can go, and what the same key does the second time.

Each function changes the word and returns True, or leaves it alone and returns False: the key is a letter.
"""

from __future__ import annotations

from collections.abc import Iterator

from kiosk.typing import syllable
from kiosk.typing.letters import BASE, Tone
from kiosk.typing.word import Word

Marks = dict[str, str]  # letter → the same letter with the mark: {"a": "â"}


def type_tone(word: Word, key: str, tone: Tone) -> bool:
    """Put the tone on the word; the tone it already has is taken off, and the key is a letter (ass → as)."""
    chars = word.chars
    if tone is word.tone:
        if tone is Tone.LEVEL or not syllable.known(chars):
            return False
        word.set_tone(Tone.LEVEL, "")
        return _undone(word, key)
    if not syllable.takes_tone(chars, tone):
        return False
    word.set_tone(tone, key)
    return True


def type_marks(word: Word, key: str, marks: Marks) -> bool:
    """Put one of the marks on a vowel, however many letters ago typed; the same mark again undoes it."""
    chars = word.chars
    shape = syllable.split(chars)
    for marked in _candidates(chars, shape, marks):
        if marked != chars and syllable.possible(marked):
            word.change(marked, key)
            return True
    unmarked = _unmarked(chars, shape, marks)
    if unmarked == chars or not syllable.known(chars):
        return False
    if _absorbed(word, shape):
        word.pressed(key)
        return True
    word.change(unmarked, "")
    return _undone(word, key)


def type_bar(word: Word, key: str) -> bool:
    """đ: from the d just before (qdd → qđ), or from the d that begins the word (dangd → đang)."""
    chars = word.chars
    shape = syllable.split(chars)
    if chars[-1:] in ("d", "đ") and not shape.vowels:
        at = len(chars) - 1
    elif shape.onset in ("d", "đ") and syllable.known(chars):
        at = 0
    else:
        return False
    barred = chars[at] == "đ"
    word.change(chars[:at] + ("d" if barred else "đ") + chars[at + 1 :], "" if barred else key)
    return _undone(word, key) if barred else True


def _undone(word: Word, key: str) -> bool:
    word.settle()
    word.append(key)
    return True


def _candidates(chars: str, shape: syllable.Shape, marks: Marks) -> Iterator[str]:
    """The word with one of the marks, best first. uo is one vowel in two letters, marked together."""
    pair = _pair(shape)
    if pair is not None and "o" in marks:
        yield from _paired(chars[:pair], chars[pair : pair + 2], chars[pair + 2 :], marks["o"])
        return
    for at in range(shape.start, shape.end):
        mark = marks.get(BASE.get(chars[at], chars[at]))
        if mark is not None:
            yield chars[:at] + mark + chars[at + 1 :]


def _paired(before: str, pair: str, after: str, mark: str) -> Iterator[str]:
    """One key marks both: uo+o → uô, ươ+o → uô; with the horn thuo → thuơ, thuong → thương, thưo → thươ."""
    if mark == "ô":
        yield before + "uô" + after
        return
    if after:
        yield before + "ươ" + after
    yield before + pair[0] + "ơ" + after


def _pair(shape: syllable.Shape) -> int | None:
    """Where uo (or ưo, uơ, ươ, uô) begins in the word."""
    for at, char in enumerate(shape.vowels[:-1]):
        if char in "uư" and shape.vowels[at + 1] in "oôơ":
            return shape.start + at
    return None


def _unmarked(chars: str, shape: syllable.Shape, marks: Marks) -> str:
    taken = "".join([BASE[char] if char in marks.values() else char for char in shape.vowels])
    return chars[: shape.start] + taken + chars[shape.end :]


def _absorbed(word: Word, shape: syllable.Shape) -> bool:
    """The hand asks for the horn a rule has already put there (nguwoiw): once, that is no undo."""
    for letter in word.letters[shape.start : shape.end]:
        if letter.guessed:
            letter.guessed = False
            return True
    return False
