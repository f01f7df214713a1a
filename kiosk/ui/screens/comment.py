"""The comment: what a citizen wishes to add in their own words, typed on the screen or on a USB keyboard.

Nothing leaves this page before "Gửi": going back or walking away throws the text away, and ``wipe`` leaves
no letter of it behind.
"""

from __future__ import annotations

from pathlib import Path

from kivy.core.window import Window
from kivy.input.motionevent import MotionEvent
from kivy.lang import Builder
from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty

from kiosk.typing import Composer, Method, Style
from kiosk.ui.look import look, px, t
from kiosk.ui.screens.page import Screen
from kiosk.ui.widgets.button import PushButton
from kiosk.ui.widgets.entry import Entry
from kiosk.ui.widgets.entry_draft import LIMIT, Draft, nfc
from kiosk.ui.widgets.entry_keys import UsbKeys
from kiosk.ui.widgets.face import Face
from kiosk.ui.widgets.icon import Icon
from kiosk.ui.widgets.keyboard import Keyboard
from kiosk.ui.widgets.panel import Card, Panel
from kiosk.ui.widgets.press import Press
from kiosk.ui.widgets.ring import Ring
from kiosk.ui.widgets.text import Text, width_of

__all__ = ["Card", "CommentScreen", "Entry", "Face", "Icon", "Panel", "PushButton", "Ring", "Text"]

WARN_S = 10
KINDS = ("gop-y", "khen-ngoi", "phan-anh")
GLYPHS = {"gop-y": "message-reply-text", "khen-ngoi": "heart-outline", "phan-anh": "bullhorn-outline"}
CHIP_EXTRA = 28 + 8 + 36  # icon, gap and padding of a chip, in design px


def kind_word(kind: str) -> str:
    return {"gop-y": t("Suggestion"), "khen-ngoi": t("Praise"), "phan-anh": t("Report or request")}[kind]


class KindChip(Press, Panel):
    """One kind of comment."""

    kind = StringProperty("gop-y")
    chosen = BooleanProperty(False)
    factor = NumericProperty(1)

    @property
    def word(self) -> str:
        return kind_word(self.kind)

    @property
    def glyph(self) -> str:
        return GLYPHS[self.kind]


class Kinds(Panel):
    """The three kinds side by side, in one size of letters that fits."""

    chosen = StringProperty("gop-y")
    room = NumericProperty(0)
    __events__ = ("on_choose",)

    def on_choose(self, kind: str) -> None:
        """Event: another kind was touched."""

    def on_kv_post(self, base_widget: object) -> None:
        for kind in KINDS:
            chip = KindChip(kind=kind, target=f"kind-{kind}", chosen=kind == self.chosen)
            chip.bind(on_release=lambda chip: self.dispatch("on_choose", chip.kind))
            self.fbind("chosen", lambda _, chosen, chip=chip: setattr(chip, "chosen", chip.kind == chosen))
            self.fbind("room", lambda _, room, chip=chip: setattr(chip, "factor", self._factor(room)))
            chip.factor = self._factor(self.room)
            self.add_widget(chip)

    def _factor(self, room: float) -> float:
        style = look.type("chip")
        words = sum(width_of(kind_word(kind), style.font, style.size) for kind in KINDS)
        spare = room - len(KINDS) * px(CHIP_EXTRA) - px(8)
        return look.step * min(1.0, max(0.6, spare / words))


class NoticeRow(Panel):
    """Under the field: what not to write, or, in the last seconds, that the page is about to close."""

    warning = BooleanProperty(False)
    left = NumericProperty(0)


class LeaveQuestion(Panel):
    """Stands where the keyboard stood; the text above it stays in sight."""

    __events__ = ("on_keep", "on_leave")

    def on_keep(self) -> None:
        """Event: go on writing."""

    def on_leave(self) -> None:
        """Event: throw it away."""


class CommentScreen(Screen):
    """``level`` chooses the face and the kind to begin with. ``text``: a draft to go on with, when the page
    is built anew. ``method`` and ``style`` are the office's settings."""

    level = NumericProperty(1)
    left = NumericProperty(30)
    total = NumericProperty(30)
    kind = StringProperty("gop-y")
    count = NumericProperty(0)
    warning = BooleanProperty(False)
    asking = BooleanProperty(False)
    draft = ObjectProperty(None)

    def __init__(
        self,
        *,
        level: int,
        text: str = "",
        kind: str = "",
        method: Method = Method.TELEX,
        style: Style = Style.OLD,
        **kwargs: object,
    ) -> None:
        self._method, self._sent = method, False
        self._composer = Composer(method, style)
        self.usb = UsbKeys(self._usb_typed, self._usb_key)
        super().__init__(
            level=level,
            kind=kind or ("gop-y" if level == 1 else "khen-ngoi"),
            draft=Draft(self._composer),
            **kwargs,
        )
        self._make_keyboard()
        self.draft.put(text)
        self._changed()
        self.usb.bind(Window)

    def on_kv_post(self, base_widget: object) -> None:
        """In portrait the kinds have a row of their own."""
        if look.portrait:
            kinds, second = self.ids.kinds, self.ids.second
            self.ids.top.remove_widget(kinds)
            second.add_widget(kinds)
            second.padding = 0, px(12)
            second.height = kinds.height + px(24)
            kinds.fbind("height", lambda _, height: setattr(second, "height", height + px(24)))

    def room_for_kinds(self, width: float) -> float:
        """Window px that back, face and title leave."""
        if look.portrait:
            return width - px(32)
        style = look.type("page")
        return width - px(32 + 60 + 48 + 3 * 16) - width_of(t("Write a comment"), style.font, style.size)

    def _make_keyboard(self) -> None:
        name = "VNI" if self._method is Method.VNI else "Telex"
        self.keyboard = Keyboard(method_name=name, method_on=self._method is not Method.OFF)
        self.keyboard.bind(
            on_type=lambda _, char: self._edit(self.draft.type, char),
            on_tone=lambda _, tone: self._edit(self.draft.tone, tone),
            on_erase=lambda _: self._edit(self.draft.erase),
            on_method=lambda _: self._switch_method(),
            on_send=lambda _: self.send(),
        )
        self.ids.base.add_widget(self.keyboard)

    # -- for the stage -----------------------------------------------------------------------------------

    @property
    def text(self) -> str:
        """What is written so far; given to the page that takes this one's place."""
        return self.draft.text

    @property
    def holding(self) -> bool:
        """A finger rests on a key: the time stands still."""
        return self.keyboard.holding

    def show_left(self, left: int, total: int) -> None:
        """The last ten seconds are shown, but not to somebody who is typing."""
        self.left, self.total = left, total
        self.warning = left <= WARN_S and not self.holding

    def wipe(self) -> None:
        """Nothing of the text stays: not in the field, not on the tone keys, not in their textures."""
        self.draft.clear()
        self.ids.entry.wipe()
        self.keyboard.wipe()
        self.count, self.keyboard.ready = 0, False

    def stop(self) -> None:
        """The page leaves the window; it takes the text with it."""
        self.usb.unbind(Window)
        super().stop()
        self.keyboard.stop()
        self.wipe()

    # -- writing -----------------------------------------------------------------------------------------

    def _edit(self, edit: object, *arguments: object) -> None:
        if self._sent or self.asking:
            return
        edit(*arguments)
        self._changed()

    def _changed(self) -> None:
        self.count = len(self.draft.text)
        self.keyboard.ready = not self._sent and bool(self.draft.text.strip())
        self.keyboard.show_previews(self.draft.preview)
        self.ids.entry.changed()

    def move(self, caret: int) -> None:
        """The caret was set by touch or by an arrow key."""
        self._edit(self.draft.move, caret)

    def _switch_method(self) -> None:
        """The word so far ends as it is: its keys were typed under the other rule."""
        self.draft.finish()
        on = self._composer.method is Method.OFF
        wanted = self._method if self._method is not Method.OFF else Method.TELEX
        self._composer.method = wanted if on else Method.OFF
        self.keyboard.method_on = on
        self.draft.move(self.draft.caret)
        self._changed()

    def send(self) -> None:
        """Once: whatever comes of it, the same comment must not go twice."""
        self.draft.finish()
        text = nfc(self.draft.text).strip()
        if not text or self._sent or self.asking:
            return
        self._sent = True
        self._changed()
        self.moves.send_comment(text, self.kind)

    def choose_kind(self, kind: str) -> None:
        self.kind = kind

    # -- a USB keyboard ----------------------------------------------------------------------------------

    def _usb_typed(self, char: str) -> None:
        self._awake()
        self._edit(self.draft.type, char)

    def _usb_key(self, name: str) -> None:
        self._awake()
        draft, entry = self.draft, self.ids.entry
        match name:
            case "backspace":
                self._edit(draft.erase)
            case "delete":
                self._edit(draft.erase_after)
            case "enter":
                self._edit(draft.type, "\n")
            case _:
                self.move(entry.caret_after(name))

    # -- going -------------------------------------------------------------------------------------------

    def back(self) -> None:
        """Asks first when there is something to lose."""
        if not self.draft.text.strip():
            self.moves.back()
            return
        if self.asking:
            self.keep()
            return
        self.asking = True
        self._swap(self.keyboard, self._question())

    def _question(self) -> LeaveQuestion:
        question = LeaveQuestion(size_hint_y=None, height=self.keyboard.height)
        question.bind(on_keep=lambda _: self.keep(), on_leave=lambda _: self.leave())
        return question

    def keep(self) -> None:
        self.asking = False
        self._swap(self.ids.base.children[0], self.keyboard)

    def leave(self) -> None:
        self.wipe()
        self.moves.back()

    def _swap(self, old: object, new: object) -> None:
        self.keyboard.stop()
        self.ids.base.remove_widget(old)
        self.ids.base.add_widget(new)

    def on_touch_down(self, touch: MotionEvent) -> bool:
        self._awake()
        return bool(super().on_touch_down(touch))

    def _awake(self) -> None:
        self.warning = False
        self.moves.touched()

    # -- words -------------------------------------------------------------------------------------------

    @property
    def full(self) -> bool:
        return self.count >= LIMIT

    def counter(self, count: int) -> str:
        return f"{count}/{LIMIT}"


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
