"""A tablet's last days as small charts, drawn by the server."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from headquarters import formats
from headquarters.tablets import health
from headquarters.tablets.models import HealthHour, Tablet
from headquarters.web import health_days, health_findings
from headquarters.web.health_days import Day
from headquarters.web.health_findings import Points

DAYS = 7
WIDTH, HEIGHT = 320, 72
GAP = dt.timedelta(hours=3)
"""Hours without a word are a gap in the line, not a line."""


@dataclass(frozen=True, slots=True)
class Chart:
    """One quantity. ``lines``: runs of points as SVG wants them; ``dots``: runs of a single hour.

    Without an hour that told of it ``finding`` is empty, and so is the rest."""

    title: str
    finding: str = ""
    now: str = ""
    top: str = ""
    lines: tuple[str, ...] = ()
    dots: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Health:
    """``days``: the same in a table; ``first`` and ``last`` end the axis."""

    charts: list[Chart]
    days: list[Day]
    heads: list[str]
    first: dt.datetime
    last: dt.datetime


def days(tablet: Tablet, now: dt.datetime) -> list[Day]:
    """What the table shows, for the CSV."""
    return health_days.of(health.history(tablet, now - dt.timedelta(days=DAYS)))


def of(tablet: Tablet, now: dt.datetime) -> Health | None:
    """The last days of a tablet; None where nothing was noted."""
    first = now - dt.timedelta(days=DAYS)
    hours = health.history(tablet, first)
    if not hours:
        return None

    def chart(
        title: str,
        value: Callable[[HealthHour], float | None],
        finding: Callable[[Points], str],
        shown: Callable[[float], str],
        least: float = 1.0,
    ) -> Chart:
        points = [(hour.hour, float(v)) for hour in hours if (v := value(hour)) is not None]
        return _chart(title, points, first, finding(points), shown, least) if points else Chart(title)

    charts = [
        chart(_("Waiting"), lambda h: h.pending, health_findings.waiting, _count, 20),
        chart(_("Oldest waits"), lambda h: h.oldest_s, health_findings.oldest, health_days.waited, 3600),
        chart(_("Free space"), lambda h: h.free_mb, health_findings.free, _megabytes),
        chart(_("Battery"), lambda h: h.battery_percent, health_findings.battery, _percent, 100),
        chart(_("Clock off by"), health_days.off_s, health_findings.clock, formats.duration, 300),
    ]
    return Health(charts, health_days.of(hours), health_days.screen_heads(), first, now)


def _count(value: float) -> str:
    return formats.count(round(value))


def _megabytes(value: float) -> str:
    return formats.megabytes(round(value))


def _percent(value: float) -> str:
    return f"{value:.0f}%"


def _chart(
    title: str,
    points: Points,
    first: dt.datetime,
    finding: str,
    shown: Callable[[float], str],
    least: float,
) -> Chart:
    """``least``: the axis reaches at least this far, or a calm week would look like a storm."""
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
        finding,
        shown(points[-1][1]),
        shown(most),
        tuple(" ".join(f"{x:.1f},{y:.1f}" for x, y in run) for run in runs if len(run) > 1),
        tuple((f"{run[0][0]:.1f}", f"{run[0][1]:.1f}") for run in runs if len(run) == 1),
    )
