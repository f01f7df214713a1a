"""The pieces of the reply page. They show what they are told; the page decides."""

from __future__ import annotations

from pathlib import Path

from kivy.lang import Builder
from kivy.properties import BooleanProperty, NumericProperty, OptionProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.ui.look import look
from kiosk.ui.theme import Rgba
from kiosk.ui.widgets.button import PushButton
from kiosk.ui.widgets.face import Face
from kiosk.ui.widgets.field import TickBox
from kiosk.ui.widgets.icon import Icon
from kiosk.ui.widgets.panel import Card, Panel
from kiosk.ui.widgets.ring import Ring
from kiosk.ui.widgets.text import Text

__all__ = ["Card", "Face", "Icon", "Panel", "PushButton", "Ring", "Text", "TickBox"]


class ReplyTop(BoxLayout):
    """Back, the face, the title, and in landscape the way to the other road. In low reach only what is read:
    the foot has the rest."""

    level = NumericProperty(1)
    __events__ = ("on_back", "on_elsewhere")

    def on_back(self) -> None:
        """Event: the arrow."""

    def on_elsewhere(self) -> None:
        """Event: "Khiếu nại, tố cáo?"."""

    def on_kv_post(self, base_widget: object) -> None:
        if look.portrait or look.comfort.low:
            self.remove_widget(self.ids.elsewhere)
        if look.comfort.low:
            self.remove_widget(self.ids.back)


class PurposeNote(Panel):
    """Why this is asked and how long it is kept."""

    words = StringProperty("")


class Between(BoxLayout):
    """ "hoặc" between two fields of which one is enough."""


class NoteLine(BoxLayout):
    """One line beside the fields: a hint, what is wrong, or that the page is about to close."""

    words = StringProperty("")
    state = OptionProperty("hint", options=("hint", "wrong", "good"))
    warning = BooleanProperty(False)
    left = NumericProperty(0)

    def glyph(self) -> str:
        return {"wrong": "alert-circle-outline", "good": "check-circle"}.get(
            self.state, "information-outline"
        )

    def colour(self) -> Rgba:
        c = look.c
        return {"wrong": c.warn, "good": c.ok}.get(self.state, c.ink2)


class ReplyFoot(BoxLayout):
    """The two sentences to tick, and "Gửi", which looks asleep until all is there but always answers."""

    agreed = BooleanProperty(False)
    guardian = BooleanProperty(False)
    asked = BooleanProperty(False)
    ready = BooleanProperty(False)
    sending = BooleanProperty(False)
    focus = StringProperty("")
    __events__ = ("on_press", "on_back", "on_elsewhere")

    def on_back(self) -> None:
        """Event: the arrow."""

    def on_press(self, stop: str) -> None:
        """Event: "agree", "guardian" or "send" was touched."""

    def on_elsewhere(self) -> None:
        """Event: "Khiếu nại, tố cáo?"."""

    def on_kv_post(self, base_widget: object) -> None:
        low, last = look.comfort.low, self.ids.last
        if not low:
            self.ids.row.remove_widget(self.ids.back)
        if not low and not look.portrait:
            last.remove_widget(self.ids.elsewhere)  # the top has it
        elif look.portrait:
            last.remove_widget(self.ids.elsewhere)
            self.ids.row.add_widget(self.ids.elsewhere, index=2)

    @property
    def small(self) -> str:
        """The type of the way to the other road, which in low reach has to share a row."""
        return "caption" if look.comfort.low and look.step >= 1.3 else "chip"


class LeaveReply(BoxLayout):
    """Asks before what was typed is thrown away."""

    __events__ = ("on_keep", "on_leave")

    def on_keep(self) -> None:
        """Event: go on."""

    def on_leave(self) -> None:
        """Event: throw it away."""


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
