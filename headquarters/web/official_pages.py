"""Figures by official: for those who lead them, in whole months, in the order of names and never ranked.

Every look is in the audit log, as every opening of contact data is; so is every file (accounts.middleware).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from headquarters import formats
from headquarters.accounts import rights
from headquarters.accounts.roles import Right
from headquarters.audit import log as audit
from headquarters.config import ConfigError
from headquarters.folding import fold
from headquarters.offices.models import Official
from headquarters.ratings import officials
from headquarters.ratings.figures import Tally
from headquarters.ratings.officials import Rules
from headquarters.ratings.slices import Query
from headquarters.spreadsheets import csv_answer, safe
from headquarters.web import exports, figure_pages
from headquarters.web.filters import Filters


@dataclass(frozen=True, slots=True)
class Line:
    """A person's line; ``tally`` is None under the least number: not even how many is said."""

    official: Official
    tally: Tally | None

    @property
    def name(self) -> str:
        return self.official.name or _("Name taken away")

    @property
    def office(self) -> str:
        return self.official.office.name


@dataclass(frozen=True, slots=True)
class Sheet:
    """``unknown``: ratings of keys that name nobody."""

    query: Query
    rules: Rules
    lines: list[Line]
    unknown: int

    @property
    def words(self) -> str:
        """The months, as people write them."""
        return f"{formats.day(self.query.first)} – {formats.day(self.query.last)}"


def sheet(shown: Filters, today: dt.date) -> Sheet:
    """Of everybody who worked at these offices in these months. Raises ConfigError."""
    rules, query = officials.load(), officials.plain(shown.slice(), today)
    found = officials.by_official(query)
    there = Q(valid_from__lte=query.last) & (Q(valid_to=None) | Q(valid_to__gte=query.first))
    if query.offices is not None:
        there &= Q(office__in=query.offices)
    if query.lineage == "now":
        there &= Q(after=None)
    known = Official.objects.filter(there | Q(pk__in=found.tallies)).select_related("office", "desk")
    tallies = {pk: tally for pk, tally in found.tallies.items() if tally.n >= rules.minimum_n}
    lines = [Line(one, tallies.get(one.pk)) for one in known.distinct()]
    # Without marks, else whoever begins with Đ stands behind Z.
    lines.sort(key=lambda line: (line.office, not line.official.name, fold(line.name), line.official.code))
    return Sheet(query, rules, lines, sum(one.n for one in found.unknown))


@rights.page(Right.SEE_OFFICIALS)
@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """The persons of the offices chosen."""
    shown = figure_pages.read(request)
    context = figure_pages.base(request, shown, "officials") | {
        "flags": False, "narrow": bool(shown.desk or shown.channel or shown.flagged),
        "may_offices": rights.person(request).may(Right.MANAGE_OFFICES),
    }  # fmt: skip
    try:
        found = sheet(shown, timezone.localdate())
    except ConfigError:
        return render(request, "web/figures/officials.html", context | {"broken": True}, status=503)
    if found.lines:
        office = shown.office or rights.person(request).office
        audit.record(
            request, "official.seen", office.name if office else "", office_id=office.pk if office else None,
            detail=f"{found.query.first} – {found.query.last}",
        )  # fmt: skip
    return render(request, "web/figures/officials.html", context | {"sheet": found})


@rights.page(Right.SEE_OFFICIALS)
@require_GET
def csv(request: HttpRequest) -> HttpResponse:
    """The same as a file."""
    shown = figure_pages.read(request)
    try:
        found = sheet(shown, timezone.localdate())
    except ConfigError:
        return redirect("web:officials")
    heads = [_("Official"), _("Position"), _("Key"), _("Office"), *exports.tally_heads()]
    few = _("fewer than %(n)s") % {"n": found.rules.minimum_n}
    lines = [
        [
            safe(line.name), safe(line.official.position), line.official.code, safe(line.office),
            *(exports.tally_cells(line.tally) if line.tally else [few, *[""] * (len(heads) - 5)]),
        ]
        for line in found.lines
    ]  # fmt: skip
    return csv_answer([heads, *lines], f"theo-can-bo-{found.query.first}-{found.query.last}.csv")
