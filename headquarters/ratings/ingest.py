"""One batch, one transaction: store what is new, set aside what is not believed, note what is to count."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from headquarters.ratings import (
    lookups,
    partitions,
    quarantine,
    settling,
    sql,
    straight,
    streaming,
    visits,
)
from headquarters.ratings.intake import LARGEST, Refused, Row, sort
from headquarters.ratings.models import Alarm
from headquarters.tablets import condition
from headquarters.wire import Refusal
from sync import chain, contract
from sync.contract import Batch, Reply, Result, Verdict

GENESIS = chain.GENESIS.hex()
Welcome = Callable[[sql.Opened | None], sql.Opened]


def ingest(batch: Batch, key_id: str) -> Reply:
    """The reply to a batch that this key has signed; everything in it is committed when this returns.

    Raises Refusal for a tablet that was revoked, is gone or has another key by now.
    """
    welcome = partial(_welcome, key_id)
    try:
        return _straight(batch, welcome) if sql.is_postgresql() else _ingest(batch, welcome, wary=False)
    except (straight.Unusual, IntegrityError):
        # Odd, or an id was here already though its place in the chain is new. Nothing was stored: look first.
        return _ingest(batch, welcome, wary=True)


def _straight(batch: Batch, welcome: Welcome) -> Reply:
    """The usual batch goes on where the tablet's last one ended: stored while it is judged. Raises
    straight.Unusual, with nothing stored, when that is not so; IntegrityError as ``_ingest``."""
    source, server_ms = _source(batch)
    with transaction.atomic():
        stored = straight.stored(source, batch, server_ms, welcome, partial(visits.noted, source))
        taking = Taking(source, stored.opened.mark, {}, batch)
        sql.commit(taking.took(stored, _words(batch, server_ms)))
    return _reply(batch, server_ms, stored.results, taking, stored.opened.config_version)


def _ingest(batch: Batch, welcome: Welcome, wary: bool) -> Reply:
    """``wary``: look for every id before it is stored."""
    source, server_ms = _source(batch)
    judged = sort(batch, server_ms)
    rows = [item for item in judged if isinstance(item, Row)]
    partitions.prepare({row.event_day for row in rows}, source.received_at.date())
    with transaction.atomic():
        opened = welcome(sql.open_batch(source))
        known: dict[str, str] = {}
        if wary or any(row.seq <= opened.mark.max_seq for row in rows):
            known = sql.held(source, [row.event_id for row in rows])
        taking = Taking(source, opened.mark, known, batch)
        results = taking.take(judged, _words(batch, server_ms))
    return _reply(batch, server_ms, results, taking, opened.config_version)


def _source(batch: Batch) -> tuple[sql.Source, int]:
    """What the rows share, and the time of receipt in milliseconds."""
    now = timezone.now()
    tablet_id, install_id, batch_id = map(uuid.UUID, (batch.tablet_id, batch.install_id, batch.batch_id))
    return sql.Source(tablet_id, install_id, batch_id, now), round(now.timestamp() * 1000)


def _welcome(key_id: str, opened: sql.Opened | None) -> sql.Opened:
    """The tablet, if whoever has this key may send for it. Raises Refusal."""
    if opened is None or opened.key_id != key_id:
        raise Refusal("unknown_key")
    if opened.revoked:
        raise Refusal("revoked")
    return opened


def _reply(
    batch: Batch, server_ms: int, results: Sequence[Result], taking: Taking, config_version: int
) -> Reply:
    return Reply(
        batch_id=batch.batch_id,
        server_time_ms=server_ms,
        results=tuple(results),
        contiguous_seq=taking.contiguous_seq,
        config_version=config_version,
    )


class Taking:
    """The work on one batch, under the tablet's lock."""

    def __init__(self, source: sql.Source, mark: sql.Mark, held: dict[str, str], batch: Batch) -> None:
        """``held``: event id → hash of those that were received before, as far as anybody looked."""
        self._source, self._mark, self._held, self._batch = source, mark, held, batch
        self._alarms: dict[str, list[int]] = defaultdict(list)

    @property
    def contiguous_seq(self) -> int:
        """Every place up to this one is filled."""
        return self._mark.contiguous_seq

    def take(self, judged: Sequence[Row | Refused], words: dict[str, Any] | None) -> tuple[Result, ...]:
        """Store or set aside every event; a verdict for each, in the batch's order.

        ``words``: the heartbeat by column; None when it was not the tablet that spoke.
        """
        new, verdicts, refused = self._told_apart(judged)
        fresh = quarantine.keep(self._source, refused)
        self._look_at_chain(new, fresh)
        streaming.append(self._source, new)
        filled = {row.seq: row.hash for row in new} | {item.wire.seq: item.wire.hash for item in fresh}
        sql.run(*self._closing(new, visits.noted(self._source, new), self._go_on(filled), [], words))
        self._ring()
        return tuple(
            Result(event_id=wire.event_id, verdict=verdict, code=code)
            for wire, (verdict, code) in zip(self._batch.events, verdicts, strict=True)
        )

    def took(
        self, stored: straight.Stored[visits.Noted], words: dict[str, Any] | None
    ) -> list[sql.Statement]:
        """What is left to do of a batch that was new from first to last. Nothing in it rings."""
        if stored.rows:
            self._go_straight_on(stored.rows[-1])
        return self._closing(stored.rows, stored.made, bool(stored.rows), stored.storing, words)

    def _go_straight_on(self, last: Row) -> None:
        """The mark behind a batch that began where it stood: a gap before it is still one."""
        mark = self._mark
        if mark.contiguous_seq == mark.max_seq:
            mark.contiguous_seq = last.seq
        mark.max_seq, mark.head_hash = last.seq, bytes.fromhex(last.hash)

    def _closing(
        self,
        new: Sequence[Row],
        noted: visits.Noted,
        moved: bool,
        storing: Sequence[sql.Statement],
        words: dict[str, Any] | None,
    ) -> list[sql.Statement]:
        """What follows from the events that are stored or set aside now, or by ``storing``, and from what was
        ``noted`` of them. ``moved``: the mark did."""
        days = {row.event_day for row in new if row.kind == contract.RATING and row.level is not None}
        lookups.note(self._source, new)
        due = settling.due(self._source.tablet_id, days | visits.days(self._source, noted))
        statements = [*storing, *noted.statements, *due]
        return sql.closing(self._source, self._mark if moved else None, statements, words)

    def _told_apart(
        self, judged: Sequence[Row | Refused]
    ) -> tuple[list[Row], list[tuple[Verdict, str]], list[Refused]]:
        """(new rows, verdicts in order, events to set aside). A resend is a success; the same id with other
        content is kept too, but not believed."""
        held = self._held
        new: list[Row] = []
        verdicts: list[tuple[Verdict, str]] = []
        refused: list[Refused] = []
        for item, wire in zip(judged, self._batch.events, strict=True):
            if isinstance(item, Row):
                kept = held.setdefault(item.event_id, "")
                if not kept:
                    held[item.event_id] = item.hash
                    new.append(item)
                    verdicts.append(_ACCEPTED)
                    continue
                if kept == item.hash:
                    verdicts.append(_DUPLICATE)
                    continue
                item = Refused(wire, "conflict")
            refused.append(item)
            verdicts.append((Verdict.QUARANTINED, item.code))
        return new, verdicts, refused

    def _look_at_chain(self, new: Sequence[Row], refused: Sequence[Refused]) -> None:
        """Each new event must name the hash of the one before it and be named by the one behind it, where
        those are here; two at one place are a clone. The events are stored all the same."""
        if not straight.goes_on(new, self._mark):
            self._compare(new)
        for item in refused:
            if item.code in _RINGS:
                self._alarms[_RINGS[item.code]].append(item.wire.seq)

    def _compare(self, new: Sequence[Row]) -> None:
        hashes, behind = self._neighbours(new)
        taken = set(hashes)
        hashes[0].add(GENESIS)
        for row in new:
            if row.seq in taken:
                self._alarms["clone"].append(row.seq)
            elif row.seq + 1 in behind and row.hash not in behind[row.seq + 1]:
                self._alarms["chain_broken"].append(row.seq + 1)
            taken.add(row.seq)
            hashes[row.seq].add(row.hash)
        for row in new:
            if row.seq - 1 in hashes and row.prev_hash not in hashes[row.seq - 1]:
                self._alarms["chain_broken"].append(row.seq)

    def _neighbours(self, new: Sequence[Row]) -> tuple[dict[int, set[str]], dict[int, set[str]]]:
        """place → hashes there, and place → hashes it names as before it, of what was stored already."""
        head = self._mark.max_seq
        wanted = {row.seq + step for row in new for step in (-1, 0, 1) if row.seq <= head}
        wanted |= {row.seq - 1 for row in new if row.seq - 1 < head}
        hashes: dict[int, set[str]] = defaultdict(set)
        behind: dict[int, set[str]] = defaultdict(set)
        for place, own, prev in sql.at_places(self._source.tablet_id, self._source.install_id, wanted):
            hashes[place].add(own)
            behind[place].add(prev)
        if head and self._mark.head_hash:
            hashes[head].add(bytes(self._mark.head_hash).hex())
        return hashes, behind

    def _go_on(self, filled: Mapping[int, str]) -> bool:
        """Move the mark over the places that this batch filled; whether it did."""
        mark = self._mark
        places = {seq: hash_ for seq, hash_ in filled.items() if 1 <= seq <= LARGEST}
        if not places:
            return False
        highest, ahead = max(places), mark.max_seq
        if highest > ahead:
            mark.max_seq, mark.head_hash = highest, _bytes(places[highest])
        reach = mark.contiguous_seq
        while reach + 1 in places:
            reach += 1
        if mark.contiguous_seq < reach < ahead:
            # Something came ahead of the gap that this batch began to fill.
            reach = sql.reach(self._source.tablet_id, self._source.install_id, reach)
        mark.contiguous_seq = reach
        mark.chain_broken = mark.chain_broken or "chain_broken" in self._alarms
        return True

    def _ring(self) -> None:
        """One alarm for each kind, however many places of the batch ring."""
        for kind, seqs in self._alarms.items():
            more = f" and {len(seqs) - 1} more" if len(seqs) > 1 else ""
            Alarm.objects.get_or_create(
                tablet_id=self._source.tablet_id,
                kind=kind,
                detail=f"seq {_place(min(seqs))}{more} of install {self._source.install_id}",
                defaults={"created_at": self._source.received_at},
            )


_ACCEPTED = (Verdict.ACCEPTED, "")
_DUPLICATE = (Verdict.DUPLICATE, "")
_RINGS = {"conflict": "conflict", "bad_hash": "chain_broken"}
"""Quarantine codes that ring, and their alarm."""


def _words(batch: Batch, server_ms: int) -> dict[str, Any]:
    """What the tablet says of itself, by column. ``pending`` becomes what waits there once it has read the
    reply."""
    beat = batch.heartbeat
    waiting = max(0, _small(batch.pending) - len(batch.events))
    return {
        "pending": waiting,
        "oldest_pending_ms": _big(beat.oldest_pending_ms) if waiting else None,
        "quarantined": _small(beat.quarantined),
        "max_seq": _small(batch.max_seq),
        "app_version": quarantine.plain(beat.app_version, 40),
        "free_mb": None if beat.free_mb is None else _small(beat.free_mb),
        "drift_ms": _big(beat.wall_ms - server_ms),
        "last_error": quarantine.plain(beat.last_error, 200),
        **condition.columns(beat),
    }


def _small(number: int) -> int:
    """A count as a tablet reports it, within what a column holds."""
    return max(0, min(2**31 - 1, number))


def _big(number: int | None) -> int | None:
    """Milliseconds as a tablet reports them, within what a column holds."""
    return None if number is None else max(-(2**62), min(2**62, number))


def _place(seq: int) -> str:
    """A place for the eye; absurd ones are longer than the column."""
    return str(seq) if abs(seq) <= LARGEST else "out of range"


def _bytes(hash_: str) -> bytes | None:
    """The hash of a quarantined event may be no hash at all."""
    try:
        return bytes.fromhex(hash_) if len(hash_) == 64 else None
    except ValueError:
        return None
