"""The bar of filters above a page of figures: what can be chosen, as links and small forms (no script)."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from headquarters import formats
from headquarters.offices.models import Desk, Office
from headquarters.web import periods
from headquarters.web.filters import CHANNELS, COMPARISONS, LINEAGES, Filters
from headquarters.web.periods import Period

# A longer list is no help; then the office is chosen first.
_MOST_DESKS = 200
CHANNEL_WORDS: dict[str, Promise] = {
    "": gettext_lazy("Tablet and phone"),
    "tablet": gettext_lazy("Tablet only"),
    "phone": gettext_lazy("Phone only"),
}
_LINEAGE_WORDS = {
    "now": gettext_lazy("Offices as they are today"),
    "then": gettext_lazy("Offices as they were then"),
}
_COMPARISON_WORDS = {
    "previous": gettext_lazy("The period before"),
    "month": gettext_lazy("The same days a month earlier"),
    "year": gettext_lazy("The same days a year earlier"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to choose: a link's ``value`` is an address, a field's its value."""

    value: str
    words: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Bar:
    """Everything the template asks for; ``*_kept`` is what a form carries along unseen."""

    place: str
    offices: list[Choice]
    desks: list[Choice]
    channels: list[Choice]
    lineages: list[Choice]
    place_kept: list[tuple[str, str]]
    narrowed: bool
    everything: str
    days: str
    quick: list[Choice]
    calendar: list[tuple[str, list[Choice]]]
    period_kept: list[tuple[str, str]]
    against: str
    comparisons: list[Choice]
    flagged: Choice


def bar(filters: Filters, today: dt.date) -> Bar:
    return Bar(
        place=_place(filters),
        offices=_offices(filters),
        desks=_desks(filters),
        channels=_fields(("", *CHANNELS), CHANNEL_WORDS, filters.channel),
        lineages=_fields(LINEAGES, _LINEAGE_WORDS, filters.lineage),
        place_kept=filters.without("office", "desk", "channel", "lineage"),
        narrowed=bool(filters.office or filters.desk or filters.channel or filters.lineage != LINEAGES[0]),
        everything=filters.changed(office="", desk="", channel="", lineage="") or "?",
        days=days(filters.period),
        quick=_quick(filters, today),
        calendar=_calendar(filters, today),
        period_kept=filters.without("period", "from", "to"),
        against=days(filters.comparison, beside=filters.period),
        comparisons=[
            Choice(filters.changed(compare=way) or "?", str(_COMPARISON_WORDS[way]), way == filters.compare)
            for way in COMPARISONS
        ],
        flagged=Choice(
            filters.changed(flagged="" if filters.flagged else "1") or "?",
            _("Count flagged ratings"),
            filters.flagged,
        ),
    )


def days(period: Period, *, beside: Period | None = None) -> str:
    """ "01 – 21/11/2026"; the year is left to the period ``beside`` it where that is of the same year."""
    first, last = period.first, period.last
    if formats.language() == "en":
        return f"{formats.day(first)} – {formats.day(last)}" if first != last else formats.day(last)
    same = beside is not None and {first.year, last.year} == {beside.first.year, beside.last.year}
    end = f"{last:%d/%m}" if same and first.year == last.year else f"{last:%d/%m/%Y}"
    if first == last:
        return end
    if first.year != last.year:
        return f"{first:%d/%m/%Y} – {end}"
    return f"{first:%d} – {end}" if first.month == last.month else f"{first:%d/%m} – {end}"


def _place(filters: Filters) -> str:
    name = filters.office.name if filters.office else _("All offices")
    if filters.desk:
        name = f"{filters.desk.name} · {filters.desk.office.name}"
    return f"{name} · {CHANNEL_WORDS[filters.channel]}" if filters.channel else name


def _fields(values: tuple[str, ...], words: Mapping[str, Promise], chosen: str) -> list[Choice]:
    return [Choice(value, str(words[value]), value == chosen) for value in values]


def _offices(filters: Filters) -> list[Choice]:
    """The person's part of the tree, each office under its parent and a step further in."""
    found = Office.objects.order_by("name")
    if filters.scope is not None:
        found = found.filter(pk__in=filters.scope)
    rows = list(found.values_list("pk", "parent_id", "name"))
    own = {pk for pk, _parent, _name in rows}
    below: dict[int | None, list[tuple[int, str]]] = defaultdict(list)
    for pk, parent, name in rows:
        below[parent if parent in own else None].append((pk, name))
    chosen = filters.office.pk if filters.office else None
    choices: list[Choice] = []

    def add(parent: int | None, depth: int) -> None:
        for pk, name in below.pop(parent, []):
            choices.append(Choice(str(pk), "\u2003" * depth + name, pk == chosen))
            add(pk, depth + 1)

    add(None, 0)
    return choices


def _desks(filters: Filters) -> list[Choice]:
    if filters.office is None and filters.desk is None:
        return []
    office_ids = filters.offices or frozenset()
    if filters.office is None and filters.desk is not None:
        office_ids = frozenset({filters.desk.office_id})
    found = Desk.objects.filter(office__in=office_ids).order_by("office__name", "name")
    rows = found.values_list("pk", "name", "office__name")[:_MOST_DESKS]
    chosen = filters.desk.pk if filters.desk else None
    one = len(office_ids) == 1
    return [Choice(str(pk), name if one else f"{name} · {of}", pk == chosen) for pk, name, of in rows]


def _quick(filters: Filters, today: dt.date) -> list[Choice]:
    found = [Choice(filters.changed(period="1d"), _("Today"), filters.period.name == "1d")]
    for count in periods.QUICK_DAYS:
        name = f"{count}d"
        words = ngettext("%(n)s day", "%(n)s days", count) % {"n": count}
        period = periods.ending(today, count)
        chosen = (period.first, period.last) == (filters.period.first, filters.period.last)
        usual = count == periods.DEFAULT_DAYS
        found.append(Choice(filters.changed(period="" if usual else name) or "?", words, chosen))
    return found


def _calendar(filters: Filters, today: dt.date) -> list[tuple[str, list[Choice]]]:
    titles = {"month": _("Months"), "quarter": _("Quarters"), "year": _("Years")}
    return [
        (
            titles[kind],
            [Choice(p.name, period_words(p), p.name == filters.period.name) for p in found],
        )
        for kind, found in periods.offered(today)
    ]


def period_words(period: Period) -> str:
    """A month, quarter or year by its name: "Tháng 11/2026", "Quý 4/2026", "Năm 2026"."""
    year, _dash, part = period.name.partition("-")
    if not part:
        return _("Year %(year)s") % {"year": year}
    if part.startswith("q"):
        return _("Quarter %(quarter)s/%(year)s") % {"quarter": part[1:], "year": year}
    return _("Month %(month)s/%(year)s") % {"month": int(part), "year": year}
