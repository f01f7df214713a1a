"""The overview, its live part, the pages of figures one way cut, and every table as CSV."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from headquarters.accounts import rights
from headquarters.accounts.rights import person
from headquarters.accounts.roles import Right
from headquarters.alerts import pages as alert_pages
from headquarters.ratings import slices
from headquarters.ratings.figures import MINIMUM_N, Tally
from headquarters.web import charts, exports, filter_bar, filters, findings, fleet, tables
from headquarters.web.figure_nav import sub_pages
from headquarters.web.filters import Filters

_ALERTS_CARD = "alerts/parts/card.html"
Context = dict[str, Any]
Parts = Mapping[int, slices.Participation]
SHOWN_OFFICES = 12
FEW_OFFICES = 3
"""Up to so many, tablets stand below the overview's table, not beside it."""
ROWS = 60


@rights.page(Right.SEE_FIGURES)
@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    shown = read(request)
    part = slices.participation_by_office(shown.slice())
    context = base(request, shown, "") | _period(shown, part) | _offices(shown, part) | today_of(shown.scope)
    context["fleet"] = fleet.status(now, shown.scope)
    context |= alert_pages.card(rights.person(request)) | {"alerts_card": _ALERTS_CARD}
    context["few_offices"] = len(context["offices"].rows) <= FEW_OFFICES
    return render(request, "web/overview.html", context)


def live(view: rights.View) -> rights.View:
    """A part that renews itself. After a session has ended htmx must load the door, not swap it in."""
    page = rights.page(Right.SEE_FIGURES)(view)

    @never_cache
    @require_GET
    @functools.wraps(view)
    def answer(request: HttpRequest, *args: object, **named: object) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return HttpResponse(status=204, headers={"HX-Refresh": "true"})
        return page(request, *args, **named)

    answer.right = Right.SEE_FIGURES  # type: ignore[attr-defined]
    return answer


@live
def today(request: HttpRequest) -> HttpResponse:
    return render(request, "web/parts/today.html", today_of(rights.office_ids(person(request))))


@rights.page(Right.SEE_FIGURES)
@require_GET
def office(request: HttpRequest, office_id: int) -> HttpResponse:
    """One office with all below it; the same filters, but for the office itself."""
    shown = read(request, office=str(office_id))
    part = slices.participation_by_office(shown.slice())
    context = base(request, shown, "office") | _period(shown, part)
    desks = tables.desks(shown)
    context |= {
        "office": shown.office,
        "desks": desks,
        "turned": _turned(request, desks),
        "desks_finding": findings.cut(desks.rows),
        "all_query": shown.changed(office=""),
    }
    below = shown.offices is not None and len(shown.offices) > 1
    return render(request, "web/figures/office.html", context | (_offices(shown, part) if below else {}))


@rights.page(Right.SEE_FIGURES)
@require_GET
def cut(request: HttpRequest, slug: str) -> HttpResponse:
    """A page of ``/figures/``: one way to cut the ratings, or two that belong together."""
    shown = read(request)
    found = _CUTS[slug](shown)
    if isinstance(table := found.get("table"), tables.Ratings):
        found["turned"] = _turned(request, table)
    return render(request, f"web/figures/{slug}.html", base(request, shown, slug) | found)


def _turned(request: HttpRequest, table: tables.Ratings) -> Page[tables.Row]:
    """The page of a table that was asked for: a province has hundreds of desks, all of them in the CSV."""
    return Paginator(table.rows, ROWS).get_page(request.GET.get("page"))


@rights.page(Right.SEE_FIGURES)
@require_GET
def table_csv(request: HttpRequest, slug: str) -> HttpResponse:
    """That it was taken away is kept in the audit log by accounts.middleware.Exports."""
    if slug not in tables.TABLES:
        raise Http404
    shown = read(request)
    return exports.answer(tables.TABLES[slug](shown), shown.period)


def read(request: HttpRequest, **forced: str) -> Filters:
    """This page's filters; ``forced`` values come from the path."""
    query = request.GET.copy()
    for name, value in forced.items():
        query[name] = value
    return filters.read(query, rights.office_ids(person(request)), timezone.localdate())


def base(request: HttpRequest, shown: Filters, here: str) -> Context:
    """What every page of figures needs: filters, their bar, the pages beside it."""
    today_day = timezone.localdate()
    return {
        "here": here if here in ("", "comments") else "figures",
        "filters": shown,
        "bar": filter_bar.bar(shown, today_day),
        "today": today_day,
        "query": shown.query,
        # An office's own page says in its path which office it is.
        "row_query": shown.changed(office=""),
        "pages": sub_pages(person(request), here, shown),
        "minimum_n": MINIMUM_N,
        # Not every page holds one period against another, and flags do not matter to comments.
        "compares": here not in ("comments", "indicators", "officials"),
        "flags": here != "comments",
        "may_import": person(request).may(Right.MANAGE_TREE),
    }


def today_of(scope: frozenset[int] | None) -> Context:
    now = timezone.localtime()
    tally = slices.total(slices.Query(now.date(), now.date(), scope, lineage="now"))
    return {"today": now.date(), "now": now, "today_tally": tally}


def _period(shown: Filters, part: Parts) -> Context:
    """The cards, the trend and the promises of the period."""
    days = tables.shown_days(slices.by_day(shown.slice()))
    before = tables.shown_days(slices.by_day(shown.slice(shown.comparison)))
    tally, earlier = (slices.sum_of(day.tally for day in found) for found in (days, before))
    promises = tables.promises(shown)
    return {
        "tally": tally,
        "earlier": _earlier(earlier),
        "earlier_name": findings.earlier(shown.compare),
        "change": findings.change(tally, earlier, shown.compare),
        "satisfied_scale": charts.scale(tally.satisfied_interval, tally.satisfied_share),
        "flagged_n": slices.flagged(shown.slice()).n,
        "participation": _participation(slices.together(part.values())),
        "participation_earlier": _participation(slices.participation(shown.slice(shown.comparison))),
        "days": tables.days_of(days, before),
        "trend_title": findings.trend(days),
        "trend_data": charts.trend(days, before),
        "promises": promises,
        "promises_finding": findings.promises(promises.rows),
        "pairs": charts.diverging(promises.rows),
    }


def _earlier(before: Tally) -> Context:
    """What the cards say of the compared period: a share where there were enough ratings to speak of one."""
    return {"n": before.n, "satisfied": before.satisfied_share if before.n >= MINIMUM_N else None}


def _participation(found: slices.Participation | None) -> Context | None:
    if found is None or found.share is None:
        return None
    return {
        "rated": found.rated,
        "transactions": found.transactions,
        "share": found.share,
        "width": f"{min(1, found.share):.2%}",
    }


def _offices(shown: Filters, part: Parts) -> Context:
    table = tables.offices(shown, part)
    return {
        "offices": table,
        "offices_finding": findings.offices(table.rows),
        # Where nobody looks for a name, the worst are what a morning is for; all are a page away.
        "offices_shown": table.rows[:SHOWN_OFFICES],
        "offices_left": len(table.rows[SHOWN_OFFICES:]),
    }


def _hours(shown: Filters) -> Context:
    found, before = (slices.by_hour(shown.slice(period)) for period in (shown.period, shown.comparison))
    table = tables.hours_of(found, before)
    heat = charts.heat(found, tables.weekday_name, before)
    return {"table": table, "finding": findings.cut(table.rows), "heat": heat}


def _desks(shown: Filters) -> Context:
    table = tables.desks(shown)
    return {"table": table, "finding": findings.cut(table.rows)}


def _services(shown: Filters) -> Context:
    table = tables.services(shown)
    return {"table": table, "finding": findings.cut(table.rows)}


def _offices_page(shown: Filters) -> Context:
    table = tables.offices(shown)
    return {"table": table, "finding": findings.offices(table.rows)}


def _promises(shown: Filters) -> Context:
    table = tables.promises(shown)
    return {"table": table, "finding": findings.promises(table.rows), "pairs": charts.diverging(table.rows)}


def _reasons(shown: Filters) -> Context:
    table = tables.reasons(shown)
    return {"table": table, "finding": findings.reasons(table.rows), "pairs": charts.diverging(table.rows)}


def _channels(shown: Filters) -> Context:
    table, labels = tables.channels(shown), tables.labels(shown)
    return {
        "table": table,
        "finding": findings.cut(table.rows),
        "labels": labels,
        "labels_finding": findings.cut(labels.rows),
    }


_CUTS: dict[str, Callable[[Filters], Context]] = {
    "offices": _offices_page,
    "hours": _hours,
    "desks": _desks,
    "services": _services,
    "promises": _promises,
    "reasons": _reasons,
    "channels": _channels,
}
CUTS = tuple(_CUTS)
