"""Accessibility: text size, contrast, reduced motion. Thrown away after each visit."""

from __future__ import annotations

from pathlib import Path

from kivy.lang import Builder
from kivy.properties import ListProperty, ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.ui.look import look, t
from kiosk.ui.screens.page import Screen
from kiosk.ui.theme import TextSize, Theme
from kiosk.ui.widgets.button import PushButton
from kiosk.ui.widgets.icon import Icon
from kiosk.ui.widgets.panel import Card, Panel
from kiosk.ui.widgets.segments import Segments
from kiosk.ui.widgets.text import Text

__all__ = ["AccessScreen", "Card", "Icon", "Panel", "PushButton", "Segments", "Text"]


class Setting(BoxLayout):
    """One row: what it is, and its choices."""

    glyph = StringProperty("format-size")
    title = StringProperty("")
    detail = StringProperty("")
    choices = ListProperty([])
    factors = ListProperty([])
    chosen = StringProperty("")
    targets = StringProperty("")
    choose = ObjectProperty(None)


class AccessScreen(Screen):
    """Every choice takes hold at once, so that the page itself is the preview."""

    def sizes(self) -> list[tuple[str, str]]:
        return [(size.name.lower(), "Aa") for size in TextSize]

    def themes(self) -> list[tuple[str, str]]:
        return [(Theme.LIGHT.value, t("Usual")), (Theme.CONTRAST.value, t("Strong"))]

    def motions(self) -> list[tuple[str, str]]:
        return [("moving", t("Usual")), ("still", t("None"))]

    def reaches(self) -> list[tuple[str, str]]:
        return [("usual", t("Usual")), ("low", t("Low"))]

    def voices(self) -> list[tuple[str, str]]:
        return [("silent", t("Off")), ("aloud", t("On"))]

    def on_kv_post(self, base_widget: object) -> None:
        if not self.facts.aloud(look.comfort.language):
            for name in ("line_aloud", "aloud"):
                self.ids.rows.remove_widget(self.ids[name])

    def choose_reach(self, key: str) -> None:
        self.moves.choose(look.with_comfort(low=key == "low"))

    def choose_voice(self, key: str) -> None:
        self.moves.choose(look.with_comfort(aloud=key == "aloud"))

    def choose_size(self, key: str) -> None:
        self.moves.choose(look.with_comfort(text=TextSize[key.upper()]))

    def choose_theme(self, key: str) -> None:
        self.moves.choose(look.with_comfort(theme=Theme(key)))

    def choose_motion(self, key: str) -> None:
        self.moves.choose(look.with_comfort(still=key == "still"))


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
