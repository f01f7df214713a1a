"""The header of home: mark, office, unit, desk, clock, language."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from kivy.clock import Clock, ClockEvent
from kivy.input.motionevent import MotionEvent
from kivy.lang import Builder
from kivy.properties import ListProperty, StringProperty
from kivy.uix.anchorlayout import AnchorLayout

from kiosk.ui.look import look, px
from kiosk.ui.widgets.icon import Icon
from kiosk.ui.widgets.panel import Panel
from kiosk.ui.widgets.segments import LanguageSwitch
from kiosk.ui.widgets.text import Text

__all__ = ["Corner", "Header", "Icon", "LanguageSwitch", "Text"]

CORNER_S = 2.0


class Corner(AnchorLayout):
    """The staff's hidden corner: resting a finger on the mark for two seconds opens the PIN page."""

    target = StringProperty("staff-corner")
    __events__ = ("on_held",)

    def __init__(self, **kwargs: object) -> None:
        self._timer: ClockEvent | None = None
        super().__init__(**kwargs)

    def on_held(self) -> None:
        """Event: held long enough."""

    def on_touch_down(self, touch: MotionEvent) -> bool:
        if not self.collide_point(*touch.pos):
            return False
        touch.grab(self)
        self._stop()
        self._timer = Clock.schedule_once(lambda _: self.dispatch("on_held"), CORNER_S)
        return True

    def on_touch_move(self, touch: MotionEvent) -> bool:
        if touch.grab_current is self and not self.collide_point(*touch.pos):
            self._stop()
        return touch.grab_current is self

    def on_touch_up(self, touch: MotionEvent) -> bool:
        if touch.grab_current is not self:
            return False
        touch.ungrab(self)
        self._stop()
        return True

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


class Header(Panel):
    """Names of an office can be long; they shrink to two lines at most. ``languages``: codes to choose from;
    no switch with fewer than two."""

    office = StringProperty("")
    unit_name = StringProperty("")
    desk = StringProperty("")
    time = StringProperty("")
    date = StringProperty("")
    languages = ListProperty([])
    unread = True
    __events__ = ("on_language", "on_staff")

    def on_language(self, key: str) -> None:
        """Event: a language was chosen."""

    def on_staff(self) -> None:
        """Event: the hidden corner was held."""

    def show_time(self, now: datetime) -> None:
        """Sets the clock; changes something once a minute only."""
        self.time, self.date = look.words.clock(now), look.words.long_day(now)


def header_height() -> int:
    return px(88)


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
