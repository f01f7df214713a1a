"""Shown instead of thanks when the rating could not be stored. Calm, and unlike thanks in every part."""

from __future__ import annotations

from pathlib import Path

from kivy.lang import Builder
from kivy.properties import BooleanProperty, NumericProperty, StringProperty

from kiosk.ui.look import t
from kiosk.ui.screens.closing import BottomRow
from kiosk.ui.screens.page import Screen
from kiosk.ui.widgets.icon import Icon
from kiosk.ui.widgets.panel import Card, Panel
from kiosk.ui.widgets.text import Text

__all__ = ["BottomRow", "Card", "Icon", "NotSavedScreen", "Panel", "Text"]


class NotSavedScreen(Screen):
    """``reason`` is StorageError.reason or "unexpected". ``rated``: the level itself was saved before, so the
    citizen must not be asked to touch a face again."""

    reason = StringProperty("unexpected")
    rated = BooleanProperty(False)
    left = NumericProperty(8)
    total = NumericProperty(8)

    def show_left(self, left: int, total: int) -> None:
        self.left, self.total = left, total

    def title(self) -> str:
        return t("That was not saved") if self.rated else t("Your answer was not saved")

    def advice(self) -> str:
        if self.rated:
            return t("The answer given before is kept. Please tell the staff at the desk.")
        if self.reason == "full":
            return t("Please tell the staff at the desk. This tablet can take no answers for the moment.")
        return t("Please tell the staff at the desk. You may then touch a face once more.")

    def why(self) -> str:
        """The reason in words that help the staff; the log has the rest."""
        known = {
            "full": t("The tablet's storage is full. It takes answers again when there is room."),
            "read_only": t("The tablet's storage cannot be written to."),
            "locked": t("The tablet's storage is busy."),
            "damaged": t("The tablet's storage is damaged."),
        }
        return known.get(self.reason, t("The tablet's storage does not answer."))


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
