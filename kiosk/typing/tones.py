"""The tone keys of the screen: each shows the word it would make, so that nobody needs a tone's name."""

from __future__ import annotations

from kiosk.typing import syllable
from kiosk.typing.letters import LONGEST, Letter, Style, Tone, nfc, read


def preview(before_caret: str, tone: Tone, style: Style = Style.OLD) -> str | None:
    """The word at the end of this text with that tone; without it where the word has it already.

    ``Tone.LEVEL`` is the key "bỏ dấu". None: the key is greyed, because the word has no vowel, or ends in
    c ch p t, after which only sắc and nặng are spoken.
    """
    letters, present = _letters(_last_word(nfc(before_caret[-4 * LONGEST :])))
    if len(letters) > LONGEST:
        return None
    wanted = Tone.LEVEL if tone is present else tone
    chars = "".join([letter.char for letter in letters])
    place = syllable.settled_place(chars, style)
    if place is None:
        place = syllable.any_place(chars, style)
    if place is None or syllable.stopped(chars, wanted):
        return None
    glyphs = [letter.shown(wanted if at == place else Tone.LEVEL) for at, letter in enumerate(letters)]
    return nfc("".join(glyphs))


def _last_word(text: str) -> str:
    start = len(text)
    while start and text[start - 1].isalpha():
        start -= 1
    return text[start:]


def _letters(word: str) -> tuple[list[Letter], Tone]:
    present = Tone.LEVEL
    letters = []
    for glyph in word:
        letter, tone = read(glyph)
        letters.append(letter)
        present = tone if tone is not Tone.LEVEL else present
    return letters, present
