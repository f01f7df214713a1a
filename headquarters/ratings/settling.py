"""Bringing the rollups up to date: ingest notes which days of a tablet are due, here they are counted afresh.

A tablet that comes back with a month of ratings sends hundreds of batches; its days are counted once or
twice for all of them instead of once for each. Whoever reads figures settles first (``settle``), so that
nobody sees less than what was received; the server settles every second besides (``keep_settled``), so that
there is seldom anything left to do for a reader. It leaves a tablet alone that is in the midst of its queue:
counting takes the lock that the next batch waits for.
"""

from __future__ import annotations

import datetime as dt
import logging
import threading
import time
import uuid
from collections.abc import Iterable

from django.db import DatabaseError, OperationalError, close_old_connections, connection, transaction
from django.utils import timezone

from headquarters.ratings import cells, sql
from headquarters.ratings.sql import Statement

log = logging.getLogger(__name__)
PATIENCE_S = 1.0
"""How long somebody who reads may be kept waiting for what other tablets sent just now."""
EVERY_S = 1.0
SENDING_S = 5.0
"""A tablet that has more to send and was heard within so long is in the midst of its queue."""


def due(tablet_id: uuid.UUID, days: Iterable[dt.date]) -> list[Statement]:
    """Note that these days are to be counted afresh. Under the tablet's lock, as is ``_counted``: a day noted
    while it is counted waits, and is counted again."""
    wanted = [day if sql.is_postgresql() else day.isoformat() for day in sorted(set(days))]
    if not wanted:
        return []
    rows = ", ".join(["(%s, %s)"] * len(wanted))
    own = sql.key(tablet_id)
    insert = f"INSERT INTO ratings_due (tablet_id, day) VALUES {rows} ON CONFLICT DO NOTHING"
    return [(insert, [value for day in wanted for value in (own, day)])]


def settle(most_s: float | None = PATIENCE_S, sending: bool = True) -> bool:
    """Count what is due by now; whether all of it was. ``most_s``: no tablet is begun after so long; None for
    all, however long it takes. A reader gets figures a moment old rather than none while SQLite is busy.
    ``sending``: those too that are in the midst of their queue."""
    until = None if most_s is None else time.monotonic() + most_s
    try:
        for tablet_id in _waiting(sending):
            if until is not None and time.monotonic() > until:
                return False
            with transaction.atomic():
                _counted(tablet_id)
    except OperationalError as error:
        if most_s is None:
            raise
        log.warning("figures are a moment old: %s", type(error).__name__)
        return False
    return True


def _waiting(sending: bool) -> list[uuid.UUID]:
    found, values = "SELECT DISTINCT d.tablet_id FROM ratings_due d", []
    if not sending:
        found += " LEFT JOIN tablets_tablet t ON t.id = d.tablet_id"
        found += " WHERE coalesce(t.pending, 0) = 0 OR t.last_seen < %s"
        since = timezone.now() - dt.timedelta(seconds=SENDING_S)
        values = [connection.ops.adapt_datetimefield_value(since)]
    return [sql.as_uuid(row[0]) for row in sql.fetch(found, values)]


def _counted(tablet_id: uuid.UUID) -> None:
    """One tablet. Another server may have counted it meanwhile; then nothing is due any more."""
    own = [sql.key(tablet_id)]
    lock = "SELECT 1 FROM tablets_tablet WHERE id = %s"
    sql.fetch(f"{lock} FOR UPDATE" if sql.is_postgresql() else lock, own)
    days = {sql.as_day(day) for (day,) in sql.fetch("SELECT day FROM ratings_due WHERE tablet_id = %s", own)}
    if days:
        sql.run(*cells.recount(tablet_id, days, comments=True), forget(tablet_id))


def forget(tablet_id: uuid.UUID) -> Statement:
    """Nothing of this tablet is due any more: whoever says so counted all of it, under its lock."""
    return "DELETE FROM ratings_due WHERE tablet_id = %s", [sql.key(tablet_id)]


def keep_settled() -> threading.Thread:
    """A thread that settles for as long as this process lives."""
    thread = threading.Thread(target=_keep, name="settling", daemon=True)
    thread.start()
    return thread


def _keep() -> None:
    waits = False
    while True:
        time.sleep(EVERY_S)
        close_old_connections()
        waits = not turned(waits)


def turned(waited: bool) -> bool:
    """One turn of ``keep_settled``: whether it went well. ``waited``: the one before did not, it is told."""
    try:
        settle(None, sending=False)
    except DatabaseError as error:
        # The database is away for a while, or another server was quicker; the next turn tries again.
        if not waited:
            log.warning("settling waits: %s", type(error).__name__)
        return False
    if waited:
        log.warning("settling goes on")
    return True
