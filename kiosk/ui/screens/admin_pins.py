"""New PINs: whose, then twice the same digits. They live in this part only and are never logged."""

from __future__ import annotations

from pathlib import Path

from kivy.lang import Builder
from kivy.properties import BooleanProperty, NumericProperty, StringProperty

from kiosk.pins import PinError
from kiosk.ui.look import t
from kiosk.ui.screens.admin_part import AdminPart
from kiosk.ui.screens.pin import MOST_DIGITS, Dots, Pad
from kiosk.ui.widgets.panel import Panel
from kiosk.ui.widgets.segments import Segments
from kiosk.ui.widgets.text import Text

__all__ = ["Dots", "Pad", "Panel", "PinsPart", "Segments", "Text"]

LEAST_DIGITS = 6


class PinsPart(AdminPart):
    """``second``: the digits are typed once more."""

    role = StringProperty("staff")
    count = NumericProperty(0)
    second = BooleanProperty(False)
    waiting = BooleanProperty(False)
    message = StringProperty("")
    state = StringProperty("ask")

    def __init__(self, **kwargs: object) -> None:
        self._digits = self._first = ""
        super().__init__(**kwargs)
        self._again("ask", self._ask())

    def choose(self, role: str) -> None:
        """Whose PIN."""
        if not self.waiting:
            self.role = role
            self._again("ask", self._ask())

    def key(self, key: str) -> None:
        if self.waiting:
            return
        if key == "ok":
            self._enter()
            return
        self._digits = self._digits[:-1] if key == "erase" else (self._digits + key)[:MOST_DIGITS]
        self.count, self.state = len(self._digits), "ask"
        self.message = t("Type it once more.") if self.second else self._ask()

    def logged(self) -> dict[str, object]:
        """How far it has come; never a digit."""
        return {"state": self.state, "second": self.second}

    def stop(self) -> None:
        """No digit outlives the part."""
        self._digits = self._first = ""
        super().stop()

    def _ask(self) -> str:
        return t("Type a new PIN of 6 to 12 digits.")

    def _again(self, state: str, message: str) -> None:
        self._digits = self._first = ""
        self.count, self.second, self.waiting = 0, False, False
        self.state, self.message = state, message

    def _enter(self) -> None:
        if not self.second:
            if len(self._digits) < LEAST_DIGITS:
                self.state, self.message = "bad", t("A PIN has 6 to 12 digits.")
                return
            self._first, self._digits, self.second, self.count = self._digits, "", True, 0
            self.message = t("Type it once more.")
            return
        if self._digits != self._first:
            self._again("bad", t("The two were not the same. Begin again."))
            return
        pin, self.waiting, self.message = self._digits, True, t("One moment…")
        self.ask(self.desk.set_pin(self.role, pin), self._set)

    def _set(self, _: None, error: BaseException | None) -> None:
        if error is None:
            self._again("good", t("The new PIN holds from now on."))
        elif isinstance(error, PinError):
            self._again("bad", t("This PIN is too easy to guess. Choose another one."))
        else:
            self._again("bad", t("The PIN could not be stored. Please try again."))


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
