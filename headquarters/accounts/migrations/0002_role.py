"""A role for everybody: who could do everything still can, whoever was marked as staff looks after tablets."""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def forwards(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    people = apps.get_model("accounts", "User").objects
    people.filter(is_staff=True).update(role="office_admin")
    people.filter(is_superuser=True).update(role="system_admin")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="role",
            field=models.CharField(
                choices=[
                    ("leader", "Leader"),
                    ("office_admin", "Office administrator"),
                    ("desk_staff", "Desk staff"),
                    ("case_handler", "Case handler"),
                    ("auditor", "Auditor"),
                    ("system_admin", "System administrator"),
                ],
                default="leader",
                max_length=20,
            ),
        ),
        migrations.RunPython(forwards, migrations.RunPython.noop),
    ]
