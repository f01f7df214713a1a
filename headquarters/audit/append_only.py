"""Triggers that keep the log as it was written: the database itself refuses to change or delete an entry.

They stop a slip and a hole in this program. Who may alter tables can remove them: keep that account apart.
"""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper

_TABLE = "audit_entry"
_WORDS = "the audit log is append-only"

_SQLITE = (
    f"CREATE TRIGGER {_TABLE}_no_update BEFORE UPDATE ON {_TABLE} BEGIN SELECT RAISE(ABORT, '{_WORDS}'); END",
    f"CREATE TRIGGER {_TABLE}_no_delete BEFORE DELETE ON {_TABLE} BEGIN SELECT RAISE(ABORT, '{_WORDS}'); END",
)
_POSTGRESQL = (
    f"CREATE OR REPLACE FUNCTION {_TABLE}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$ BEGIN RAISE EXCEPTION '{_WORDS}' USING ERRCODE = 'restrict_violation'; END $$",
    f"CREATE TRIGGER {_TABLE}_no_change BEFORE UPDATE OR DELETE ON {_TABLE} "
    f"FOR EACH ROW EXECUTE FUNCTION {_TABLE}_refuse()",
    f"CREATE TRIGGER {_TABLE}_no_truncate BEFORE TRUNCATE ON {_TABLE} "
    f"FOR EACH STATEMENT EXECUTE FUNCTION {_TABLE}_refuse()",
)


def put_on(connection: BaseDatabaseWrapper) -> None:
    """Make the triggers of this kind of database."""
    _run(connection, _POSTGRESQL if connection.vendor == "postgresql" else _SQLITE)


def take_off(connection: BaseDatabaseWrapper) -> None:
    """Remove them: for a migration backwards, and for tests that empty every table."""
    if connection.vendor == "postgresql":
        names, place = ("no_change", "no_truncate"), f" ON {_TABLE}"
    else:
        names, place = ("no_update", "no_delete"), ""
    _run(connection, [f"DROP TRIGGER IF EXISTS {_TABLE}_{name}{place}" for name in names])


def _run(connection: BaseDatabaseWrapper, statements: list[str] | tuple[str, ...]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
