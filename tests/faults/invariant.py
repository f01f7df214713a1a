"""The one invariant, checked from outside: no code of the product is used, only files, a server and SHA-256.

    python -m tests.faults.invariant --shown LOG --tablet FILE [--tablet FILE …] [--headquarters FILE|URL]

Every rating whose thanks page was shown is at headquarters, or waits on the tablet, or was set aside by one
of them, once. Every database is whole and every chain unbroken. Exit code 1 names what is not.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sqlite3
import sys
import uuid
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

THANKED = ("closing", "more")
"""Views that call a rating stored."""
Rows = list[tuple[Any, ...]]
_HAS_EVENTS = "SELECT 1 FROM sqlite_master WHERE name = 'events'"
_TABLET = """SELECT e.event_id, e.kind, coalesce(d.state, 'pending') FROM events e
LEFT JOIN delivery d ON d.seq = e.seq ORDER BY e.seq"""
_TABLET_CHAIN = "SELECT seq, prev_hash, hash, CAST(stored AS BLOB) FROM events ORDER BY seq"
_RECEIVED = "SELECT event_id, kind FROM ratings_event"
_RECEIVED_CHAINS = (
    "SELECT install_id, seq, prev_hash, hash, stored FROM ratings_event ORDER BY install_id, seq"
)
_SET_ASIDE = "SELECT event_id FROM ratings_quarantine"


@dataclass
class Verdict:
    """What became of the shown ratings. ``unshown``: stored, but cut off before the page said so."""

    shown: int = 0
    pending: int = 0
    confirmed: int = 0
    received: int = 0
    quarantined: int = 0
    unshown: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return not (self.lost or self.doubled or self.broken)

    def __str__(self) -> str:
        counts = ("shown", "pending", "confirmed", "received", "quarantined", "unshown")
        said = [f"{name} {getattr(self, name)}" for name in counts]
        said += [f"{name}: {', '.join(ids[:5])} …{len(ids)}" for name, ids in self._wrong() if ids]
        return "; ".join(said)

    def _wrong(self) -> list[tuple[str, list[str]]]:
        return [("LOST", self.lost), ("DOUBLED", self.doubled), ("BROKEN", self.broken)]


def shown_in(log: Path) -> list[str]:
    """Ids of ratings that a page called stored, each once: from a kiosk's log of views, or from a plain list
    of ids. A line that a kill cut in two was not shown; what the next process wrote stands behind it."""
    found: dict[str, None] = {}
    if not log.exists():
        return []
    for line in log.read_text(encoding="utf-8").split("\n")[:-1]:
        event_id = _shown_by(line.strip())
        if event_id:
            found[event_id] = None
    return list(found)


def page_of(line: str) -> dict[str, Any]:
    """The page that a line of the log of views tells of, less what a kill cut off before it."""
    found: dict[str, Any] = json.loads(line[line.rindex('{"view"') :])
    return found


def _shown_by(line: str) -> str:
    if not line.startswith("{"):
        return line
    view = page_of(line)
    return str(view.get("event_id", "")) if view.get("view") in THANKED else ""


def judge(shown: Iterable[str], tablets: Iterable[Path], headquarters: str = "") -> Verdict:
    """``tablets``: every database file of the tablet, those set aside too. ``headquarters``: an SQLite file,
    a ``postgresql://`` address, or nothing where nothing was sent yet."""
    ids = list(dict.fromkeys(shown))
    verdict = Verdict(shown=len(ids))
    states: dict[str, set[str]] = {}
    for path in tablets:
        for event_id, kind, state in _tablet(path, verdict):
            if kind == "rating":
                states.setdefault(event_id, set()).add(state)
    received, set_aside = (
        _headquarters(headquarters, verdict) if headquarters else (Counter[str](), set[str]())
    )
    _weigh(verdict, ids, states, received, set_aside)
    return verdict


def _weigh(
    verdict: Verdict, ids: list[str], states: dict[str, set[str]], received: Counter[str], aside: set[str]
) -> None:
    verdict.received = sum(received.values())
    verdict.doubled += [event_id for event_id, n in received.items() if n > 1]
    shown = set(ids)
    for event_id in dict.fromkeys([*ids, *states, *received]):
        here = states.get(event_id, set())
        kept = "pending" in here or "quarantined" in here
        verdict.pending += "pending" in here
        verdict.confirmed += "confirmed" in here
        verdict.quarantined += "quarantined" in here or event_id in aside
        verdict.unshown += event_id not in shown
        if event_id in shown and not (kept or event_id in received or event_id in aside):
            verdict.lost.append(event_id)
        elif "confirmed" in here and not kept and event_id not in received and event_id not in aside:
            verdict.lost.append(event_id)  # the tablet would purge what headquarters has not got


def _tablet(path: Path, verdict: Verdict) -> Rows:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=30)) as db:
        db.text_factory = lambda raw: raw.decode("utf-8", "replace")  # a file may hold anything
        _integrity(db, path.name, verdict)
        if not db.execute(_HAS_EVENTS).fetchone():
            return []  # killed before its first migration was stored: whatever was thanked for is lost
        _links(path.name, db.execute(_TABLET_CHAIN), verdict)
        return db.execute(_TABLET).fetchall()


def _integrity(db: sqlite3.Connection, name: str, verdict: Verdict) -> None:
    answer = [str(row[0]) for row in db.execute("PRAGMA integrity_check")]
    if answer != ["ok"]:
        verdict.broken += [f"{name}: {line}" for line in answer]
    verdict.broken += [f"{name}: {row} points nowhere" for row in db.execute("PRAGMA foreign_key_check")]


def _links(name: str, rows: Iterable[tuple[Any, ...]], verdict: Verdict) -> None:
    """``seq, prev_hash, hash, stored``. A purged beginning or a gap may be missing; what is there holds. At
    headquarters a cloned tablet has several at a place: each goes on from one of those before it."""
    place, here, before = 0, {bytes(32)}, set[bytes]()
    for seq, prev_hash, own_hash, stored in rows:
        if seq != place:
            before = here if seq == place + 1 else set()
            place, here = seq, set()
        prev, own = bytes(prev_hash), bytes(own_hash)
        if before and prev not in before:
            verdict.broken.append(f"{name}: place {seq} does not follow the one before")
        text = stored.encode("utf-8") if isinstance(stored, str) else bytes(stored)
        if hashlib.sha256(prev + text).digest() != own:
            verdict.broken.append(f"{name}: place {seq} is not what its hash says")
        here.add(own)


def _headquarters(where: str, verdict: Verdict) -> tuple[Counter[str], set[str]]:
    with closing(_connect(where)) as db:
        if isinstance(db, sqlite3.Connection):
            _integrity(db, Path(where).name, verdict)
        received = Counter(_id(event_id) for event_id, kind in db.execute(_RECEIVED) if kind == "rating")
        aside = {_id(row[0]) for row in db.execute(_SET_ASIDE)}
        chains: dict[Any, Rows] = {}
        for install, *link in db.execute(_RECEIVED_CHAINS):
            chains.setdefault(install, []).append(tuple(link))
    for install, links in chains.items():
        _links(f"headquarters, install {install}", links, verdict)
    return received, aside


def _connect(where: str) -> Any:
    if not where.startswith("postgres"):
        return sqlite3.connect(f"file:{where}?mode=ro", uri=True, timeout=30)
    import psycopg

    return psycopg.connect(where)


def _id(value: Any) -> str:
    """Headquarters writes UUIDs as its database does; a quarantined id may be anything."""
    try:
        return str(uuid.UUID(str(value)))
    except ValueError:
        return str(value)


def databases_of(directory: Path) -> list[Path]:
    """All database files of a tablet's folder: the one in use and those that were set aside."""
    beside = ("-wal", "-shm", "-journal")
    return sorted(path for path in directory.glob("*kiosk.sqlite3*") if not path.name.endswith(beside))


def main(arguments: list[str]) -> int:
    """Print the verdict; 0 when the invariant holds."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.invariant", description=__doc__)
    parser.add_argument("--shown", type=Path, required=True, help="log of views, or one id per line")
    parser.add_argument("--tablet", type=Path, action="append", default=[], help="a tablet's database file")
    parser.add_argument("--headquarters", default="", help="SQLite file or postgresql:// address")
    given = parser.parse_args(arguments)
    verdict = judge(shown_in(given.shown), given.tablet, given.headquarters)
    print(verdict)
    return 0 if verdict.holds else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
