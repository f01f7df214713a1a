"""Slips that citizens corrected ("Chọn lại"): which level a visit's rating was meant to have.

They stand in a small table of their own, so that a rating that arrives after its correction, or on the other
side of midnight, is counted as it was meant.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from headquarters.ratings import sql
from headquarters.ratings.intake import Row
from sync import contract


def note(source: sql.Source, new: Sequence[Row]) -> set[dt.date]:
    """Keep the corrections among ``new`` rows; the days of the ratings they correct, to be recounted.

    A rating that is not here yet has no day here: it will be counted as it was meant when it comes.
    """
    slips = [row for row in new if row.kind == contract.CORRECTION and row.level is not None]
    days: set[dt.date] = set()
    for row in slips:
        sql.note_correction(source, row)
        days |= sql.days_of_visit(source, row)
    return days
