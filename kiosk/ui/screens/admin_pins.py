"""New PINs: whose, then twice the same digits."""

from __future__ import annotations

from pathlib import Path

from kivy.lang import Builder
from kivy.properties import BooleanProperty, NumericProperty, StringProperty

from kiosk.pins import PinError
from kiosk.ui.look import t
from kiosk.ui.new_pin import NewPin
from kiosk.ui.screens.admin_part import AdminPart
from kiosk.ui.screens.pin import Dots, Pad
from kiosk.ui.widgets.panel import Panel
from kiosk.ui.widgets.segments import Segments
from kiosk.ui.widgets.text import Text

__all__ = ["Dots", "Pad", "Panel", "PinsPart", "Segments", "Text"]


class PinsPart(AdminPart):
    """``second``: the digits are typed once more."""

    role = StringProperty("staff")
    count = NumericProperty(0)
    second = BooleanProperty(False)
    waiting = BooleanProperty(False)
    message = StringProperty("")
    state = StringProperty("ask")

    def __init__(self, **kwargs: object) -> None:
        self._pin = NewPin()
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
        self._pin.press(key)
        self.count, self.state = len(self._pin.digits), "ask"
        self.message = t("Type it once more.") if self.second else self._ask()

    def logged(self) -> dict[str, object]:
        """How far it has come; never a digit."""
        return {"state": self.state, "second": self.second}

    def stop(self) -> None:
        """No digit outlives the part."""
        self._pin.clear()
        super().stop()

    def _ask(self) -> str:
        return t("Type a new PIN of 6 to 12 digits.")

    def _again(self, state: str, message: str) -> None:
        self._pin.clear()
        self.count, self.second, self.waiting = 0, False, False
        self.state, self.message = state, message

    def _enter(self) -> None:
        match self._pin.enter():
            case "short":
                self.state, self.message = "bad", t("A PIN has 6 to 12 digits.")
            case "again":
                self.second, self.count, self.message = True, 0, t("Type it once more.")
            case "differs":
                self._again("bad", t("The two were not the same. Begin again."))
            case "same":
                self.waiting, self.message = True, t("One moment…")
                self.ask(self.desk.set_pin(self.role, self._pin.digits), self._set)

    def _set(self, _: None, error: BaseException | None) -> None:
        if error is None:
            self._again("good", t("The new PIN holds from now on."))
        elif isinstance(error, PinError):
            self._again("bad", t("This PIN is too easy to guess. Choose another one."))
        else:
            self._again("bad", t("The PIN could not be stored. Please try again."))


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
