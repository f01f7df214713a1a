"""What every page has: the facts it shows and the moves it may ask for. Pages decide nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from kivy.lang import Builder
from kivy.properties import ObjectProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.survey import Level
from kiosk.ui.facts import Facts
from kiosk.ui.look import Comfort
from kiosk.ui.session import Page

if TYPE_CHECKING:
    from kiosk.admin import AdminDesk
    from kiosk.contact import Contact
    from kiosk.export import Progress


@dataclass(frozen=True, slots=True)
class Moves:
    """What a touch can ask for; the stage answers."""

    tap: Callable[[Level], None]
    done: Callable[[], None]
    open: Callable[[Page], None]
    close: Callable[[], None]
    choose: Callable[[Comfort], None]
    try_pin: Callable[[str, str], None]
    read_day: Callable[[date | None], None]
    read_days: Callable[[date, date], None]
    export: Callable[[date], None]
    toggle: Callable[[str], None]
    more: Callable[[], None]
    again: Callable[[], None]
    back: Callable[[], None]
    send_comment: Callable[[str, str], None]
    touched: Callable[[], None]
    elsewhere: Callable[[], None]
    pick: Callable[[str, str], None]
    file_dossier: Callable[[str], None]
    send_contact: Callable[[Contact], None]
    more_time: Callable[[], None]
    leave: Callable[[bool], None]
    to_stick: Callable[[str, bytes, Callable[[Progress], None]], None]
    # None: not offered here, so no page shows a way to it.
    admin: Callable[[], AdminDesk] | None = None
    # A service manager brings the program back whenever it ends.
    watched: bool = False
    comment: Callable[[], None] | None = None
    reply: Callable[[], None] | None = None
    subject: Callable[[], None] | None = None
    dossier: Callable[[], None] | None = None


__all__ = ["Facts", "Moves", "Screen"]


class Screen(BoxLayout):
    """Base of all pages: facts in, moves out."""

    facts = ObjectProperty(None)
    moves = ObjectProperty(None)

    def stop(self) -> None:
        """The page leaves the window; timers end here."""
        for widget in self.walk(restrict=True):
            if widget is not self and hasattr(widget, "stop"):
                widget.stop()

    def tick(self, now: datetime) -> None:
        """A few times a second."""

    def show_left(self, left: int, total: int) -> None:
        """Seconds until the page goes home by itself. Overridden by pages that show them in a place of their
        own; a page beside home that does not is told so by the stage."""

    def logged(self) -> dict[str, object]:
        """What the view log says of this page besides its name; never what somebody typed."""
        return {}

    @property
    def holding(self) -> bool:
        """A finger rests on something that works while it is held: the page's time stands still."""
        return False


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
