"""People who sign in. No account exists by default: ``headquarters create-admin`` makes the first."""

from __future__ import annotations

from typing import ClassVar

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


class Link(models.Model):
    """A one-time link: to the first password of an invited person, or to a new one. Only its hash is kept."""

    class Kind(models.TextChoices):
        INVITATION = "invitation"
        PASSWORD = "password"  # noqa: S105 – a kind of link

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="links")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    hash = models.CharField(max_length=64, unique=True)
    maker = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.kind} of {self.user}"


class BackupCode(models.Model):
    """One of ten codes for the day the phone is not there. Only a keyed hash is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="backup_codes")
    hash = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=("user", "hash"), name="backup_code_once")]

    def __str__(self) -> str:
        return f"backup code of {self.user}"


class SignedIn(models.Model):
    """Where somebody is signed in: a session with what a person recognises it by."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="places")
    session_key = models.CharField(max_length=40, unique=True)
    began_at = models.DateTimeField(auto_now_add=True)
    last_seen = models.DateTimeField()
    address = models.GenericIPAddressField()
    device = models.CharField(max_length=60, blank=True)

    def __str__(self) -> str:
        return f"{self.user} at {self.device or self.address}"
