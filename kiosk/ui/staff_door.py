"""What the staff's page asks of the store, and the way back to it. Kivy's thread only.

An answer may come when another page stands there: then nobody sees it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from kiosk.conductor import Conductor
    from kiosk.export import Progress
    from kiosk.store.figures import Cell
    from kiosk.ui.facts import Facts

SPAN_DAYS = 30
"""So many days go into a file."""


class Stands(Protocol):
    """The staff's page if it stands on the screen, else None."""

    def __call__(self) -> Any | None: ...


class StaffDoor:
    """``touched``: the page is busy, which is no idleness. ``to_stick`` takes a name, the bytes and who is
    told of the progress."""

    def __init__(
        self,
        conductor: Conductor,
        facts: Facts,
        standing: Stands,
        to_stick: Callable[[str, bytes, Callable[[Progress], None]], object],
        touched: Callable[[], None],
    ) -> None:
        self._conductor, self._facts = conductor, facts
        self._standing, self._to_stick, self._touched = standing, to_stick, touched

    def read_day(self, day: date | None = None) -> None:
        """A day's figures; None: today's."""
        self._conductor.staff_day(day, self._answer("show_day"))

    def read_days(self, first: date, last: date) -> None:
        """The counts of each day of a month."""
        self._conductor.staff_days(first, last, self._answer("show_month"))

    def export(self, day: date) -> None:
        """The days up to ``day`` go to a USB stick."""
        page = self._standing()
        first = day - timedelta(days=SPAN_DAYS - 1)
        self._conductor.staff_cells(first, day, lambda cells: self._write(page, day, cells))

    def _answer(self, show: str) -> Callable[[Any], None]:
        page = self._standing()

        def answered(found: Any) -> None:
            if page is not None and page is self._standing():
                getattr(page, show)(found, self._facts.now())

        return answered

    def _write(self, page: Any, day: date, cells: list[Cell] | None) -> None:
        from kiosk.export import Progress
        from kiosk.ui.staff_file import content, file_name

        def tell(progress: Progress) -> None:
            if page is not None and page is self._standing():
                self._touched()
                page.show_usb(progress)

        if cells is None:
            tell(Progress("failed", reason="unread"))
            return
        self._to_stick(file_name(self._facts, day), content(cells, self._facts, self._facts.now()), tell)
