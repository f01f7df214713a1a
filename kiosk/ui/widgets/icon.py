"""One glyph of the icon font, centred in its box."""

from __future__ import annotations

from pathlib import Path

from kivy.clock import Clock
from kivy.graphics import Color, Rectangle
from kivy.lang import Builder
from kivy.properties import ColorProperty, NumericProperty, StringProperty
from kivy.uix.widget import Widget

from kiosk.ui.icons import icon
from kiosk.ui.look import look
from kiosk.ui.widgets.text import texture_of


class Icon(Widget):
    """``glyph`` is a Material Design Icons name, ``extent`` its size in design px."""

    glyph = StringProperty("star")
    extent = NumericProperty(26)
    color = ColorProperty((0, 0, 0, 1))

    def __init__(self, **kwargs: object) -> None:
        kwargs.setdefault("color", look.c.brand)
        self._paint_soon = Clock.create_trigger(self._paint, -1)
        super().__init__(**kwargs)
        for name in ("glyph", "extent", "color", "pos", "size"):
            self.fbind(name, self._paint_soon)
        self._paint()

    def _paint(self, *_: object) -> None:
        texture = texture_of(icon(self.glyph), "Icons", look.px(self.extent))
        width, height = texture.size
        self.canvas.clear()
        with self.canvas:
            Color(rgba=self.color)
            Rectangle(
                texture=texture,
                size=texture.size,
                pos=(round(self.center_x - width / 2), round(self.center_y - height / 2)),
            )


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
