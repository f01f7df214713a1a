"""Letters and their templates. Nothing is deleted: templates end, drafts are laid aside, versions stay."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from headquarters.cases.models import Case
from headquarters.letters.kinds import Kind, Reason
from headquarters.offices.models import Office

_IN_FORCE = models.Q(in_force_at__isnull=False, ended_at__isnull=True)


class Template(models.Model):
    """A DOCX that an office uploaded; ``office`` empty: for every office. ``number`` counts the versions of
    one kind at one office. In force from ``in_force_at`` until ``ended_at``, at most one of a kind
    at an office.

    ``names``: the fields it has, parted by spaces; ``missing``: wanted ones that it does not have.
    """

    kind = models.CharField(max_length=12, choices=Kind.choices)
    office = models.ForeignKey(Office, null=True, on_delete=models.PROTECT, related_name="letter_templates")
    number = models.PositiveIntegerField()
    file_name = models.CharField(max_length=120)
    file = models.BinaryField()
    names = models.TextField(blank=True)
    missing = models.TextField(blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    in_force_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    in_force_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            # Empty offices would count as different ones: they have constraints of their own.
            models.UniqueConstraint(fields=("kind", "office", "number"), name="letter_template_version"),
            models.UniqueConstraint(
                fields=("kind", "number"),
                condition=models.Q(office__isnull=True),
                name="letter_template_version_of_all",
            ),
            models.UniqueConstraint(
                fields=("kind", "office"), condition=_IN_FORCE, name="letter_template_in_force"
            ),
            models.UniqueConstraint(
                fields=("kind",),
                condition=_IN_FORCE & models.Q(office__isnull=True),
                name="letter_template_in_force_for_all",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"

    @property
    def in_force(self) -> bool:
        """Whether letters are written with it."""
        return self.in_force_at is not None and self.ended_at is None


class Letter(models.Model):
    """One letter. What it says stands in its versions; ``sent_number`` and ``sent_on`` are what the office
    wrote on the paper, noted afterwards."""

    class State(models.TextChoices):
        """A ready letter may be taken back to be changed; one that was sent stays as it is."""

        DRAFT = "draft", _("Draft")
        READY = "ready", _("Ready to be signed")
        SENT = "sent", _("Sent")
        DROPPED = "dropped", _("Laid aside")

    kind = models.CharField(max_length=12, choices=Kind.choices)
    reason = models.CharField(max_length=12, choices=Reason.choices, blank=True)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="letters")
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="letters")
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    sent_number = models.CharField(max_length=60, blank=True)
    sent_on = models.DateField(null=True)
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    noted_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-changed_at", "-pk"]
        indexes: ClassVar = [models.Index(fields=("office", "state"), name="letters_of_an_office")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Version(models.Model):
    """What a letter said from ``at`` on: ``values`` by field. ``template`` empty: the built-in wording. Once
    it is ready, ``docx`` and ``pdf`` keep it as it was printed: later templates do not change it."""

    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    values = models.JSONField()
    template = models.ForeignKey(Template, null=True, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    docx = models.BinaryField(null=True)
    pdf = models.BinaryField(null=True)

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("letter", "number"), name="letter_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.letter_id}/{self.number}"


class Declined(models.Model):
    """Somebody judged that a case needs no letter of this kind: it is not suggested again."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("case", "kind"), name="letter_declined_once")
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind}"
