"""A number between − and +, for hands that do not type."""

from __future__ import annotations

from pathlib import Path

from kivy.lang import Builder
from kivy.properties import BooleanProperty, NumericProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.ui.widgets.button import PushButton
from kiosk.ui.widgets.text import Text

__all__ = ["PushButton", "Stepper", "Text"]


class Stepper(BoxLayout):
    """``number`` moves by ``by`` between ``low`` and ``high``; ``text`` is how it is shown, ``breadth`` the
    room for that. ``target`` prefixes the names of its two buttons. ``open``: it can be touched."""

    number = NumericProperty(0)
    by = NumericProperty(1)
    low = NumericProperty(0)
    high = NumericProperty(100)
    text = StringProperty("")
    target = StringProperty("")
    breadth = NumericProperty(110)
    open = BooleanProperty(True)
    __events__ = ("on_change",)

    def on_change(self, number: float) -> None:
        """Event: another number was asked for."""

    def step(self, way: int) -> None:
        """To the next multiple of ``by`` that way, so that odd numbers become even ones."""
        by = self.by
        at = self.number // by * by if way > 0 else -(-self.number // by) * by
        number = min(self.high, max(self.low, at + way * by))
        if self.open and number != self.number:
            self.dispatch("on_change", number)


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
