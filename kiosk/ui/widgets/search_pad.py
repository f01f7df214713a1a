"""Letters to search with: no tones, no shift, no marks, since search minds none of them."""

from __future__ import annotations

from pathlib import Path

from kivy.lang import Builder

from kiosk.ui.widgets.keyboard import Keyboard
from kiosk.ui.widgets.keyboard_key import Key
from kiosk.ui.widgets.keyboard_rows import ERASE_KEY, Does, KeySpec, Row

LETTERS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


def search_rows() -> tuple[Row, ...]:
    """Three rows of letters; below them space and delete, both broad."""
    rows = tuple(tuple(KeySpec(f"key-{char}", Does.LETTER, char) for char in row) for row in LETTERS)
    space = KeySpec("key-space", Does.LETTER, " ", span=3)
    return (*rows, (space, ERASE_KEY))


class SearchPad(Keyboard):
    """Events as the keyboard's: ``on_type`` and ``on_erase``."""

    def _build(self, *_: object) -> None:
        self._rows = [[Key(spec) for spec in row] for row in search_rows()]
        for row in self._rows:
            for key in row:
                self._label(key, capitals=False)
                self.add_widget(key)
        self._place()

    def _relabel(self, *_: object) -> None:
        """Nothing on it changes."""

    def wipe(self) -> None:
        """No key ever shows what was typed."""


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
