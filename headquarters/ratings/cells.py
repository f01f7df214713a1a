"""The SQL of the rollups: ratings as they were meant, where their tablets stood, counted into cells.

One description of "fresh" serves ingest (some days of one tablet), the recount of everything and the audit.
Totals are recomputed, never nudged; of what was recomputed, only rows that differ are written.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Any

from headquarters.ratings import sql
from headquarters.ratings.models import Aspect, Marks
from headquarters.ratings.sql import Statement

LOCK = 7_701_194
"""The first half of the locks on offices, on PostgreSQL; the second is the office's id."""
NAMES = ("tablet_id", "day", "aspect", "key", "office_id", "desk_id")
OFFICE_NAMES = ("aspect", "day", "office_id", "key")
_LEVEL_COUNTS = ("n1", "n2", "n3")
_MARKED = {
    "flagged": (Marks.FLAGGED, Marks.FLAGGED_PHONE),
    "phone": (Marks.PHONE, Marks.FLAGGED_PHONE),
    "both": (Marks.FLAGGED_PHONE,),
}
COUNTS = (*_LEVEL_COUNTS, *(f"{part}{level}" for part in _MARKED for level in (1, 2, 3)))
"""Columns of models.Counts."""
_EVER = 2**62
_ASPECTS = ", ".join(str(int(aspect)) for aspect in Aspect)

# Local hours, a day ahead so that they are never negative, of which the day's are the remainder.
_HOUR = "(r.wall_ms + r.utc_offset_min * 60000 + 86400000) / 3600000 %% 24"
_MEANT = f"""
place AS (
    SELECT t.id AS tablet_id, CASE WHEN p.id IS NULL THEN t.desk_id ELSE p.desk_id END AS desk_id,
        coalesce(d.office_id, 0) AS office_id,
        CASE WHEN lag(p.since_ms) OVER w IS NULL THEN -1 ELSE p.since_ms END AS from_ms,
        coalesce(lead(p.since_ms) OVER w, {_EVER}) AS until_ms
    FROM tablets_tablet t LEFT JOIN tablets_placement p ON p.tablet_id = t.id
    LEFT JOIN offices_desk d ON d.id = CASE WHEN p.id IS NULL THEN t.desk_id ELSE p.desk_id END
    WHERE t.id = %s WINDOW w AS (PARTITION BY t.id ORDER BY p.since_ms)
), meant AS MATERIALIZED (
    SELECT r.tablet_id, r.visit_id, r.event_day AS day, {_HOUR} AS hour, r.labels_version,
        place.office_id, coalesce(place.desk_id, 0) AS desk_id,
        coalesce(v.marks, 0) AS marks, coalesce(v.level, r.level) AS level, v.service, v.official,
        v.dossier, v.chosen, v.good
    FROM ratings_event r
    JOIN place ON r.wall_ms >= place.from_ms AND r.wall_ms < place.until_ms
    LEFT JOIN {{told}}
    WHERE r.tablet_id = %s AND r.kind = 'rating' AND r.level IS NOT NULL"""
# Not bigint, whose sums PostgreSQL makes as numbers of any length.
_LEVELS = ", ".join(
    f"CAST(count(CASE WHEN level = {level} THEN 1 END) AS integer) AS n{level}" for level in (1, 2, 3)
)
_SUMS = ", ".join(
    [f"sum({n}) AS {n}" for n in _LEVEL_COUNTS]
    + [
        f"sum(CASE WHEN marks IN ({', '.join(str(int(mark)) for mark in marks)}) THEN n{level} ELSE 0 END)"
        f" AS {part}{level}"
        for part, marks in _MARKED.items()
        for level in (1, 2, 3)
    ]
)
_SAME = (
    "tablet_id, day, {aspect} AS aspect, {key} AS key, office_id, desk_id, marks,"
    f" {', '.join(_LEVEL_COUNTS)}"
)
# Every margin but that of choices is one of this small cube; only choices go through all visits again.
_COUNTED = f"""
cube AS (
    SELECT tablet_id, day, hour, labels_version, coalesce(service, '') AS service,
        coalesce(official, '') AS official, office_id, desk_id, marks, {_LEVELS}
    FROM meant GROUP BY tablet_id, day, hour, labels_version, coalesce(service, ''), coalesce(official, ''),
        office_id, desk_id, marks
), chosen AS (
    SELECT tablet_id, day, c.value, office_id, desk_id, marks, {_LEVELS}
    FROM meant, {{each}} WHERE chosen <> '[]' AND good = (level > 1)
    GROUP BY tablet_id, day, c.value, office_id, desk_id, marks
), part AS (
    SELECT {_SAME.format(aspect=int(Aspect.WHOLE), key="labels_version")} FROM cube
    UNION ALL SELECT {
    _SAME.format(
        aspect=int(Aspect.HOUR), key="CASE WHEN hour < 10 THEN '0' ELSE '' END || CAST(hour AS varchar(2))"
    )
} FROM cube
    UNION ALL SELECT {_SAME.format(aspect=int(Aspect.SERVICE), key="service")} FROM cube WHERE service <> ''
    UNION ALL SELECT {_SAME.format(aspect=int(Aspect.DESK), key="CAST(desk_id AS varchar(20))")} FROM cube
    UNION ALL SELECT {
    _SAME.format(aspect=int(Aspect.OFFICIAL), key="CAST(desk_id AS varchar(20)) || '/' || official")
} FROM cube WHERE official <> ''
    UNION ALL SELECT {_SAME.format(aspect=int(Aspect.CHOICE), key="value")} FROM chosen
), fresh AS (
    SELECT {", ".join(NAMES)}, {_SUMS} FROM part GROUP BY {", ".join(NAMES)}
)"""
_ALL_NAMES = ", ".join((*NAMES, *COUNTS))
_ALL_OFFICE_NAMES = ", ".join((*OFFICE_NAMES, *COUNTS))


def fresh(
    tablet_id: uuid.UUID, days: Iterable[dt.date] | None = None, commented: bool = False, filed: bool = False
) -> Statement:
    """WITH …, "meant" and "fresh" defined: a statement to go on from. ``days`` None: all there are.
    ``commented``: only ratings of visits with a comment, which are few; ``filed``: with a dossier."""
    own, (where, values) = sql.key(tablet_id), _on("r.event_day", days)
    if commented:
        # OFFSET 0 again: else PostgreSQL compares each rating with each comment while a table is young.
        fence = " OFFSET 0" if sql.is_postgresql() else ""
        found = "c.tablet_id = r.tablet_id AND c.visit_id = r.visit_id"
        where += f" AND EXISTS (SELECT 1 FROM ratings_comment c WHERE {found}{fence})"
    if filed:
        # A tablet that never asked for a dossier is done with one look into a small index.
        where += " AND v.dossier <> '' AND EXISTS (SELECT 1 FROM ratings_visit x WHERE x.tablet_id = %s"
        where += " AND NOT (x.dossier = ''))"
        values = [*values, own]
    of_visit = "v.tablet_id = r.tablet_id AND v.visit_id = r.visit_id"
    # Without OFFSET 0, PostgreSQL may read all the tablet's visits for each rating while a table is young.
    lateral = f"LATERAL (SELECT * FROM ratings_visit v WHERE {of_visit} OFFSET 0) v ON TRUE"
    told = lateral if sql.is_postgresql() else f"ratings_visit v ON {of_visit}"
    each = (
        "json_array_elements_text(chosen::json) AS c (value)"
        if sql.is_postgresql()
        else "json_each(chosen) AS c"
    )
    meant = _MEANT.replace("{told}", told)
    return f"WITH {meant} AND {where}\n),{_COUNTED.replace('{each}', each)}", [own, own, *values]


def recount(
    tablet_id: uuid.UUID, days: Iterable[dt.date], comments: bool, also: Iterable[int] = ()
) -> list[Statement]:
    """Count these tablet-days afresh, and the days of every office where the tablet ever stood, and of
    ``also``.

    ``comments``: also bring the comments and dossiers up to date that belong to these days' ratings. The
    caller holds the tablet's lock.
    """
    wanted = sorted(set(days))
    if not wanted:
        return []
    offices = (
        "SELECT DISTINCT coalesce(d.office_id, 0) FROM tablets_tablet t"
        " LEFT JOIN tablets_placement p ON p.tablet_id = t.id LEFT JOIN offices_desk d"
        " ON d.id = CASE WHEN p.id IS NULL THEN t.desk_id ELSE p.desk_id END WHERE t.id = %s"
    )
    more = sorted(also)
    if more:
        offices += f" UNION SELECT column1 FROM (VALUES {', '.join(['(%s)'] * len(more))}) more"
    # PostgreSQL looks up what was meant once for all three; planning it costs more than a tablet's day does.
    at_once = comments and sql.is_postgresql()
    found = [*_tablet_cells(tablet_id, wanted, at_once), *_sums(offices, [sql.key(tablet_id), *more], wanted)]
    if comments and not at_once:
        found += [*_comments(tablet_id, wanted), *_dossiers(tablet_id, wanted)]
    return found


def _tablet_cells(tablet_id: uuid.UUID, days: list[dt.date], comments: bool) -> list[Statement]:
    with_fresh, values = fresh(tablet_id, days)
    own = sql.key(tablet_id)
    if comments:
        with_fresh += f", worded AS ({_worded(_ANY_COMMENT)}), filed AS ({_filed(_OF_DOSSIERS)})"
        values = [*values, own, own]
    where, scope = _on("day", days)
    here, scope = f"c.tablet_id = %s AND c.{where}", [own, *scope]
    return _put("ratings_tabletcell", NAMES, (with_fresh, values), (here, scope))


def recount_tablet(tablet_id: uuid.UUID) -> list[Statement]:
    """All of a tablet's cells and comments afresh, without the sums of offices."""
    with_fresh, values = fresh(tablet_id)
    own = [sql.key(tablet_id)]
    put = f"INSERT INTO ratings_tabletcell ({_ALL_NAMES}) {with_fresh} SELECT {_ALL_NAMES} FROM fresh"
    delete = ("DELETE FROM ratings_tabletcell WHERE tablet_id = %s", own)
    return [delete, (put, values), *_comments(tablet_id, None), *_dossiers(tablet_id, None)]


def sums_of_all() -> list[Statement]:
    """The offices' cells afresh, from all tablets' cells. Nobody may ingest meanwhile: on PostgreSQL they
    wait."""
    counted = f"SELECT {', '.join(OFFICE_NAMES)}, {', '.join(f'sum({n})' for n in COUNTS)}"
    put = (
        f"INSERT INTO ratings_officecell ({_ALL_OFFICE_NAMES}) {counted} FROM ratings_tabletcell"
        f" GROUP BY {', '.join(OFFICE_NAMES)}"
    )
    statements: list[Statement] = [("DELETE FROM ratings_officecell", []), (put, [])]
    if sql.is_postgresql():
        statements.insert(0, ("LOCK TABLE ratings_tabletcell, ratings_officecell IN EXCLUSIVE MODE", []))
    return statements


def _sums(offices: str, office_values: list[Any], days: list[dt.date]) -> list[Statement]:
    """Add the tablets' cells up for these offices (a SELECT of ids) and days. On PostgreSQL behind a lock for
    each office, taken in order of their ids and held until the end: whoever waited for it sees what the one
    before has committed."""
    where, values = _on("day", days)
    with_fresh = (
        f"WITH fresh AS (SELECT {', '.join(OFFICE_NAMES)}, {', '.join(f'sum({n}) AS {n}' for n in COUNTS)}"
        f" FROM ratings_tabletcell WHERE aspect IN ({_ASPECTS}) AND {where} AND office_id IN ({offices})"
        f" GROUP BY {', '.join(OFFICE_NAMES)})"
    )
    here = f"c.aspect IN ({_ASPECTS}) AND c.{where} AND c.office_id IN ({offices})"
    both = [*values, *office_values]
    put = _put("ratings_officecell", OFFICE_NAMES, (with_fresh, both), (here, both))
    if not sql.is_postgresql():
        return put
    lock = f"SELECT pg_advisory_xact_lock({LOCK}, office_id::int) FROM ({offices} ORDER BY 1) o (office_id)"
    return [(lock, office_values), *put]


def _put(table: str, names: tuple[str, ...], new: Statement, scope: Statement) -> list[Statement]:
    """Make the rows of ``scope`` what "fresh" says."""
    (with_fresh, values), (here, here_values) = new, scope
    columns = ", ".join((*names, *COUNTS))
    if not sql.is_postgresql():
        insert = f"INSERT INTO {table} ({columns}) {with_fresh} SELECT {columns} FROM fresh"
        return [(f"DELETE FROM {table} AS c WHERE {here}", here_values), (insert, values)]
    # Rows that stay as they are cost nothing; a row that is written costs its index entries, too.
    keys = ", ".join(f"c.{name}" for name in names)
    changed = ", ".join(f"{n} = excluded.{n}" for n in COUNTS)
    differs = f"({', '.join(f'c.{n}' for n in COUNTS)}) <> ({', '.join(f'excluded.{n}' for n in COUNTS)})"
    put = (
        f"{with_fresh}, gone AS (DELETE FROM {table} c WHERE {here}"
        f" AND ({keys}) NOT IN (SELECT {', '.join(names)} FROM fresh))"
        f" INSERT INTO {table} AS c ({columns}) SELECT {columns} FROM fresh"
        f" ON CONFLICT ({', '.join(names)}) DO UPDATE SET {changed} WHERE {differs}"
    )
    return [(put, [*values, *here_values])]


def _comments(tablet_id: uuid.UUID, days: list[dt.date] | None) -> list[Statement]:
    with_fresh, values = fresh(tablet_id, days, commented=True)
    return [(f"{with_fresh} {_worded()}", values)]


def _worded(where: str = "TRUE") -> str:
    """Let comments say what their ratings, among "meant", do."""
    of_visit = "c.tablet_id = meant.tablet_id AND c.visit_id = meant.visit_id"
    lateral = f"LATERAL (SELECT c.id FROM ratings_comment c WHERE {of_visit} OFFSET 0) c ON TRUE"
    found = f"meant JOIN {lateral if sql.is_postgresql() else f'ratings_comment c ON {of_visit}'}"
    return (
        "UPDATE ratings_comment SET level = m.level, office_id = m.office_id, desk_id = m.desk_id"
        f" FROM (SELECT c.id, meant.level, meant.office_id, meant.desk_id FROM {found} WHERE {where}) m"
        " WHERE ratings_comment.id = m.id AND (coalesce(ratings_comment.level, 0), ratings_comment.office_id,"
        " ratings_comment.desk_id) <> (m.level, m.office_id, m.desk_id)"
    )


# A tablet without any comment is done with one look into an index.
_ANY_COMMENT = "EXISTS (SELECT 1 FROM ratings_comment x WHERE x.tablet_id = %s)"
# A visit has one rating; of a tablet that says otherwise one answer is given, and always the same.
_RATED = """(SELECT visit_id, max(day) AS day, max(level) AS level, max(office_id) AS office_id
    FROM {} GROUP BY visit_id)"""
_OF_ALL = _RATED.format("meant")
_OF_DOSSIERS = _RATED.format("meant WHERE NOT (dossier = '')")


def _dossiers(tablet_id: uuid.UUID, days: list[dt.date] | None) -> list[Statement]:
    with_fresh, values = fresh(tablet_id, days, filed=True)
    return [(f"{with_fresh} {_filed(_OF_ALL)}", [*values, sql.key(tablet_id)])]


def _filed(rated: str) -> str:
    """Let visits with a dossier say what became of their ratings; takes the tablet."""
    return (
        "UPDATE ratings_visit SET rated_day = m.day, rated_level = m.level,"
        f" office_id = m.office_id FROM {rated} m WHERE ratings_visit.tablet_id = %s"
        " AND ratings_visit.visit_id = m.visit_id AND (ratings_visit.rated_day IS NULL"
        " OR (ratings_visit.rated_day, ratings_visit.rated_level, ratings_visit.office_id)"
        " <> (m.day, m.level, m.office_id))"
    )


def dossier_differences(tablet_id: uuid.UUID) -> Statement:
    """(visit, kept, counted) of visits with a dossier that say otherwise than their ratings."""
    with_fresh, values = fresh(tablet_id, filed=True)
    kept = "coalesce(v.rated_level, 0), coalesce(v.office_id, 0)"
    counted = "coalesce(m.level, 0), coalesce(m.office_id, 0)"
    return (
        f"{with_fresh} SELECT v.visit_id, v.rated_level, m.level FROM ratings_visit v LEFT JOIN {_OF_ALL} m"
        " ON m.visit_id = v.visit_id WHERE v.tablet_id = %s AND NOT (v.dossier = '')"
        f" AND (({kept}) <> ({counted}) OR (v.rated_day IS NULL) <> (m.day IS NULL) OR v.rated_day <> m.day)",
        [*values, sql.key(tablet_id)],
    )


def tablet_differences(tablet_id: uuid.UUID) -> Statement:
    """(kept or counted, cell…) of a tablet wherever a fresh count of all its events differs."""
    with_fresh, values = fresh(tablet_id)
    kept = f"SELECT {_ALL_NAMES} FROM ratings_tabletcell WHERE tablet_id = %s"
    counted = f"SELECT {_ALL_NAMES} FROM fresh"
    own = sql.key(tablet_id)
    return (
        f"{with_fresh} SELECT 'kept', k.* FROM ({kept} EXCEPT {counted}) k"
        f" UNION ALL SELECT 'counted', f.* FROM ({counted} EXCEPT {kept}) f ORDER BY 3, 4, 5",
        [*values, own, own],
    )


def comment_differences(tablet_id: uuid.UUID) -> Statement:
    """(event, level kept, level counted) of comments that say otherwise than their ratings."""
    with_fresh, values = fresh(tablet_id)
    return (
        f"{with_fresh} SELECT c.event_id, c.level, m.level FROM ratings_comment c LEFT JOIN meant m"
        " ON m.visit_id = c.visit_id WHERE c.tablet_id = %s"
        " AND (coalesce(c.level, 0), c.office_id, c.desk_id)"
        " <> (coalesce(m.level, 0), coalesce(m.office_id, 0), coalesce(m.desk_id, 0))",
        [*values, sql.key(tablet_id)],
    )


def office_differences() -> Statement:
    """(kept or counted, cell…) of offices wherever the sum of their tablets' cells differs."""
    kept = f"SELECT {_ALL_OFFICE_NAMES} FROM ratings_officecell"
    counted = (
        f"SELECT {', '.join(OFFICE_NAMES)}, {', '.join(f'sum({n})' for n in COUNTS)}"
        f" FROM ratings_tabletcell GROUP BY {', '.join(OFFICE_NAMES)}"
    )
    return (
        f"SELECT 'kept', k.* FROM ({kept} EXCEPT {counted}) k"
        f" UNION ALL SELECT 'counted', f.* FROM ({counted} EXCEPT {kept}) f ORDER BY 2, 3, 4",
        [],
    )


def _on(column: str, days: Iterable[dt.date] | None) -> Statement:
    if days is None:
        return f"{column} IS NOT NULL", []
    wanted = [day if sql.is_postgresql() else day.isoformat() for day in sorted(set(days))]
    return f"{column} IN ({', '.join(['%s'] * len(wanted)) or 'NULL'})", wanted
