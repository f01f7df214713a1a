"""What was erased, and what persons asked about the data that are kept of them."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Erasure(models.Model):
    """An event whose body was erased by law. The event keeps its place, its hash and the hash before it: the
    chain still goes through it, and whoever walks it (ratings.integrity) finds here that this was lawful."""

    class Reason(models.TextChoices):
        """Why."""

        TERM = "term", _("the term of keeping is over")
        REQUEST = "request", _("the person asked for it")

    tablet_id = models.UUIDField()
    event_id = models.UUIDField()
    at = models.DateTimeField(db_index=True)
    reason = models.CharField(max_length=20, choices=Reason.choices)
    who = models.CharField(max_length=150)

    class Meta:
        db_table = "ratings_erasure"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("tablet_id", "event_id"), name="erased_once")
        ]

    def __str__(self) -> str:
        return f"{self.event_id}: {self.reason}"


class Hold(models.Model):
    """A contact that somebody still answers: kept while ``until`` is empty, then to the end of that day, and
    no day longer, whatever the usual term. What a person asks to be erased goes all the same."""

    tablet_id = models.UUIDField()
    event_id = models.UUIDField()
    until = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=("tablet_id", "event_id"), name="held_once")]

    def __str__(self) -> str:
        return f"{self.event_id}: {self.until or 'open'}"


class SubjectRequest(models.Model):
    """What a person asked about their own data. Who asked is sealed like a contact: the database alone says
    only what was asked, where, and how far it has come."""

    class Kind(models.TextChoices):
        """The rights of Luật 91/2025/QH15 that can be meant here."""

        ACCESS = "access", _("See or receive the data")
        CORRECTION = "correction", _("Correct the data")
        WITHDRAWAL = "withdrawal", _("Withdraw consent, object or restrict")
        ERASURE = "erasure", _("Erase the data")

    class State(models.TextChoices):
        """In their order."""

        RECEIVED = "received", _("Just received")
        ANSWERED = "answered", _("First answer given")
        DONE = "done", _("Done")
        REFUSED = "refused", _("Refused, with the reason told")

    kind = models.CharField(max_length=12, choices=Kind.choices)
    state = models.CharField(max_length=12, choices=State.choices, default=State.RECEIVED)
    office = models.ForeignKey("offices.Office", on_delete=models.PROTECT)
    received_on = models.DateField()
    answer_by = models.DateField()
    done_by = models.DateField()
    code_hash = models.CharField(max_length=64, blank=True)
    sealed = models.TextField(blank=True)
    registered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    registered_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-pk"]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Step(models.Model):
    """What was done about a request; never what the data say."""

    request = models.ForeignKey(SubjectRequest, on_delete=models.PROTECT, related_name="steps")
    what = models.CharField(max_length=20)
    note = models.CharField(max_length=300, blank=True)
    who = models.CharField(max_length=150)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return self.what
