"""Text with fixed line boxes: every line has the same height, whatever tone marks stand on it.

Kivy's own Label lets a line grow with Ẳ or Ỗ, so that lines dance; here each line is a texture of its own,
set on its baseline. Words between ``**`` stand out in ``strong`` weight and ``accent`` colour.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from kivy.clock import Clock
from kivy.core.text import Label as CoreLabel
from kivy.graphics import Color, Rectangle
from kivy.graphics.texture import Texture
from kivy.lang import Builder
from kivy.properties import (
    BooleanProperty,
    ColorProperty,
    NumericProperty,
    OptionProperty,
    StringProperty,
)
from kivy.uix.widget import Widget

from kiosk.ui.look import look

Measure = Callable[[str, bool], int]


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring words of one weight."""

    text: str
    strong: bool


Line = tuple[Run, ...]


@lru_cache(maxsize=600)
def texture_of(text: str, font: str, size: int) -> Texture:
    """One line as a white texture; kept, so that a page built again costs little."""
    label = CoreLabel(text=text, font_name=font, font_size=size, padding=0)
    label.refresh()
    return label.texture


@lru_cache(maxsize=4000)
def width_of(text: str, font: str, size: int) -> int:
    """Width in window px, without drawing."""
    return int(CoreLabel(font_name=font, font_size=size).get_extents(text)[0]) if text else 0


@lru_cache(maxsize=200)
def natural_height(font: str, size: int) -> int:
    """Height of a line without stacked marks."""
    return int(CoreLabel(font_name=font, font_size=size).get_extents("Ag")[1])


def parse(text: str) -> list[list[Run]]:
    """Paragraphs of words; words inside ``**…**`` are strong."""
    paragraphs: list[list[Run]] = []
    strong = False
    for paragraph in text.split("\n"):
        words: list[Run] = []
        for i, part in enumerate(paragraph.split("**")):
            if i:
                strong = not strong
            # A full stop right after a strong word must not drift away from it.
            if i and part[:1] in tuple(".,!?:;") and words:
                words.append(Run(part[0], strong))
                part = part[1:]
            words += [Run(word, strong) for word in part.split(" ") if word]
        paragraphs.append(words)
    return paragraphs


def wrap(text: str, width: float, measure: Measure) -> list[Line]:
    """Greedy lines no wider than ``width``; a single word wider than that stands alone."""
    lines: list[Line] = []
    for words in parse(text):
        current: tuple[Run, ...] = ()
        for word in words:
            longer = _join(current, word)
            if current and line_width(longer, measure) > width:
                lines.append(current)
                longer = (word,)
            current = longer
        lines.append(current)
    return lines


def balance(text: str, width: float, measure: Measure) -> list[Line]:
    """As few lines as ``wrap`` makes, but of about equal length."""
    lines = wrap(text, width, measure)
    low, high = width / 2, width
    while high - low > 4:
        middle = (low + high) / 2
        tried = wrap(text, middle, measure)
        fits = len(tried) == len(lines) and max(line_width(line, measure) for line in tried) <= middle
        low, high = (low, middle) if fits else (middle, high)
    return wrap(text, high, measure)


def line_width(line: Line, measure: Measure) -> int:
    return sum(measure(run.text, run.strong) for run in line) + _gaps(line, measure)


def _gaps(line: Line, measure: Measure) -> int:
    return sum(_gap(after, measure) for after in line[1:])


def _gap(run: Run, measure: Measure) -> int:
    return 0 if run.text[:1] in tuple(".,!?:;") else measure(" ", False)


def _join(line: Line, word: Run) -> Line:
    """The line with ``word`` after it; words of one weight become one run."""
    if line and line[-1].strong == word.strong:
        return (*line[:-1], Run(f"{line[-1].text} {word.text}", word.strong))
    return (*line, word)


class Text(Widget):
    """``kind`` names a type style. ``hug``: as wide as its words, one line. Otherwise it wraps to its width
    and takes the height it needs. ``fit``: one line that shrinks until it fits the width, or
    ``most_lines`` lines when it would become too small on one."""

    text = StringProperty("")
    kind = StringProperty("body")
    color = ColorProperty((0, 0, 0, 1))
    accent = ColorProperty(None, allownone=True)
    halign = OptionProperty("left", options=("left", "center", "right"))
    hug = BooleanProperty(False)
    fit = BooleanProperty(False)
    balanced = BooleanProperty(False)
    tracking = NumericProperty(0)
    factor = NumericProperty(None, allownone=True)
    most_lines = NumericProperty(1)

    def __init__(self, **kwargs: object) -> None:
        self.lines: list[Line] = []
        self._size, self._line, self._font = 0, 0, "Be400"
        self._arrange_soon = Clock.create_trigger(self._arrange, -1)
        self._paint_soon = Clock.create_trigger(self._paint, -1)
        kwargs.setdefault("color", look.c.ink)
        kwargs.setdefault("width", 0)  # until it is laid out there is no width to set words for
        super().__init__(**kwargs)
        for name in ("text", "kind", "hug", "fit", "balanced", "tracking", "factor", "most_lines"):
            self.fbind(name, self._arrange_soon)
        self.fbind("width", self._on_width)
        for name in ("pos", "color", "accent", "halign", "height"):
            self.fbind(name, self._paint_soon)
        self._arrange()

    @property
    def content_size(self) -> tuple[int, int]:
        """Width of the widest line and height of all line boxes, in window px; for the fit check."""
        wide = max((line_width(line, self._measure) for line in self.lines), default=0)
        return wide, self._line * len(self.lines)

    def _on_width(self, *_: object) -> None:
        if not self.hug:
            self._arrange_soon()

    def _measure(self, text: str, strong: bool) -> int:
        font = self._strong_font() if strong else self._font
        return width_of(text, font, self._size) + look.px(self.tracking) * len(text)

    def _strong_font(self) -> str:
        return "Be700" if self._font in ("Be400", "Be600") else "Be800"

    def _arrange(self, *_: object) -> None:
        style = look.type(self.kind, self.factor)
        self._size, self._line, self._font = style.size, style.line, style.font
        if self.hug:
            self.lines = wrap(self.text, 1e9, self._measure) if self.text else []
            self.size = self.content_size
        elif self.width <= 0:
            self.lines = []
        elif self.fit:
            self._shrink()
        else:
            lay = balance if self.balanced else wrap
            self.lines = lay(self.text, self.width, self._measure) if self.text else []
            if self.size_hint_y is None:
                self.height = self._line * len(self.lines)
        self._paint()

    def _shrink(self) -> None:
        """One line, down to 70 % of its size; then ``most_lines`` lines, as small as it takes."""
        full, floor = self._size, round(self._size * (0.7 if self.most_lines > 1 else 0.3))
        self.lines = wrap(self.text, 1e9, self._measure) if self.text else []
        self._narrow(floor)
        if self.content_size[0] > self.width and self.most_lines > 1:
            self._shrink_lines(full)
        if self.size_hint_y is None:
            self.height = self._line * len(self.lines)

    def _narrow(self, floor: int) -> None:
        """The largest size at which the line fits. Near the guess, because a font opened at one more size
        takes a millisecond."""
        full, wide = self._size, self.content_size[0]
        if wide <= self.width:
            return
        self._size = max(floor, min(full - 1, int(full * self.width / wide) + 1))
        while self._size < full - 1 and self.content_size[0] <= self.width:
            self._size += 1
        while self._size > floor and self.content_size[0] > self.width:
            self._size -= 1

    def _shrink_lines(self, full: int) -> None:
        for self._size in range(round(full * 0.85), round(full * 0.3), -1):
            self.lines = balance(self.text, self.width, self._measure)
            self._line = -(-self._size * 13 // 10)
            if len(self.lines) <= self.most_lines and self.content_size[0] <= self.width:
                return

    def _paint(self, *_: object) -> None:
        self.canvas.clear()
        total = self._line * len(self.lines)
        bottom = self.y + (self.height + total) / 2 - self._line
        with self.canvas:
            for line in self.lines:
                self._paint_line(line, self._start(line), bottom)
                bottom -= self._line

    def _start(self, line: Line) -> float:
        spare = self.width - line_width(line, self._measure)
        return self.x + spare * {"left": 0, "center": 0.5, "right": 1}[self.halign]

    def _paint_line(self, line: Line, x: float, bottom: float) -> None:
        base = bottom + (self._line - natural_height(self._font, self._size)) / 2
        for i, run in enumerate(line):
            if i:
                x += _gap(run, self._measure)
            Color(rgba=(self.accent or self.color) if run.strong else self.color)
            x = self._paint_run(run, x, base)

    def _paint_run(self, run: Run, x: float, base: float) -> float:
        font = self._strong_font() if run.strong else self._font
        # Tracked capitals are set letter by letter; Kivy knows no letter spacing.
        for piece in run.text if self.tracking else (run.text,):
            texture = texture_of(piece, font, self._size)
            Rectangle(texture=texture, pos=(round(x), round(base)), size=texture.size)
            x += self._measure(piece, run.strong)
        return x


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
