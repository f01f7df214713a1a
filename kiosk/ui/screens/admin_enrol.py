"""The card beside the queue: where this tablet belongs, and its enrolment by QR."""

from __future__ import annotations

from pathlib import Path

from kivy.clock import Clock, ClockEvent
from kivy.lang import Builder
from kivy.properties import NumericProperty, ObjectProperty, StringProperty

from kiosk.admin import Enrolling, EnrolState, Overview
from kiosk.ui.look import t
from kiosk.ui.screens import admin_words as words
from kiosk.ui.widgets.button import PushButton
from kiosk.ui.widgets.fold import Fold
from kiosk.ui.widgets.icon import Icon
from kiosk.ui.widgets.panel import Card, Panel
from kiosk.ui.widgets.qr_code import QrCode
from kiosk.ui.widgets.ring import Ring
from kiosk.ui.widgets.text import Text

__all__ = ["Card", "EnrolCard", "Fold", "Icon", "Panel", "PushButton", "QrCode", "Ring", "Text"]

IDLE = EnrolState("idle")
ANEW_S = 6
"""So long the success is shown before the program begins anew under its new name."""


class EnrolCard(Card):
    """``state``: how far the try to be let in has come; ``overview`` None until the store has answered."""

    desk = ObjectProperty(None)
    facts = ObjectProperty(None)
    moves = ObjectProperty(None)
    overview = ObjectProperty(None, allownone=True)
    state = ObjectProperty(IDLE)
    left = NumericProperty(0)
    anew = NumericProperty(0)
    step = StringProperty("idle")
    code = StringProperty("")
    link = StringProperty("")

    def __init__(self, **kwargs: object) -> None:
        self._enrolling: Enrolling | None = None
        self._clock: ClockEvent | None = None
        super().__init__(orientation="vertical", **kwargs)

    def show_overview(self, overview: Overview) -> None:
        """Where it stands. A tablet that belongs nowhere asks to be let in at once."""
        first, self.overview = self.overview is None, overview
        if first and not overview.enrolled and self._enrolling is None:
            self.begin()

    def begin(self) -> None:
        """Ask headquarters for a code."""
        self._end()
        self._enrolling = self.desk.enrol(
            lambda state: Clock.schedule_once(lambda _: self.show_state(state), 0)
        )
        self._clock = Clock.schedule_interval(self._count, 1)

    def give_up(self) -> None:
        """Not now."""
        self._end()
        self.state, self.step, self.code, self.link = IDLE, "idle", "", ""

    def show_state(self, state: EnrolState) -> None:
        """What the try said last."""
        if self._enrolling is None:
            return  # the card was closed meanwhile
        self.state, self.step = state, state.step
        self.code, self.link = state.code, state.link
        self._show_left()
        if state.step == "done":
            self.anew = ANEW_S

    def _show_left(self) -> None:
        self.left = max(0, round(self.state.until_s - self.desk.now_s())) if self.state.until_s else 0

    def _count(self, *_: object) -> None:
        self._show_left()
        if self.step in ("asking", "showing"):
            self.moves.touched()  # whoever fetches a phone is not idle
        if self.step == "done":
            self.anew -= 1
            if self.anew <= 0:
                self._end()
                self.moves.leave(True)

    def _end(self) -> None:
        if self._enrolling is not None:
            self._enrolling.stop()
            self._enrolling = None
        if self._clock is not None:
            self._clock.cancel()
            self._clock = None

    def stop(self) -> None:
        """The page goes; nobody waits for the answer any more."""
        self._end()

    # -- words -------------------------------------------------------------------------------------------

    def title(self) -> str:
        return {
            "idle": t("This tablet"),
            "asking": t("Enrol this tablet"),
            "showing": t("Enrol this tablet"),
            "done": t("Enrolled"),
        }.get(self.step, t("Not enrolled"))

    def said(self) -> str:
        """What stands under the title."""
        match self.step:
            case "idle":
                return self._place()
            case "asking":
                return t("Asking headquarters for a code…")
            case "showing":
                minutes, seconds = divmod(int(self.left), 60)
                return t("The code holds for {m}:{s}", m=minutes, s=f"{seconds:02d}")
            case "done":
                return t("{place}. The program begins anew by itself.", place=self.state.place)
            case "denied":
                return t("Somebody at headquarters has denied it.")
            case "expired":
                return t("The code was not used in time.")
        return words.enrol_words(self.state.reason)

    def _place(self) -> str:
        if self.overview is None:
            return t("Reading…")
        if self.overview.enrolled:
            return t("Enrolled as {place}.", place=self.facts.place)
        return t("Not enrolled: answers are kept here and go nowhere.")

    def button(self) -> str:
        if self.step in ("asking", "showing"):
            return t("Not now")
        if self.step == "idle":
            return t("Enrol anew") if self.overview and self.overview.enrolled else t("Enrol by QR")
        return t("Try again")

    def press(self) -> None:
        if self.step in ("asking", "showing"):
            self.give_up()
        else:
            self.begin()


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
