"""The countdown ring: how many seconds are left, as an arc and as a number."""

from __future__ import annotations

from pathlib import Path

from kivy.graphics import Color, SmoothEllipse, SmoothLine
from kivy.lang import Builder
from kivy.properties import BooleanProperty, NumericProperty
from kivy.uix.anchorlayout import AnchorLayout

from kiosk.ui.look import look
from kiosk.ui.widgets.text import Text

__all__ = ["Ring", "Text"]


class Ring(AnchorLayout):
    """Steps once a second; ``left`` of ``total`` seconds. ``extent`` and ``thick`` in design px."""

    unread = True
    left = NumericProperty(0)
    total = NumericProperty(1)
    extent = NumericProperty(64)
    thick = NumericProperty(6)
    inverse = BooleanProperty(False)  # gold, on a brand ground

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        for name in ("left", "total", "pos", "size", "inverse", "thick"):
            self.fbind(name, self._paint)
        self._paint()

    def _paint(self, *_: object) -> None:
        half = look.px(self.thick) / 2
        r = self.width / 2 - half
        x, y = self.center
        sweep = 360 * max(0.0, min(1.0, self.left / max(1, self.total)))
        self.canvas.before.clear()
        with self.canvas.before:
            Color(rgba=look.c.brand_l if self.inverse else look.c.sand)
            SmoothLine(circle=(x, y, r, 0, 360, 90), width=half)
            Color(rgba=look.c.gold if self.inverse else look.c.brand)
            if sweep:
                SmoothLine(circle=(x, y, r, 0, sweep, 90), width=half)
                SmoothEllipse(pos=(x - half, y + r - half), size=(2 * half, 2 * half))


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
