"""What offices say of their dossiers, from their own one-stop software; imported."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from headquarters.offices.models import Office


class DossierTotal(models.Model):
    """How many dossiers (hồ sơ) an office handled in a month, and how many of them were late.

    ``month`` is its first day. Imported again, the numbers are replaced; the audit log keeps each import.
    """

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="dossier_totals")
    month = models.DateField()
    handled = models.PositiveIntegerField()
    late = models.PositiveIntegerField()
    imported_at = models.DateTimeField()
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("office", "month"), name="dossiers_once_per_month"),
            models.CheckConstraint(
                condition=models.Q(late__lte=models.F("handled")), name="late_dossiers_are_dossiers"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.office_id} {self.month:%m/%Y}: {self.handled}"


class LateDossier(models.Model):
    """The code of one of a month's late dossiers, so that one that was also complained of counts once."""

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="late_dossiers")
    month = models.DateField()
    code = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("office", "month", "code"), name="late_once_per_month")
        ]

    def __str__(self) -> str:
        return self.code
