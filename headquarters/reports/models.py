"""Reports as they are kept: what was said when, in which files. Nothing here is ever deleted."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from headquarters.offices.models import Desk, Office, Official
from headquarters.reports.model import Figures, Texts, unpacked
from headquarters.reports.periods import Kind, Period, beginning


class Deadline(models.Model):
    """A report that is due again and again. ``office`` makes it, of itself and all below it.

    It is due on ``day`` of the month that is ``months_after`` the last one of its period: 20/11 for a year is
    day 20, −1. ``source`` names the plan or decree that says so. Drafts are made ``days_before`` that day.
    """

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    day = models.PositiveSmallIntegerField()
    months_after = models.SmallIntegerField(default=0)
    days_before = models.PositiveSmallIntegerField(default=7)
    receivers = models.TextField(blank=True, max_length=1000)
    source = models.CharField(max_length=200)
    enabled = models.BooleanField(default=True)
    since = models.DateField()

    class Meta:
        ordering: ClassVar = ["office__name", "pk"]

    def __str__(self) -> str:
        return f"{self.office} · {self.kind}"


class Report(models.Model):
    """One report of an office for one period; what it says stands in its versions."""

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="reports")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    first = models.DateField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    deadline = models.ForeignKey(Deadline, null=True, on_delete=models.PROTECT, related_name="reports")
    due_on = models.DateField(null=True)

    class Meta:
        ordering: ClassVar = ["-first", "office__name", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("office", "kind", "first"), name="report_once_per_period")
        ]

    def __str__(self) -> str:
        return f"{self.office.name}, {self.period.name}"

    @property
    def period(self) -> Period:
        return beginning(Kind(self.kind), self.first)

    @property
    def latest(self) -> Version | None:
        return self.versions.order_by("-number").first()


class Version(models.Model):
    """What a report said at one time; after it is issued, neither figures nor texts nor files move.

    ``figures`` is JSON (reports.model), "" until they have been taken once. ``changed_at`` is when
    figures or texts last changed: files that say an older one (``File.says``) are old.
    """

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    figures = models.TextField(blank=True)
    difficulties = models.TextField(blank=True)
    causes = models.TextField(blank=True)
    proposals = models.TextField(blank=True)
    receivers = models.TextField(blank=True)
    reason = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    changed_at = models.DateTimeField()
    issued_at = models.DateTimeField(null=True)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering: ClassVar = ["report", "-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("report", "number"), name="version_once_per_report"),
            models.UniqueConstraint(
                fields=("report",), condition=Q(issued_at=None), name="one_draft_per_report"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report}, {self.number}"

    @property
    def texts(self) -> Texts:
        return Texts(self.difficulties, self.causes, self.proposals, self.receivers)

    @property
    def taken(self) -> Figures | None:
        """Its figures; None before they were taken."""
        return unpacked(self.figures) if self.figures else None


class File(models.Model):
    """A document of a version, as it was built. Kept, not built again when somebody asks: printers change,
    and what was issued must stay the same to the last bit. In the database, so that a version and its files
    are one transaction and in every backup."""

    class Form(models.TextChoices):
        """In the order in which they are offered."""

        PDF = "pdf", "PDF"
        DOCX = "docx", "Word"
        XLSX = "xlsx", "Excel"
        PICTURE = "png", "PNG"  # of the first page, for a look

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="files")
    form = models.CharField(max_length=4, choices=Form.choices)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    built_at = models.DateTimeField()
    says = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("version", "form"), name="file_once_per_form")
        ]

    def __str__(self) -> str:
        return f"{self.version}.{self.form}"


class Review(models.Model):
    """What a person found out about a desk or an official rated low again and again (``finding``), and what
    they say to it (``reply``), for one period. Changes of it stand in the audit log."""

    desk = models.ForeignKey(Desk, null=True, on_delete=models.PROTECT, related_name="+")
    official = models.ForeignKey(Official, null=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    first = models.DateField()
    finding = models.TextField(blank=True)
    reply = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("desk", "kind", "first"), name="review_once_per_period"),
            models.UniqueConstraint(
                fields=("official", "kind", "first"), name="review_of_an_official_once_per_period"
            ),
            models.CheckConstraint(
                condition=Q(desk=None) ^ Q(official=None), name="review_of_a_desk_or_an_official"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.desk or self.official} · {self.first}"


class Job(models.Model):
    """Building a version's files, in the background. One that has not moved for a while was interrupted, and
    can be begun again. ``fresh``: take the figures anew first. ``error``: a key of reports.jobs.WORDS."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Being made")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="jobs")
    fresh = models.BooleanField(default=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    percent = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=20, blank=True)
    asked_at = models.DateTimeField()
    moved_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-pk"]

    def __str__(self) -> str:
        return f"{self.version_id}: {self.state}"


STALE = dt.timedelta(minutes=2)
"""A job moves every few seconds; two minutes without are a server that was stopped."""
