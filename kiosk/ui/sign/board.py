"""Everything the signboard shows at one size of window: header, pages that take turns, or the tape."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from kivy.graphics import Color, Rectangle, SmoothLine
from kivy.lang import Builder
from kivy.properties import NumericProperty, StringProperty
from kivy.uix.floatlayout import FloatLayout
from kivy.uix.widget import Widget

from kiosk.ui.look import look, px
from kiosk.ui.sign.page import PageView, ruler
from kiosk.ui.sign.parts import Area, SignPage, is_low
from kiosk.ui.sign.plan import blocks, office_block, plan_pages
from kiosk.ui.sign.strip import pieces
from kiosk.ui.sign.tape import SignTape
from kiosk.ui.widgets.icon import Icon
from kiosk.ui.widgets.panel import Panel
from kiosk.ui.widgets.text import Text

if TYPE_CHECKING:
    from kiosk.ui.signboard import SignDeps

__all__ = ["Icon", "Pages", "RunningText", "SignBoard", "SignHeader", "Text"]

OUT_S, IN_S = 0.45, 0.6  # the old page goes, then the new one comes: words never lie over words
LONGEST_FRAME_S = 0.1  # after a stall the tape goes on from where it stood
RINGS = (60, 84, 108, 150, 158, 200)  # the tablet's, drawn twice as large
HEADER = 92  # design px
LARGEST_RUNNING = 0.1  # of the width, in a window that is not low


class SignHeader(Panel):
    """Mark, office, unit, clock."""

    office = StringProperty("")
    unit_name = StringProperty("")
    time = StringProperty("")
    date = StringProperty("")
    inset = NumericProperty(0)


class SignBoard(FloatLayout):
    """Everything on the board, for one size of window. ``advance`` moves it; nothing moves by itself."""

    def __init__(self, deps: SignDeps, **kwargs: object) -> None:
        self.header: SignHeader | None = None
        self.low = is_low(look.width, look.height)
        super().__init__(size=(look.width, look.height), size_hint=(None, None), **kwargs)
        self._paint_ground()
        area = Area(look.width, look.height - (0 if self.low else px(HEADER)), self.low)
        if not self.low:
            self.header = SignHeader(office=deps.office_name, unit_name=deps.unit_name, inset=area.margin)
            self.header.pos_hint = {"top": 1}
            self.add_widget(self.header)
        self.content = RunningText(deps, area) if deps.runs else Pages(deps, area)
        self.content.size_hint = None, None
        self.content.size = area.width, area.height
        self.add_widget(self.content)
        self.tick(deps)

    def advance(self, seconds: float) -> None:
        self.content.advance(seconds)

    def tick(self, deps: SignDeps) -> None:
        """Sets the clock; changes something once a minute only."""
        now = deps.now()
        if self.header is not None:
            self.header.time, self.header.date = look.words.clock(now), look.words.long_day(now)
        self.content.show_time(look.words.clock(now))

    def facts(self) -> dict[str, Any]:
        """For the view log."""
        return {"view": "signboard", "language": look.comfort.language} | self.content.facts()

    def _paint_ground(self) -> None:
        with self.canvas.before:
            Color(rgba=look.c.brand)
            Rectangle(size=self.size)
            if look.c.shadows and not self.low:
                Color(rgba=look.c.ring)
                for radius in RINGS:
                    circle = (self.width, self.height - px(HEADER), px(2 * radius), 170, 280, 90)
                    SmoothLine(circle=circle, width=px(3))


class Pages(Widget):
    """The set's pages in turn, each for the time it takes to read; ``at``: seconds into the page."""

    def __init__(self, deps: SignDeps, area: Area, **kwargs: object) -> None:
        super().__init__(**kwargs)
        groups = blocks(deps.slogans, deps.language)
        if area.low:
            groups = (office_block(deps.office_name, deps.unit_name), *groups)
        self.views = [PageView(page) for page in plan_pages(groups, area, ruler)]
        self.index, self.turns, self.at = 0, 0, 0.0
        self._leaving: PageView | None = None
        self.bind(size=self._place, pos=self._place)
        self.add_widget(self.view)

    @property
    def view(self) -> PageView:
        return self.views[self.index]

    @property
    def page(self) -> SignPage:
        return self.view.page

    @property
    def settled(self) -> bool:
        """No page is coming or going."""
        return self._leaving is None and self.view.opacity == 1

    def advance(self, seconds: float) -> None:
        self.at += seconds
        if self.at >= self.page.seconds and len(self.views) > 1:
            self._turn()
        if look.still:
            return
        self._fade()
        self.view.light(self.at)

    def show_time(self, text: str) -> None:
        for view in self.views:
            view.show_time(text)

    def facts(self) -> dict[str, Any]:
        return {"page": self.page.key, "index": self.index, "turn": self.turns}

    def _turn(self) -> None:
        """The next page; its time begins when the old one is gone."""
        self._drop()
        self._leaving, self.at = self.view, 0.0 if look.still else -OUT_S
        self.index = (self.index + 1) % len(self.views)
        self.turns += self.index == 0
        self.add_widget(self.view)
        if look.still:
            self._drop()

    def _fade(self) -> None:
        if self._leaving is not None:
            self._leaving.opacity = max(0.0, min(1.0, -self.at / OUT_S))
            if self.at >= 0:
                self._drop()
        first = self.turns == 0 and self.index == 0
        self.view.opacity = 1.0 if first else max(0.0, min(1.0, self.at / IN_S))

    def _drop(self) -> None:
        if self._leaving is not None:
            self.remove_widget(self._leaving)
            self._leaving.light(-1)
            self._leaving = None

    def _place(self, *_: object) -> None:
        for view in self.views:
            view.pos, view.size = self.pos, self.size


class RunningText(Widget):
    """The tape, over the whole height of a low board; one large line in the middle of any other window."""

    def __init__(self, deps: SignDeps, area: Area, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.settled, self.low = True, area.low
        largest = 1e6 if area.low else LARGEST_RUNNING * area.width
        # The header of a high window names the office already.
        office = deps.office_name if area.low else ""
        self.tape = SignTape(pieces(office, deps.unit_name, deps.slogans, deps.language), largest)
        self.add_widget(self.tape)
        self.bind(size=self._place, pos=self._place)

    def advance(self, seconds: float) -> None:
        self.tape.advance(min(seconds, LONGEST_FRAME_S))

    def show_time(self, text: str) -> None:
        """The tape carries no clock: a word must not change while it is read."""

    def facts(self) -> dict[str, Any]:
        return {"page": "tape", "turn": self.tape.ride.turns}

    def _place(self, *_: object) -> None:
        self.tape.pos, self.tape.size = self.pos, self.size
        self.canvas.before.clear()
        if not self.low:
            high = 2.2 * self.tape.type_size
            with self.canvas.before:
                Color(rgba=look.c.brand_d)
                Rectangle(pos=(self.x, self.center_y - high / 2), size=(self.width, high))


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
