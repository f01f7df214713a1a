"""The text field of the comment page: draws the draft, its word in work and its caret, and takes touches.

Not Kivy's TextInput: that keeps what was typed in caches for a minute after it is gone, keeps an undo list
that goes wrong with composing, and brings handles, a clipboard and a magnifier nobody here asked for.
"""

from __future__ import annotations

from pathlib import Path

from kivy.clock import Clock
from kivy.core.text import Label as CoreLabel
from kivy.graphics import Color, Rectangle, RoundedRectangle
from kivy.graphics.texture import Texture
from kivy.input.motionevent import MotionEvent
from kivy.lang import Builder
from kivy.properties import ObjectProperty, StringProperty
from kivy.uix.widget import Widget

from kiosk.ui.look import look, px
from kiosk.ui.widgets.entry_draft import Draft
from kiosk.ui.widgets.entry_lines import Span, break_lines, index_at, line_of, scrolled
from kiosk.ui.widgets.keyboard_key import fresh_texture
from kiosk.ui.widgets.text import Run, natural_height

CARET = 8


class Entry(Widget):
    """``draft`` holds the text; call ``changed`` after every edit of it. ``on_move``: the caret was set by
    touch, to the character given."""

    draft: Draft = ObjectProperty(None)
    placeholder = StringProperty("")
    target = StringProperty("entry")
    __events__ = ("on_move",)

    def __init__(self, **kwargs: object) -> None:
        self._paint_soon = Clock.create_trigger(self._paint, -1)
        self._widths: dict[str, float] = {}
        self._textures: dict[str, Texture] = {}
        self._spans: list[Span] = [(0, 0)]
        self._first = 0
        super().__init__(**kwargs)
        self._style = look.type("entry")
        self._ruler = CoreLabel(font_name=self._style.font, font_size=self._style.size)
        for name in ("draft", "placeholder", "pos", "size"):
            self.fbind(name, self._paint_soon)

    def on_move(self, caret: int) -> None:
        """Event: a touch set the caret."""

    def changed(self) -> None:
        """The draft has another text or caret."""
        self._paint_soon()

    def wipe(self) -> None:
        """Nothing of the text stays here: not its letters' pictures, not their widths."""
        self._textures.clear()
        self._widths.clear()
        self._spans, self._first = [(0, 0)], 0
        self.canvas.clear()
        self._paint_soon()

    def stop(self) -> None:
        self.wipe()
        self._paint_soon.cancel()

    # -- for the fit check -------------------------------------------------------------------------------

    @property
    def text(self) -> str:
        return self._shown_text()

    @property
    def lines(self) -> list[tuple[Run, ...]]:
        text = self._shown_text()
        return [(Run(text[start:end].strip(), False),) for start, end in self._visible()]

    @property
    def content_size(self) -> tuple[float, float]:
        text = self._shown_text()
        widths = [self._measure(text[start:end].rstrip()) for start, end in self._visible()]
        return max(widths, default=0), self._style.line * len(widths)

    # -- lines -------------------------------------------------------------------------------------------

    @property
    def rows(self) -> int:
        """How many lines can be seen at once."""
        return max(1, int(self.height // self._style.line))

    def _shown_text(self) -> str:
        written = self.draft.text if self.draft is not None else ""
        return written or self.placeholder

    def _visible(self) -> list[Span]:
        return self._spans[self._first : self._first + self.rows]

    def _measure(self, text: str) -> float:
        """Width in window px; remembered until wiped, because a line is measured at every key."""
        if text not in self._widths:
            if len(self._widths) > 4000:
                self._widths.clear()
            self._widths[text] = self._ruler.get_extents(text)[0] if text else 0
        return self._widths[text]

    def _lay_out(self) -> None:
        text = self._shown_text()
        self._spans = break_lines(text, self.width - px(CARET), self._measure)
        caret = self.draft.caret if self.draft is not None else 0
        line = line_of(self._spans, caret)
        self._first = scrolled(self._first, line, len(self._spans), self.rows)

    # -- painting ----------------------------------------------------------------------------------------

    def _paint(self, *_: object) -> None:
        self.canvas.clear()
        if self.draft is None or self.width < 2:
            return
        self._lay_out()
        with self.canvas:
            self._paint_word()
            self._paint_lines()
            self._paint_caret()
            self._paint_more()

    def _paint_lines(self) -> None:
        text, kept = self._shown_text(), {}
        Color(rgba=look.c.ink if self.draft.text else look.c.ink2)
        for row, (start, end) in enumerate(self._visible()):
            line = text[start:end].rstrip()
            if not line:
                continue
            texture = self._textures.get(line)
            if texture is None:
                texture = fresh_texture(line, self._style.font, self._style.size)
            kept[line] = texture
            lift = (self._style.line - natural_height(self._style.font, self._style.size)) / 2
            place = round(self.x), round(self._bottom(row) + lift)
            Rectangle(texture=texture, size=texture.size, pos=place)
        self._textures = kept  # lines that are gone take their pictures with them

    def _paint_word(self) -> None:
        """Gold under the word that tone keys would change."""
        word = self.draft.word
        start = self.draft.caret - len(word)
        line = line_of(self._spans, start)
        if not word or line_of(self._spans, self.draft.caret) != line:
            return
        begin = self._spans[line][0]
        left = self._measure(self.draft.text[begin:start])
        wide = self._measure(self.draft.text[begin : self.draft.caret]) - left
        pad, tall = px(5), self._style.line - px(4)
        bottom = self._bottom(line - self._first) + px(2)
        shape = {"size": (wide + 2 * pad, tall), "radius": [px(8)]}
        Color(rgba=look.c.gold if look.c.shadows else look.c.line)
        RoundedRectangle(pos=(self.x + left - pad, bottom - px(3)), **shape)
        Color(rgba=look.c.gold_t)
        RoundedRectangle(pos=(self.x + left - pad, bottom), **shape)

    def _paint_caret(self) -> None:
        """It stands still: nothing here blinks."""
        line = line_of(self._spans, self.draft.caret)
        row = line - self._first
        if not 0 <= row < self.rows:
            return
        left = self._measure(self.draft.text[self._spans[line][0] : self.draft.caret])
        x = self.x + min(left, self.width - px(CARET))
        # Clear of the gold of a word, and of the first letter of the placeholder.
        beside = 5 if self.draft.word else 1 if self.draft.text else -6
        place = round(x) + px(beside), self._bottom(row) + px(5)
        Color(rgba=look.c.brand)
        Rectangle(pos=place, size=(px(3), self._style.line - px(10)))

    def _paint_more(self) -> None:
        """A thin bar at the right when there are more lines than fit."""
        count = len(self._spans)
        if count <= self.rows:
            return
        tall = self._style.line * self.rows
        Color(rgba=look.c.line2)
        share, top = self.rows / count, self._first / count
        RoundedRectangle(
            pos=(self.right + px(4), self.top - tall * (top + share)),
            size=(px(5), tall * share),
            radius=[px(2)],
        )

    def _bottom(self, row: int) -> float:
        return self.top - (row + 1) * self._style.line

    # -- touch -------------------------------------------------------------------------------------------

    def on_touch_down(self, touch: MotionEvent) -> bool:
        if not self.collide_point(*touch.pos) or self.disabled or self.draft is None:
            return False
        if self.draft.text:
            self.dispatch("on_move", self.index_at(*touch.pos))
        return True

    def caret_after(self, key: str) -> int:
        """Where the caret goes by an arrow, home or end."""
        caret, text = self.draft.caret, self.draft.text
        if key in ("left", "right"):
            return max(0, min(len(text), caret + (1 if key == "right" else -1)))
        self._lay_out()
        line = line_of(self._spans, caret)
        start, end = self._spans[line]
        if key in ("home", "end"):
            return index_at(text, (start, end), 0 if key == "home" else self.width, self._measure)
        other = line + (1 if key == "down" else -1)
        if not 0 <= other < len(self._spans):
            return caret
        return index_at(text, self._spans[other], self._measure(text[start:caret]), self._measure)

    def index_at(self, x: float, y: float) -> int:
        """The caret place nearest to this point of the window."""
        row = int((self.top - y) // self._style.line)
        line = max(0, min(len(self._spans) - 1, self._first + max(0, min(self.rows - 1, row))))
        return index_at(self.draft.text, self._spans[line], x - self.x, self._measure)


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
