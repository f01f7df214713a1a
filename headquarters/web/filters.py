"""What a page of figures was asked to show: read once from its address, kept by every link and export.

A value that means nothing is refused in words and the usual one is shown; an office or desk that this person
may not see is not found (404), as if it were not there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import Http404, QueryDict
from django.utils.translation import gettext as _

from headquarters.offices import tree
from headquarters.offices.models import Desk, Office
from headquarters.ratings.slices import Query
from headquarters.web import periods
from headquarters.web.periods import Period

COMPARISONS = ("previous", "month", "year")
CHANNELS = ("tablet", "phone")
LINEAGES = ("now", "then")
# The order in which an address lists them, so that one view has one address.
NAMES = ("office", "desk", "period", "from", "to", "compare", "flagged", "channel", "lineage")


@dataclass(frozen=True, slots=True)
class Filters:
    """``scope`` is what the person may see, ``offices`` what is counted (None: every office)."""

    scope: frozenset[int] | None
    offices: frozenset[int] | None
    office: Office | None
    desk: Desk | None
    period: Period
    compare: str
    flagged: bool
    channel: str
    lineage: str
    refused: tuple[str, ...] = ()

    @property
    def parameters(self) -> dict[str, str]:
        """Only what differs from the usual: short addresses can be read aloud."""
        found = {
            "office": str(self.office.pk) if self.office else "",
            "desk": str(self.desk.pk) if self.desk else "",
            "compare": "" if self.compare == COMPARISONS[0] else self.compare,
            "flagged": "1" if self.flagged else "",
            "channel": self.channel,
            "lineage": "" if self.lineage == LINEAGES[0] else self.lineage,
        } | self.period.parameters
        if found.get("period") == f"{periods.DEFAULT_DAYS}d":
            del found["period"]
        return {name: found[name] for name in NAMES if found.get(name)}

    @property
    def query(self) -> str:
        """With its question mark, or empty for the usual view."""
        return _address(self.parameters)

    def changed(self, **parameters: str) -> str:
        """The address of this view with other values; an empty one goes back to the usual."""
        kept = dict(self.parameters)
        if parameters.keys() & {"period", "from", "to"}:
            kept = {name: value for name, value in kept.items() if name not in {"period", "from", "to"}}
        if "office" in parameters:
            kept.pop("desk", None)
        kept |= parameters
        return _address({name: kept[name] for name in NAMES if kept.get(name)})

    def without(self, *names: str) -> list[tuple[str, str]]:
        """What a form that asks for ``names`` must carry along unseen."""
        return [(name, value) for name, value in self.parameters.items() if name not in names]

    @property
    def comparison(self) -> Period:
        return self.period.compared(self.compare)

    def slice(self, period: Period | None = None, *, flagged: bool | None = None) -> Query:
        """What the database is asked for."""
        shown = period or self.period
        return Query(
            shown.first,
            shown.last,
            self.offices,
            flagged=self.flagged if flagged is None else flagged,
            desk=self.desk.pk if self.desk else None,
            channel=self.channel or None,
            lineage="then" if self.lineage == "then" else "now",
        )


def read(query: QueryDict, scope: frozenset[int] | None, today: dt.date) -> Filters:
    """Raises Http404 for an office or desk outside ``scope``."""
    period, reasons = periods.read(query, today)
    refused = list(reasons)
    if reasons:
        refused.append(_("The last 30 days are shown instead."))

    def one_of(name: str, usual: str, known: tuple[str, ...]) -> str:
        asked = query.get(name, "")
        if asked and asked not in known:
            refused.append(_("“%(value)s” is no value of “%(name)s”.") % {"value": asked[:40], "name": name})
        return asked if asked in known else usual

    compare = one_of("compare", COMPARISONS[0], COMPARISONS)
    channel = one_of("channel", "", CHANNELS)
    lineage = one_of("lineage", LINEAGES[0], LINEAGES)
    flagged = one_of("flagged", "0", ("0", "1")) == "1"
    number = _numbers(query, refused)
    office = _office(number("office"), scope)
    if office is not None and office.valid_to is not None and office.valid_to < today:
        # Nothing of today is this office's: what it took itself is what somebody wants to see.
        lineage = "then"
    offices = _counted(office, scope)
    desk = _desk(number("desk"), offices)
    return Filters(scope, offices, office, desk, period, compare, flagged, channel, lineage, tuple(refused))


def _numbers(query: QueryDict, refused: list[str]) -> Callable[[str], int | None]:
    def number(name: str) -> int | None:
        asked = query.get(name, "")
        # A number no database has a row for would be refused by the driver instead of by us.
        if asked.isascii() and asked.isdigit() and len(asked) <= 18:
            return int(asked)
        if asked:
            refused.append(_("“%(value)s” is no value of “%(name)s”.") % {"value": asked[:40], "name": name})
        return None

    return number


def _office(pk: int | None, scope: frozenset[int] | None) -> Office | None:
    if pk is None:
        return None
    if scope is not None and pk not in scope:
        raise Http404
    found = Office.objects.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _counted(office: Office | None, scope: frozenset[int] | None) -> frozenset[int] | None:
    if office is None:
        return scope
    below = tree.under(office.pk)
    return below if scope is None else below & scope


def _desk(pk: int | None, offices: frozenset[int] | None) -> Desk | None:
    if pk is None:
        return None
    found = Desk.objects.select_related("office").filter(pk=pk).first()
    if found is None or (offices is not None and found.office_id not in offices):
        raise Http404
    return found


def _address(parameters: dict[str, str]) -> str:
    return f"?{urlencode(parameters)}" if parameters else ""
