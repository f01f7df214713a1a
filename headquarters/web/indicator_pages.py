"""R1, R2, R3: each with its formula, what it is made of and where that stands; by office, month, as CSV."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from headquarters import formats
from headquarters.accounts import rights
from headquarters.accounts.models import User
from headquarters.accounts.rights import person
from headquarters.accounts.roles import Right
from headquarters.config import ConfigError
from headquarters.indicators import figures, formulas, words
from headquarters.indicators.figures import Figures, Query, Results
from headquarters.indicators.formulas import Missing, Result
from headquarters.offices import lineage
from headquarters.offices.models import Office
from headquarters.spreadsheets import csv_answer, safe
from headquarters.web import figure_pages
from headquarters.web.filter_bar import period_words
from headquarters.web.filters import Filters
from headquarters.web.periods import Period, named

TREND_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a table; ``link`` is where its name leads."""

    name: str
    results: Results
    link: str = ""


@dataclass(frozen=True, slots=True)
class Way:
    """What can be done about what is missing."""

    address: str
    words: str


@dataclass(frozen=True, slots=True)
class Card:
    """One indicator."""

    result: Result
    name: Promise
    over: Promise
    under: Promise
    missing: Promise | None
    ways: list[Way]
    points: list[tuple[str, str, str, str]]
    """(score form, points, name of the step, source)"""


@rights.page(Right.SEE_FIGURES)
@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """The indicators of a period and of offices."""
    shown = figure_pages.read(request)
    try:
        found = figures.figures(_query(shown))
    except ConfigError:
        context = figure_pages.base(request, shown, "indicators") | {"broken": True}
        return render(request, "web/figures/indicators.html", context, status=503)
    lines = _of_offices(found)
    known = [line for line in lines if any(result.value is not None for result in line.results)]
    context = figure_pages.base(request, shown, "indicators") | {
        "cards": [_card(result, found, shown, person(request)) for result in found.results],
        "dossiers": found.inputs.dossiers,
        "counted": found.whole_months,
        "remarks": found.criteria.remarks,
        "overlap_apart": found.criteria.overlap_apart,
        "lines": known,
        "empty_offices": len(lines) - len(known),
        "months": _of_months(found, shown),
        "narrow": bool(shown.desk or shown.channel),
    }
    return render(request, "web/figures/indicators.html", context)


@rights.page(Right.SEE_FIGURES)
@require_GET
def table_csv(request: HttpRequest, slug: str) -> HttpResponse:
    """A table of the page. That it was taken away is kept in the audit log by accounts.middleware.Exports."""
    shown = figure_pages.read(request)
    if slug not in ("offices", "months"):
        raise Http404
    try:
        found = figures.figures(_query(shown))
    except ConfigError:
        return redirect(reverse("web:indicators") + shown.query)
    rows = _of_offices(found) if slug == "offices" else _of_months(found, shown)
    head = [_("Office") if slug == "offices" else _("Month")]
    parts = ("%", _("numerator"), _("denominator"))
    head += [f"{key}, {part}" for key in words.OF for part in parts]
    name = "theo-don-vi" if slug == "offices" else "theo-thang"
    table = [head, *([safe(row.name), *_cells(row.results)] for row in rows)]
    return csv_answer(table, f"chi-so-{name}-{shown.period.first}-{shown.period.last}.csv")


def _cells(results: Results) -> Iterator[str]:
    for result in results:
        value = "" if result.value is None else f"{result.value:.2f}"
        yield value.replace(".", ",") if formats.language() == "vi" else value
        yield from ("" if n is None else str(n) for n in (result.numerator, result.denominator))


def _query(shown: Filters) -> Query:
    """With "now", what an office took over counts for it: cases and dossiers as the ratings do."""
    last = shown.period.last
    month = last.year * 12 + last.month - TREND_MONTHS
    since = dt.date(month // 12, month % 12 + 1, 1)
    offices, group = shown.offices, None
    if shown.lineage == "now":
        group = lineage.successors(Office.objects.values_list("pk", flat=True))
        if offices is not None:
            offices = frozenset(old for old, new in group.items() if new in offices)
    return Query(shown.period.first, last, offices, group, shown.flagged, since)


def _card(result: Result, found: Figures, shown: Filters, user: User) -> Card:
    one = words.OF[result.key]
    missing = result.missing
    return Card(
        result, one.name, one.over, one.under, words.MISSING[missing] if missing else None,
        _ways(missing, shown, user) if missing else [],
        [
            (form.name, _points(step.points), step.name, form.source)
            for form, step in formulas.points(result, found.criteria.forms)
        ],
    )  # fmt: skip


def _points(value: Fraction) -> str:
    text = f"{float(value):g}"
    return text.replace(".", ",") if formats.language() == "vi" else text


def _ways(missing: Missing, shown: Filters, user: User) -> list[Way]:
    if missing is Missing.MONTH:
        return [Way(shown.changed(period=p.name), period_words(p)) for p in _whole(timezone.localdate())]
    if missing in (Missing.TOTALS, Missing.NOTHING_HANDLED) and user.may(Right.MANAGE_OFFICES):
        return [Way(reverse("offices:dossiers"), _("Import dossiers"))]
    return []


def _whole(today: dt.date) -> Iterator[Period]:
    """The last month and the last quarter that are over, and this year."""
    month = today.replace(day=1) - dt.timedelta(days=1)
    quarter = today.year * 4 + (today.month - 1) // 3 - 1
    names = (f"{month:%Y-%m}", f"{quarter // 4}-q{quarter % 4 + 1}", str(today.year))
    for name in names:
        period = named(name, today)
        if period is not None:
            yield period


def _of_offices(found: Figures) -> list[Line]:
    """By name: nothing is ranked."""
    names = dict(Office.objects.filter(pk__in=found.offices).values_list("pk", "name"))
    lines = [
        Line(names[pk], results, reverse("web:figures-office", args=[pk]))
        for pk, results in found.offices.items()
        if pk in names
    ]
    return sorted(lines, key=lambda line: line.name)


def _of_months(found: Figures, shown: Filters) -> list[Line]:
    """The latest first."""
    return [
        Line(_month_name(month, shown.period.last), results)
        for month, results in sorted(found.by_month.items(), reverse=True)
    ]


def _month_name(month: dt.date, last: dt.date) -> str:
    name = f"{month:%m/%Y}"
    if (month.year, month.month) == (last.year, last.month) and (last + dt.timedelta(days=1)).day != 1:
        return _("%(month)s, to %(day)s") % {"month": name, "day": formats.day(last)}
    return name
