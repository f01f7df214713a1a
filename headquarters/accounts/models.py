"""People who sign in. No account exists by default: ``headquarters create-admin`` makes the first."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models

from headquarters.accounts.roles import RIGHTS, Right, Role
from headquarters.offices.models import Office


class User(AbstractUser):
    """A person with one role at one node of the tree: ``office`` and all below it (none: everything)."""

    display_name = models.CharField(max_length=120, blank=True)
    office = models.ForeignKey(Office, null=True, blank=True, on_delete=models.PROTECT)
    role = models.CharField(max_length=20, choices=Role.choices, default=Role.LEADER)

    def get_full_name(self) -> str:
        """What the pages call them."""
        return self.display_name or self.get_username()

    def may(self, right: Right) -> bool:
        """Whether their role holds the right; for which offices, headquarters.accounts.rights says."""
        return self.is_active and right in RIGHTS[Role(self.role)]
