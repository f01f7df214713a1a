"""The word being typed: its letters, its one tone, and the small changes a key can make to them."""

from __future__ import annotations

from dataclasses import dataclass, field

from kiosk.typing import syllable
from kiosk.typing.letters import Letter, Style, Tone, nfc, read


@dataclass(slots=True)
class Word:
    """Letters on the screen. ``tone_at`` is the index of the letter that shows the tone, if there is a tone.

    Where a rule knows the word, the tone stands where the rule says; elsewhere it stays where it was.
    """

    style: Style
    letters: list[Letter] = field(default_factory=list)
    tone: Tone = Tone.LEVEL
    tone_at: int = 0

    @property
    def chars(self) -> str:
        return "".join([letter.char for letter in self.letters])

    @property
    def keys(self) -> str:
        """What was pressed, or settled text, from which the word was made."""
        return nfc("".join([letter.keys for letter in self.letters]))

    @property
    def text(self) -> str:
        return nfc("".join(self._glyphs()))

    def _glyphs(self) -> list[str]:
        glyphs = [letter.shown() for letter in self.letters]
        if self.tone is not Tone.LEVEL:
            glyphs[self.tone_at] = self.letters[self.tone_at].shown(self.tone)
        return glyphs

    def load(self, text: str) -> None:
        """Take over a word that stands on the screen, exactly as it stands there."""
        self.clear()
        for glyph in text:
            self._take(glyph)

    def _take(self, glyph: str) -> None:
        letter, tone = read(glyph)
        if tone is not Tone.LEVEL and self.tone is not Tone.LEVEL:
            letter = Letter(glyph, False, glyph)  # a second tone is no Vietnamese: kept, not understood
        elif tone is not Tone.LEVEL:
            self.tone, self.tone_at = tone, len(self.letters)
        self.letters.append(letter)

    def clear(self) -> None:
        self.letters.clear()
        self.tone = Tone.LEVEL

    def append(self, key: str) -> None:
        """The key as a letter of its own; uơ and ưo become ươ as soon as a letter follows."""
        self._take(key)
        chars = self.chars
        shape = syllable.split(chars)
        pair = shape.vowels.find("uơ") if "uơ" in shape.vowels else shape.vowels.find("ưo")
        if pair >= 0 and shape.start + pair + 2 < len(chars):
            self._complete_pair(shape.start + pair)
        self.replace_tone()

    def _complete_pair(self, at: int) -> None:
        chars = self.chars
        if not syllable.possible(chars[:at] + "ươ" + chars[at + 2 :]):
            return
        u, o = self.letters[at : at + 2]
        o.guessed = o.char == "o"
        u.char, o.char = "ươ"

    def change(self, chars: str, key: str) -> None:
        """Give the letters these marks; the key counts as pressed."""
        for letter, char in zip(self.letters, chars, strict=True):
            letter.char = char
        self.pressed(key)

    def pressed(self, key: str) -> None:
        self.letters[-1].keys += key
        self.replace_tone()

    def set_tone(self, tone: Tone, key: str) -> None:
        self.tone = tone
        place = syllable.any_place(self.chars, self.style)
        self.tone_at = 0 if place is None else place
        self.pressed(key)

    def replace_tone(self) -> None:
        if self.tone is Tone.LEVEL:
            return
        place = syllable.settled_place(self.chars, self.style)
        if place is not None:
            self.tone_at = place

    def settle(self) -> None:
        """What is on the screen now is what the hand wants: it will not be turned back into keys."""
        for letter, glyph in zip(self.letters, self._glyphs(), strict=True):
            letter.keys = glyph

    def backspace(self) -> None:
        """Take one letter away with its mark; the tone goes with the letter that shows it.

        A hand that corrects a Vietnamese word has read it: what is left of it is settled.
        """
        self.letters.pop()
        if self.tone is not Tone.LEVEL and self.tone_at == len(self.letters):
            self.tone = Tone.LEVEL
        self.replace_tone()
        if syllable.complete(self.chars, self.tone):
            self.settle()
