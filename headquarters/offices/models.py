"""Offices (cơ quan, đơn vị) and their desks (quầy). Effective-dated: mergers must stay readable both ways.

Nothing here is ever deleted: an office that merges into another ends on a day and keeps its desks, and with
them every rating that was given there.
"""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

CODE_LENGTH = 35
_CODE = RegexValidator(
    r"^[0-9A-Za-z]([0-9A-Za-z._-]*[0-9A-Za-z])?\Z", _("A code has digits, letters, dots and hyphens only.")
)
_IDENT = RegexValidator(
    r"^[0-9A-Z]+(\.[0-9A-Z]+)*\Z",
    _("An electronic identifier has digits, the letters A–Z and single dots, such as H26.12.04."),
)
OFFICIAL_CODE = RegexValidator(
    r"^(?=.*[a-z0-9])[a-z0-9-]+\Z", _("A key has small letters without marks, digits and hyphens only.")
)
_SHAPES = {"province": 2, "commune": 5}
"""Digits of the codes of QĐ 19/2025/QĐ-TTg."""


def today() -> dt.date:
    """The local date; a named function because migrations refer to it."""
    return timezone.localdate()


class OfficeQuerySet(models.QuerySet["Office"]):
    """Offices by the days on which they exist."""

    def valid_on(self, day: dt.date) -> OfficeQuerySet:
        """Those that exist on a day."""
        return self.filter(models.Q(valid_to=None) | models.Q(valid_to__gte=day), valid_from__lte=day)


class Office(models.Model):
    """A node of the tree. ``code`` is text: administrative codes begin with zeros (QĐ 19/2025/QĐ-TTg).

    ``ident`` is the mã định danh điện tử (QĐ 20/2020/QĐ-TTg) where there is one. ``valid_to`` is the last
    day on which the office exists. ``demo`` marks what ``headquarters demo-province --remove`` takes away.
    """

    class Kind(models.TextChoices):
        """What a node is; a one-stop group is a node only where it has people or figures of its own."""

        PROVINCE = "province", _("Province")
        DEPARTMENT = "department", _("Department")
        COMMUNE = "commune", _("Commune")
        ONE_STOP = "one_stop", _("One-stop group")
        OTHER = "other", _("Other office")

    code = models.CharField(max_length=CODE_LENGTH, unique=True, validators=[_CODE])
    ident = models.CharField(max_length=35, blank=True, validators=[_IDENT])
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.OTHER)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    valid_from = models.DateField(default=today)
    valid_to = models.DateField(null=True, blank=True)
    demo = models.BooleanField(default=False)

    objects = OfficeQuerySet.as_manager()

    class Meta:
        ordering = ("code",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("ident",), condition=~models.Q(ident=""), name="ident_of_one_office"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """What the fields must be together. Raises ValidationError."""
        digits = _SHAPES.get(self.kind)
        if digits and not (len(self.code) == digits and self.code.isascii() and self.code.isdigit()):
            raise ValidationError(
                {"code": _("This kind of office has a code of %(n)s digits.") % {"n": digits}}
            )
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValidationError({"valid_to": _("The last day must not be before the first.")})

    def exists_on(self, day: dt.date) -> bool:
        """Whether there is this office on a day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


class Formerly(models.Model):
    """What an office was called and whose it was, up to and including a day."""

    office = models.ForeignKey(Office, on_delete=models.CASCADE, related_name="formerly")
    name = models.CharField(max_length=200)
    parent = models.ForeignKey(Office, null=True, on_delete=models.PROTECT, related_name="+")
    until = models.DateField()

    class Meta:
        ordering = ("office", "until")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("office", "until"), name="formerly_once_per_day")
        ]

    def __str__(self) -> str:
        return self.name


class Succession(models.Model):
    """One office follows another from ``day`` on: several into one is a merger, one into several a split."""

    predecessor = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="successions")
    successor = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="origins")
    day = models.DateField()

    class Meta:
        ordering = ("day", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("predecessor", "successor"), name="succession_once"),
            models.CheckConstraint(
                condition=~models.Q(predecessor=models.F("successor")), name="nobody_follows_himself"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor_id} → {self.successor_id}"


class Desk(models.Model):
    """A desk of an office; ``unit`` is the group it belongs to, such as "Bộ phận Một cửa".

    A desk never changes its office: after a merger its tablets stand at a new desk of the new office, so that
    a rating stays where it was given. Empty days mean: as long as the office.
    """

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="desks")
    name = models.CharField(max_length=120)
    unit = models.CharField(max_length=200, blank=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("office", "name")
        constraints = (models.UniqueConstraint(fields=("office", "name"), name="desk_once_per_office"),)

    def __str__(self) -> str:
        return self.name

    def exists_on(self, day: dt.date) -> bool:
        """Whether there is this desk on a day."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day <= self.valid_to
        )


class Official(models.Model):
    """A person whom citizens can name after a rating (cán bộ); ``code`` is the key in the office book.

    Only what is needed to count ratings: no photo, no number, nothing about the person. ``desk`` is where
    they usually sit; ratings at other desks of the office count, too. ``before`` is the same person in the
    office that merged into this one. ``valid_to`` is their last day there; a name that is not needed any more
    is taken away (""), the counts stay.
    """

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="officials")
    desk = models.ForeignKey(Desk, null=True, blank=True, on_delete=models.PROTECT, related_name="officials")
    code = models.CharField(max_length=40, validators=[OFFICIAL_CODE])
    name = models.CharField(max_length=80, blank=True)
    position = models.CharField(max_length=120, blank=True)
    valid_from = models.DateField(default=today)
    valid_to = models.DateField(null=True, blank=True)
    before = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="after")

    class Meta:
        ordering = ("office", "name", "code", "pk")
        indexes: ClassVar = [models.Index(fields=("office", "code"), name="officials_by_code")]

    def __str__(self) -> str:
        return self.name or self.code

    def exists_on(self, day: dt.date) -> bool:
        """Whether the person works there on a day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)
