"""What the indicators are made of, read from the database: cases, ratings that named a dossier, totals."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from headquarters.cases.models import Case
from headquarters.indicators.counting import Material, Matter, Named, Total, next_month, plain_code
from headquarters.indicators.criteria import Criteria
from headquarters.indicators.models import DossierTotal, LateDossier
from headquarters.offices.models import Office
from headquarters.ratings import sql

_FLAGGED = 1
"""A bit of ratings.models.Visit.marks."""
_FAR_MS = 2**62

# Which rating a dossier was named with. PostgreSQL holds the few visits with a dossier against all ratings of
# the period, month by month. SQLite walks back along the chain from where the dossier was named: its table of
# events is one, and wide.
_RATING = {
    "postgresql": "JOIN ratings_event r ON r.tablet_id = v.tablet_id AND r.visit_id = v.visit_id",
    "sqlite": """CROSS JOIN ratings_event s ON s.tablet_id = v.tablet_id AND s.seq = v.subject_seq
            AND s.install_id IN (SELECT i.install_id FROM tablets_install i WHERE i.tablet_id = v.tablet_id)
            AND s.visit_id = v.visit_id
        JOIN ratings_event r ON r.rowid = (
            SELECT e.rowid FROM ratings_event e
            WHERE e.tablet_id = s.tablet_id AND e.install_id = s.install_id
                AND e.seq BETWEEN s.seq - 1000 AND s.seq AND e.visit_id = s.visit_id AND e.kind = 'rating'
            ORDER BY e.seq DESC LIMIT 1)""",
}
_NAMED = """
    WITH place AS (
        SELECT t.id AS tablet_id, CASE WHEN p.id IS NULL THEN t.desk_id ELSE p.desk_id END AS desk_id,
            CASE WHEN lag(p.since_ms) OVER w IS NULL THEN -1 ELSE p.since_ms END AS from_ms,
            coalesce(lead(p.since_ms) OVER w, {far}) AS until_ms
        FROM tablets_tablet t LEFT JOIN tablets_placement p ON p.tablet_id = t.id
        WINDOW w AS (PARTITION BY t.id ORDER BY p.since_ms)
    ), named AS (
        SELECT d.office_id, r.event_day AS day,
            CASE WHEN coalesce(v.level, r.level) IN ({levels}) THEN v.dossier ELSE '' END AS dossier
        FROM ratings_visit v {rating}
        JOIN place ON place.tablet_id = r.tablet_id AND r.wall_ms >= place.from_ms
            AND r.wall_ms < place.until_ms
        JOIN offices_desk d ON d.id = place.desk_id
        WHERE NOT (v.dossier = '') AND r.kind = 'rating' AND r.level IS NOT NULL
            AND r.event_day BETWEEN %s AND %s {flagged}
    )
    SELECT office_id, day, dossier, count(*) FROM named GROUP BY office_id, day, dossier
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
    vendor = "postgresql" if sql.is_postgresql() else "sqlite"
    statement = _NAMED.format(
        far=_FAR_MS, levels=", ".join(map(str, criteria.dossier_levels)), rating=_RATING[vendor],
        flagged="" if flagged else f"AND v.marks & {_FLAGGED} = 0",
    )  # fmt: skip
    days = [first, last] if sql.is_postgresql() else [first.isoformat(), last.isoformat()]
    wanted = None if offices is None else set(offices)
    return tuple(
        Named(office, sql.as_day(day), plain_code(dossier), n)
        for office, day, dossier, n in _joined(statement, days)
        if wanted is None or office in wanted
    )


def _joined(statement: str, days: list[Any]) -> list[tuple[Any, ...]]:
    """PostgreSQL looks each visit up among all ratings while it has no statistics of a young table: 30 times
    as long as to go through them once."""
    if not sql.is_postgresql():
        return sql.fetch(statement, days)
    with transaction.atomic():
        sql.fetch("SET LOCAL enable_nestloop = off", [])
        rows = sql.fetch(statement, days)
        sql.fetch("SET LOCAL enable_nestloop = on", [])
    return rows


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
