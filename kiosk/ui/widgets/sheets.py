"""What an office publishes, as large cards on leaves that are turned by buttons, or by a swipe."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from kivy.clock import Clock
from kivy.input.motionevent import MotionEvent
from kivy.lang import Builder
from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from kiosk.ui.look import look, px, t
from kiosk.ui.notice_plan import (
    CARD_GAP,
    NOTE,
    Block,
    Card,
    Plan,
    Room,
    leaf_of,
    named,
    roomiest,
    value_kind,
)
from kiosk.ui.widgets.board import FontRuler
from kiosk.ui.widgets.icon import Icon
from kiosk.ui.widgets.panel import Card as WhiteCard
from kiosk.ui.widgets.panel import Panel
from kiosk.ui.widgets.text import Text

__all__ = ["Icon", "Panel", "Sheets", "Text"]

SWIPE = 90  # design px a finger must go to turn a leaf
LEAST_HEIGHT = 150  # below this the layout is still on its way


class SheetRow(BoxLayout):
    """A label and what it names, or a plain sentence. ``label_breadth`` 0: the label stands above."""

    label = StringProperty("")
    words = StringProperty("")
    kind = StringProperty("body")
    label_breadth = NumericProperty(0)
    factor = NumericProperty(1)
    air = NumericProperty(0)
    ruled = BooleanProperty(False)  # a fine line parts it from the row above


class SheetCard(WhiteCard):
    """One block, or a part of it."""

    title = StringProperty("")
    note = StringProperty("")
    glyph = StringProperty("")
    factor = NumericProperty(1)
    noted_beside = BooleanProperty(False)

    def __init__(self, card: Card, factor: float, air: float, **kwargs: object) -> None:
        block = card.block
        title = named(block, t("continued") if card.continued else "")
        super().__init__(title=title, note=block.note, glyph=block.glyph, factor=factor, **kwargs)
        self.noted_beside = card.noted_beside
        for number, row in enumerate(card.rows):
            kind = value_kind(block, row)
            self.add_widget(
                SheetRow(
                    label=row.label,
                    words=row.text,
                    kind=kind,
                    label_breadth=card.label if row.label else 0,
                    factor=factor,
                    air=air,
                    ruled=number > 0 and kind != NOTE,
                )
            )

    def stretch(self) -> None:
        """As high as there is room; its words stay at the top."""
        self.size_hint_y = 1
        self.add_widget(Widget())


class Sheets(BoxLayout):
    """``blocks``: what there is to read; ``leaf`` of ``leaves`` shows. ``first``: the block to open at.
    ``filled``: cards end where the page ends, as what stands beside them does."""

    blocks = ObjectProperty(())
    first = ObjectProperty(None, allownone=True)
    leaf = NumericProperty(0)
    leaves = NumericProperty(1)
    filled = BooleanProperty(False)
    settled = BooleanProperty(False)

    def __init__(self, **kwargs: object) -> None:
        self._plan = Plan((), look.step, 0)
        self._size_seen = (0.0, 0.0)
        self._arrange_soon = Clock.create_trigger(self._arrange, -1)
        super().__init__(**kwargs)
        for name in ("size", "blocks"):
            self.fbind(name, self._arrange_soon)
        self.fbind("leaf", self._fill)

    def stop(self) -> None:
        self._arrange_soon.cancel()

    def turn(self, by: int) -> None:
        """Leaves through, within what there is."""
        self.leaf = max(0, min(self.leaves - 1, self.leaf + by))

    def _arrange(self, *_: object) -> None:
        if self.height < px(LEAST_HEIGHT) or not self.blocks:
            return
        size = (self.width, self.height)
        if size != self._size_seen:
            # The page around is still being laid out; cards are built once, when nothing moves any more.
            self._size_seen = size
            self._arrange_soon()
            return
        room = size[0] / look.unit, size[1] / look.unit
        self._plan = planned(self.blocks, *room, look.step, look.unit)
        self.leaves = len(self._plan.leaves)
        self.leaf = leaf_of(self._plan.leaves, self.first) if self.first else min(self.leaf, self.leaves - 1)
        self.first = None
        self._fill()

    def _fill(self, *_: object) -> None:
        """The cards of this leaf, in place of those of the last one."""
        self.clear_widgets()
        if not self._plan.leaves:
            return
        for cards in self._plan.leaves[int(self.leaf)]:
            column = BoxLayout(orientation="vertical", spacing=px(CARD_GAP))
            for card in cards:
                column.add_widget(SheetCard(card, self._plan.step, self._plan.air))
            if self.filled:
                column.children[0].stretch()
            else:
                column.add_widget(Widget())
            self.add_widget(column)
        self.settled = True

    # -- a swipe -----------------------------------------------------------------------------------------

    def on_touch_down(self, touch: MotionEvent) -> bool:
        if self.collide_point(*touch.pos) and self.leaves > 1:
            touch.grab(self)
            return True
        return bool(super().on_touch_down(touch))

    def on_touch_up(self, touch: MotionEvent) -> bool:
        if touch.grab_current is not self:
            return bool(super().on_touch_up(touch))
        touch.ungrab(self)
        # As a page is pushed: up or to the left brings what comes after.
        went = max(touch.y - touch.oy, touch.ox - touch.x, key=abs)
        if abs(went) >= px(SWIPE):
            self.turn(1 if went > 0 else -1)
        return True


@lru_cache(maxsize=32)
def planned(blocks: tuple[Block, ...], width: float, height: float, step: float, unit: float) -> Plan:
    """Kept, because a page is built again for every citizen; ``unit`` is part of what words measure."""
    return roomiest(blocks, Room(width, height, step, FontRuler()))


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
