"""An entry outlives the office it names: demo offices are taken away, what was done to them stays in the log."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from headquarters.audit import append_only


def _off(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    append_only.take_off(schema_editor.connection)


def _on(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    append_only.put_on(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_append_only"), ("offices", "0002_tree")]

    operations = [
        # SQLite builds the table anew, and its triggers would be lost with the old one.
        migrations.RunPython(_off, _on),
        migrations.AlterField(
            model_name="entry",
            name="office",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                to="offices.office",
            ),
        ),
        migrations.RunPython(_on, _off),
    ]
