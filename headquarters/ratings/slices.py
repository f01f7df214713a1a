"""Figures for dashboards: ratings of a period, cut by day, office, desk, hour, service, promise and so on.

Everything is read from two rollups, never from events: OfficeCell where offices are asked about, TabletCell
where one desk is. Whose ratings may be seen is the caller's to say: ``Query.offices``.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple, TypeVar

from django.db import connection
from django.db.models import Sum

from headquarters import folding
from headquarters.offices import lineage
from headquarters.offices.models import Office
from headquarters.ratings import settling
from headquarters.ratings.figures import Tally
from headquarters.ratings.models import Aspect, Comment, OfficeCell, TabletCell, Transactions
from headquarters.tablets.models import Placement, Tablet

Lineage = Literal["then", "now"]
TABLET, PHONE = "tablet", "phone"
REASONS = ("thoi-gian", "thai-do", "huong-dan", "thu-tuc", "phi", "ket-qua")
"""Keys of the usual reasons; every other key that was chosen is a promise."""
PAGE = 50

_COUNTED = {
    (None, True): "n{0}",
    (None, False): "n{0} - flagged{0}",
    (PHONE, True): "phone{0}",
    (PHONE, False): "phone{0} - both{0}",
    (TABLET, True): "n{0} - phone{0}",
    (TABLET, False): "n{0} - flagged{0} - phone{0} + both{0}",
}
"""(channel, with flagged ones) → the SQL of a cell's ratings of a level."""
_DAY_IS_IMPORTED = (
    f" AND EXISTS (SELECT 1 FROM {Transactions._meta.db_table} t"
    f" WHERE t.office_id = {OfficeCell._meta.db_table}.office_id AND t.day = {OfficeCell._meta.db_table}.day)"
)
_K = TypeVar("_K", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Query:
    """Which ratings: ``first`` to ``last``, both included; ``offices`` None means every office, an empty set
    none. ``flagged``: with flagged taps. ``channel``: TABLET, PHONE or None for both.

    ``lineage``: "then" counts a rating for the office that took it; "now" for the office of today that
    follows it, and ``offices`` are offices of today.
    """

    first: dt.date
    last: dt.date
    offices: frozenset[int] | None = None
    flagged: bool = False
    desk: int | None = None
    channel: str | None = None
    lineage: Lineage = "then"


class Choice(NamedTuple):
    """How often a promise or reason was chosen as kept, and as missed."""

    key: str
    kept: int
    missed: int


class Participation(NamedTuple):
    """Ratings and transactions of the office-days whose transactions were imported."""

    rated: int
    transactions: int

    @property
    def share(self) -> float | None:
        """Tỷ lệ tham gia; over 1 where one transaction was rated by several."""
        return self.rated / self.transactions if self.transactions else None


class Source(NamedTuple):
    """Cells to read: their table, the SQL of their ratings of each level, the condition and its values."""

    table: str
    levels: tuple[str, ...]
    where: str
    values: list[Any]


@dataclass(frozen=True, slots=True)
class Comments:
    """A page of comments, the newest first; ``page`` counts from 1."""

    rows: list[Comment]
    page: int
    pages: int
    n: int


def total(q: Query) -> Tally:
    """All of them."""
    return next(iter(_cut(q, Aspect.WHOLE, "").values()), Tally())


def by_day(q: Query) -> dict[dt.date, Tally]:
    """Every day of the period in order, also those without a rating."""
    found = {_as_day(day): tally for day, tally in _cut(q, Aspect.WHOLE, "day").items()}
    days = (q.first + dt.timedelta(days=k) for k in range((q.last - q.first).days + 1))
    return {day: found.get(day, Tally()) for day in days}


def by_office(q: Query) -> dict[int | None, Tally]:
    """Offices that have ratings; None for tablets that stood nowhere."""
    found = _cut(q, Aspect.WHOLE, "office_id")
    if q.lineage == "now":
        today = lineage.successors(key for key in found if key)
        found = _merged(found, lambda key: today.get(key, key))
    return {key or None: tally for key, tally in found.items()}


def by_desk(q: Query) -> dict[int | None, Tally]:
    """Desks that have ratings, as they were; None for tablets that stood nowhere."""
    return {int(key) or None: tally for key, tally in _cut(q, Aspect.DESK, "key").items()}


def by_hour(q: Query) -> dict[tuple[int, int], Tally]:
    """(weekday, hour) → ratings; Monday is 0, the hour is that of the tablet's wall."""
    found = _cut(q, Aspect.HOUR, "day, key")
    return _merged(found, lambda place: (_as_day(place[0]).weekday(), int(place[1])))


def by_service(q: Query) -> dict[str, Tally]:
    """Services that citizens named, the most often named first."""
    found = _cut(q, Aspect.SERVICE, "key")
    return dict(sorted(found.items(), key=lambda item: (-item[1].n, item[0])))


def by_promise(q: Query) -> list[Choice]:
    """Promises that were chosen, the most often missed first."""
    return [choice for choice in _choices(q) if choice.key not in REASONS]


def by_reason(q: Query) -> list[Choice]:
    """Usual reasons that were chosen, the most often missed first."""
    return [choice for choice in _choices(q) if choice.key in REASONS]


def by_channel(q: Query) -> dict[str, Tally]:
    """TABLET and PHONE, both always."""
    asked = (TABLET, PHONE) if q.channel is None else (q.channel,)
    return {
        channel: total(replace(q, channel=channel)) if channel in asked else Tally()
        for channel in (TABLET, PHONE)
    }


def by_labels(q: Query) -> dict[str, Tally]:
    """Which words the levels wore (labels_version) → ratings."""
    return dict(sorted(_cut(q, Aspect.WHOLE, "key").items()))


def flagged(q: Query) -> Tally:
    """Flagged taps alone, whatever ``q.flagged`` says."""
    every, plain = (total(replace(q, flagged=with_flagged)) for with_flagged in (True, False))
    return Tally(every.n1 - plain.n1, every.n2 - plain.n2, every.n3 - plain.n3)


def participation(q: Query) -> Participation | None:
    """Of all offices together; None where no transactions were imported."""
    return together(participation_by_office(q).values())


def together(parts: Iterable[Participation]) -> Participation | None:
    """All of them as one; None of nothing."""
    found = list(parts)
    if not found:
        return None
    return Participation(sum(part.rated for part in found), sum(part.transactions for part in found))


def participation_by_office(q: Query) -> dict[int, Participation]:
    """The offices whose transactions were imported for some day of the period; none of a single desk.

    Only days with both are set against each other, so that a month of which a week was imported is not
    measured by that week's transactions.
    """
    rows = Transactions.objects.filter(day__range=(q.first, q.last))
    if (offices := _offices(q)) is not None:
        rows = rows.filter(office_id__in=offices)
    known: dict[int, int] = {}
    if q.desk is None:
        known = {int(office): int(n) for office, n in rows.values_list("office_id").annotate(Sum("n"))}
    if not known:
        return {}
    rated = _cut(q, Aspect.WHOLE, "office_id", and_where=_DAY_IS_IMPORTED)
    today = lineage.successors(known) if q.lineage == "now" else {}
    found: dict[int, Participation] = {}
    for office, transactions in known.items():
        key = today.get(office, office)
        so_far = found.get(key, Participation(0, 0))
        n = rated[office].n if office in rated else 0
        found[key] = Participation(so_far.rated + n, so_far.transactions + transactions)
    return found


def comments(q: Query, text: str = "", level: int | None = None, page: int = 1) -> Comments:
    """Comments of the period, of one level as meant if given. ``text``: words that must all be there, with
    or without accents. The channel and flags of their ratings do not matter here."""
    settling.settle()
    rows = Comment.objects.filter(day__range=(q.first, q.last))
    if (offices := _offices(q)) is not None:
        rows = rows.filter(office_id__in=offices)
    if q.desk is not None:
        rows = rows.filter(desk_id=q.desk)
    if level is not None:
        rows = rows.filter(level=level)
    for word in folding.fold(text).split():
        rows = rows.filter(folded__contains=word)
    n = rows.count()
    pages = max(1, -(-n // PAGE))
    page = max(1, min(page, pages))
    ordered = rows.order_by("-wall_ms", "-pk")[(page - 1) * PAGE : page * PAGE]
    return Comments(list(ordered), page, pages, n)


def sum_of(tallies: Iterable[Tally]) -> Tally:
    """All of them together."""
    n1 = n2 = n3 = 0
    for tally in tallies:
        n1, n2, n3 = n1 + tally.n1, n2 + tally.n2, n3 + tally.n3
    return Tally(n1, n2, n3)


def _choices(q: Query) -> list[Choice]:
    """Chosen for level 1 means missed, else kept: a choice made for a level taken back is not counted."""
    found = [Choice(key, cell.n2 + cell.n3, cell.n1) for key, cell in _cut(q, Aspect.CHOICE, "key").items()]
    return sorted(found, key=lambda choice: (-choice.missed, -choice.kept, choice.key))


def _merged(found: dict[Any, Tally], of: Callable[[Any], _K]) -> dict[_K, Tally]:
    parts: dict[_K, list[Tally]] = defaultdict(list)
    for key, tally in found.items():
        parts[of(key)].append(tally)
    return {key: sum_of(tallies) for key, tallies in parts.items()}


def _cut(q: Query, aspect: Aspect, group: str, and_where: str = "") -> dict[Any, Tally]:
    """Group (a value, or a tuple of several) → its ratings, if it has any. ``group`` and ``and_where`` are
    never user input."""
    source = cells(q, aspect)
    named = f"{group}, " if group else ""
    sums = ", ".join(f"sum({level})" for level in source.levels)
    sql = f"SELECT {named}{sums} FROM {source.table} WHERE {source.where}{and_where}" + (
        f" GROUP BY {group}" if group else ""
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, source.values)
        rows = cursor.fetchall()
    single = group.count(",") == 0
    return {
        (row[0] if single else row[:-3]) if group else None: Tally(*map(int, row[-3:]))
        for row in rows
        if any(row[-3:])
    }


def cells(q: Query, aspect: Aspect) -> Source:
    """What to read, once all is settled: for a count that is joined with something else."""
    settling.settle()
    table = TabletCell if q.desk is not None else OfficeCell
    levels = tuple(_COUNTED[q.channel, q.flagged].format(level) for level in (1, 2, 3))
    return Source(table._meta.db_table, levels, *_where(q, aspect))


def _where(q: Query, aspect: Aspect) -> tuple[str, list[Any]]:
    parts, values = ["aspect = %s", "day BETWEEN %s AND %s"], [int(aspect), _day(q.first), _day(q.last)]
    if (offices := _offices(q)) is not None:
        parts.append(_in("office_id", len(offices)))
        values += sorted(offices)
    if q.desk is not None:
        tablets = _tablets_of(q.desk)
        parts += ["desk_id = %s", _in("tablet_id", len(tablets))]
        values += [q.desk, *tablets]
    return " AND ".join(parts), values


def _offices(q: Query) -> frozenset[int] | None:
    """The offices whose cells count: with "now" also those that today's offices follow."""
    if q.offices is None or q.lineage == "then":
        return q.offices
    today = lineage.successors(Office.objects.values_list("pk", flat=True))
    return frozenset(old for old, new in today.items() if new in q.offices)


def _tablets_of(desk: int) -> list[Any]:
    """Every tablet that stands or ever stood there: their cells lie side by side."""
    stood = Placement.objects.filter(desk_id=desk).values_list("tablet_id", flat=True)
    found = {*stood, *Tablet.objects.filter(desk_id=desk).values_list("pk", flat=True)}
    return [pk if connection.vendor == "postgresql" else pk.hex for pk in sorted(found)]


def _in(column: str, n: int) -> str:
    """No choice means nothing, never everything."""
    return f"{column} IN ({', '.join(['%s'] * n) or 'NULL'})"


def _day(day: dt.date) -> Any:
    return day if connection.vendor == "postgresql" else day.isoformat()


def _as_day(value: dt.date | str) -> dt.date:
    """SQLite keeps a date as ISO text and a bare cursor gives it back so."""
    return dt.date.fromisoformat(value) if isinstance(value, str) else value
