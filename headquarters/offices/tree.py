"""The tree of offices: what lies below a node."""

from __future__ import annotations

from django.db import connection

from headquarters.offices.models import Office


def under(office_id: int) -> frozenset[int]:
    """Ids of the office itself and of everything below it, however deep."""
    table = Office._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH RECURSIVE below(id) AS (SELECT id FROM {table} WHERE id = %s "  # noqa: S608 – our own name
            f"UNION SELECT o.id FROM {table} o JOIN below b ON o.parent_id = b.id) SELECT id FROM below",
            [office_id],
        )
        return frozenset(row[0] for row in cursor.fetchall())
