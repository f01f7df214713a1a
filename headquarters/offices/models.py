"""Offices (cơ quan, đơn vị) and their desks (quầy). Effective-dated: mergers must stay readable both ways."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


def today() -> object:
    """The local date; a named function because migrations refer to it."""
    return timezone.localdate()


class Office(models.Model):
    """A node of the tree. ``code`` is text: administrative codes begin with zeros (QĐ 19/2025/QĐ-TTg)."""

    code = models.CharField(max_length=35, unique=True)
    name = models.CharField(max_length=200)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    valid_from = models.DateField(default=today)
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name


class Desk(models.Model):
    """A desk of an office; ``unit`` is the group it belongs to, such as "Bộ phận Một cửa"."""

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="desks")
    name = models.CharField(max_length=120)
    unit = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("office", "name")
        constraints = (models.UniqueConstraint(fields=("office", "name"), name="desk_once_per_office"),)

    def __str__(self) -> str:
        return self.name
