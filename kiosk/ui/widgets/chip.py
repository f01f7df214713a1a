"""A chip: one promise or reason that can be chosen and let go. Colour and mark say together that it is."""

from __future__ import annotations

from pathlib import Path

from kivy.lang import Builder
from kivy.properties import BooleanProperty, NumericProperty, StringProperty

from kiosk.ui.chip_plan import AFTER, BEFORE, TIGHT
from kiosk.ui.look import look
from kiosk.ui.theme import Rgba
from kiosk.ui.widgets.icon import Icon
from kiosk.ui.widgets.panel import Panel
from kiosk.ui.widgets.press import Press
from kiosk.ui.widgets.text import Text

__all__ = ["Chip", "Icon", "Text"]

ICON, CHECK = 28, 24


class Chip(Press, Panel):
    """``label`` comes broken into lines. The room for the check mark is kept, so that no word moves when the
    chip is chosen."""

    key = StringProperty("")
    label = StringProperty("")
    glyph = StringProperty("star")
    chosen = BooleanProperty(False)
    before = NumericProperty(BEFORE)
    after = NumericProperty(AFTER)

    def __init__(self, tight: bool = False, **kwargs: object) -> None:
        less = TIGHT if tight else 0
        super().__init__(before=BEFORE - less, after=AFTER - less, **kwargs)
        # Chips stand close together: a finger that slid onto a neighbour did not mean this one.
        self.slop = 8

    def surface(self) -> Rgba:
        c = look.c
        if self.chosen:
            return c.brand_l if self.pressed else c.brand
        return c.brand_t if self.pressed else c.card


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
