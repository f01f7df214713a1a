"""Accessibility: text size, contrast, motion, reach, read-aloud. Thrown away after each visit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kivy.factory import Factory
from kivy.lang import Builder
from kivy.properties import ListProperty, ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from kiosk.ui.look import look, t
from kiosk.ui.screens.page import Screen
from kiosk.ui.theme import TextSize, Theme
from kiosk.ui.widgets.button import PushButton
from kiosk.ui.widgets.icon import Icon
from kiosk.ui.widgets.panel import Card, Panel
from kiosk.ui.widgets.segments import Segments
from kiosk.ui.widgets.text import Text

__all__ = ["AccessScreen", "Card", "Icon", "Panel", "PushButton", "Segments", "Text"]


class Choosing(BoxLayout):
    """What may be chosen, and what was."""

    glyph = StringProperty("format-size")
    title = StringProperty("")
    detail = StringProperty("")
    choices = ListProperty([])
    factors = ListProperty([])
    chosen = StringProperty("")
    targets = StringProperty("")
    choose = ObjectProperty(None)


class Setting(Choosing):
    """One row: what it is, and its choices."""


class LowSetting(Choosing):
    """The same without icon and explanation, two side by side: all of them fit below the middle."""


class Pair(BoxLayout):
    """Two low settings side by side."""


class AccessScreen(Screen):
    """Every choice takes hold at once, so that the page itself is the preview."""

    def on_kv_post(self, base_widget: object) -> None:
        if look.comfort.low:
            self._pair([LowSetting(**setting) for setting in self.settings()])
            return
        for number, setting in enumerate(self.settings()):
            if number:
                self.ids.rows.add_widget(Factory.Hairline())
            self.ids.rows.add_widget(Setting(**setting))

    def _pair(self, cells: list[Widget]) -> None:
        """Two in a row, and "Xong" in the last of them."""
        done = self.ids.done
        self.remove_widget(self.ids.foot)
        self.ids.foot.remove_widget(done)
        done.pos_hint = {"y": 0}
        filler = [Widget()] if len(cells) % 2 == 0 else []
        cells = [*cells, *filler, done]
        for first, second in zip(cells[::2], cells[1::2], strict=True):
            row = Pair()
            row.add_widget(first)
            row.add_widget(second)
            self.ids.rows.add_widget(row)

    def settings(self) -> list[dict[str, Any]]:
        """What may be chosen here, from top to bottom."""
        offered = [self._size(), self._theme(), self._motion(), self._reach()]
        return [*offered, self._voice()] if self.facts.aloud(look.comfort.language) else offered

    def _size(self) -> dict[str, Any]:
        return {
            "glyph": "format-size",
            "title": t("Text size"),
            "detail": t("Larger words on every page."),
            "choices": [(size.name.lower(), "Aa") for size in TextSize],
            "factors": [1, 1.15, 1.3, 1.5],
            "chosen": look.comfort.text.name.lower(),
            "targets": "text",
            "choose": lambda key: self._choose(text=TextSize[key.upper()]),
        }

    def _theme(self) -> dict[str, Any]:
        return {
            "glyph": "circle-half-full",
            "title": t("Contrast"),
            "detail": t("Black on white, with clear borders."),
            "choices": [(Theme.LIGHT.value, t("Usual")), (Theme.CONTRAST.value, t("Strong"))],
            "chosen": look.comfort.theme.value,
            "targets": "theme",
            "choose": lambda key: self._choose(theme=Theme(key)),
        }

    def _motion(self) -> dict[str, Any]:
        return {
            "glyph": "motion-pause-outline",
            "title": t("Motion"),
            "detail": t("Nothing slides or fades."),
            "choices": [("moving", t("Usual")), ("still", t("None"))],
            "chosen": "still" if look.comfort.still else "moving",
            "targets": "motion",
            "choose": lambda key: self._choose(still=key == "still"),
        }

    def _reach(self) -> dict[str, Any]:
        return {
            "glyph": "arrow-collapse-down",
            "title": t("Reach"),
            "detail": t("Everything to touch lies in the lower half."),
            "choices": [("usual", t("Usual")), ("low", t("Low"))],
            "chosen": "low" if look.comfort.low else "usual",
            "targets": "reach",
            "choose": lambda key: self._choose(low=key == "low"),
        }

    def _voice(self) -> dict[str, Any]:
        return {
            "glyph": "volume-high",
            "title": t("Read aloud"),
            "detail": t("The tablet reads every page to you."),
            "choices": [("silent", t("Off")), ("aloud", t("On"))],
            "chosen": "aloud" if look.comfort.aloud else "silent",
            "targets": "aloud",
            "choose": lambda key: self._choose(aloud=key == "aloud"),
        }

    def _choose(self, **change: object) -> None:
        self.moves.choose(look.with_comfort(**change))


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
