"""Rows of buttons between a page and its bottom row; see ``row_plan``."""

from __future__ import annotations

from collections.abc import Sequence

from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from kiosk.ui.look import look, px
from kiosk.ui.row_plan import GAP
from kiosk.ui.widgets.text import width_of


def fill_shelves(holder: Widget, doors: Sequence[Widget], shelves: Sequence[Sequence[int]]) -> None:
    """The doors of each shelf, by index, the first shelf lowest."""
    holder.clear_widgets()
    for places in reversed(shelves):
        shelf = BoxLayout(spacing=px(GAP))
        for i in places:
            shelf.add_widget(doors[i])
        holder.add_widget(shelf)


def broadest(text: str, kind: str) -> float:
    """Design px of the broadest line of ``text``."""
    style = look.type(kind)
    return max(width_of(line, style.font, style.size) for line in text.split("\n")) / look.unit
