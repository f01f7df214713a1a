"""One answer: a face with its words on a tinted card. The whole card is the target."""

from __future__ import annotations

from pathlib import Path

from kivy.animation import Animation
from kivy.lang import Builder
from kivy.properties import BooleanProperty, NumericProperty, StringProperty

from kiosk.ui.look import look
from kiosk.ui.widgets.face import Face
from kiosk.ui.widgets.panel import Panel
from kiosk.ui.widgets.press import Press
from kiosk.ui.widgets.text import Text

__all__ = ["Face", "FaceCard", "Text"]

HELD_S = 0.8
"""A finger resting this long is an answer, though it has not lifted."""


class FaceCard(Press, Panel):
    """``chosen``: its rating is being saved, so it stays pressed."""

    level = NumericProperty(3)
    label = StringProperty("")
    label_factor = NumericProperty(1.0)
    chosen = BooleanProperty(False)

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.hold_s = HELD_S
        self.fbind("pressed", self._sink)
        self.fbind("chosen", self._sink)

    def disc(self, width: float, height: float, label_height: float) -> float:
        """Diameter of the face: as large as width and height leave room for."""
        return max(look.px(56), min(width - look.px(48), height - label_height - look.px(76), look.px(260)))

    def _sink(self, *_: object) -> None:
        Animation.cancel_all(self, "sink")
        if self.pressed or self.chosen:
            # At once, not in 80 ms: the answer to a finger belongs into the frame that sees it.
            self.sink = look.px(6)
        elif look.still:
            self.sink = 0
        else:
            Animation(sink=0, duration=0.12, transition="out_quad").start(self)


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
