"""Every column of a stored event is what the tablet sent, whichever way it went into the table: as part of a
statement (a few events), as PostgreSQL's own bytes (many), or after a closer look (a gap before it)."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from django.utils import timezone

from headquarters.ratings import ingest, partitions, sql
from headquarters.ratings.models import Comment, Event, Visit
from sync import contract
from sync.contract import WireEvent
from tests.headquarters.conftest import Office26740, verdicts
from tests.support import FakeTablet

TEXTS = (
    "Cán bộ hướng dẫn tận tình, nhưng “phải chờ” lâu.", "tab\tand\nline\r\nend", "back\\slash \\N \\. \\x41",
    "'quote' \"double\" %s %% $1", "😀 nghĩa – ỹ ự ờ", "\\.", "{}", "null",
)  # fmt: skip
LATER, EARLIER = 253_402_000_000_000, 1_600_000_000_123


def events(tablet: FakeTablet, count: int) -> list[WireEvent]:
    """Ratings of all levels and what else there is, in every sort of visit, time and place."""
    made = []
    for turn in range(count):
        kind, body = _turn(turn)
        event = replace(
            tablet.event(kind, body),
            visit_id=TEXTS[turn % len(TEXTS)][:60] or "v",
            labels_version=TEXTS[-1 - turn % len(TEXTS)][:60],
            wall_ms=(EARLIER, LATER, 1_763_719_200_000 + turn)[turn % 3],
            utc_offset_min=(420, -660, 0, 1080)[turn % 4],
            config_version=(0, 2**31 - 1)[turn % 2],
        )
        made.append(tablet.append(event))
    return made


def _turn(turn: int) -> tuple[str, dict[str, Any]]:
    if turn % 4 == 3:
        return "comment", {"text": TEXTS[turn % len(TEXTS)], "topic": "gop-y", "review": turn % 8 == 7}
    if turn % 4 == 2:
        return "subject", {"service": "ho-tich", "desk": TEXTS[turn % len(TEXTS)]}
    return "rating", {"level": 1 + turn % 3, "channel": "tablet", "flags": []}


@pytest.mark.parametrize(("count", "gap"), [(7, False), (60, False), (450, False), (60, True)])
def test_every_column_is_what_was_sent(
    office: Office26740,
    tablet: FakeTablet,
    clean_events: None,
    count: int,
    gap: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    partitions.prepare({dt.date(2025, 11, 21)}, timezone.now().date())
    if sql.is_postgresql() and not gap:
        monkeypatch.delattr(ingest, "_ingest")  # the closer look, which this batch must not need
    sent = events(tablet, count + gap)[gap:]
    assert set(verdicts(office.push(tablet, sent))) == {"accepted"}
    rows = {str(row.event_id): row for row in Event.objects.all()}
    assert len(rows) == count
    for wire in sent:
        row, event = rows[wire.event_id], contract.decode_event(wire.stored)
        level = event.body["level"] if event.kind == "rating" else None
        assert (row.seq, row.kind, row.visit_id, row.level) == (wire.seq, event.kind, event.visit_id, level)
        assert (row.wall_ms, row.utc_offset_min) == (event.wall_ms, event.utc_offset_min)
        assert (row.labels_version, row.config_version) == (event.labels_version, event.config_version)
        assert (row.stored, bytes(row.hash).hex()) == (wire.stored, wire.hash)
        assert bytes(row.prev_hash).hex() == wire.prev_hash
        assert (str(row.tablet_id), str(row.install_id)) == (tablet.tablet_id, tablet.install_id)
    assert len({(row.batch_id, row.received_at) for row in rows.values()}) == 1
    known = dict(sql.fetch("SELECT event_id, hash FROM ratings_received", []))
    assert {str(sql.as_uuid(one)): bytes(hash_).hex() for one, hash_ in known.items()} == {
        wire.event_id: wire.hash for wire in sent
    }


@pytest.mark.parametrize("count", [8, 60])
def test_what_was_said_is_kept_as_it_was_said(
    office: Office26740, tablet: FakeTablet, clean_events: None, count: int
) -> None:
    wires = events(tablet, count)
    office.push(tablet, wires)
    sent = [contract.decode_event(wire.stored) for wire in wires]
    said = {one.event_id: one for one in sent if one.kind == "comment"}
    comments = {str(one.event_id): one for one in Comment.objects.all()}
    assert comments.keys() == said.keys()
    for key, one in comments.items():
        body = said[key].body
        assert (one.text, one.topic, one.review) == (body["text"], body["topic"], body["review"])
        assert (one.visit_id, one.wall_ms) == (said[key].visit_id, said[key].wall_ms)
    latest = {one.visit_id: one.body["desk"] for one in sent if one.kind == "subject"}
    assert dict(Visit.objects.exclude(subject_seq=0).values_list("visit_id", "desk_key")) == latest
