"""The closing page of who wrote something: what happens next, and the code with which the answer is found."""

from __future__ import annotations

from pathlib import Path

from kivy.lang import Builder
from kivy.properties import NumericProperty, ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.ui.look import level_word, look, t
from kiosk.ui.row_plan import GAP, Room, Rows, rows
from kiosk.ui.screens.closing import BottomRow, Closing, Discs, PromiseChip, Step, covered_line
from kiosk.ui.widgets.button import PushButton
from kiosk.ui.widgets.face import Face
from kiosk.ui.widgets.panel import Card
from kiosk.ui.widgets.qr_code import QrCode
from kiosk.ui.widgets.shelves import broadest, fill_shelves
from kiosk.ui.widgets.text import Text

__all__ = [
    "BottomRow",
    "Card",
    "Discs",
    "Face",
    "PromiseChip",
    "PushButton",
    "QrCode",
    "Step",
    "Text",
    "followed_screen",
]


class Code(Card):
    """The code in letters, its QR where a phone can follow it, and what to do with it."""

    code = StringProperty("")
    link = StringProperty("")
    extent = NumericProperty(288)

    def on_kv_post(self, base_widget: object) -> None:
        if self.link:
            self.ids.seat.add_widget(QrCode(text=self.link, extent=self.extent))

    def letters(self) -> str:
        """In large letters a group to a line."""
        return self.code if look.step < 1.1 else self.code.replace("-", "-\n")

    def advice(self) -> str:
        if not self.link:
            return t("Please note this code, or take a photo of it.")
        return t("Scan it with your phone to see the answer")


class CodeCard(Code):
    """Below each other."""


class CodeStrip(Code):
    """For an upright tablet: the QR at the left, words beside it."""


class FollowedFoot(BoxLayout):
    """The countdown and the buttons; those that do not fit beside "Xong" stand on a shelf above."""

    left = NumericProperty(0)
    total = NumericProperty(1)
    shelves = NumericProperty(0)
    moves = ObjectProperty(None)
    contacted = ObjectProperty(False)

    def on_kv_post(self, base_widget: object) -> None:
        doors = self._doors()
        plan = self._rows(doors)
        row = self.ids.row
        row.hinted = plan.hint
        for i in plan.seat:
            row.add_widget(doors[i], index=1)
        fill_shelves(self.ids.shelf, doors, plan.shelves)
        self.shelves = len(plan.shelves)

    def _doors(self) -> list[PushButton]:
        offered = [(self.moves.more_time, t("More time"), "timer-sand", "more-time")]
        if self.moves.reply is not None and not self.contacted:
            offered.append((self.moves.reply, t("I want an answer"), "message-reply-text", "reply"))
        doors = []
        for move, label, glyph, target in offered:
            door = PushButton(label=label, glyph=glyph, target=target, pos_hint={"center_y": 0.5})
            door.bind(on_release=lambda _, move=move: move())
            doors.append(door)
        return doors

    def _rows(self, doors: list[PushButton]) -> Rows:
        wide, row = look.width / look.unit - 2 * edge(), self.ids.row
        return rows(
            [door.needed() for door in doors],
            Room(
                seat=wide - 64 - row.ids.done.needed() - 2 * GAP,
                hint=broadest(row.hint(88), "small") + 8,
                side=0,
                shelf=wide,
            ),
        )


class Followed(Closing):
    """Behaviour of both orientations."""

    def link(self) -> str:
        """Where a phone follows the code; empty while headquarters does not know this tablet."""
        return self.facts.lookup(self.lookup)

    def title(self) -> str:
        return t("We are sorry.") if self.level == 1 else t("Thank you!")

    def lead(self) -> str:
        if look.step >= 1.3:
            return ""
        if self.level == 1:
            return t("Thank you for telling us plainly.\nIt helps us to do better.")
        return t("Your words help us to keep what is good\nand to mend the rest.")

    def chip(self) -> tuple[str, str]:
        return self.promise("xin-loi" if self.level == 1 else "cam-on")

    def steps(self) -> tuple[tuple[str, str], ...]:
        """Title and detail of what was done, what follows and how the answer is found."""
        with_level = t("With your answer “{level}”.", level=level_word(self.level))
        kept = [with_level, covered_line(self.masked)]
        if self.contacted:
            kept[0] = t("Your contact is encrypted; only who answers you can open it.")
        return (
            (self.written_line(), " ".join(filter(None, kept))),
            self.road(),
            (t("Find the answer with this code"), t("On your phone, or ask at the desk.")),
        )

    def road(self) -> tuple[str, str]:
        if self.facts.enrolled and self.contacted:
            return t("It goes to headquarters, your contact sealed"), t("As soon as there is a connection.")
        return super().road()

    def written_line(self) -> str:
        if not self.commented:
            return self.saved_line()
        when = self.saved_at
        return t("Comment saved at {time}, {day}", time=look.words.clock(when), day=look.words.day(when))


class FollowedLandscape(Followed):
    """Words and steps at the left, the code at the right."""


class FollowedPortrait(Followed):
    """The code under the steps."""


def edge() -> float:
    """Free at both sides of the page, design px."""
    return 48 if look.portrait else 56


Builder.load_file(str(Path(__file__).with_suffix(".kv")))


def followed_screen(**kwargs: object) -> Followed:
    """The page for the present orientation."""
    return (FollowedPortrait if look.portrait else FollowedLandscape)(**kwargs)
