"""One horizontal bar of three shares, with white gaps between them."""

from __future__ import annotations

from pathlib import Path

from kivy.graphics import Color, SmoothRoundedRectangle
from kivy.lang import Builder
from kivy.properties import ListProperty
from kivy.uix.widget import Widget

from kiosk.ui.look import look, px
from kiosk.ui.widgets.level_paint import paint_level


class ShareBar(Widget):
    """``counts`` of levels 3, 2 and 1."""

    counts = ListProperty([0, 0, 0])

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        for name in ("counts", "pos", "size"):
            self.fbind(name, self._paint)
        self._paint()

    def _paint(self, *_: object) -> None:
        self.canvas.clear()
        total = sum(self.counts)
        gap, x = px(3), self.x
        parts = [(level, count) for level, count in zip((3, 2, 1), self.counts, strict=True) if count]
        room = self.width - gap * (len(parts) - 1)
        with self.canvas:
            if not total:
                Color(rgba=look.c.sand)
                size = (max(1, self.width), self.height)
                SmoothRoundedRectangle(
                    pos=self.pos, size=size, radius=[max(0.5, min(px(8), self.height / 2))]
                )
            for level, count in parts:
                # A single answer among thousands must still be seen.
                width = max(px(6), room * count / total)
                wide = min(width, self.right - x)
                paint_level(level, (x, self.y), (wide, self.height), min(px(8), wide / 2, self.height / 2))
                x += width + gap


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
