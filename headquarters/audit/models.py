"""The audit log (nhật ký): every change of rights or settings, every export, every look at contact data."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models


class Entry(models.Model):
    """One deed. ``who`` is the name as it was then; ``office`` the node it concerned (none: all of them).

    ``action`` is a short name such as "account.invited"; ``target`` what it was done to, for the eye.
    ``detail`` never holds what a citizen typed, nor a secret.
    """

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT)
    who = models.CharField(max_length=150)
    action = models.CharField(max_length=40, db_index=True)
    target = models.CharField(max_length=200, blank=True)
    # No constraint: the log stays whole when a demo office is taken away.
    office = models.ForeignKey("offices.Office", null=True, on_delete=models.DO_NOTHING, db_constraint=False)
    detail = models.CharField(max_length=500, blank=True)
    address = models.GenericIPAddressField(null=True)

    class Meta:
        ordering: ClassVar = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.who}: {self.action}"
