"""Finds words that do not fit: wider or higher than their box, outside the window, or over other words."""

from __future__ import annotations

from kivy.uix.widget import Widget

from kiosk.ui.look import px

Rect = tuple[float, float, float, float]
SLACK = 2


def misfits(root: Widget, width: int, height: int) -> list[str]:
    """One line for every defect below ``root``, which fills a window of ``width`` × ``height``."""
    found: list[str] = []
    placed: list[tuple[str, Rect]] = []
    for widget in root.walk(restrict=True):
        if not hasattr(widget, "content_size") or not _visible(widget):
            continue
        name = _name(widget)
        wide, high = widget.content_size
        if wide > widget.width + SLACK or high > widget.height + SLACK:
            found.append(f"{name}: {wide}×{high} in a box of {widget.width:.0f}×{widget.height:.0f}")
        rect = _ink(widget, wide, high)
        if rect[0] < -SLACK or rect[1] < -SLACK or rect[2] > width + SLACK or rect[3] > height + SLACK:
            found.append(f"{name}: outside the window at {_text(rect)}")
        box = widget.parent
        if box is not None and (rect[1] < box.y - px(8) or rect[3] > box.top + px(8)):
            found.append(f"{name}: higher than what holds it")
        if not getattr(widget, "lit", False):
            placed.append((name, rect))
    return found + _overlaps(placed) + _spilling(root)


def _spilling(root: Widget) -> list[str]:
    """Named targets outside their parents or the window, or too small for a finger."""
    found = []
    for widget in root.walk(restrict=True):
        if getattr(widget, "target", "") and (widget.width < px(44) or widget.height < px(44)):
            found.append(f"target {widget.target}: {widget.width:.0f}×{widget.height:.0f}")
        box = widget.parent
        if not getattr(widget, "target", "") or box is None or widget is root:
            continue
        if widget.y < box.y - px(8) or widget.top > box.top + px(8):
            found.append(f"target {widget.target}: hangs out of its row")
    return found


def _overlaps(placed: list[tuple[str, Rect]]) -> list[str]:
    found = []
    for i, (name, one) in enumerate(placed):
        for other_name, other in placed[i + 1 :]:
            across = min(one[2], other[2]) - max(one[0], other[0])
            down = min(one[3], other[3]) - max(one[1], other[1])
            if across > 4 and down > 4:
                found.append(f"{name} lies over {other_name}")
    return found


def _ink(widget: Widget, wide: float, high: float) -> Rect:
    share = {"left": 0, "center": 0.5, "right": 1}[getattr(widget, "halign", "left")]
    left = widget.x + (widget.width - wide) * share
    bottom = widget.center_y - high / 2
    return left, bottom, left + wide, bottom + high


def _visible(widget: Widget) -> bool:
    while isinstance(widget, Widget):
        if widget.opacity == 0:
            return False
        if widget.parent is widget or widget.parent is None:
            return True
        widget = widget.parent
    return True


def _name(widget: Widget) -> str:
    words = getattr(widget, "text", "") or " ".join(" ".join(r.text for r in ln) for ln in widget.lines)
    if not words and hasattr(widget, "row"):
        words = " ".join(widget.row.lines)
    if not words and hasattr(widget, "head"):
        words = widget.head.title
    return f"'{words}'"


def _text(rect: Rect) -> str:
    return ",".join(f"{value:.0f}" for value in rect)
