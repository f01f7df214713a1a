"""A rounded surface with an optional baked shadow, border and lip; the ground of cards and buttons."""

from __future__ import annotations

from pathlib import Path

from kivy.lang import Builder
from kivy.properties import ColorProperty, NumericProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.ui.look import look
from kiosk.ui.theme import Rgba

Size = tuple[float, float]
CLEAR = (0, 0, 0, 0)


class Panel(BoxLayout):
    """``radius``, ``lip`` and ``edge`` in design px; ``sink``: how far the surface is pressed down, in
    window px.

    The lip is the same rectangle, ``lip`` lower; sinking moves surface and content, not the lip.
    """

    fill = ColorProperty(CLEAR)
    radius = NumericProperty(24)
    shade = StringProperty("")
    lip = NumericProperty(0)
    lip_color = ColorProperty(CLEAR)
    edge = NumericProperty(0)
    edge_color = ColorProperty(CLEAR)
    sink = NumericProperty(0)

    @property
    def round(self) -> float:
        """Radius in window px, never more than half the height."""
        return max(0.5, min(look.px(self.radius), self.height / 2, self.width / 2))

    @staticmethod
    def layer(size: Size, lip: float, edge: float, colour: Rgba) -> Size:
        """Size of one of the rectangles. Nothing for a clear one: Kivy would draw it all the same, three
        times over for a smooth edge that nobody sees."""
        if not colour[3]:
            return 0, 0
        return max(1, size[0] - 2 * edge), max(1, size[1] - lip - 2 * edge)


class Card(Panel):
    """A white card as most pages use it; bordered in black in the high contrast theme."""


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
