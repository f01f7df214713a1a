"""Cases (vụ việc phản ánh, kiến nghị): what a citizen said, what was done about it, and what they were told.

Nothing here is ever deleted. What happened stands in Step, which is only ever added to.
"""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from headquarters.offices.models import Desk, Office


class Case(models.Model):
    """One matter. ``number`` is what people call it; ``code_hash`` the lookup code's, as in ratings.Lookup.

    ``text`` is the comment as it stood when the case was made (personal numbers covered).
    ``satisfaction`` is the citizen's own rating of the answer, 1 to 3 as on the tablet; ``told_at`` when the
    answer could be read.
    """

    class Kind(models.TextChoices):
        """What it is; terms go by it."""

        SUGGESTION = "gop-y", _("Suggestion")
        PRAISE = "khen-ngoi", _("Praise")
        REPORT = "phan-anh", _("Feedback or petition")
        COMPLAINT = "khieu-nai", _("Complaint or denunciation")  # khiếu nại, tố cáo: referred out

    class State(models.TextChoices):
        """In their order; a case that is opened again goes back to ``WORKING``."""

        RECEIVED = "received", _("Received")
        WORKING = "working", _("Being handled")
        ANSWERED = "answered", _("Answer awaits approval")
        TOLD = "told", _("Answered")
        REFERRED = "referred", _("Referred to the office in charge")

    number = models.CharField(max_length=40, unique=True)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="cases")
    desk = models.ForeignKey(Desk, null=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.REPORT)
    state = models.CharField(max_length=12, choices=State.choices, default=State.RECEIVED)
    text = models.TextField()
    level = models.SmallIntegerField(null=True)
    tablet_id = models.UUIDField(null=True)
    visit_id = models.CharField(max_length=64, blank=True)
    comment_event = models.UUIDField(null=True)
    contact_event = models.UUIDField(null=True)
    code_hash = models.CharField(max_length=64, blank=True, db_index=True)
    received_at = models.DateTimeField()
    due_on = models.DateField()
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="cases"
    )
    answer = models.TextField(blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    approved_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)
    satisfaction = models.SmallIntegerField(null=True)
    satisfaction_at = models.DateTimeField(null=True)
    reopened = models.PositiveSmallIntegerField(default=0)
    closed_at = models.DateTimeField(null=True)
    dossier = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering: ClassVar = ["due_on", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("tablet_id", "visit_id"),
                condition=models.Q(tablet_id__isnull=False),
                name="case_once_per_visit",
            )
        ]
        indexes: ClassVar = [models.Index(fields=("office", "state"), name="cases_of_an_office")]

    def __str__(self) -> str:
        return self.number


class Step(models.Model):
    """One entry in a case's history; ``by`` is empty where headquarters or the citizen did it."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="steps")
    what = models.CharField(max_length=20)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    text = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return self.what


class Publication(models.Model):
    """ "Bạn góp ý – Chúng tôi đã sửa": what was said and what was done, in words that name nobody. Shown to
    everybody from ``published_at`` until ``withdrawn_at``."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="publication")
    said = models.CharField(max_length=300)
    done = models.CharField(max_length=300)
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    published_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.said
