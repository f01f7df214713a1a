"""What the limits on tries remember."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Try(models.Model):
    """One try that counts against a limit. ``who`` is a keyed hash: neither an address nor a tablet can be
    read from it, and no rating names it. Gone once it counts no more."""

    what = models.CharField(max_length=20)
    who = models.CharField(max_length=64)
    at = models.DateTimeField(db_index=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=("who", "at"), name="tries_of_one")]

    def __str__(self) -> str:
        return self.what
