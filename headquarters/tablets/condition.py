"""What a tablet says of its own condition, as columns of its row."""

from __future__ import annotations

from typing import Any

from headquarters.wire import plain
from sync.contract import Heartbeat


def columns(beat: Heartbeat) -> dict[str, Any]:
    """The heartbeat's further words by column (tablets.models.Tablet), within what columns hold."""
    percent = _within(beat.battery_percent, 100)
    return {
        "battery_percent": percent,
        "on_mains": beat.on_mains,
        "schema_version": _within(beat.schema_version),
        "config_version": _within(beat.config_version),
        "platform": plain(beat.platform, 80),
        "boots": _within(beat.boots),
        "crashes": _within(beat.crashes),
        "integrity": plain(beat.integrity, 80),
        "integrity_ms": _within(beat.integrity_ms, 2**62),
    }


def _within(number: int | None, most: int = 2**31 - 1) -> int | None:
    return None if number is None else max(0, min(most, number))
