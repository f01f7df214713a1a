"""The segmented switch: a few words side by side, one of them chosen."""

from __future__ import annotations

from pathlib import Path

from kivy.lang import Builder
from kivy.properties import BooleanProperty, ListProperty, NumericProperty, StringProperty

from kiosk.ui.look import look
from kiosk.ui.widgets.panel import Panel
from kiosk.ui.widgets.press import Press
from kiosk.ui.widgets.text import Text

__all__ = ["LanguageSwitch", "Segment", "Segments", "Text"]


class Segment(Press, Panel):
    """One choice."""

    key = StringProperty("")
    label = StringProperty("")
    chosen = BooleanProperty(False)
    type_style = StringProperty("chip")
    factor = NumericProperty(None, allownone=True)


class Segments(Panel):
    """``choices``: (key, word) pairs; ``targets`` prefixes the keys in the view log."""

    choices = ListProperty([])
    chosen = StringProperty("")
    targets = StringProperty("")
    breadth = NumericProperty(60)
    tall = NumericProperty(56)
    factors = ListProperty([])
    __events__ = ("on_choose",)

    def on_choose(self, key: str) -> None:
        """Event: another choice was touched."""

    def on_chosen(self, *_: object) -> None:
        for segment in self.children:
            segment.chosen = segment.key == self.chosen

    def on_kv_post(self, base_widget: object) -> None:
        for i, (key, word) in enumerate(self.choices):
            segment = Segment(key=key, label=word, chosen=key == self.chosen)
            segment.factor = self.factors[i] if self.factors else None
            segment.target = f"{self.targets}-{key}"
            segment.bind(on_release=lambda chosen: self.dispatch("on_choose", chosen.key))
            self.add_widget(segment)


class LanguageSwitch(Segments):
    """Two languages or more, by their codes, which every reader of a language knows."""

    languages = ListProperty([])

    def on_kv_post(self, base_widget: object) -> None:
        if len(self.languages) > 1:
            self.choices = [(code, code.upper()) for code in self.languages]
            self.chosen, self.targets = look.comfort.language, "language"
            self.factors = [1.0] * len(self.languages)
            super().on_kv_post(base_widget)


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
