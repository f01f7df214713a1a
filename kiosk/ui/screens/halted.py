"""Shown in place of everything while no answer could be kept: the tablet asks for none. It says so in both
languages at once, because nobody is here yet who could choose one."""

from __future__ import annotations

from pathlib import Path

from kivy.lang import Builder
from kivy.properties import StringProperty

from kiosk.ui.look import look, t
from kiosk.ui.screens.page import Screen
from kiosk.ui.widgets.icon import Icon
from kiosk.ui.widgets.panel import Card, Panel
from kiosk.ui.widgets.text import Text

__all__ = ["Card", "HaltedScreen", "Icon", "Panel", "Text"]
SECOND = {"vi": "en"}
"""What stands below; below every other language it is Vietnamese."""


class HaltedScreen(Screen):
    """``reason`` is that of the StorageError at opening, too_new or locked, or settings; ``detail`` says what
    is wrong with those."""

    reason = StringProperty("too_new")
    detail = StringProperty("")

    @property
    def second(self) -> str:
        return SECOND.get(look.comfort.language, "vi")

    @staticmethod
    def most(wide: float, upright: float) -> float:
        """The text size, but no larger than this: two languages and two readers share the screen."""
        return min(look.step, upright if look.portrait else wide)

    def glyph(self) -> str:
        return {"too_new": "refresh", "settings": "pencil"}.get(self.reason, "timer-sand")

    def title(self) -> str:
        if self.reason == "too_new":
            return t("This tablet's program must be updated")
        if self.reason == "settings":
            return t("This tablet's settings must be mended")
        return t("This tablet is not ready yet")

    def advice(self) -> str:
        return t("No answer can be given here just now. All that was given before is kept.")

    def elsewhere(self) -> str:
        return t("We are sorry. Please tell the staff at the desk what you think.")

    def why(self) -> str:
        if self.reason == "too_new":
            return t("A newer program wrote this tablet's data. Please install the newest program.")
        if self.reason == "settings":
            return self.detail
        return t("Another program is using this tablet's data. It is tried again every few seconds.")

    def call(self) -> str:
        """Who helps; a tablet that was told nobody names the one everybody has."""
        who = self.facts.support or t("whoever looks after the tablets")
        return t("Please call: {who}", who=who)

    def below(self) -> str:
        """The same, shorter, in the second language."""
        with look.spoken(self.second):
            return f"**{self.title()}.** {self.advice()} {self.elsewhere()}"


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
