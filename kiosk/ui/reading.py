"""What is read aloud of a page: the words it shows, from top to bottom. Never what a citizen typed.

A widget with ``unread = True`` is passed over with all it holds: keyboards, fields, clocks, countdowns.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kiosk.ui.widgets.text import Text


def words_of(page: Any) -> tuple[str, ...]:
    """Each text once, without its marks."""
    return tuple(dict.fromkeys(_plain(text) for text in _texts(page) if _plain(text)))


def _texts(widget: Any) -> Iterator[str]:
    if getattr(widget, "unread", False) or not widget.opacity:
        return
    if isinstance(widget, Text):
        yield widget.text
    for child in reversed(widget.children):
        yield from _texts(child)


def _plain(text: str) -> str:
    return " ".join(text.replace("**", "").split())
