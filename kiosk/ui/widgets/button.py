"""Buttons: primary (brand), quiet (white, bordered), tint (pale brand), key (of the PIN pad)."""

from __future__ import annotations

from pathlib import Path

from kivy.lang import Builder
from kivy.properties import NumericProperty, OptionProperty, StringProperty

from kiosk.ui.look import look
from kiosk.ui.theme import Rgba
from kiosk.ui.widgets.icon import Icon
from kiosk.ui.widgets.panel import Panel
from kiosk.ui.widgets.press import Press
from kiosk.ui.widgets.text import Text, width_of

__all__ = ["Icon", "PushButton", "Text"]  # the kv rule builds its icon and its word from these

EDGES = 49
"""Left and right of a button's words together, and the pixel lost in rounding, design px."""


class PushButton(Press, Panel):
    """``label`` and ``glyph`` may each be empty. ``breadth``: width in design px, 0 for as wide as needed."""

    label = StringProperty("")
    glyph = StringProperty("")
    kind = OptionProperty("quiet", options=("primary", "quiet", "sand", "key", "tint"))
    type_style = StringProperty("button")
    glyph_size = NumericProperty(28)
    breadth = NumericProperty(0)
    tall = NumericProperty(72)

    def needed(self) -> float:
        """The breadth it takes, in design px, known before it is laid out."""
        if self.breadth:
            return float(self.breadth)
        style = look.type(self.type_style)
        word = width_of(self.label, style.font, style.size) / look.unit
        glyph = self.glyph_size + (12 if self.label else 0) if self.glyph else 0
        return word + glyph + EDGES

    def surface(self) -> Rgba:
        c = look.c
        if self.kind == "primary":
            return c.brand_l if self.pressed else c.brand
        if self.kind == "sand":
            return c.sand
        if self.kind == "tint":
            return c.sand if self.pressed else c.brand_t
        return c.brand_t if self.pressed else c.card

    def under(self) -> Rgba:
        """The lip."""
        c = look.c
        if self.kind == "primary":
            return c.brand_d
        return c.line if c.shadows else c.card

    def word_colour(self) -> Rgba:
        return look.c.on_brand if self.kind == "primary" else look.c.brand


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
