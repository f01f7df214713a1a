"""Design tokens as values: two palettes, four text sizes, the type scale. No Kivy, no state."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

Rgba = tuple[float, float, float, float]


def rgba(code: str, alpha: float = 1.0) -> Rgba:
    """ "#FAF6EE" → four numbers from 0 to 1."""
    red, green, blue = (int(code[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return red, green, blue, alpha


def contrast(one: Rgba, other: Rgba) -> float:
    """WCAG 2 contrast ratio of two opaque colours, 1 to 21."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: Rgba) -> float:
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in colour[:3]]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


class TextSize(Enum):
    """The citizen's four text sizes; the value multiplies the base sizes."""

    BASE = 1.0
    LARGE = 1.15
    LARGER = 1.3
    LARGEST = 1.5


class Theme(Enum):
    """The citizen's two themes."""

    LIGHT = "light"
    CONTRAST = "contrast"


@dataclass(frozen=True, slots=True)
class TypeStyle:
    """``size`` and ``line`` in px at 1280×800, ``weight`` of Be Vietnam Pro."""

    size: float
    line: float
    weight: int


TYPE = {
    "display": TypeStyle(52, 68, 800),
    "apology": TypeStyle(44, 58, 800),
    "question": TypeStyle(40, 52, 800),
    "title": TypeStyle(36, 48, 800),
    "page": TypeStyle(30, 40, 800),
    "figure": TypeStyle(48, 64, 800),
    "face": TypeStyle(28, 37, 800),
    "key": TypeStyle(34, 45, 700),
    "lead": TypeStyle(24, 36, 400),
    "lead_strong": TypeStyle(24, 36, 700),
    "office": TypeStyle(24, 32, 700),
    "heading": TypeStyle(20, 28, 700),
    "button": TypeStyle(22, 31, 700),
    "chip": TypeStyle(20, 28, 700),
    "step": TypeStyle(22, 31, 700),
    "body": TypeStyle(20, 28, 400),
    "body_strong": TypeStyle(20, 28, 700),
    "promise": TypeStyle(21, 28, 600),
    "promise_lit": TypeStyle(21, 28, 700),
    "number": TypeStyle(46, 60, 800),
    "entry": TypeStyle(28, 44, 400),
    "letter": TypeStyle(30, 39, 600),
    "key_word": TypeStyle(22, 31, 600),
    "preview": TypeStyle(28, 37, 700),
    "caption": TypeStyle(16, 21, 600),
    "small": TypeStyle(17, 24, 400),
    "small_strong": TypeStyle(17, 24, 700),
}


@dataclass(frozen=True, slots=True)
class LevelColours:
    """What one level wears; see TOKENS "level"."""

    disc: Rgba
    rim: Rgba
    features: Rgba
    tint: Rgba
    lip: Rgba
    text: Rgba
    cheek: Rgba | None
    chart: Rgba


@dataclass(frozen=True, slots=True)
class Palette:
    """Every colour of one theme. ``border``: card border in px; ``shadows``: whether things cast any."""

    paper: Rgba
    card: Rgba
    sand: Rgba
    line: Rgba
    line2: Rgba
    ink: Rgba
    ink2: Rgba
    brand: Rgba
    brand_d: Rgba
    brand_l: Rgba
    brand_t: Rgba
    on_brand: Rgba
    on_brand2: Rgba
    board_icon: Rgba
    ring: Rgba
    gold: Rgba
    gold_d: Rgba
    gold_t: Rgba
    ok: Rgba
    warn: Rgba
    warn_t: Rgba
    bad: Rgba
    border: int
    shadows: bool
    levels: dict[int, LevelColours]


TONGUE = rgba("#F4A18C")

LIGHT = Palette(
    paper=rgba("#FAF6EE"),
    card=rgba("#FFFFFF"),
    sand=rgba("#F1EADC"),
    line=rgba("#E3D9C6"),
    line2=rgba("#8C8370"),
    ink=rgba("#1E2B2F"),
    ink2=rgba("#55605F"),
    brand=rgba("#0F4C5C"),
    brand_d=rgba("#0A3A47"),
    brand_l=rgba("#1A6072"),
    brand_t=rgba("#E1EEF0"),
    on_brand=rgba("#F4FAFA"),
    on_brand2=rgba("#C9DEE2"),
    board_icon=rgba("#9CC3CB"),
    ring=rgba("#17586A"),
    gold=rgba("#F0BE5B"),
    gold_d=rgba("#7A5200"),
    gold_t=rgba("#FBF0D6"),
    ok=rgba("#1B7A4D"),
    warn=rgba("#8A5200"),
    warn_t=rgba("#FBEBCB"),
    bad=rgba("#A8321F"),
    border=0,
    shadows=True,
    levels={
        3: LevelColours(
            disc=rgba("#3DAE7C"),
            rim=rgba("#25895D"),
            features=rgba("#0C3D2A"),
            tint=rgba("#DDF2E6"),
            lip=rgba("#B4DDC6"),
            text=rgba("#0E5C3A"),
            cheek=rgba("#7CCBA6"),
            chart=rgba("#1F7A52"),
        ),
        2: LevelColours(
            disc=rgba("#AFD470"),
            rim=rgba("#8BB84A"),
            features=rgba("#33501A"),
            tint=rgba("#EDF6DA"),
            lip=rgba("#CFE3A9"),
            text=rgba("#43600F"),
            cheek=rgba("#CDE5A0"),
            chart=rgba("#7A9F37"),
        ),
        1: LevelColours(
            disc=rgba("#F3A582"),
            rim=rgba("#DE8057"),
            features=rgba("#612715"),
            tint=rgba("#FCE9DF"),
            lip=rgba("#F2CBB6"),
            text=rgba("#8F3A1B"),
            cheek=None,
            chart=rgba("#CF6A3D"),
        ),
    },
)

_WHITE, _BLACK = rgba("#FFFFFF"), rgba("#000000")


def _contrast_level(disc: str, features: str, text: str) -> LevelColours:
    return LevelColours(
        disc=rgba(disc),
        rim=rgba(text),
        features=rgba(features),
        tint=_WHITE,
        lip=_WHITE,
        text=rgba(text),
        cheek=None,
        chart=rgba(text),
    )


CONTRAST = Palette(
    paper=_WHITE,
    card=_WHITE,
    sand=rgba("#E6E6E6"),
    line=_BLACK,
    line2=_BLACK,
    ink=_BLACK,
    ink2=rgba("#2B2B2B"),
    brand=rgba("#00303B"),
    brand_d=rgba("#001F28"),
    brand_l=rgba("#00465A"),
    brand_t=rgba("#D5EEF3"),
    on_brand=_WHITE,
    on_brand2=rgba("#D7EDF2"),
    board_icon=_WHITE,
    ring=rgba("#00303B"),
    gold=rgba("#FFD166"),
    gold_d=rgba("#3D3000"),
    gold_t=rgba("#FFE9A8"),
    ok=rgba("#00552F"),
    warn=rgba("#5C3A00"),
    warn_t=_WHITE,
    bad=rgba("#7A1408"),
    border=3,
    shadows=False,
    levels={
        3: _contrast_level("#7FE0B0", "#00301D", "#00432A"),
        2: _contrast_level("#D2F08A", "#1E3300", "#2C4500"),
        1: _contrast_level("#FFC2A3", "#4A1400", "#6E2000"),
    },
)

PALETTES = {Theme.LIGHT: LIGHT, Theme.CONTRAST: CONTRAST}
