from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("ratings", "0007_desks"),
    ]

    operations = [
        migrations.CreateModel(
            name="Due",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "tablet_id", "day", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tablet_id", models.UUIDField()),
                ("day", models.DateField()),
            ],
        ),
    ]
