"""A bundle that came on a stick goes through the same door as a batch that came by network."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO, cast

import msgspec
from django.db import transaction
from django.utils import timezone

from headquarters import sealing, signing, wire
from headquarters.ratings import partitions, sql
from headquarters.ratings.ingest import Taking
from headquarters.ratings.intake import Row, sort
from headquarters.sealing import CannotOpen
from headquarters.tablets import deeds
from headquarters.tablets.deeds import Actor
from headquarters.tablets.models import Deed, Install, Tablet
from sync import bundle, receipt
from sync.bundle import BundleError, Header
from sync.contract import MAX_EVENTS, MAX_STORED_BYTES, Batch, Heartbeat, Result, Verdict, WireEvent
from sync.receipt import ReceiptHead

_SPOOLED = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a bundle's events. ``sha256`` names the file, and its receipt names it back."""

    tablet: Tablet
    sha256: str
    counts: dict[Verdict, int]
    contiguous_seq: int

    @property
    def total(self) -> int:
        """All events of the bundle."""
        return sum(self.counts.values())

    def of(self, verdict: str) -> int:
        """How many had this verdict."""
        return self.counts.get(Verdict(verdict), 0)


def import_bundle(
    file: BinaryIO, receipt_file: BinaryIO, actor: Actor, progress: Callable[[int, int], None] | None = None
) -> Imported:
    """Take every event of an open file and write the receipt. Raises BundleError (sync.bundle), also with
    the codes ``unknown_tablet``, ``former_key`` and ``revoked``; a file that turns out broken in its middle
    gets no receipt, and what was taken by then stays, as after a cut connection.

    ``progress`` is told how many events of how many are done.
    """
    file.seek(0)
    with tempfile.TemporaryFile() as own:
        # What was checked is what is taken: a stick could answer otherwise when it is read again.
        shutil.copyfileobj(file, own)
        own.seek(0)
        return _import(cast("BinaryIO", own), receipt_file, actor, progress)


def _import(
    file: BinaryIO, receipt_file: BinaryIO, actor: Actor, progress: Callable[[int, int], None] | None
) -> Imported:
    header = bundle.read_header(file)
    tablet = _writer(header)
    sha256 = bundle.check(file, bytes(tablet.public_key))
    counts: Counter[Verdict] = Counter()
    with tempfile.SpooledTemporaryFile(_SPOOLED) as kept:
        for events in _batches(bundle.read_events(file, _open_sealed)):
            for result in _take(tablet, header, events):
                counts[result.verdict] += 1
                kept.write(msgspec.json.encode(result) + b"\n")
            if progress is not None:
                progress(counts.total(), header.count)
        done = Imported(tablet, sha256, dict(counts), _reached(tablet, header))
        _write_receipt(receipt_file, header, done, kept)
    deeds.note(tablet.pk, Deed.Kind.IMPORTED, _said(done), actor)
    return done


def import_to(file: BinaryIO, target: Path, actor: Actor, progress: Callable[[int, int], None]) -> Imported:
    """As ``import_bundle``; the receipt appears under its name whole or not at all."""
    fresh = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with fresh.open("xb") as out:
            done = import_bundle(file, out, actor, progress)
            out.flush()
            os.fsync(out.fileno())
        fresh.replace(target)
    finally:
        fresh.unlink(missing_ok=True)
    return done


def fingerprint(file: BinaryIO) -> str:
    """SHA-256 of an open file (hex), which names its receipt."""
    file.seek(0)
    found = hashlib.sha256()
    while piece := file.read(bundle.PIECE):
        found.update(piece)
    file.seek(0)
    return found.hexdigest()


def _writer(header: Header) -> Tablet:
    if not (wire.is_uuid(header.tablet_id) and wire.is_uuid(header.install_id)):
        raise BundleError("unreadable", "the header names no tablet")
    tablet = Tablet.objects.filter(pk=header.tablet_id, key_id=header.key_id).first()
    former = Tablet.objects.filter(pk=header.tablet_id, former_keys__key_id=header.key_id)
    if tablet is None and former.exists():
        raise BundleError(
            "former_key", "signed by a key this tablet no longer uses; write a fresh bundle at the tablet"
        )
    if tablet is None:
        raise BundleError("unknown_tablet", "no enrolled tablet has this id and key")
    if tablet.revoked_at is not None:
        raise BundleError("revoked", "this tablet's enrolment was revoked")
    return tablet


def _open_sealed(sealed: str) -> bytes:
    try:
        return sealing.open_sealed(sealed)
    except CannotOpen as error:
        raise BundleError("cannot_open", "sealed to another key, or changed since") from error


def _batches(events: Iterable[WireEvent]) -> Iterator[list[WireEvent]]:
    """As large as a tablet's own batches may be."""
    together: list[WireEvent] = []
    size = 0
    for event in events:
        length = len(event.stored.encode("utf-8", "surrogatepass"))
        if together and (len(together) >= MAX_EVENTS or size + length > MAX_STORED_BYTES):
            yield together
            together, size = [], 0
        together.append(event)
        size += length
    if together:
        yield together


def _take(tablet: Tablet, header: Header, events: list[WireEvent]) -> tuple[Result, ...]:
    """One transaction. The tablet itself did not speak: what headquarters knows of its state stays."""
    now = timezone.now()
    batch = _batch(tablet, header, events, round(now.timestamp() * 1000))
    source = sql.Source(tablet.pk, uuid.UUID(header.install_id), uuid.UUID(batch.batch_id), now)
    # Times are judged by the clock that the tablet had when it was last heard.
    judged = sort(batch, round(now.timestamp() * 1000))
    rows = [item for item in judged if isinstance(item, Row)]
    partitions.prepare({row.event_day for row in rows}, now.date())
    with transaction.atomic():
        opened = sql.open_batch(source)
        if opened is None or opened.revoked:
            raise BundleError("revoked", "this tablet's enrolment was revoked")
        held = sql.held(source, [row.event_id for row in rows])
        return Taking(source, opened.mark, held, batch).take(judged, None)


def _batch(tablet: Tablet, header: Header, events: list[WireEvent], now_ms: int) -> Batch:
    return Batch(
        batch_id=str(uuid.uuid4()),
        tablet_id=header.tablet_id,
        install_id=header.install_id,
        events=tuple(events),
        max_seq=header.max_seq,
        pending=len(events),
        heartbeat=Heartbeat(
            wall_ms=now_ms + (tablet.drift_ms or 0), mono_ms=0, boot_id="", app_version=header.app_version
        ),
    )


def _reached(tablet: Tablet, header: Header) -> int:
    install = Install.objects.filter(tablet=tablet, install_id=header.install_id).first()
    return install.contiguous_seq if install else 0


def _write_receipt(file: BinaryIO, header: Header, done: Imported, kept: IO[bytes]) -> None:
    head = ReceiptHead(
        tablet_id=header.tablet_id,
        install_id=header.install_id,
        bundle=done.sha256,
        count=done.total,
        contiguous_seq=done.contiguous_seq,
        issued_ms=round(timezone.now().timestamp() * 1000),
    )
    kept.seek(0)
    signer = signing.signer()
    results = (msgspec.json.decode(line, type=Result) for line in kept)
    receipt.write(file, head, results, signer.key_id, signer.sign)


def _said(done: Imported) -> str:
    counts = ", ".join(f"{verdict} {n}" for verdict, n in sorted(done.counts.items()))
    return f"{done.sha256[:12]}: {counts or 'empty'}"
