"""Events that are kept but not believed: whole, once, with the reason, for a person to look at."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from headquarters.ratings.intake import LARGEST, Refused
from headquarters.ratings.models import Quarantine
from headquarters.ratings.sql import Source
from sync.contract import WireEvent


def keep(source: Source, refused: Sequence[Refused]) -> list[Refused]:
    """Keep what was not kept before; those. The tablet's lock makes looking first safe."""
    if not refused:
        return []
    fresh = {digest(item.wire): item for item in refused}
    known = Quarantine.objects.filter(tablet_id=source.tablet_id, digest__in=list(fresh))
    for name in known.values_list("digest", flat=True):
        del fresh[name]
    Quarantine.objects.bulk_create(_row(source, name, item) for name, item in fresh.items())
    return list(fresh.values())


def _row(source: Source, name: str, item: Refused) -> Quarantine:
    wire = item.wire
    return Quarantine(
        tablet_id=source.tablet_id,
        event_id=plain(wire.event_id, 64),
        install_id=source.install_id,
        seq=max(-LARGEST, min(LARGEST, wire.seq)),
        hash=plain(wire.hash, 64),
        prev_hash=plain(wire.prev_hash, 64),
        stored=wire.stored.encode("utf-8", "surrogatepass"),
        digest=name,
        code=item.code,
        batch_id=source.batch_id,
        received_at=source.received_at,
    )


def digest(wire: WireEvent) -> str:
    """Names everything that came: two edits of one event are two things to look at."""
    parts = (wire.event_id, wire.seq, wire.stored, wire.prev_hash, wire.hash)
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def plain(text: str, length: int) -> str:
    """Text a tablet sent, as any column can keep it."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()[:length]
