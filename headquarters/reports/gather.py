"""Takes the figures of a report: from the same slices as the dashboards, so that both say the same."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import replace

from django.utils import translation

from headquarters import names
from headquarters.cases.models import Publication
from headquarters.documents import letterheads
from headquarters.offices import lineage, tree
from headquarters.offices.models import Desk, Office
from headquarters.ratings import settling, slices
from headquarters.ratings.figures import Tally
from headquarters.ratings.slices import Choice, Lineage, Query
from headquarters.reports import handled
from headquarters.reports.model import Day, Figures, Improved, Kept, Part, Place, Row, in_order
from headquarters.reports.periods import Period
from headquarters.tablets.models import Tablet

Say = Callable[[int], None]
"""How far it has come, in per cent."""
_NONE = Tally()
_ATTEMPTS = 5


class TooEarly(Exception):
    """The period has not begun."""


def figures(office: Office, period: Period, today: dt.date, say: Say = lambda percent: None) -> Figures:
    """Of the office with all below it, counted up to ``today``. Raises TooEarly."""
    if today < period.first:
        raise TooEarly
    # Everything that was received, however long it takes: nobody waits at a page for this.
    settling.settle(None)
    for _attempt in range(_ATTEMPTS):
        taken = _taken(office, period, today, say)
        if _agree(taken):
            break
    return taken


def _agree(f: Figures) -> bool:
    """Whether no rating came between one cut and the next: then the sums would contradict each other."""
    parts = ((row.tally for row in f.offices), (row.tally for row in f.desks), (day.tally for day in f.days))
    return all(slices.sum_of(part) == f.tally for part in parts)


def _taken(office: Office, period: Period, today: dt.date, say: Say) -> Figures:
    now, before = _queries(office, period, today)
    flagged = replace(now, flagged=True)
    ids = now.offices or frozenset()
    say(5)
    offices = _offices(now, before, flagged)
    say(30)
    desks = _desks(now, before, flagged)
    say(50)
    days = tuple(Day(day, tally) for day, tally in slices.by_day(now).items())
    known = _also_before(ids)
    with translation.override("vi"):
        promises = tuple(_kept(choice, names.promise) for choice in slices.by_promise(now))
        reasons = tuple(_kept(choice, names.reason) for choice in slices.by_reason(now))
        cases = handled.cases(known, now.first, now.last, today)
    say(60)
    return Figures(
        place=Place(office.pk, office.code, office.name, office.kind, letterheads.full_name(office)),
        period=period, until=now.last,
        before_until=before.last, made_on=today, tally=slices.total(now), before=slices.total(before),
        flagged=slices.flagged(now), everything=slices.total(flagged), part=_part(now),
        part_before=_part(before), phone=slices.by_channel(now)[slices.PHONE].n, offices=offices, desks=desks,
        days=days, promises=promises, reasons=reasons, cases=cases,
        indicators=handled.indicators(known, now.first, now.last, today), improved=_improved(known, now),
    )  # fmt: skip


def _queries(office: Office, period: Period, today: dt.date) -> tuple[Query, Query]:
    """What is asked of both periods. Offices that were merged count for the one that followed, as on the
    dashboards; an office that has ended counts what it took itself."""
    ended = office.valid_to is not None and office.valid_to < today
    line: Lineage = "then" if ended else "now"
    ids, until, then = tree.under(office.pk), min(period.last, today), period.before
    # A period that still runs is held against as many days of the one before.
    cut = min(then.last, then.first + (until - period.first)) if until < period.last else then.last
    return (
        Query(period.first, until, ids, lineage=line),
        Query(then.first, cut, ids, lineage=line),
    )


def _also_before(ids: frozenset[int]) -> frozenset[int]:
    """With the offices that they follow: their cases are theirs now."""
    today = lineage.successors(Office.objects.values_list("pk", flat=True))
    return ids | {old for old, new in today.items() if new in ids}


def _offices(now: Query, before: Query, flagged: Query) -> tuple[Row, ...]:
    """Also offices that have a tablet and took no rating: that is a finding, too."""
    found, then, whole = slices.by_office(now), slices.by_office(before), slices.by_office(flagged)
    with_tablets = Tablet.objects.filter(revoked_at=None, desk__office__in=now.offices or ())
    wanted = {key for key in (*found, *whole, *with_tablets.values_list("desk__office_id", flat=True)) if key}
    known = dict(Office.objects.filter(pk__in=wanted).values_list("pk", "name"))
    rows = (
        Row(name, "", found.get(pk, _NONE), then.get(pk, _NONE), whole.get(pk, _NONE))
        for pk, name in known.items()
    )
    return in_order(tuple(rows))


def _desks(now: Query, before: Query, flagged: Query) -> tuple[Row, ...]:
    """Desks that took ratings in the period, as they were."""
    found, then, whole = slices.by_desk(now), slices.by_desk(before), slices.by_desk(flagged)
    wanted = {key for key in whole if key}
    known = Desk.objects.filter(pk__in=wanted).values_list("pk", "name", "office__name")
    rows = (
        Row(name, office, found.get(pk, _NONE), then.get(pk, _NONE), whole.get(pk, _NONE))
        for pk, name, office in known
    )
    return in_order(tuple(rows))


def _kept(choice: Choice, called: Callable[[str], str]) -> Kept:
    return Kept(choice.key, called(choice.key), choice.kept, choice.missed)


def _part(query: Query) -> Part | None:
    found = slices.participation(query)
    return Part(*found) if found is not None and found[1] else None


def _improved(ids: Iterable[int], query: Query) -> tuple[Improved, ...]:
    """What was published in the period and stands."""
    shown = Publication.objects.filter(
        case__office_id__in=ids,
        withdrawn_at=None,
        published_at__date__range=(query.first, query.last),
    )
    rows = shown.order_by("published_at", "pk").values_list("said", "done", "published_at__date")
    return tuple(Improved(said, done, day) for said, done, day in rows)
