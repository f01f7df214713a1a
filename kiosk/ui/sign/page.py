"""One page of the signboard as ``setter`` set it: heading, rule, rows; the row being read softly lit."""

from __future__ import annotations

from kivy.graphics import Color, Rectangle, SmoothRoundedRectangle
from kivy.properties import NumericProperty, StringProperty
from kivy.uix.widget import Widget

from kiosk.ui.icons import icon
from kiosk.ui.look import look
from kiosk.ui.sign.parts import (
    SignHead,
    SignPage,
    SignRow,
    detail_size,
    line_height,
    text_indent,
    words_height,
)
from kiosk.ui.sign.setter import TRACK
from kiosk.ui.theme import Rgba
from kiosk.ui.widgets.text import Run, natural_height, texture_of, width_of

LIGHT_S = 0.5


def ruler(text: str, weight: int) -> float:
    """Width in em; what the plan measures with."""
    return width_of(text, f"Be{weight}", 100) / 100


def draw_line(text: str, font: str, size: int, x: float, bottom: float, box: float) -> None:
    """One line in a line box. Stacked marks grow a texture upwards only, so the bottom is what stays put."""
    texture = texture_of(text, font, size)
    base = bottom + (box - natural_height(font, size)) / 2
    Rectangle(texture=texture, size=texture.size, pos=(round(x), round(base)))


def draw_icon(name: str, size: int, x: float, middle: float) -> None:
    """Centred in a square of ``size`` px."""
    texture = texture_of(icon(name), "Icons", size)
    left = x + (size - texture.width) / 2
    Rectangle(texture=texture, size=texture.size, pos=(round(left), round(middle - texture.height / 2)))


class RowView(Widget):
    """A promise, or a motto in the middle of its page. ``glow``: 0 at rest to 1 lit; ``alone``: nothing to
    set it off from."""

    glow = NumericProperty(0.0)

    def __init__(self, row: SignRow, size: int, centred: bool, alone: bool, **kwargs: object) -> None:
        super().__init__(size_hint=(None, None), **kwargs)
        self.row, self.type_size, self.centred, self.alone = row, size, centred, alone
        self.halign = "center" if centred else "left"
        self.lines: list[tuple[Run, ...]] = []
        self.bind(pos=self._paint, size=self._paint, glow=self._light)

    @property
    def content_size(self) -> tuple[int, int]:
        """Of what is drawn, in window px; for the fit check."""
        widths = [width_of(line, "Be700", self.type_size) for line in self.row.lines]
        widths += [width_of(line, "Be400", detail_size(self.type_size)) for line in self.row.detail]
        height = words_height(len(self.row.lines), len(self.row.detail), self.type_size)
        return round(self._indent) + max(widths), height

    @property
    def _indent(self) -> float:
        return 0 if self.centred else self.type_size * text_indent(bool(self.row.entry.icon))

    def _paint(self, *_: object) -> None:
        size, row = self.type_size, self.row
        self.canvas.clear()
        with self.canvas:
            self._ground = Color(rgba=look.c.brand_l)
            high = min(self.height, self.content_size[1] + 0.42 * size)
            pill = {"pos": (self.x, self.center_y - high / 2), "size": (self.width, high)}
            SmoothRoundedRectangle(**pill, radius=[0.36 * size])
            bottom = self.center_y + self.content_size[1] / 2 - line_height(size)
            self._mark = Color(rgba=look.c.board_icon)
            if row.entry.icon:
                draw_icon(
                    row.entry.icon, round(1.2 * size), self.x + 0.5 * size, bottom + line_height(size) / 2
                )
            Color(rgba=look.c.on_brand)
            bottom = self._draw(row.lines, "Be700", size, bottom + line_height(size))
            Color(rgba=look.c.on_brand2)
            self._draw(row.detail, "Be400", detail_size(size), bottom)
        self._light()

    def _draw(self, lines: tuple[str, ...], font: str, size: int, top: float) -> float:
        for line in lines:
            top -= line_height(size)
            x = self.center_x - width_of(line, font, size) / 2 if self.centred else self.x + self._indent
            draw_line(line, font, size, x, top, line_height(size))
        return top

    def _light(self, *_: object) -> None:
        self._ground.a = 0 if self.centred or self.alone else self.glow
        self._mark.rgba = _between(look.c.board_icon, look.c.gold, self.glow)


class HeadView(Widget):
    """The number, or an icon, in gold and the word in tracked capitals; or the time."""

    time = StringProperty("00:00")

    def __init__(self, head: SignHead, **kwargs: object) -> None:
        super().__init__(size_hint=(None, None), **kwargs)
        self.head = head
        self.lines: list[tuple[Run, ...]] = []
        self.bind(pos=self._paint, size=self._paint)
        if head.clock:
            self.bind(time=self._paint)

    @property
    def content_size(self) -> tuple[int, int]:
        """Of what is drawn, in window px; for the fit check."""
        head, words = self.head, max(map(self._title_width, self._title), default=0)
        if head.stacked:
            return max(words, self._number_width), round(head.number_size * 0.8) + self._title_height
        return self._before + words, max(round(head.number_size * 0.8), self._title_height)

    @property
    def _title(self) -> tuple[str, ...]:
        return (self.time,) if self.head.clock else self.head.title

    @property
    def _title_height(self) -> int:
        return round(self.head.title_size * 1.2) * len(self._title)

    @property
    def _track(self) -> int:
        return round(TRACK * self.head.title_size)

    @property
    def _number_width(self) -> int:
        head = self.head
        return width_of(str(head.number), "Be800", head.number_size) if head.number else head.number_size

    @property
    def _before(self) -> int:
        """How far the word is moved by the number in front of it."""
        if not self.head.number_size:
            return 0
        if not any(self._title):
            return self._number_width
        return self._number_width + round((0.17 if self.head.number else 0.28) * self.head.number_size)

    def _title_width(self, line: str) -> int:
        return sum(width_of(letter, "Be800", self.head.title_size) + self._track for letter in line)

    def _paint(self, *_: object) -> None:
        self.canvas.clear()
        with self.canvas:
            Color(rgba=look.c.gold)
            (self._paint_stacked if self.head.stacked else self._paint_line)()

    def _paint_stacked(self) -> None:
        head = self.head
        high = 1.05 * head.number_size
        x = self.center_x - head.number_size / 2 if head.centred else self.x
        self._number(x, self.top - high / 2)
        self._words(self.x, self.top - high)

    def _paint_line(self) -> None:
        if self.head.number_size:
            self._number(self.x, self.center_y)
        self._words(self.x + self._before, self.center_y + self._title_height / 2)

    def _number(self, x: float, middle: float) -> None:
        size = self.head.number_size
        if self.head.number:
            draw_line(str(self.head.number), "Be800", size, x, middle - size / 2, size)
        else:
            draw_icon(self.head.icon, size, x, middle)

    def _words(self, x: float, top: float) -> None:
        size = self.head.title_size
        Color(rgba=look.c.on_brand if self.head.number or self.head.clock else look.c.gold)
        for line in self._title:
            top -= round(size * 1.2)
            left = x
            for letter in line:
                draw_line(letter, "Be800", size, left, top, round(size * 1.2))
                left += width_of(letter, "Be800", size) + self._track


class PageView(Widget):
    """A whole page; fills its parent. ``light`` says which row is being read."""

    def __init__(self, page: SignPage, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.page = page
        self.head = HeadView(page.head)
        self.rows = [RowView(row, page.size, page.centred, len(page.rows) == 1) for row in page.rows]
        for view in (self.head, *self.rows):
            self.add_widget(view)
        self.bind(pos=self._place, size=self._place)

    def show_time(self, text: str) -> None:
        self.head.time = text

    def light(self, spent: float) -> None:
        """``spent``: seconds this page has stood; the light goes on from row to row, softly."""
        begin = 0.0
        for row, share in zip(self.rows, self.page.shares, strict=True):
            end = begin + share * self.page.seconds
            row.glow = max(0.0, min(1.0, (spent - begin) / LIGHT_S, (end - spent) / LIGHT_S + 1))
            begin = end

    def _place(self, *_: object) -> None:
        for view, box in ((self.head, self.page.head), *((row, row.row) for row in self.rows)):
            view.size = box.width, box.height
            view.pos = self.x + box.x, self.top - box.top - box.height
        self.canvas.before.clear()
        rule = self.page.rule
        if rule is not None:
            thick = max(2, round(self.page.size * 0.04))
            size = (rule.width or thick, rule.height or thick)
            with self.canvas.before:
                Color(rgba=look.c.brand_l)
                Rectangle(pos=(self.x + rule.x, self.top - rule.top - rule.height), size=size)


def _between(one: Rgba, other: Rgba, share: float) -> list[float]:
    return [a + (b - a) * share for a, b in zip(one, other, strict=True)]
