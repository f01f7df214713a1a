"""Tablets, where they stand, what they last said of themselves, and the codes that enrol them."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from django.conf import settings
from django.db import models

from headquarters.offices.models import Desk, Office


class Tablet(models.Model):
    """An enrolled tablet. Its id and key pair were made by the tablet; only the public key came here.

    ``pending`` is what waited on the tablet after its last batch; ``oldest_pending_ms`` and the rest are
    its own words (sync.contract.Heartbeat). ``drift_ms`` is headquarters' own measure. ``config_issued`` is
    the version of its newest configuration, ``config_version`` the one it says it works by.
    ``renew_asked_at``: since when headquarters wants another key of it (tablets.renewal); None: it does not.
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
    battery_percent = models.PositiveSmallIntegerField(null=True)
    on_mains = models.BooleanField(null=True)
    schema_version = models.PositiveIntegerField(null=True)
    platform = models.CharField(max_length=80, blank=True)
    boots = models.PositiveIntegerField(null=True)
    crashes = models.PositiveIntegerField(null=True)
    integrity = models.CharField(max_length=80, blank=True)
    integrity_ms = models.BigIntegerField(null=True)
    config_version = models.PositiveIntegerField(null=True)
    config_issued = models.PositiveIntegerField(default=0)
    renew_asked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return str(self.id)


class FormerKey(models.Model):
    """A key that was a tablet's ``until`` then. It opens nothing any more, and no tablet may come with it."""

    tablet = models.ForeignKey(Tablet, on_delete=models.CASCADE, related_name="former_keys")
    key_id = models.CharField(max_length=16, unique=True)
    public_key = models.BinaryField(max_length=32)
    until = models.DateTimeField()

    def __str__(self) -> str:
        return self.key_id


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


class DeviceGrant(models.Model):
    """A tablet that asked to be let in by QR (sync.device), and what became of it. Lives a day.

    The device code is kept only as a hash. ``interval_s`` grows with every ask that came too soon.
    """

    class State(models.TextChoices):
        """Pending until somebody decides."""

        PENDING = "pending"
        APPROVED = "approved"
        DENIED = "denied"

    device_hash = models.CharField(max_length=64, unique=True)
    user_code = models.CharField(max_length=9, unique=True)
    tablet_id = models.UUIDField()
    key_id = models.CharField(max_length=16, db_index=True)
    public_key = models.BinaryField(max_length=32)
    app_version = models.CharField(max_length=40, blank=True)
    address = models.GenericIPAddressField()
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    polled_at = models.DateTimeField(null=True)
    interval_s = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)

    def __str__(self) -> str:
        return self.user_code


class Attempt(models.Model):
    """Something that may be done only so often: ``what`` by ``who`` (an address, an account)."""

    what = models.CharField(max_length=20)
    who = models.CharField(max_length=64)
    at = models.DateTimeField(db_index=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=("what", "who", "at"), name="attempts_of_one")]

    def __str__(self) -> str:
        return self.what


class TabletGroup(models.Model):
    """Named tablets of several desks or offices, to be configured together: those in the entrance hall, those
    of a trial. ``office``: the node whose people look after it (none: whoever sees everything)."""

    name = models.CharField(max_length=80)
    office = models.ForeignKey(Office, null=True, blank=True, on_delete=models.PROTECT)
    tablets: models.ManyToManyField[Tablet, models.Model] = models.ManyToManyField(
        Tablet, related_name="groups", blank=True
    )

    class Meta:
        ordering = ("name", "pk")

    def __str__(self) -> str:
        return self.name


class HealthHour(models.Model):
    """How a tablet felt in one hour: the worst of what waited, the rest as last said. Kept 90 days."""

    tablet = models.ForeignKey(Tablet, on_delete=models.CASCADE, related_name="health")
    hour = models.DateTimeField()
    pending = models.PositiveIntegerField(default=0)
    oldest_s = models.PositiveBigIntegerField(default=0)
    quarantined = models.PositiveIntegerField(default=0)
    free_mb = models.PositiveBigIntegerField(null=True)
    battery_percent = models.PositiveSmallIntegerField(null=True)
    drift_ms = models.BigIntegerField(null=True)
    boots = models.PositiveIntegerField(null=True)
    crashes = models.PositiveIntegerField(null=True)
    app_version = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("tablet", "hour"), name="health_once_an_hour")
        ]
        indexes: ClassVar = [models.Index(fields=("hour",), name="health_by_hour")]

    def __str__(self) -> str:
        return f"{self.hour:%Y-%m-%d %H}h"


class ChainCheck(models.Model):
    """What the last walk over a tablet's chains came to (headquarters.ratings.integrity): how many events,
    how many findings, and the first of them."""

    tablet = models.OneToOneField(Tablet, on_delete=models.CASCADE, related_name="chain_check")
    at = models.DateTimeField()
    events = models.PositiveBigIntegerField()
    count = models.PositiveBigIntegerField(default=0)
    findings = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"{self.count} findings"


class WishList(models.Model):
    """What tablets shall go by (sync.wishes, as JSON): of one tablet, of a group, of an office with all below
    it, or of everybody (none of them). The latest of each place is in force; older ones are its history."""

    office = models.ForeignKey(Office, null=True, on_delete=models.PROTECT)
    group = models.ForeignKey(TabletGroup, null=True, on_delete=models.PROTECT)
    tablet = models.ForeignKey(Tablet, null=True, on_delete=models.PROTECT)
    wishes = models.TextField()
    note = models.CharField(max_length=200, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(office=None, tablet=None)
                | models.Q(office=None, group=None)
                | models.Q(tablet=None, group=None),
                name="wishes_of_one_place",
            )
        ]

    def __str__(self) -> str:
        return f"wishes {self.pk}"


class IssuedConfiguration(models.Model):
    """A configuration as it was signed for one tablet; ``version`` only rises."""

    tablet = models.ForeignKey(Tablet, on_delete=models.PROTECT)
    version = models.PositiveIntegerField()
    payload = models.TextField()
    key_id = models.CharField(max_length=16)
    signature = models.CharField(max_length=88)
    issued_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("tablet", "version"), name="configuration_once_per_version")
        ]

    def __str__(self) -> str:
        return f"version {self.version} of {self.tablet_id}"


class Deed(models.Model):
    """What somebody did to a tablet, for whoever asks later. ``actor`` is empty for a command."""

    class Kind(models.TextChoices):
        """In the order in which a tablet meets them."""

        APPROVED = "approved"
        DENIED = "denied"
        CONFIGURED = "configured"
        RESET_CODE = "reset_code"
        IMPORTED = "imported"
        REVOKED = "revoked"
        MOVED = "moved"
        REPLACED = "replaced"
        KEY_ASKED = "key_asked"
        KEY_WITHDRAWN = "key_withdrawn"
        KEY_RENEWED = "key_renewed"

    tablet_id = models.UUIDField(db_index=True)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    detail = models.CharField(max_length=200, blank=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT)
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.kind


class Placement(models.Model):
    """A tablet stands at ``desk`` (none: nowhere) from ``since_ms`` on, until its next placement.

    Milliseconds since 1970, as events have them. The first one also holds for whatever came before it; a
    tablet without any has always stood at ``Tablet.desk``. Written by headquarters.tablets.placement only.
    """

    tablet = models.ForeignKey(Tablet, on_delete=models.CASCADE, related_name="placements")
    desk = models.ForeignKey(Desk, null=True, on_delete=models.PROTECT, related_name="placements")
    since_ms = models.BigIntegerField()
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("tablet", "since_ms")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("tablet", "since_ms"), name="one_place_at_a_time")
        ]

    def __str__(self) -> str:
        return f"{self.tablet_id} at {self.desk_id}"

    @property
    def since(self) -> dt.datetime:
        """``since_ms`` as a time."""
        return dt.datetime.fromtimestamp(self.since_ms / 1000, dt.UTC)
