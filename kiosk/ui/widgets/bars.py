"""Stacked columns of the three levels, drawn on the canvas: level 1 on the baseline, the number above."""

from __future__ import annotations

from pathlib import Path

from kivy.clock import Clock
from kivy.graphics import Color, Rectangle
from kivy.lang import Builder
from kivy.properties import BooleanProperty, ListProperty, NumericProperty
from kivy.uix.widget import Widget

from kiosk.ui.look import Type, look, px
from kiosk.ui.staff_plan import Column, number, tallest, ticks
from kiosk.ui.theme import Rgba
from kiosk.ui.widgets.level_paint import paint_level
from kiosk.ui.widgets.text import texture_of, width_of

FROM_BASE = (1, 2, 3)
GAP = 2
FEW = 24
"""Up to so many columns each says its number."""
LEAST = 3
"""A single answer among hundreds must still be seen, px."""


class Bars(Widget):
    """``columns``: staff_plan.Column. ``ruled``: with numbers at the left. ``factor``: of the words."""

    columns = ListProperty([])
    ruled = BooleanProperty(False)
    factor = NumericProperty(1.0)

    def __init__(self, **kwargs: object) -> None:
        self._paint_soon = Clock.create_trigger(self._paint, -1)
        super().__init__(**kwargs)
        for name in ("columns", "ruled", "factor", "pos", "size"):
            self.fbind(name, self._paint_soon)

    def spoken(self) -> list[str]:
        """The columns as words."""
        return [f"{column.label} {column.counts.total}" for column in self.columns]

    def _paint(self, *_: object) -> None:
        self.canvas.clear()
        if self.columns and self.height > px(60):
            with self.canvas:
                _Drawing(self).draw()


class _Drawing:
    """One painting into the current canvas."""

    def __init__(self, bars: Bars) -> None:
        self.bars, self.columns = bars, list(bars.columns)
        self.label = look.type("small_strong", bars.factor)
        self.small = look.type("small", bars.factor)
        feet = self.label.line + (self.small.line if any(c.below for c in self.columns) else 0)
        self.base = round(bars.y + feet + px(6))
        self.room = bars.top - self.label.line - px(2) - self.base
        most = tallest(self.columns)
        self.scale = self.room / most if most else 0
        self.rules = ticks(most) if bars.ruled and most else []
        gutter = max((self._width(number(n), self.label) for n in self.rules), default=0)
        self.left = bars.x + (gutter + px(14) if gutter else 0)
        self.step = (bars.right - self.left) / len(self.columns)
        # The share stands beside the bar's foot: a bar with one leaves it room.
        mark = max(
            (self._width(column.mark, self.label) for column in self.columns if column.mark), default=0
        )
        beside = mark + px(6) if mark else 0
        self.thick = round(max(px(18), min(px(60), self.step * 0.7, self.step - beside - px(10))))
        self.shift = -beside / 2

    def draw(self) -> None:
        for n in self.rules:
            y = round(self.base + n * self.scale)
            self._fill(look.c.line if look.c.shadows else look.c.sand, self.left, y, self.bars.right, y + 2)
            self._word(number(n), self.small, look.c.ink2, self.left - px(14), y, right=True)
        self._fill(look.c.line2, self.left, self.base - px(2), self.bars.right, self.base)
        for i, column in enumerate(self.columns):
            self._column(column, self.left + self.step * (i + 0.5))

    def _column(self, column: Column, middle: float) -> None:
        centre = middle + self.shift if column.mark else middle
        top = self._stack(column, centre)
        if column.counts.total:
            self._number(column, centre, top)
        if column.word:
            self._word(column.word, self._fitting(column.word, self.small), look.c.ink2, middle,
                       self.base + self.small.line * 0.6)  # fmt: skip
        if column.mark:
            text = look.level(1).text
            x = centre + self.thick / 2 + px(6)
            self._word(column.mark, self.label, text, x, self.base + self.label.line * 0.5, left=True)
        below = self.base - px(4) - self.label.line / 2
        self._word(column.label, self.label, look.c.ink if column.strong else look.c.ink2, middle, below)
        if column.below:
            self._word(
                column.below, self.small, look.c.ink2, middle, below - (self.label.line + self.small.line) / 2
            )

    def _number(self, column: Column, centre: float, top: float) -> None:
        """Above the bar; among thirty bars only those that say their date have room for it."""
        text = number(column.counts.total)
        if len(self.columns) <= FEW:
            self._word(text, self._fitting(text, self.label), look.c.ink, centre, top + self.label.line / 2)
        elif column.label:
            self._word(text, self.label, look.c.ink, centre, top + self.label.line / 2)

    def _stack(self, column: Column, centre: float) -> float:
        """The segments; where the topmost ends."""
        y, left = float(self.base), round(centre - self.thick / 2)
        for level in FROM_BASE:
            n = column.counts.of(level)
            if not n:
                continue
            high = max(px(LEAST), n * self.scale - px(GAP))
            radius = min(px(5), high / 2, self.thick / 2)
            paint_level(level, (left, y + px(GAP)), (self.thick, high), radius)
            y += high + px(GAP)
        return y

    def _fitting(self, text: str, style: Type) -> Type:
        """``style``, smaller where the text is broader than its column."""
        wide = self._width(text, style)
        size = style.size if wide <= self.step else int(style.size * self.step / wide)
        return Type(size, style.line, style.font)

    def _width(self, text: str, style: Type) -> int:
        return width_of(text, style.font, style.size)

    def _fill(self, colour: Rgba, x: float, y: float, right: float, top: float) -> None:
        Color(rgba=colour)
        Rectangle(pos=(round(x), round(y)), size=(right - x, max(1, top - y)))

    def _word(
        self, text: str, style: Type, colour: Rgba, x: float, y: float,
        right: bool = False, left: bool = False,
    ) -> None:  # fmt: skip
        """Centred on (x, y), or ending or beginning at x."""
        if not text:
            return
        texture = texture_of(text, style.font, style.size)
        wide, high = texture.size
        Color(rgba=colour)
        x -= wide if right else 0 if left else wide / 2
        Rectangle(texture=texture, pos=(round(x), round(y - high / 2)), size=texture.size)


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
