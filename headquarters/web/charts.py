"""What the browser needs to draw a chart, in plain numbers and finished words."""

import math
from typing import TypedDict

from django.utils.translation import gettext as _

from headquarters import formats
from headquarters.ratings.figures import DayFigures, Interval


class LastPoint(TypedDict):
    at: int
    words: str


class TrendData(TypedDict):
    """Percentages 0..100, one per day and None where nobody rated; words in the page's language."""

    days: list[str]
    rates: list[float | None]
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


def trend(days: list[DayFigures]) -> TrendData | None:
    rated = [at for at, day in enumerate(days) if day.tally.n]
    if not rated:
        return None
    intervals = [day.tally.unhappy_interval for day in days]
    top, step = _axis(max(found.high for found in intervals if found) * 100)
    return {
        "days": [_axis_day(day) for day in days],
        "rates": [_hundredfold(day.tally.unhappy_share) for day in days],
        "low": [_hundredfold(found.low if found else None) for found in intervals],
        "spread": [_hundredfold(found.high - found.low if found else None) for found in intervals],
        "tips": [_tip(day) for day in days],
        "last": {"at": rated[-1], "words": formats.percent(days[rated[-1]].tally.unhappy_share)},
        "top": top,
        "step": step,
    }


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


def _tip(day: DayFigures) -> str:
    when = formats.day(day.day)
    if not day.tally.n:
        return when + "\n" + _("no ratings")
    lines = [
        when,
        _("Not satisfied yet") + ": " + formats.percent(day.tally.unhappy_share),
        _("95 % CI") + ": " + formats.interval(day.tally.unhappy_interval),
        "N = " + formats.count(day.tally.n),
    ]
    return "\n".join(lines)
