"""What visits said beyond their taps: corrections, subjects, choices, marks, comments.

Kept in tables of their own, one row a visit, so that a rating that arrives after what was said of it, or on
the other side of midnight, is counted as it was meant.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from headquarters import folding
from headquarters.ratings import said, sql
from headquarters.ratings.intake import Row
from headquarters.ratings.models import Comment
from headquarters.ratings.sql import Statement
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


class Noted(NamedTuple):
    """What keeps what rows said; the days of the ratings among them that it was said of; and the rows that
    said something of a rating that is not among them."""

    statements: list[Statement]
    days: set[dt.date]
    elsewhere: list[Row]


def noted(source: sql.Source, new: Sequence[Row]) -> Noted:
    """What ``new`` rows said. Asks PostgreSQL nothing; on SQLite the visits are kept at once."""
    telling = [row for row in new if row.said is not None]
    if not telling:
        return Noted([], set(), [])
    heard = [(row.kind, row.visit_id, row.seq, row.said) for row in telling if row.said is not None]
    comments = [_comment(row) for row in telling if row.kind == kinds.COMMENT]
    statements = [
        *sql.note_visits(source.tablet_id, COLUMNS, merged(heard), _LATEST),
        # An event that was taken away by hand and came again: its copy may still be here.
        *sql.note_comments(source.tablet_id, comments),
    ]
    days = {row.visit_id: row.event_day for row in new if row.kind == kinds.RATING}
    here = {days[row.visit_id] for row in telling if row.visit_id in days}
    return Noted(statements, here, [row for row in telling if row.visit_id not in days])


def days(source: sql.Source, found: Noted) -> set[dt.date]:
    """The days of the ratings that something was said of, to be recounted.

    A rating that is not here yet has no day here: it is counted as it was meant when it comes.
    """
    if not found.elsewhere:
        return found.days
    seqs = [row.seq for row in found.elsewhere]
    visits = {row.visit_id for row in found.elsewhere}
    return found.days | sql.days_of_visits(source, visits, min(seqs), max(seqs))


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
    sql.run(*sql.note_visits(tablet_id, COLUMNS, visits, _LATEST))


def comment(tablet_id: uuid.UUID, event_id: uuid.UUID, visit_id: str, row: dict[str, Any]) -> Comment:
    """A comment's row; whose rating it belongs to is filled in by the recount. ``row``: day, wall_ms and
    what was said."""
    return Comment(
        tablet_id=tablet_id, event_id=event_id, visit_id=visit_id, folded=folding.fold(row["text"]), **row
    )


def _comment(row: Row) -> dict[str, Any]:
    said_there = row.said or {}
    own = {"event_id": uuid.UUID(row.event_id), "visit_id": row.visit_id, "day": row.event_day}
    return {**own, "wall_ms": row.wall_ms, "folded": folding.fold(said_there["text"]), **said_there}


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
