"""The chips of the page "more": promises by group and the usual reasons, on as many leaves as it takes."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from kivy.input.motionevent import MotionEvent
from kivy.lang import Builder
from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.ui.chip_plan import HEAD_STEP, Field, Leaf, Plan, Section, best_plan
from kiosk.ui.look import look
from kiosk.ui.widgets.board import FontRuler
from kiosk.ui.widgets.button import PushButton
from kiosk.ui.widgets.chip import Chip
from kiosk.ui.widgets.icon import Icon
from kiosk.ui.widgets.leaf_field import LeafField
from kiosk.ui.widgets.panel import Panel
from kiosk.ui.widgets.press import Press
from kiosk.ui.widgets.text import width_of

__all__ = ["ChipField", "Icon", "Pager", "PushButton"]

NOTE_ICON, NOTE_PAD, NOTE_AIR, NOTE_DOOR = 64, 28, 40, 56


class ChipHead(BoxLayout):
    """A section's heading."""

    number = NumericProperty(0)
    title = StringProperty("")
    most = NumericProperty(HEAD_STEP)

    def spoken(self) -> list[str]:
        """For reading aloud."""
        return [f"{self.number} {self.title.lower()}" if self.number else self.title]


class Note(Press, Panel):
    """Why the question is asked. With ``leads`` it is also the way to another page."""

    glyph = StringProperty("hands-pray")
    title = StringProperty("")
    detail = StringProperty("")
    leads = BooleanProperty(False)

    def on_kv_post(self, base_widget: object) -> None:
        if self.leads:
            self.add_widget(Icon(glyph="chevron-right", extent=32, pos_hint={"center_y": 0.5}))

    def on_touch_down(self, touch: MotionEvent) -> bool:
        # One that leads nowhere is no button and takes no finger.
        return bool(super().on_touch_down(touch)) if self.leads else False


class Pager(BoxLayout):
    """Leaves through the chips: back, "1/2", on. Nothing scrolls by drag."""

    leaf = NumericProperty(0)
    leaves = NumericProperty(1)
    __events__ = ("on_turn",)

    def on_turn(self, leaf: int) -> None:
        """Event: another leaf is wanted."""

    def needed(self) -> float:
        """The breadth it takes, in design px."""
        style = look.type("button")
        return 2 * 76 + 2 * 14 + width_of("88/88", style.font, style.size) / look.unit


class ChipField(LeafField):
    """``chosen``: keys; ``note``: icon, title and detail of the explanation."""

    least_height = 120
    watched = (*LeafField.watched, "note")
    note = ObjectProperty(("hands-pray", "", ""))
    chosen = ObjectProperty(frozenset())
    noted = BooleanProperty(True)  # False once there was no room for the explanation
    leads = BooleanProperty(False)  # the explanation is the way to another page
    __events__ = ("on_toggle", "on_follow")

    def __init__(self, **kwargs: object) -> None:
        self._plan: Plan | None = None
        super().__init__(**kwargs)

    def on_toggle(self, key: str) -> None:
        """Event: a chip was touched."""

    def on_follow(self) -> None:
        """Event: the explanation was touched, and it leads somewhere."""

    def on_chosen(self, *_: object) -> None:
        for chip in self.children:
            if isinstance(chip, Chip):
                chip.chosen = chip.key in self.chosen

    def _arranged(self) -> None:
        self.noted = self.noted and any(leaf.note for leaf in self._leaves)

    def _planned(self, more: float) -> tuple[Leaf, ...]:
        room = self.width / look.unit, self.height / look.unit + more
        door = NOTE_DOOR if self.leads else 0
        self._plan = planned(self.sections, *room, look.step, look.unit, look.portrait, self.note[1:], door)
        return self._plan.leaves

    def _fill(self, *_: object) -> None:
        for child in self.children:
            if isinstance(child, (Chip, Note)):
                child.stop()
        self.clear_widgets()
        if not self._leaves:
            return
        leaf = self._leaves[int(self.leaf)]
        for head in leaf.heads:
            self._place(ChipHead(number=head.number, title=head.title), head.box)
        for chip in leaf.chips:
            self._place(self._chip(chip.choice.key, chip.choice.icon, chip.lines), chip.box)
        if leaf.note:
            glyph, title, detail = self.note
            note = Note(glyph=glyph, title=title, detail=detail, leads=self.leads)
            note.target = "elsewhere" if self.leads else ""
            note.bind(on_release=lambda _: self.dispatch("on_follow"))
            self._place(note, leaf.note)

    def _chip(self, key: str, glyph: str, lines: tuple[str, ...]) -> Chip:
        chip = Chip(
            key=key,
            glyph=glyph,
            label="\n".join(lines),
            chosen=key in self.chosen,
            target=f"chip-{key}",
            tight=self._plan.tight if self._plan else False,
        )
        chip.bind(on_release=lambda touched: self.dispatch("on_toggle", touched.key))
        return chip


@lru_cache(maxsize=64)
def planned(
    sections: tuple[Section, ...],
    width: float,
    height: float,
    step: float,
    unit: float,
    alone: bool,
    note: tuple[str, str],
    door: float = 0,
) -> Plan:
    """Kept, because the page is built again for every citizen; ``unit`` is part of what words measure."""
    ruler = FontRuler()

    def note_height(room: float) -> float:
        inner = room - NOTE_ICON - 2 * NOTE_PAD - door
        titles = len(ruler.wrap(note[0], "body_strong", step, inner))
        details = len(ruler.wrap(note[1], "small", step, inner))
        return 28 * step * titles + 24 * step * details + NOTE_AIR

    return best_plan(Field(sections, width, height, step, alone, ruler, note_height))


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
