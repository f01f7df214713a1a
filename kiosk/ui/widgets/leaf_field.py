"""Things to choose, planned as a whole and shown a leaf at a time; nothing scrolls by drag."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kivy.clock import Clock
from kivy.properties import NumericProperty, ObjectProperty
from kivy.uix.floatlayout import FloatLayout
from kivy.uix.widget import Widget

from kiosk.ui.chip_plan import Box
from kiosk.ui.look import px


class LeafField(FloatLayout):
    """``sections``: what can be chosen. ``foot``: design px the page buttons take from the field once there
    are several leaves; ``lent``: how much of it they have now."""

    sections = ObjectProperty(())
    leaf = NumericProperty(0)
    leaves = NumericProperty(1)
    foot = NumericProperty(0)
    lent = NumericProperty(0)
    least_height = 150
    """Design px; below this the layout around is still on its way."""
    watched = ("pos", "size", "sections", "foot", "lent")
    """Properties after whose change it is planned anew."""

    def __init__(self, **kwargs: object) -> None:
        self._leaves: Sequence[Any] = ()
        self._place_seen: tuple[float, ...] = ()
        self._arrange_soon = Clock.create_trigger(self._arrange, -1)
        super().__init__(**kwargs)
        for name in self.watched:
            self.fbind(name, self._arrange_soon)
        self.fbind("leaf", self._fill)

    def stop(self) -> None:
        self._arrange_soon.cancel()

    def _arrange(self, *_: object) -> None:
        if self.height < px(self.least_height) or not self.sections:
            return
        place = (*self.pos, *self.size)
        if place != self._place_seen:
            # The page around is still being laid out; cells are built once, when nothing moves any more.
            self._place_seen = place
            self._arrange_soon()
            return
        self._leaves = self._planned(self.lent)
        if len(self._leaves) > 1 and self.foot:
            self._leaves = self._planned(self.lent - self.foot)
        self.leaves = len(self._leaves)
        self._arranged()
        self.leaf = min(self.leaf, self.leaves - 1)
        self._fill()

    def _planned(self, more: float) -> Sequence[Any]:
        """The leaves of a field ``more`` design px higher than it is now."""
        raise NotImplementedError

    def _arranged(self) -> None:
        """Another plan stands; the leaf is not filled yet."""

    def _fill(self, *_: object) -> None:
        """The cells of this leaf, in place of those of the last one."""
        raise NotImplementedError

    def _place(self, widget: Widget, box: Box) -> None:
        widget.size_hint = None, None
        widget.size = px(box.width), px(box.height)
        widget.pos = self.x + px(box.x), self.top - px(box.top) - px(box.height)
        self.add_widget(widget)
