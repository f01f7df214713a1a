"""Today at a glance: three counts with shares and N, from the tablet's own store."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from kivy.lang import Builder
from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty

from kiosk.store import Tally
from kiosk.ui.look import level_word, look, t
from kiosk.ui.screens.page import Screen
from kiosk.ui.widgets.button import PushButton
from kiosk.ui.widgets.face import Face
from kiosk.ui.widgets.icon import Icon
from kiosk.ui.widgets.panel import Card, Panel
from kiosk.ui.widgets.share_bar import ShareBar
from kiosk.ui.widgets.text import Text

__all__ = ["Card", "Face", "Icon", "LevelCount", "Panel", "PushButton", "ShareBar", "StaffScreen", "Text"]


class LevelCount(Panel):
    """A level's count, its share and its word."""

    level = NumericProperty(3)
    count = StringProperty("")
    share = StringProperty("")
    label = StringProperty("")


class StaffScreen(Screen):
    """``tally`` is None until the store has answered; ``failed`` when it could not."""

    tally = ObjectProperty(None, allownone=True)
    failed = BooleanProperty(False)
    read_at = ObjectProperty(None, allownone=True)

    def show_tally(self, tally: Tally | None, now: datetime) -> None:
        self.failed = tally is None
        self.tally, self.read_at = tally, now

    def title(self) -> str:
        return t("Today's answers")

    def day(self) -> str:
        return look.words.long_day(self.tally.day if self.tally else self.facts.now().date())

    def count(self, level: int) -> int:
        return self.tally.by_level.get(level, 0) if self.tally else 0

    def share(self, level: int) -> str:
        return look.words.percent(self.count(level) / self.tally.total) if self.has_answers() else "–"

    def has_answers(self) -> bool:
        return self.tally is not None and self.tally.total > 0

    def counts(self) -> list[int]:
        return [self.count(level) for level in (3, 2, 1)]

    def number(self, level: int) -> str:
        return look.words.number(self.count(level)) if self.tally is not None else self._unknown()

    def _unknown(self) -> str:
        return "–" if self.failed else "…"

    def total(self) -> str:
        return look.words.number(self.tally.total) if self.tally is not None else self._unknown()

    def satisfied(self) -> str:
        """ "tỷ lệ hài lòng" counts levels 3 and 2, as the plans do."""
        if not self.has_answers():
            return ""
        rate = (self.count(3) + self.count(2)) / self.tally.total
        return t("{share} satisfied or very satisfied", share=look.words.percent(rate))

    def state(self) -> str:
        """What stands in place of the bar while there is nothing to draw."""
        if self.failed:
            return t("The counts could not be read. Please try again.")
        if self.tally is None:
            return t("Reading…")
        return "" if self.tally.total else t("No answers yet today")

    def swallowed(self) -> str:
        if self.tally is None:
            return ""
        if not self.tally.swallowed:
            return t("Not counted: none. Touches within seconds of an answer are not counted.")
        return t(
            "Not counted: {n}. Touches within seconds of an answer are not counted.",
            n=look.words.number(self.tally.swallowed),
        )

    def read_line(self) -> str:
        return t("Read at {time}", time=look.words.clock(self.read_at)) if self.read_at else ""

    def word(self, level: int) -> str:
        return level_word(level)


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
