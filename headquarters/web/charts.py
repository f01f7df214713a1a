"""What the browser needs to draw a chart, in plain numbers and finished words."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypedDict

from django.utils.translation import gettext as _

from headquarters import formats
from headquarters.ratings.figures import MINIMUM_N, DayFigures, Interval, Tally
from headquarters.web.tables import Kept, paired


class LastPoint(TypedDict):
    at: int
    words: str


class TrendData(TypedDict):
    """Percentages 0..100, one per day and None where nobody rated; words in the page's language."""

    days: list[str]
    rates: list[float | None]
    before: list[float | None]
    low: list[float | None]
    spread: list[float | None]
    tips: list[str]
    last: LastPoint
    top: float
    step: float


class Scale(TypedDict):
    """An interval on a stretch of the axis: shares for words, "12.3%" of the width for SVG."""

    low: float
    high: float
    x: str
    width: str
    dot: str


def trend(days: list[DayFigures], before: Sequence[DayFigures] = ()) -> TrendData | None:
    """``before``: the days of another period, beside these as in the table."""
    rated = [at for at, day in enumerate(days) if day.tally.n]
    if not rated:
        return None
    intervals = [day.tally.unhappy_interval for day in days]
    pairs = paired(days, before)
    earlier = [_hundredfold(then.tally.unhappy_share if then else None) for _day, then in pairs]
    top, step = _axis(
        max([*(found.high * 100 for found in intervals if found), *(rate for rate in earlier if rate)])
    )
    return {
        "days": [_axis_day(day) for day in days],
        "rates": [_hundredfold(day.tally.unhappy_share) for day in days],
        "before": earlier if any(rate is not None for rate in earlier) else [],
        "low": [_hundredfold(found.low if found else None) for found in intervals],
        "spread": [_hundredfold(found.high - found.low if found else None) for found in intervals],
        "tips": [_tip(day, then) for day, then in pairs],
        "last": {"at": rated[-1], "words": formats.percent(days[rated[-1]].tally.unhappy_share)},
        "top": top,
        "step": step,
    }


class Pair(TypedDict):
    """A promise: missed to the left of the middle, kept to the right, as "12.3%" of the width for SVG."""

    row: Kept
    first: bool
    left: str
    left_width: str
    right_width: str


# Where the middle stands; far more is kept than missed, as a rule.
_MIDDLE = 34.0


def diverging(rows: list[Kept]) -> list[Pair]:
    """Both sides on one scale. ``first``: a new group begins."""
    unit = min(
        _MIDDLE / max(1, *(row.missed for row in rows), 1),
        (100 - _MIDDLE) / max(1, *(row.kept for row in rows), 1),
    )
    pairs: list[Pair] = []
    for at, row in enumerate(rows):
        missed, kept = row.missed * unit, row.kept * unit
        begins = at > 0 and row.group != rows[at - 1].group
        pairs.append(
            {
                "row": row,
                "first": begins,
                "left": f"{_MIDDLE - missed:.3f}%",
                "left_width": f"{missed:.3f}%",
                "right_width": f"{kept:.3f}%",
            }
        )
    return pairs


@dataclass(frozen=True, slots=True)
class Cell:
    """An hour of a weekday; ``step`` 0 (fewest) to 5, or None where there is nothing or too little.
    ``earlier``: the share of the compared period, where it had enough."""

    tally: Tally
    step: int | None
    earlier: float | None = None


@dataclass(frozen=True, slots=True)
class Heat:
    """Weekdays down, hours across; ``steps`` are the shares at which a colour begins, as words."""

    hours: list[int]
    rows: list[tuple[str, list[Cell]]]
    steps: list[str]


HEAT_STEPS = 5


def heat(
    found: Mapping[tuple[int, int], Tally],
    weekday_name: Callable[[int], str],
    before: Mapping[tuple[int, int], Tally] | None = None,
) -> Heat | None:
    """Only the hours in which somebody rated, and Monday to Friday always."""
    rated = {place: tally for place, tally in found.items() if tally.n}
    if not rated:
        return None
    hours = [hour for _weekday, hour in rated]
    weekdays = sorted({*range(5), *(weekday for weekday, _hour in rated)})
    highest = max((t.unhappy_share or 0.0 for t in rated.values() if t.n >= MINIMUM_N), default=0.0)
    width = highest / HEAT_STEPS
    columns = list(range(min(hours), max(hours) + 1))

    def cell(weekday: int, hour: int) -> Cell:
        tally = rated.get((weekday, hour), Tally())
        then = (before or {}).get((weekday, hour), Tally())
        earlier = then.unhappy_share if then.n >= MINIMUM_N else None
        if tally.n < MINIMUM_N:
            return Cell(tally, None, earlier)
        share = tally.unhappy_share or 0.0
        return Cell(tally, min(HEAT_STEPS, math.ceil(share / width)) if width else 0, earlier)

    rows = [(weekday_name(day), [cell(day, hour) for hour in columns]) for day in weekdays]
    steps = [f"{formats.percent(width * k)}" for k in range(HEAT_STEPS + 1)] if width else []
    return Heat(columns, rows, steps)


def scale(value: Interval | None, share: float | None) -> Scale | None:
    """The interval between the two nearest multiples of 5 %, so that its width can be seen."""
    if value is None or share is None:
        return None
    low, high = math.floor(value.low * 20) / 20, math.ceil(value.high * 20) / 20
    wide = (high - low) or 1.0
    return {
        "low": low,
        "high": high,
        "x": f"{100 * (value.low - low) / wide:.2f}%",
        "width": f"{100 * (value.high - value.low) / wide:.2f}%",
        "dot": f"{100 * (share - low) / wide:.2f}%",
    }


def _axis(highest: float) -> tuple[float, float]:
    """Top and step of an axis of percentages that has four to six lines."""
    for step in (1, 2, 3, 5, 10, 20):
        if highest <= step * 5:
            return float(step * max(2, math.ceil(highest / step))), float(step)
    return 100.0, 20.0


def _hundredfold(share: float | None) -> float | None:
    return None if share is None else round(share * 100, 2)


def _axis_day(day: DayFigures) -> str:
    return day.day.strftime("%d/%m") if formats.language() == "vi" else day.day.strftime("%-d %b")


def _tip(day: DayFigures, before: DayFigures | None) -> str:
    when = formats.day(day.day)
    lines = [when, _("no ratings")]
    if day.tally.n:
        lines = [
            when,
            _("Not satisfied yet") + ": " + formats.percent(day.tally.unhappy_share),
            _("95% CI") + ": " + formats.interval(day.tally.unhappy_interval),
            "N = " + formats.count(day.tally.n),
        ]
    if before is not None and before.tally.n:
        lines.append(f"{formats.day(before.day)}: {formats.percent(before.tally.unhappy_share)}")
    return "\n".join(lines)
