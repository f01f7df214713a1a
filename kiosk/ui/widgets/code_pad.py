"""Keys for a dossier code: digits and the signs most codes have; all letters behind one key.

"Không cần" and "Ghi" are keys of it, so that everything one touches lies within reach.
"""

from __future__ import annotations

from kivy.input.motionevent import MotionEvent

from kiosk.ui.look import Type, look, px, t
from kiosk.ui.widgets.keyboard import Keyboard
from kiosk.ui.widgets.keyboard_key import PLAIN, Key
from kiosk.ui.widgets.keyboard_rows import ERASE_KEY, Does, KeySpec, Row, Shift

SPELLED = {".": "period", "-": "dash", "/": "slash"}
SKIP = "key-skip"
SEND = "key-send"
MOST_DIGIT = 1.15  # digits grow with the text this far: they are large from the start


def _keys(chars: str, span: float = 0, does: Does = Does.LETTER) -> Row:
    return tuple(KeySpec(f"key-{SPELLED.get(char, char)}", does, char, span) for char in chars)


def _signs(chars: str, span: float = 1) -> Row:
    return _keys(chars, span, Does.VOWEL)


LETTERS_KEY = KeySpec("key-abc", Does.LAYER, span=1)


def digit_rows() -> tuple[Row, ...]:
    """Five columns; the codes of provinces begin with H."""
    return (
        (*_signs("h"), *_keys("123", 1), ERASE_KEY),
        (*_signs("."), *_keys("456", 1), *_signs("/")),
        (*_signs("-"), *_keys("789", 1), LETTERS_KEY),
        (KeySpec(SKIP, Does.LAYER, span=2), *_keys("0", 1), KeySpec(SEND, Does.SEND, span=2)),
    )


def letter_rows() -> tuple[Row, ...]:
    """For what begins with another letter."""
    return (
        _keys("qwertyuiop"),
        _keys("asdfghjkl"),
        (KeySpec("key-123", Does.LAYER, span=1), *_keys("zxcvbnm"), ERASE_KEY),
        (KeySpec(SKIP, Does.LAYER, span=4), *_signs(".-/", 1), KeySpec(SEND, Does.SEND, span=4)),
    )


class CodeKey(Key):
    """With larger letters than a keyboard's: these keys have the room."""

    def _style(self) -> Type:
        return look.type("key", min(look.step, MOST_DIGIT)) if self.spec.does in PLAIN else super()._style()


class CodePad(Keyboard):
    """Events: ``on_type`` (a capital, digit or sign), ``on_erase``, ``on_send`` and ``on_skip``. ``signs`` of
    the keyboard stands for the letters here."""

    __events__ = ("on_skip",)

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.height = px(600 if look.portrait else 400)
        self.shift = Shift.LOCK

    def on_skip(self) -> None:
        """Event: "Không cần"."""

    def wipe(self) -> None:
        """No key ever shows what was typed."""

    def _build(self, *_: object) -> None:
        self.stop()
        self.clear_widgets()
        self._rows = [
            [CodeKey(spec) for spec in row] for row in (letter_rows if self.signs else digit_rows)()
        ]
        for row in self._rows:
            for key in row:
                self.add_widget(key)
        self._relabel()
        self._place()  # at once: the next finger may come before the next frame

    def _relabel(self, *_: object) -> None:
        for row in self._rows:
            for key in row:
                self._label(key, capitals=True)

    def _label(self, key: Key, capitals: bool) -> None:
        if key.spec.does is Does.SEND:
            key.label, key.dead = t("Save"), not self.ready
        elif key.target == SKIP:
            key.label = t("Not needed")
        elif key.spec.does is Does.LAYER:
            key.label = "123" if self.signs else "ABC"
        else:
            super()._label(key, capitals)

    def _down(self, key: Key) -> None:
        if key.target != SKIP:
            super()._down(key)

    def on_touch_up(self, touch: MotionEvent) -> bool:
        """Leaving waits for the finger to lift, as sending does."""
        key = self._fingers.get(touch.uid) if touch.grab_current is self else None
        answered = super().on_touch_up(touch)
        if key is not None and key.target == SKIP:
            self.dispatch("on_skip")
        return answered
