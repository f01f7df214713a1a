"""The dossier code (mã hồ sơ), if the citizen wishes to give it: by keypad, or by the scanner at the desk.

A scanner is a keyboard to the tablet: its characters come in a burst and end with Enter. What is no code is
never kept, and a number that names a person is forgotten at once.
"""

from __future__ import annotations

from pathlib import Path

from kivy.clock import Clock
from kivy.core.window import Window
from kivy.graphics import Color, Rectangle
from kivy.input.motionevent import MotionEvent
from kivy.lang import Builder
from kivy.properties import BooleanProperty, NumericProperty, OptionProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from kiosk.dossier import LONGEST, MOST, groups, parse, personal
from kiosk.ui.look import look, px, t
from kiosk.ui.screens.page import Screen
from kiosk.ui.widgets.button import PushButton
from kiosk.ui.widgets.code_pad import CodePad
from kiosk.ui.widgets.entry_keys import UsbKeys
from kiosk.ui.widgets.face import Face
from kiosk.ui.widgets.icon import Icon
from kiosk.ui.widgets.panel import Card, Panel
from kiosk.ui.widgets.ring import Ring
from kiosk.ui.widgets.text import Run, Text, natural_height, texture_of

__all__ = ["CodeLine", "DossierScreen", "Face", "Icon", "Panel", "PushButton", "Ring", "Text"]

WARN_S = 10
LARGE = 1.3  # from this text size on the words need the room of the drawing
SIGNS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789./-")
EXAMPLE = "H12.34.5-251021-0001"
LARGEST, SMALLEST = 46, 18  # of the letters in the field, design px


def presentable(text: str) -> bool:
    """Whether it may stand in the field: the words and addresses of a QR may not, nor what else it holds."""
    return len(text) <= MOST and set(text.upper()) <= SIGNS


class CodeLine(Widget):
    """The code in its groups, as large as it fits, and the caret behind it.

    Painted letter by letter: no picture of a whole code lies in any cache.
    """

    code = StringProperty("")
    placeholder = StringProperty("")

    def __init__(self, **kwargs: object) -> None:
        self._paint_soon = Clock.create_trigger(self._paint, -1)
        super().__init__(**kwargs)
        for name in ("code", "placeholder", "pos", "size"):
            self.fbind(name, self._paint_soon)

    @property
    def lines(self) -> list[tuple[Run, ...]]:
        """For the fit check."""
        return [(Run(self.code, True),)] if self.code else []

    @property
    def content_size(self) -> tuple[float, float]:
        return (self._wide(self._fitting()), self._fitting() * 1.3) if self.code else (0, 0)

    def wipe(self) -> None:
        """Nothing of the code stays here."""
        self.code = ""
        self._paint_soon.cancel()
        self.canvas.clear()

    def _fitting(self) -> int:
        """The size of the letters, in window px."""
        size, least = px(LARGEST), px(SMALLEST)
        while size > least and self._wide(size) > self.width - px(12):
            size -= 1
        return size

    def _wide(self, size: int) -> float:
        parts = groups(self.code)
        return sum(_advance(char, size) for char in self.code) + self._gap(size) * max(0, len(parts) - 1)

    def _gap(self, size: int) -> float:
        return size * 0.2

    def _paint(self, *_: object) -> None:
        self.canvas.clear()
        size = self._fitting()
        x, y = self.x, self.center_y - natural_height("Be700", size) / 2
        with self.canvas:
            for i, group in enumerate(groups(self.code)):
                x += self._gap(size) if i else 0
                for char in group:
                    x = self._letter(char, x, y, size)
            Color(rgba=look.c.brand)
            Rectangle(pos=(round(x) + px(3), round(self.center_y - size * 0.6)), size=(px(3), size * 1.2))
            if not self.code:
                self._hint(x + px(18))

    def _letter(self, char: str, x: float, y: float, size: int) -> float:
        texture, wide = texture_of(char, "Be700", size), _advance(char, size)
        Color(rgba=look.c.ink if char.isalnum() else look.c.ink2)
        Rectangle(texture=texture, pos=(round(x + (wide - texture.width) / 2), round(y)), size=texture.size)
        return x + wide

    def _hint(self, x: float) -> None:
        style = look.type("entry", min(look.step, 1.15))
        size = style.size
        while texture_of(self.placeholder, style.font, size).width > self.right - x and size > px(SMALLEST):
            size -= 1
        texture = texture_of(self.placeholder, style.font, size)
        Color(rgba=look.c.ink2)
        y = self.center_y - natural_height(style.font, size) / 2
        Rectangle(texture=texture, pos=(round(x), round(y)), size=texture.size)


def _advance(char: str, size: int) -> float:
    """Digits stand in columns, all as wide as a zero."""
    wide = texture_of("0", "Be700", size).width
    return max(wide, texture_of(char, "Be700", size).width) if char.isalnum() else wide * 0.62


class Slip(Card):
    """A drawing of the slip: here stands what is asked for."""

    code = StringProperty(EXAMPLE)


class HelpRow(BoxLayout):
    """One thing worth knowing."""

    glyph = StringProperty("information-outline")
    words = StringProperty("")
    careful = BooleanProperty(False)


class Say(Panel):
    """In place of the help: what is wrong with what was typed, or that the page is about to close."""

    warning = BooleanProperty(False)
    left = NumericProperty(0)
    words = StringProperty("")


class DossierScreen(Screen):
    """``value``: the code given before, or empty. ``fault``: "" or why the last try was no code."""

    level = NumericProperty(1)
    left = NumericProperty(30)
    total = NumericProperty(30)
    value = StringProperty("")
    typed = StringProperty("")
    fault = OptionProperty("", options=("", "wrong", "personal"))
    warning = BooleanProperty(False)

    def __init__(self, *, value: str = "", **kwargs: object) -> None:
        self._filed = False
        self._by_scanner = False  # where the text in the field came from
        self._anew = False  # the scanner's next character begins another code
        self.usb = UsbKeys(self._scanned, self._usb_key)
        super().__init__(value=value, typed=value, **kwargs)
        self.pad = CodePad()
        self.pad.bind(
            on_type=lambda _, char: self.type(char),
            on_erase=lambda _: self.erase(),
            on_send=lambda _: self.file(),
            on_skip=lambda _: self.moves.back(),
        )
        self.ids.base.add_widget(self.pad)
        if look.step < LARGE:
            self.ids.below.add_widget(Slip())
        self._changed()
        self.usb.bind(Window)

    # -- for the stage -----------------------------------------------------------------------------------

    @property
    def holding(self) -> bool:
        """A finger rests on a key: the time stands still."""
        return self.pad.holding

    def show_left(self, left: int, total: int) -> None:
        """The last ten seconds are shown, but not to somebody who is typing."""
        self.left, self.total = left, total
        self.warning = left <= WARN_S and not self.holding

    def stop(self) -> None:
        """The page leaves the window; it takes the code with it."""
        self.usb.unbind(Window)
        super().stop()
        self.pad.stop()
        self.value = self.typed = ""
        self.ids.line.wipe()

    # -- typing ------------------------------------------------------------------------------------------

    def type(self, char: str) -> None:
        """A key of the pad."""
        if self._filed:
            return
        if not presentable(self.typed):
            self.typed = ""
        self._by_scanner = False
        self.typed = (self.typed + char)[:MOST]
        self._changed()

    def erase(self) -> None:
        """The last character; all of what a scanner left that cannot be shown."""
        self._anew = False
        self.typed = self.typed[:-1] if presentable(self.typed) else ""
        self._changed()

    def _changed(self) -> None:
        self.fault = ""
        self.pad.ready = not self._filed and bool(self.typed or self.value)

    def file(self) -> None:
        """Once: whatever comes of it. An emptied field takes an earlier code back."""
        if self._filed or not (self.typed or self.value):
            return
        code = parse(self.typed) if self.typed else ""
        if code is None:
            self._refuse()
            return
        self._filed = True
        self._changed()
        self.moves.file_dossier(code)

    def _refuse(self) -> None:
        """Says it kindly. What is about a person, or cannot be shown, does not stay; a slip can be mended."""
        fault = "personal" if personal(self.typed) else "wrong"
        if fault == "personal" or not presentable(self.typed):
            self.typed = ""
        self._anew = True
        self._changed()
        self.fault = fault

    # -- the scanner, or a USB keyboard ------------------------------------------------------------------

    def _scanned(self, char: str) -> None:
        """What is scanned takes the place of what was typed on the pad, and of the last scan."""
        self._awake()
        if self._filed:
            return
        if self._anew or not self._by_scanner:
            self.typed = ""
        self._anew, self._by_scanner = False, True
        self.typed = (self.typed + char)[:LONGEST]
        self._changed()

    def _usb_key(self, name: str) -> None:
        self._awake()
        if name == "enter" and self.typed:
            self.file()
        elif name in ("backspace", "delete"):
            self.erase()

    def on_touch_down(self, touch: MotionEvent) -> bool:
        self._awake()
        return bool(super().on_touch_down(touch))

    def _awake(self) -> None:
        self.warning = False
        self.moves.touched()

    # -- words -------------------------------------------------------------------------------------------

    def shown(self, typed: str) -> str:
        return typed.upper() if presentable(typed) else ""

    def hint(self, typed: str) -> str:
        """What stands in the empty field."""
        return t("Reading…") if typed else t("For example {code}", code=EXAMPLE)

    def saying(self, fault: str, warning: bool, left: float) -> str:
        if warning:
            return t("This page closes in {n} seconds. Touch the screen to go on.", n=int(left))
        if fault == "personal":
            return t(
                "This looks like an ID or phone number. It was not kept. Please enter the dossier code only."
            )
        return t("This is no dossier code yet. Please compare it with your slip, or choose “Not needed”.")


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
