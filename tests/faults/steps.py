"""What a store does, one act at a time, to be killed at every statement and every system call of it."""

from __future__ import annotations

import os
import signal
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nacl.public  # noqa: F401

# Loaded here, before anybody is forked.
from kiosk import wiring
from kiosk.clock import system_clock
from kiosk.store.log import Store
from kiosk.survey import Level
from kiosk.views import MoreView
from sync import kinds
from sync.contract import Result, Verdict
from tests.faults.visits import Shown

BODIES: dict[str, dict[str, Any]] = {
    kinds.CORRECTION: {"level": 3, "corrects": "x"},
    kinds.REASONS: {"chosen": ["thai-do", "thoi-gian"], "good": False},
    kinds.SUBJECT: {"desk": "quay-2", "service": "ho-tich"},
    kinds.COMMENT: {"text": "chờ lâu", "topic": "khac", "masked": [], "review": False, "lookup": "x"},
    kinds.CONTACT: {"sealed": "AAAA", "key_id": "x", "lookup": "x"},
    kinds.SESSION_END: {"how": "done", "page": "closing"},
    kinds.MISUSE_COUNTER: {"cool_down": 2},
}
TABLET_ID = "7d0e2f7a-0000-4000-8000-0000000000aa"
ACTS = ("opening", kinds.RATING, *BODIES, "quarantine", "replay", "fold", "shrink")
"""What can be done; nothing is confirmed here: there is no headquarters that would have it."""


def do(folder: Path, shown: Path, act: str, armed: Callable[[], None], statement: int = 0) -> None:
    """``act`` behind a rating; ``armed`` is called just before it, and SIGKILL comes at its ``statement``-th
    statement (0: at none). A rating is shown once ``append`` has returned."""
    screen = Shown(shown)
    if act == "opening":
        _kill_at(statement)
        armed()
        _open(folder)
        return
    store = _open(folder)
    visit = wiring.new_id()
    if act != kinds.RATING:
        _rate(store, screen, visit)
    if act == "replay":
        store.quarantine(store.pending()[0], "refused_too_large")
    _watch(store._db.conn, statement)
    armed()
    _act(store, screen, visit, act)


def _open(folder: Path) -> Store:
    return Store(folder / "tablet", TABLET_ID, system_clock(), wiring.new_id)


def _rate(store: Store, screen: Shown, visit: str) -> None:
    stored = store.append(kinds.RATING, visit, {"level": 1, "channel": "tablet", "flags": []})
    screen(MoreView(Level.UNSATISFIED, stored.event_id, frozenset(), 30, 30))


def _act(store: Store, screen: Shown, visit: str, act: str) -> None:
    if act == kinds.RATING:
        _rate(store, screen, visit)
    elif act in BODIES:
        store.append(act, visit, BODIES[act])
    elif act == "quarantine":
        (first, *_), verdict = store.pending(), Verdict.QUARANTINED
        store.settle([first], [Result(event_id=first.event_id, verdict=verdict, code="bad_level")])
    else:
        {"replay": store.replay_quarantined, "fold": store.fold, "shrink": store.shrink}[act]()


def _kill_at(statement: int) -> None:
    """In every database that is opened from now on."""
    connect = sqlite3.connect

    def counted(*args: Any, **said: Any) -> sqlite3.Connection:
        made: sqlite3.Connection = connect(*args, **said)
        _watch(made, statement)
        return made

    sqlite3.connect = counted  # type: ignore[assignment]


def _watch(db: sqlite3.Connection, statement: int) -> None:
    left = statement

    def seen(_sql: str) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    if statement:
        db.set_trace_callback(seen)
