"""What the database itself says of its own restore."""

from __future__ import annotations

from django.db import models


class Restoration(models.Model):
    """This database was put back from a backup. Until ``purged_at`` is set nothing is served from it: what
    had to be erased since the backup was made is in it again."""

    made_at = models.DateTimeField()
    restored_at = models.DateTimeField()
    purged_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"backup of {self.made_at:%Y-%m-%d}"
