"""Walks every chain from the raw rows: what was changed or taken away behind the tablets' backs shows here.

Nothing that was kept beside the events is believed: each text is judged again as at its arrival, each hash is
computed anew, each place is counted. Four records must agree: the text, the columns that the figures are
counted from, the ids ever received, and how far each install's chain had come.

What this cannot see alone: somebody who rewrites a chain's end, its hashes, the received ids and the mark.
That shows when the tablet's next event names another hash before it than the one that stands here.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db import connection
from django.utils import timezone

from headquarters.ratings import quarantine, sql
from headquarters.ratings.intake import HASH, LARGEST, UUID, Judge, Refused, Row
from headquarters.ratings.models import Alarm, Event, Quarantine
from headquarters.tablets.models import ChainCheck, Install, Tablet
from sync import chain, contract
from sync.contract import Batch, Heartbeat, WireEvent

MOST = 50
"""Findings kept of one tablet; more say nothing new."""
_JUDGED = (
    "event_id", "event_day", "seq", "kind", "visit_id", "level", "wall_ms", "utc_offset_min",
    "labels_version", "config_version",
)  # fmt: skip
"""Columns that follow from the text."""
_FIELDS = (*_JUDGED, "stored", "hash", "prev_hash")


class Finding(NamedTuple):
    """``kind``: changed, columns, link, deleted, twice, unknown_id, lost_id, head, unmarked, aside.
    ``last`` ends a run of places."""

    kind: str
    install_id: str
    seq: int = 0
    last: int = 0
    detail: str = ""

    def __str__(self) -> str:
        place = f"places {self.seq} to {self.last}" if self.last > self.seq else f"place {self.seq}"
        return f"{self.kind}: {place} of install {self.install_id}{': ' if self.detail else ''}{self.detail}"


@dataclass(slots=True)
class Walk:
    """What a walk over one tablet's chains came to."""

    tablet: Tablet
    events: int = 0
    installs: int = 0
    count: int = 0
    findings: list[Finding] = field(default_factory=list)

    def note(self, finding: Finding) -> None:
        """Count it; keep the first ones."""
        self.count += 1
        if len(self.findings) < MOST:
            self.findings.append(finding)


def verify(tablet: Tablet) -> Walk:
    """Walk all chains of one tablet. Reads only."""
    walk = Walk(tablet)
    marks = {mark.install_id: mark for mark in Install.objects.filter(tablet=tablet)}
    there = Event.objects.filter(tablet_id=tablet.pk).values_list("install_id", flat=True).distinct()
    for install_id in sorted({*marks, *there}):
        walk.installs += 1
        _Chain(walk, install_id, marks.get(install_id)).walk()
    _received(walk)
    return walk


def keep(walk: Walk) -> None:
    """What the walk found, for the pages; what is wrong rings, once for each cause."""
    now = timezone.now()
    ChainCheck.objects.update_or_create(
        tablet=walk.tablet,
        defaults={
            "at": now,
            "events": walk.events,
            "count": walk.count,
            "findings": [list(finding) for finding in walk.findings],
        },
    )
    for finding in walk.findings:
        Alarm.objects.get_or_create(
            tablet=walk.tablet,
            kind="chain_broken",
            detail=f"verify-chain: {finding}"[:200],
            defaults={"created_at": now},
        )


def findings_of(check: ChainCheck) -> list[Finding]:
    """What the last walk kept."""
    return [Finding(*found) for found in check.findings]


class _Chain:
    """The walk over one install's events, in the order of their places."""

    def __init__(self, walk: Walk, install_id: uuid.UUID, mark: Install | None) -> None:
        self._walk, self._install_id, self._mark = walk, install_id, mark
        self._judge = judge(walk.tablet.pk, install_id)
        self._aside = self._quarantined()
        self._erased = erased(walk.tablet.pk)
        self._hashes = {chain.GENESIS.hex()}
        self._seq = 0

    def walk(self) -> None:
        for row in stored(self._walk.tablet.pk, self._install_id):
            self._walk.events += 1
            self._place(row)
            self.content(row)
        self._end()
        for aside in Quarantine.objects.filter(tablet=self._walk.tablet, install_id=self._install_id):
            self._set_aside(aside)

    def _set_aside(self, row: Quarantine) -> None:
        """What was set aside is still what came, and is still not believed: else somebody has put a rating
        that counted where it does not."""
        event = WireEvent(
            event_id=row.event_id, seq=row.seq, stored=bytes(row.stored).decode("utf-8", "surrogatepass"),
            prev_hash=row.prev_hash, hash=row.hash,
        )  # fmt: skip
        judged = self._judge.judged(event)
        if isinstance(judged, Row):
            first = Event.objects.filter(tablet_id=row.tablet_id, event_id=judged.event_id)
            if row.code != "conflict" or not first.exists():
                self._say("aside", row.seq, detail=row.code)
        elif row.stored and _whole(event) and quarantine.digest(event) != row.digest:
            self._say("aside", row.seq, detail=row.code)

    def _place(self, row: Row) -> None:
        if row.seq == self._seq:
            self._say("twice", row.seq)
            self._hashes.add(row.hash)
            return
        self._gap(row.seq)
        before = self._aside.get(row.seq - 1, set()) | (self._hashes if self._seq == row.seq - 1 else set())
        # Behind a gap nothing can be compared: the tablet may still send what is missing.
        if before and row.prev_hash not in before:
            self._say("link", row.seq)
        self._seq, self._hashes = row.seq, {row.hash}

    def _gap(self, seq: int) -> None:
        """Places before ``seq`` that are neither here nor set aside: where the mark says that everything had
        arrived, somebody has taken them away."""
        if seq == self._seq + 1:
            return
        last, reached = self._seq, self._mark.contiguous_seq if self._mark else 0
        for place in [*(place for place in self._aside if self._seq < place < seq), seq]:
            if last + 1 <= min(place - 1, reached):
                self._say("deleted", last + 1, min(place - 1, reached))
            last = place

    def content(self, row: Row) -> None:
        """The text gives the hash beside it, and the columns say what the text says. Of an event that was
        erased by law only the envelope can be held to its columns."""
        hash_ = row.hash
        if row.event_id in self._erased and _is_tombstone(row):
            hash_ = chain.link(bytes.fromhex(row.prev_hash), row.stored).hex()
        wire = WireEvent(
            event_id=row.event_id, seq=row.seq, stored=row.stored, prev_hash=row.prev_hash, hash=hash_
        )
        judged = self._judge.judged(wire)
        if isinstance(judged, Refused):
            self._say("changed", row.seq, detail=judged.code)
            return
        differing = [name for name in _JUDGED if getattr(judged, name) != getattr(row, name)]
        if differing:
            self._say("columns", row.seq, detail=", ".join(differing))

    def _end(self) -> None:
        mark = self._mark
        if mark is None:
            self._say("unmarked", self._seq)
            return
        last = max([self._seq, *(place for place in self._aside if place <= mark.max_seq)])
        self._gap(last + 1)
        if last < mark.max_seq:
            # Of the places behind the last complete run, only the highest is known to have been filled.
            self._say("deleted", last + 1 if last < mark.contiguous_seq else mark.max_seq, mark.max_seq)
        elif last == self._seq and bytes(mark.head_hash or b"").hex() not in self._hashes:
            self._say("head", last)

    def _quarantined(self) -> dict[int, set[str]]:
        found: dict[int, set[str]] = {}
        rows = Quarantine.objects.filter(tablet=self._walk.tablet, install_id=self._install_id)
        for seq, hash_ in rows.values_list("seq", "hash"):
            found.setdefault(seq, set()).add(hash_)
        return {seq: found[seq] for seq in sorted(found) if seq >= 1}

    def _say(self, kind: str, seq: int, last: int = 0, detail: str = "") -> None:
        self._walk.note(Finding(kind, str(self._install_id), seq, last, detail))


def _whole(event: WireEvent) -> bool:
    """Odd ids and hashes are kept without what no column holds: those of one's own cannot be compared."""
    plain = UUID.fullmatch(event.event_id) and HASH.fullmatch(event.hash) and HASH.fullmatch(event.prev_hash)
    return bool(plain) and abs(event.seq) < LARGEST


def judge(tablet_id: uuid.UUID, install_id: uuid.UUID) -> Judge:
    """Judges a text as at its arrival; what a clock said then does not matter now."""
    nobody = str(uuid.UUID(int=0))
    beat = Heartbeat(wall_ms=0, mono_ms=0, boot_id="", app_version="")
    return Judge(
        Batch(
            batch_id=nobody, tablet_id=str(tablet_id), install_id=str(install_id), events=(), max_seq=0,
            pending=0, heartbeat=beat,
        ),
        0,
    )  # fmt: skip


def stored(
    tablet_id: uuid.UUID, install_id: uuid.UUID, places: tuple[int, int] | None = None
) -> Iterator[Row]:
    """The stored events of an install in order, or those of a run of places."""
    found = Event.objects.filter(tablet_id=tablet_id, install_id=install_id).order_by("seq", "event_id")
    if places:
        found = found.filter(seq__range=places)
    for event_id, *columns, hash_, prev_hash in found.values_list(*_FIELDS).iterator(chunk_size=2000):
        values: list[Any] = [str(event_id), *columns, bytes(hash_).hex(), bytes(prev_hash).hex(), 0]
        yield Row(*values)


def erased(tablet_id: uuid.UUID) -> frozenset[str]:
    """Ids of this tablet's events that were erased by law (privacy.models.Erasure, a floor above)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT event_id FROM ratings_erasure WHERE tablet_id = %s", [sql.key(tablet_id)])
        return frozenset(str(uuid.UUID(str(event_id))) for (event_id,) in cursor.fetchall())


def _is_tombstone(row: Row) -> bool:
    """Nothing was put in the place of what was erased, and it was no part of any figure."""
    return row.kind in (contract.CONTACT, contract.COMMENT) and '"body":{"erased":true}' in row.stored


_UNKNOWN = """
    SELECT e.install_id, e.seq FROM ratings_event e
    LEFT JOIN ratings_received r ON r.tablet_id = e.tablet_id AND r.event_id = e.event_id
    WHERE e.tablet_id = %s AND (r.event_id IS NULL OR r.hash <> e.hash) ORDER BY e.install_id, e.seq
"""
# From events to ids, never the other way: the event table's key has the day before the id.
_LOST = """
    SELECT (SELECT count(*) FROM ratings_received WHERE tablet_id = %s) - (
        SELECT count(DISTINCT e.event_id) FROM ratings_event e
        JOIN ratings_received r ON r.tablet_id = e.tablet_id AND r.event_id = e.event_id
        WHERE e.tablet_id = %s
    )
"""


def _received(walk: Walk) -> None:
    """Every event's id was noted at its arrival with its hash; every noted id has its event."""
    with connection.cursor() as cursor:
        cursor.execute(_UNKNOWN, [sql.key(walk.tablet.pk)])
        for install_id, seq in cursor.fetchall():
            walk.note(Finding("unknown_id", str(uuid.UUID(str(install_id))), int(seq)))
        cursor.execute(_LOST, [sql.key(walk.tablet.pk)] * 2)
        lost = int(cursor.fetchone()[0])
    if lost:
        walk.note(Finding("lost_id", "", detail=str(lost)))


class Step(NamedTuple):
    """One thing that was checked anew: ``name`` is text, columns, before, behind, received or mark; ``good``
    is None where there is nothing to compare with."""

    name: str
    good: bool | None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Proof:
    """What can be shown of one event, and the events beside it."""

    event: Event
    steps: list[Step]
    before: Row | None
    behind: Row | None
    erased: bool = False

    @property
    def holds(self) -> bool:
        """Nothing speaks against it."""
        return all(step.good is not False for step in self.steps)


def prove(event: Event) -> Proof:
    """Check one event and its two neighbours from the raw rows, now."""
    near = list(stored(event.tablet_id, event.install_id, (event.seq - 1, event.seq + 1)))
    own = next(row for row in near if row.event_id == str(event.event_id))
    before = next((row for row in near if row.seq == event.seq - 1), None)
    behind = next((row for row in near if row.seq == event.seq + 1), None)
    walk = Walk(Tablet(pk=event.tablet_id))
    _Chain(walk, event.install_id, None).content(own)
    wrong = {finding.kind: finding.detail for finding in walk.findings}
    steps = [
        Step("text", "changed" not in wrong, wrong.get("changed", "")),
        Step("columns", "columns" not in wrong, wrong.get("columns", "")),
        Step("before", _follows(event, own, before)),
        Step("behind", None if behind is None else behind.prev_hash == own.hash),
        Step("received", _known(event, own)),
    ]
    return Proof(event, steps, before, behind, str(event.event_id) in erased(event.tablet_id))


def _follows(event: Event, own: Row, before: Row | None) -> bool | None:
    if event.seq == 1:
        return own.prev_hash == chain.GENESIS.hex()
    if before is not None:
        return own.prev_hash == before.hash
    places = Quarantine.objects.filter(
        tablet_id=event.tablet_id, install_id=event.install_id, seq=event.seq - 1
    )
    aside = set(places.values_list("hash", flat=True))
    return own.prev_hash in aside if aside else None


def _known(event: Event, own: Row) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT hash FROM ratings_received WHERE tablet_id = %s AND event_id = %s",
            [sql.key(event.tablet_id), sql.key(event.event_id)],
        )
        found = cursor.fetchone()
    return found is not None and bytes(found[0]).hex() == own.hash
