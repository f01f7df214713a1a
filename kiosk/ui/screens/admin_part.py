"""What every part of the admin's page has: the desk it asks, and answers that come back to this thread."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime
from typing import Any

from kivy.clock import Clock
from kivy.properties import ObjectProperty
from kivy.uix.boxlayout import BoxLayout

Answer = Callable[[Any, BaseException | None], None]


def bring(future: Future[Any], wanted: Callable[[], bool], answer: Answer) -> None:
    """``answer`` gets the result, or None and what went wrong, on the screen's thread, if it is ``wanted``
    still."""

    def arrived(_: float) -> None:
        if wanted() and not future.cancelled():
            error = future.exception()
            answer(None if error else future.result(), error)

    future.add_done_callback(lambda _: Clock.schedule_once(arrived, 0))


class AdminPart(BoxLayout):
    """``desk``: a kiosk.admin.AdminDesk. An answer that comes after the part has gone reaches nobody."""

    desk = ObjectProperty(None)
    facts = ObjectProperty(None)
    moves = ObjectProperty(None)

    def __init__(self, **kwargs: object) -> None:
        self.gone = False
        super().__init__(orientation="vertical", **kwargs)

    def ask(self, future: Future[Any], answer: Answer) -> None:
        """``answer`` gets the result, or None and what went wrong, on the screen's thread."""
        bring(future, lambda: not self.gone, answer)

    def tick(self, now: datetime) -> None:
        """A few times a second."""

    def logged(self) -> dict[str, object]:
        """For the view log."""
        return {}

    def stop(self) -> None:
        """The part leaves the page."""
        self.gone = True
        for widget in self.walk(restrict=True):
            if widget is not self and hasattr(widget, "stop"):
                widget.stop()
