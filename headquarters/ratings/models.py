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


class Aspect(models.IntegerChoices):
    """What a cell counts ratings by, within its day; ``key`` says which."""

    WHOLE = 0  # key: the version of the labels
    HOUR = 1  # key: "00" to "23", the hour on the tablet's wall
    SERVICE = 2  # key: the service that the citizen named
    CHOICE = 3  # key: a promise or reason that was chosen: missed where level is 1, else kept
    DESK = 4  # key: the desk's id, "0" for nowhere
    OFFICIAL = 5  # key: the desk's id, "/", the official's key in the office book


class Marks(models.IntegerChoices):
    """What sets ratings apart from others of their kind: two bits."""

    PLAIN = 0
    FLAGGED = 1
    PHONE = 2
    FLAGGED_PHONE = 3


class Counts(models.Model):
    """How many ratings of each level a cell has; and how many of them are flagged, came from a phone, both.

    Columns and not rows of their own: a dashboard reads as many rows however many ratings there are.
    """

    n1 = models.PositiveIntegerField()
    n2 = models.PositiveIntegerField()
    n3 = models.PositiveIntegerField()
    flagged1 = models.PositiveIntegerField(default=0)
    flagged2 = models.PositiveIntegerField(default=0)
    flagged3 = models.PositiveIntegerField(default=0)
    phone1 = models.PositiveIntegerField(default=0)
    phone2 = models.PositiveIntegerField(default=0)
    phone3 = models.PositiveIntegerField(default=0)
    both1 = models.PositiveIntegerField(default=0)
    both2 = models.PositiveIntegerField(default=0)
    both3 = models.PositiveIntegerField(default=0)

    class Meta:
        abstract = True


class TabletCell(Counts):
    """How many ratings of each level a tablet took on a local day; recounted from events, never nudged.

    ``desk_id`` and ``office_id``: where the tablet stood when they were given; 0 is nowhere.
    """

    pk = models.CompositePrimaryKey("tablet_id", "day", "aspect", "key", "office_id", "desk_id")
    tablet_id = models.UUIDField()
    day = models.DateField()
    aspect = models.SmallIntegerField(choices=Aspect.choices)
    key = models.CharField(max_length=64)
    office_id = models.BigIntegerField()
    desk_id = models.BigIntegerField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=("aspect", "day", "office_id"), name="cells_of_offices")]


class OfficeCell(Counts):
    """The sums of TabletCell for an office's day: what dashboards of many offices read."""

    pk = models.CompositePrimaryKey("aspect", "day", "office_id", "key")
    aspect = models.SmallIntegerField(choices=Aspect.choices)
    day = models.DateField()
    office_id = models.BigIntegerField()
    key = models.CharField(max_length=64)


class Due(models.Model):
    """A tablet's day whose cells and comments are to be counted afresh (headquarters.ratings.settling)."""

    pk = models.CompositePrimaryKey("tablet_id", "day")
    tablet_id = models.UUIDField()
    day = models.DateField()


class Visit(models.Model):
    """What a visit said beyond its tap; each part is that of the event made last (its place in the chain).

    ``level``: what the rating was meant to be, of a correction. ``chosen``: a JSON list of promises and
    reasons, which were kept (``good``) or missed. ``dossier`` is the code (mã hồ sơ) that was typed or read
    from a slip, ``official`` a key of the office book. ``marks`` are the rating's own. Most visits say
    nothing of all this and have no row.

    Where a dossier was named, the recount fills in what became of the rating: its day, its level as meant and
    the office where the tablet stood. None while the rating is not here.
    """

    pk = models.CompositePrimaryKey("tablet_id", "visit_id")
    tablet_id = models.UUIDField()
    visit_id = models.CharField(max_length=64)
    level_seq = models.BigIntegerField(default=0)
    level = models.SmallIntegerField(null=True)
    subject_seq = models.BigIntegerField(default=0)
    service = models.CharField(max_length=64, default="")
    desk_key = models.CharField(max_length=64, default="")
    dossier = models.CharField(max_length=64, default="")
    official = models.CharField(max_length=40, default="")
    chosen_seq = models.BigIntegerField(default=0)
    chosen = models.TextField(default="[]")
    good = models.BooleanField(default=False)
    marks_seq = models.BigIntegerField(default=0)
    marks = models.SmallIntegerField(choices=Marks.choices, default=Marks.PLAIN)
    rated_day = models.DateField(null=True)
    rated_level = models.SmallIntegerField(null=True)
    office_id = models.BigIntegerField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=("rated_day",), condition=~models.Q(dossier=""), name="dossiers_by_day"),
            models.Index(
                fields=("tablet_id", "subject_seq"),
                condition=~models.Q(dossier=""),
                name="visits_with_a_dossier",
            ),
        ]


class Comment(models.Model):
    """What a citizen wrote, as it came: personal numbers covered on the tablet. For reading and searching.

    ``level`` (as meant), ``office_id`` and ``desk_id`` (where the tablet stood) are those of the visit's
    rating; None and 0 while it is not here. ``folded`` is the text without accents, in small letters.
    """

    tablet_id = models.UUIDField()
    event_id = models.UUIDField()
    visit_id = models.CharField(max_length=64)
    day = models.DateField()
    wall_ms = models.BigIntegerField()
    level = models.SmallIntegerField(null=True)
    office_id = models.BigIntegerField(default=0)
    desk_id = models.BigIntegerField(default=0)
    topic = models.CharField(max_length=20)
    review = models.BooleanField(default=False)
    text = models.TextField()
    folded = models.TextField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("tablet_id", "event_id"), name="comment_once_per_event")
        ]
        indexes: ClassVar = [
            models.Index(fields=("tablet_id", "visit_id"), name="comments_of_a_visit"),
            models.Index(fields=("day", "office_id"), name="comments_by_day"),
        ]


class Transactions(models.Model):
    """How many people an office served on a day, from its own books; imported."""

    pk = models.CompositePrimaryKey("office_id", "day")
    office_id = models.BigIntegerField()
    day = models.DateField()
    n = models.PositiveIntegerField()


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
