"""Lookup codes that comments and contacts carried: whether one has arrived, and when.

Noted at ingest, in the same transaction as the event itself.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Sequence

import msgspec

from headquarters.ratings.intake import Row
from headquarters.ratings.models import Lookup
from headquarters.ratings.sql import Source
from sync import contract, lookup

KINDS = (contract.COMMENT, contract.CONTACT)


class _Body(msgspec.Struct):
    lookup: str = ""


class _Carrier(msgspec.Struct):
    """As much of a stored event as is looked at here."""

    body: _Body


_carrier = msgspec.json.Decoder(_Carrier)


def note(source: Source, new: Sequence[Row]) -> None:
    """Keep the codes among ``new`` rows. An event without a code, or with one that is none, has no row."""
    found = [(row, code) for row in new if row.kind in KINDS and (code := _code(row)) is not None]
    if found:
        # An event that was taken away by hand and came again: its code may still be here.
        rows = [_lookup(source, row, code) for row, code in found]
        Lookup.objects.bulk_create(rows, ignore_conflicts=True)


def received(code: str) -> dt.datetime | None:
    """When headquarters first received something with this code (as sync.lookup.normalise gives it)."""
    return (
        Lookup.objects.filter(code_hash=hashed(code))
        .order_by("received_at")
        .values_list("received_at", flat=True)
        .first()
    )


def event_of(typed: str, tablet_id: uuid.UUID) -> uuid.UUID | None:
    """The event of a tablet behind a code as somebody typed it."""
    code = lookup.normalise(typed)
    if code is None:
        return None
    found = Lookup.objects.filter(code_hash=hashed(code), tablet_id=tablet_id)
    return found.values_list("event_id", flat=True).first()


def _lookup(source: Source, row: Row, code: str) -> Lookup:
    return Lookup(
        code_hash=hashed(code),
        tablet_id=source.tablet_id,
        event_id=uuid.UUID(row.event_id),
        kind=row.kind,
        received_at=source.received_at,
    )


def _code(row: Row) -> str | None:
    try:
        return lookup.normalise(_carrier.decode(row.stored).body.lookup)
    except (msgspec.DecodeError, RecursionError):
        return None


def hashed(code: str) -> str:
    """As tables keep a code. SHA-256 is enough for 63 random bits: nobody tries all."""
    return hashlib.sha256(code.encode()).hexdigest()
