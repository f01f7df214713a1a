"""Reading cells of the list of offices: what is wrong is told with its place, and reading goes on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from headquarters.offices.names import clean_name
from headquarters.web.offices import sheets
from headquarters.web.offices.sheets import Fault, Line

EARLIEST = dt.date(1945, 9, 2)
AHEAD = dt.timedelta(days=1100)


class Cells:
    """``faults`` grows while cells are read."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        self.faulty = {(fault.row, fault.column) for fault in faults}

    def fault(self, row: int, column: int, words: str) -> None:
        """Something is wrong there."""
        self.faults.append(Fault(row, column, words))
        self.faulty.add((row, column))

    def has_fault(self, row: int, column: int) -> bool:
        """Whether something was found wrong there before."""
        return (row, column) in self.faulty

    def empty(self, line: Line, columns: Iterable[int], words: str) -> None:
        """These cells must be empty; ``words`` say so."""
        for column in columns:
            if line.cells[column]:
                self.fault(line.row, column, words)

    def name(self, line: Line, column: int, longest: int = 200, *, needed: bool = True) -> str:
        """A name as people type it."""
        text = line.cells[column]
        if not text and needed and not self.has_fault(line.row, column):
            self.fault(line.row, column, _("the name is missing"))
        if len(text) > longest:
            self.fault(line.row, column, _("the text is too long or has odd characters"))
        try:
            return clean_name(text)
        except ValidationError as error:
            self.fault(line.row, column, " ".join(error.messages))
            return text

    def day(self, line: Line, column: int) -> dt.date | None:
        """A day, or None for nothing."""
        try:
            found = sheets.day(line.cells[column])
        except ValueError:
            self.fault(line.row, column, _("a day should be written as 2026-07-01 or 01/07/2026"))
            return None
        if found is not None and not EARLIEST <= found <= timezone.localdate() + AHEAD:
            self.fault(line.row, column, _("this day is too far away"))
        return found
