"""How many people an office served on a day, by its own books: what participation is measured against."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from headquarters.ratings.models import Transactions

_CHUNK = 1000


def put(rows: Iterable[tuple[int, dt.date, int]]) -> None:
    """Keep (office id, day, count); a day that is here already is replaced."""
    Transactions.objects.bulk_create(
        [Transactions(office_id=office, day=day, n=n) for office, day, n in rows],
        batch_size=_CHUNK,
        update_conflicts=True,
        unique_fields=["office_id", "day"],
        update_fields=["n"],
    )
