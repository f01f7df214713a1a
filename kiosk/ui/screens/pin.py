"""The staff's PIN. The digits live in this page only and are never logged."""

from __future__ import annotations

from pathlib import Path

from kivy.clock import Clock, ClockEvent
from kivy.graphics import Color, SmoothEllipse
from kivy.lang import Builder
from kivy.properties import BooleanProperty, NumericProperty, StringProperty
from kivy.uix.gridlayout import GridLayout

from kiosk.pins import PinAnswer
from kiosk.ui.look import look, px, t
from kiosk.ui.screens.page import Screen
from kiosk.ui.session import Page
from kiosk.ui.widgets.button import PushButton
from kiosk.ui.widgets.icon import Icon
from kiosk.ui.widgets.panel import Card, Panel
from kiosk.ui.widgets.segments import Segments
from kiosk.ui.widgets.text import Text

__all__ = ["Card", "Dots", "Icon", "Pad", "Panel", "PinScreen", "PushButton", "Segments", "Text"]

MOST_DIGITS, LEAST_DIGITS = 12, 4
KEYS = ("1", "2", "3", "4", "5", "6", "7", "8", "9", "erase", "0", "ok")


class Pad(GridLayout):
    """Twelve large keys."""

    __events__ = ("on_key",)

    def on_key(self, key: str) -> None:
        """Event: a digit, "erase" or "ok"."""

    def on_kv_post(self, base_widget: object) -> None:
        for key in KEYS:
            button = PushButton(kind="key", type_style="key", target=f"pin-{key}", size_hint=(1, 1))
            if key.isdigit():
                button.label = key
            else:
                button.glyph = {"erase": "backspace-outline", "ok": "check-bold"}[key]
                button.kind = {"erase": "sand", "ok": "primary"}[key]
            button.bind(on_release=lambda _, key=key: self.dispatch("on_key", key))
            self.add_widget(button)


class Dots(Panel):
    """One dot per digit typed; how many, never which."""

    count = NumericProperty(0)

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        for name in ("count", "pos", "size"):
            self.fbind(name, self._paint)

    def _paint(self, *_: object) -> None:
        self.canvas.clear()
        across, step = px(16), px(32)
        x = self.center_x - (step * (self.count - 1) + across) / 2
        with self.canvas:
            Color(rgba=look.c.brand)
            for _ in range(int(self.count)):
                SmoothEllipse(pos=(x, self.center_y - across / 2), size=(across, across))
                x += step


class PinScreen(Screen):
    """``message`` under the dots; ``waiting`` while the PIN is being checked off this thread."""

    count = NumericProperty(0)
    message = StringProperty("")
    bad = BooleanProperty(False)
    waiting = BooleanProperty(False)
    locked_s = NumericProperty(0)
    role = StringProperty("staff")

    def __init__(self, **kwargs: object) -> None:
        self._digits = ""
        self._lock: ClockEvent | None = None
        super().__init__(**kwargs)
        self.message = self._ask()

    def _ask(self) -> str:
        return t("Type the administrator's PIN.") if self.role == "admin" else t("Type the staff PIN.")

    def choose(self, role: str) -> None:
        """Staff, or who looks after the tablet: each has a PIN and a lock of its own."""
        if self.waiting:
            return
        self.stop()
        self.role, self.bad, self.locked_s, self.message = role, False, 0, ""
        self.message = self._ask()

    def key(self, key: str) -> None:
        if self.waiting or self.locked_s:
            return
        if key == "ok":
            self._submit()
            return
        self._digits = self._digits[:-1] if key == "erase" else (self._digits + key)[:MOST_DIGITS]
        self.count, self.bad, self.message = len(self._digits), False, self._ask()

    def forgotten(self) -> None:
        self.moves.open(Page.RESET)

    def answered(self, answer: PinAnswer | None) -> None:
        """What the check said, unless it was right: then this page is gone already."""
        self.waiting, self.bad = False, True
        if answer is None:
            self.message = t("The PIN could not be checked. Please try again.")
        elif not answer.is_set:
            self.message = self._unset()
        elif answer.locked_for_s:
            self.lock(answer.locked_for_s)
        else:
            self.message = t("That PIN is not right.")

    def _unset(self) -> str:
        if self.role == "admin":
            return t("No administrator's PIN is set on this tablet yet. Set one with: kiosk set-pin --admin")
        return t("No staff PIN is set on this tablet yet. Set one with: kiosk set-pin")

    def lock(self, seconds: int) -> None:
        """Counts down; keys rest meanwhile."""
        if self._lock is None:
            self._lock = Clock.schedule_interval(lambda _: self.lock(self.locked_s - 1), 1)
        self.locked_s = max(0, seconds)
        self.bad = self.locked_s > 0
        if self.locked_s:
            self.message = t("Too many tries. Please wait {n} seconds.", n=self.locked_s)
        else:
            self.stop()
            self.message = self._ask()

    def stop(self) -> None:
        """No clock may tick for a page that is gone, nor a digit outlive it."""
        self._digits, self.count = "", 0
        if self._lock is not None:
            self._lock.cancel()
            self._lock = None

    def _submit(self) -> None:
        if len(self._digits) < LEAST_DIGITS:
            self.bad, self.message = True, t("The PIN is longer than that.")
            return
        digits, self._digits, self.count = self._digits, "", 0
        self.waiting, self.bad, self.message = True, False, t("Checking…")
        self.moves.try_pin(self.role, digits)


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
