"""What visits said beyond their taps: corrections, subjects, choices, marks, comments.

Kept in tables of their own, one row a visit, so that a rating that arrives after what was said of it, or on
the other side of midnight, is counted as it was meant.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from headquarters import folding
from headquarters.ratings import said, sql
from headquarters.ratings.intake import Row
from headquarters.ratings.models import Comment
from sync import kinds

PARTS = {
    "level_seq": ("level",),
    "subject_seq": ("service", "desk_key", "dossier", "official"),
    "chosen_seq": ("chosen", "good"),
    "marks_seq": ("marks",),
}
"""Columns of models.Visit by the column that says which event they come from."""
_PART_OF = {
    kinds.CORRECTION: "level_seq",
    kinds.SUBJECT: "subject_seq",
    kinds.REASONS: "chosen_seq",
    kinds.RATING: "marks_seq",
}
_EMPTY: dict[str, Any] = {
    "level_seq": 0, "level": None, "subject_seq": 0, "service": "", "desk_key": "", "dossier": "",
    "official": "", "chosen_seq": 0, "chosen": "[]", "good": False, "marks_seq": 0, "marks": 0,
}  # fmt: skip
_TYPES = {
    "level": "smallint", "service": "text", "desk_key": "text", "dossier": "text", "official": "text",
    "chosen": "text", "good": "boolean", "marks": "smallint",
}  # fmt: skip
COLUMNS = {name: _TYPES.get(name, "bigint") for name in _EMPTY}
"""Of models.Visit, with their types."""

Heard = tuple[str, str, int, said.Said]
"""(kind, visit, place in the chain, what was said)"""


def note(source: sql.Source, new: Sequence[Row]) -> set[dt.date]:
    """Keep what ``new`` rows said; the days of the ratings it was said of, to be recounted.

    A rating that is not here yet has no day here: it is counted as it was meant when it comes.
    """
    telling = [row for row in new if row.said is not None]
    if not telling:
        return set()
    heard = [(row.kind, row.visit_id, row.seq, row.said) for row in telling if row.said is not None]
    keep(source.tablet_id, merged(heard))
    Comment.objects.bulk_create(
        (_comment(source.tablet_id, row) for row in telling if row.kind == kinds.COMMENT),
        # An event that was taken away by hand and came again: its copy may still be here.
        ignore_conflicts=True,
    )
    days = {row.visit_id: row.event_day for row in new if row.kind == kinds.RATING}
    elsewhere = [row for row in telling if row.visit_id not in days]
    found = {days[row.visit_id] for row in telling if row.visit_id in days}
    if elsewhere:
        first, last = min(row.seq for row in elsewhere), max(row.seq for row in elsewhere)
        found |= sql.days_of_visits(source, {row.visit_id for row in elsewhere}, first, last)
    return found


def merged(heard: Iterable[Heard]) -> dict[str, dict[str, Any]]:
    """Visit → the columns of its row: of several events of a kind, the one made last."""
    visits: dict[str, dict[str, Any]] = {}
    for kind, visit_id, seq, what in heard:
        part = _PART_OF.get(kind)
        if part is None:
            continue
        row = visits.setdefault(visit_id, dict(_EMPTY))
        if seq > row[part]:
            row.update(what)
            row[part] = seq
    return visits


def keep(tablet_id: uuid.UUID, visits: dict[str, dict[str, Any]]) -> None:
    """Add these to the rows there are, part by part."""
    sql.note_visits(tablet_id, COLUMNS, visits, _LATEST)


def comment(tablet_id: uuid.UUID, event_id: uuid.UUID, visit_id: str, row: dict[str, Any]) -> Comment:
    """A comment's row; whose rating it belongs to is filled in by the recount. ``row``: day, wall_ms and
    what was said."""
    return Comment(
        tablet_id=tablet_id, event_id=event_id, visit_id=visit_id, folded=folding.fold(row["text"]), **row
    )


def _comment(tablet_id: uuid.UUID, row: Row) -> Comment:
    what = {"day": row.event_day, "wall_ms": row.wall_ms, **(row.said or {})}
    return comment(tablet_id, uuid.UUID(row.event_id), row.visit_id, what)


def _latest() -> str:
    kept = []
    for seq, columns in PARTS.items():
        kept += [
            f"{column} = CASE WHEN excluded.{seq} > ratings_visit.{seq} THEN excluded.{column}"
            f" ELSE ratings_visit.{column} END"
            for column in (*columns, seq)
        ]
    return ", ".join(kept)


_LATEST = _latest()
