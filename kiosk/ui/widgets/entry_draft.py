"""The text being written and its caret. No Kivy: keys and moves in, text out.

All typing goes through one Composer, from the screen's keys and from a USB keyboard alike. The text is NFC
at every moment, and never longer than ``limit`` characters.
"""

from __future__ import annotations

import unicodedata

from kiosk.typing import Composer, Edit, Tone

LIMIT = 500


def nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


class Draft:
    """``caret`` counts characters from the start of ``text``."""

    def __init__(self, composer: Composer, limit: int = LIMIT) -> None:
        self._composer, self.limit = composer, limit
        self.text, self.caret = "", 0

    @property
    def word(self) -> str:
        """The word under the hands, which ends at the caret."""
        return self._composer.text

    def put(self, text: str) -> None:
        """Starts with this text, the caret at its end."""
        self.text = nfc(text)[: self.limit]
        self.caret = len(self.text)
        self._composer.adopt(self.text)

    def type(self, char: str) -> bool:
        """One character of a keyboard. False when there is no room for what it would make."""
        return self._apply(self._composer.press(char))

    def tone(self, tone: Tone) -> bool:
        return self._apply(self._composer.tone(tone))

    def preview(self, tone: Tone) -> str | None:
        """What that tone key would make of the word; None where it would change nothing."""
        toned = self._composer.preview(tone) if self.word else None
        return None if toned == self.word else toned

    def erase(self) -> bool:
        """One letter less before the caret. False when there is none."""
        if not self.caret:
            return False
        self._apply(self._composer.backspace())
        if not self._composer.text:
            self._composer.adopt(self.text[: self.caret])
        return True

    def erase_after(self) -> None:
        """One letter less after the caret (the Delete key of a USB keyboard)."""
        self.finish()
        self.text = nfc(self.text[: self.caret] + self.text[self.caret + 1 :])
        self._composer.adopt(self.text[: self.caret])

    def move(self, caret: int) -> None:
        """The caret goes elsewhere; the word it leaves is finished first, which may change its length."""
        behind, before = caret > self.caret, len(self.text)
        self.finish()
        if behind:
            caret += len(self.text) - before
        self.caret = max(0, min(len(self.text), caret))
        self._composer.adopt(self.text[: self.caret])

    def finish(self) -> None:
        """The word ends: what is no Vietnamese gets its keys back."""
        self._apply(self._composer.finish())

    def clear(self) -> None:
        self.text, self.caret = "", 0
        self._composer.reset()

    def _apply(self, edit: Edit) -> bool:
        before = nfc(self.text[: self.caret - edit.delete] + edit.insert)
        after = self.text[self.caret :]
        if len(before) + len(after) > self.limit:
            # The composer already counts on that letter: it must look again at what truly stands there.
            self._composer.adopt(self.text[: self.caret])
            return False
        self.text, self.caret = before + after, len(before)
        return True
