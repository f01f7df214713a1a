"""Is the tablet well? Touch test, screen test, and the diagnostics file for a helper far away."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from kivy.graphics import Color, Rectangle
from kivy.input.motionevent import MotionEvent
from kivy.lang import Builder
from kivy.properties import NumericProperty, OptionProperty, StringProperty
from kivy.uix.widget import Widget

from kiosk.ui.look import look, px, t
from kiosk.ui.screens.admin_part import AdminPart
from kiosk.ui.screens.admin_words import stick_words
from kiosk.ui.theme import rgba
from kiosk.ui.widgets.button import PushButton
from kiosk.ui.widgets.icon import Icon
from kiosk.ui.widgets.panel import Card, Panel
from kiosk.ui.widgets.text import Text

if TYPE_CHECKING:
    from kiosk.export import Progress

__all__ = ["Card", "CheckPart", "Icon", "Panel", "PushButton", "Text", "TouchField"]

ACROSS, DOWN = 8, 5
COLOURS = tuple(map(rgba, ("#FF0000", "#00FF00", "#0000FF", "#FFFFFF", "#000000")))


class TouchField(Widget):
    """Cells that fill under a finger; a cell that stays empty is a place the screen does not feel."""

    felt = NumericProperty(0)

    def __init__(self, **kwargs: object) -> None:
        self._felt: set[tuple[int, int]] = set()
        super().__init__(**kwargs)
        for name in ("pos", "size"):
            self.fbind(name, self._paint)

    @property
    def cells(self) -> int:
        """How many there are."""
        return ACROSS * DOWN

    def on_touch_down(self, touch: MotionEvent) -> bool:
        return self._feel(touch)

    def on_touch_move(self, touch: MotionEvent) -> bool:
        return self._feel(touch)

    def clear(self) -> None:
        """Begin anew."""
        self._felt.clear()
        self.felt = 0
        self._paint()

    def _feel(self, touch: MotionEvent) -> bool:
        if not self.collide_point(*touch.pos):
            return False
        cell = (
            min(ACROSS - 1, int((touch.x - self.x) / self.width * ACROSS)),
            min(DOWN - 1, int((touch.y - self.y) / self.height * DOWN)),
        )
        if cell not in self._felt:
            self._felt.add(cell)
            self.felt = len(self._felt)
            self._paint()
        return True

    def _paint(self, *_: object) -> None:
        self.canvas.clear()
        wide, high, gap = self.width / ACROSS, self.height / DOWN, px(3)
        with self.canvas:
            for i in range(ACROSS):
                for j in range(DOWN):
                    Color(rgba=look.c.levels[3].chart if (i, j) in self._felt else look.c.sand)
                    Rectangle(
                        pos=(self.x + i * wide + gap, self.y + j * high + gap),
                        size=(max(1, wide - 2 * gap), max(1, high - 2 * gap)),
                    )


class ColourTest(Widget):
    """The whole screen in one colour after the other; a touch goes on, after the last one it is over."""

    step = NumericProperty(0)
    target = StringProperty("colour")

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        for name in ("pos", "size", "step"):
            self.fbind(name, self._paint)
        self._paint()

    def on_touch_down(self, touch: MotionEvent) -> bool:
        if self.step + 1 < len(COLOURS):
            self.step += 1
        elif self.parent is not None:
            self.parent.remove_widget(self)
        return True

    def _paint(self, *_: object) -> None:
        self.canvas.clear()
        with self.canvas:
            Color(rgba=COLOURS[int(self.step)])
            Rectangle(pos=self.pos, size=self.size)


class CheckPart(AdminPart):
    """``step``: how far the diagnostics file has come."""

    step = OptionProperty("idle", options=("idle", "reading", "writing", "done", "failed"))
    reason = StringProperty("")
    name = StringProperty("")

    def __init__(self, **kwargs: object) -> None:
        self._now: datetime | None = None
        super().__init__(**kwargs)

    def tick(self, now: datetime) -> None:
        self._now = now

    def show_colours(self) -> None:
        """Over everything, the rail too."""
        top = self
        while top.parent is not None and top.parent is not top.get_parent_window():
            top = top.parent
        top.add_widget(ColourTest(size=top.size, pos=top.pos))

    def save(self) -> None:
        """The diagnostics file goes to a USB stick."""
        if self.step in ("reading", "writing"):
            return
        self.step = "reading"
        self.ask(self.desk.diagnostics(), self._read)

    def _read(self, text: str | None, error: BaseException | None) -> None:
        if text is None or self._now is None:
            self.step, self.reason = "failed", "unread"
            return
        name = f"chan-doan-{self._now:%Y%m%d-%H%M}.txt"
        self.moves.to_stick(name, text.encode(), self._told)

    def _told(self, progress: Progress) -> None:
        if not self.gone:
            self.step, self.reason, self.name = progress.step, progress.reason, progress.name

    def said(self) -> str:
        """What became of the file."""
        match self.step:
            case "reading" | "writing":
                return t("Writing… Please leave the stick in.")
            case "done":
                return t("Written: {name}. The stick may be pulled.", name=self.name)
            case "failed":
                return stick_words(self.reason)
        return t("Versions, settings, queue and the program's log. No word of a citizen, no PIN, no key.")


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
