"""A forgotten PIN: read a code to headquarters, type the one it answers, then a new PIN twice. Works without
a network."""

from __future__ import annotations

from concurrent.futures import Future
from pathlib import Path
from typing import Any

from kivy.lang import Builder
from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, OptionProperty, StringProperty
from kivy.uix.gridlayout import GridLayout

from kiosk.pins import PinAnswer, PinError
from kiosk.ui.look import t
from kiosk.ui.new_pin import NewPin
from kiosk.ui.screens.admin_part import Answer, bring
from kiosk.ui.screens.page import Screen
from kiosk.ui.screens.pin import Dots, Pad
from kiosk.ui.widgets.button import PushButton
from kiosk.ui.widgets.icon import Icon
from kiosk.ui.widgets.panel import Panel
from kiosk.ui.widgets.segments import Segments
from kiosk.ui.widgets.text import Text
from sync.lookup import ALPHABET
from sync.reset import ANSWER_LENGTH, GROUP, read_answer

__all__ = [
    "CodeBox",
    "CodeGrid",
    "Dots",
    "Icon",
    "Pad",
    "Panel",
    "PushButton",
    "ResetScreen",
    "Segments",
    "Text",
]


class CodeGrid(GridLayout):
    """The letters that codes are made of; ``on_key``: one of them, "erase" or "ok"."""

    __events__ = ("on_key",)

    def on_key(self, key: str) -> None:
        """Event: a key was touched."""

    def on_kv_post(self, base_widget: object) -> None:
        for key in (*ALPHABET, "erase", "ok"):
            button = PushButton(kind="key", type_style="key", target=f"code-{key}", size_hint=(1, 1))
            if len(key) == 1:
                button.label = key
            else:
                button.glyph = {"erase": "backspace-outline", "ok": "check-bold"}[key]
                button.kind = {"erase": "sand", "ok": "primary"}[key]
            button.bind(on_release=lambda _, key=key: self.dispatch("on_key", key))
            self.add_widget(button)


class CodeBox(Panel):
    """What was typed of the code, in its groups."""

    page = ObjectProperty(None, rebind=True)


class ResetScreen(Screen):
    """``step``: code, first and second typing of the new PIN, done. ``challenge`` is "…" until it came, ""
    where headquarters cannot help this tablet."""

    role = StringProperty("staff")
    challenge = StringProperty("…")
    step = OptionProperty("code", options=("code", "first", "second", "done"))
    code = StringProperty("")
    count = NumericProperty(0)
    message = StringProperty("")
    state = StringProperty("ask")
    waiting = BooleanProperty(False)

    def __init__(self, **kwargs: Any) -> None:
        self._gone = False
        self._pin = NewPin()
        self._desk = kwargs["moves"].admin()
        super().__init__(**kwargs)
        self.on_step()
        self._ask(self._desk.challenge(), self._challenged)

    def _ask(self, future: Future[Any], answer: Answer) -> None:
        bring(future, lambda: not self._gone, answer)

    def logged(self) -> dict[str, object]:
        """How far it has come; what is read to headquarters is no secret."""
        return {"step": self.step, "challenge": self.challenge}

    def stop(self) -> None:
        """Nothing typed outlives the page."""
        self._gone = True
        self._pin.clear()
        self.code = ""
        super().stop()

    def on_step(self, *_: object) -> None:
        """The keys that this step wants, and what is typed with them."""
        for place in (self.ids.keys_place, self.ids.typed_place):
            place.clear_widgets()
        if self.step == "done":
            return
        pad, shown = (CodeGrid(), CodeBox(page=self)) if self.step == "code" else (Pad(), Dots())
        pad.size_hint = 1, 1
        pad.bind(on_key=lambda _, key: self.key(key))
        if isinstance(shown, Dots):
            self.bind(count=shown.setter("count"))
        self.ids.keys_place.add_widget(pad)
        self.ids.typed_place.add_widget(shown)

    def choose(self, role: str) -> None:
        """Whose PIN was forgotten: a code is good for one of them."""
        if not self.waiting and self.step == "code":
            self.role, self.code, self.message = role, "", ""

    def key(self, key: str) -> None:
        if self.waiting:
            return
        self.state, self.message = "ask", ""
        if self.step == "code":
            self._code_key(key)
        elif self.step in ("first", "second"):
            self._digit(key)

    # -- the code ----------------------------------------------------------------------------------------

    def _challenged(self, challenge: str | None, error: BaseException | None) -> None:
        self.challenge = challenge or ""

    def _code_key(self, key: str) -> None:
        if key == "erase":
            self.code = self.code[:-1]
        elif key != "ok":
            self.code = (self.code + key)[:ANSWER_LENGTH]
        elif read_answer(self.code) is None:
            self.state, self.message = "bad", t("A letter is wrong or missing. Please compare.")
        else:
            self.waiting = True
            self._ask(self._desk.try_code(self.role, self.code), self._tried)

    def _tried(self, answer: PinAnswer | None, error: BaseException | None) -> None:
        self.waiting = False
        if answer is not None and answer.ok:
            self.step = "first"
        else:
            self._refused(answer)

    def _refused(self, answer: PinAnswer | None) -> None:
        self.state = "bad"
        if answer is None:
            self.message = t("The code could not be checked. Please try again.")
        elif answer.locked_for_s:
            self.message = t("Too many tries. Please wait {n} seconds.", n=answer.locked_for_s)
        else:
            self.message = t("This code does not open this tablet. Is the role the same at headquarters?")

    # -- the new PIN -------------------------------------------------------------------------------------

    def _digit(self, key: str) -> None:
        if key == "ok":
            self._enter()
            return
        self._pin.press(key)
        self.count = len(self._pin.digits)

    def _enter(self) -> None:
        match self._pin.enter():
            case "short":
                self.state, self.message = "bad", t("A PIN has 6 to 12 digits.")
            case "again":
                self.count, self.step = 0, "second"
            case "differs":
                self._again(t("The two were not the same. Begin again."))
            case "same":
                self.waiting = True
                self._ask(self._desk.reset_pin(self.role, self.code, self._pin.digits), self._reset)

    def _again(self, message: str) -> None:
        self._pin.clear()
        self.count, self.step, self.state, self.message = 0, "first", "bad", message

    def _reset(self, answer: PinAnswer | None, error: BaseException | None) -> None:
        self.waiting = False
        if answer is not None and answer.ok:
            self._pin.clear()
            self.code, self.count, self.step = "", 0, "done"
        elif isinstance(error, PinError):
            self._again(t("This PIN is too easy to guess. Choose another one."))
        else:
            self._pin.clear()
            self.step, self.code = "code", ""
            self._refused(answer)

    # -- words -------------------------------------------------------------------------------------------

    def typed(self) -> str:
        """The code in its groups, with places for what is missing."""
        padded = self.code.ljust(ANSWER_LENGTH, "·")
        return " ".join(padded[at : at + GROUP] for at in range(0, ANSWER_LENGTH, GROUP))

    def said(self) -> str:
        """What to do now."""
        if self.step == "code" and not self.challenge:
            return t("This tablet is not enrolled: headquarters cannot help. Use the command kiosk set-pin.")
        return {
            "code": t("Call headquarters, read them this code, and type the one they answer:"),
            "first": t("The code fits. Type a new PIN of 6 to 12 digits."),
            "second": t("Type it once more."),
            "done": t("The new PIN holds from now on."),
        }[self.step]


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
