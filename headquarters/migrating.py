"""Migrations, each of them whole or not at all.

Django writes down that a migration was applied in the migration's own transaction only where no statement was
put off to its end (an index, a foreign key). Otherwise there is a moment between the two in which a cut power
leaves tables that the next attempt finds "already there", for ever.
"""

from __future__ import annotations

from typing import Any

from django.core.management import call_command
from django.core.management.commands import migrate as command
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.migration import Migration


class WholeExecutor(MigrationExecutor):
    """Runs what was put off at the end of the migration itself, so that Django notes it there and then."""

    def apply_migration(
        self, state: Any, migration: Migration, fake: bool = False, fake_initial: bool = False
    ) -> Any:
        """As Django's own."""
        applied = migration.apply

        def whole(project_state: Any, schema_editor: Any, collect_sql: bool = False) -> Any:
            project_state = applied(project_state, schema_editor, collect_sql)
            while schema_editor.deferred_sql:
                schema_editor.execute(schema_editor.deferred_sql.pop(0), None)
            return project_state

        migration.apply = whole  # type: ignore[method-assign]
        try:
            return super().apply_migration(state, migration, fake, fake_initial)
        finally:
            del migration.apply  # the class has its own still


def migrate() -> None:
    """Bring the database up to date. What was cut off last time goes on where it was cut."""
    # The command takes its executor from its own module and offers no other way to name one.
    setattr(command, "MigrationExecutor", WholeExecutor)  # noqa: B010 - mypy knows of no such name there
    call_command("migrate", interactive=False, verbosity=0)
