"""The head of the staff's page: the day, what leads away, and which part shows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kivy.lang import Builder
from kivy.properties import ObjectProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

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
        if look.comfort.low:
            return
        beside = not look.portrait and look.step == 1
        (self.ids.middle if beside else self.ids.below).add_widget(StaffDay(page=self.page))

    def lowered(self) -> list[Widget]:
        """In low reach only words stay here: the rows of what is touched, for the foot of the page."""
        leave = [self.ids.export, self.ids.close]
        for button in leave:
            self.ids.row.remove_widget(button)
        day = StaffDay(page=self.page)
        if look.portrait:
            return [_row(Widget(), day, Widget()), _row(leave[0], Widget(), leave[1])]
        return [_row(day, Widget(), *leave)]


class LowRow(BoxLayout):
    """Buttons side by side at the foot of the page."""


def _row(*widgets: Widget) -> LowRow:
    row = LowRow()
    for widget in widgets:
        row.add_widget(widget)
    return row


def one_at_a_time() -> bool:
    """Whether parts have the page in turn: where letters are large, and in low reach, where what is touched
    in them leaves the upper half to one of them only."""
    return look.step > 1 or look.comfort.low


class Tabs(BoxLayout):
    """Which part of the page shows: side by side, or one after the other where letters are large."""

    @staticmethod
    def paged() -> bool:
        """Whether there is no room for all words side by side."""
        return look.step > 1 or (look.comfort.low and look.portrait)

    def show(self, page: Any) -> None:
        """As it is with ``page`` now."""
        self.clear_widgets()
        parts, words = page.parts(), page.part_word
        if page.mode == "month" and look.comfort.low:
            return  # which has its own way back
        if page.mode != "day" and self.paged():
            self._back(page)
            return
        if not self.paged():
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
