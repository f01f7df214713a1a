"""The three faces, drawn from fractions of their radius (TOKENS "Faces")."""

from __future__ import annotations

from math import cos, radians, sin, sqrt
from pathlib import Path

from kivy.clock import Clock
from kivy.graphics import Color, Ellipse, SmoothEllipse, SmoothLine
from kivy.lang import Builder
from kivy.properties import BooleanProperty, NumericProperty
from kivy.uix.widget import Widget

from kiosk.ui.look import look
from kiosk.ui.theme import TONGUE, Rgba, rgba

FLOOR = rgba("#4A3614", 0.10)
Points = list[float]


class Face(Widget):
    """``level`` 3, 2 or 1, as large as its box allows. ``floor``: with the shadow it stands on."""

    level = NumericProperty(3)
    floor = BooleanProperty(True)

    def __init__(self, **kwargs: object) -> None:
        self._paint_soon = Clock.create_trigger(self._paint, -1)
        super().__init__(**kwargs)
        for name in ("level", "floor", "pos", "size"):
            self.fbind(name, self._paint_soon)
        self._paint()

    def _paint(self, *_: object) -> None:
        self.canvas.clear()
        r = min(self.width, self.height) / 2
        if r < 4:
            return
        with self.canvas:
            _Pen(self.center_x, self.center_y, r).draw(int(self.level), self.floor)


class _Pen:
    """Draws into the current canvas; takes fractions of ``r`` with y down, as the tokens give them."""

    def __init__(self, cx: float, cy: float, r: float) -> None:
        self.cx, self.cy, self.r = cx, cy, r
        self.small = r < look.px(20)

    def draw(self, level: int, floor: bool) -> None:
        colours = look.level(level)
        if floor and not self.small and look.c.shadows:
            self.ellipse(FLOOR, 0, 1.05, 0.74, 0.10)
        self.ellipse(colours.rim, 0, 0, 1, 1)
        if look.c.shadows:
            self.ellipse(colours.disc, 0, -0.045, 0.955, 0.955)
        else:
            self.ellipse(colours.disc, 0, 0, 0.95, 0.95)
        {3: self._very_satisfied, 2: self._satisfied, 1: self._unsatisfied}[level](
            colours.features, None if self.small else colours.cheek
        )

    def _very_satisfied(self, ink: Rgba, cheek: Rgba | None) -> None:
        self._cheeks(cheek, 0.635, 0.075, 0.125, 0.09)
        for side in (-1, 1):
            self.stroke(ink, self.arc(0.35 * side, -0.13, 0.155, 0.155, 200, 340), 0.095)
        Color(rgba=ink)
        size = (0.86 * self.r, 0.84 * self.r)
        SmoothEllipse(
            pos=self.at(-0.43, 0.17 + 0.42),
            size=size,
            angle_start=90,
            angle_end=270,
            segments=segments(size[0]),
        )
        self.stroke(ink, self.arc(0, 0.17, 0.43, 0.42, 180, 0), 0.09)
        self.stroke(ink, [*self.at(-0.43, 0.17), *self.at(0.43, 0.17)], 0.09)
        if not self.small:
            self.ellipse(TONGUE, 0, 0.44, 0.235, 0.125)

    def _satisfied(self, ink: Rgba, cheek: Rgba | None) -> None:
        self._cheeks(cheek, 0.60, 0.12, 0.125, 0.085)
        for side in (-1, 1):
            self.ellipse(ink, 0.33 * side, -0.17, 0.088, 0.115)
        self.stroke(ink, self.arc(0, 0, 0.44, 0.44, 146, 34), 0.095)

    def _unsatisfied(self, ink: Rgba, cheek: Rgba | None) -> None:
        for side in (-1, 1):
            self.ellipse(ink, 0.33 * side, -0.08, 0.085, 0.11)
            brow = [*self.at(0.20 * side, -0.40), *self.at(0.47 * side, -0.31)]
            self.stroke(ink, brow, 0.08)
        self.stroke(ink, self.arc(0, 0.80, 0.42, 0.42, 228, 312), 0.095)

    def _cheeks(self, colour: Rgba | None, x: float, y: float, half_w: float, half_h: float) -> None:
        if colour is not None:
            for side in (-1, 1):
                self.ellipse(colour, x * side, y, half_w, half_h)

    def at(self, x: float, y: float) -> tuple[float, float]:
        return self.cx + x * self.r, self.cy - y * self.r

    def arc(self, x: float, y: float, rx: float, ry: float, start: float, end: float) -> Points:
        """Points from ``start`` to ``end`` degrees; 0° right, 90° down."""
        steps = 32
        angles = (radians(start + (end - start) * i / steps) for i in range(steps + 1))
        return [value for a in angles for value in self.at(x + rx * cos(a), y + ry * sin(a))]

    def ellipse(self, colour: Rgba, x: float, y: float, half_w: float, half_h: float) -> None:
        Color(rgba=colour)
        left, bottom = self.at(x - half_w, y + half_h)
        width, height = 2 * half_w * self.r, 2 * half_h * self.r
        corners = segments(max(width, height))
        if min(width, height) > 24:
            # The smoothed edge has a pinhole at every 45°; the plain ellipse under it closes them.
            Ellipse(pos=(left + 0.5, bottom + 0.5), size=(width - 1, height - 1), segments=corners)
        SmoothEllipse(pos=(left, bottom), size=(width, height), segments=corners)

    def stroke(self, colour: Rgba, points: Points, width: float) -> None:
        """A line with round ends; SmoothLine ignores caps, so discs end it."""
        half = (width + (0.02 if self.small else 0)) * self.r / 2
        Color(rgba=colour)
        SmoothLine(points=points, width=max(0.6, half))
        for x, y in (points[:2], points[-2:]):
            SmoothEllipse(pos=(x - half, y - half), size=(2 * half, 2 * half), segments=segments(2 * half))


def segments(diameter: float) -> int:
    """Corners that keep an ellipse within a twentieth of a px of round. Kivy's 180, even for the smallest
    dot, cost a frame more than all its words."""
    return max(16, min(180, round(7 * sqrt(diameter))))


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
