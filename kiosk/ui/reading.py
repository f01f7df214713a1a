"""What is read aloud of a page: the words it shows, from top to bottom. Never what a citizen typed.

A widget with ``unread = True`` is passed over with all it holds: keyboards, fields, clocks, countdowns. One
that draws its words itself has ``spoken()``, which gives them.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from kiosk.ui.widgets.text import Text


def words_of(page: Any) -> tuple[str, ...]:
    """Without marks. The same words twice in a row are read once; further apart they mean something else."""
    said = (_plain(text) for text in _texts(page))
    return tuple(words for words, _ in groupby(words for words in said if words))


def _texts(widget: Any) -> Iterator[str]:
    if getattr(widget, "unread", False) or not widget.opacity:
        return
    if isinstance(widget, Text):
        yield widget.text
    if hasattr(widget, "spoken"):
        yield from widget.spoken()
        return
    for child in reversed(widget.children):
        yield from _texts(child)


def _plain(text: str) -> str:
    return " ".join(text.replace("**", "").split())
