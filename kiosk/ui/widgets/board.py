"""The slogan board: the office's promises, all readable at once, one softly lit at a time."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from kivy.animation import Animation
from kivy.clock import Clock
from kivy.graphics import (
    Color,
    Rectangle,
    SmoothLine,
    SmoothRoundedRectangle,
    StencilPop,
    StencilPush,
    StencilUnUse,
    StencilUse,
)
from kivy.input.motionevent import MotionEvent
from kivy.lang import Builder
from kivy.properties import BooleanProperty, ObjectProperty, StringProperty
from kivy.uix.widget import Widget

from kiosk.survey import SloganSet
from kiosk.ui.board_plan import ICON, ICON_GAP, Head, Plan, Row, best_plan, in_language
from kiosk.ui.icons import icon
from kiosk.ui.look import Type, look, px
from kiosk.ui.theme import Rgba
from kiosk.ui.widgets.panel import Panel
from kiosk.ui.widgets.press import Press
from kiosk.ui.widgets.text import Run, balance, natural_height, texture_of, width_of

LIT_EVERY_S, FADE_S = 6.0, 0.18
RINGS = (60, 84, 108, 150, 158, 200)


class FontRuler:
    """Measures with the real fonts at the window's scale."""

    def wrap(self, text: str, kind: str, factor: float, width: float) -> list[str]:
        return _wrapped(text, look.type(kind, factor), width * look.unit)

    def width(self, text: str, kind: str, factor: float) -> float:
        style = look.type(kind, factor)
        return width_of(text, style.font, style.size) / look.unit


@lru_cache(maxsize=4000)
def _wrapped(text: str, style: Type, width: float) -> list[str]:
    def measure(run: str, strong: bool) -> int:
        return width_of(run, style.font, style.size)

    return [" ".join(run.text for run in line) for line in balance(text, width, measure)]


def plan_board(slogans: SloganSet, width: float, height: float, step: float) -> Plan:
    """The plan for a board of ``width`` × ``height`` design px in the language shown."""
    return _planned(slogans, look.comfort.language, width, height, step, look.unit, look.portrait)


@lru_cache(maxsize=64)
def _planned(
    slogans: SloganSet, language: str, width: float, height: float, step: float, unit: float, roomy: bool
) -> Plan:
    # Kept, because home is built again for every citizen; ``unit`` is part of what words measure.
    groups = tuple(in_language(group, language) for group in slogans.groups)
    return best_plan(groups, width, height, step, FontRuler(), roomy)


def _said(head: Head) -> str:
    return f"{head.number} {head.title.lower()}" if head.number else head.title


class BoardRow(Widget):
    """One promise, either at rest or lit."""

    def __init__(self, row: Row, factor: float, lit: bool, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.row, self.factor, self.lit = row, factor, lit
        self.lines: list[tuple[Run, ...]] = []
        self.bind(pos=self._paint, size=self._paint)

    @property
    def content_size(self) -> tuple[int, int]:
        """Of the words, in window px; for the fit check."""
        promise, small = self._styles()
        widths = [width_of(line, promise.font, promise.size) for line in self.row.lines]
        widths += [width_of(line, small.font, small.size) for line in self.row.detail]
        indent = px(ICON * self.factor + ICON_GAP)
        height = promise.line * len(self.row.lines) + small.line * len(self.row.detail)
        return indent + max(widths), height

    def _styles(self) -> tuple[Type, Type]:
        kind = "promise_lit" if self.lit else "promise"
        return look.type(kind, self.factor), look.type("small", max(self.factor, 16 / 17))

    def _paint(self, *_: object) -> None:
        c, row = look.c, self.row
        promise, small = self._styles()
        self.canvas.clear()
        with self.canvas:
            if self.lit:
                Color(rgba=c.brand_l)
                SmoothRoundedRectangle(
                    pos=(self.x - px(14), self.y + px(1)),
                    size=(self.width + px(28), self.height - px(2)),
                    radius=[px(16)],
                )
            indent = px(ICON * self.factor + ICON_GAP)
            height = self.content_size[1]
            bottom = self.center_y + height / 2 - promise.line
            Color(rgba=c.gold if self.lit else c.board_icon)
            self._glyph(bottom + promise.line / 2)
            Color(rgba=c.on_brand)
            for line in row.lines:
                self._line(line, promise, self.x + indent, bottom)
                bottom -= promise.line
            bottom += promise.line - small.line
            Color(rgba=c.on_brand if self.lit else c.on_brand2)
            for line in row.detail:
                self._line(line, small, self.x + indent, bottom)
                bottom -= small.line

    def _glyph(self, middle: float) -> None:
        texture = texture_of(icon(self.row.icon), "Icons", px(ICON * self.factor))
        left = self.x + (px(ICON * self.factor) - texture.width) / 2
        Rectangle(texture=texture, size=texture.size, pos=(round(left), round(middle - texture.height / 2)))

    def _line(self, text: str, style: Type, x: float, bottom: float) -> None:
        texture = texture_of(text, style.font, style.size)
        base = bottom + (style.line - natural_height(style.font, style.size)) / 2
        Rectangle(texture=texture, size=texture.size, pos=(round(x), round(base)))


class BoardHead(Widget):
    """ "5 BIẾT": the number in gold, the word in tracked capitals."""

    def __init__(self, head: Head, factor: float, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.head, self.factor = head, min(max(factor, 0.85), 1.25)
        self.lines: list[tuple[Run, ...]] = []
        self.bind(pos=self._paint, size=self._paint)

    @property
    def content_size(self) -> tuple[int, int]:
        style = look.type("office", self.factor)
        return self._word_x() + width_of(self.head.title.upper(), style.font, style.size), style.line

    def _word_x(self) -> int:
        if not self.head.number:
            return 0
        number = look.type("number", self.factor * min(1, self.head.height / 58))
        return width_of(str(self.head.number), number.font, number.size) + px(14)

    def _paint(self, *_: object) -> None:
        self.canvas.clear()
        number = look.type("number", self.factor * min(1, self.head.height / 58))
        word = look.type("office", self.factor)
        with self.canvas:
            if self.head.number:
                self._set(str(self.head.number), number, look.c.gold, self.x)
            x = self.x + self._word_x()
            room, title = self.right - x, self.head.title.upper()
            track = px(2)
            if width_of(title, "Be800", word.size) + track * len(title) > room:
                track = 0
            for letter in title if track else (title,):
                self._set(letter, word, look.c.on_brand if self.head.number else look.c.gold, x, "Be800")
                x += width_of(letter, "Be800", word.size) + track

    def _set(self, text: str, style: Type, colour: Rgba, x: float, font: str = "") -> None:
        texture = texture_of(text, font or style.font, style.size)
        # Stacked marks grow a texture upwards only, so the bottom is what stays put.
        base = self.center_y - natural_height(font or style.font, style.size) / 2
        Color(rgba=colour)
        Rectangle(texture=texture, size=texture.size, pos=(round(x), round(base)))


class Board(Press, Panel):
    """``slogans`` in ``plan``; ``still_promise``: nothing moves (reduced motion). Pressing it opens the page
    with explanations where the plan had no room for them."""

    slogans = ObjectProperty(None)
    step = ObjectProperty(1.0)
    more_label = StringProperty("")
    opens = BooleanProperty(False)
    cover = ObjectProperty(None, allownone=True)
    """A widget that stands over all of it for a while."""

    def __init__(self, **kwargs: object) -> None:
        self.plan: Plan | None = None
        self._lit_index = 0
        self._lit: BoardRow | None = None
        super().__init__(**kwargs)
        self._build_soon = Clock.create_trigger(self._build, -1)
        for name in ("slogans", "step", "pos", "size"):
            self.fbind(name, self._build_soon)
        self._next = Clock.schedule_interval(self._light_next, LIT_EVERY_S)

    def stop(self) -> None:
        """The page goes; nothing may keep lighting promises."""
        super().stop()
        self._next.cancel()

    def on_touch_down(self, touch: MotionEvent) -> bool:
        return bool(super().on_touch_down(touch)) if self.opens else False

    def _build(self, *_: object) -> None:
        if self.slogans is None or self.width < 2 or self.height < 2:
            return
        self.clear_widgets()
        self._lit = None
        unit = look.unit
        self.plan = plan_board(self.slogans, self.width / unit, self.height / unit, self.step)
        self._paint_ground(self.plan)
        for head in self.plan.heads:
            self._place(BoardHead(head, self.plan.factor), head.x, head.top, head.width, head.height)
        for row in self.plan.rows:
            self._place_row(row, lit=False)
        if self.plan.rows:
            self._lit = self._place_row(self.plan.rows[self._lit_index % len(self.plan.rows)], lit=True)
        if self.cover is not None:
            self.on_cover()

    def on_cover(self, *_: object) -> None:
        """What lies under it is not drawn: it would shine through in the corners."""
        if self.cover is None:
            self._build_soon()
            return
        self.clear_widgets()
        self._lit = None
        self.cover.pos, self.cover.size = self.pos, self.size
        self.add_widget(self.cover)

    def spoken(self) -> list[str]:
        """For reading aloud: each promise under its heading, as it stands here."""
        heads = [(head.x, head.top, _said(head)) for head in self.plan.heads] if self.plan else []
        rows = [(row.x, row.top, " ".join(row.lines)) for row in self.plan.rows] if self.plan else []
        return [words for *_, words in sorted(heads + rows)]

    def do_layout(self, *_: object) -> None:
        """Children are placed by the plan."""

    def _place_row(self, row: Row, lit: bool) -> BoardRow:
        widget = BoardRow(row, self.plan.factor, lit)
        self._place(widget, row.x, row.top, row.width, row.height)
        return widget

    def _place(self, widget: Widget, x: float, top: float, width: float, height: float) -> None:
        widget.size = px(width), px(height)
        widget.pos = self.x + px(x), self.top - px(top) - px(height)
        self.add_widget(widget)

    def _light_next(self, _: float) -> None:
        if look.still or self.cover is not None or self.plan is None or len(self.plan.rows) < 2:
            return
        self._lit_index = (self._lit_index + 1) % len(self.plan.rows)
        old, self._lit = self._lit, self._place_row(self.plan.rows[self._lit_index], lit=True)
        self._lit.opacity = 0
        Animation(opacity=1, duration=FADE_S).start(self._lit)
        if old is not None:
            fade = Animation(opacity=0, duration=FADE_S)
            fade.bind(on_complete=lambda _, row: self.remove_widget(row))
            fade.start(old)

    def _paint_ground(self, plan: Plan) -> None:
        self.canvas.clear()
        with self.canvas:
            if look.c.shadows:
                self._paint_rings()
            Color(rgba=look.c.brand_l)
            for rule in plan.rules:
                size = (px(rule.width) or px(2), px(rule.height) or px(2))
                Rectangle(pos=(self.x + px(rule.x), self.top - px(rule.top + rule.height)), size=size)

    def _paint_rings(self) -> None:
        def clip() -> None:
            SmoothRoundedRectangle(pos=self.pos, size=self.size, radius=[px(32)])

        StencilPush()
        clip()
        StencilUse()
        Color(rgba=look.c.ring)
        for radius in RINGS:
            SmoothLine(circle=(self.right, self.top, px(radius), 170, 280, 60), width=px(3) / 2)
        StencilUnUse()
        clip()
        StencilPop()


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
