"""What was missed (level 1) or good (2, 3), if the citizen wishes to say. Every choice is saved when made."""

from __future__ import annotations

from pathlib import Path

from kivy.lang import Builder
from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.survey import REASONS, SloganSet
from kiosk.ui.board_plan import in_language
from kiosk.ui.chip_plan import Choice, Section
from kiosk.ui.look import level_word, look, reason_word, t
from kiosk.ui.screens.page import Screen
from kiosk.ui.widgets.button import PushButton
from kiosk.ui.widgets.chip_field import ChipField, Pager
from kiosk.ui.widgets.face import Face
from kiosk.ui.widgets.icon import Icon
from kiosk.ui.widgets.panel import Card
from kiosk.ui.widgets.ring import Ring
from kiosk.ui.widgets.text import Text, width_of

__all__ = ["Card", "ChipField", "Face", "Icon", "MoreScreen", "Ring", "Text"]

WARN_S = 10
"""The last seconds in which the page says louder that it is about to go."""


SHELF = 88
"""The row above the bottom row, design px; it stands only when something is on it."""


class Finish(PushButton):
    """ "Xong" with the countdown inside."""

    left = NumericProperty(0)
    total = NumericProperty(1)

    def needed(self) -> float:
        """Breadth in design px."""
        style = look.type("button")
        return max(232, width_of(self.label, style.font, style.size) / look.unit + 52 + 3 * 28)


class MoreFoot(BoxLayout):
    """The bottom row. ``seat`` holds what may be done beside the chips; it stays empty without moves."""

    left = NumericProperty(30)
    total = NumericProperty(30)
    warn_s = NumericProperty(WARN_S)
    moves = ObjectProperty(None)


class MoreScreen(Screen):
    """``level`` decides the question; ``chosen`` are the keys chosen so far."""

    level = NumericProperty(1)
    left = NumericProperty(30)
    total = NumericProperty(30)
    chosen = ObjectProperty(frozenset())
    commented = BooleanProperty(False)
    contacted = BooleanProperty(False)
    about = ObjectProperty(frozenset())
    shelf_tall = NumericProperty(SHELF)

    def on_kv_post(self, base_widget: object) -> None:
        self._pager = Pager(pos_hint={"center_y": 0.5})
        self._pager.bind(on_turn=lambda _, leaf: setattr(self.ids.field, "leaf", leaf))
        self.ids.field.bind(leaf=self._paged, leaves=self._paged)
        offered = self.moves.comment is not None and not self.commented
        self._comment = self._comment_button() if offered else None
        if self._comment is not None:
            (self.ids.shelf if self.shelved else self.ids.foot.ids.seat).add_widget(self._comment)
        # The page buttons take a row of their own in portrait, unless the comment button opened it already.
        self.ids.field.foot = SHELF if look.portrait and not self.ids.shelf.children else 0
        self._paged()

    @property
    def shelved(self) -> bool:
        """Whether the bottom row is too short for more than "Xong": then the rest stands above it."""
        return look.portrait and look.step >= 1.3

    def show_left(self, left: int, total: int) -> None:
        self.left, self.total = left, total

    def show_chosen(self, chosen: frozenset[str]) -> None:
        self.chosen = chosen

    def question(self) -> str:
        if self.level == 1:
            return t("What did we not manage?")
        return t("What did you find good?")

    def invitation(self, noted: bool) -> str:
        # Where there is no room for the explanation, the promise in it must still be read.
        if not noted:
            return t("Choose one or more, or none. Your answer carries no name.")
        return t("Choose one or more, or none. Every choice is saved at once.")

    def saved(self) -> str:
        line = t("Recorded: **{level}**", level=level_word(self.level))
        return line.replace(": ", ":\n", 1) if look.portrait else line

    def note(self) -> tuple[str, str, str]:
        """Icon, title and detail."""
        nameless = t("Your answer carries no name.")
        if self.level == 1:
            return "hands-pray", t("You tell us what was missing so that we can mend it."), nameless
        return "heart", t("You tell us what was good so that we keep it."), nameless

    def sections(self) -> tuple[Section, ...]:
        title = t("Common reasons") if self.level == 1 else t("Other matters")
        reasons = tuple(Choice(reason.key, reason_word(reason), reason.icon) for reason in REASONS)
        return (*promise_sections(self.facts.slogans), Section(0, title, reasons))

    def _comment_button(self) -> PushButton:
        button = PushButton(label=t("Write a comment"), glyph="pencil", target="comment")
        button.pos_hint = {"center_y": 0.5}
        button.bind(on_release=lambda _: self.moves.comment())
        return button

    def _paged(self, *_: object) -> None:
        """The page buttons stand only where there are pages."""
        field, pager = self.ids.field, self._pager
        pager.leaf, pager.leaves = field.leaf, field.leaves
        seat = self.ids.shelf if look.portrait else self.ids.foot.ids.seat
        if field.leaves > 1 and pager.parent is None:
            seat.add_widget(pager)
            field.lent = field.foot
        elif field.leaves <= 1 and pager.parent is not None:
            seat.remove_widget(pager)
            field.lent = 0


def promise_sections(slogans: SloganSet) -> tuple[Section, ...]:
    """The office's promises by group, in the language shown."""
    groups = (in_language(group, look.comfort.language) for group in slogans.groups)
    return tuple(
        Section(
            words.number,
            words.title,
            tuple(Choice(promise.key, text, promise.icon) for promise, text, _ in words.promises),
        )
        for words in groups
    )


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
