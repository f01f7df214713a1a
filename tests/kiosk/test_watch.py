"""Odd ratings carry their flags into the stored event, and count all the same."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from kiosk.hours import parse
from kiosk.pins import PinBook
from kiosk.store.thread import StoreThread
from kiosk.survey import Level
from kiosk.watch import Watch
from sync.contract import decode_event
from tests.kiosk.support import NOON, SetClock, new_id, open_store

OFFICE = parse("T2-T6 07:30-11:30, 13:30-17:00")
HOUR = 3_600_000


@pytest.mark.parametrize(
    ("wall_ms", "flags"),
    [
        (NOON, []),  # Friday 11:00
        (NOON + HOUR, ["after_hours"]),  # the noon break
        (NOON + 24 * HOUR, ["after_hours"]),  # Saturday
    ],
)
def test_a_rating_outside_opening_hours_is_flagged(wall_ms: int, flags: list[str]) -> None:
    assert Watch(SetClock(wall_ms), OFFICE).flags(Level.SATISFIED) == flags


def test_without_opening_hours_nothing_is_after_hours() -> None:
    assert Watch(SetClock(NOON + 12 * HOUR), None).flags(Level.SATISFIED) == []


def test_flags_are_stored_with_the_rating_and_it_counts(tmp_path: Path) -> None:
    watch = Watch(SetClock(NOON + HOUR), OFFICE)
    thread = StoreThread(
        lambda: open_store(tmp_path), PinBook(tmp_path / "pins.json", time.monotonic), watch.flags
    )
    for _ in range(3):
        thread.save_rating(new_id(), Level.UNSATISFIED).result()
    stored = thread.submit(lambda store: store.pending()).result()
    tally = thread.submit(lambda store: store.tally("2025-11-21")).result()
    thread.close()
    assert [decode_event(event.stored).body["flags"] for event in stored] == [
        ["after_hours"],
        ["after_hours"],
        ["streak", "after_hours"],
    ]
    assert tally.by_level[1] == 3
