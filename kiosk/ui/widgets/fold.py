"""A place whose content can be taken out of the page: what is folded away takes no room and no finger.

A widget of no height still swallows touches when it is disabled; one that is not there does not.
"""

from __future__ import annotations

from pathlib import Path

from kivy.lang import Builder
from kivy.properties import BooleanProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget


class Fold(BoxLayout):
    """As high as its content, which is in the tree while ``shown``."""

    shown = BooleanProperty(True)

    def __init__(self, **kwargs: object) -> None:
        self._kept: list[Widget] = []
        super().__init__(**kwargs)

    def on_kv_post(self, base_widget: object) -> None:
        self.on_shown()

    def on_shown(self, *_: object) -> None:
        if self.shown:
            kept, self._kept = self._kept, []
            for widget in kept:
                self.add_widget(widget)
        elif self.children:
            self._kept = list(reversed(self.children))
            self.clear_widgets()

    def stop(self) -> None:
        """The page goes; what is folded away goes with it."""
        for widget in self._kept:
            for part in widget.walk(restrict=True):
                if hasattr(part, "stop"):
                    part.stop()


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
