"""What stands where on the screen keyboard. No Kivy: a key is a spec, a layer is six rows of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum, auto

from kiosk.typing import TONE_KEYS, VOWEL_KEYS, Tone


class Does(Enum):
    """What a key is for; also how it is coloured."""

    LETTER = auto()
    VOWEL = auto()
    TONE = auto()
    ERASE = auto()
    SHIFT = auto()
    LAYER = auto()
    METHOD = auto()
    SEND = auto()


class Shift(Enum):
    """Touched once: one capital. Twice: all capitals. A third time: none. Slow hands need no rhythm."""

    OFF = auto()
    ONE = auto()
    LOCK = auto()

    @property
    def touched(self) -> Shift:
        return {Shift.OFF: Shift.ONE, Shift.ONE: Shift.LOCK, Shift.LOCK: Shift.OFF}[self]


@dataclass(frozen=True, slots=True)
class KeySpec:
    """``char``: what it types. ``span``: share of what its row leaves to keys wider than a letter; 0 means
    exactly a letter's width."""

    target: str
    does: Does
    char: str = ""
    span: float = 0
    tone: Tone | None = None


Row = tuple[KeySpec, ...]

NAMES = {
    Tone.SAC: "sac",
    Tone.HUYEN: "huyen",
    Tone.HOI: "hoi",
    Tone.NGA: "nga",
    Tone.NANG: "nang",
    Tone.LEVEL: "bo-dau",
}
SPELLED = {",": "comma", ".": "period", " ": "space"}


def _typing(chars: str, span: float = 0, does: Does = Does.LETTER) -> Row:
    return tuple(KeySpec(f"key-{SPELLED.get(char, char)}", does, char, span) for char in chars)


TONES: Row = tuple(KeySpec(f"key-{NAMES[tone]}", Does.TONE, span=1, tone=tone) for tone in TONE_KEYS)
SHIFT_KEY = KeySpec("key-shift", Does.SHIFT, span=1)
ERASE_KEY = KeySpec("key-delete", Does.ERASE, span=1)


def _last_row(portrait: bool) -> Row:
    """Shares measured from the mockup; portrait gives the space bar less."""
    wide = (84, 260, 126, 126) if portrait else (140, 452, 190, 190)
    layer, space, method, send = wide
    return (
        KeySpec("key-123", Does.LAYER, span=layer),
        *_typing(","),
        replace(_typing(" ")[0], span=space),
        *_typing("."),
        KeySpec("key-telex", Does.METHOD, span=method),
        KeySpec("key-send", Does.SEND, span=send),
    )


def letters(portrait: bool) -> tuple[Row, ...]:
    """R0 to R5 as citizens first see them."""
    return (
        TONES,
        _typing(VOWEL_KEYS, span=1, does=Does.VOWEL),
        _typing("qwertyuiop"),
        _typing("asdfghjkl"),
        (SHIFT_KEY, *_typing("zxcvbnm"), ERASE_KEY),
        _last_row(portrait),
    )


def signs(portrait: bool) -> tuple[Row, ...]:
    """Digits and signs. Tones, delete and the last row stay where the hand left them."""
    return (
        TONES,
        _typing('?!:;"()', span=1),
        _typing("1234567890"),
        _typing("-/+=%&@#*"),
        (SHIFT_KEY, *_typing("'…–₫°_~"), ERASE_KEY),
        _last_row(portrait),
    )


@dataclass(frozen=True, slots=True)
class Box:
    """Where a key stands, from the top left of the keyboard's inner area, in px."""

    x: float
    y: float
    width: float
    height: float


def places(rows: tuple[Row, ...], width: float, height: float, across: float, down: float) -> list[list[Box]]:
    """The boxes of all keys: ten letters fill the width, all rows share the height; ``across`` and ``down``
    are the gaps."""
    tall = (height - down * (len(rows) - 1)) / len(rows)
    letter = (width - across * 9) / 10
    return [_row(row, i * (tall + down), width, tall, letter, across) for i, row in enumerate(rows)]


def _row(row: Row, y: float, width: float, tall: float, letter: float, across: float) -> list[Box]:
    shares = sum(key.span for key in row)
    fixed = sum(letter for key in row if not key.span) + across * (len(row) - 1)
    # Without wide keys the row keeps its letters' width and stands in the middle.
    x = 0 if shares else (width - fixed) / 2
    boxes = []
    for key in row:
        wide = (width - fixed) * key.span / shares if key.span else letter
        boxes.append(Box(x, y, wide, tall))
        x += wide + across
    return boxes
