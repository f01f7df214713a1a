"""What the indicators are made of, read from the database: cases, ratings that named a dossier, totals."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from typing import Any

from django.db.models import Q
from django.utils import timezone

from headquarters.cases.models import Case
from headquarters.indicators.counting import Material, Matter, Named, Total, next_month, plain_code
from headquarters.indicators.criteria import Criteria
from headquarters.indicators.models import DossierTotal, LateDossier
from headquarters.offices.models import Office
from headquarters.ratings import settling, sql
from headquarters.ratings.models import Marks

# Said by name, not by its bit: PostgreSQL knows how many have a mark, not how many have a bit.
_FLAGGED = f"{Marks.FLAGGED.value}, {Marks.FLAGGED_PHONE.value}"

_MONTH = {
    "postgresql": "date_trunc('month', rated_day)::date",
    "sqlite": "substr(rated_day, 1, 8) || '01'",
}
_NAMED = """
    SELECT office_id, {month}, CASE WHEN rated_level IN ({levels}) THEN dossier ELSE '' END, count(*)
    FROM ratings_visit
    WHERE NOT (dossier = '') AND rated_day BETWEEN %s AND %s AND office_id <> 0 {flagged}
    GROUP BY 1, 2, 3
"""


def read(
    first: dt.date,
    last: dt.date,
    offices: Collection[int] | None,
    criteria: Criteria,
    today: dt.date,
    *,
    flagged: bool = False,
) -> Material:
    """Everything between two days, of these offices as they were then (None: all). ``flagged``: with ratings
    that were flagged."""
    totals = _totals(first, last, offices)
    named: tuple[Named, ...] = ()
    if totals:
        # Only what stands beside totals counts, and a year of ratings is long.
        since = max(first, min(total.month for total in totals))
        until = next_month(max(total.month for total in totals)) - dt.timedelta(days=1)
        named = _named(since, min(last, until), offices, criteria, flagged)
    return Material(
        _matters(first, last, offices, criteria, today), named, totals, _expected(first, last, offices)
    )


def _of(rows: Any, offices: Collection[int] | None, name: str = "office_id") -> Any:
    return rows if offices is None else rows.filter(**{f"{name}__in": offices})


def _matters(
    first: dt.date, last: dt.date, offices: Collection[int] | None, criteria: Criteria, today: dt.date
) -> tuple[Matter, ...]:
    # Local days: a day more on both sides is asked for than is counted.
    margin = dt.timedelta(days=1)
    received = Q(received_at__date__range=(first - margin, last + margin))
    rows = _of(
        Case.objects.filter(received | Q(due_on__range=(first, last)), kind__in=criteria.kinds), offices
    )
    if not criteria.with_referred:
        rows = rows.exclude(state=Case.State.REFERRED)
    rows = rows.order_by()
    return tuple(_matter(case, criteria, today) for case in rows.defer("text", "answer").iterator())


def _matter(case: Case, criteria: Criteria, today: dt.date) -> Matter:
    received = timezone.localtime(case.received_at).date()
    answered = case.state in (Case.State.TOLD, Case.State.REFERRED)
    return Matter(
        case.office_id,
        on=case.due_on if criteria.by_due else received,
        received=received,
        pending=not answered and case.due_on >= today and not case.late,
        late=case.late or (not answered and case.due_on < today),
        dissatisfied=_dissatisfied(case, criteria),
        dossier=plain_code(case.dossier),
    )


def _dissatisfied(case: Case, criteria: Criteria) -> bool:
    if criteria.with_reopened and case.reopened:
        return True
    if case.satisfaction not in criteria.dissatisfied:
        return False
    # What was said of an answer that was taken back counts only as a re-opening.
    answered, said = case.told_at, case.satisfaction_at
    return answered is None or said is None or said >= answered


def _named(
    first: dt.date, last: dt.date, offices: Collection[int] | None, criteria: Criteria, flagged: bool
) -> tuple[Named, ...]:
    settling.settle()
    statement = _NAMED.format(
        month=_MONTH["postgresql" if sql.is_postgresql() else "sqlite"],
        levels=", ".join(map(str, criteria.dossier_levels)),
        flagged="" if flagged else f"AND marks NOT IN ({_FLAGGED})",
    )
    days = [first, last] if sql.is_postgresql() else [first.isoformat(), last.isoformat()]
    wanted = None if offices is None else set(offices)
    return tuple(
        Named(office, sql.as_day(day), plain_code(dossier), n)
        for office, day, dossier, n in sql.fetch(statement, days)
        if wanted is None or office in wanted
    )


def _totals(first: dt.date, last: dt.date, offices: Collection[int] | None) -> tuple[Total, ...]:
    codes: dict[tuple[int, dt.date], set[str]] = defaultdict(set)
    late = _of(LateDossier.objects.filter(month__range=(first, last)), offices)
    for office, month, code in late.values_list("office_id", "month", "code"):
        codes[office, month].add(code)
    rows = _of(DossierTotal.objects.filter(month__range=(first, last)), offices)
    return tuple(
        Total(office, month, handled, n, frozenset(codes[office, month]))
        for office, month, handled, n in rows.values_list("office_id", "month", "handled", "late")
    )


def _expected(first: dt.date, last: dt.date, offices: Collection[int] | None) -> frozenset[int]:
    """Offices that receive people, in the period or a part of it."""
    rows = Office.objects.filter(Q(valid_to=None) | Q(valid_to__gte=first), valid_from__lte=last)
    rows = rows.filter(desks__isnull=False)
    return frozenset(_of(rows, offices, "pk").values_list("pk", flat=True).distinct())
