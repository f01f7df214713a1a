"""One JSON line for every view that was truly drawn: what checkers and journeys read.

Coordinates are window pixels from the top left, as screen pictures and xdotool count them.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kivy.uix.widget import Widget

Box = list[int]


def targets_of(root: Widget, window_height: float) -> dict[str, Box]:
    """[x, y, width, height] of every widget that can be touched and has a name."""
    found: dict[str, Box] = {}
    for widget in root.walk(restrict=True):
        name = getattr(widget, "target", "")
        if name and not widget.disabled:
            x, y = widget.to_window(*widget.pos)
            box = (x, window_height - y - widget.height, widget.width, widget.height)
            found[name] = [round(value) for value in box]
    return found


class ViewLog:
    """Appends to ``path``; does nothing when that is None. Kivy's thread only."""

    def __init__(self, path: Path | None, mono_s: Callable[[], float]) -> None:
        self._file = path.open("a", encoding="utf-8") if path else None
        self._mono_s = mono_s
        self._last: tuple[dict[str, Any], frozenset[str]] | None = None

    def write(self, facts: dict[str, Any], targets: dict[str, Box]) -> None:
        """One line, unless the very same view with the same things to touch was the last one written.
        Flushed at once, so that a killed tablet leaves a true log."""
        seen = facts, frozenset(targets)
        if self._file is None or seen == self._last:
            return
        self._last = seen
        line = facts | {"mono_ms": round(self._mono_s() * 1000, 1), "targets": targets}
        self._file.write(json.dumps(line, ensure_ascii=False) + "\n")
        self._file.flush()

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
