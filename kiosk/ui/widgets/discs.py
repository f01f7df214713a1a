"""The closing pages' ornament: filled discs behind the face, after the rings of a bronze drum."""

from __future__ import annotations

from pathlib import Path

from kivy.graphics import Color, Rectangle, SmoothEllipse, StencilPop, StencilPush, StencilUnUse, StencilUse
from kivy.lang import Builder
from kivy.properties import ListProperty, NumericProperty
from kivy.uix.floatlayout import FloatLayout

from kiosk.ui.look import look, px
from kiosk.ui.theme import Rgba, rgba

WARM = {3: "#F7F1DF", 2: "#F7F1DF", 1: "#F9EFE2"}
RADII = (540, 418, 310, 206)


class Discs(FloatLayout):
    """``heart``: centre in design px from the top left; ``level`` gives the tint."""

    level = NumericProperty(3)
    heart = ListProperty([640, 232])
    swell = NumericProperty(1.0)

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        for name in ("level", "heart", "pos", "size", "swell"):
            self.fbind(name, self._paint)
        self._paint()

    def _paint(self, *_: object) -> None:
        self.canvas.before.clear()
        if not look.c.shadows:
            return  # no rings behind faces in high contrast
        tint = look.level(int(self.level)).tint
        outer = rgba(WARM[int(self.level)])
        x, y = self.x + px(self.heart[0]), self.top - px(self.heart[1])
        with self.canvas.before:
            StencilPush()
            Rectangle(pos=self.pos, size=self.size)
            StencilUse()
            for i, radius in enumerate(RADII):
                Color(rgba=_between(outer, tint, i / (len(RADII) - 1)))
                r = px(radius * self.swell)
                SmoothEllipse(pos=(x - r, y - r), size=(2 * r, 2 * r), segments=120)
            StencilUnUse()
            Rectangle(pos=self.pos, size=self.size)
            StencilPop()


def _between(one: Rgba, other: Rgba, share: float) -> list[float]:
    return [a + (b - a) * share for a, b in zip(one, other, strict=True)]


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
