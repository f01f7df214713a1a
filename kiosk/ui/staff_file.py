"""The file that goes to the USB stick: its name, and its words in the page's language. No Kivy."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime

from kiosk.export import CsvWords, to_csv, to_csv_by_day
from kiosk.store.figures import Cell
from kiosk.ui.facts import Facts
from kiosk.ui.look import level_word, t
from kiosk.ui.staff_plan import desk_names


def file_name(facts: Facts, day: date) -> str:
    """ "danh-gia-quay-3-2025-11-21.csv": letters that every file system takes."""
    plain = unicodedata.normalize("NFD", facts.desk.lower().replace("đ", "d"))
    desk = re.sub(r"[^a-z0-9]+", "-", plain.encode("ascii", "ignore").decode()).strip("-")
    return "-".join(part for part in ("danh-gia", desk, day.isoformat()) if part) + ".csv"


def content(cells: Sequence[Cell], facts: Facts, now: datetime) -> bytes:
    """In staff-blind mode whole days only, those that may be seen by now."""
    names = desk_names(facts)
    words = CsvWords(
        heads=(t("Day"), t("Hour"), t("Desk"), t("Answer"), t("Flagged"), t("Number")),
        levels={level: level_word(level) for level in (3, 2, 1)},
        desk=lambda key: names.get(key, key),
        yes=t("yes"),
        no=t("no"),
    )
    blind = facts.blind
    if not blind.on:
        return to_csv(cells, words)
    over = {day for day in {cell.day for cell in cells} if blind.is_over(day, now)}
    return to_csv_by_day([cell for cell in cells if cell.day in over], blind.least, words)
