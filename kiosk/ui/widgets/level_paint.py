"""A level's place in a chart. In high contrast the three differ in pattern, not in colour alone."""

from __future__ import annotations

from kivy.graphics import Color, Rectangle, SmoothRoundedRectangle

from kiosk.ui.look import look, px
from kiosk.ui.theme import Rgba

Place = tuple[float, float]
STRIPE, STRIPES_EVERY = 3, 9


def paint_level(level: int, pos: Place, size: Place, radius: float) -> None:
    """Into the current canvas: 3 full, 2 pale with a dark edge, 1 striped; in the light theme plain."""
    colours = look.level(level)
    _round(colours.chart, pos, size, radius)
    if look.c.shadows:
        return
    (x, y), (wide, high) = pos, size
    edge = px(3)
    if level == 2 and min(wide, high) > 2 * edge + 1:
        inner = (wide - 2 * edge, high - 2 * edge)
        _round(colours.disc, (x + edge, y + edge), inner, max(0.5, radius - edge))
    if level == 1:
        Color(rgba=look.c.card)
        for at in range(round(x) + px(STRIPES_EVERY), round(x + wide) - px(STRIPE), px(STRIPES_EVERY)):
            Rectangle(pos=(at, y), size=(px(STRIPE), high))


def _round(colour: Rgba, pos: Place, size: Place, radius: float) -> None:
    Color(rgba=colour)
    SmoothRoundedRectangle(pos=pos, size=(max(1, size[0]), max(1, size[1])), radius=[max(0.5, radius)])
