"""Tablets, where they stand, what they last said of themselves, and the codes that enrol them."""

from __future__ import annotations

from django.db import models

from headquarters.offices.models import Desk


class Tablet(models.Model):
    """An enrolled tablet. Its id and key pair were made by the tablet; only the public key came here.

    ``pending`` is what waited on the tablet after its last batch; ``oldest_pending_ms`` and the rest are
    its own words (sync.contract.Heartbeat).
    """

    id = models.UUIDField(primary_key=True)
    desk = models.ForeignKey(Desk, null=True, on_delete=models.PROTECT, related_name="tablets")
    public_key = models.BinaryField(max_length=32)
    key_id = models.CharField(max_length=16, unique=True)
    enrolled_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_seen = models.DateTimeField(null=True, blank=True)
    pending = models.PositiveIntegerField(null=True)
    oldest_pending_ms = models.BigIntegerField(null=True)
    quarantined = models.PositiveIntegerField(default=0)
    max_seq = models.PositiveBigIntegerField(default=0)
    app_version = models.CharField(max_length=40, blank=True)
    free_mb = models.PositiveBigIntegerField(null=True)
    drift_ms = models.BigIntegerField(null=True)
    last_error = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return str(self.id)


class Install(models.Model):
    """One database of a tablet: a chain of events numbered from 1.

    ``contiguous_seq``: everything up to it is here. ``max_seq`` and ``head_hash`` belong to the highest
    event that arrived.
    """

    tablet = models.ForeignKey(Tablet, on_delete=models.PROTECT, related_name="installs")
    install_id = models.UUIDField()
    contiguous_seq = models.PositiveBigIntegerField(default=0)
    max_seq = models.PositiveBigIntegerField(default=0)
    head_hash = models.BinaryField(max_length=32, null=True)
    chain_broken = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("tablet", "install_id"), name="install_once_per_tablet"),
        )

    def __str__(self) -> str:
        return str(self.install_id)


class EnrolmentCode(models.Model):
    """A one-time code, kept only as a hash; ``used_by`` is the key id that claimed it."""

    code_hash = models.CharField(max_length=64, unique=True)
    desk = models.ForeignKey(Desk, on_delete=models.PROTECT)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    used_by = models.CharField(max_length=16, blank=True)

    def __str__(self) -> str:
        return f"code for {self.desk_id}"


class EnrolmentFailure(models.Model):
    """A wrong code from an address; too many in a while close the door to it."""

    address = models.GenericIPAddressField()
    at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.address
