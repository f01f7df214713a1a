"""The staff's figures as a CSV file on a USB stick. No Kivy; counts only, nothing a citizen wrote.

Writing goes on a thread of its own: a slow or dying stick must delay neither a tap nor the screen.
"""

from __future__ import annotations

import csv
import io
import logging
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from kiosk.removable import RemovableError, the_stick, write_safely
from kiosk.store.figures import Apart, Cell, total

log = logging.getLogger(__name__)
BOM = b"\xef\xbb\xbf"
"""Without it Excel reads UTF-8 as something else."""
FORMULA = ("=", "+", "-", "@")
"""A cell that begins so is run by spreadsheets; a name from a settings file shall stay a name."""
CHUNK = 64 * 1024


@dataclass(frozen=True, slots=True)
class CsvWords:
    """``heads``: of the six columns day, hour, desk, level, flagged, number."""

    heads: tuple[str, str, str, str, str, str]
    levels: dict[int, str]
    desk: Callable[[str], str]
    yes: str
    no: str


@dataclass(frozen=True, slots=True)
class Progress:
    """``step``: writing, done (it may be pulled) or failed, then ``reason`` as RemovableError names it."""

    step: str
    written: int = 0
    total: int = 0
    name: str = ""
    reason: str = ""


def to_csv(cells: Iterable[Cell], words: CsvWords) -> bytes:
    """One line for each cell, every number as it is counted."""
    rows = (
        (cell.day.isoformat(), f"{cell.hour:02d}", words.desk(cell.desk), words.levels[cell.level],
         words.yes if cell.flagged else words.no, cell.n)
        for cell in cells
    )  # fmt: skip
    return _csv(words, rows)


def to_csv_by_day(cells: Sequence[Cell], least: int, words: CsvWords) -> bytes:
    """Whole days of at least ``least`` ratings only: finer lines would be of one or two people."""
    days = {cell.day: total(c.apart for c in cells if c.day == cell.day) for cell in cells}
    rows = (
        (day.isoformat(), "", "", words.levels[level], "", apart.counts(flagged=True).of(level))
        for day, apart in sorted(days.items(), key=lambda pair: pair[0])
        if _n(apart) >= least
        for level in (3, 2, 1)
    )
    return _csv(words, rows)


def _n(apart: Apart) -> int:
    return apart.counts(flagged=True).total


def _csv(words: CsvWords, rows: Iterable[tuple[object, ...]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(words.heads)
    writer.writerows([[_safe(value) for value in row] for row in rows])
    return BOM + text.getvalue().encode()


def _safe(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


class Exporter:
    """Puts one file after the other onto the stick. ``post`` runs a callable on the screen's thread."""

    def __init__(self, post: Callable[[Callable[[], None]], None], root: Path = Path("/")) -> None:
        self._post, self._root = post, root

    def start(self, name: str, content: bytes, tell: Callable[[Progress], None]) -> threading.Thread:
        """Begin; ``tell`` hears of every step on the screen's thread."""

        def told(progress: Progress) -> None:
            self._post(lambda: tell(progress))

        thread = threading.Thread(target=self._write, args=(name, content, told), name="usb", daemon=True)
        thread.start()
        return thread

    def _write(self, name: str, content: bytes, tell: Callable[[Progress], None]) -> None:
        size = len(content)
        chunks = (content[i : i + CHUNK] for i in range(0, size, CHUNK))
        try:
            stick = the_stick(self._root)
            tell(Progress("writing", 0, size, name))
            write_safely(
                stick.path / name, chunks, lambda written: tell(Progress("writing", written, size, name))
            )
        except RemovableError as error:
            log.warning("%s was not written to a stick: %s (%s)", name, error.reason, error)
            tell(Progress("failed", reason=error.reason))
        else:
            tell(Progress("done", size, size, name))
