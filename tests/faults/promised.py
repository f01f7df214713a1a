"""What pages promised beyond the rating itself: its level after a correction, the comment, the contact; and
what staff count by is what the events say. Read from the file, with no code of the product."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from tests.faults.invariant import THANKED, page_of

_RATED = "SELECT event_id, visit_id, level, seq FROM events WHERE kind = 'rating'"
_OF_VISITS = "SELECT visit_id, kind, level FROM events"
_COUNTED = "SELECT level, sum(n) FROM tallies GROUP BY level HAVING sum(n) > 0 ORDER BY level"
_MEANT = """
SELECT coalesce((SELECT c.level FROM events c WHERE c.visit_id = e.visit_id AND c.kind = 'correction'
                 ORDER BY c.seq DESC LIMIT 1), e.level) AS meant, count(*)
FROM events e WHERE kind = 'rating' GROUP BY meant ORDER BY meant
"""


def broken_promises(path: Path, shown: Path) -> list[str]:
    """One line for each; the file must hold all its events still."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=30)) as db:
        visits = {event_id: visit_id for event_id, visit_id, *_ in db.execute(_RATED)}
        facts = set(db.execute(_OF_VISITS))
        counted, meant = db.execute(_COUNTED).fetchall(), db.execute(_MEANT).fetchall()
    broken = [] if counted == meant else [f"staff count {counted}, the events say {meant}"]
    for page in _pages(shown):
        visit = visits.get(page["event_id"], "")
        levels = {(visit, kind, page["level"]) for kind in ("rating", "correction")}
        if not levels & facts:
            broken.append(f"{page['event_id']}: level {page['level']} was thanked for")
        for said, kind in (("commented", "comment"), ("contacted", "contact")):
            if page.get(said) and (visit, kind, None) not in facts:
                broken.append(f"{page['event_id']}: its {kind} was called stored")
    return broken


def _pages(shown: Path) -> list[dict[str, object]]:
    lines = shown.read_text(encoding="utf-8").split("\n")[:-1] if shown.exists() else []
    return [page for page in map(page_of, lines) if page["view"] in THANKED]
