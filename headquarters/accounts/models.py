"""People who sign in. No account exists by default: ``headquarters create-admin`` makes the first."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models

from headquarters.offices.models import Office


class User(AbstractUser):
    """A person; ``office`` is the node whose subtree they may see (none: everything)."""

    display_name = models.CharField(max_length=120, blank=True)
    office = models.ForeignKey(Office, null=True, blank=True, on_delete=models.PROTECT)

    def get_full_name(self) -> str:
        """What the pages call them."""
        return self.display_name or self.get_username()
