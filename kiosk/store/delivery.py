"""What became of each event at headquarters: the queue, what was set aside, what may be purged."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kiosk.store.base import OpenStore
from kiosk.store.types import Quarantined, QueueState
from sync import contract
from sync.contract import Verdict, WireEvent

CONFIRMING = (Verdict.ACCEPTED, Verdict.DUPLICATE, Verdict.TOMBSTONED)
"""Verdicts after which headquarters holds the event, or refuses it for good knowingly (erased there)."""


class Delivery(OpenStore):
    """An event without a row in ``delivery`` waits; a row says confirmed or quarantined."""

    _waiting: int | None = None
    """How many events wait, kept between taps: counting a long queue takes longer than reading a batch."""

    def pending(self, limit: int = contract.MAX_EVENTS, after_seq: int = 0) -> list[WireEvent]:
        """The oldest unconfirmed events behind ``after_seq``, up to ``limit`` and MAX_STORED_BYTES."""
        return fitting(self._query(_PENDING, (max(after_seq, self._settled_upto()), limit)))

    def settle(self, sent: Sequence[WireEvent], results: Sequence[contract.Result]) -> tuple[int, int]:
        """Apply headquarters' verdicts to the events of one batch: (confirmed, quarantined).

        Only events that were in the batch and are named in the reply change; a missing id waits on.
        """
        return self._apply({event.event_id: event.seq for event in sent}, results)

    def settle_named(self, results: Sequence[contract.Result]) -> tuple[int, int]:
        """As ``settle``, for the verdicts of a receipt that came on a stick, a batch of them at most. Counts
        what is new: an event that was settled before stays as it is."""
        marks = ", ".join("?" * len(results))
        rows = self._query(_NAMED.format(marks), tuple(result.event_id for result in results))
        return self._apply({event_id: seq for seq, event_id in rows}, results)

    def _apply(self, seqs: dict[str, int], results: Sequence[contract.Result]) -> tuple[int, int]:
        confirmed = [seqs[r.event_id] for r in results if r.verdict in CONFIRMING and r.event_id in seqs]
        refused = [(r.code, seqs[r.event_id]) for r in results if _is_refusal(r) and r.event_id in seqs]
        now_ms = self._clock().wall_ms
        settled = [(seq, "confirmed", "", now_ms) for seq in confirmed]
        self._settle(settled + [(seq, "quarantined", code, now_ms) for code, seq in refused])
        return len(confirmed), len(refused)

    def quarantine(self, event: WireEvent, code: str) -> None:
        """Set one event aside that headquarters cannot even receive; it is kept and shown."""
        self._settle([(event.seq, "quarantined", code, self._clock().wall_ms)])

    def quarantined(self) -> list[Quarantined]:
        """Every event that was set aside, oldest first: where it stands and why, nothing a citizen wrote."""
        return [Quarantined(*row) for row in self._query(_QUARANTINED)]

    def replay_quarantined(self) -> int:
        """Every event that was set aside waits again; how many. The queue is looked through from the oldest
        of them on."""
        waiting, self._waiting = self._waiting, None  # unknown until the commit has succeeded
        with self._transaction() as db:
            db.execute(_STEP_BACK)
            freed = db.execute("DELETE FROM delivery WHERE state = 'quarantined'").rowcount
        self._waiting = None if waiting is None else waiting + freed
        return freed

    def newest_confirmed_contiguous(self) -> int:
        """The seq up to which headquarters confirmed every single event; 0 when not even the first."""
        return int(self._query(_CONTIGUOUS, {"upto": self._settled_upto()})[0][0])

    def purge_confirmed(self, before_ms: int, limit: int) -> int:
        """Delete up to ``limit`` events that were confirmed before ``before_ms``, oldest first; how many.

        The day of the confirmation counts, not that of the event: a tablet whose clock stood years behind
        keeps its newest answers too. The newest event always stays: the chain goes on from it. What staff
        count by (``visits`` and the rollups) stays as it is.
        """
        with self._transaction() as db:
            return db.execute(_PURGE, {"before_ms": before_ms, "limit": limit}).rowcount

    def queue_state(self) -> QueueState:
        """What waits, what was set aside, how far the log reaches."""
        upto = self._settled_upto()
        if self._waiting is None:
            (self._waiting,) = self._query(_WAITING, {"upto": upto})[0]
        quarantined, max_seq, oldest_ms = self._query(_QUEUE_STATE, {"upto": upto})[0]
        return QueueState(self._waiting, quarantined, max_seq, oldest_ms)

    def _settle(self, rows: list[tuple[int, str, str, int]]) -> None:
        waiting, self._waiting = self._waiting, None  # unknown until the commit has succeeded
        with self._transaction() as db:
            settled = db.executemany(_SETTLE, rows).rowcount if rows else 0
            db.execute(_ADVANCE)
        if waiting is not None:
            self._waiting = waiting - settled

    def _settled_upto(self) -> int:
        """Every event up to this seq has its row in delivery; only those behind it are looked through.

        All are where a worn cell has taken the number.
        """
        rows = self._query("SELECT value FROM meta WHERE key = 'settled_upto'")
        return int(rows[0][0]) if rows and str(rows[0][0]).isdecimal() else 0


def fitting(rows: Iterable[tuple[int, str, str, bytes, bytes]]) -> list[WireEvent]:
    """The first of ``rows`` (seq, id, text, hash before, hash), as many as a batch has bytes for; one at
    least. What a worn cell has made something else of goes as nothing: it no longer fits its hash, so
    headquarters sets it aside, and nothing behind it waits."""
    found: list[WireEvent] = []
    room = contract.MAX_STORED_BYTES
    for seq, event_id, stored, prev_hash, own_hash in rows:
        text = _text(stored)
        room -= len(text.encode())
        if room < 0 and found:
            break
        hashes = {"prev_hash": _hex(prev_hash), "hash": _hex(own_hash)}
        found.append(WireEvent(event_id=_text(event_id), seq=seq, stored=text, **hashes))
    return found


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _hex(value: object) -> str:
    return value.hex() if isinstance(value, bytes) else ""


def _is_refusal(result: contract.Result) -> bool:
    return result.verdict is Verdict.QUARANTINED


_PENDING = """
SELECT e.seq, e.event_id, e.stored, e.prev_hash, e.hash
FROM events e LEFT JOIN delivery d ON d.seq = e.seq
WHERE e.seq > ? AND d.seq IS NULL ORDER BY e.seq LIMIT ?
"""
_NAMED = """
SELECT e.seq, e.event_id FROM events e LEFT JOIN delivery d ON d.seq = e.seq
WHERE e.event_id IN ({}) AND d.seq IS NULL
"""
_SETTLE = "INSERT INTO delivery (seq, state, code, changed_ms) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"
_ADVANCE = """
UPDATE meta SET value = coalesce(
    (SELECT e.seq - 1 FROM events e LEFT JOIN delivery d ON d.seq = e.seq
     WHERE e.seq > CAST(meta.value AS INTEGER) AND d.seq IS NULL ORDER BY e.seq LIMIT 1),
    (SELECT max(seq) FROM events), meta.value)
WHERE key = 'settled_upto'
"""
_STEP_BACK = """
UPDATE meta SET value = min(CAST(value AS INTEGER), coalesce(
    (SELECT min(seq) - 1 FROM delivery WHERE state = 'quarantined'), CAST(value AS INTEGER)))
WHERE key = 'settled_upto'
"""
_QUARANTINED = """
SELECT d.seq, e.kind, d.code, d.changed_ms FROM delivery d JOIN events e ON e.seq = d.seq
WHERE d.state = 'quarantined' ORDER BY d.seq
"""
_CONTIGUOUS = """
SELECT coalesce(min(broken) - 1, (SELECT coalesce(max(seq), 0) FROM events)) FROM (
    SELECT min(seq) AS broken FROM delivery WHERE state = 'quarantined'
    UNION ALL
    SELECT * FROM (SELECT e.seq FROM events e LEFT JOIN delivery d ON d.seq = e.seq
                   WHERE e.seq > :upto AND d.seq IS NULL ORDER BY e.seq LIMIT 1))
"""
_PURGE = """
DELETE FROM events WHERE seq IN (
    SELECT seq FROM delivery WHERE state = 'confirmed' AND changed_ms < :before_ms
    AND seq < (SELECT max(seq) FROM events) ORDER BY seq LIMIT :limit)
"""
_WAITING = """
SELECT (SELECT count(*) FROM events WHERE seq > :upto) - (SELECT count(*) FROM delivery WHERE seq > :upto)
"""
_QUEUE_STATE = """
SELECT (SELECT count(*) FROM delivery WHERE state = 'quarantined'),
       (SELECT coalesce(max(seq), 0) FROM events),
       (SELECT e.wall_ms FROM events e LEFT JOIN delivery d ON d.seq = e.seq
        WHERE e.seq > :upto AND d.seq IS NULL ORDER BY e.seq LIMIT 1)
"""
