"""Cases (vụ việc phản ánh, kiến nghị): what a citizen said, what was done about it, and what they were told.

Nothing here is ever deleted. What happened stands in Step, which is only ever added to.
"""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from headquarters.offices.models import Desk, Office, today


class Case(models.Model):
    """One matter. ``number`` is what people call it; ``code_hash`` the lookup code's, as in ratings.Lookup.

    ``text`` is the comment as it stood when the case was made (personal numbers covered); ``folded`` the same
    with the number, as it is searched. ``counted_from`` is the day from which ``due_on`` counts: that of the
    receipt, or of the last opening again. ``late``: some answer or referral of it came after its day.
    ``satisfaction`` is the citizen's own rating of the answer, 1 to 3 as on the tablet; ``told_at`` when the
    answer could be read; empty again while the case is open again. ``raised_by`` is empty where headquarters
    itself made the case. What may happen when, cases.work says.
    """

    class Kind(models.TextChoices):
        """What it is; terms go by it."""

        SUGGESTION = "gop-y", _("Suggestion")
        PRAISE = "khen-ngoi", _("Praise")
        REPORT = "phan-anh", _("Feedback or petition")
        COMPLAINT = "khieu-nai", _("Complaint or denunciation")  # khiếu nại, tố cáo: referred out

    class State(models.TextChoices):
        """In their order; a case that is opened again goes back to ``WORKING``."""

        RECEIVED = "received", _("Just received")
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
    counted_from = models.DateField(default=today)
    due_on = models.DateField()
    raised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="cases"
    )
    answer = models.TextField(blank=True)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    approved_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)
    satisfaction = models.SmallIntegerField(null=True)
    satisfaction_at = models.DateTimeField(null=True)
    reopened = models.PositiveSmallIntegerField(default=0)
    closed_at = models.DateTimeField(null=True)
    late = models.BooleanField(default=False)
    dossier = models.CharField(max_length=64, blank=True)
    referred_to = models.CharField(max_length=200, blank=True)
    referred_on = models.DateField(null=True)
    folded = models.TextField(blank=True)

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

    class What(models.TextChoices):
        """What may stand in ``what``. Of an answer, a referral and a note, ``text`` says which."""

        RAISED = "raised", _("the case was made")
        CLASSIFIED = "classified", _("classified")
        ASSIGNED = "assigned", _("assigned")
        SUBMITTED = "submitted", _("answer written, approval asked for")
        SENT_BACK = "sent_back", _("sent back for another answer")
        APPROVED = "approved", _("approved; the citizen can read the answer")
        REFERRED = "referred", _("referred to the office in charge")
        REOPENED = "reopened", _("opened again")
        RATED = "rated", _("the citizen rated the answer")
        NOTED = "noted", _("note")
        FILED = "filed", _("file added")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="steps")
    what = models.CharField(max_length=20, choices=What.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    text = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return self.what


class Attachment(models.Model):
    """A file of a case; its content lies in the data folder under its hash (cases.files)."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="files")
    name = models.CharField(max_length=150)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("case", "sha256"), name="file_once_in_a_case")
        ]

    def __str__(self) -> str:
        return self.name


class Counter(models.Model):
    """The last number of a year that a case was given."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"


class Publication(models.Model):
    """ "Bạn góp ý – Chúng tôi đã sửa": what was said and what was done, in words that name nobody. Shown to
    everybody from ``published_at`` until ``withdrawn_at``. ``sent_back`` says what is to be different before
    somebody looks at it again; empty while it waits for that look."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="publication")
    said = models.CharField(max_length=300)
    done = models.CharField(max_length=300)
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    published_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    sent_back = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=("published_at",), name="published_by_time")]

    def __str__(self) -> str:
        return self.said
