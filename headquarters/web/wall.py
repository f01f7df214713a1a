"""Figures for a screen in a hall: one calm board that renews itself. No names of people, no comments."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from headquarters.accounts import rights
from headquarters.accounts.roles import Right
from headquarters.ratings import slices
from headquarters.ratings.figures import DayFigures
from headquarters.web import charts, filter_bar, findings, tables
from headquarters.web.figure_pages import live, read
from headquarters.web.filters import Filters

_WIDTH, _HEIGHT = 1000.0, 240.0


@rights.page(Right.SEE_FIGURES)
@require_GET
def wall(request: HttpRequest) -> HttpResponse:
    return render(request, "web/wall.html", _board(read(request)))


@live
def board(request: HttpRequest) -> HttpResponse:
    return render(request, "web/parts/wall_board.html", _board(read(request)))


def _board(shown: Filters) -> dict[str, Any]:
    days = tables.shown_days(slices.by_day(shown.slice()))
    before = slices.total(shown.slice(shown.comparison))
    tally = slices.sum_of(day.tally for day in days)
    promises = [row for row in tables.promises(shown).rows if row.ranked]
    return {
        "filters": shown,
        "query": shown.query,
        "days": filter_bar.days(shown.period),
        "place": shown.office.name if shown.office else "",
        "now": timezone.localtime(),
        "tally": tally,
        "change": findings.change(tally, before, shown.compare),
        "satisfied_scale": charts.scale(tally.satisfied_interval, tally.satisfied_share),
        "kept": [
            {"name": row.name, "share": 1 - row.share, "width": f"{1 - row.share:.2%}"}
            for row in promises[:8]
            if row.share is not None
        ],
        "line": _line(days),
        "trend_title": findings.trend(days),
    }


def _line(days: list[DayFigures]) -> dict[str, Any] | None:
    """The trend as an SVG line from the first rated day to the last, on an axis from nought."""
    shares = [day.tally.unhappy_share for day in days]
    rated = [(at, share) for at, share in enumerate(shares) if share is not None]
    if len(rated) < 2:
        return None
    highest = max(share for _at, share in rated) or 0.01
    step = _WIDTH / max(1, len(days) - 1)
    points = [(at * step, _HEIGHT * (1 - share / (highest * 1.15))) for at, share in rated]
    return {
        "points": " ".join(f"{x:.1f},{y:.1f}" for x, y in points),
        "x": f"{points[-1][0]:.1f}",
        "y": f"{points[-1][1]:.1f}",
        "first": days[0].day,
        "last": days[-1].day,
        "highest": highest,
        "share": rated[-1][1],
    }
