"""The usual rule of every kind, for all offices: an office may have its own, or switch one off."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

HOURS = "T2-T6 07:30-11:30, 13:30-17:00"
USUAL: dict[str, dict[str, object]] = {
    "low_comment": {},
    "low_count": {"threshold": 5, "window_min": 60},
    "index": {"threshold": 15, "window_min": 7 * 1440, "minimum_n": 30},
    "silent": {"threshold": 60, "hours": HOURS},
    "backlog": {"threshold": 1440},
    "chain_broken": {"urgent": True},
    "clone": {"urgent": True},
    "conflict": {"urgent": True},
    "quarantine": {},
}


def forwards(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    rules = apps.get_model("alerts", "Rule")
    for kind, values in USUAL.items():
        rules.objects.create(kind=kind, **values)


class Migration(migrations.Migration):
    dependencies = (("alerts", "0001_initial"),)
    operations = (migrations.RunPython(forwards, migrations.RunPython.noop),)
