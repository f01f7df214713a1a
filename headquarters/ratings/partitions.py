"""Monthly partitions of the event table on PostgreSQL: made ahead and on demand; a default is watched."""

from __future__ import annotations

import datetime as dt
import re
import threading
from collections.abc import Iterable

from django.db import connection, transaction

AHEAD = 3
"""Months made ahead of today."""
BACK_DAYS = 3 * 366
"""Events older than this, or beyond the months ahead, are odd clocks: they live in the default partition."""
_LOCK = 7_701_193  # any number of our own: two servers must not create one month at once

_known: set[str] = set()
_guard = threading.Lock()


def prepare(days: Iterable[dt.date], today: dt.date) -> None:
    """Make the months of ``days`` that are sane and missing, in a transaction of its own."""
    if connection.vendor == "postgresql" and (months := missing(days, today)):
        create(months)


def missing(days: Iterable[dt.date], today: dt.date) -> list[dt.date]:
    """First days of the sane months among ``days`` whose partition is not known to be there."""
    earliest, latest = today - dt.timedelta(days=BACK_DAYS), _months_on(today, AHEAD + 1)
    months = {day.replace(day=1) for day in days if earliest <= day < latest}
    return [month for month in sorted(months) if _name(month) not in _known]


def make_ahead(today: dt.date) -> None:
    """This month and the next ones, so that no tap waits for DDL."""
    if connection.vendor == "postgresql":
        create([_months_on(today, count) for count in range(AHEAD + 1)])


def create(months: Iterable[dt.date]) -> None:
    """Create what is missing among these months (first days)."""
    with _guard:
        for month in months:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
                cursor.execute("SELECT relname FROM pg_class WHERE relname ~ '^ratings_event_y'")
                _known.update(name for (name,) in cursor.fetchall())
            if _name(month) not in _known:
                _create(month)


def _create(month: dt.date) -> None:
    """Make the month's table, give it the month's rows of the default partition, and hang it in.

    ``CREATE … PARTITION OF`` would fail for ever where one odd clock had written into that month before
    it was made. The default partition is locked first: a row that slipped into it behind the move would
    make ATTACH fail.
    """
    name, bounds = _name(month), (month, _months_on(month, 1))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        cursor.execute("SELECT to_regclass(%s)", [name])
        if cursor.fetchone() == (None,):
            cursor.execute(f"CREATE TABLE {name} (LIKE ratings_event INCLUDING ALL)")
            cursor.execute("LOCK TABLE ratings_event_default IN ACCESS EXCLUSIVE MODE")
            move = (
                "WITH moved AS (DELETE FROM ratings_event_default"  # noqa: S608 - a name made of a date
                " WHERE event_day >= %s AND event_day < %s RETURNING *)"
                f" INSERT INTO {name} SELECT * FROM moved"
            )
            cursor.execute(move, bounds)
            start, end = bounds
            cursor.execute(
                f"ALTER TABLE ratings_event ATTACH PARTITION {name} FOR VALUES FROM ('{start}') TO ('{end}')"
            )
    _known.add(name)


def rows_in_default() -> int:
    """How many events live in the default partition; more than a few odd clocks want a look."""
    if connection.vendor != "postgresql":
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM ratings_event_default")
        return int(cursor.fetchone()[0])


def months() -> list[str]:
    """Names of the monthly partitions there are."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
            " WHERE i.inhparent = 'ratings_event'::regclass ORDER BY 1"
        )
        return [name for (name,) in cursor.fetchall() if re.fullmatch(r"ratings_event_y\d{4}m\d{2}", name)]


def forget() -> None:
    """Look again at what is there; for tests that change databases."""
    _known.clear()


def _months_on(day: dt.date, count: int) -> dt.date:
    """First day of the month ``count`` months after that of ``day``."""
    years, month = divmod(day.month - 1 + count, 12)
    return dt.date(day.year + years, month + 1, 1)


def _name(month: dt.date) -> str:
    return f"ratings_event_y{month:%Y}m{month:%m}"
