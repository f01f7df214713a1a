"""Writes the table of docs/reliability.md from what the long form of the faults tried: ``TRIALS`` → stdout.

python -m scripts.reliability trials.jsonl > docs/reliability.md
"""

from __future__ import annotations

import json
import sys
from collections import Counter, defaultdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

FAULTS = {
    1: "the app killed at every statement of the save",
    2: "the Nth write, fsync or open fails, once and for ever",
    3: "power cut: unsynced writes dropped or reordered",
    4: "a second power cut during recovery",
    5: "the disk is full: insert, WAL, checkpoint, export, configuration, migration",
    6: "the -wal file deleted, or another database's",
    7: "header, page or index damaged; read-only remount",
    8: "a second process holds the lock",
    9: "the app stopped 50 ms after the tap; killed for want of memory",
    10: "clock at 1970, ten years on, backwards; time zone changed",
    11: "monotonic clock begins anew; thirty days off",
    12: "the reply lost after COMMIT",
    13: "the reply cut, no JSON, for another batch, HTML, 204, redirect",
    14: "the body cut; a byte a second; silence after the headers; no name service",
    15: "the same batch from two threads, and a year later",
    16: "headquarters killed before, during and after COMMIT; the database gone; no connection free",
    17: "every status, with good and senseless Retry-After",
    18: "the tablet's key revoked; rotated with the reply lost",
    19: "TLS expired, of another host, of an unknown root, not yet valid",
    20: "poisoned events, first, middle and last of a batch",
    21: "cloned tablet, reinstalled tablet, restored backup",
    22: "upgrade from every released schema, killed on the way; downgrade",
    23: "configuration badly signed, older, another's, half written, with a dead address",
    24: "500,000 events queued; 500 tablets at once; an hour of use",
    25: "USB stick pulled, full, imported twice, after the network, changed",
}
HEAD = """# Reliability: what was broken on purpose, how often, and what was left

Made by `./test faults --long` on {day}, not by hand. After each trial a program of its own,
[tests/faults/invariant.py](../tests/faults/invariant.py), reads the tablet's file, headquarters' database and
the log of thanks pages: every rating somebody was thanked for is at headquarters, or waits, or was set aside,
once; every file is whole, every chain unbroken. *Lost* and *doubled* are ratings.

| fault | test | database | trials | lost | doubled |
|---|---|---|--:|--:|--:|
"""


def table(trials: Path, day: date) -> str:
    """The whole page. A test that ran twice in one file counts with its last run, its cases together."""
    last = {(row["fault"], row["test"], row["database"]): row for row in _rows(trials)}
    rows: defaultdict[tuple[int, str, str], Counter[str]] = defaultdict(Counter)
    for (fault, test, database), row in last.items():
        rows[int(fault), test.partition("[")[0], database].update({name: row[name] for name in _COUNTS})
    body = "".join(_line(*key, rows[key]) for key in sorted(rows))
    every = sum(rows.values(), Counter[str]())
    total = f"| | **all** | | **{every['run']:,}** | **{every['lost']:,}** | **{every['doubled']:,}** |\n"
    return HEAD.format(day=day.isoformat()) + body + total + _untried({key[0] for key in rows})


_COUNTS = ("run", "lost", "doubled")


def _rows(trials: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in trials.read_text(encoding="utf-8").splitlines()]


def _line(fault: int, test: str, database: str, row: Counter[str]) -> str:
    named = {"sqlite": "SQLite", "postgres": "PostgreSQL"}[database]
    what = f"{fault} {FAULTS[fault]} | `{test}` | {named}"
    return f"| {what} | {row['run']:,} | {row['lost']} | {row['doubled']} |\n"


def _untried(tried: set[int]) -> str:
    missing = [f"{fault} {name}" for fault, name in FAULTS.items() if fault not in tried]
    return f"\nNot tried in this run: {'; '.join(missing)}.\n" if missing else ""


def main(arguments: list[str]) -> int:
    """Print the page."""
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    print(table(Path(arguments[0]), datetime.now(UTC).date()), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
