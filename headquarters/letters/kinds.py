"""Kinds of letters and why they are written: the words that other modules and the database share."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """``EXTENSION`` is the one-stop desk's form (TT 03/2025/TT-VPCP, mẫu 04): about a dossier, not a case."""

    APOLOGY = "xin-loi", _("Letter of apology")
    THANKS = "cam-on", _("Letter of thanks")
    EXTENSION = "gia-han", _("Apology and extension (form 04)")


class Reason(models.TextChoices):
    """Why it is written; "" where somebody simply wants to."""

    LATE = "late", _("Late answer")
    ERROR = "error", _("Something went wrong")
    COMPLAINT = "complaint", _("Complaint")
    CONTRIBUTION = "contribution", _("Contribution that was taken up")
    PRAISE = "praise", _("Praise")
