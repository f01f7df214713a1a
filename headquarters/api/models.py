"""Who may read figures by machine."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models


class Token(models.Model):
    """A bearer token of one node of the tree (none: everything). Only its hash is kept; ``prefix`` tells one
    from another on the page."""

    name = models.CharField(max_length=120)
    office = models.ForeignKey("offices.Office", null=True, on_delete=models.PROTECT)
    hash = models.CharField(max_length=64, unique=True)
    prefix = models.CharField(max_length=12)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-pk"]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"
