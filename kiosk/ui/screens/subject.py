"""What the visit was about and who served, if the citizen wishes to say. Every choice is saved when made."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from kivy.graphics import Color, Rectangle, SmoothEllipse
from kivy.graphics.texture import Texture
from kivy.lang import Builder
from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.anchorlayout import AnchorLayout

from kiosk.office import OfficeBook
from kiosk.ui.look import look, px, t
from kiosk.ui.photos import photos
from kiosk.ui.screens.more import SHELF, Finish
from kiosk.ui.screens.page import Screen
from kiosk.ui.subject_plan import Cell, Leaf, Placed, Room, Section, best_plan
from kiosk.ui.theme import Rgba
from kiosk.ui.widgets.board import FontRuler
from kiosk.ui.widgets.button import PushButton
from kiosk.ui.widgets.chip import Chip
from kiosk.ui.widgets.chip_field import NOTE_AIR, NOTE_ICON, NOTE_PAD, ChipHead, Note, Pager
from kiosk.ui.widgets.face import Face
from kiosk.ui.widgets.icon import Icon
from kiosk.ui.widgets.leaf_field import LeafField
from kiosk.ui.widgets.panel import Panel
from kiosk.ui.widgets.press import Press
from kiosk.ui.widgets.text import Text

__all__ = ["Face", "Finish", "Icon", "PushButton", "SubjectScreen", "Text"]

DESK, SERVICE, OFFICIAL = "desk", "service", "official"
DESK_ICON = "desk"


class Portrait(AnchorLayout):
    """An official's photo, cut round; until it is there, and where there is none, the initials."""

    unread = True
    photo = ObjectProperty(None, allownone=True)
    name = StringProperty("")
    extent = NumericProperty(80)

    def __init__(self, **kwargs: object) -> None:
        self._texture: Texture | None = None
        super().__init__(**kwargs)
        for name in ("pos", "size"):
            self.fbind(name, self._paint)
        self._paint()

    def initials(self, name: str) -> str:
        """ "Nguyễn Thị Hồng Nhung" → "HN": people are called by the last words of their names."""
        return "".join(word[0] for word in name.split()[-2:]).upper()

    def on_photo(self, *_: object) -> None:
        """Set by the card once ``extent`` is."""
        if self.photo is not None:
            photos.want(self.photo, px(self.extent), self._arrived)

    def _arrived(self, texture: Texture | None) -> None:
        self._texture = texture
        self.ids.letters.opacity = 0 if texture is not None else 1
        self._paint()

    def _paint(self, *_: object) -> None:
        self.canvas.before.clear()
        with self.canvas.before:
            Color(rgba=look.c.brand_t)
            SmoothEllipse(pos=self.pos, size=self.size)
            if self._texture is not None:
                Color(1, 1, 1, 1)
                Rectangle(texture=self._texture, pos=(round(self.x), round(self.y)), size=self._texture.size)


class OfficialCard(Press, Panel):
    """One official; ``label`` and ``duty`` come broken into lines."""

    key = StringProperty("")
    label = StringProperty("")
    duty = StringProperty("")
    name = StringProperty("")
    photo = ObjectProperty(None, allownone=True)
    extent = NumericProperty(80)
    chosen = BooleanProperty(False)

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.slop = 8

    def surface(self) -> Rgba:
        c = look.c
        if self.chosen:
            return c.brand_l if self.pressed else c.brand
        return c.brand_t if self.pressed else c.card


class SubjectField(LeafField):
    """``about`` are the chosen (group, key) pairs."""

    about = ObjectProperty(frozenset())
    __events__ = ("on_pick",)

    def __init__(self, **kwargs: object) -> None:
        self._cells: dict[tuple[str, str], Chip | OfficialCard] = {}
        super().__init__(**kwargs)

    def on_pick(self, group: str, key: str) -> None:
        """Event: a cell was touched."""

    def on_about(self, *_: object) -> None:
        for pair, cell in self._cells.items():
            cell.chosen = pair in self.about

    def _planned(self, more: float) -> tuple[Leaf, ...]:
        room = self.width / look.unit, self.height / look.unit + more
        return planned(self.sections, note_words(), *room, look.step, look.unit, look.portrait)

    def _fill(self, *_: object) -> None:
        for cell in self._cells.values():
            cell.stop()
        self.clear_widgets()
        self._cells = {}
        if not self._leaves:
            return
        leaf = self._leaves[int(self.leaf)]
        for head in leaf.heads:
            self._place(ChipHead(title=head.title), head.box)
        for placed in leaf.cells:
            pair = (placed.cell.group, placed.cell.key)
            self._cells[pair] = self._cell(placed)
            self._place(self._cells[pair], placed.box)
        if leaf.note:
            title, detail = note_words()
            self._place(Note(glyph="heart", title=title, detail=detail), leaf.note)

    def _cell(self, placed: Placed) -> Chip | OfficialCard:
        cell = placed.cell
        given = {
            "key": cell.key,
            "label": "\n".join(placed.lines),
            "chosen": (cell.group, cell.key) in self.about,
            "target": f"pick-{cell.group}-{cell.key}",
        }
        made: Chip | OfficialCard
        if cell.is_card:
            duty = "\n".join(placed.details)
            made = OfficialCard(name=cell.text, duty=duty, photo=cell.photo, extent=placed.photo, **given)
        else:
            made = Chip(glyph=cell.icon, **given)
        made.bind(on_release=lambda _: self.dispatch("on_pick", cell.group, cell.key))
        return made


class SubjectScreen(Screen):
    """``about``: what was picked so far. There is nothing to send: "Xong" goes back to the page before."""

    level = NumericProperty(1)
    left = NumericProperty(30)
    total = NumericProperty(30)
    about = ObjectProperty(frozenset())

    def on_kv_post(self, base_widget: object) -> None:
        self._pager = Pager(pos_hint={"center_y": 0.5})
        self._pager.bind(on_turn=lambda _, leaf: setattr(self.ids.field, "leaf", leaf))
        self.ids.field.bind(leaf=self._paged, leaves=self._paged)
        self.ids.field.foot = SHELF if look.portrait else 0

    def show_left(self, left: int, total: int) -> None:
        self.left, self.total = left, total

    def show_about(self, about: frozenset[tuple[str, str]]) -> None:
        self.about = about

    def sections(self) -> tuple[Section, ...]:
        return sections_of(self.facts.asked)

    def question(self) -> str:
        """Asks for no more than the office lets one say."""
        asked = {section.cells[0].group for section in self.sections()}
        if asked == {OFFICIAL}:
            return t("Who served you?")
        if asked == {DESK}:
            return t("Which desk was it?")
        return t("About what, and with whom?") if OFFICIAL in asked else t("What was it about?")

    def _paged(self, *_: object) -> None:
        """The page buttons stand only where there are pages; in portrait on a row of their own."""
        field, pager = self.ids.field, self._pager
        pager.leaf, pager.leaves = field.leaf, field.leaves
        seat = self.ids.shelf if look.portrait else self.ids.seat
        if field.leaves > 1 and pager.parent is None:
            seat.add_widget(pager)
            field.lent = field.foot
        elif field.leaves <= 1 and pager.parent is not None:
            seat.remove_widget(pager)
            field.lent = 0


def sections_of(book: OfficeBook) -> tuple[Section, ...]:
    """What can be picked. A tablet that stands at one desk need not ask which."""
    desks = tuple(Cell(DESK, desk.key, desk.name, DESK_ICON) for desk in book.desks)
    services = tuple(Cell(SERVICE, each.key, each.name, each.icon) for each in book.services)
    officials = tuple(
        Cell(OFFICIAL, each.key, each.name, detail=each.duty, photo=each.photo) for each in book.officials
    )
    parts = (
        (t("Desk"), desks if len(desks) > 1 else ()),
        (t("Field of work"), services),
        (t("Official"), officials),
    )
    return tuple(Section(title, cells) for title, cells in parts if cells)


def note_words() -> tuple[str, str]:
    """Why it is asked, and that it stays without a name."""
    why = t("It helps us to praise the right people and to mend the right things.")
    return why, t("Your answer carries no name.")


@lru_cache(maxsize=32)
def planned(
    sections: tuple[Section, ...],
    note: tuple[str, str],
    width: float,
    height: float,
    step: float,
    unit: float,
    portrait: bool,
) -> tuple[Leaf, ...]:
    """Kept, because the page is built again for every citizen; ``unit`` is part of what words measure."""
    ruler = FontRuler()

    def note_height(room: float) -> float:
        inner = room - NOTE_ICON - 2 * NOTE_PAD
        lines = (28, note[0], "body_strong"), (24, note[1], "small")
        return NOTE_AIR + sum(
            tall * step * len(ruler.wrap(words, kind, step, inner)) for tall, words, kind in lines
        )

    return best_plan(sections, Room(width, height, step, not portrait, ruler, note_height))


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
