"""Rules about what rings, the alerts that rang, what became of them, and what is still to be told."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from headquarters.offices.models import Desk, Office
from headquarters.tablets.models import Tablet


class Kind(models.TextChoices):
    """What rings. The first three are about ratings, the rest about tablets and their data."""

    LOW_COMMENT = "low_comment", _("A low rating with a comment")
    LOW_COUNT = "low_count", _("Several low ratings at one desk")
    INDEX = "index", _("The share of low ratings is high")
    SILENT = "silent", _("A tablet is silent")
    BACKLOG = "backlog", _("Ratings wait on a tablet for long")
    CHAIN_BROKEN = "chain_broken", _("The chain of ratings is broken")
    CLONE = "clone", _("A copy of the tablet has reported")
    CONFLICT = "conflict", _("One number came with two different ratings")
    QUARANTINE = "quarantine", _("Ratings were set aside (quarantine)")


class Rule(models.Model):
    """When a kind rings below a node of the tree (none: everywhere). Of several rules of one kind, the one of
    the nearest node is in force; a rule that is off keeps quiet below it.

    ``threshold``: how many low ratings (LOW_COUNT), per cent (INDEX), minutes (SILENT, BACKLOG).
    ``window_min``: within how many minutes (LOW_COUNT, INDEX). ``minimum_n``: ratings under which
    nobody is judged (INDEX).
    ``hours``: minutes of silence count only then, such as "T2-T6 07:30-11:30, 13:30-17:00"; empty for always.
    ``urgent``: mail at once, also in quiet hours.
    """

    kind = models.CharField(max_length=20, choices=Kind.choices)
    office = models.ForeignKey(Office, null=True, blank=True, on_delete=models.PROTECT)
    enabled = models.BooleanField(default=True)
    threshold = models.PositiveIntegerField(default=1)
    window_min = models.PositiveIntegerField(default=60)
    minimum_n = models.PositiveIntegerField(default=30)
    hours = models.CharField(max_length=300, blank=True)
    urgent = models.BooleanField(default=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints: ClassVar = [
            # Nulls are never equal: everybody's rule needs a number of its own.
            models.UniqueConstraint("kind", Coalesce("office", 0), name="one_rule_of_a_kind_for_a_node")
        ]

    def __str__(self) -> str:
        return f"{self.kind} at {self.office_id or 'all'}"


class Alert(models.Model):
    """Something a person should look at. While it is open, its cause does not ring again: it is counted.

    ``open_cause`` is ``cause`` until the alert is closed, and unique: of two servers that find one cause, one
    makes the alert. ``facts`` are figures and ids for the sentence on the page; never what a citizen typed.
    """

    class State(models.TextChoices):
        """What became of it so far."""

        OPEN = "open", _("open")
        ACKNOWLEDGED = "acknowledged", _("acknowledged")
        COMMENTED = "commented", _("commented")
        CLOSED = "closed", _("closed")

    kind = models.CharField(max_length=20, choices=Kind.choices)
    rule = models.ForeignKey(Rule, null=True, on_delete=models.SET_NULL)
    office = models.ForeignKey(Office, null=True, on_delete=models.PROTECT)
    desk = models.ForeignKey(Desk, null=True, on_delete=models.PROTECT)
    tablet = models.ForeignKey(Tablet, null=True, on_delete=models.PROTECT)
    cause = models.CharField(max_length=100, db_index=True)
    open_cause = models.CharField(max_length=100, null=True, unique=True)
    facts = models.JSONField(default=dict)
    repeats = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=12, choices=State.choices, default=State.OPEN)
    urgent = models.BooleanField(default=False)
    opened_at = models.DateTimeField()
    last_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=("state", "office"), name="alerts_by_state"),
            models.Index(fields=("opened_at",), name="alerts_by_time"),
        ]

    def __str__(self) -> str:
        return self.cause


class Step(models.Model):
    """One entry in an alert's history; ``by`` is empty where headquarters itself did it."""

    class What(models.TextChoices):
        """In the order in which they usually come."""

        OPENED = "opened", _("rang")
        ACKNOWLEDGED = "acknowledged", _("acknowledged")
        COMMENTED = "commented", _("commented")
        OVER = "over", _("is over")
        CLOSED = "closed", _("closed")

    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="steps")
    what = models.CharField(max_length=12, choices=What.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT)
    at = models.DateTimeField()
    text = models.CharField(max_length=1000, blank=True)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.what


class Heard(models.Model):
    """Something that rang already (a comment, an alarm, an event set aside): a look back for what was
    committed late does not ring it twice. Kept longer than the look back."""

    what = models.CharField(max_length=100, unique=True)
    at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.what


class Chore(models.Model):
    """When something that is done regularly was done last."""

    name = models.CharField(max_length=40, primary_key=True)
    done_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Wish(models.Model):
    """How one person wants to be told, at the address of their account. Without this: not at all."""

    class Digest(models.TextChoices):
        """A mail that sums up what rang."""

        NONE = "", _("no summary")
        DAY = "day", _("every morning")
        WEEK = "week", _("every Monday morning")

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="alert_wish", primary_key=True
    )
    at_once = models.BooleanField(default=False)
    digest = models.CharField(max_length=4, choices=Digest.choices, blank=True, default=Digest.DAY)
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_to = models.TimeField(null=True, blank=True)

    def __str__(self) -> str:
        return str(self.person_id)


class Webhook(models.Model):
    """Another system that is told of the alerts below a node (none: of all). Its secret follows from the
    server's own and ``salt``: nothing in the database signs in its name."""

    name = models.CharField(max_length=80)
    url = models.URLField(max_length=300)
    office = models.ForeignKey(Office, null=True, blank=True, on_delete=models.PROTECT)
    salt = models.CharField(max_length=32)
    enabled = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.name


class Message(models.Model):
    """Something to be sent, until it is; what failed is tried again. ``key``: nothing is said twice."""

    class Way(models.TextChoices):
        """How it leaves."""

        MAIL = "mail"
        WEBHOOK = "webhook"

    way = models.CharField(max_length=8, choices=Way.choices)
    key = models.CharField(max_length=100, unique=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE)
    webhook = models.ForeignKey(Webhook, null=True, on_delete=models.CASCADE)
    alert = models.ForeignKey(Alert, null=True, on_delete=models.CASCADE)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    made_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True, db_index=True)
    tries = models.PositiveIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return self.subject
