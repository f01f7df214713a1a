"""A tablet without a tablet: a real key, a real chain, and batches as the wire carries them."""

from __future__ import annotations

import gzip
import json
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sync import chain, contract
from sync.contract import Batch, EnrolmentRequest, Event, Heartbeat, WireEvent
from sync.signing import Signer

VIETNAM_MIN = 7 * 60
BOOT = "0b5c7a52-7f0e-4f0a-9a43-5f6de9a1c001"


def new_id() -> str:
    return str(uuid.uuid4())


def now_ms() -> int:
    return time.time_ns() // 1_000_000


def seal(event: Event, prev_hash: bytes = chain.GENESIS) -> WireEvent:
    """An event with its place in a chain."""
    return seal_text(contract.encode_event(event), event.event_id, event.seq, prev_hash)


def seal_text(stored: str, event_id: str, seq: int, prev_hash: bytes = chain.GENESIS) -> WireEvent:
    """Any text with a right hash, readable or not."""
    own = chain.link(prev_hash, stored).hex()
    return WireEvent(event_id=event_id, seq=seq, stored=stored, prev_hash=prev_hash.hex(), hash=own)


@dataclass
class FakeTablet:
    """``rating`` makes the next event of its chain; nothing is sent before ``body``."""

    seed: bytes = field(default_factory=lambda: uuid.uuid4().bytes * 2)
    tablet_id: str = field(default_factory=new_id)
    install_id: str = field(default_factory=new_id)
    seq: int = 0
    head: bytes = chain.GENESIS

    @property
    def signer(self) -> Signer:
        return Signer(self.seed)

    def event(self, kind: str = contract.RATING, body: dict[str, Any] | None = None, **changes: Any) -> Event:
        """An event for the next place, which it does not take yet."""
        made = Event(
            event_id=new_id(), tablet_id=self.tablet_id, install_id=self.install_id, seq=self.seq + 1,
            kind=kind, visit_id=new_id(), boot_id=BOOT, mono_ms=1000 * (self.seq + 1), wall_ms=now_ms(),
            utc_offset_min=VIETNAM_MIN, labels_version="bom-bo-2024", config_version=0, body=body or {},
        )  # fmt: skip
        return replace(made, **changes)

    def rating(self, level: int = 3, wall_ms: int | None = None, **changes: Any) -> WireEvent:
        """The next event of the chain, a rating."""
        if wall_ms is not None:
            changes["wall_ms"] = wall_ms
        body = changes.pop("body", {"level": level, "channel": "tablet"})
        return self.append(self.event(body=body, **changes))

    def append(self, event: Event) -> WireEvent:
        """The event at the next place of the chain."""
        return self.append_text(contract.encode_event(event), event.event_id)

    def append_text(self, stored: str, event_id: str) -> WireEvent:
        """Any text at the next place of the chain."""
        wire = seal_text(stored, event_id, self.seq + 1, self.head)
        self.seq, self.head = wire.seq, bytes.fromhex(wire.hash)
        return wire

    def heartbeat(self, **changes: Any) -> Heartbeat:
        beat = Heartbeat(wall_ms=now_ms(), mono_ms=1000 * (self.seq + 1), boot_id=BOOT, app_version="test")
        return replace(beat, **changes)

    def batch(self, events: Sequence[WireEvent] = (), **changes: Any) -> Batch:
        made = Batch(
            batch_id=new_id(), tablet_id=self.tablet_id, install_id=self.install_id, events=tuple(events),
            max_seq=self.seq, pending=len(events), heartbeat=self.heartbeat(),
        )  # fmt: skip
        return replace(made, **changes)

    def enrolment(self, code: str, **changes: Any) -> EnrolmentRequest:
        made = EnrolmentRequest(
            code=code, tablet_id=self.tablet_id, install_id=self.install_id,
            public_key=self.signer.public_key.hex(), app_version="test",
        )  # fmt: skip
        return replace(made, **changes)

    def headers(self, body: bytes) -> dict[str, str]:
        """All headers of a request with this body."""
        kind = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
        return {**kind, **self.signer.headers(body)}


def body_of(message: object) -> bytes:
    """The request body of a message."""
    return contract.pack(contract.encode_message(message))


def body_of_json(value: Any) -> bytes:
    """A request body of any JSON; letters that UTF-8 lacks are escaped."""
    return gzip.compress(json.dumps(value).encode())
