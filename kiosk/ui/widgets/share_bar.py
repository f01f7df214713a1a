"""One horizontal bar of three shares, with white gaps between them."""

from __future__ import annotations

from pathlib import Path

from kivy.graphics import Color, SmoothRoundedRectangle
from kivy.lang import Builder
from kivy.properties import ListProperty
from kivy.uix.widget import Widget

from kiosk.ui.look import look, px


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
                self._part(look.c.sand, x, self.width)
            for level, count in parts:
                # A single answer among thousands must still be seen.
                width = max(px(6), room * count / total)
                self._part(look.level(level).chart, x, min(width, self.right - x))
                x += width + gap

    def _part(self, colour: object, x: float, width: float) -> None:
        Color(rgba=colour)
        radius = max(0.5, min(px(8), width / 2))
        SmoothRoundedRectangle(pos=(x, self.y), size=(max(1, width), self.height), radius=[radius])


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
