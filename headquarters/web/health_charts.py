"""A tablet's last days as small charts, drawn by the server."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from headquarters import formats
from headquarters.tablets import health
from headquarters.tablets.models import HealthHour, Tablet

DAYS = 7
WIDTH, HEIGHT = 320, 72
GAP = dt.timedelta(hours=3)
"""Hours without a word are a gap in the line, not a line."""


@dataclass(frozen=True, slots=True)
class Chart:
    """One quantity. ``lines``: runs of points as SVG wants them; ``dots``: runs of a single hour."""

    title: str
    now: str
    top: str
    lines: list[str]
    dots: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Health:
    """``rows``: the days in a table; ``first`` and ``last`` end the axis."""

    charts: list[Chart]
    rows: list[list[str]]
    first: dt.datetime
    last: dt.datetime


def of(tablet: Tablet, now: dt.datetime) -> Health | None:
    """The last days of a tablet; None where nothing was noted."""
    first = now - dt.timedelta(days=DAYS)
    hours = health.history(tablet, first)
    if not hours:
        return None
    charts = [
        _chart(_("Waiting"), hours, first, lambda h: h.pending, lambda v: formats.count(round(v)), 20),
        _chart(_("Oldest waits"), hours, first, lambda h: h.oldest_s, formats.duration, 3600),
        _chart(_("Free space"), hours, first, lambda h: h.free_mb, lambda v: formats.megabytes(round(v))),
        _chart(_("Battery"), hours, first, lambda h: h.battery_percent, lambda v: f"{v:.0f}%", 100),
        _chart(_("Clock off by"), hours, first, _off, formats.duration, 300),
    ]
    return Health([chart for chart in charts if chart], _table(hours), first, now)


def _off(hour: HealthHour) -> float | None:
    return None if hour.drift_ms is None else abs(hour.drift_ms) / 1000


def _chart(
    title: str,
    hours: Sequence[HealthHour],
    first: dt.datetime,
    value: Callable[[HealthHour], float | None],
    shown: Callable[[float], str],
    least: float = 1.0,
) -> Chart | None:
    """``least``: the axis reaches at least this far, or a calm week would look like a storm."""
    points = [(hour.hour, float(v)) for hour in hours if (v := value(hour)) is not None]
    if not points:
        return None
    most = max(v for _hour, v in points)
    height = max(most, least)
    runs: list[list[tuple[float, float]]] = []
    before: dt.datetime | None = None
    for moment, v in points:
        if before is None or moment - before > GAP:
            runs.append([])
        x = WIDTH * ((moment - first) / dt.timedelta(days=DAYS))
        runs[-1].append((max(0.0, min(WIDTH, x)), HEIGHT - (HEIGHT - 6) * v / height))
        before = moment
    return Chart(
        title,
        shown(points[-1][1]),
        shown(most),
        [" ".join(f"{x:.1f},{y:.1f}" for x, y in run) for run in runs if len(run) > 1],
        [(f"{run[0][0]:.1f}", f"{run[0][1]:.1f}") for run in runs if len(run) == 1],
    )


def _table(hours: Sequence[HealthHour]) -> list[list[str]]:
    """A row for each day: the worst of what waited, the least of what was left, what was said last."""
    by_day: dict[dt.date, list[HealthHour]] = {}
    for hour in hours:
        by_day.setdefault(timezone.localdate(hour.hour), []).append(hour)
    return [_row(day, part) for day, part in sorted(by_day.items(), reverse=True)]


def _row(day: dt.date, part: list[HealthHour]) -> list[str]:
    free = [hour.free_mb for hour in part if hour.free_mb is not None]
    battery = [hour.battery_percent for hour in part if hour.battery_percent is not None]
    last = part[-1]
    return [
        formats.day(day),
        formats.count(len(part)),
        formats.count(max(hour.pending for hour in part)),
        formats.megabytes(min(free)) if free else "–",
        f"{min(battery)}%" if battery else "–",
        f"{_said(last.boots)} / {_said(last.crashes)}",
        last.app_version or "–",
    ]


def _said(number: int | None) -> str:
    return "–" if number is None else formats.count(number)
