"""The card for offices without a network: out on a USB stick, and the receipt back in."""

from __future__ import annotations

from pathlib import Path

from kivy.clock import Clock
from kivy.lang import Builder
from kivy.properties import BooleanProperty, ObjectProperty

from kiosk.admin import Carried
from kiosk.ui.look import look, t
from kiosk.ui.screens.admin_words import stick_words
from kiosk.ui.widgets.button import PushButton
from kiosk.ui.widgets.panel import Card, Panel
from kiosk.ui.widgets.text import Text

__all__ = ["Card", "Panel", "PushButton", "StickCard", "Text"]

IDLE = Carried("idle")


class StickCard(Card):
    """``state``: how far the errand has come; ``busy`` while a stick is written or read; ``enrols``: it has
    the way to enrol anew too, where the card for it has no room."""

    desk = ObjectProperty(None)
    moves = ObjectProperty(None)
    state = ObjectProperty(IDLE)
    busy = BooleanProperty(False)
    enrols = BooleanProperty(False)
    __events__ = ("on_enrol",)

    def __init__(self, **kwargs: object) -> None:
        self._gone = False
        self._third: PushButton | None = None
        super().__init__(orientation="vertical", **kwargs)

    def on_enrol(self) -> None:
        """Event: the tablet shall be enrolled anew."""

    def on_enrols(self, *_: object) -> None:
        if self._third is not None:
            self.ids.buttons.remove_widget(self._third)
            self._third = None
        if self.enrols:
            self._third = PushButton(
                label=t("Enrol anew"), type_style="small_strong", tall=60, target="enrol", size_hint_x=1
            )
            self._third.bind(on_release=lambda _: self.dispatch("on_enrol"))
            self.ids.buttons.add_widget(self._third)

    def carry_out(self) -> None:
        self._begin()
        self.desk.carry_out(self._tell)

    def bring_in(self) -> None:
        self._begin()
        self.desk.bring_in(self._tell)

    def stop(self) -> None:
        """The page goes; the errand itself goes on to its end."""
        self._gone = True

    def _begin(self) -> None:
        self.busy, self.state = True, Carried("looking")

    def _tell(self, state: Carried) -> None:
        Clock.schedule_once(lambda _: self.show_state(state), 0)

    def show_state(self, state: Carried) -> None:
        """What the errand said last."""
        if self._gone:
            return
        self.state = state
        self.busy = state.step in ("looking", "packing", "writing")
        if self.busy:
            self.moves.touched()  # who waits beside the tablet is not idle

    def share(self) -> float:
        """Of the bar; packing and writing each fill half of it."""
        if self.state.step not in ("packing", "writing") or not self.state.total:
            return 0.0
        half = self.state.done / self.state.total / 2
        return half if self.state.step == "packing" else 0.5 + half

    def bad(self) -> bool:
        return self.state.step == "failed"

    def said(self) -> str:
        number = look.words.number
        match self.state.step:
            case "looking":
                return t("Looking for the stick…")
            case "packing":
                return t("Packing: {n} of {all}", n=number(self.state.done), all=number(self.state.total))
            case "writing":
                return t("Writing… Please leave the stick in.")
            case "written":
                return t(
                    "{n} entries written. The stick may be pulled. They wait here until the receipt comes.",
                    n=number(self.state.done),
                )
            case "read":
                return t("Receipt taken: {n} entries confirmed.", n=number(self.state.done))
            case "failed":
                return stick_words(self.state.reason)
        return t("No network here? Take the stick to headquarters, then bring the receipt back.")


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
