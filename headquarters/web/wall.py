"""Figures for a screen in a hall: one calm board that renews itself. No names of people, no comments.

With ``turn=1`` in its address the board goes on to the next office each minute, where ratings are enough.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from headquarters.accounts import rights
from headquarters.accounts.roles import Right
from headquarters.offices.models import Office
from headquarters.ratings import slices
from headquarters.ratings.figures import MINIMUM_N, DayFigures
from headquarters.web import charts, filter_bar, findings, tables
from headquarters.web.figure_pages import live, read
from headquarters.web.filters import Filters

_WIDTH, _HEIGHT = 1000.0, 240.0
TURN_S = 60
"""How long one office stays; as often as the board renews itself."""


@rights.page(Right.SEE_FIGURES)
@require_GET
def wall(request: HttpRequest) -> HttpResponse:
    return render(request, "web/wall.html", _turned(request))


@live
def board(request: HttpRequest) -> HttpResponse:
    return render(request, "web/parts/wall_board.html", _turned(request))


def _turned(request: HttpRequest) -> dict[str, Any]:
    """The board that it is the minute of. The clock says which, so that nothing has to be remembered, and
    several screens show the same."""
    shown = read(request)
    if request.GET.get("turn") != "1":
        turn = f"{shown.query}&turn=1" if shown.query else "?turn=1"
        return _board(shown) | {"other_way": turn, "turning": False, "board_query": shown.query}
    places = [None, *_offices(shown)]
    at = int(timezone.now().timestamp() // TURN_S) % len(places)
    chosen = places[at]
    board = _board(shown if chosen is None else read(request, office=str(chosen)))
    query = f"{shown.query}&turn=1" if shown.query else "?turn=1"
    own = {"query": shown.query, "other_way": shown.query, "turning": True, "board_query": query}
    return board | own | {"turn_at": at + 1, "turns": len(places)}


def _offices(shown: Filters) -> list[int]:
    """Those with enough ratings to stand alone, by name; none where there is only one. Each is what ``read``
    gives for it, so an office that ended counts for the one that follows it."""
    found = {key for key, tally in slices.by_office(shown.slice()).items() if key and tally.n >= MINIMUM_N}
    own = {shown.office.pk} if shown.office else set()
    known = Office.objects.filter(pk__in=found - own).order_by("name").values_list("pk", flat=True)
    return list(known) if len(found) > 1 else []


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
