"""A field of a form: its caption, what stands in it, and whether that will do. Also the box one ticks.

What a citizen typed is drawn by ``Entry`` alone, which keeps no picture of it longer than it shows it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from kivy.core.text import Label as CoreLabel
from kivy.input.motionevent import MotionEvent
from kivy.lang import Builder
from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty

from kiosk.ui.look import Type, look, px
from kiosk.ui.theme import Rgba
from kiosk.ui.widgets.entry import CARET, Entry
from kiosk.ui.widgets.entry_draft import Draft
from kiosk.ui.widgets.icon import Icon
from kiosk.ui.widgets.panel import Panel
from kiosk.ui.widgets.press import Press
from kiosk.ui.widgets.text import Text

__all__ = ["FieldBox", "FieldEntry", "Icon", "Text", "TickBox"]

SMALLEST = 16


class FieldEntry(Entry):
    """One line. Without the caret it shrinks what it shows until the whole of it can be read, and sets it as
    ``shown`` likes it read."""

    active = BooleanProperty(False)
    composed = BooleanProperty(False)  # whether tone keys can change its words
    shown: Callable[[str], str] = ObjectProperty(str)

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.fbind("active", self._paint_soon)

    def _shown_text(self) -> str:
        text = super()._shown_text()
        return text if self.active or not self.draft.text else self.shown(text)

    def _lay_out(self) -> None:
        full, text, room = look.type("entry"), self._shown_text(), self.width - px(CARET)
        self._set(full)
        wide = self._measure(text)
        if wide > room and not self.active:
            # Letters do not shrink quite as their size does: the last pixel is found by trying.
            size = int(full.size * room / wide) + 1
            while size > px(SMALLEST) and self._measure(text) > room:
                size -= 1
                self._set(Type(size, full.line, full.font))
        super()._lay_out()

    def _set(self, style: Type) -> None:
        if style != self._style:
            self._style = style
            self._ruler = CoreLabel(font_name=style.font, font_size=style.size)
            self._widths.clear()
            self._textures.clear()

    def _paint_word(self) -> None:
        if self.active and self.composed:
            super()._paint_word()

    def _paint_caret(self) -> None:
        if self.active:
            super()._paint_caret()

    def _paint_more(self) -> None:
        if self.active:
            super()._paint_more()


class FieldBox(Press, Panel):
    """Touched, it asks for the keyboard (``on_release``); ``active``, touches in it set the caret.

    ``verdict``: "" as long as nothing is to be said, "good", or "wrong". ``draft`` holds the text, which is
    ``shown`` so when it is not written in. ``composed``: tone keys work here. ``pad``: above and below its
    words, design px.
    """

    caption = StringProperty("")
    example = StringProperty("")
    verdict = StringProperty("")
    active = BooleanProperty(False)
    draft: Draft = ObjectProperty(None)
    shown = ObjectProperty(str)
    composed = BooleanProperty(False)
    pad = NumericProperty(12)
    __events__ = ("on_move",)

    def on_move(self, caret: int) -> None:
        """Event: a touch set the caret."""

    @property
    def entry(self) -> FieldEntry:
        return self.ids.entry

    def edge_of(self) -> tuple[int, Rgba]:
        """Border width in design px, and its colour."""
        c = look.c
        loud = 6 if c.border else 4
        if self.active:
            return loud, c.brand
        if self.verdict == "wrong":
            return loud, c.warn
        return (c.border or 2), c.line

    def on_touch_down(self, touch: MotionEvent) -> bool:
        if self.active:
            return bool(Panel.on_touch_down(self, touch))
        return bool(super().on_touch_down(touch))


class TickBox(Press, Panel):
    """A sentence with a box before it; nothing is ticked beforehand. ``asked``: it is what is missing.
    ``focused``: the next key of a USB keyboard goes here."""

    words = StringProperty("")
    ticked = BooleanProperty(False)
    asked = BooleanProperty(False)
    focused = BooleanProperty(False)

    def ground(self) -> Rgba:
        c = look.c
        if self.pressed:
            return c.brand_t
        return c.warn_t if self.asked else (0, 0, 0, 0)

    def edge_of(self) -> tuple[int, Rgba]:
        c = look.c
        if self.focused:
            return 4, c.ink
        return (3 if self.asked else 0), c.warn


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
