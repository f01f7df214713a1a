"""Text into lines for a field that is edited: every character keeps its place, spaces hang at line ends."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable

Measure = Callable[[str], float]
Span = tuple[int, int]

_PIECES = re.compile(r"\n|[^\S\n]+|\S+")


def break_lines(text: str, width: float, measure: Measure) -> list[Span]:
    """(start, end) of every line; a word wider than a line is broken by letters. Never empty."""
    lines: list[Span] = []
    start, used = 0, 0.0
    for match in _PIECES.finditer(text):
        piece, at = match.group(), match.start()
        if piece == "\n":
            lines.append((start, match.end()))
            start, used = match.end(), 0.0
            continue
        wide = measure(piece)
        if not piece.isspace():
            if used + wide > width and at > start:
                lines.append((start, at))
                start, used = at, 0.0
            while wide > width and len(piece) > 1:
                fits = _fitting(piece, width, measure)
                lines.append((start, start + fits))
                start, piece = start + fits, piece[fits:]
                wide = measure(piece)
        used += wide
    return [*lines, (start, len(text))]


def _fitting(word: str, width: float, measure: Measure) -> int:
    """How many letters of it fit, at least one."""
    return max(1, bisect_right(range(1, len(word)), width, key=lambda n: measure(word[:n])))


def line_of(lines: list[Span], index: int) -> int:
    """The line on which a caret before character ``index`` stands."""
    return bisect_right(lines, index, key=lambda span: span[0]) - 1


def index_at(text: str, span: Span, x: float, measure: Measure) -> int:
    """The caret place nearest to ``x`` px from the left of that line."""
    start, end = span
    # At the end of a wrapped line the caret would belong to the next one: stay before its space or newline.
    last = end - 1 if end < len(text) or text[start:end].endswith("\n") else end
    if last <= start:
        return start
    left = bisect_right(range(start, last), x, key=lambda i: measure(text[start : i + 1])) + start
    if left >= last:
        return last
    middle = (measure(text[start:left]) + measure(text[start : left + 1])) / 2
    return left + 1 if x > middle else left


def scrolled(first: int, line: int, count: int, rows: int) -> int:
    """The top line to show: the caret's line visible, and a line around it where there is room, so that a
    touch on the first or last visible line brings up more."""
    spare = 1 if rows >= 3 else 0
    first = min(first, line - spare)
    first = max(first, line - rows + 1 + spare)
    return max(0, min(first, count - rows))
