"""Khiếu nại, tố cáo: they have a road of their own. Says where it begins; this tablet takes none of them."""

from __future__ import annotations

from pathlib import Path

from kivy.lang import Builder
from kivy.properties import BooleanProperty, NumericProperty

from kiosk.office import Row
from kiosk.ui.look import look, t
from kiosk.ui.notice_plan import LOUD, NOTE, VALUE, Block, unbroken
from kiosk.ui.screens.page import Screen
from kiosk.ui.widgets.chip_field import Pager
from kiosk.ui.widgets.page_head import BackButton, GoingHome, PageHead
from kiosk.ui.widgets.sheets import Sheets
from kiosk.ui.widgets.text import Text

__all__ = ["BackButton", "ElsewhereScreen", "GoingHome", "PageHead", "Pager", "Sheets", "Text"]


class ElsewhereScreen(Screen):
    """In a visit it goes back to where the citizen was, and counts down with the visit; ``beside`` home it
    closes."""

    left = NumericProperty(0)
    total = NumericProperty(0)
    beside = BooleanProperty(False)

    def show_left(self, left: int, total: int) -> None:
        self.left, self.total = left, total

    def leave(self) -> None:
        if self.beside:
            self.moves.close()
        else:
            self.moves.back()

    @property
    def updated(self) -> str:
        complaint = self.facts.book.complaint
        return t("Updated {day}", day=look.words.day(complaint.date)) if complaint else ""

    @property
    def blocks(self) -> tuple[Block, ...]:
        """What the office names; without a book, who can be asked."""
        complaint = self.facts.book.complaint
        if complaint is None:
            ask = t("Please ask at the desk for the citizen reception hours and the hotline.")
            return (Block(t("Where to turn"), "", (Row("", ask),), "information-outline"),)
        hotline = (Row("", complaint.hotline),)
        told = (
            (t("Citizen reception hours"), complaint.schedule, "calendar-clock-outline", VALUE),
            (t("Hotline"), hotline, "phone-in-talk-outline", LOUD),
            (t("Where to hand it in"), complaint.addresses, "map-marker-outline", VALUE),
            (t("The laws it follows"), complaint.laws, "scale-balance", NOTE),
        )
        return tuple(
            Block(title, "", unbroken(rows), glyph, style) for title, rows, glyph, style in told if rows
        )


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
