"""What was missed (level 1) or good (2, 3), if the citizen wishes to say. Every choice is saved when made."""

from __future__ import annotations

from pathlib import Path

from kivy.lang import Builder
from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.office import OfficeBook
from kiosk.survey import REASONS, SloganSet
from kiosk.ui.board_plan import in_language
from kiosk.ui.chip_plan import Choice, Section
from kiosk.ui.facts import in_order
from kiosk.ui.look import level_word, look, px, reason_word, t
from kiosk.ui.row_plan import GAP, Room, Rows, rows
from kiosk.ui.screens.page import Moves, Screen
from kiosk.ui.widgets.button import PushButton
from kiosk.ui.widgets.chip_field import ChipField, Pager
from kiosk.ui.widgets.face import Face
from kiosk.ui.widgets.icon import Icon
from kiosk.ui.widgets.panel import Card
from kiosk.ui.widgets.ring import Ring
from kiosk.ui.widgets.shelves import broadest, fill_shelves
from kiosk.ui.widgets.text import Text, width_of

__all__ = ["Card", "ChipField", "Face", "Icon", "MoreScreen", "Ring", "Text"]

WARN_S = 10
"""The last seconds in which the page says louder that it is about to go."""
SHELF = 88
"""A row between the chips and the bottom row with the air above it, design px; none stands empty."""
EDGE = 32
"""Free at the left and at the right of the page, design px."""
SUBJECTS = ("desk", "service", "official")


def tight() -> bool:
    """Large letters in the lower half only: there, words without icons leave the chips their room."""
    return look.comfort.low and look.step >= 1.3


class Finish(PushButton):
    """ "Xong" with the countdown inside."""

    left = NumericProperty(0)
    total = NumericProperty(1)

    def needed(self) -> float:
        style = look.type("button")
        return max(232, width_of(self.label, style.font, style.size) / look.unit + 52 + 3 * 28)


class Door(PushButton):
    """The way to a page behind this one; where something was given there already it says so."""

    def __init__(self, label: str, glyph: str, target: str, given: bool = False, **kwargs: object) -> None:
        shown = {"glyph": "check-circle", "kind": "tint"} if given else {"glyph": "" if tight() else glyph}
        if tight():
            shown["type_style"] = "chip"
        super().__init__(label=label, target=target, pos_hint={"center_y": 0.5}, **shown, **kwargs)


class SavedStrip(Card):
    """What is recorded, and the way to correct it; in low reach that way stands further down."""

    level = NumericProperty(1)
    line = StringProperty("")
    moves = ObjectProperty(None)

    def on_kv_post(self, base_widget: object) -> None:
        if look.comfort.low:
            self.remove_widget(self.ids.wrong)
        else:
            self.add_widget(choose_again(self.moves))


class MoreFoot(BoxLayout):
    """The bottom row. ``seat`` holds what may be done beside the chips; ``hinted``: with words about the
    countdown, which stands in "Xong" anyhow."""

    left = NumericProperty(30)
    total = NumericProperty(30)
    warn_s = NumericProperty(WARN_S)
    hinted = BooleanProperty(True)
    moves = ObjectProperty(None)

    def hint(self, left: int) -> str:
        if not self.hinted:
            return ""
        return t("Goes home by itself\nin {n} seconds", n=int(left))

    def hint_width(self) -> float:
        """Of the words at their broadest, design px."""
        return broadest(t("Goes home by itself\nin {n} seconds", n=88), "small_strong") + 4


class MoreScreen(Screen):
    """``level`` decides the question; ``chosen`` are the keys chosen so far. ``commented``, ``contacted``,
    ``about``: what was given on the pages behind this one."""

    level = NumericProperty(1)
    left = NumericProperty(30)
    total = NumericProperty(30)
    chosen = ObjectProperty(frozenset())
    commented = BooleanProperty(False)
    contacted = BooleanProperty(False)
    about = ObjectProperty(frozenset())
    shelves = NumericProperty(0)

    def on_kv_post(self, base_widget: object) -> None:
        self._pager = Pager(pos_hint={"center_y": 0.5})
        self._pager.bind(on_turn=lambda _, leaf: setattr(self.ids.field, "leaf", leaf))
        self.ids.field.bind(leaf=self._paged, leaves=self._paged)
        self._doors = self._made_doors()
        self.ids.field.foot = SHELF * (len(self._rows(True).shelves) - len(self._rows(False).shelves))
        self._seat_doors(paged=False)

    # -- the doors to other pages ------------------------------------------------------------------------

    def _made_doors(self) -> list[PushButton]:
        """The most important first."""
        moves, given = self.moves, {group for group, _ in self.about}
        offered = [
            (moves.comment, t("Write a comment"), "pencil", "comment", self.commented),
            (moves.reply, t("I want an answer"), "message-reply-text", "reply", self.contacted),
            (moves.subject, t("About what, with whom"), "account-group", "subject", given & set(SUBJECTS)),
            (moves.dossier, t("Dossier code"), "file-document-outline", "dossier", "dossier" in given),
        ]
        doors = []
        for move, label, glyph, target, done in offered:
            # A comment and a contact are given once.
            if move is not None and not (done and target in ("comment", "reply")):
                door = Door(label, glyph, target, bool(done))
                door.bind(on_release=lambda _, move=move: move())
                doors.append(door)
        return [choose_again(moves, tall=72), *doors] if look.comfort.low else doors

    def _rows(self, paged: bool) -> Rows:
        """Where the doors stand, with the page buttons or without."""
        doors = [*self._doors, self._pager] if paged else self._doors
        aside = frozenset(i for i, door in enumerate(self._doors) if door.target in ("subject", "dossier"))
        return rows([door.needed() for door in doors], self._room(), aside)

    def _room(self) -> Room:
        wide, foot = look.width / look.unit - 2 * EDGE, self.ids.foot
        question = broadest(self.question(), "title")
        beside = not look.portrait and not look.comfort.low
        return Room(
            seat=wide - foot.ids.done.needed() - 2 * GAP,
            hint=foot.hint_width(),
            side=wide - question - EDGE if beside else 0,
            shelf=wide,
        )

    def _seat_doors(self, paged: bool) -> None:
        doors, plan = [*self._doors, self._pager], self._rows(paged)
        for door in doors:
            if door.parent is not None:
                door.parent.remove_widget(door)
        for row, places in ((self.ids.foot.ids.seat, plan.seat), (self.ids.side, plan.side)):
            for i in places:
                row.add_widget(doors[i])
        fill_shelves(self.ids.shelf, doors, plan.shelves)
        self.shelves, self.ids.foot.hinted = len(plan.shelves), plan.hint

    def gap(self) -> float:
        """Above the bottom row, in window px."""
        return px(16 if look.comfort.low or look.step >= 1.3 else 28)

    def low_height(self, shelves: int) -> float:
        """In low reach the chips have what the rows below leave of the lower half; window px."""
        return look.height / 2 - px(28) - self.ids.foot.height - self.gap() - px(SHELF) * shelves

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
            road = t("A complaint or a denunciation has its own road: see **Citizen reception hours**.")
            return (
                "hands-pray",
                t("You tell us what was missing so that we can mend it."),
                f"{nameless} {road}",
            )
        return "heart", t("You tell us what was good so that we keep it."), nameless

    def sections(self) -> tuple[Section, ...]:
        title = t("Common reasons") if self.level == 1 else t("Other matters")
        return (*promise_sections(self.facts.slogans), Section(0, title, self._reasons()))

    def _reasons(self) -> tuple[Choice, ...]:
        """Those headquarters or the administrator names, the office's own, or the usual ones."""
        own, usual = reasons_of(self.facts.book)
        wanted = self.facts.reasons
        return in_order((*usual, *own), wanted) if wanted else own or usual

    def _paged(self, *_: object) -> None:
        """The page buttons stand only where there are pages."""
        field, pager = self.ids.field, self._pager
        pager.leaf, pager.leaves = field.leaf, field.leaves
        if (field.leaves > 1) != (pager.parent is not None):
            self._seat_doors(paged=field.leaves > 1)
            field.lent = field.foot if field.leaves > 1 else 0


def reasons_of(book: OfficeBook) -> tuple[tuple[Choice, ...], tuple[Choice, ...]]:
    """The office's own reasons, and the usual ones."""
    language = look.comfort.language
    own = tuple(Choice(one.key, one.text(language), one.icon) for one in book.reasons)
    return own, tuple(Choice(reason.key, reason_word(reason), reason.icon) for reason in REASONS)


def choose_again(moves: Moves, tall: float = 56) -> PushButton:
    """ "Chọn lại"."""
    button = PushButton(
        kind="tint",
        label=t("Choose again"),
        glyph="" if tight() else "undo-variant",
        glyph_size=24,
        type_style="chip",
        tall=tall,
        lip=0,
        target="again",
        pos_hint={"center_y": 0.5},
    )
    button.bind(on_release=lambda _: moves.again())
    return button


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
