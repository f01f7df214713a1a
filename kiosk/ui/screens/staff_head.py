"""The head of the staff's page: the day, what leads away, and which part shows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kivy.lang import Builder
from kivy.properties import ObjectProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.ui.look import look, t
from kiosk.ui.widgets.button import PushButton
from kiosk.ui.widgets.chip_field import Pager
from kiosk.ui.widgets.page_head import BackButton
from kiosk.ui.widgets.panel import Panel
from kiosk.ui.widgets.segments import Segments
from kiosk.ui.widgets.text import Text

__all__ = ["PushButton", "StaffHead", "Tabs", "Text"]

USUAL_TABS = 4


class StaffDay(BoxLayout):
    """The day, the days beside it, and the way to the month."""

    page = ObjectProperty(None, rebind=True)


class StaffHead(Panel):
    """Title, day and what leads away; where the day has no room it stands below."""

    page = ObjectProperty(None, rebind=True)

    def on_kv_post(self, base_widget: object) -> None:
        beside = not look.portrait and look.step == 1
        (self.ids.middle if beside else self.ids.below).add_widget(StaffDay(page=self.page))


class Tabs(BoxLayout):
    """Which part of the page shows: side by side, or one after the other where letters are large."""

    def show(self, page: Any) -> None:
        """As it is with ``page`` now."""
        self.clear_widgets()
        parts, words = page.parts(), page.part_word
        if page.mode != "day" and look.step > 1:
            self._back(page)
            return
        if look.step == 1:
            narrow = look.portrait and len(parts) > USUAL_TABS
            switch = Segments(
                factors=[0.85] * len(parts) if narrow else [],
                choices=[(part, words(part)) for part in parts],
                chosen=page.part if page.mode == "day" else "", targets="part",
                breadth=min(200, (720 if look.portrait else 1200) // len(parts)), tall=56,
            )  # fmt: skip
            switch.bind(on_choose=lambda _, part: page.choose_part(part))
            self.add_widget(switch)
            return
        place = parts.index(page.part) if page.part in parts else 0
        self.add_widget(Text(text=words(parts[place]), kind="heading", fit=True, pos_hint={"center_y": 0.5}))
        pager = Pager(leaf=place, leaves=len(parts), pos_hint={"center_y": 0.5})
        pager.bind(on_turn=lambda _, place: page.turn_part(place))
        self.add_widget(pager)

    def _back(self, page: Any) -> None:
        """From the month to the figures."""
        if page.mode == "month":
            words = Text(text=t("Month at a glance"), kind="heading", fit=True, pos_hint={"center_y": 0.5})
            back = BackButton(tall=64)
            back.bind(on_release=lambda _: page.choose_part(page.part))
            self.add_widget(words)
            self.add_widget(back)


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
