"""What the indicators are called, what they are made of, and what is missing, in words."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from headquarters.indicators.formulas import Missing


class Named(NamedTuple):
    """``over`` and ``under``: what the numerator and the denominator count."""

    name: Promise
    over: Promise
    under: Promise


OF = {
    "R1": Named(
        _("Feedback handled on time"),
        _("feedback and petitions handled on time"),
        _("feedback and petitions in charge"),
    ),
    "R2": Named(
        _("Feedback answered on time, without dissatisfaction"),
        _("feedback and petitions − those answered with dissatisfaction or late"),
        _("feedback and petitions in charge"),
    ),
    "R3": Named(
        _("Dossiers without dissatisfaction, feedback or delay"),
        _("dossiers − those with dissatisfaction, feedback or delay"),
        _("dossiers handled"),
    ),
}
"""By the indicator's key."""
MISSING = {
    Missing.CASES: _("No feedback or petition counts in this period."),
    Missing.MONTH: _("Dossiers are counted by whole months, and this period holds none."),
    Missing.TOTALS: _("No dossier totals were imported for the whole months of this period."),
    Missing.NAMED: _("No rating named a dossier in the months whose totals are here."),
    Missing.NOTHING_HANDLED: _("By the totals that were imported, no dossier was handled."),
}
