"""What being touched means, the same for faces, buttons and keys. Made for unsure and for heavy hands."""

from __future__ import annotations

from kivy.clock import Clock, ClockEvent
from kivy.input.motionevent import MotionEvent
from kivy.properties import BooleanProperty, NumericProperty, StringProperty

from kiosk.ui.look import look


class Press:
    """Mixin before a Widget class. ``on_release`` comes once per finger: when it lifts, wherever it slid to
    within ``slop`` design px around the widget, or after ``hold_s`` seconds if that is set, so that a finger
    resting on a face is answered too. A finger that slid away was a change of mind.

    ``target`` is the name under which the view log gives this widget's place.
    """

    pressed = BooleanProperty(False)
    slop = NumericProperty(32)
    hold_s = NumericProperty(0)
    target = StringProperty("")
    __events__ = ("on_release",)

    def __init__(self, **kwargs: object) -> None:
        self._fingers: dict[int, ClockEvent | None] = {}
        super().__init__(**kwargs)

    def on_release(self) -> None:
        """Event: it was pressed."""

    def on_touch_down(self, touch: MotionEvent) -> bool:
        if not self.collide_point(*touch.pos) or self.disabled:
            return bool(super().on_touch_down(touch))
        # Wheels and right buttons are no fingers; they must not fall through to what lies below either.
        if "button" in touch.profile and touch.button != "left":
            return True
        touch.grab(self)
        held = None
        if self.hold_s:
            held = Clock.schedule_once(lambda _: self._fire(touch.uid), self.hold_s)
        self._fingers[touch.uid] = held
        self.pressed = True
        return True

    def on_touch_move(self, touch: MotionEvent) -> bool:
        if touch.grab_current is not self:
            return bool(super().on_touch_move(touch))
        if touch.uid in self._fingers and not self._near(touch):
            self._forget(touch.uid)
        return True

    def on_touch_up(self, touch: MotionEvent) -> bool:
        if touch.grab_current is not self:
            return bool(super().on_touch_up(touch))
        touch.ungrab(self)
        if touch.uid in self._fingers and self._near(touch):
            self._fire(touch.uid)
        else:
            self._forget(touch.uid)
        return True

    def stop(self) -> None:
        """The page goes; a finger that outlives it must not become the next citizen's answer."""
        for uid in list(self._fingers):
            self._forget(uid)

    def _near(self, touch: MotionEvent) -> bool:
        slop = look.px(self.slop)
        return self.x - slop <= touch.x <= self.right + slop and self.y - slop <= touch.y <= self.top + slop

    def _fire(self, uid: int) -> None:
        self._forget(uid)
        self.dispatch("on_release")

    def _forget(self, uid: int) -> None:
        held = self._fingers.pop(uid, None)
        if held is not None:
            held.cancel()
        self.pressed = bool(self._fingers)
