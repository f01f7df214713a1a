"""One word under the hands: a key goes in, a small edit of the text comes out.

The composer knows only the word before the caret, never the field. The screen applies each ``Edit`` and calls
``adopt`` with the text before the caret when the caret was moved, or when ``backspace`` left ``text`` empty.
"""

from __future__ import annotations

import unicodedata
from enum import Enum
from typing import NamedTuple

from kiosk.typing import syllable, telex, vni
from kiosk.typing.letters import LONGEST, Style, Tone, nfc
from kiosk.typing.tones import preview
from kiosk.typing.word import Word


class Method(Enum):
    """How letters with marks are typed. OFF: every key is itself; tone keys still work."""

    TELEX = "telex"
    VNI = "vni"
    OFF = "off"


class Edit(NamedTuple):
    """Delete so many characters before the caret, then insert the text there."""

    delete: int
    insert: str


class Composer:
    """Types one word after the other. Output is NFC; nothing raises on any string."""

    def __init__(self, method: Method = Method.TELEX, style: Style = Style.OLD) -> None:
        self.method = method
        self._word = Word(style)
        self._shown = ""
        self._overlong = False

    @property
    def text(self) -> str:
        """The word before the caret as it stands on the screen; "" between words and in overlong ones."""
        return self._shown

    def press(self, key: str) -> Edit:
        """One character from a keyboard. What is no letter (in VNI: no digit either) ends the word."""
        key = nfc(key)
        if len(key) != 1 or not self._joins(key):
            return self._end(key)
        if self._overlong:
            return Edit(0, key)
        self._type(key)
        return self._overflow() if len(self._word.keys) > LONGEST else self._show()

    def backspace(self) -> Edit:
        """One letter less, with all that was on it. Outside a word: whatever character stands there."""
        if not self._word.letters:
            return Edit(1, "")
        self._word.backspace()
        return self._show()

    def preview(self, tone: Tone) -> str | None:
        """What ``tone`` would make of the word; see kiosk.typing.tones.preview."""
        return preview(self._shown, tone, self._word.style)

    def tone(self, tone: Tone) -> Edit:
        """A tone key of the screen: the word becomes its preview, and stays so at its end."""
        toned = self.preview(tone)
        if toned is None:
            return Edit(0, "")
        self._word.load(self._shown[: len(self._shown) - len(toned)] + toned)
        return self._show()

    def finish(self) -> Edit:
        """The word ends without a key, because the text is sent or the caret moves away."""
        return self._end("")

    def adopt(self, before_caret: str) -> None:
        """Take over the word at the end of this text. It will not be turned back into keys."""
        self.reset()
        text = nfc(before_caret[-4 * LONGEST :])
        start = len(text)
        while start and self._joins(text[start - 1]):
            start -= 1
        self._overlong = len(text) - start > LONGEST
        if not self._overlong:
            self._word.load(text[start:])
            self._shown = self._word.text

    def reset(self) -> None:
        """Forget the word: the field was emptied or another one has the caret."""
        self._word.clear()
        self._shown = ""
        self._overlong = False

    def _joins(self, key: str) -> bool:
        if self.method is Method.VNI and key in "0123456789":
            return True
        return key.isalpha() or (unicodedata.combining(key) != 0 and bool(self._shown))

    def _type(self, key: str) -> None:
        if unicodedata.combining(key):  # a keyboard that sends tones as characters of their own
            self._word.load(nfc(self._shown + key))
            self._word.replace_tone()
        elif self.method is Method.TELEX:
            telex.press(self._word, key)
        elif self.method is Method.VNI:
            vni.press(self._word, key)
        else:
            self._word.append(key)

    def _show(self) -> Edit:
        before, self._shown = self._shown, self._word.text
        return _edit(before, self._shown)

    def _end(self, key: str) -> Edit:
        before, ended = self._shown, self._ended()
        self.reset()
        return _edit(before, ended + key)

    def _ended(self) -> str:
        """The word, or the keys it was typed with where it is no Vietnamese."""
        word = self._word
        keys = word.keys
        if keys == self._shown or self.method is Method.OFF:
            return self._shown
        foreign = self.method is Method.TELEX and telex.foreign(word)
        return keys if foreign or not syllable.complete(word.chars, word.tone) else self._shown

    def _overflow(self) -> Edit:
        before, keys = self._shown, self._word.keys
        self.reset()
        self._overlong = True
        return _edit(before, keys)


def _edit(before: str, after: str) -> Edit:
    same = 0
    while same < min(len(before), len(after)) and before[same] == after[same]:
        same += 1
    return Edit(len(before) - same, after[same:])
