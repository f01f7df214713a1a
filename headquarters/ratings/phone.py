"""Ratings given on a citizen's own phone: ordinary events of the desk's tablet, written by headquarters.

They stand in an install of headquarters' own, one for each tablet, with its own places and its own chain:
the tablet's chain stays the tablet's. They go through the same door as the tablet's events, so they are
checked, counted and audited in the same way. Nothing of the phone is kept: no address, no kind of phone.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone

import headquarters
from headquarters.ratings import partitions, sql
from headquarters.ratings.ingest import Taking
from headquarters.ratings.intake import Row, sort
from headquarters.ratings.models import Event
from sync import chain, contract
from sync.contract import Batch, Heartbeat, WireEvent

LABELS_VERSION = "chua-hai-long-1"
"""The words that the page's faces wear (kiosk.survey.LABELS_VERSION: the same words)."""


class NoSuchTablet(Exception):
    """The tablet is gone or revoked."""


class Rated(NamedTuple):
    """The rating a token has been used for."""

    level: int
    visit_id: str


@dataclass(frozen=True, slots=True)
class Visit:
    """One token's visit, as one phone makes it. The events' ids follow from tablet and token, so that a token
    is used once; ``page`` (random, of the page as that phone got it) tells its second tap, which is the same
    answer once more, from the tap of somebody else who scanned the same picture."""

    tablet_id: uuid.UUID
    token: bytes
    page: str = ""

    @property
    def install_id(self) -> uuid.UUID:
        """Headquarters' own install of this tablet."""
        return uuid.uuid5(self.tablet_id, "phone")

    @property
    def visit_id(self) -> str:
        """Joins the rating and the reasons."""
        return str(self.event_id(f"visit {self.page}"))

    def event_id(self, kind: str) -> uuid.UUID:
        """The one event of this kind that the visit may have."""
        return uuid.uuid5(self.tablet_id, f"phone {kind} {self.token.hex()}")


def rate(visit: Visit, level: int, now: dt.datetime) -> bool:
    """Count the tap; False when this token's rating is here already."""
    body = {"level": level, "channel": "phone", "flags": []}
    return _write(visit, contract.RATING, visit.visit_id, body, now)


def give_reasons(visit: Visit, of: Rated, chosen: list[str], now: dt.datetime) -> bool:
    """Keep what was good, or what was missed; False when this visit's reasons are here already."""
    return _write(visit, contract.REASONS, of.visit_id, {"chosen": chosen, "good": of.level > 1}, now)


def rated(visit: Visit, now: dt.datetime) -> Rated | None:
    """The rating this token was used for, while the token may still matter."""
    found = _recent(visit, contract.RATING, now).values_list("level", "visit_id").first()
    return Rated(*found) if found else None


def reasons(visit: Visit, now: dt.datetime) -> list[str]:
    """The reasons this visit gave, as keys."""
    stored = _recent(visit, contract.REASONS, now).values_list("stored", flat=True).first()
    return list(contract.decode_event(stored).body["chosen"]) if stored else []


def _recent(visit: Visit, kind: str, now: dt.datetime) -> Any:
    # The day narrows the search to one month's partition; a token dies long before the second midnight.
    day = timezone.localdate(now)
    return Event.objects.filter(
        tablet_id=visit.tablet_id,
        event_day__in=(day, day - dt.timedelta(days=1)),
        event_id=visit.event_id(kind),
    )


def _write(visit: Visit, kind: str, visit_id: str, body: dict[str, Any], now: dt.datetime) -> bool:
    """One transaction: the next place of the chain, the event, the day's recount."""
    event_id = visit.event_id(kind)
    source = sql.Source(visit.tablet_id, visit.install_id, batch_id=event_id, received_at=now)
    partitions.prepare([timezone.localdate(now)], now.date())
    with transaction.atomic():
        opened = sql.open_batch(source)
        if opened is None or opened.revoked:
            raise NoSuchTablet
        if sql.held(source, [str(event_id)]):
            return False
        wire = _next(visit, opened.mark, kind, visit_id, body, now)
        batch = _batch(visit, wire, now)
        judged = sort(batch, batch.heartbeat.wall_ms)
        if not isinstance(judged[0], Row):
            raise TypeError(f"headquarters would not believe its own event: {judged[0].code}")
        Taking(source, opened.mark, {}, batch).take(judged, None)
    return True


def _next(
    visit: Visit, mark: sql.Mark, kind: str, visit_id: str, body: dict[str, Any], now: dt.datetime
) -> WireEvent:
    """The event at the chain's next place, as a tablet would have sealed it."""
    prev_hash = mark.head_hash or chain.GENESIS
    event = contract.Event(
        event_id=str(visit.event_id(kind)),
        tablet_id=str(visit.tablet_id),
        install_id=str(visit.install_id),
        seq=mark.max_seq + 1,
        kind=kind,
        visit_id=visit_id,
        boot_id=str(visit.install_id),
        mono_ms=0,
        wall_ms=_ms(now),
        utc_offset_min=_offset_min(now),
        labels_version=LABELS_VERSION,
        config_version=0,
        body=body,
    )
    stored = contract.encode_event(event)
    return WireEvent(
        event_id=event.event_id,
        seq=event.seq,
        stored=stored,
        prev_hash=bytes(prev_hash).hex(),
        hash=chain.link(bytes(prev_hash), stored).hex(),
    )


def _batch(visit: Visit, wire: WireEvent, now: dt.datetime) -> Batch:
    return Batch(
        batch_id=wire.event_id,
        tablet_id=str(visit.tablet_id),
        install_id=str(visit.install_id),
        events=(wire,),
        max_seq=wire.seq,
        pending=1,
        heartbeat=Heartbeat(
            wall_ms=_ms(now), mono_ms=0, boot_id=str(visit.install_id), app_version=headquarters.__version__
        ),
    )


def _ms(now: dt.datetime) -> int:
    return round(now.timestamp() * 1000)


def _offset_min(now: dt.datetime) -> int:
    """Minutes east of UTC where the offices are (settings.TIME_ZONE)."""
    offset = timezone.localtime(now).utcoffset() or dt.timedelta()
    return int(offset.total_seconds() // 60)
