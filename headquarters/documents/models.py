"""What an office puts at the head and the foot of its documents, where it is not what its name says."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from headquarters.offices.models import Office


class Way(models.TextChoices):
    """In whose place somebody signs (NĐ 30/2020, Phụ lục I, mục II, khoản 7)."""

    HEAD = "head", _("The head")
    ACTING = "acting", _("Acting head (Q.)")
    DEPUTY = "deputy", _("A deputy for the head (KT.)")
    ORDER = "order", _("By the head’s order (TL.)")
    MANDATE = "mandate", _("By the head’s mandate (TUQ.)")


class HeadWords(models.Model):
    """One office's own words, all of them; where there is no row they are made of its name and place."""

    office = models.OneToOneField(
        Office, on_delete=models.PROTECT, primary_key=True, related_name="head_words"
    )
    superior = models.CharField(max_length=200, blank=True)
    name = models.CharField(max_length=300)
    symbol = models.CharField(max_length=30)
    place = models.CharField(max_length=100)
    collective = models.CharField(max_length=100, blank=True)
    head = models.CharField(max_length=100)
    way = models.CharField(max_length=8, choices=Way.choices, default=Way.HEAD)
    title = models.CharField(max_length=100, blank=True)
    signer = models.CharField(max_length=100, blank=True)
    receivers = models.TextField(max_length=2000, blank=True)

    def __str__(self) -> str:
        return f"letterhead of {self.office}"
