"""Who wants an answer says here how to be reached: one page, one field at a time, nothing ticked beforehand.

At rest the page shows everything. While a field is written in, the keyboard that fits it takes the room of
what can wait. Nothing leaves the page before "Gửi", and nothing of it stays when the page goes.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from kivy.clock import Clock
from kivy.core.window import Window
from kivy.input.motionevent import MotionEvent

from kiosk.contact import Place, Purpose, load_purpose
from kiosk.typing import Method, Style
from kiosk.ui.look import look
from kiosk.ui.screens.reply_form import ReplyForm
from kiosk.ui.screens.reply_layout import FIELDS, ReplyLayout
from kiosk.ui.widgets.entry_draft import Draft
from kiosk.ui.widgets.entry_keys import UsbKeys
from kiosk.ui.widgets.field_keys import FieldKeyboard

PRIVACY = Path(__file__).resolve().parents[3] / "assets" / "privacy.yaml"
WARN_S = 10
WARM_S = 0.3
TAB = 9
STOPS = (*[place.value for place in Place], "agree", "guardian", "send")
"""Where Tab goes, in order."""


@lru_cache(maxsize=1)
def purpose_here() -> Purpose:
    """What assets/privacy.yaml states."""
    return load_purpose(PRIVACY)


class FormKeys(UsbKeys):
    """With Tab, which goes on, and Shift+Tab, which goes back."""

    def _on_key(
        self, window: object, key: int, scancode: int, codepoint: str | None, modifiers: list[str]
    ) -> bool:
        if key == TAB:
            self._key("tab-back" if "shift" in modifiers else "tab")
            return True
        return super()._on_key(window, key, scancode, codepoint, modifiers)


class ReplyScreen(ReplyLayout):
    """``name``, ``phone``, ``email``, ``agreed``, ``guardian``, ``active``: a draft to go on with, when the
    page is built anew. ``sending``: the contact is on its way; nothing answers any more."""

    def __init__(
        self,
        *,
        name: str = "",
        phone: str = "",
        email: str = "",
        purpose: Purpose | None = None,
        **kwargs: object,
    ) -> None:
        keyboard = kwargs["facts"].keyboard
        self.form = ReplyForm(Method(keyboard.method), Style(keyboard.style))
        for place, text in zip(Place, (name, phone, email), strict=True):
            self.form.drafts[place].put(text)
        self.usb = FormKeys(self._usb_typed, self._usb_key)
        self._keyboards: dict[Place, FieldKeyboard] = {}
        self._away: Callable[[], None] = kwargs["moves"].back
        super().__init__(purpose=purpose or purpose_here(), **kwargs)
        self.make_parts()
        self.arrange()
        self.usb.bind(Window)
        self._cold = [Place.PHONE, Place.NAME, Place.EMAIL]
        self._warming = Clock.schedule_interval(self._warm, WARM_S)

    def _warm(self, _: float) -> bool:
        """While the page is read, the keyboards are made, one at a time: a touch on a field need not wait.
        False ends the interval."""
        keyboard = self._keyboard(self._cold.pop(0))
        if keyboard.parent is None:
            keyboard.width = look.width
        return bool(self._cold)

    # -- for the stage -----------------------------------------------------------------------------------

    @property
    def name(self) -> str:
        return self.form.text(Place.NAME)

    @property
    def phone(self) -> str:
        return self.form.text(Place.PHONE)

    @property
    def email(self) -> str:
        return self.form.text(Place.EMAIL)

    @property
    def holding(self) -> bool:
        """A finger rests on a key: the time stands still."""
        return any(keyboard.holding for keyboard in self._keyboards.values())

    def show_left(self, left: int, total: int) -> None:
        """The last ten seconds are shown, but not to somebody who is typing."""
        self.left, self.total = left, total
        self.note.left, self.note.warning = left, left <= WARN_S and not self.holding

    def wipe(self) -> None:
        """Nothing of the contact stays: not in the fields, not on the keys, not in their textures."""
        self.form.clear()
        for box in self.boxes.values():
            box.entry.wipe()
        for keyboard in self._keyboards.values():
            keyboard.wipe()
        self.agreed = self.guardian = self.unagreed = False

    def stop(self) -> None:
        """The page leaves the window; it takes everything with it."""
        self.usb.unbind(Window)
        self._warming.cancel()
        super().stop()
        for part in (*self._keyboards.values(), *self.boxes.values()):
            part.stop()
        self.wipe()

    # -- writing -----------------------------------------------------------------------------------------

    @property
    def keyboard(self) -> FieldKeyboard | None:
        return self._keyboard(FIELDS[self.active]) if self.writing else None

    def _keyboard(self, place: Place) -> FieldKeyboard:
        if place not in self._keyboards:
            name = "VNI" if self.form.method is Method.VNI else "Telex"
            keyboard = FieldKeyboard(place, method_name=name, method_on=self.form.method_on)
            keyboard.bind(
                on_type=lambda _, text: self._type(text),
                on_tone=lambda _, tone: self._edit(self._draft.tone, tone),
                on_erase=lambda _: self._edit(self._draft.erase),
                on_method=lambda _: self._switch_method(),
                on_send=lambda _: self.next(),
            )
            self._keyboards[place] = keyboard
        return self._keyboards[place]

    @property
    def _draft(self) -> Draft:
        return self.form.drafts[FIELDS[self.active]]

    def go(self, stop: str) -> None:
        """Another field, or none, is written in from now on."""
        if self.sending or self.asking:
            return
        if self.writing:
            self.form.leave(FIELDS[self.active])
        self.active = stop
        if self.writing:
            self.form.enter(FIELDS[stop])
        self.arrange()

    def next(self) -> None:
        """On to what is worth filling next. What is wrong here is said first, but stops nobody twice."""
        place = FIELDS[self.active]
        if self.form.holds_back(place):
            self.form.leave(place)
            self.show()
            return
        self.form.leave(place)
        after = self.form.after(place)
        self.go(after.value if after else "")

    def _edit(self, edit: Callable[..., object], *arguments: object) -> None:
        if not self.writing or self.sending or self.asking:
            return
        edit(*arguments)
        self.begin_word()
        self.show()

    def _type(self, text: str) -> None:
        if len(text) > 1:
            self._edit(self.form.shortcut, FIELDS[self.active], text)
        else:
            self._edit(self._draft.type, text)

    def move(self, caret: int) -> None:
        """The caret was set by touch or by an arrow key."""
        if self.writing:
            self._edit(self._draft.move, caret)

    def _switch_method(self) -> None:
        self.form.switch_method()
        self._keyboard(Place.NAME).method_on = self.form.method_on
        self.show()

    # -- ticking and sending -----------------------------------------------------------------------------

    def press(self, stop: str) -> None:
        """ "agree", "guardian" or "send"."""
        if self.sending or self.asking:
            return
        if stop == "agree":
            self.agreed = not self.agreed
        elif stop == "guardian":
            self.guardian = not self.guardian
        else:
            self.send()
        self.show()

    def send(self) -> None:
        """Once. When something is missing it is said beside its field, and nothing is sent."""
        contact = self.form.contact(self.guardian)
        self.unagreed = not self.agreed
        if contact is not None and self.agreed:
            self.sending = True
            self.moves.send_contact(contact)

    # -- a USB keyboard ----------------------------------------------------------------------------------

    def _usb_typed(self, char: str) -> None:
        self._awake()
        if not self.active and not char.isspace():
            self.go(STOPS[0])
        if self.writing:
            self._edit(self._draft.type, char)
        elif char == " " and self.active:
            self.press(self.active)

    def _usb_key(self, name: str) -> None:
        self._awake()
        if name in ("tab", "tab-back"):
            here = STOPS.index(self.active) if self.active else -1 if name == "tab" else 0
            self.go(STOPS[(here + (1 if name == "tab" else -1)) % len(STOPS)])
        elif self.writing:
            self._field_key(name)
        elif name == "enter" and self.active:
            self.press(self.active)

    def _field_key(self, name: str) -> None:
        match name:
            case "enter":
                self.next()
            case "backspace":
                self._edit(self._draft.erase)
            case "delete":
                self._edit(self._draft.erase_after)
            case _:
                self.move(self.boxes[FIELDS[self.active]].entry.caret_after(name))

    # -- going -------------------------------------------------------------------------------------------

    def back(self) -> None:
        self._go_away(self.moves.back)

    def elsewhere(self) -> None:
        self._go_away(self.moves.elsewhere)

    def _go_away(self, move: Callable[[], None]) -> None:
        """Asks first when there is something to lose."""
        if self.sending:
            return
        if not self.form.written:
            move()
        elif self.asking:
            self.keep()
        else:
            self.go("")
            self._away, self.asking = move, True
            self.arrange()

    def keep(self) -> None:
        self.asking = False
        self.arrange()

    def leave(self) -> None:
        self.wipe()
        self._away()

    def on_touch_down(self, touch: MotionEvent) -> bool:
        self._awake()
        return bool(super().on_touch_down(touch))

    def _awake(self) -> None:
        self.note.warning = False
        self.moves.touched()
