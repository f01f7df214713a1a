"""The chips of the page "more": promises by group and the usual reasons, on as many leaves as it takes."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from kivy.clock import Clock
from kivy.lang import Builder
from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.floatlayout import FloatLayout
from kivy.uix.widget import Widget

from kiosk.ui.chip_plan import HEAD_STEP, Box, Field, Plan, Section, best_plan
from kiosk.ui.look import look, px
from kiosk.ui.widgets.board import FontRuler
from kiosk.ui.widgets.button import PushButton
from kiosk.ui.widgets.chip import Chip
from kiosk.ui.widgets.icon import Icon
from kiosk.ui.widgets.panel import Panel

__all__ = ["ChipField", "Icon", "Pager", "PushButton"]

LEAST_HEIGHT = 150  # below this the layout is still on its way
NOTE_ICON, NOTE_PAD, NOTE_AIR = 64, 28, 40


class ChipHead(BoxLayout):
    """A section's heading."""

    number = NumericProperty(0)
    title = StringProperty("")
    most = NumericProperty(HEAD_STEP)


class Note(Panel):
    """Why the question is asked."""

    glyph = StringProperty("hands-pray")
    title = StringProperty("")
    detail = StringProperty("")


class Pager(BoxLayout):
    """Leaves through the chips: back, "1/2", on. Nothing scrolls by drag."""

    leaf = NumericProperty(0)
    leaves = NumericProperty(1)
    __events__ = ("on_turn",)

    def on_turn(self, leaf: int) -> None:
        """Event: another leaf is wanted."""


class ChipField(FloatLayout):
    """``sections``: what can be chosen; ``chosen``: keys; ``note``: icon, title and detail of the
    explanation. ``foot``: design px the page buttons take from the field once there are several leaves;
    ``lent``: how much of it they have now."""

    sections = ObjectProperty(())
    note = ObjectProperty(("hands-pray", "", ""))
    chosen = ObjectProperty(frozenset())
    leaf = NumericProperty(0)
    leaves = NumericProperty(1)
    foot = NumericProperty(0)
    lent = NumericProperty(0)
    noted = BooleanProperty(True)  # False once there was no room for the explanation
    __events__ = ("on_toggle",)

    def __init__(self, **kwargs: object) -> None:
        self._plan: Plan | None = None
        self._place_seen: tuple[float, ...] = ()
        self._arrange_soon = Clock.create_trigger(self._arrange, -1)
        super().__init__(**kwargs)
        for name in ("pos", "size", "sections", "foot", "lent", "note"):
            self.fbind(name, self._arrange_soon)
        self.fbind("leaf", self._fill)

    def on_toggle(self, key: str) -> None:
        """Event: a chip was touched."""

    def on_chosen(self, *_: object) -> None:
        for chip in self.children:
            if isinstance(chip, Chip):
                chip.chosen = chip.key in self.chosen

    def stop(self) -> None:
        self._arrange_soon.cancel()

    def _arrange(self, *_: object) -> None:
        if self.height < px(LEAST_HEIGHT) or not self.sections:
            return
        place = (*self.pos, *self.size)
        if place != self._place_seen:
            # The page around is still being laid out; chips are built once, when nothing moves any more.
            self._place_seen = place
            self._arrange_soon()
            return
        self._plan = self._planned(self.lent)
        if len(self._plan.leaves) > 1 and self.foot:
            self._plan = self._planned(self.lent - self.foot)
        self.leaves = len(self._plan.leaves)
        self.noted = self.noted and any(leaf.note for leaf in self._plan.leaves)
        self.leaf = min(self.leaf, self.leaves - 1)
        self._fill()

    def _planned(self, more: float) -> Plan:
        """In a field ``more`` design px higher than it is now."""
        room = self.width / look.unit, self.height / look.unit + more
        return planned(self.sections, *room, look.step, look.unit, look.portrait, self.note[1:])

    def _fill(self, *_: object) -> None:
        """The chips of this leaf, in place of those of the last one."""
        for child in self.children:
            if isinstance(child, Chip):
                child.stop()
        self.clear_widgets()
        if self._plan is None:
            return
        leaf = self._plan.leaves[int(self.leaf)]
        for head in leaf.heads:
            self._place(ChipHead(number=head.number, title=head.title), head.box)
        for chip in leaf.chips:
            self._place(self._chip(chip.choice.key, chip.choice.icon, chip.lines), chip.box)
        if leaf.note:
            glyph, title, detail = self.note
            self._place(Note(glyph=glyph, title=title, detail=detail), leaf.note)

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

    def _place(self, widget: Widget, box: Box) -> None:
        widget.size_hint = None, None
        widget.size = px(box.width), px(box.height)
        widget.pos = self.x + px(box.x), self.top - px(box.top) - px(box.height)
        self.add_widget(widget)


@lru_cache(maxsize=64)
def planned(
    sections: tuple[Section, ...],
    width: float,
    height: float,
    step: float,
    unit: float,
    alone: bool,
    note: tuple[str, str],
) -> Plan:
    """Kept, because the page is built again for every citizen; ``unit`` is part of what words measure."""
    ruler = FontRuler()

    def note_height(room: float) -> float:
        inner = room - NOTE_ICON - 2 * NOTE_PAD
        titles = len(ruler.wrap(note[0], "body_strong", step, inner))
        details = len(ruler.wrap(note[1], "small", step, inner))
        return 28 * step * titles + 24 * step * details + NOTE_AIR

    return best_plan(Field(sections, width, height, step, alone, ruler, note_height))


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
