"""Marks become columns of a cell. Cells follow from events, so they are made anew rather than turned over."""

from importlib import import_module
from typing import Any

from django.db import migrations, models

recount = import_module("headquarters.ratings.migrations.0006_recount").recount

ASPECTS = [(0, "Whole"), (1, "Hour"), (2, "Service"), (3, "Choice"), (4, "Desk"), (5, "Official")]


def _key(*names: str) -> tuple[str, Any]:
    return "pk", models.CompositePrimaryKey(
        *names, blank=True, editable=False, primary_key=True, serialize=False
    )


def _counts() -> list[tuple[str, Any]]:
    levels = (1, 2, 3)
    own: list[tuple[str, Any]] = [(f"n{level}", models.PositiveIntegerField()) for level in levels]
    return own + [
        (f"{part}{level}", models.PositiveIntegerField(default=0))
        for part in ("flagged", "phone", "both")
        for level in levels
    ]


class Migration(migrations.Migration):
    dependencies = [
        ("ratings", "0011_rated_dossiers"),
    ]

    operations = [
        migrations.DeleteModel(name="TabletCell"),
        migrations.DeleteModel(name="OfficeCell"),
        migrations.CreateModel(
            name="TabletCell",
            fields=[
                *_counts(),
                _key("tablet_id", "day", "aspect", "key", "office_id", "desk_id"),
                ("tablet_id", models.UUIDField()),
                ("day", models.DateField()),
                ("aspect", models.SmallIntegerField(choices=ASPECTS)),
                ("key", models.CharField(max_length=64)),
                ("office_id", models.BigIntegerField()),
                ("desk_id", models.BigIntegerField()),
            ],
            options={
                "indexes": [models.Index(fields=["aspect", "day", "office_id"], name="cells_of_offices")],
            },
        ),
        migrations.CreateModel(
            name="OfficeCell",
            fields=[
                *_counts(),
                _key("aspect", "day", "office_id", "key"),
                ("aspect", models.SmallIntegerField(choices=ASPECTS)),
                ("day", models.DateField()),
                ("office_id", models.BigIntegerField()),
                ("key", models.CharField(max_length=64)),
            ],
        ),
        migrations.RunPython(recount, migrations.RunPython.noop),
    ]
