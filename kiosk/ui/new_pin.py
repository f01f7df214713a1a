"""A new PIN, typed twice. Its digits live here only and are never logged. No Kivy."""

from __future__ import annotations

from typing import Literal

LEAST_DIGITS, MOST_DIGITS = 6, 12
Entered = Literal["short", "again", "differs", "same"]


class NewPin:
    """``second``: the digits are typed once more."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Forget all that was typed."""
        self.digits, self._first, self.second = "", "", False

    def press(self, key: str) -> None:
        """A digit, or "erase"."""
        self.digits = self.digits[:-1] if key == "erase" else (self.digits + key)[:MOST_DIGITS]

    def enter(self) -> Entered:
        """ "OK": too short, or to be typed again, or other digits than before (all is forgotten then), or the
        same: then ``digits`` is the PIN."""
        if not self.second:
            if len(self.digits) < LEAST_DIGITS:
                return "short"
            self._first, self.digits, self.second = self.digits, "", True
            return "again"
        if self.digits != self._first:
            self.clear()
            return "differs"
        return "same"
