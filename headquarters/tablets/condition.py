"""What a tablet says of itself beyond what ingest keeps in its own transaction."""

from __future__ import annotations

from typing import Any

from headquarters.tablets.models import Tablet
from headquarters.wire import plain
from sync.contract import Batch, Heartbeat


def note(batch: Batch) -> None:
    """Keep the heartbeat's further words, with the last batch of a push: a tablet that brings a long queue
    must not pay for a second commit with each batch."""
    if batch.pending <= len(batch.events):
        Tablet.objects.filter(pk=batch.tablet_id).update(**columns(batch.heartbeat))


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


def latest_configuration(tablet_id: str) -> int:
    """What a reply tells the tablet: the version of its newest document."""
    found = Tablet.objects.filter(pk=tablet_id).values_list("config_issued", flat=True).first()
    return found or 0


def _within(number: int | None, most: int = 2**31 - 1) -> int | None:
    return None if number is None else max(0, min(most, number))
