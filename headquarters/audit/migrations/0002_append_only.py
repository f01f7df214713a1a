"""From here on the database refuses to change an entry of the log."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from headquarters.audit import append_only


def forwards(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    append_only.put_on(schema_editor.connection)


def backwards(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    append_only.take_off(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_entry")]

    operations = [migrations.RunPython(forwards, backwards)]
