"""Breaking words into lines for a board read from afar. Pure."""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from itertools import accumulate, pairwise

Ruler = Callable[[str, int], float]
"""(text, weight of Be Vietnam Pro) → width in em, at a type size of 1 px."""
Measure = Callable[[str], float]
"""Text → width in px."""

AT_A_GLANCE, SHORT = 5, 3  # words
TORN = 0.12  # what a line that ends within a phrase costs, against lines of uneven length
ENDS = (",", ";", ":", "-", "–")


class Care(IntEnum):
    """What may be broken: ``PHRASES``: lines end between phrases, and a promise of a few words is never
    broken; ``SHORT``: only short phrases stay whole; ``NONE``: any two words may part."""

    NONE = 0
    SHORT = 1
    PHRASES = 2


def width_px(text: str, weight: int, size: float, ruler: Ruler) -> float:
    """Drawn letters are rounded to whole pixels, so a line may come out a little wider than its em."""
    return ruler(text, weight) * size + 0.3 * len(text)


def phrases(text: str) -> list[str]:
    """Words that belong together: up to a comma or dash, or before "và"."""
    found: list[str] = []
    for word in text.split():
        # A dash belongs to the words before it.
        if found and (word in ENDS or not (found[-1].endswith(ENDS) or word == "và")):
            found[-1] += f" {word}"
        else:
            found.append(word)
    return found


def units(text: str, care: Care) -> list[str]:
    """What must stay on one line."""
    if care is Care.NONE:
        return text.split()
    if care is Care.PHRASES:
        return [text] if 0 < len(text.split()) <= AT_A_GLANCE else phrases(text)
    parts = ([phrase] if len(phrase.split()) <= SHORT else phrase.split() for phrase in phrases(text))
    return [unit for part in parts for unit in part]


def fill(whole: list[str], room: float, measure: Measure) -> list[str]:
    """Greedy lines of units; one wider than ``room`` stands alone."""
    lines: list[str] = []
    for unit in whole:
        longer = f"{lines[-1]} {unit}" if lines else unit
        if lines and measure(longer) <= room:
            lines[-1] = longer
        else:
            lines.append(unit)
    return lines


def well_broken(text: str, room: float, measure: Measure, care: Care) -> tuple[str, ...]:
    """As few lines as ``fill`` makes, of about equal length, ending with a phrase where that is possible."""
    whole = units(text, care)
    if not whole:
        return ()
    ends = set(accumulate(len(phrase.split()) for phrase in phrases(text)))
    until = [0, *accumulate(len(unit.split()) for unit in whole)]
    count = len(fill(whole, room, measure))
    # best[n][i]: the cheapest way to set the first i units in n lines.
    best: list[dict[int, tuple[float, tuple[str, ...]]]] = [{0: (0.0, ())}] + [{} for _ in range(count)]
    for end in range(1, len(whole) + 1):
        for begin in range(end):
            line = " ".join(whole[begin:end])
            width = measure(line)
            if width > room and begin < end - 1:
                continue
            cost = (1 - width / room) ** 2 + (0 if until[end] in ends else TORN)
            for before, after in pairwise(best):
                if begin in before:
                    total = before[begin][0] + cost
                    if end not in after or total < after[end][0]:
                        after[end] = (total, (*before[begin][1], line))
    return best[count][len(whole)][1]
