"""The Vietnamese screen keyboard: fingers in, characters and tones out. It knows no text.

A letter is typed when the finger comes down, as on any keyboard; only "Gửi" waits for it to lift, so that
it can be taken back. A touch between two keys belongs to the nearer one.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from kivy.clock import Clock, ClockEvent
from kivy.input.motionevent import MotionEvent
from kivy.lang import Builder
from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.widget import Widget

from kiosk.typing import Tone
from kiosk.ui.look import look, px, t
from kiosk.ui.widgets.keyboard_key import Key
from kiosk.ui.widgets.keyboard_rows import Does, Shift, letters, places, signs

REPEAT_AFTER_S, REPEAT_S = 0.4, 0.06
SLOP = 32
CAPTIONS = {
    Tone.SAC: "sắc ´",
    Tone.HUYEN: "huyền `",
    Tone.HOI: "hỏi \u00a0\u0309",
    Tone.NGA: "ngã ˜",
    Tone.NANG: "nặng .",
}


class Keyboard(Widget):
    """Events: ``on_type`` (a character), ``on_tone``, ``on_erase``, ``on_method`` (Telex on or off),
    ``on_send``. ``method_name``: what its switch is called; ``ready``: there is something to send;
    ``edge``: air above and below the keys, design px."""

    shift = ObjectProperty(Shift.OFF)
    signs = BooleanProperty(False)
    method_name = StringProperty("Telex")
    method_on = BooleanProperty(True)
    ready = BooleanProperty(False)
    edge = NumericProperty(14)
    __events__ = ("on_type", "on_tone", "on_erase", "on_method", "on_send")

    def __init__(self, **kwargs: object) -> None:
        self._fingers: dict[int, Key] = {}
        self._repeat: ClockEvent | None = None
        self._rows: list[list[Key]] = []
        self._place_soon = Clock.create_trigger(self._place, -1)
        super().__init__(**kwargs)
        for name in ("pos", "size"):
            self.fbind(name, self._place_soon)
        self.fbind("signs", self._build)
        for name in ("shift", "method_name", "method_on", "ready"):
            self.fbind(name, self._relabel)
        self._build()

    def on_type(self, char: str) -> None:
        """Event: a character was typed."""

    def on_tone(self, tone: Tone) -> None:
        """Event: a tone key was touched."""

    def on_erase(self) -> None:
        """Event: delete was touched, or is still held."""

    def on_method(self) -> None:
        """Event: the Telex (or VNI) switch was touched."""

    def on_send(self) -> None:
        """Event: "Gửi"."""

    @property
    def holding(self) -> bool:
        """Whether a finger rests on a key."""
        return bool(self._fingers)

    def show_previews(self, preview: Callable[[Tone], str | None]) -> None:
        """Every tone key shows the word it would make; one that could do nothing is greyed."""
        for key in self._rows[0]:
            toned = preview(key.spec.tone)
            key.label, key.dead = toned or "", toned is None

    def wipe(self) -> None:
        """No word of the citizen stays on a key."""
        for key in self._rows[0]:
            key.label, key.dead = "", True
            key.wipe()

    def stop(self) -> None:
        """The page goes; a finger that outlives it types nothing."""
        for uid in list(self._fingers):
            self._forget(uid)

    # -- keys --------------------------------------------------------------------------------------------

    def _build(self, *_: object) -> None:
        """The keys of the present layer; tones keep their words."""
        self.stop()
        old = {key.target: key for row in self._rows for key in row}
        self.clear_widgets()
        layer = (signs if self.signs else letters)(look.portrait)
        self._rows = [[old.get(spec.target) or Key(spec) for spec in row] for row in layer]
        for row in self._rows:
            for key in row:
                self.add_widget(key)
        for key in self._rows[0]:
            key.caption = CAPTIONS.get(key.spec.tone) or t("no tone")
            key.dead = not key.label
        self._relabel()
        self._place()  # at once: the next finger may come before the next frame

    def _place(self, *_: object) -> None:
        rows = tuple(tuple(key.spec for key in row) for row in self._rows)
        side, edge = px(16), px(self.edge)
        across = px(6 if look.portrait else 8)
        inner = self.width - 2 * side, self.height - 2 * edge
        for keys, boxes in zip(self._rows, places(rows, *inner, across, px(8)), strict=True):
            for key, box in zip(keys, boxes, strict=True):
                left, right = round(box.x), round(box.x + box.width)
                key.size = right - left, round(box.height)
                key.pos = self.x + side + left, round(self.top - edge - box.y - box.height)

    def _relabel(self, *_: object) -> None:
        capitals = self.shift is not Shift.OFF
        for row in self._rows[1:]:
            for key in row:
                self._label(key, capitals)

    def _label(self, key: Key, capitals: bool) -> None:
        match key.spec.does:
            case Does.LETTER | Does.VOWEL:
                char = key.spec.char
                key.label = t("space") if char == " " else char.upper() if capitals else char
            case Does.SHIFT:
                key.glyph = "apple-keyboard-caps" if self.shift is Shift.LOCK else "apple-keyboard-shift"
                key.lit, key.dead = capitals and not self.signs, self.signs
            case Does.ERASE:
                key.label, key.glyph = t("Delete"), "backspace-outline"
            case Does.LAYER:
                key.label = "abc" if self.signs else "123"
            case Does.METHOD:
                key.label, key.lit = self.method_name, self.method_on
                key.glyph = "check-bold" if self.method_on else ""
            case Does.SEND:
                key.label, key.dead = t("Send"), not self.ready

    # -- fingers -----------------------------------------------------------------------------------------

    def on_touch_down(self, touch: MotionEvent) -> bool:
        if not self.collide_point(*touch.pos) or self.disabled:
            return False
        key = self._key_at(*touch.pos)
        wheel = "button" in touch.profile and touch.button != "left"
        if key is None or key.dead or wheel:
            return True
        touch.grab(self)
        self._fingers[touch.uid] = key
        key.pressed = True
        self._down(key)
        return True

    def on_touch_move(self, touch: MotionEvent) -> bool:
        if touch.grab_current is not self:
            return False
        if touch.uid in self._fingers and not _near(self._fingers[touch.uid], touch):
            self._forget(touch.uid)
        return True

    def on_touch_up(self, touch: MotionEvent) -> bool:
        if touch.grab_current is not self:
            return False
        touch.ungrab(self)
        key = self._fingers.get(touch.uid)
        self._forget(touch.uid)
        if key is not None and key.spec.does is Does.SEND and not key.dead:
            self.dispatch("on_send")
        return True

    def _key_at(self, x: float, y: float) -> Key | None:
        """The key under the finger, or the nearest one a gap away."""
        reach = px(12)
        near = [(_distance(key, x, y), key) for row in self._rows for key in row]
        distance, key = min(near, key=lambda pair: pair[0])
        return key if distance <= reach else None

    def _down(self, key: Key) -> None:
        match key.spec.does:
            case Does.LETTER | Does.VOWEL:
                self._typed(key.spec.char)
            case Does.TONE:
                self.dispatch("on_tone", key.spec.tone)
            case Does.ERASE:
                self.dispatch("on_erase")
                self._repeat = Clock.schedule_once(self._start_repeat, REPEAT_AFTER_S)
            case Does.SHIFT:
                self.shift = self.shift.touched
            case Does.LAYER:
                self.signs = not self.signs
            case Does.METHOD:
                self.dispatch("on_method")

    def _typed(self, char: str) -> None:
        self.dispatch("on_type", char if self.shift is Shift.OFF else char.upper())
        if self.shift is Shift.ONE and char.isalpha():
            self.shift = Shift.OFF

    def _start_repeat(self, _: float) -> None:
        self._stop_repeat()
        self.dispatch("on_erase")
        self._repeat = Clock.schedule_interval(self._erase_again, REPEAT_S)

    def _erase_again(self, _: float) -> None:
        self.dispatch("on_erase")

    def _stop_repeat(self) -> None:
        if self._repeat is not None:
            self._repeat.cancel()
            self._repeat = None

    def _forget(self, uid: int) -> None:
        key = self._fingers.pop(uid, None)
        if key is None:
            return
        if key.spec.does is Does.ERASE:
            self._stop_repeat()
        key.pressed = key in self._fingers.values()


def _distance(key: Key, x: float, y: float) -> float:
    across = max(key.x - x, 0, x - key.right)
    down = max(key.y - y, 0, y - key.top)
    return max(across, down)


def _near(key: Key, touch: MotionEvent) -> bool:
    return _distance(key, *touch.pos) <= px(SLOP)


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
