"""From wire events to rows: every authenticated event becomes a row to count or a row to look at. Pure."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from functools import lru_cache
from typing import Any

import msgspec

from headquarters.ratings import said
from headquarters.ratings.said import Said
from sync import contract
from sync.contract import Batch, Event, WireEvent

KIND = re.compile(r"[a-z][a-z0-9_]{0,39}")
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
"""One spelling per id, or the same event could come twice."""
HASH = re.compile(r"[0-9a-f]{64}")
LAST_MS = 253_402_214_400_000  # 9999-12-31, the last day a date can hold
LARGEST = 2**53 - 1  # what JSON readers agree on
MAX_OFFSET_MIN = 18 * 60
BELIEVABLE_FROM_MS = 1_577_836_800_000  # 2020-01-01: no tablet of ours is older
DRIFT_LIMIT_MS = 5 * 60_000
DAY_MS = 86_400_000
EPOCH = dt.date(1970, 1, 1)


class Rejected(Exception):
    """This event goes to quarantine; the text is its code."""


class _Later(msgspec.Struct):
    """The least an event of a later version must say to be stored."""

    event_id: str
    tablet_id: str
    install_id: str
    seq: int
    kind: str
    wall_ms: int
    v: int
    utc_offset_min: int = 0
    visit_id: str = ""
    labels_version: str = ""
    config_version: int = 0


class Row(msgspec.Struct, frozen=True, gc=False):
    """What the event table keeps of one event (columns of headquarters.ratings.models.Event).

    A Struct, not a dataclass: it is made for every event, and costs a tenth. Ids and hashes stay the
    texts they came as: sql.py turns them into what the database wants. ``said`` is no column: what visits.py
    keeps of the body.
    """

    event_id: str
    event_day: dt.date
    seq: int
    kind: str
    visit_id: str
    level: int | None
    wall_ms: int
    utc_offset_min: int
    labels_version: str
    config_version: int
    stored: str
    hash: str
    prev_hash: str
    time_quality: int
    said: Said | None = None


class Refused(msgspec.Struct, frozen=True, gc=False):
    """An event for quarantine, with its reason."""

    wire: WireEvent
    code: str


_event = msgspec.json.Decoder(Event)
_later = msgspec.json.Decoder(_Later)


def sort(batch: Batch, server_ms: int) -> list[Row | Refused]:
    """For each event, in the batch's order, the row to store or the reason to set it aside."""
    judge = Judge(batch, server_ms)
    return [judge.judged(wire) for wire in batch.events]


class Judge:
    """What must hold of an event of this batch."""

    def __init__(self, batch: Batch, server_ms: int) -> None:
        self._tablet_id, self._install_id, self._server_ms = batch.tablet_id, batch.install_id, server_ms
        beat = batch.heartbeat
        self._drifts = abs(beat.wall_ms - server_ms) > DRIFT_LIMIT_MS
        self._boot_id, self._booted_ms = beat.boot_id, server_ms - beat.mono_ms

    def judged(self, wire: WireEvent) -> Row | Refused:
        """The row, or why there is none."""
        try:
            _check_hash(wire)
            event = _decode(wire.stored)
            self._check_identity(wire, event)
            _check_ranges(event)
            return self._row(wire, event, _level(event))
        except Rejected as reason:
            return Refused(wire, str(reason))

    def _row(self, wire: WireEvent, event: Event | _Later, level: int | None) -> Row:
        return Row(
            event_id=wire.event_id,
            event_day=_local_day((event.wall_ms + event.utc_offset_min * 60_000) // DAY_MS),
            seq=wire.seq,
            kind=event.kind,
            visit_id=event.visit_id,
            level=level,
            wall_ms=event.wall_ms,
            utc_offset_min=event.utc_offset_min,
            labels_version=event.labels_version,
            config_version=event.config_version,
            stored=wire.stored,
            hash=wire.hash,
            prev_hash=wire.prev_hash,
            time_quality=self._time_quality(event),
            said=said.of(event.kind, event.body) if isinstance(event, Event) else None,
        )

    def _check_identity(self, wire: WireEvent, event: Event | _Later) -> None:
        inner = (event.event_id, event.seq, event.tablet_id, event.install_id)
        if inner != (wire.event_id, wire.seq, self._tablet_id, self._install_id):
            raise Rejected("mismatch")
        if not UUID.fullmatch(wire.event_id):
            raise Rejected("bad_id")

    def _time_quality(self, event: Event | _Later) -> int:
        """Of the boot that speaks, the monotonic clock says exactly when it was: a wall clock that was set
        right since does not make good what it said before."""
        if isinstance(event, Event) and event.boot_id == self._boot_id != "":
            drifts = abs(event.wall_ms - self._booted_ms - event.mono_ms) > DRIFT_LIMIT_MS
        else:
            drifts = self._drifts
        believable = BELIEVABLE_FROM_MS <= event.wall_ms <= self._server_ms + DAY_MS
        return 0 if believable and not drifts else 1


def _check_hash(wire: WireEvent) -> None:
    """The same sum as sync.chain.link, in the hexadecimal that the wire and COPY both speak."""
    try:
        stored = wire.stored.encode()
    except UnicodeEncodeError as error:  # a lone surrogate: no tablet can have hashed this
        raise Rejected("unreadable") from error
    if not HASH.fullmatch(wire.prev_hash):
        raise Rejected("bad_hash")
    if hashlib.sha256(bytes.fromhex(wire.prev_hash) + stored).hexdigest() != wire.hash:
        raise Rejected("bad_hash")


def _decode(stored: str) -> Event | _Later:
    if "\x00" in stored:
        raise Rejected("unreadable")
    try:
        event = _event.decode(stored)
        if event.v == contract.VERSION:
            return event
    except (msgspec.DecodeError, RecursionError):
        pass  # perhaps a later version
    return _decode_later(stored)


def _decode_later(stored: str) -> _Later:
    """An event of a later version waits for a later headquarters; a broken one of ours is not believed."""
    try:
        later = _later.decode(stored)
    except (msgspec.DecodeError, RecursionError) as error:
        raise Rejected("unreadable") from error
    if later.v <= contract.VERSION:
        raise Rejected("unreadable")
    return later


@lru_cache(maxsize=256)
def _is_kind(text: str) -> bool:
    return KIND.fullmatch(text) is not None


def _check_ranges(event: Event | _Later) -> None:
    if not _is_kind(event.kind):
        raise Rejected("bad_kind")
    visit, labels = event.visit_id, event.labels_version
    texts_fit = len(visit) <= 64 and len(labels) <= 64 and "\x00" not in visit and "\x00" not in labels
    numbers_fit = 1 <= event.seq <= LARGEST and 0 <= event.config_version < 2**31
    times_fit = 0 <= event.wall_ms <= LAST_MS and -MAX_OFFSET_MIN <= event.utc_offset_min <= MAX_OFFSET_MIN
    if not (texts_fit and numbers_fit and times_fit):
        raise Rejected("out_of_range")


def _level(event: Event | _Later) -> int | None:
    if event.kind not in (contract.RATING, contract.CORRECTION) or isinstance(event, _Later):
        return None
    level: Any = event.body.get("level")
    if type(level) is not int or level not in contract.LEVELS:
        raise Rejected("bad_level")
    return level


@lru_cache(maxsize=4096)
def _local_day(days: int) -> dt.date:
    """The date on the tablet's wall: only from the event's own, immutable time."""
    return EPOCH + dt.timedelta(days=days)
