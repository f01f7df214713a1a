"""Keys that fit a field: Vietnamese for a name, a pad for a number, plain letters for an address."""

from __future__ import annotations

from kiosk.contact import Place
from kiosk.ui.look import look, px, t
from kiosk.ui.widgets.keyboard import Keyboard
from kiosk.ui.widgets.keyboard_key import Key
from kiosk.ui.widgets.keyboard_rows import ERASE_KEY, Box, Does, KeySpec, Row, Shift

NEXT = "key-next"
PAD = ("123", "456", "789", "+0 ")
SHORTCUTS = ("@gmail.com", "@yahoo.com", ".com", ".vn")
SPELLED = {" ": "space", ".": "period"}


def _keys(chars: tuple[str, ...] | str, span: float = 0, does: Does = Does.LETTER) -> Row:
    return tuple(KeySpec(f"key-{SPELLED.get(char, char)}", does, char, span) for char in chars)


def address_rows() -> tuple[Row, ...]:
    """No shift and no Telex: addresses are written small and without marks."""
    after = KeySpec(NEXT, Does.SEND, span=2)
    return (
        _keys(SHORTCUTS[:2], 3, Does.VOWEL) + _keys(SHORTCUTS[2:], 2, Does.VOWEL),
        _keys("1234567890"),
        _keys("qwertyuiop"),
        _keys("asdfghjkl"),
        (*_keys("_", 1), *_keys("zxcvbnm"), ERASE_KEY),
        (*_keys("@", 2, Does.VOWEL), *_keys(".-", 2), after),
    )


def pad_rows() -> tuple[Row, ...]:
    """Four rows of three, and a last column of two tall keys."""
    return (*map(_keys, PAD), (ERASE_KEY, KeySpec(NEXT, Does.SEND)))


def pad_places(width: float, height: float, across: float, down: float) -> list[list[Box]]:
    """Where the keys of ``pad_rows`` stand, from the top left."""
    wide, tall = (width - 3 * across) / 4, (height - 3 * down) / 4
    rows = [[Box(x * (wide + across), y * (tall + down), wide, tall) for x in range(3)] for y in range(4)]
    last, both = 3 * (wide + across), 2 * tall + down
    return [*rows, [Box(last, 0, wide, both), Box(last, both + down, wide, both)]]


class FieldKeyboard(Keyboard):
    """A keyboard for one field of a form. Its last key reads "Tiếp" and is never greyed."""

    def __init__(self, place: Place, **kwargs: object) -> None:
        self.place = place
        super().__init__(**kwargs)

    def show_previews(self, preview: object) -> None:
        if self.place is Place.NAME:
            super().show_previews(preview)

    def wipe(self) -> None:
        if self.place is Place.NAME:
            super().wipe()

    def begin_word(self, before_caret: str) -> None:
        """Names begin with a capital, every word of them."""
        if self.place is Place.NAME and self.shift is not Shift.LOCK:
            begins = not before_caret or before_caret[-1] == " "
            self.shift = Shift.ONE if begins else Shift.OFF

    def _build(self, *_: object) -> None:
        if self.place is Place.NAME:
            super()._build()
            self._rows[-1][-1].target = NEXT
            return
        rows = pad_rows() if self.place is Place.PHONE else address_rows()
        self._rows = [[Key(spec) for spec in row] for row in rows]
        for row in self._rows:
            for key in row:
                self.add_widget(key)
        self._relabel()
        self._place()

    def _relabel(self, *_: object) -> None:
        super()._relabel()
        if self.place is not Place.NAME:
            for key in self._rows[0]:
                self._label(key, capitals=False)

    def _label(self, key: Key, capitals: bool) -> None:
        if key.spec.does is Does.SEND:
            key.label = t("Next")
        else:
            super()._label(key, capitals)

    def _place(self, *_: object) -> None:
        if self.place is not Place.PHONE:
            super()._place()
            return
        side, edge = px(16), px(14)
        across = px(6 if look.portrait else 8)
        boxes = pad_places(self.width - 2 * side, self.height - 2 * edge, across, px(8))
        for keys, row in zip(self._rows, boxes, strict=True):
            for key, box in zip(keys, row, strict=True):
                left, right = round(box.x), round(box.x + box.width)
                key.size = right - left, round(box.height)
                key.pos = self.x + side + left, round(self.top - edge - box.y - box.height)
