"""Ratings as they arrived, their daily counts, and what needs a human eye.

The event table is written by headquarters/ratings/sql.py only; here is its shape for reading.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from headquarters.tablets.models import Tablet


class TimeQuality(models.IntegerChoices):
    """Whether an event's own time can be believed."""

    OK = 0
    SUSPECT = 1


class Event(models.Model):
    """One event of a tablet. ``event_day`` is the date on the tablet's wall; it never changes."""

    pk = models.CompositePrimaryKey("tablet_id", "event_day", "event_id")
    tablet_id = models.UUIDField()
    event_day = models.DateField()
    event_id = models.UUIDField()
    install_id = models.UUIDField()
    seq = models.BigIntegerField()
    kind = models.CharField(max_length=40)
    visit_id = models.CharField(max_length=64)
    level = models.SmallIntegerField(null=True)
    wall_ms = models.BigIntegerField()
    utc_offset_min = models.SmallIntegerField()
    labels_version = models.CharField(max_length=64)
    config_version = models.IntegerField()
    stored = models.TextField()
    hash = models.BinaryField()
    prev_hash = models.BinaryField()
    received_at = models.DateTimeField()
    batch_id = models.UUIDField()
    time_quality = models.SmallIntegerField(choices=TimeQuality.choices)

    class Meta:
        managed = False
        db_table = "ratings_event"


class TabletDay(models.Model):
    """How many ratings of a level a tablet took on a local day; recounted from events, never nudged."""

    pk = models.CompositePrimaryKey("tablet_id", "day", "level")
    tablet_id = models.UUIDField()
    day = models.DateField(db_index=True)
    level = models.SmallIntegerField()
    n = models.PositiveIntegerField()


class Quarantine(models.Model):
    """An event that arrived signed but is not believed; kept whole, with the reason, for a human.

    ``stored`` is its exact text (UTF-8, lone surrogates let through); ``digest`` names all that came.
    """

    tablet = models.ForeignKey(Tablet, on_delete=models.PROTECT)
    event_id = models.CharField(max_length=64)
    install_id = models.UUIDField()
    seq = models.BigIntegerField()
    hash = models.CharField(max_length=64)
    prev_hash = models.CharField(max_length=64)
    stored = models.BinaryField()
    digest = models.CharField(max_length=64)
    code = models.CharField(max_length=30)
    batch_id = models.UUIDField()
    received_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("tablet", "digest"), name="quarantined_once")
        ]
        indexes: ClassVar = [models.Index(fields=("tablet", "install_id", "seq"))]


class Alarm(models.Model):
    """Something a person must look at: chain_broken, clone, conflict. One per cause."""

    tablet = models.ForeignKey(Tablet, on_delete=models.PROTECT)
    kind = models.CharField(max_length=30)
    detail = models.CharField(max_length=200)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("tablet", "kind", "detail"), name="alarm_once_per_cause")
        ]


class Correction(models.Model):
    """The level that a visit's rating was meant to have; ``seq`` is the latest correction's place."""

    pk = models.CompositePrimaryKey("tablet_id", "visit_id")
    tablet_id = models.UUIDField()
    visit_id = models.CharField(max_length=64)
    seq = models.BigIntegerField()
    level = models.SmallIntegerField()


class Lookup(models.Model):
    """A lookup code (mã tra cứu) that an event carried; only the code's hash, so that a look at this table
    answers nobody. One code may stand on two events: a comment, and where its reply may go."""

    code_hash = models.CharField(max_length=64, db_index=True)
    tablet = models.ForeignKey(Tablet, on_delete=models.PROTECT)
    event_id = models.UUIDField()
    kind = models.CharField(max_length=40)
    received_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("tablet", "event_id"), name="lookup_once_per_event")
        ]
